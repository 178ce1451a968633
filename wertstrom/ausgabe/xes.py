"""Writes XES (IEEE 1849): one trace per Fall, one event per transition of a run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TextIO
from xml.sax.saxutils import quoteattr

from wertstrom.ausgabe.zeilen import Fall, clean, faelle_of
from wertstrom.ereignisprotokoll import Protokoll

_KOPF = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849.2016" xes.features="nested-attributes" xmlns="http://www.xes-standard.org/">
<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
<extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
<extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>
<extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
<classifier name="Activity" keys="concept:name"/>
"""


def write_xes(teile: Iterable[Protokoll], ziel: Path) -> None:
    """All parts as one log."""
    with ziel.open("w", encoding="utf-8", newline="\n") as datei:
        datei.write(_KOPF)
        for teil in teile:
            for fall in faelle_of(teil):
                _write_trace(datei, fall)
        datei.write("</log>\n")


def _write_trace(datei: TextIO, fall: Fall) -> None:
    datei.write("<trace>\n")
    _write_texte(datei, {"concept:name": fall.nummer, **fall.angaben})
    for vorfall in fall.vorfaelle():
        datei.write("<event>")
        texte = {"concept:name": vorfall.name, "lifecycle:transition": vorfall.uebergang, **vorfall.angaben}
        _write_texte(datei, texte)
        datei.write(f'<date key="time:timestamp" value={quoteattr(vorfall.zeit)}/></event>\n')
    datei.write("</trace>\n")


def _write_texte(datei: TextIO, texte: Mapping[str, str]) -> None:
    datei.writelines(f"<string key={quoteattr(k)} value={quoteattr(clean(w))}/>" for k, w in texte.items())
