"""What is measured: the drawings of the benchmark, written in a short notation, and the forms of their steps."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
#: what the first form of the adapter measurement carries, about 0.8 kB
FORMULAR: dict[str, Any] = {
    "zeilen": [{"posten": f"Posten {n}", "menge": n + 1, "preis": 9.5 + n, "notiz": "an den Hof"} for n in range(8)],
    "art": "klein",
    "eingang": "2026-03-02T08:00:00+00:00",
}
HAUPT = """
    start antrag stufe/xor leitung direktion m1/xor entschieden/xor absagen ende_nein/ende
    teilung/and bestellen annehmen zahlung/ruf melden buchen vereinigung/and gut/xor maengel m2/xor ablage ende/ende
    start>antrag antrag>stufe stufe>leitung:art="klein" stufe>direktion:* leitung>m1 direktion>m1 m1>entschieden
    entschieden>antrag:urteil="nochmal" entschieden>absagen:urteil="nein" entschieden>teilung:* absagen>ende_nein
    teilung>bestellen bestellen>annehmen annehmen>vereinigung teilung>zahlung zahlung>vereinigung
    teilung>melden melden>vereinigung teilung>buchen buchen>vereinigung vereinigung>gut gut>maengel:guete="schlecht"
    gut>m2:* maengel>m2 m2>ablage ablage>ende mahnung>anrufen anrufen>ende_mahnung anrufen ende_mahnung/ende
"""
GERUFEN = "start rechnung pruefen freigabe ende/ende start>rechnung rechnung>pruefen pruefen>freigabe freigabe>ende"
MAHNUNG = (
    '<boundaryEvent id="mahnung" attachedToRef="leitung" cancelActivity="false"><timerEventDefinition>'
    "<timeDuration>P3D</timeDuration></timerEventDefinition></boundaryEvent>"
)
ARTEN = {"xor": "exclusiveGateway", "and": "parallelGateway", "ende": "endEvent", "ruf": "callActivity"}


def write_xml(prozess: str, text: str, zusatz: str = "") -> bytes:
    """The short notation above as BPMN: ``id/kind`` and ``from>to:condition``, ``*`` for the default."""
    teile, standard, fluesse = text.split(), {}, []
    for nr, (von, nach, wenn) in enumerate(re.findall(r"(\w+)>(\w+)(?::(\S+))?", text)):
        if wenn == "*":
            standard[von] = f"f{nr}"
        bedingung = f"<conditionExpression>{wenn}</conditionExpression>" if wenn and wenn != "*" else ""
        fluesse.append(f'<sequenceFlow id="f{nr}" sourceRef="{von}" targetRef="{nach}">{bedingung}</sequenceFlow>')
    knoten = []
    for name, _, kurz in (teil.partition("/") for teil in teile if ">" not in teil):
        art = "startEvent" if name == "start" else ARTEN.get(kurz, "userTask")
        attribute = f' default="{standard[name]}"' if name in standard else ""
        attribute += ' calledElement="zahlung_prozess"' if kurz == "ruf" else ""
        knoten.append(f'<{art} id="{name}" name="{name}"{attribute}/>')
    inhalt = "".join(knoten) + zusatz + "".join(fluesse)
    return (
        f'<definitions xmlns="{BPMN}" targetNamespace="t" id="d"><process id="{prozess}" isExecutable="true">{inhalt}'
        "</process></definitions>"
    ).encode()


def write_dateien() -> tuple[bytes, bytes]:
    """The process and the one it calls."""
    return write_xml("p", HAUPT, MAHNUNG), write_xml("zahlung_prozess", GERUFEN)


def write_zweige(anzahl: int, prozess: str = "p") -> bytes:
    """So many parallel steps between a split and a join, then one last step."""
    zweige = [f"z{nr}" for nr in range(anzahl)]
    fluesse = " ".join(f"teilung>{z} {z}>vereinigung" for z in zweige)
    knoten = f"start teilung/and {' '.join(zweige)} vereinigung/and ablage"
    return write_xml(prozess, f"{knoten} start>teilung {fluesse} vereinigung>ablage")


def write_kette(anzahl: int) -> bytes:
    """So many steps, one after the other."""
    schritte = [f"s{nr}" for nr in range(1, anzahl + 1)]
    namen = ["start", *schritte, "ende"]
    fluesse = " ".join(f"{von}>{nach}" for von, nach in pairwise(namen))
    return write_xml("kette", f"start {' '.join(schritte)} ende/ende {fluesse}")


def _feld(art: str, key: str, klasse: str, **mehr: Any) -> dict[str, Any]:
    return {"type": art, "key": key, "label": key.title(), "properties": {"datenklasse": klasse}, **mehr}


def _auswahl(key: str, *werte: str) -> dict[str, Any]:
    return _feld("select", key, "S0", values=[{"label": w, "value": w} for w in werte], validate={"required": True})


#: form-js schemas by name; steering data S0 beside protected contents of two classes
FORMULARE: dict[str, Any] = {
    "antrag": {
        "type": "default",
        "components": [
            _auswahl("art", "klein", "gross"),
            _feld("textarea", "anlass", "S1", validate={"required": True, "maxLength": 2000}),
            _feld("textarea", "befund", "S3", validate={"maxLength": 2000}),
        ],
    },
    "leitung": {
        "type": "default",
        "components": [_auswahl("urteil", "nochmal", "nein", "ja"), _feld("textarea", "vermerk", "S1")],
    },
}
#: what is typed into them
ANTRAG = {"art": ["klein"], "anlass": ["Die Familie bittet um Hilfe. " * 12], "befund": ["Ohne Befund. " * 12]}
NOCHMAL = {"urteil": ["nochmal"], "vermerk": ["Bitte die zweite Zeile berichtigen."]}
JA = {"urteil": ["ja"], "vermerk": ["Einverstanden."]}
VERMERK = {"vermerk": ["Erledigt am Telefon, die Familie weiß Bescheid."]}
