"""Writes a Protokoll for other programs: long CSV, XES, OCEL 2.0 (JSON, XML, SQLite) and Parquet.

Owns the forms and what may leave: no persons (there are none), a new number for every Fall in every export, groups of
too few Faelle and roles of too few people merged. What is written can be read in again and gives the same figures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum
from pathlib import Path

from engine.errors import Invalid
from wertstrom.ausgabe.abschluss import finished
from wertstrom.ausgabe.ocel import write_json, write_xml
from wertstrom.ausgabe.ocelsqlite import write_sqlite
from wertstrom.ausgabe.parquet import write_parquet
from wertstrom.ausgabe.schonung import Schonung, find_schonung
from wertstrom.ausgabe.tabelle import write_csv
from wertstrom.ausgabe.xes import write_xes
from wertstrom.ereignisprotokoll import Protokoll

__all__ = ["Form", "Schonung", "find_form", "find_schonung", "write"]


class Form(StrEnum):
    """Forms of an export."""

    CSV = "csv"
    XES = "xes"
    OCEL_JSON = "ocel-json"
    OCEL_XML = "ocel-xml"
    OCEL_SQLITE = "ocel-sqlite"
    PARQUET = "parquet"


_SCHREIBER: dict[Form, Callable[[Iterable[Protokoll], Path], None]] = {
    Form.CSV: write_csv,
    Form.XES: write_xes,
    Form.OCEL_JSON: write_json,
    Form.OCEL_XML: write_xml,
    Form.OCEL_SQLITE: write_sqlite,
    Form.PARQUET: write_parquet,
}
_ENDUNGEN = {
    ".csv": Form.CSV,
    ".xes": Form.XES,
    ".json": Form.OCEL_JSON,
    ".jsonocel": Form.OCEL_JSON,
    ".xml": Form.OCEL_XML,
    ".xmlocel": Form.OCEL_XML,
    ".sqlite": Form.OCEL_SQLITE,
    ".db": Form.OCEL_SQLITE,
}


def find_form(ziel: Path) -> Form:
    """The form that a name means by its ending; without one it is a folder with Parquet."""
    endung = ziel.suffix.lower()
    if endung in ("", ".parquet"):
        return Form.PARQUET
    if endung not in _ENDUNGEN:
        raise Invalid(
            f"Ausgeben nicht möglich: Die Endung „{endung[:20]}“ ist nicht bekannt. "
            f"Erwartet wird {', '.join(_ENDUNGEN)} oder ein Ordner."
        )
    return _ENDUNGEN[endung]


def write(teile: Iterable[Protokoll], ziel: Path, form: Form, schonung: Schonung | None = None) -> None:
    """Write parts with whole Faelle to a new file or folder; nothing is left behind when it fails.

    Raises `Invalid` when there is already something.
    """
    schonung = schonung or Schonung()
    with finished(ziel) as entwurf:
        _SCHREIBER[form]((schonung.apply(teil) for teil in teile), entwurf)
