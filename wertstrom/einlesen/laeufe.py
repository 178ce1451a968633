"""Rows of whole Faelle become runs: a row that has begin and end is one, events with a lifecycle are paired.

Owns the three ways in which files tell runs. Pure arithmetic on one stack at a time.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from wertstrom.einlesen.paarung import Ereignis, Lauf, Wirkung, find_wirkung, is_ende, pair
from wertstrom.einlesen.umsetzung import OHNE
from wertstrom.ereignisprotokoll import Ausgang

Ganze = npt.NDArray[np.int64]

AUSGAENGE = [ausgang.value for ausgang in Ausgang]
OFFEN, _ERLEDIGT = AUSGAENGE.index(Ausgang.OFFEN.value), AUSGAENGE.index(Ausgang.ERLEDIGT.value)


@dataclass(frozen=True)
class Vorlage:
    """What is the same for all stacks of one import."""

    texte: Sequence[str]
    prozess: str
    #: codes of the activities that finish a Fall; empty: every Fall is finished
    enden: Sequence[int] = ()
    sind_laeufe: bool = False

    def worte(self, codes: pa.Array) -> pa.Array:
        """Texts of these codes."""
        return pa.array(self.texte, pa.string()).take(codes)


class Pause(NamedTuple):
    """An interruption of the run in this row of `Spalten`; `grund` is a code."""

    lauf: int
    von_us: int
    bis_us: int | None
    grund: int | None
    extern: bool


@dataclass
class Spalten:
    """Runs of one stack, sorted by Fall; `zeile` is where in the stack the rest of a run stands."""

    fall: Ganze
    zeile: Ganze
    bereit: Ganze
    begonnen: Ganze
    fertig: Ganze
    ausgang: Ganze
    #: codes; the role that worked last
    rolle: pa.Array
    pausen: list[Pause] = field(default_factory=list)


def form_laeufe(
    stapel: pa.Table, fall: Ganze, zeiten: Mapping[str, Ganze], pausen: pa.Table, vorlage: Vorlage
) -> Spalten:
    """Runs of this stack; `fall` numbers its Faelle from 0, `pausen` belong to rows that are whole runs."""
    codes: list[int | None] = stapel["uebergang"].unique().to_pylist()
    if vorlage.sind_laeufe:
        laeufe = _whole_rows(stapel, fall, zeiten, pausen)
    elif all(code is None or is_ende(vorlage.texte[code]) for code in codes):
        laeufe = _ends_only(stapel, fall, zeiten["ende"])
    else:
        wirkung = {code: find_wirkung(None if code is None else vorlage.texte[code]) for code in codes}
        laeufe = _paired(stapel, fall, zeiten["ende"], wirkung)
    return _with_ausgaenge(laeufe, stapel, vorlage)


def _whole_rows(stapel: pa.Table, fall: Ganze, zeiten: Mapping[str, Ganze], pausen: pa.Table) -> Spalten:
    bereit, beginn, ende = zeiten["bereit"], zeiten["beginn"], zeiten["ende"]
    erste = np.where(beginn != OHNE, beginn, ende)
    bereit = np.where((bereit != OHNE) & (erste != OHNE), np.minimum(bereit, erste), bereit)
    ausgang = np.where(ende == OHNE, OFFEN, _ERLEDIGT)
    laeufe = Spalten(fall, np.arange(len(fall)), bereit, beginn, ende, ausgang, stapel["rolle"].combine_chunks())
    if pausen.num_rows:
        platz = {nr: zeile for zeile, nr in enumerate(stapel["nr"].to_pylist())}
        bekannt = [p for p in pausen.to_pylist() if p["nr"] in platz and p["von"] is not None]
        laeufe.pausen = [
            Pause(platz[p["nr"]], p["von"], p["bis"], p["grund"], p["extern"] is not None) for p in bekannt
        ]
    return laeufe


def _ends_only(stapel: pa.Table, fall: Ganze, ende: Ganze) -> Spalten:
    """Each event is the end of a run; nobody knows when it began."""
    folge = np.lexsort((ende, fall))
    leer = np.full(len(fall), OHNE)
    rolle = stapel["rolle"].combine_chunks().take(pa.array(folge))
    return Spalten(fall[folge], folge, leer, leer, ende[folge], np.full(len(fall), _ERLEDIGT), rolle)


def _paired(stapel: pa.Table, fall: Ganze, zeit: Ganze, wirkung: Mapping[int | None, Wirkung]) -> Spalten:
    """Runs of events with a lifecycle, Fall by Fall."""
    spalten = [stapel[name].to_pylist() for name in ("name", "uebergang", "instanz", "rolle")]
    ereignisse = [
        Ereignis(us, name, wirkung[uebergang], instanz, rolle, zeile)
        for zeile, (us, name, uebergang, instanz, rolle) in enumerate(zip(zeit.tolist(), *spalten, strict=True))
    ]
    grenzen = [0, *(np.flatnonzero(np.diff(fall)) + 1).tolist(), len(fall)]
    laeufe: list[Lauf] = []
    anzahl = []
    for von, bis in itertools.pairwise(grenzen):
        gepaart = pair(ereignisse[von:bis])
        anzahl.append(len(gepaart))
        laeufe += gepaart

    def instants(name: str) -> Ganze:
        return np.array([OHNE if (us := getattr(lauf, name)) is None else us for lauf in laeufe], dtype=np.int64)

    return Spalten(
        np.repeat(np.arange(len(anzahl)), anzahl),
        np.array([lauf.zeile for lauf in laeufe], dtype=np.int64),
        instants("bereit_us"),
        instants("begonnen_us"),
        instants("fertig_us"),
        np.array([AUSGAENGE.index(lauf.ausgang.value) for lauf in laeufe], dtype=np.int64),
        pa.array([lauf.rolle for lauf in laeufe], pa.int32()),
        _pausen_of(laeufe, stapel),
    )


def _pausen_of(laeufe: Sequence[Lauf], stapel: pa.Table) -> list[Pause]:
    roh = [(n, *pause) for n, lauf in enumerate(laeufe) for pause in lauf.pausen]
    zeilen = pa.array([zeile for *_, zeile in roh], pa.int64())
    gruende, externe = (stapel[name].take(zeilen).to_pylist() for name in ("grund", "extern"))
    return [
        Pause(n, von, bis, grund, extern is not None)
        for (n, von, bis, _), grund, extern in zip(roh, gruende, externe, strict=True)
    ]


def _with_ausgaenge(laeufe: Spalten, stapel: pa.Table, vorlage: Vorlage) -> Spalten:
    """What our own files say about how a finished run ended."""
    if stapel["ausgang"].null_count < stapel.num_rows:
        gesagt = vorlage.worte(stapel["ausgang"].combine_chunks().take(pa.array(laeufe.zeile)))
        code = pc.fill_null(pc.index_in(gesagt, pa.array(AUSGAENGE)), -1).to_numpy(zero_copy_only=False)
        gilt = (code >= 0) & (code != OFFEN) & (laeufe.fertig != OHNE)
        laeufe.ausgang = np.where(gilt, code, laeufe.ausgang)
    return laeufe
