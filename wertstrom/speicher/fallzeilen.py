"""What the runs of each Fall make together: sums along its critical path, counts, and its way through the steps.

Owns the columns of `fall` that are computed from `schritt`, so that figures per Fall never read the runs again. Rows of
a Fall lie next to each other. Never aggregates over Faelle.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from wertstrom.ereignisprotokoll import Art, Ausgang

_TEILE = ("liegezeit", "bearbeitung", "extern")
Ganze = npt.NDArray[np.int64]
Masken = npt.NDArray[np.bool_]


def sum_faelle(spalten: Mapping[str, pa.Array], nummer: Ganze, faelle: int) -> dict[str, pa.Array]:
    """Contributions to the Durchlaufzeit in µs, and how often something happened; 0 for a Fall without runs.

    Eingaben: finished Aufgaben and confirmed arrivals. Schnittstellen: the role is another one than that of the
    predecessor, or something comes from outside. Ruecklaeufe: sent back, or done once more. Laeufe: finished runs.
    """
    grenzen = np.searchsorted(nummer, np.arange(faelle + 1))
    ausgang, art = spalten["ausgang"], spalten["art"]
    erledigt, zurueck = (_is(ausgang, wert) for wert in (Ausgang.ERLEDIGT, Ausgang.ZURUECKGEGEBEN))
    von_hand = _is(art, Art.AUFGABE) | _is(art, Art.EINGANG)
    wechsel = _mask(pc.not_equal(spalten["rolle"], spalten["davor_rolle"])) | _is(art, Art.EINGANG)
    weitere = _numbers(spalten["lauf"]) > 1
    zaehler = {
        "eingaben": von_hand & erledigt,
        "schnittstellen": wechsel & ~_is(ausgang, Ausgang.ENTFALLEN),
        "ruecklaeufe": zurueck | (weitere & erledigt),
        "laeufe": erledigt | zurueck,
    }
    summen = {
        f"{teil}_{takt}_us": _numbers(spalten[f"beitrag_{teil}_{takt}_us"]) for teil in _TEILE for takt in ("kt", "at")
    }
    return {name: pa.array(_sums(werte, grenzen)) for name, werte in (summen | zaehler).items()}


def fall_wege(spalten: Mapping[str, pa.Array], nummer: Ganze, faelle: int) -> dict[str, pa.Array]:
    """Steps of each Fall in the order in which they ended; in `weg_rueck` those that were sent back begin with <."""
    folge = _numbers(pc.fill_null(spalten["folge"], 0))
    beendet = np.flatnonzero(folge > 0)
    sortiert = beendet[np.lexsort((folge[beendet], nummer[beendet]))]
    grenzen = pa.array(np.searchsorted(nummer[sortiert], np.arange(faelle + 1)).astype(np.int32))
    knoten = _flat(spalten["knoten"]).take(pa.array(sortiert))
    zurueck = pa.array(_is(spalten["ausgang"], Ausgang.ZURUECKGEGEBEN)[sortiert])
    mit_zeichen = pc.if_else(zurueck, pc.binary_join_element_wise("<", knoten, ""), knoten)
    wege = {"weg": knoten, "weg_rueck": mit_zeichen}
    return {name: pa.ListArray.from_arrays(grenzen, werte) for name, werte in wege.items()}


def _sums(werte: npt.NDArray[np.generic], grenzen: Ganze) -> Ganze:
    bis = np.concatenate([[0], np.cumsum(werte, dtype=np.int64)])
    summen: Ganze = bis[grenzen[1:]] - bis[grenzen[:-1]]
    return summen


def _flat(spalte: pa.Array | pa.ChunkedArray) -> pa.Array:
    return spalte.combine_chunks() if isinstance(spalte, pa.ChunkedArray) else spalte


def _is(spalte: pa.Array, wert: str) -> Masken:
    return _mask(pc.equal(spalte, str(wert)))


def _mask(spalte: pa.Array) -> Masken:
    wahr: Masken = _flat(pc.fill_null(spalte, False)).to_numpy(zero_copy_only=False).astype(bool)
    return wahr


def _numbers(spalte: pa.Array) -> Ganze:
    zahlen: Ganze = _flat(spalte).to_numpy(zero_copy_only=False).astype(np.int64, copy=False)
    return zahlen
