"""Writes a folder of Parquet files: one per table of the contract, a row group per part, and what is said of it all.

The same folder is what an import keeps; `wertstrom.einlesen.parquet` reads it part by part.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from datetime import UTC
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from wertstrom.einlesen.parquet import ANGABEN, TABELLEN
from wertstrom.ereignisprotokoll import Protokoll


def write_parquet(teile: Iterable[Protokoll], ziel: Path, mehr: Mapping[str, Any] | None = None) -> None:
    """All parts into a new folder; `mehr` is kept beside them. Memory holds one part."""
    ziel.mkdir()
    ereignisse, zone = 0, "UTC"
    with ExitStack() as offen:
        schreiber = {
            name: offen.enter_context(pq.ParquetWriter(ziel / f"{name}.parquet", schema, compression="zstd"))
            for name, schema in TABELLEN.items()
        }
        for teil in teile:
            ereignisse += teil.ereignisse
            zone = "UTC" if teil.zone is UTC else str(teil.zone)
            for name, datei in schreiber.items():
                tabelle = getattr(teil, name)
                # One group per part in every file, also an empty one: they are read side by side.
                datei.write_table(tabelle, row_group_size=max(1, tabelle.num_rows))
    write_angaben(ziel, {"zone": zone, "ereignisse": ereignisse, **(mehr or {})})


def write_angaben(ordner: Path, angaben: Mapping[str, Any]) -> None:
    """Replace what is said of the whole."""
    (ordner / ANGABEN).write_text(json.dumps(angaben, ensure_ascii=False, indent=1), encoding="utf-8")
