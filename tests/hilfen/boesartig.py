"""Drawings that want to harm: each with the findings of which at least one must name what is wrong with it."""

from __future__ import annotations

import gzip
import io
import itertools
import zipfile

KOPF = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t" id="d">'
)
GEFAHR = '<script>alert("x")</script><img src=x onerror=alert(1)>'
GEFAHR_XML = GEFAHR.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def prozess(knoten: str = "", fluesse: str = "", mehr: str = "", **attribute: str) -> bytes:
    """A process s → a → e with whatever stands between."""
    extra = "".join(f' {name}="{wert}"' for name, wert in attribute.items())
    inhalt = knoten or '<userTask id="a"/>'
    linien = fluesse or (
        '<sequenceFlow id="f" sourceRef="s" targetRef="a"/><sequenceFlow id="g" sourceRef="a" targetRef="e"/>'
    )
    return (
        f'{KOPF}<process id="p" isExecutable="true"{extra}><startEvent id="s"/>{inhalt}<endEvent id="e"/>{linien}'
        f"</process>{mehr}</definitions>"
    ).encode()


def _bombe() -> bytes:
    stufen = "".join(f'<!ENTITY e{n} "{"".join(f"&e{n - 1};" for _ in range(10))}">' for n in range(1, 10))
    return f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY e0 "lol">{stufen}]><definitions>&e9;</definitions>'.encode()


def _quadratisch() -> bytes:
    return f'<!DOCTYPE d [<!ENTITY a "{"x" * 50_000}">]><definitions>{"&a;" * 50_000}</definitions>'.encode()


def _extern(ziel: str) -> bytes:
    return f'<!DOCTYPE d [<!ENTITY x SYSTEM "{ziel}">]><definitions>&x;</definitions>'.encode()


def _viele_knoten(anzahl: int) -> bytes:
    knoten = "".join(f'<userTask id="a{n}"/>' for n in range(anzahl))
    folge = ["s", *(f"a{n}" for n in range(anzahl)), "e"]
    paare = itertools.pairwise(folge)
    linien = "".join(f'<sequenceFlow id="f{n}" sourceRef="{v}" targetRef="{z}"/>' for n, (v, z) in enumerate(paare))
    return prozess(knoten, linien)


def _zip() -> bytes:
    strom = io.BytesIO()
    with zipfile.ZipFile(strom, "w", zipfile.ZIP_DEFLATED) as archiv:
        archiv.writestr("bombe.bpmn", b"\0" * 50_000_000)
    return strom.getvalue()


def _ring() -> bytes:
    """Two processes that call each other."""
    rufe = '<callActivity id="{0}a" calledElement="{1}"/>'
    teile = "".join(
        f'<process id="{wer}" isExecutable="true"><startEvent id="{wer}s"/>{rufe.format(wer, wen)}'
        f'<endEvent id="{wer}e"/>'
        f'<sequenceFlow id="{wer}f" sourceRef="{wer}s" targetRef="{wer}a"/>'
        f'<sequenceFlow id="{wer}g" sourceRef="{wer}a" targetRef="{wer}e"/></process>'
        for wer, wen in (("q", "r"), ("r", "q"))
    )
    return f"{KOPF}{teile}</definitions>".encode()


def _mehrfach(anzahl: str) -> bytes:
    return prozess(
        '<userTask id="a"><multiInstanceLoopCharacteristics><loopCardinality>'
        f"{anzahl}</loopCardinality></multiInstanceLoopCharacteristics></userTask>"
    )


def _verflochten() -> bytes:
    """Thirty parallel branches with a choice each, before one join: 2³⁰ ways."""
    knoten = "".join(f'<exclusiveGateway id="x{n}"/><userTask id="a{n}"/>' for n in range(30))
    wege = [("s", "t"), ("v", "e"), *((f"x{n}", "v") for n in range(30)), *(("t", f"x{n}") for n in range(30))]
    wege += [(f"x{n}", f"a{n}") for n in range(30)]
    linien = "".join(f'<sequenceFlow id="f{n}" sourceRef="{v}" targetRef="{z}"/>' for n, (v, z) in enumerate(wege))
    return prozess(f'<parallelGateway id="t"/><parallelGateway id="v"/>{knoten}', linien)


def _als(kodierung: str, angabe: str) -> bytes:
    """A process with an umlaut, stored in another way than it says."""
    return prozess(name="Prüfung").decode().replace("UTF-8", angabe).encode(kodierung)


