"""Which column of a table means what: found by usual names, or given by the user.

Owns the names of the meanings (`BEDEUTUNGEN`). Only mapped columns are ever read, so names of people stay in the file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from engine.errors import Invalid

#: meaning → usual column names, in lower case with one _ for anything between words
BEDEUTUNGEN: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "fall": (
            *("fall", "fall_id", "fallnummer", "fallnr", "vorgang", "vorgang_id", "vorgangsnummer", "aktenzeichen"),
            *("case_id", "caseid", "case", "case_concept_name", "case_number", "trace", "trace_id"),
        ),
        "aktivitaet": (
            *("aktivitaet", "aktivität", "schritt", "aufgabe", "taetigkeit", "tätigkeit", "ereignis"),
            *("activity", "activity_name", "concept_name", "task", "task_name", "event", "event_name"),
        ),
        "bereit": ("bereit", "bereit_am", "ready", "ready_time", "enabled_time", "enable_time", "schedule_time"),
        "beginn": (
            *("beginn", "begonnen", "begonnen_am", "startzeit", "start", "start_time", "start_timestamp", "starttime"),
            *("begin", "begin_time", "start_date"),
        ),
        "ende": (
            *(
                "ende",
                "fertig",
                "fertig_am",
                "erledigt",
                "erledigt_am",
                "endzeit",
                "abgeschlossen_am",
                "end",
                "end_time",
            ),
            *("end_timestamp", "endtime", "complete_time", "complete_timestamp", "completion_time", "end_date"),
        ),
        "zeit": (
            "zeit",
            "zeitpunkt",
            "zeitstempel",
            "datum",
            "timestamp",
            "time_timestamp",
            "time",
            "event_time",
            "date",
        ),
        "lebenszyklus": (
            "lebenszyklus",
            "ereignisart",
            "lifecycle_transition",
            "lifecycle",
            "transition",
            "event_type",
        ),
        "rolle": ("rolle", "gruppe", "stelle", "role", "org_role", "org_group", "group"),
    }
)


def parse_spalten(angaben: Sequence[str]) -> dict[str, str]:
    """The mapping that "fall=Nr,aktivitaet=Schritt" (also several of these) means; raises `Invalid`."""
    zuordnung: dict[str, str] = {}
    for teil in (teil for angabe in angaben for teil in re.split(r",(?=\w+=)", angabe)):
        bedeutung, gleich, spalte = teil.partition("=")
        bedeutung = bedeutung.strip().lower()
        if not gleich or bedeutung not in BEDEUTUNGEN or not spalte.strip():
            raise Invalid(
                f"Die Zuordnung „{teil[:60]}“ ist nicht verständlich. Erwartet wird BEDEUTUNG=SPALTE, "
                f"mit {', '.join(BEDEUTUNGEN)}."
            )
        zuordnung[bedeutung] = spalte.strip()
    return zuordnung


def find_spalten(kopf: Sequence[str], vorgabe: Mapping[str, str]) -> dict[str, str]:
    """Meaning → column of this header. Raises `Invalid` with everything that is missing, and what there is."""
    normal: dict[str, str] = {}
    for spalte in kopf:
        normal.setdefault(_normal(spalte), spalte)
    gefunden = {
        bedeutung: next((normal[name] for name in namen if name in normal), None)
        for bedeutung, namen in BEDEUTUNGEN.items()
        if bedeutung not in vorgabe
    }
    zuordnung = {**{b: s for b, s in gefunden.items() if s is not None}, **vorgabe}
    _check(zuordnung, kopf)
    return zuordnung


def _check(zuordnung: Mapping[str, str], kopf: Sequence[str]) -> None:
    felder = {
        bedeutung: f"Die Spalte „{spalte[:60]}“ ({bedeutung}) gibt es nicht."
        for bedeutung, spalte in zuordnung.items()
        if spalte not in kopf
    }
    for bedeutung in ("fall", "aktivitaet"):
        if bedeutung not in zuordnung:
            felder[bedeutung] = f"Es fehlt eine Spalte für {bedeutung}."
    if not {"ende", "zeit", "beginn"} & set(zuordnung):
        felder["ende"] = "Es fehlt eine Spalte mit Zeitpunkten (ende, zeit oder beginn)."
    if felder:
        namen = ", ".join(f"„{spalte[:40]}“" for spalte in kopf[:40])
        raise Invalid(
            f"Das Protokoll kann nicht gelesen werden: {' '.join(felder.values())} Die Datei hat die Spalten {namen}. "
            "Bitte ordnen Sie zu, z. B. fall=Nummer.",
            felder=felder,
        )


def _normal(spalte: str) -> str:
    return re.sub(r"[^0-9a-zäöüß]+", "_", spalte.strip().lower()).strip("_")
