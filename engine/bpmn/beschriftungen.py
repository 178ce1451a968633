"""Labels that are not shown as they were written: control characters, marks of direction, markup, too long.

They are made harmless while reading (`aufbau`) and while showing (templates escape); here it is only said.
"""

from __future__ import annotations

import re

from lxml import etree

from engine.bpmn.aufbau import MAX_DOKUMENTATION
from engine.bpmn.elemente import MAX_NAME
from engine.bpmn.lesen import BPMN, Gelesen
from engine.bpmn.zeichnung import Bereich, Zeichnung
from engine.bpmn.zeilen import zeile_von

_STEUERZEICHEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_AUSZEICHNUNG = re.compile(r"<\s*/?\s*(?:script|img|svg|iframe|object|embed|style|link|a|form)\b|javascript:", re.I)


def report_beschriftungen(zeichnung: Zeichnung, gelesen: Gelesen) -> None:
    """One finding for each kind, at its first element."""
    gemeldet: set[str] = set()
    for element in gelesen.wurzel.iter(f"{{{BPMN}}}*"):
        name = element.get("name", "")
        text = "".join(str(t) for t in element.itertext()) if element.tag == f"{{{BPMN}}}documentation" else ""
        if not name and not text:
            continue
        for art in _arten(name, text) - gemeldet:
            gemeldet.add(art)
            _report(zeichnung, gelesen, element, art)


def _arten(name: str, text: str) -> set[str]:
    treffer = {
        "beschriftung_gekuerzt": len(name) > MAX_NAME or len(text) > MAX_DOKUMENTATION,
        "steuerzeichen_entfernt": bool(_STEUERZEICHEN.search(name) or _STEUERZEICHEN.search(text)),
        "auszeichnung_als_text": bool(_AUSZEICHNUNG.search(name) or _AUSZEICHNUNG.search(text)),
    }
    return {art for art, trifft in treffer.items() if trifft}


def _report(zeichnung: Zeichnung, gelesen: Gelesen, element: etree._Element, art: str) -> None:
    traeger = element.getparent() if element.tag == f"{{{BPMN}}}documentation" else element
    ort = Bereich((traeger if traeger is not None else element).get("id", ""), "", zeile_von(gelesen.zeilen, element))
    if art == "beschriftung_gekuerzt":
        zeichnung.hinweis(
            art,
            ort,
            f"Eine Beschriftung ist länger als {MAX_NAME} oder eine Erläuterung länger als {MAX_DOKUMENTATION} Zeichen."
            " In Listen steht nur ihr Anfang.",
            "Kürzen Sie den Text; Einzelheiten gehören in ein Dokument.",
        )
    elif art == "steuerzeichen_entfernt":
        zeichnung.warnung(
            art,
            ort,
            "Eine Beschriftung enthält unsichtbare Steuerzeichen oder kehrt die Schreibrichtung um."
            " Diese Zeichen sind entfernt.",
            "Prüfen Sie die Beschriftung und schreiben Sie sie im Zeichenwerkzeug neu.",
        )
    else:
        zeichnung.warnung(
            art,
            ort,
            "Eine Beschriftung enthält Programmtext oder Auszeichnungen. Sie werden nur als Text gezeigt.",
            "Entfernen Sie den Programmtext im Zeichenwerkzeug.",
        )