#: name -> (content, codes of findings of which at least one has to come; none: it is large and runs)
FAELLE: dict[str, tuple[bytes, frozenset[str]]] = {
    "entitaeten_bombe": (_bombe(), frozenset({"doctype"})),
    "entitaeten_quadratisch": (_quadratisch(), frozenset({"doctype"})),
    "entitaet_datei": (_extern("file:///etc/passwd"), frozenset({"doctype"})),
    "entitaet_netz": (_extern("http://127.0.0.1:9/x"), frozenset({"doctype"})),
    "zip": (_zip(), frozenset({"kein_xml"})),
    "gzip": (gzip.compress(prozess()), frozenset({"kein_xml"})),
    "attribut_10_mb": (prozess(name="x" * 10_000_000), frozenset({"zu_gross"})),
    "attribut_4_mb": (prozess(name="x" * 4_000_000), frozenset({"beschriftung_gekuerzt"})),
    "geschachtelt": (
        prozess("<subProcess>" * 100_000 + "</subProcess>" * 100_000),
        frozenset({"zu_gross"}),
    ),
    "fremd_geschachtelt": (prozess("<x>" * 100_000), frozenset({"zu_gross"})),
    "knoten_20000": (_viele_knoten(20_000), frozenset({"zu_gross"})),
    "knoten_4900": (_viele_knoten(4_900), frozenset()),
    "namensraeume": (
        prozess("".join(f'<x xmlns:n{n}="urn:{n}"/>' for n in range(20_000))),
        frozenset({"zu_gross"}),
    ),
    "attribute_100000": (
        prozess(f'<userTask id="a" {" ".join(f"b{n}=" + chr(34) * 2 for n in range(100_000))}/>'),
        frozenset({"zu_gross"}),
    ),
    "script": (
        prozess(
            f'<userTask id="a" name="{GEFAHR_XML}"><documentation>{GEFAHR_XML}</documentation></userTask>',
            name=GEFAHR_XML,
        ),
        frozenset({"auszeichnung_als_text"}),
    ),
    "script_in_id": (prozess(f'<userTask id="{GEFAHR_XML}"/>'), frozenset({"kennung_ersetzt"})),
    "nul": (prozess(name="a\0b"), frozenset({"xml_repariert", "kein_xml"})),
    "nul_verweis": (prozess(name="a&#0;b"), frozenset({"xml_repariert", "kein_xml"})),
    "schreibrichtung": (prozess(name="gut\u202etxe.exe", id2="\u2066"), frozenset({"steuerzeichen_entfernt"})),
    "doppelte_kennung": (
        prozess('<userTask id="a"/><userTask id="a"/><userTask id="a"/>'),
        frozenset({"kennung_ersetzt"}),
    ),
    "selbstaufruf": (prozess('<callActivity id="a" calledElement="p"/>'), frozenset({"aufruf_im_kreis"})),
    "ring": (_ring(), frozenset({"aufruf_im_kreis"})),
    "verflochten": (_verflochten(), frozenset({"ablauf_zu_verzweigt"})),
    "utf_16": (_als("utf-16", "UTF-16"), frozenset()),
    "utf_16_ohne_bom": (_als("utf-16-be", "UTF-16"), frozenset()),
    "utf_7": (_als("utf-7", "UTF-7"), frozenset({"kodierung_falsch", "kein_xml"})),
    "latin_1_als_utf_8": (_als("latin-1", "UTF-8"), frozenset({"kodierung_falsch"})),
    "ebcdic": (_als("cp500", "cp500"), frozenset({"kein_xml"})),
    "kodierung_erfunden": (_als("utf-8", "python-escape"), frozenset({"kodierung_falsch"})),
    "milliarden": (_mehrfach("4000000000"), frozenset({"mehrfach_ohne_anzahl"})),
    "milliarden_ausdruck": (_mehrfach("10**10**10"), frozenset()),
    "ausdruck_verschachtelt": (
        prozess(
            '<exclusiveGateway id="a"/><userTask id="b"/>',
            '<sequenceFlow id="f" sourceRef="s" targetRef="a"/><sequenceFlow id="g" sourceRef="a" targetRef="e">'
            f"<conditionExpression>{'(' * 50_000}1{')' * 50_000}</conditionExpression></sequenceFlow>"
            '<sequenceFlow id="h" sourceRef="a" targetRef="b"/><sequenceFlow id="i" sourceRef="b" targetRef="e"/>',
        ),
        frozenset({"bedingung_nicht_ausfuehrbar"}),
    ),
}
