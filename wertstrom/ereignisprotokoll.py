"""The contract between whoever records work and whoever evaluates it: Faelle, Schritte and Pausen, without persons.

Owns columns, types, units and the rules that every Protokoll keeps. Never computes a figure. Instants are BIGINT
microseconds since 1970-01-01T00:00Z. A Schritt is one run of a node of the drawing (or of an activity of a log):

    bereit ──Liegezeit──▶ begonnen ──Bearbeitungsdauer, less Pausen──▶ fertig

`bereit_us` is null only in imported logs, where nobody knows when the work arrived; `begonnen_us` is null when nobody
began or the log does not say; `fertig_us` is null exactly while the run is offen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum

import pyarrow as pa
import pyarrow.compute as pc

from engine.errors import Invalid
from engine.kalender import BERLIN


class Art(StrEnum):
    """What kind of time a Schritt is."""

    AUFGABE = "aufgabe"  # a person works: Liegezeit, then Bearbeitungsdauer
    EINGANG = "eingang"  # a person confirms an arrival: all of it is Wartezeit extern
    WARTEN = "warten"  # a timer or a message: all of it is Wartezeit extern


class Ausgang(StrEnum):
    """How the run of a Schritt ended."""

    ERLEDIGT = "erledigt"
    ZURUECKGEGEBEN = "zurueckgegeben"
    ENTFALLEN = "entfallen"
    OFFEN = "offen"


class FallAusgang(StrEnum):
    """How a Fall ended; only abgeschlossene have a Durchlaufzeit."""

    ABGESCHLOSSEN = "abgeschlossen"
    ABGEBROCHEN = "abgebrochen"
    OFFEN = "offen"


def _schema(**spalten: tuple[pa.DataType, bool]) -> pa.Schema:
    return pa.schema([pa.field(name, typ, nullable=leer) for name, (typ, leer) in spalten.items()])


FAELLE = _schema(
    fall=(pa.int64(), False),  # pseudonym, new for every store; never an Aktenzeichen
    prozess=(pa.string(), False),
    version=(pa.int32(), False),
    start_us=(pa.int64(), False),  # Eingang
    ende_us=(pa.int64(), True),  # null while offen
    ausgang=(pa.string(), False),
    beispiel=(pa.bool_(), False),  # Beispieldaten
)
SCHRITTE = _schema(
    fall=(pa.int64(), False),
    knoten=(pa.string(), False),  # id of the element in the drawing, or the activity
    lauf=(pa.int32(), False),  # run of this node in this Fall, from 1
    name=(pa.string(), False),
    rolle=(pa.string(), True),
    art=(pa.string(), False),
    bereit_us=(pa.int64(), True),
    begonnen_us=(pa.int64(), True),
    fertig_us=(pa.int64(), True),
    ausgang=(pa.string(), False),
    grund=(pa.string(), True),  # W-code of a Rueckgabe
    frist_us=(pa.int64(), True),  # until when it was to be fertig
)
PAUSEN = _schema(
    fall=(pa.int64(), False),
    knoten=(pa.string(), False),
    lauf=(pa.int32(), False),
    von_us=(pa.int64(), False),
    bis_us=(pa.int64(), True),  # null while it lasts
    grund=(pa.string(), False),
    extern=(pa.bool_(), False),  # somebody outside the office has to act
)
MEILENSTEINE = _schema(
    fall=(pa.int64(), False),
    meilenstein=(pa.string(), False),
    zeit_us=(pa.int64(), False),  # when it was reached; may lie after the end of what is measured
)
MERKMALE = _schema(
    fall=(pa.int64(), False),
    name=(pa.string(), False),  # e.g. hilfeart, or something that is counted
    wert=(pa.string(), False),  # a group or a number, never a text about people
)

#: what describes a group of Faelle is short
MERKMAL_ZEICHEN = 60

#: instants a Protokoll may hold: later or earlier ones are mistakes of the source
FRUEHESTENS_US = 0
SPAETESTENS_US = (datetime(2101, 1, 1, tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)

_EPOCHE = datetime(1970, 1, 1, tzinfo=UTC)
_MIKROSEKUNDE = timedelta(microseconds=1)


@dataclass(frozen=True)
class Protokoll:
    """Faelle with their Schritte, Pausen, milestones and Merkmale, as Arrow tables with the schemas above."""

    faelle: pa.Table
    schritte: pa.Table
    pausen: pa.Table = field(default_factory=PAUSEN.empty_table)
    #: events of the source that went into it
    ereignisse: int = 0
    #: local time of the office whose instants these are; a file without zones has a clock of its own
    zone: tzinfo = BERLIN
    #: what the reader could not use, in words
    hinweise: tuple[str, ...] = ()
    meilensteine: pa.Table = field(default_factory=MEILENSTEINE.empty_table)
    merkmale: pa.Table = field(default_factory=MERKMALE.empty_table)


def as_us(zeit: datetime) -> int:
    """Microseconds since the epoch of an aware instant; a naive one raises TypeError."""
    return (zeit - _EPOCHE) // _MIKROSEKUNDE


def as_zeit(us: int) -> datetime:
    """The aware UTC instant of `as_us`."""
    return _EPOCHE + us * _MIKROSEKUNDE


def create_protokoll(
    faelle: Sequence[Mapping[str, object]],
    schritte: Sequence[Mapping[str, object]],
    pausen: Sequence[Mapping[str, object]] = (),
    *,
    meilensteine: Sequence[Mapping[str, object]] = (),
    merkmale: Sequence[Mapping[str, object]] = (),
    ereignisse: int = 0,
) -> Protokoll:
    """A Protokoll from plain rows; missing keys are null."""
    return Protokoll(
        pa.Table.from_pylist(list(faelle), schema=FAELLE),
        pa.Table.from_pylist(list(schritte), schema=SCHRITTE),
        pa.Table.from_pylist(list(pausen), schema=PAUSEN),
        ereignisse,
        meilensteine=pa.Table.from_pylist(list(meilensteine), schema=MEILENSTEINE),
        merkmale=pa.Table.from_pylist(list(merkmale), schema=MERKMALE),
    )


def check(protokoll: Protokoll) -> Protokoll:
    """The same Protokoll, if it keeps the contract.

    Raises
    ------
    engine.errors.Invalid
        With every broken rule at once: `felder` maps the rule to a German sentence that counts the rows.
    """
    felder = _falsche_spalten(protokoll)
    if not felder:
        felder = {**_falsche_faelle(protokoll.faelle), **_falsche_schritte(protokoll), **_falsche_pausen(protokoll)}
        felder |= _falsche_beschreibung(protokoll)
    if felder:
        raise Invalid("Das Ereignisprotokoll ist nicht auswertbar: " + " ".join(felder.values()), felder=felder)
    return protokoll


_TABELLEN = {
    "faelle": FAELLE,
    "schritte": SCHRITTE,
    "pausen": PAUSEN,
    "meilensteine": MEILENSTEINE,
    "merkmale": MERKMALE,
}


def _falsche_spalten(protokoll: Protokoll) -> dict[str, str]:
    felder: dict[str, str] = {}
    for name, schema in _TABELLEN.items():
        tabelle: pa.Table = getattr(protokoll, name)
        if tabelle.schema.names != schema.names or tabelle.schema.types != schema.types:
            felder[f"{name}.spalten"] = f"Die Tabelle {name} hat andere Spalten als vereinbart: {tabelle.schema.names}."
            continue
        for spalte in schema:
            leere = tabelle[spalte.name].null_count
            if leere and not spalte.nullable:
                felder[f"{name}.{spalte.name}"] = f"In {name} fehlt {spalte.name} in {leere} Zeilen."
    return felder


def _falsche_faelle(faelle: pa.Table) -> dict[str, str]:
    offen = pc.equal(faelle["ausgang"], FallAusgang.OFFEN.value)
    return _verstoesse(
        {
            "faelle.ausgang": (_is_unbekannt(faelle["ausgang"], FallAusgang), "unbekannter Ausgang des Falls"),
            "faelle.zeit": (_is_ausserhalb(faelle, "start_us", "ende_us"), "Zeitpunkt außerhalb 1970–2100"),
            "faelle.ende": (_after(faelle["start_us"], faelle["ende_us"]), "Ende vor dem Start"),
            "faelle.offen": (pc.not_equal(offen, pc.is_null(faelle["ende_us"])), "offen und Ende widersprechen sich"),
            "faelle.doppelt": (_is_doppelt(faelle, ["fall"]), "Fall mehrfach"),
        }
    )


def _falsche_schritte(protokoll: Protokoll) -> dict[str, str]:
    schritte = protokoll.schritte
    offen = pc.equal(schritte["ausgang"], Ausgang.OFFEN.value)
    bereit, begonnen, fertig = (schritte[s] for s in ("bereit_us", "begonnen_us", "fertig_us"))
    ohne_zeit = pc.and_(pc.is_null(bereit), pc.and_(pc.is_null(begonnen), pc.is_null(fertig)))
    regeln = {
        "schritte.art": (_is_unbekannt(schritte["art"], Art), "unbekannte Art"),
        "schritte.ausgang": (_is_unbekannt(schritte["ausgang"], Ausgang), "unbekannter Ausgang"),
        "schritte.zeit": (
            _is_ausserhalb(schritte, "bereit_us", "begonnen_us", "fertig_us"),
            "Zeitpunkt außerhalb 1970–2100",
        ),
        "schritte.ohne_zeit": (ohne_zeit, "Schritt ganz ohne Zeitpunkt"),
        "schritte.begonnen": (_after(bereit, begonnen), "begonnen vor bereit"),
        "schritte.fertig": (
            pc.or_(_after(bereit, fertig), _after(begonnen, fertig)),
            "fertig zu früh",
        ),
        "schritte.offen": (pc.not_equal(offen, pc.is_null(fertig)), "offen und fertig widersprechen sich"),
        "schritte.doppelt": (_is_doppelt(schritte, ["fall", "knoten", "lauf"]), "Lauf mehrfach"),
    }
    return {**_verstoesse(regeln), **_falsche_zuordnung(protokoll)}


def _falsche_zuordnung(protokoll: Protokoll) -> dict[str, str]:
    """Schritte that lie outside of their Fall; without this rule contributions could not add up."""
    faelle = protokoll.faelle.select(["fall", "start_us", "ende_us"])
    schritte = protokoll.schritte.select(["fall", "bereit_us", "begonnen_us", "fertig_us"])
    paare = schritte.join(faelle, "fall", join_type="left outer")
    beginn = pc.coalesce(paare["bereit_us"], paare["begonnen_us"], paare["fertig_us"])
    draussen = pc.or_(_after(paare["start_us"], beginn), _after(paare["fertig_us"], paare["ende_us"]))
    return _verstoesse(
        {
            "schritte.fall": (pc.is_null(paare["start_us"]), "Schritt ohne Fall"),
            "schritte.spanne": (draussen, "Schritt vor Start oder nach Ende seines Falls"),
        }
    )


def _falsche_pausen(protokoll: Protokoll) -> dict[str, str]:
    pausen = protokoll.pausen
    schluessel = ["fall", "knoten", "lauf"]
    ohne_lauf = pausen.select(schluessel).join(protokoll.schritte.select(schluessel), schluessel, join_type="left anti")
    felder = _verstoesse(
        {
            "pausen.zeit": (_is_ausserhalb(pausen, "von_us", "bis_us"), "Zeitpunkt außerhalb 1970–2100"),
            "pausen.bis": (_after(pausen["von_us"], pausen["bis_us"]), "Pause endet vor ihrem Beginn"),
            "pausen.ueberlappen": (_is_ueberlappend(pausen), "Pausen desselben Laufs überlappen sich"),
        }
    )
    if ohne_lauf.num_rows:
        felder["pausen.lauf"] = f"Pause ohne Schritt: {ohne_lauf.num_rows} Zeilen."
    return felder


def _falsche_beschreibung(protokoll: Protokoll) -> dict[str, str]:
    """Milestones and Merkmale that belong to no Fall, or say the same thing twice."""
    meilensteine, merkmale = protokoll.meilensteine, protokoll.merkmale
    felder = _verstoesse(
        {
            "meilensteine.zeit": (_is_ausserhalb(meilensteine, "zeit_us"), "Zeitpunkt außerhalb 1970–2100"),
            "meilensteine.doppelt": (_is_doppelt(meilensteine, ["fall", "meilenstein"]), "Meilenstein mehrfach"),
            "merkmale.doppelt": (_is_doppelt(merkmale, ["fall", "name"]), "Merkmal mehrfach"),
            "merkmale.wert": (
                pc.greater(pc.utf8_length(merkmale["wert"]), MERKMAL_ZEICHEN),
                f"Merkmal mit mehr als {MERKMAL_ZEICHEN} Zeichen",
            ),
        }
    )
    for name, tabelle in (("meilensteine", meilensteine), ("merkmale", merkmale)):
        fremde = tabelle.select(["fall"]).join(protokoll.faelle.select(["fall"]), "fall", join_type="left anti")
        if fremde.num_rows:
            felder[f"{name}.fall"] = f"Angabe ohne Fall: {fremde.num_rows} Zeilen."
    return felder


def _is_ueberlappend(pausen: pa.Table) -> pa.Array:
    sortiert = pausen.sort_by([(s, "ascending") for s in ("fall", "knoten", "lauf", "von_us")])
    if sortiert.num_rows < 2:
        return pa.array([], pa.bool_())
    davor, danach = sortiert.slice(0, sortiert.num_rows - 1), sortiert.slice(1)
    gleich = [pc.equal(davor[s].combine_chunks(), danach[s].combine_chunks()) for s in ("fall", "knoten", "lauf")]
    bis = pc.fill_null(davor["bis_us"].combine_chunks(), SPAETESTENS_US)
    spaeter = pc.greater(bis, danach["von_us"].combine_chunks())
    return pc.and_(pc.and_(gleich[0], gleich[1]), pc.and_(gleich[2], spaeter))


def _verstoesse(regeln: Mapping[str, tuple[pa.ChunkedArray, str]]) -> dict[str, str]:
    zahlen = {name: (pc.sum(maske).as_py() or 0, text) for name, (maske, text) in regeln.items()}
    return {name: f"{text}: {zahl} Zeilen." for name, (zahl, text) in zahlen.items() if zahl}


def _is_unbekannt(spalte: pa.ChunkedArray, erlaubt: Iterable[StrEnum]) -> pa.ChunkedArray:
    return pc.invert(pc.is_in(spalte, value_set=pa.array([wert.value for wert in erlaubt], pa.string())))


def _is_ausserhalb(tabelle: pa.Table, *spalten: str) -> pa.ChunkedArray:
    masken = [
        pc.fill_null(pc.or_(pc.less(tabelle[s], FRUEHESTENS_US), pc.greater(tabelle[s], SPAETESTENS_US)), False)
        for s in spalten
    ]
    maske = masken[0]
    for weitere in masken[1:]:
        maske = pc.or_(maske, weitere)
    return maske


def _after(frueher: pa.ChunkedArray, spaeter: pa.ChunkedArray) -> pa.ChunkedArray:
    """Where the two are in the wrong order; unknown instants are never wrong."""
    return pc.fill_null(pc.greater(frueher, spaeter), False)


def _is_doppelt(tabelle: pa.Table, schluessel: list[str]) -> pa.Array:
    gruppen = tabelle.group_by(schluessel).aggregate([([], "count_all")])
    return pc.greater(gruppen["count_all"], 1)
