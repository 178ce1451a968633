"""What every kind of file is taken apart into: blocks of text columns, named by what they mean.

Owns the shape; knows no format and no meaning of a value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Block:
    """Some rows of a file, in its order: meaning → column of text, null where the file says nothing."""

    spalten: Mapping[str, pa.Array]
    #: number of the first row in the file, as somebody finds it in a spreadsheet
    erste_zeile: int
    #: name of each column in the file, for messages
    namen: Mapping[str, str] = field(default_factory=dict)
    #: bytes of the file read so far
    gelesen: int = 0
    #: numbers of the rows, where they are not one after the other
    nummern: npt.NDArray[np.int64] | None = None

    @property
    def zeilen(self) -> int:
        """How many rows."""
        return len(self.spalten["fall"])

    def zeilennummern(self) -> npt.NDArray[np.int64]:
        """Where each row stands in the file."""
        return np.arange(self.erste_zeile, self.erste_zeile + self.zeilen) if self.nummern is None else self.nummern


class Quelle(Protocol):
    """A file that can be read block by block."""

    def bloecke(self) -> Iterator[Block]:
        """All of its rows, once. Raises `Invalid` for a damaged file."""
        ...
