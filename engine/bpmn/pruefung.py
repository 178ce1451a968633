"""The check of one file, from bytes to findings and executable copy; a pure function without state, files or clock."""

from __future__ import annotations

from collections.abc import Mapping

from engine.bpmn import aufbau, ausgabe, beschriftungen, lesen, regeln, schema, schritte, vorgaben
from engine.bpmn.ergebnis import ABLAUFFEHLER, Befund, Pruefergebnis, Status, Stufe
from engine.bpmn.zeichnung import Zeichnung

_RANG = {Stufe.FEHLER: 0, Stufe.WARNUNG: 1, Stufe.HINWEIS: 2}


def pruefe(
    inhalt: bytes,
    datei: str = "",
    *,
    bekannte_prozesse: frozenset[str] = frozenset(),
    variablen: frozenset[str] | None = None,
    entscheidungen: Mapping[str, frozenset[str]] | None = None,
    zuordnung: Mapping[str, str] | None = None,
    dienste: frozenset[str] = frozenset(),
    themen: frozenset[str] = frozenset(),
    bedingungen: Mapping[str, Mapping[str, str]] | None = None,
    aufrufe: Mapping[str, str] | None = None,
    ereignisse: Mapping[str, Mapping[str, str]] | None = None,
) -> Pruefergebnis:
    """Check a drawing and make it runnable.

    Parameters
    ----------
    inhalt
        The file as uploaded, never trusted.
    datei
        Its name, for the result only.
    bekannte_prozesse
        Ids of published processes that a call activity may name.
    variablen
        Variables that forms and tables of the process can set. A condition that reads anything else is left to a
        person. None means unknown: conditions in FEEL are kept, those in other languages are not.
    entscheidungen
        Decisions of the process by id or name, with the variables they set (`dmn.Sammlung.ausgaben`): business rule
        tasks that name one of them run by themselves.
    zuordnung
        Element id -> decision, ``dienst:name`` or ``thema:name``, chosen beside the drawing; wins over what the
        drawing names.
    dienste
        Names of the internal services that exist.
    themen
        Topics of which external services take their work.
    bedingungen
        Gateway -> exit -> FEEL, chosen beside the drawing (see `vorgaben`).
    aufrufe
        Call activity -> id of the process that it runs, chosen beside the drawing.
    ereignisse
        Event -> its message or its time, chosen beside the drawing (see `vorgaben`).

    Returns
    -------
    All findings at once, the worst first; never raises for any content of `inhalt`.
    """
    try:
        gelesen = lesen.lies_xml(inhalt)
        zeichnung = aufbau.read_zeichnung(
            gelesen,
            bekannte_prozesse=bekannte_prozesse,
            variablen=variablen,
            entscheidungen=entscheidungen or {},
            zuordnung=zuordnung or {},
            dienste=dienste,
            themen=themen,
        )
    except lesen.Abgelehnt as grund:
        return Pruefergebnis(datei, Status.ABGELEHNT, (grund.befund,))
    zeichnung.befunde.extend(gelesen.befunde)
    aufbau.report_beiwerk(zeichnung, gelesen)
    beschriftungen.report_beschriftungen(zeichnung, gelesen)
    schema.report_schema(zeichnung, gelesen)
    vorgaben.apply_vorgaben(zeichnung, bedingungen or {}, aufrufe or {}, ereignisse or {})
    regeln.apply_regeln(zeichnung)
    return _result(zeichnung, datei)


def _result(zeichnung: Zeichnung, datei: str) -> Pruefergebnis:
    if not zeichnung.prozesse:
        zeichnung.warnung(
            "kein_ablauf",
            None,
            "Die Datei enthält keinen Prozess mit Schritten. Es gibt nichts auszuführen.",
            "Prüfen Sie, ob Sie die richtige Datei oder das richtige Diagramm exportiert haben.",
        )
        return Pruefergebnis(datei, Status.LEER, _sort(zeichnung.befunde))
    befunde = _sort(zeichnung.befunde)
    if any(b.stufe is Stufe.FEHLER and b.art not in ABLAUFFEHLER for b in befunde):
        return Pruefergebnis(datei, Status.ABGELEHNT, befunde)
    modelle = tuple(schritte.read_modell(p) for p in zeichnung.prozesse)
    return Pruefergebnis(datei, Status.LAUFFAEHIG, befunde, modelle, ausgabe.write_xml(zeichnung))


def _sort(befunde: list[Befund]) -> tuple[Befund, ...]:
    """Worst first, then as they stand in the file; the same finding at the same element once."""
    einmal = {(b.art, b.element, b.text): b for b in befunde}
    return tuple(sorted(einmal.values(), key=lambda b: (_RANG[b.stufe], b.zeile or 0, b.art)))
