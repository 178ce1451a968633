"""Figures straight from a table of events, without a store: durations, who follows whom, repetition, variants.

Owns the short way for logs that are looked at once, in calendar time only; everything that needs the clock of the
office, roles or pauses goes through the store. The figures equal those of the store (`kanten` by time, `varianten`,
`qualitaet`). Pure arithmetic on arrays; a row is one finished run.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Ganze = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Direkt:
    """Times in µs. `folgen`: (from, to) → how often, mean and median from the end of one to the begin of the other."""

    #: one per Fall, from its first to its last instant, ascending
    dauern: Ganze
    folgen: dict[tuple[str, str], tuple[int, float, float]]
    #: steps → Faelle in which they were done more than once
    wiederholt: dict[str, int]
    #: way through the steps → Faelle
    varianten: dict[tuple[str, ...], int]


@dataclass(frozen=True)
class _Sortiert:
    """Rows by Fall and end; `neu` where a Fall begins."""

    schritt: Ganze
    beginn: Ganze
    fertig: Ganze
    neu: Ganze
    namen: list[str]


def measure_direkt(fall: pa.ChunkedArray, schritt: pa.ChunkedArray, beginn_us: Ganze, fertig_us: Ganze) -> Direkt:
    """The figures of one table; columns of equal length, any order of rows. Of equal ends, the order of rows counts."""
    log = _sort(fall, schritt, beginn_us, fertig_us)
    if not len(log.schritt):
        return Direkt(np.empty(0, dtype=np.int64), {}, {}, {})
    dauern = np.maximum.reduceat(log.fertig, log.neu) - np.minimum.reduceat(log.beginn, log.neu)
    return Direkt(np.sort(dauern), _folgen(log), _wiederholt(log), _varianten(log))


def _sort(fall: pa.ChunkedArray, schritt: pa.ChunkedArray, beginn_us: Ganze, fertig_us: Ganze) -> _Sortiert:
    nummer, _ = _codes(fall)
    code, namen = _codes(schritt)
    if not _is_ascending(nummer, fertig_us):
        folge = np.lexsort((fertig_us, nummer))
        nummer, code, beginn_us, fertig_us = (s[folge] for s in (nummer, code, beginn_us, fertig_us))
    neu = np.flatnonzero(np.concatenate([[True], nummer[1:] != nummer[:-1]])[: len(nummer)])
    return _Sortiert(code, beginn_us, fertig_us, neu, namen)


def _codes(spalte: pa.ChunkedArray) -> tuple[Ganze, list[str]]:
    if pa.types.is_integer(spalte.type):
        return spalte.to_numpy(), []
    kodiert = pc.dictionary_encode(spalte).combine_chunks() if not pa.types.is_dictionary(spalte.type) else spalte
    kodiert = kodiert.unify_dictionaries().combine_chunks() if isinstance(kodiert, pa.ChunkedArray) else kodiert
    namen = kodiert.dictionary.to_pylist()
    return kodiert.indices.to_numpy(zero_copy_only=False).astype(np.int64), namen


def _is_ascending(nummer: Ganze, fertig: Ganze) -> bool:
    gleich = nummer[1:] == nummer[:-1]
    return bool(np.all(np.where(gleich, fertig[1:] >= fertig[:-1], nummer[1:] > nummer[:-1])))


def _folgen(log: _Sortiert) -> dict[tuple[str, str], tuple[int, float, float]]:
    anfang = np.zeros(len(log.schritt), dtype=bool)
    anfang[log.neu] = True
    nach = np.flatnonzero(~anfang)
    paar = log.schritt[nach - 1] * len(log.namen) + log.schritt[nach]
    abstand = np.maximum(log.beginn[nach] - log.fertig[nach - 1], 0)
    # Sorting small numbers is a few passes; then each pair is one stretch, whose median needs no sorting.
    folge = np.argsort(paar.astype(np.int32), kind="stable")
    paar, abstand = paar[folge], abstand[folge]
    grenzen = np.flatnonzero(np.concatenate([[True], paar[1:] != paar[:-1]])[: len(paar)])
    ergebnis = {}
    for stueck, wer in zip(np.split(abstand, grenzen[1:]), paar[grenzen], strict=False):
        von, zu = divmod(int(wer), len(log.namen))
        ergebnis[log.namen[von], log.namen[zu]] = (len(stueck), float(stueck.mean()), float(np.median(stueck)))
    return ergebnis


def _wiederholt(log: _Sortiert) -> dict[str, int]:
    fall = np.repeat(np.arange(len(log.neu)), np.diff(log.neu, append=len(log.schritt)))
    schluessel = np.sort(fall * len(log.namen) + log.schritt)
    # The second of equal neighbours, where the one before it is the first: each (Fall, step) counts once.
    gleich = schluessel[1:] == schluessel[:-1]
    zweite = gleich & ~np.concatenate([[False], gleich[:-1]])[: len(gleich)]
    namen, anzahl = np.unique(schluessel[1:][zweite] % len(log.namen), return_counts=True)
    return {log.namen[int(n)]: int(a) for n, a in zip(namen, anzahl, strict=True)}


def _varianten(log: _Sortiert) -> dict[tuple[str, ...], int]:
    """Ways are told apart by two independent 64-bit sums over (place, step), and read once each."""
    laenge = np.diff(log.neu, append=len(log.schritt))
    platz = np.arange(len(log.schritt)) - np.repeat(log.neu, laenge)
    kennungen = []
    for saat in (1, 2):
        zufall = np.random.default_rng(saat).integers(0, 1 << 63, int(laenge.max()) * len(log.namen), dtype=np.uint64)
        kennungen.append(np.add.reduceat(zufall[platz * len(log.namen) + log.schritt], log.neu))
    paare = np.rec.fromarrays(kennungen)
    _, erste, anzahl = np.unique(paare, return_index=True, return_counts=True)
    ergebnis: dict[tuple[str, ...], int] = {}
    for fall, wie_oft in zip(erste, anzahl, strict=True):
        von = log.neu[fall]
        ergebnis[tuple(log.namen[k] for k in log.schritt[von : von + laenge[fall]])] = int(wie_oft)
    return ergebnis
