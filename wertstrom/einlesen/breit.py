"""Wide tables: one row per Fall, one column per step with the day on which it was done.

Owns the turning into rows per step. A row is a Fall, also when its name occurs again (several Hilfen of one child).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from wertstrom.einlesen.block import Block, Quelle
from wertstrom.einlesen.personen import is_geburt
from wertstrom.einlesen.zeitangaben import Zeitleser

#: share of the filled cells of a column that must be dates
_DATUMSANTEIL = 0.6
_PROBE = 500


def find_datumsspalten(kopf: Sequence[str], probe: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Columns that hold dates, by the first rows; columns without any value, and dates of birth, are none."""
    gefunden = []
    for n, name in enumerate(kopf):
        zellen = [satz[n].strip() for satz in probe[:_PROBE] if n < len(satz) and satz[n].strip()]
        lesbar = Zeitleser().read_spalte(pa.array(zellen, pa.string()))
        if zellen and len(zellen) - lesbar.null_count >= _DATUMSANTEIL * len(zellen) and not is_geburt(name):
            gefunden.append(name)
    return tuple(gefunden)


@dataclass(frozen=True)
class Breit:
    """Turns the rows of a source: the columns `schritte` (name in the block → heading) become activities."""

    quelle: Quelle
    schritte: Mapping[str, str]

    def bloecke(self) -> Iterator[Block]:
        """One row per filled date, in the order of the columns."""
        gesehen: Counter[str] = Counter()
        for block in self.quelle.bloecke():
            yield self._turn(block, gesehen)

    def _turn(self, block: Block, gesehen: Counter[str]) -> Block:
        n, k = block.zeilen, len(self.schritte)
        zeile = pa.array(np.repeat(np.arange(n), k))
        quer = pa.concat_arrays([block.spalten[name] for name in self.schritte])
        zeit = quer.take(pa.array((np.arange(k) * n)[None, :].repeat(n, axis=0).ravel() + np.repeat(np.arange(n), k)))
        spalten = {name: spalte.take(zeile) for name, spalte in block.spalten.items() if name not in self.schritte}
        spalten["fall"] = pa.array(_numbered(block.spalten["fall"].to_pylist(), gesehen), pa.string()).take(zeile)
        spalten["aktivitaet"] = pa.array(list(self.schritte.values()), pa.string()).take(
            pa.array(np.tile(np.arange(k), n))
        )
        spalten["ende"] = zeit
        # A date that is missing is a step that did not happen; a row without any stays, to be counted.
        leere: npt.NDArray[np.bool_] = pc.is_null(zeit).to_numpy(zero_copy_only=False).reshape(n, k)
        ganz_leer = np.asarray(leere.all(axis=1)).reshape(n, 1)
        behalten = pa.array((~leere | (ganz_leer & (np.arange(k) == 0))).ravel())
        gefiltert = {name: spalte.filter(behalten) for name, spalte in spalten.items()}
        nummern = np.repeat(block.zeilennummern(), k)[behalten.to_numpy(zero_copy_only=False)]
        return Block(gefiltert, block.erste_zeile, {**block.namen, "ende": "Datum"}, block.gelesen, nummern)


def _numbered(namen: Sequence[str | None], gesehen: Counter[str]) -> list[str | None]:
    """Names that occur again are told apart."""
    ergebnis: list[str | None] = []
    for name in namen:
        if name is None:
            ergebnis.append(None)
            continue
        gesehen[name] += 1
        ergebnis.append(name if gesehen[name] == 1 else f"{name}\x1f{gesehen[name]}")
    return ergebnis
