"""The store of the analysis: narrow tables, filled per Fall, read by named queries.

Owns the tables (`schema.sql`), the transformation into them (`aufbereitung`) and the queries (`abfragen/*.sql`). Never
fetches an extension or a file: it works without any network, and its memory and temporary space are bounded. Only
S0 data without persons come in here. `Speicher` keeps everything in memory; `dauerhaft` keeps it on disk for many
processes, `spark` reads the same files on a cluster. All three answer the same queries with the same numbers.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from wertstrom.ereignisprotokoll import Protokoll, check
from wertstrom.kalender import Arbeitszeit
from wertstrom.speicher.aufbereitung import prepare
from wertstrom.speicher.verdichtung import sql_text

Zeile = dict[str, Any]

#: results kept between two changes; pages ask the same few questions
_ANTWORTEN_HOECHSTENS = 500


_TABELLEN = ("fall", "schritt", "meilenstein", "merkmal")


@dataclass(frozen=True)
class Grenzen:
    """What one store may take, in DuckDB's notation."""

    arbeitsspeicher: str = "2GB"
    auslagerung: str = "20GB"


STANDARD_GRENZEN = Grenzen()


class Speicher:
    """Faelle and Schritte of one office, or of one imported log, in memory. Safe to use from several threads.

    Parameters
    ----------
    uhr
        Working time of the office; its values are computed when a Fall comes in.
    """

    def __init__(self, uhr: Arbeitszeit | None = None, grenzen: Grenzen = STANDARD_GRENZEN) -> None:
        self.uhr = uhr or Arbeitszeit()
        #: rises with every change: whoever keeps results can tell whether they are still right
        self.stand = 0
        self._schreibt = threading.Lock()
        self._antworten: dict[tuple[object, ...], list[Zeile]] = {}
        self._merke: dict[str, Any] = {}
        self._verbindung = open_duckdb(grenzen)
        for name in ("schema.sql", "makros.sql"):
            self._verbindung.execute(sql_text(name))

    def replace(self, protokoll: Protokoll) -> None:
        """Take in these Faelle whole; older rows of the same Faelle go. Raises `Invalid` for a broken Protokoll."""
        neu = prepare(check(protokoll), self.uhr)
        with self._schreibt:
            self._write(protokoll.faelle["fall"], neu.tabellen)

    def remove(self, faelle: Iterable[int]) -> None:
        """Forget these Faelle, e.g. after their Vorgänge were erased."""
        with self._schreibt:
            self._write(pa.array(list(faelle), pa.int64()), {})

    def clear(self) -> None:
        """Forget everything."""
        with self._schreibt:
            self._write(pa.array(self.faelle(), pa.int64()), {})

    def faelle(self) -> list[int]:
        """Numbers of all Faelle."""
        with self._verbindung.cursor() as zeiger:
            return [fall for (fall,) in zeiger.execute("select fall from fall").fetchall()]

    @property
    def merke(self) -> Mapping[str, Any]:
        """What the filling side remembered with the present rows."""
        return self._merke

    @contextlib.contextmanager
    def writing(self, merke: Mapping[str, Any] | None = None, *, warten_s: float | None = None) -> Iterator[None]:
        """Changes that belong together, and what to remember with them: looked at when the block ends.

        `warten_s`: how long another writer is waited for; there is none here.
        """
        del warten_s
        yield
        if merke is not None:
            self._merke = dict(merke)

    def refresh(self) -> None:
        """Look at what other processes wrote: nothing here."""

    def query(self, name: str, **werte: object) -> list[Zeile]:
        """Rows of the named query `abfragen/<name>.sql` with its parameters; remembered until the next change."""
        # `stand` first: it rises after a commit, so newer rows may be kept under it, older ones never.
        frage = (self.stand, name, *werte.items())
        zeilen = self._antworten.get(frage)
        if zeilen is None:
            if len(self._antworten) >= _ANTWORTEN_HOECHSTENS:
                self._antworten = {}
            zeilen = self._antworten[frage] = self._query(name, werte)
        return [dict(zeile) for zeile in zeilen]

    def close(self) -> None:
        """Free memory and files."""
        self._verbindung.close()

    def _query(self, name: str, werte: dict[str, object]) -> list[Zeile]:
        with self._verbindung.cursor() as zeiger:
            return as_rows(zeiger.execute(sql_text(f"abfragen/{name}.sql"), werte or None))

    def _write(self, faelle: pa.Array, tabellen: dict[str, pa.Table]) -> None:
        with self._verbindung.cursor() as zeiger:
            zeiger.register("betroffen", pa.table({"fall": faelle}))
            zeiger.begin()
            try:
                for name in _TABELLEN:
                    zeiger.execute(f"delete from {name} where fall in (select fall from betroffen)")  # noqa: S608
                for name, tabelle in tabellen.items():
                    zeiger.register("neu", tabelle)
                    zeiger.execute(f"insert into {name} by name select * from neu")  # noqa: S608
                zeiger.commit()
            except BaseException:
                zeiger.rollback()
                raise
        self.stand += 1
        self._antworten = {}


def open_duckdb(grenzen: Grenzen) -> duckdb.DuckDBPyConnection:
    """A database in memory that fetches nothing and takes no more than `grenzen`."""
    # Created by DuckDB only when it has to spill.
    auslagerung = Path(tempfile.gettempdir()) / f"hilfefluss-wertstrom-{os.getpid()}"
    return duckdb.connect(
        ":memory:",
        config={
            "memory_limit": grenzen.arbeitsspeicher,
            "max_temp_directory_size": grenzen.auslagerung,
            "temp_directory": str(auslagerung),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "python_enable_replacements": False,
        },
    )


def as_rows(ergebnis: duckdb.DuckDBPyConnection) -> list[Zeile]:
    """All rows of an answer, by name of the column."""
    spalten = [spalte[0] for spalte in ergebnis.description]
    return [dict(zip(spalten, zeile, strict=True)) for zeile in ergebnis.fetchall()]
