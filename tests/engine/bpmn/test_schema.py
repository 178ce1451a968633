"""Departures from the schema of BPMN 2.0: said in German with their line, and never more than said."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine import bpmn
from engine.bpmn import lesen, schema
from engine.bpmn.zeichnung import Zeichnung

BPMN = lesen.BPMN
ABWEICHUNG = "schema_abweichung"


def datei(inhalt: str, kopf: str = 'targetNamespace="urn:t"') -> bytes:
    """A process in a drawing: definitions is line 1, the process line 2, what it holds begins in line 3."""
    schritte = '<startEvent id="s" name="Anfang"/><endEvent id="e"/><sequenceFlow id="f" sourceRef="s" targetRef="e"/>'
    return (
        f'<definitions xmlns="{BPMN}" {kopf}>\n<process id="p">\n{inhalt}\n{schritte}</process></definitions>'.encode()
    )


def abweichungen(inhalt: bytes) -> list[bpmn.Befund]:
    ergebnis = bpmn.pruefe(inhalt)
    assert ergebnis.status is bpmn.Status.LAUFFAEHIG
    gefunden = [b for b in ergebnis.befunde if b.art.startswith("schema_")]
    assert all(b.stufe is bpmn.Stufe.HINWEIS for b in gefunden)
    return gefunden


def test_a_file_that_follows_the_schema_is_not_mentioned() -> None:
    assert bpmn.pruefe(datei('<documentation id="d">Text</documentation>')).befunde == ()


def test_a_missing_target_namespace_is_not_worth_a_word() -> None:
    assert abweichungen(datei("", kopf="")) == []


@pytest.mark.parametrize(
    ("inhalt", "zeile", "element", "satz"),
    [
        ('<flop id="x"/>', 3, "x", "„flop“ ist nach dem BPMN-Schema hier nicht vorgesehen"),
        (
            '<userTask id="a">\n<ioSpecification/></userTask>',
            4,
            "a",
            "fehlt in „ioSpecification“ eine Angabe. Dort kann stehen: ",
        ),
        ('<userTask id="a">\n<y xmlns="urn:y"/></userTask>', 4, "a", "„y“ gehört nicht zu BPMN"),
        ('<userTask id="a"/>\n<extensionElements/>', 4, "p", "Reihenfolge"),
        ('<userTask\nid="a" flop="1"/>', 3, "a", "das Attribut „flop“ bei „userTask“ nicht vorgesehen"),
        ('<userTask id="a" startQuantity="viele"/>', 3, "a", "„startQuantity“ von „userTask“ einen unzulässigen"),
        (
            '<association id="a" sourceRef="s"/>',
            3,
            "a",
            "fehlt bei „association“ das Attribut „targetRef“",
        ),
        (
            '<exclusiveGateway id="a" gatewayDirection="quer"/>',
            3,
            "a",
            "„gatewayDirection“ von „exclusiveGateway“ einen",
        ),
        ('<userTask id="1a"/>', 3, "1a", "die Kennung (id) von „userTask“"),
        ("Text ohne Ort", 2, "p", "Der Inhalt von „process“ passt nicht"),
        ('<userTask id="a"><incoming>1 2</incoming></userTask>', 3, "a", "Der Inhalt von „incoming“ passt nicht"),
    ],
)
def test_a_departure_is_said_in_german_with_its_line_and_element(
    inhalt: str, zeile: int, element: str, satz: str
) -> None:
    erste = abweichungen(datei(inhalt))[0]
    assert erste.art == "schema_abweichung"
    assert (erste.zeile, erste.element) == (zeile, element) and satz in erste.text


def test_a_place_within_a_drawn_step_belongs_to_the_step() -> None:
    bedingung = '<conditionalEventDefinition id="innen"/>'
    (befund,) = abweichungen(
        datei(f'<intermediateCatchEvent id="w" name="Warten">\n{bedingung}</intermediateCatchEvent>')
    )
    assert (befund.zeile, befund.element, befund.name) == (4, "w", "Warten")
    assert "Dort kann stehen: condition." in befund.text


def test_an_element_with_a_prefix_of_its_own_is_still_counted() -> None:
    (befund,) = abweichungen(datei('<userTask id="a"><y:z xmlns:y="urn:y"/></userTask>'))
    assert befund.zeile is None and "„z“ gehört nicht zu BPMN" in befund.text


def test_only_the_first_five_are_named_and_the_others_counted() -> None:
    gefunden = abweichungen(datei("".join(f'<userTask id="a{n}" flop="1"/>' for n in range(12))))
    assert len(gefunden) == schema.MAX_GENANNT + 1
    assert [b.text for b in gefunden if b.element is None] == [
        "Weitere Abweichungen vom BPMN-Schema in dieser Datei: 7."
    ]


def test_what_reading_has_said_is_not_said_again() -> None:
    doppelt = bpmn.pruefe(datei('<userTask id="a"/><userTask id="a"/>'))
    assert "kennung_ersetzt" in {b.art for b in doppelt.befunde}
    defekt = bpmn.pruefe(datei('<userTask id="a" flop="1"/>').replace(b"</definitions>", b""))
    assert "xml_repariert" in {b.art for b in defekt.befunde}
    assert ABWEICHUNG not in {b.art for b in (*doppelt.befunde, *defekt.befunde)}


def test_a_value_of_the_file_is_never_repeated() -> None:
    befunde = abweichungen(datei('<userTask id="a" startQuantity="Anna is required but missing."/>'))
    assert befunde and all("Anna" not in b.text for b in befunde)


def test_a_schema_that_the_file_names_is_not_read(tmp_path: Path) -> None:
    fremd = tmp_path / "fremd.xsd"
    fremd.write_text(
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:y"><xs:element name="z">'
        '<xs:complexType><xs:attribute name="pflicht" use="required"/></xs:complexType></xs:element></xs:schema>'
    )
    ort = f'xsi:schemaLocation="urn:y {fremd.as_uri()}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    zusatz = '<extensionElements><z xmlns="urn:y"/></extensionElements>'
    assert abweichungen(datei(zusatz, kopf=f'targetNamespace="urn:t" {ort}')) == []


@pytest.mark.parametrize(
    "inhalt",
    [
        f'<y:z xmlns:y="urn:{"y" * 400}"/>',
        "".join(f'<task id="a{n}" {" ".join(f"b{m}=" + chr(34) * 2 for m in range(90))}/>' for n in range(1_200)),
        "".join("<task id='a'/>" for _ in range(15_000)),
    ],
    ids=["long namespace", "many attributes", "many siblings"],
)
def test_a_file_whose_violations_could_fill_the_memory_is_not_compared(inhalt: str) -> None:
    gelesen = lesen.lies_xml(datei(inhalt))
    zeichnung = Zeichnung()
    schema.report_schema(zeichnung, gelesen)
    assert [b.art for b in zeichnung.befunde] == ["schema_nicht_verglichen"]
