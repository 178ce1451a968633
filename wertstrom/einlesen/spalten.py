"""Which column of a table means what: found by usual names, or given by the user.

Owns the names of the meanings (`BEDEUTUNGEN`) and of the Merkmale. Only mapped columns are ever read, so names of
people stay in the file.
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
            *("fall", "fall_id", "fallnummer", "fallnr", "fall_nr", "vorgang", "vorgang_id", "vorgangsnummer"),
            *("aktenzeichen", "case_id", "caseid", "case", "case_concept_name", "case_number", "trace", "trace_id"),
            *("case_nr", "casenumber", "ticket_id", "incident_id", "instance_id", "process_instance_id"),
        ),
        "aktivitaet": (
            *("aktivitaet", "aktivität", "schritt", "aufgabe", "taetigkeit", "tätigkeit", "ereignis"),
            *("activity", "activity_name", "concept_name", "task", "task_name", "event", "event_name"),
            *("activityid", "activity_id", "activityname", "taskname", "eventname", "action", "vorgangsschritt"),
        ),
        "bereit": ("bereit", "bereit_am", "ready", "ready_time", "enabled_time", "enable_time", "schedule_time"),
        "beginn": (
            *("beginn", "begonnen", "begonnen_am", "startzeit", "start", "start_time", "start_timestamp", "starttime"),
            *("begin", "begin_time", "start_date", "startdate", "starttimestamp", "started_at", "von"),
        ),
        "ende": (
            *("ende", "fertig", "fertig_am", "erledigt", "erledigt_am", "endzeit", "abgeschlossen_am", "end", "bis"),
            *("end_time", "end_timestamp", "endtime", "complete_time", "complete_timestamp", "completion_time"),
            *("end_date", "enddate", "endtimestamp", "completetimestamp", "finished_at", "finish_time"),
        ),
        "zeit": (
            *("zeit", "zeitpunkt", "zeitstempel", "datum", "timestamp", "time_timestamp", "time", "event_time"),
            *("date", "eventtime", "event_timestamp", "completed_at", "created_at"),
        ),
        "lebenszyklus": (
            *("lebenszyklus", "ereignisart", "lifecycle_transition", "lifecycle", "transition", "event_type"),
        ),
        "rolle": ("rolle", "gruppe", "stelle", "einheit", "role", "org_role", "org_group", "group"),
        # What only our own files have; other values than ours are not taken over.
        "knoten": ("knoten",),
        "art": ("art",),
        "ausgang": ("ausgang",),
        "grund": ("grund",),
        "frist": ("frist",),
        "pausen": ("unterbrechungen",),
        "fallbeginn": ("fallbeginn",),
        "fallende": ("fallende",),
        "fallausgang": ("fallausgang",),
        "version": ("prozessversion",),
        # Merkmale by which Faelle are grouped.
        "hilfeart": ("hilfeart",),
        "track": ("track",),
        "bezirk": ("bezirk",),
        "pilot": ("pilot",),
    }
)
MERKMALE = ("hilfeart", "track", "bezirk", "pilot")
ZEITEN = ("bereit", "beginn", "ende", "zeit")
#: further columns of our own files: prefix of the heading → prefix of the meaning
_EIGENE = {"merkmal ": "merkmal:", "meilenstein ": "meilenstein:"}
_WEITERE = re.compile(r"merkmal:[a-z0-9_]{1,40}|meilenstein:m_[a-z0-9_]{1,40}")


def is_bedeutung(name: str) -> bool:
    """Whether a column can mean this: one of `BEDEUTUNGEN`, „merkmal:NAME“ or „meilenstein:m_NAME“."""
    return name in BEDEUTUNGEN or _WEITERE.fullmatch(name) is not None


def parse_spalten(angaben: Sequence[str]) -> dict[str, str]:
    """The mapping that "fall=Nr,aktivitaet=Schritt" (also several of these) means; raises `Invalid`."""
    zuordnung: dict[str, str] = {}
    for teil in (teil for angabe in angaben for teil in re.split(r",(?=[\w:]+=)", angabe)):
        bedeutung, gleich, spalte = teil.partition("=")
        bedeutung = bedeutung.strip().lower()
        if not gleich or not is_bedeutung(bedeutung) or not spalte.strip():
            raise Invalid(
                f"Die Zuordnung „{teil[:60]}“ ist nicht verständlich. Erwartet wird BEDEUTUNG=SPALTE, "
                f"mit {', '.join(BEDEUTUNGEN)} oder merkmal:NAME."
            )
        zuordnung[bedeutung] = spalte.strip()
    return zuordnung


def guess_spalten(kopf: Sequence[str]) -> dict[str, str]:
    """Meaning → column of this header, by usual names only."""
    normal: dict[str, str] = {}
    for spalte in kopf:
        normal.setdefault(normal_name(spalte), spalte)
    gefunden = {
        bedeutung: next((normal[name] for name in namen if name in normal), None)
        for bedeutung, namen in BEDEUTUNGEN.items()
    }
    zuordnung = {bedeutung: spalte for bedeutung, spalte in gefunden.items() if spalte is not None}
    for spalte in kopf:
        klein = spalte.strip().lower()
        for anfang, bedeutung in _EIGENE.items():
            name = bedeutung + klein.removeprefix(anfang).strip()
            if klein.startswith(anfang) and is_bedeutung(name):
                zuordnung.setdefault(name, spalte)
    return zuordnung


def find_spalten(kopf: Sequence[str], vorgabe: Mapping[str, str], verworfen: Sequence[str] = ()) -> dict[str, str]:
    """Meaning → column of this header; what the user said goes first, dropped columns mean nothing.

    Raises `Invalid` with everything that is missing, and what there is.
    """
    frei = [spalte for spalte in kopf if spalte not in verworfen]
    vergeben = set(vorgabe.values())
    geraten = {b: s for b, s in guess_spalten(frei).items() if b not in vorgabe and s not in vergeben}
    zuordnung = {**geraten, **vorgabe}
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
        raise missing(felder, kopf)


def missing(felder: Mapping[str, str], kopf: Sequence[str]) -> Invalid:
    """What to say when columns cannot be found."""
    namen = ", ".join(f"„{spalte[:40]}“" for spalte in kopf[:40])
    return Invalid(
        f"Das Protokoll kann nicht gelesen werden: {' '.join(felder.values())} Die Datei hat die Spalten {namen}. "
        "Bitte ordnen Sie zu, z. B. fall=Nummer.",
        felder=dict(felder),
    )


def normal_name(spalte: str) -> str:
    """A heading in lower case, with one _ for anything between words."""
    return re.sub(r"[^0-9a-zäöüß]+", "_", spalte.strip().lower()).strip("_")
