"""A Protokoll as a folder of Parquet files, as `wertstrom.ausgabe` writes it: read back part by part.

Owns the layout of the folder. Each file holds whole Faelle in the same order, so that parts can be read side by side.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from engine.errors import Invalid
from engine.kalender import BERLIN
from wertstrom.einlesen.vorgaben import read_zone
from wertstrom.ereignisprotokoll import FAELLE, MEILENSTEINE, MERKMALE, PAUSEN, SCHRITTE, Protokoll

TABELLEN = {
    "faelle": FAELLE,
    "schritte": SCHRITTE,
    "pausen": PAUSEN,
    "meilensteine": MEILENSTEINE,
    "merkmale": MERKMALE,
}
#: what the reader said about the file it came from
ANGABEN = "protokoll.json"


def read_angaben(ordner: Path) -> dict[str, Any]:
    """What was said about the whole: zone, events, notes."""
    try:
        angaben = json.loads((ordner / ANGABEN).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return angaben if isinstance(angaben, dict) else {}


def read_teile(ordner: Path) -> Iterator[Protokoll]:
    """The Protokoll, one row group of each table at a time. Raises `Invalid` for a folder that is none."""
    try:
        dateien = {name: pq.ParquetFile(ordner / f"{name}.parquet") for name in TABELLEN}
        anzahl = {datei.num_row_groups for datei in dateien.values()}
        if len(anzahl) != 1:
            raise pa.ArrowInvalid("row groups")
        for nummer in range(anzahl.pop()):
            tabellen = {name: datei.read_row_group(nummer).cast(TABELLEN[name]) for name, datei in dateien.items()}
            angaben = read_angaben(ordner)
            yield Protokoll(
                **tabellen,
                ereignisse=int(angaben.get("ereignisse", 0)) if nummer == 0 else 0,
                zone=_zone(angaben),
                hinweise=(),
            )
    except (pa.ArrowException, OSError, ValueError, KeyError):
        raise Invalid(
            "Das Protokoll kann nicht gelesen werden: Der Ordner enthält kein vollständiges Protokoll. "
            "Bitte lesen Sie die Quelle erneut ein."
        ) from None


def _zone(angaben: dict[str, Any]) -> tzinfo:
    name = str(angaben.get("zone", BERLIN.key))
    return UTC if name == "UTC" else read_zone(name)
