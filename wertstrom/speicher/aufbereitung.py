"""From a Protokoll to the narrow tables of the store: every time in both clocks, and each run's share of its Fall.

Owns the columns `fall` and `schritt` of the store and computes them once, when a Fall has changed; queries only group
and count. `_kt_us` is elapsed time, `_at_us` working time of the office, both in µs. Never aggregates over Faelle.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from wertstrom.ereignisprotokoll import Art, Ausgang, FallAusgang, Protokoll
from wertstrom.kalender import Arbeitszeit, Zeiten
from wertstrom.pfad import Laeufe, Masken, Pfad, find_pfad
from wertstrom.speicher.fallzeilen import fall_wege, sum_faelle


@dataclass(frozen=True)
class Aufbereitet:
    """Rows for the tables of the store, by name."""

    tabellen: dict[str, pa.Table]


@dataclass(frozen=True)
class _Pausenzeit:
    """Pause of each run inside its processing time, per clock, in µs."""

    intern_kt: Zeiten
    intern_at: Zeiten
    extern_kt: Zeiten
    extern_at: Zeiten


@dataclass(frozen=True)
class _Grenzen:
    """Instants of each run without gaps: 0 ≤ bereit ≤ begonnen ≤ fertig, and which of them are real."""

    bereit: Zeiten
    begonnen: Zeiten
    fertig: Zeiten
    hat_bereit: Masken
    hat_begonnen: Masken
    hat_fertig: Masken


def prepare(protokoll: Protokoll, uhr: Arbeitszeit) -> Aufbereitet:
    """Tables of the store for a checked Protokoll (`ereignisprotokoll.check`)."""
    faelle = protokoll.faelle.sort_by("fall").combine_chunks()
    schritte = protokoll.schritte.sort_by("fall").combine_chunks()
    nummer = np.searchsorted(_zahlen(faelle, "fall"), _zahlen(schritte, "fall"))
    grenzen = _grenzen(schritte)
    ist_aufgabe = _is(schritte, "art", Art.AUFGABE)
    pausen = _pausenzeit(protokoll.pausen, schritte, grenzen, uhr)
    pfad = find_pfad(_laeufe(faelle, schritte, nummer, grenzen))
    spalten = {
        **_fall_spalten(faelle, nummer),
        **{name: schritte[name] for name in schritte.schema.names if name != "fall"},
        **_zeiten(schritte, grenzen, ist_aufgabe, pausen, uhr),
        **_beitraege(grenzen, ist_aufgabe, pausen, pfad, uhr),
        **_reihenfolge(schritte, grenzen, pfad, uhr),
    }
    je_fall = {**sum_faelle(spalten, nummer, len(faelle)), **fall_wege(spalten, nummer, len(faelle))}
    meilensteine = protokoll.meilensteine
    stand = pa.array(uhr.stand_us(_zahlen(meilensteine, "zeit_us")))
    return Aufbereitet(
        {
            "fall": _faelle(faelle, pfad, uhr, je_fall),
            "schritt": pa.table(spalten),
            "meilenstein": meilensteine.append_column("stand_us", stand),
            "merkmal": protokoll.merkmale,
        }
    )


def _fall_spalten(faelle: pa.Table, nummer: Zeiten) -> dict[str, pa.Array]:
    """What queries filter by, repeated on each run, so that they need no join."""
    namen = {"fall": "fall", "prozess": "prozess", "version": "version", "start_us": "fall_start_us"}
    return {neu: faelle[alt].take(pa.array(nummer)) for alt, neu in {**namen, "ausgang": "fall_ausgang"}.items()}


def _grenzen(schritte: pa.Table) -> _Grenzen:
    bereit, begonnen, fertig = (schritte[s] for s in ("bereit_us", "begonnen_us", "fertig_us"))
    erste = pc.coalesce(bereit, begonnen, fertig)
    weiter = pc.coalesce(begonnen, fertig, erste)
    return _Grenzen(
        _as_int(erste),
        _as_int(weiter),
        _as_int(pc.coalesce(fertig, weiter)),
        *(_as_bool(pc.is_valid(spalte)) for spalte in (bereit, begonnen, fertig)),
    )


def _laeufe(faelle: pa.Table, schritte: pa.Table, nummer: Zeiten, grenzen: _Grenzen) -> Laeufe:
    start = _zahlen(faelle, "start_us")
    ende = start.copy()
    np.maximum.at(ende, nummer, grenzen.fertig)
    ende = np.maximum(ende, _as_int(pc.coalesce(faelle["ende_us"], faelle["start_us"])))
    return Laeufe(
        fall=nummer,
        bereit=grenzen.bereit,
        fertig=grenzen.fertig,
        ist_fertig=grenzen.hat_fertig,
        ist_entfallen=_is(schritte, "ausgang", Ausgang.ENTFALLEN),
        start=start,
        ende=ende,
        ist_abgeschlossen=_is(faelle, "ausgang", FallAusgang.ABGESCHLOSSEN),
        rang=_rang(schritte),
    )


def _rang(schritte: pa.Table) -> Zeiten:
    """By name of the node, then by number of the run."""
    kodiert = pc.dictionary_encode(schritte["knoten"]).combine_chunks()
    stelle = np.argsort(np.argsort(np.array(kodiert.dictionary.to_pylist(), dtype=object)))
    rang: Zeiten = stelle[kodiert.indices.to_numpy()] * (1 << 32) + _zahlen(schritte, "lauf")
    return rang


def _pausenzeit(pausen: pa.Table, schritte: pa.Table, grenzen: _Grenzen, uhr: Arbeitszeit) -> _Pausenzeit:
    """Sum of pauses per run; a pause counts only where it lies between begonnen and fertig."""
    zeilen = pa.table({**{s: schritte[s] for s in ("fall", "knoten", "lauf")}, "zeile": np.arange(len(schritte))})
    paare = pausen.join(zeilen, ["fall", "knoten", "lauf"], join_type="inner").combine_chunks()
    zeile = _zahlen(paare, "zeile")
    beginn, ende = grenzen.begonnen[zeile], grenzen.fertig[zeile]
    von = np.clip(_zahlen(paare, "von_us"), beginn, ende)
    bis = np.clip(_as_int(pc.coalesce(paare["bis_us"], pa.array(ende))), beginn, ende)
    extern = _as_bool(paare["extern"])
    dauer = {"kt": bis - von, "at": uhr.arbeitszeit_us(von, bis)}
    summen: dict[str, Zeiten] = {}
    for name, maske in (("intern", ~extern), ("extern", extern)):
        for takt, us in dauer.items():
            summe = np.zeros(len(schritte), dtype=np.int64)
            np.add.at(summe, zeile[maske], us[maske])
            summen[f"{name}_{takt}"] = summe
    return _Pausenzeit(**summen)


def _zeiten(
    schritte: pa.Table, grenzen: _Grenzen, ist_aufgabe: Masken, pausen: _Pausenzeit, uhr: Arbeitszeit
) -> dict[str, pa.Array]:
    """Liegezeit, Bearbeitungsdauer and Wartezeit extern of each run; null where the run does not tell."""
    bereit, begonnen, fertig = grenzen.bereit, grenzen.begonnen, grenzen.fertig
    erledigt = _is(schritte, "ausgang", Ausgang.ERLEDIGT)
    beendet = erledigt | _is(schritte, "ausgang", Ausgang.ZURUECKGEGEBEN)
    # § 5.1: without a begin, the step's whole time is Liegezeit less a Standard, which a log does not have.
    ohne_beginn = ist_aufgabe & ~grenzen.hat_begonnen & erledigt
    hat_liegezeit = ist_aufgabe & grenzen.hat_bereit & (grenzen.hat_begonnen | ohne_beginn)
    hat_dauer = ist_aufgabe & grenzen.hat_begonnen & beendet
    hat_extern = np.where(ist_aufgabe, hat_dauer, grenzen.hat_bereit & beendet)
    spalten: dict[str, pa.Array] = {"ohne_beginn": pa.array(ohne_beginn)}
    for takt, (a, b, c) in _in_beiden_uhren(uhr, bereit, begonnen, fertig).items():
        intern, extern = getattr(pausen, f"intern_{takt}"), getattr(pausen, f"extern_{takt}")
        spalten[f"liegezeit_{takt}_us"] = _where(hat_liegezeit, b - a)
        spalten[f"bearbeitung_{takt}_us"] = _where(hat_dauer, c - b - intern - extern)
        spalten[f"extern_{takt}_us"] = _where(hat_extern, np.where(ist_aufgabe, extern, c - a))
    return spalten


def _beitraege(
    grenzen: _Grenzen, ist_aufgabe: Masken, pausen: _Pausenzeit, pfad: Pfad, uhr: Arbeitszeit
) -> dict[str, pa.Array]:
    """What each run on the critical path adds to the Durchlaufzeit of its Fall; 0 beside the path.

    Liegezeit here holds everything inside the office that is not work: the gap since the predecessor, the wait in the
    basket and internal pauses. The three parts of all runs and the rest of the Fall are its Durchlaufzeit.
    """
    auf_pfad = pfad.auf_pfad.astype(np.int64)
    hat_schlupf = pfad.schlupf >= 0
    schlupf_at = uhr.arbeitszeit_us(grenzen.fertig, grenzen.fertig + np.maximum(pfad.schlupf, 0))
    spalten = {
        "auf_pfad": pa.array(pfad.auf_pfad),
        "schlupf_kt_us": _where(hat_schlupf, pfad.schlupf),
        "schlupf_at_us": _where(hat_schlupf, schlupf_at),
    }
    zeiten = _in_beiden_uhren(uhr, pfad.beginn, grenzen.bereit, grenzen.begonnen, grenzen.fertig)
    for takt, (davor, a, b, c) in zeiten.items():
        intern, extern = getattr(pausen, f"intern_{takt}"), getattr(pausen, f"extern_{takt}")
        liegen = np.where(ist_aufgabe, b - davor + intern, a - davor)
        arbeit = np.where(ist_aufgabe, c - b - intern - extern, 0)
        spalten[f"beitrag_liegezeit_{takt}_us"] = pa.array(liegen * auf_pfad)
        spalten[f"beitrag_bearbeitung_{takt}_us"] = pa.array(arbeit * auf_pfad)
        spalten[f"beitrag_extern_{takt}_us"] = pa.array((c - davor - liegen - arbeit) * auf_pfad)
    return spalten


def _reihenfolge(schritte: pa.Table, grenzen: _Grenzen, pfad: Pfad, uhr: Arbeitszeit) -> dict[str, pa.Array]:
    """Who came before whom: by time, as process mining counts, and by cause, which parallel branches do not disturb."""
    gemacht = np.flatnonzero(grenzen.hat_fertig & ~_is(schritte, "ausgang", Ausgang.ENTFALLEN))
    fall = _zahlen(schritte, "fall")[gemacht]
    # Stable: of runs that ended at the same instant, the order of the source counts.
    sortiert = np.lexsort((grenzen.fertig[gemacht], fall))
    neu = np.append(True, np.diff(fall[sortiert]) != 0)[: len(sortiert)]
    platz = np.arange(len(sortiert))
    folge = np.zeros(len(schritte), dtype=np.int64)
    folge[gemacht[sortiert]] = platz - np.maximum.accumulate(np.where(neu, platz, 0)) + 1
    davor = pa.array(pfad.vorgaenger, mask=pfad.vorgaenger < 0)
    zuvor_zeile = np.full(len(schritte), -1, dtype=np.int64)
    zuvor_zeile[gemacht[sortiert][1:]] = np.where(neu[1:], -1, gemacht[sortiert][:-1])
    zuvor = pa.array(zuvor_zeile, mask=zuvor_zeile < 0)
    beginn = grenzen.begonnen
    beginn_stand, fertig_stand = uhr.stand_us(beginn), _where(grenzen.hat_fertig, uhr.stand_us(grenzen.fertig))
    abstaende = {
        f"abstand_{art}_{takt}_us": pc.max_element_wise(
            pc.subtract(pa.array(von), ende.take(zeile)), pa.scalar(0), skip_nulls=False
        )
        for art, zeile in (("zeit", zuvor), ("ursache", davor))
        for takt, von, ende in (("kt", beginn, schritte["fertig_us"]), ("at", beginn_stand, fertig_stand))
    }
    return {
        "bereit_stand_us": _where(grenzen.hat_bereit, uhr.stand_us(grenzen.bereit)),
        "beginn_us": _where(grenzen.hat_begonnen | grenzen.hat_fertig, beginn),
        "beginn_stand_us": _where(grenzen.hat_begonnen | grenzen.hat_fertig, beginn_stand),
        "fertig_stand_us": fertig_stand,
        "davor_stand_us": fertig_stand.take(davor),
        "folge": pa.array(folge.astype(np.int32), mask=folge == 0),
        "davor_knoten": schritte["knoten"].take(davor),
        "davor_rolle": schritte["rolle"].take(davor),
        "davor_us": schritte["fertig_us"].take(davor),
        "zuvor_knoten": schritte["knoten"].take(zuvor),
        **abstaende,
    }


def _faelle(faelle: pa.Table, pfad: Pfad, uhr: Arbeitszeit, je_fall: dict[str, pa.Array]) -> pa.Table:
    start = _zahlen(faelle, "start_us")
    ende = _as_int(pc.coalesce(faelle["ende_us"], faelle["start_us"]))
    hat_dauer = _is(faelle, "ausgang", FallAusgang.ABGESCHLOSSEN)
    spalten = {name: faelle[name] for name in faelle.schema.names}
    spalten["start_stand_us"] = pa.array(uhr.stand_us(start))
    spalten["ende_stand_us"] = _where(_as_bool(pc.is_valid(faelle["ende_us"])), uhr.stand_us(ende))
    for takt, (a, m, b) in _in_beiden_uhren(uhr, start, np.minimum(pfad.bis, ende), ende).items():
        spalten[f"durchlaufzeit_{takt}_us"] = _where(hat_dauer, b - a)
        spalten[f"rest_{takt}_us"] = _where(hat_dauer, b - m)
        # What passed after the last step lay in the office.
        je_fall[f"liegezeit_{takt}_us"] = pc.add(je_fall[f"liegezeit_{takt}_us"], pa.array(b - m))
    return pa.table(spalten | je_fall)


def _in_beiden_uhren(uhr: Arbeitszeit, *zeiten: Zeiten) -> dict[str, tuple[Zeiten, ...]]:
    """The instants themselves, and their W: differences are elapsed and working time."""
    return {"kt": zeiten, "at": tuple(uhr.stand_us(zeit) for zeit in zeiten)}


def _where(maske: Masken, werte: Zeiten) -> pa.Array:
    return pa.array(werte, pa.int64(), mask=~maske)


def _is(tabelle: pa.Table, spalte: str, wert: str) -> Masken:
    return _as_bool(pc.equal(tabelle[spalte], str(wert)))


def _zahlen(tabelle: pa.Table, spalte: str) -> Zeiten:
    return _as_int(tabelle[spalte])


def _as_int(spalte: pa.ChunkedArray) -> Zeiten:
    zahlen: Zeiten = spalte.to_numpy(zero_copy_only=False).astype(np.int64, copy=False)
    return zahlen


def _as_bool(spalte: pa.ChunkedArray) -> Masken:
    wahr: Masken = spalte.to_numpy(zero_copy_only=False).astype(bool)
    return wahr
