"""The critical path of each Fall: which runs its Durchlaufzeit went through, found by walking back from its end.

Owns the walk; knows neither clocks nor figures. Pure arithmetic on arrays, about linear in the number of runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ganze = npt.NDArray[np.int64]
Masken = npt.NDArray[np.bool_]

#: room for the time axes of many Faelle, one behind the other, in 64 bits
_ACHSE_MAX = 1 << 62


@dataclass(frozen=True)
class Laeufe:
    """Runs of all Faelle, sorted by `fall`: row i belongs to Fall number `fall[i]` (0-based). Times in µs."""

    fall: Ganze
    bereit: Ganze
    fertig: Ganze
    #: unfinished runs have no place on a path
    ist_fertig: Masken
    #: dropped runs step back when another one ended at the same instant
    ist_entfallen: Masken
    #: per Fall; of an unfinished one, `ende` is the last known instant
    start: Ganze
    ende: Ganze
    #: only these Faelle have a path
    ist_abgeschlossen: Masken
    #: decides between runs that are equal in everything else, so that the order of rows does not
    rang: Ganze | None = None

    def order_of(self, zeilen: Ganze) -> Ganze:
        """`rang` of these rows; the same for all where nobody told."""
        return np.zeros(len(zeilen), dtype=np.int64) if self.rang is None else self.rang[zeilen]


@dataclass(frozen=True)
class Pfad:
    """One row per run."""

    auf_pfad: Masken
    #: µs; on the path: end of the predecessor, or start of the Fall; elsewhere the run's own bereit
    beginn: Ganze
    #: µs the run could have ended later without moving the end of its Fall; 0 on the path, -1 where it has no meaning
    schlupf: Ganze
    #: per Fall: end of the last run on the path, or its start without any
    bis: Ganze
    #: row of the predecessor, -1 without one
    vorgaenger: Ganze


def find_pfad(laeufe: Laeufe) -> Pfad:
    """Critical path of every finished Fall.

    The last run to finish is on the path. The predecessor of a run is the latest-finished run of the same Fall that
    was done when it became bereit; without one, the path begins at the start of the Fall. Each run on the path covers
    the time from the end of its predecessor to its own end, so the pieces and the rest (`ende - bis`) add up to the
    Durchlaufzeit exactly. Of runs that ended at the same instant, the one that became bereit last counts, of
    equal ones that of the higher `rang`. Loops need no special case: every pass is a run of its own.

    Schlupf of a run beside the path: until the path takes up the next run after it, or until the end of the Fall; less,
    where a run that waited for it has less. Runs in a row share it, so it must not be added up.

    Source
        Fachkonzept § 5.3 rule 2.
    """
    vorgaenger = find_vorgaenger(laeufe)
    auf_pfad = np.zeros(len(vorgaenger), dtype=bool)
    schlupf = np.full(len(vorgaenger), -1, dtype=np.int64)
    bis = laeufe.start.copy()
    for zeilen, versatz in _abschnitte(laeufe):
        _walk_back(laeufe, zeilen, vorgaenger, auf_pfad, bis)
        _measure_schlupf(laeufe, zeilen, versatz, auf_pfad, schlupf)
    _share_schlupf(laeufe, vorgaenger, auf_pfad, schlupf)
    davor = np.where(vorgaenger >= 0, laeufe.fertig[vorgaenger], laeufe.start[laeufe.fall])
    return Pfad(auf_pfad, np.where(auf_pfad, davor, laeufe.bereit), schlupf, bis, vorgaenger)


def find_vorgaenger(laeufe: Laeufe) -> Ganze:
    """Row of the latest-finished run of the same Fall that was done when a run became bereit; -1 without one."""
    vorgaenger = np.full(len(laeufe.fall), -1, dtype=np.int64)
    for zeilen, versatz in _abschnitte(laeufe):
        _find_vorgaenger(laeufe, zeilen, versatz, vorgaenger)
    return vorgaenger


def _abschnitte(laeufe: Laeufe) -> Iterator[tuple[Ganze, Ganze]]:
    """Finished rows of as many Faelle as fit on one axis, with the offset of each Fall on it.

    On the axis, Fall after Fall, time of different Faelle never mixes: one sorted array answers "the latest before t
    in the same Fall" for all of them.
    """
    spanne = np.maximum(laeufe.ende - laeufe.start, 0) + 2
    lage = np.cumsum(spanne.astype(np.float64))
    abschnitt = (lage // (_ACHSE_MAX // 2)).astype(np.int64)
    for nummer in np.unique(abschnitt):
        faelle = np.flatnonzero(abschnitt == nummer)
        versatz = np.zeros(len(spanne), dtype=np.int64)
        versatz[faelle] = np.cumsum(spanne[faelle]) - spanne[faelle] - laeufe.start[faelle]
        von, bis = np.searchsorted(laeufe.fall, [faelle[0], faelle[-1] + 1])
        zeilen = np.arange(von, bis)
        yield zeilen[laeufe.ist_fertig[von:bis]], versatz


def _find_vorgaenger(laeufe: Laeufe, zeilen: Ganze, versatz: Ganze, vorgaenger: Ganze) -> None:
    fall = laeufe.fall[zeilen]
    fertig, bereit = laeufe.fertig[zeilen] + versatz[fall], laeufe.bereit[zeilen] + versatz[fall]
    folge = np.lexsort((laeufe.order_of(zeilen), bereit, ~laeufe.ist_entfallen[zeilen], fertig))
    platz = np.empty_like(folge)
    platz[folge] = np.arange(len(folge))
    # A run without duration would find itself: only rows before its own place count.
    davor = np.minimum(np.searchsorted(fertig[folge], bereit, side="right"), platz) - 1
    kandidat = folge[np.maximum(davor, 0)]
    gefunden = (davor >= 0) & (fall[kandidat] == fall)
    vorgaenger[zeilen[gefunden]] = zeilen[kandidat[gefunden]]


def _walk_back(laeufe: Laeufe, zeilen: Ganze, vorgaenger: Ganze, auf_pfad: Masken, bis: Ganze) -> None:
    fall = laeufe.fall[zeilen]
    gleich_spaet = (laeufe.order_of(zeilen), laeufe.bereit[zeilen], ~laeufe.ist_entfallen[zeilen])
    folge = np.lexsort((*gleich_spaet, laeufe.fertig[zeilen], fall))
    letzte = zeilen[folge[np.flatnonzero(np.diff(fall[folge], append=-1))]]
    bis[laeufe.fall[letzte]] = laeufe.fertig[letzte]
    stelle = letzte[laeufe.ist_abgeschlossen[laeufe.fall[letzte]]]
    while len(stelle):
        auf_pfad[stelle] = True
        stelle = vorgaenger[stelle]
        stelle = stelle[stelle >= 0]


def _measure_schlupf(laeufe: Laeufe, zeilen: Ganze, versatz: Ganze, auf_pfad: Masken, schlupf: Ganze) -> None:
    zeilen = zeilen[laeufe.ist_abgeschlossen[laeufe.fall[zeilen]]]
    am_pfad = zeilen[auf_pfad[zeilen]]
    daneben = zeilen[~auf_pfad[zeilen]]
    schlupf[am_pfad] = 0
    bereit = np.sort(laeufe.bereit[am_pfad] + versatz[laeufe.fall[am_pfad]])
    fall = laeufe.fall[daneben]
    naechster = np.searchsorted(bereit, laeufe.fertig[daneben] + versatz[fall], side="left")
    weiter = np.append(bereit, np.iinfo(np.int64).max)[naechster]
    ende = laeufe.ende[fall] + versatz[fall]
    schlupf[daneben] = np.minimum(weiter, ende) - laeufe.fertig[daneben] - versatz[fall]


def _share_schlupf(laeufe: Laeufe, vorgaenger: Ganze, auf_pfad: Masken, schlupf: Ganze) -> None:
    """A chain beside the path shares its slack: whoever delays an earlier run of it delays the later ones."""
    folgende = np.flatnonzero(
        (vorgaenger >= 0) & ~auf_pfad & ~laeufe.ist_entfallen & laeufe.ist_fertig & (schlupf >= 0)
    )
    folgende = folgende[~auf_pfad[vorgaenger[folgende]]]
    neu = folgende
    while len(neu):
        davor = vorgaenger[neu]
        vorher = schlupf[davor]
        np.minimum.at(schlupf, davor, laeufe.bereit[neu] - laeufe.fertig[davor] + schlupf[neu])
        geaendert = np.zeros(len(schlupf), dtype=bool)
        geaendert[davor[schlupf[davor] < vorher]] = True
        neu = folgende[geaendert[folgende]]
