"""Names of Faelle become numbers that say nothing: keyed hashes, with a key that lies elsewhere or is thrown away.

Owns the key file and the hashing. Never keeps a name.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from engine.errors import Invalid

_BYTES = 32


class Pseudonyme:
    """63-bit numbers of one key; without a key, of one that nobody ever learns."""

    def __init__(self, schluessel: bytes | None = None) -> None:
        self._schluessel = schluessel or secrets.token_bytes(_BYTES)
        #: whether the numbers mean something beyond this import
        self.ist_bleibend = schluessel is not None

    def of(self, namen: pa.Array) -> npt.NDArray[np.int64]:
        """One number per name; equal names have equal ones. A missing name has -1."""
        kodiert = namen.dictionary_encode()
        zahlen = pa.array([self._number(text) for text in kodiert.dictionary.to_pylist()], pa.int64())
        ergebnis: npt.NDArray[np.int64] = pc.fill_null(zahlen.take(kodiert.indices), -1).to_numpy(zero_copy_only=False)
        return ergebnis

    def _number(self, text: str) -> int:
        kurz = hashlib.blake2b(text.strip().encode(), key=self._schluessel, digest_size=8).digest()
        return int.from_bytes(kurz) >> 1


def read_schluessel(datei: Path) -> bytes:
    """The key in a file, which is made (mode 0600) when there is none. Raises `Invalid` for what is no key."""
    if not datei.exists():
        griff = os.open(datei, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(griff, "w") as neue:
            neue.write(secrets.token_hex(_BYTES))
    try:
        schluessel = bytes.fromhex(datei.read_text(encoding="ascii").strip())
    except ValueError:
        schluessel = b""
    if len(schluessel) != _BYTES:
        raise Invalid(
            "Einlesen nicht möglich: Die Schlüsseldatei enthält keinen Schlüssel. Bitte nennen Sie eine Datei, "
            "die es noch nicht gibt, oder den Schlüssel früherer Läufe."
        )
    return schluessel
