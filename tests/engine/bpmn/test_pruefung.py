"""The whole check: nothing it is given makes it fail, and what it calls runnable runs."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from engine import bpmn, spiff
from engine.bpmn.zeichnung import KNOTENTYPEN

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
DEFINITIONEN = [
    *("message", "timer", "signal", "error", "escalation", "link", "terminate", "conditional", "compensate", "cancel")
]
ZEEBE = "http://camunda.org/schema/zeebe/1.0"
LISTE = (
    f"<x:loopCharacteristics xmlns:x='{ZEEBE}' inputCollection='=[1,2]' inputElement='kind' outputCollection='alle'"
    " outputElement='=betrag'/>"
)
WERTE = (
    f"<extensionElements xmlns:x='{ZEEBE}'><x:taskDefinition type='druck'/><x:input source='=betrag' target='x'/>"
    "<x:output source='=x' target='betrag'/></extensionElements>"
)
NAMEN = (
    "<message id='m1' name='Antrag'/><message id='m2'/><signal id='s1' name='Alarm'/><error id='e1' errorCode='E1'/>"
    "<escalation id='k1' escalationCode='K1'/>"
)
BEDINGUNGEN = ["", "", "betrag > 5", "${x}", "Ja", 'art = "neu"']
ZEITEN = ["P1D", "R3/PT1H", "frist_at(eingang, 3)", "morgen", ""]


@st.composite
def knoten(draw: st.DrawFn, kennungen: list[str], tiefe: int) -> str:
    """One flow node of any kind, right or wrong."""
    kennung = kennungen.pop()
    tag = draw(st.sampled_from(sorted(KNOTENTYPEN)))
    inhalt = ""
    if tag.endswith("Event"):
        inhalt += "".join(
            f"<{d}EventDefinition name='l' {draw(st.sampled_from(['', f'{d}Ref=' + chr(39) + d[0] + '1' + chr(39)]))}>"
            + (f"<timeDuration>{draw(st.sampled_from(ZEITEN))}</timeDuration>" if d == "timer" else "")
            + ("<condition>betrag &gt; 5</condition>" if d == "conditional" else "")
            + f"</{d}EventDefinition>"
            for d in draw(st.lists(st.sampled_from(DEFINITIONEN), max_size=2))
        )
    elif not tag.endswith("Gateway"):
        inhalt += draw(
            st.sampled_from(
                [
                    *("", "", ""),
                    "<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>",
                    "<standardLoopCharacteristics loopMaximum='2'/>",
                    "<multiInstanceLoopCharacteristics isSequential='true'><extensionElements>"
                    f"{LISTE}</extensionElements></multiInstanceLoopCharacteristics>",
                    WERTE,
                    "<completionCondition>betrag &gt; 5</completionCondition>",
                ]
            )
        )
    if tag in ("subProcess", "adHocSubProcess", "transaction") and tiefe < 2:
        inhalt += draw(bereich(kennungen, tiefe + 1))
    attribute = draw(
        st.sampled_from(
            [
                *("", "", "triggeredByEvent='true'", "cancelActivity='false'", "default='f1'", "calledElement='p'"),
                *("messageRef='m1'", "messageRef='weg'", "isInterrupting='false'", "parallelMultiple='true'"),
            ]
        )
    )
    traeger = draw(st.sampled_from([f"n{i}" for i in range(12)]))
    rand = f"attachedToRef='{traeger}'" if tag == "boundaryEvent" else ""
    return f"<{tag} id='{kennung}' {attribute} {rand}>{inhalt}</{tag}>"


@st.composite
def bereich(draw: st.DrawFn, kennungen: list[str], tiefe: int = 0) -> str:
    anzahl = min(draw(st.integers(0 if tiefe else 1, 7)), len(kennungen))
    return "".join(draw(knoten(kennungen, tiefe)) for _ in range(anzahl) if kennungen)


@st.composite
def zeichnungen(draw: st.DrawFn) -> bytes:
    kennungen = [f"n{i}" for i in range(12)]
    inhalt = draw(bereich(kennungen))
    enden = st.sampled_from([f"n{i}" for i in range(12)])
    for nummer, (von, nach, bedingung) in enumerate(
        draw(st.lists(st.tuples(enden, enden, st.sampled_from(BEDINGUNGEN)), max_size=20))
    ):
        text = f"<conditionExpression>{bedingung.replace('>', '&gt;')}</conditionExpression>" if bedingung else ""
        inhalt += f"<sequenceFlow id='f{nummer}' sourceRef='{von}' targetRef='{nach}'>{text}</sequenceFlow>"
    return f'<definitions xmlns="{BPMN}"><process id="p">{inhalt}</process>{NAMEN}</definitions>'.encode()


THEMEN = frozenset({"druck"})


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(zeichnungen(), st.sampled_from([None, frozenset[str](), frozenset({"betrag", "art"})]))
def test_any_drawing_becomes_a_copy_that_the_engine_loads(xml: bytes, variablen: frozenset[str] | None) -> None:
    ergebnis = bpmn.pruefe(xml, variablen=variablen, themen=THEMEN)
    if ergebnis.status is not bpmn.Status.LAUFFAEHIG:
        assert ergebnis.ausfuehrbar == b"" and ergebnis.befunde
        return
    verschwunden = node_ids(xml) - node_ids(ergebnis.ausfuehrbar)
    genannt = {b.element for b in ergebnis.befunde}
    assert {k for k in verschwunden if not _inside(xml, k, verschwunden)} <= genannt
    quelle = spiff.Quelle(str(hash(ergebnis.ausfuehrbar)), "p", (ergebnis.ausfuehrbar,))
    spiff.lade_modell(quelle)


def node_ids(xml: bytes) -> set[str | None]:
    """Ids of all flow nodes of a file."""
    return {e.get("id") for e in etree.fromstring(xml).iter() if etree.QName(e).localname in KNOTENTYPEN}


def _inside(xml: bytes, kennung: str | None, andere: set[str | None]) -> bool:
    """Whether the element lies in another one of these: then that one is named."""
    (element,) = etree.fromstring(xml).xpath("//*[@id=$id]", id=kennung)
    return any(v.get("id") in andere for v in element.iterancestors())


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(zeichnungen(), st.integers())
def test_what_is_runnable_runs_to_its_end_or_says_where_it_stands(spiele: Any, xml: bytes, zufall: int) -> None:
    ergebnis = bpmn.pruefe(xml, variablen=frozenset({"betrag"}), themen=THEMEN)
    for modell in ergebnis.modelle:
        assert spiele(ergebnis, modell, random.Random(zufall)) in (
            "beendet",
            "offen",
            "wartet",
            "Ausfuehrungsfehler",
            "Stillstand",
            "Budgetfehler",
        )


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(zeichnungen())
def test_the_copy_of_a_copy_is_the_copy(xml: bytes) -> None:
    einmal = bpmn.pruefe(xml, variablen=frozenset({"betrag"}), themen=THEMEN)
    if einmal.status is bpmn.Status.LAUFFAEHIG:
        zweimal = bpmn.pruefe(einmal.ausfuehrbar, variablen=frozenset({"betrag"}), themen=THEMEN)
        assert zweimal.ausfuehrbar == einmal.ausfuehrbar


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.binary(max_size=300), st.text(alphabet="<>/&!?[]-ab'\"=: ;", max_size=200).map(str.encode)))
def test_no_bytes_make_the_check_fail(inhalt: bytes) -> None:
    assert bpmn.pruefe(inhalt).status is bpmn.Status.ABGELEHNT


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_no_damage_to_a_good_file_makes_the_check_fail(data: st.DataObject) -> None:
    gut = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<definitions xmlns="{BPMN}"><process id="p"><startEvent id="s"/>'
        '<task id="t" name="Prüfen"/><sequenceFlow id="f" sourceRef="s" targetRef="t"/></process></definitions>'
    ).encode()
    stelle = data.draw(st.integers(0, len(gut)))
    weg = data.draw(st.integers(0, 5))
    kaputt = gut[:stelle] + data.draw(st.binary(max_size=4)) + gut[stelle + weg :]
    assert isinstance(bpmn.pruefe(kaputt).to_json(), dict)


@pytest.mark.parametrize("inhalt", ["x = 1", "${x}"])
def test_findings_are_sorted_worst_first_and_named_once(zeichne: Any, inhalt: str) -> None:
    probe = zeichne(
        "<startEvent id='s'/><serviceTask id='a'/><scriptTask id='b'/><exclusiveGateway id='g'/>",
        *("s -> a", "a -> b", "b -> g", "g -> g", f"g -> b [{inhalt}]"),
    )
    stufen = [b.stufe for b in probe.ergebnis.befunde]
    assert stufen == sorted(stufen, key=["fehler", "warnung", "hinweis"].index)
    assert len(set(probe.ergebnis.befunde)) == len(probe.ergebnis.befunde)
