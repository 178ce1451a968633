"""The store on disk, read by an embedded DuckDB: any number of processes, one of which writes at a time.

Owns what a reading process keeps in memory: views on the parts (`ablage`), and what was added up per part
(`verdichtung`). Named queries that have a form in `addiert/` are answered from that, without reading the rows again;
all others read the parts. One more Fall costs the same, however big the store is.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from wertstrom.ereignisprotokoll import Protokoll, check
from wertstrom.kalender import Arbeitszeit
from wertstrom.speicher import STANDARD_GRENZEN, Grenzen, Speicher, Zeile
from wertstrom.speicher.ablage import ZEILEN, Ablage, Tabellen, Teil, Verzeichnis
from wertstrom.speicher.aufbereitung import prepare
from wertstrom.speicher.spanne import Spannen
from wertstrom.speicher.verdichtung import sql_text, verdichte

#: Faelle that are collected in memory before parts are written
_STAPEL = 50_000
_ADDIERT = ("lage", "stufen", "summe")
#: a reader may hold a directory whose parts are gone: it looks again
_VERSUCHE = 4


class Belegt(Exception):
    """Another process is writing for longer than one wanted to wait."""


@dataclass
class _Stapel:
    """Changes that take effect together."""

    verzeichnis: Verzeichnis
    tabellen: list[Tabellen]
    faelle: int = 0
    #: something was erased: nothing of it may stay on disk
    sofort: bool = False


class Dauerspeicher(Speicher):
    """Faelle and Schritte of one office in a folder, shared with other processes. Safe to use from several threads.

    `uhr` has to be the same for all rows of a folder: whoever fills it starts anew when it changes (`clear`).
    """

    def __init__(self, ordner: Path, uhr: Arbeitszeit | None = None, grenzen: Grenzen = STANDARD_GRENZEN) -> None:
        super().__init__(uhr, grenzen)
        self.ablage = Ablage(ordner, verdichte)
        self._stapel: _Stapel | None = None
        self._schreiber = threading.RLock()
        self._verzeichnis = Verzeichnis()
        self._verbindung.execute("set parquet_metadata_cache = true")
        self._verbindung.execute("create schema leer")
        for name in ZEILEN:
            self._verbindung.execute(f"create table leer.{name} as select *, 0 as teil from {name}")  # noqa: S608 -- fixed names
            self._verbindung.execute(f"drop table {name}")
        self._verbindung.execute(sql_text("verdichtung.sql"))
        self._verbindung.execute(f"create table summe as from ({_summe_ueber_leere()})")
        self._spannen = Spannen(self._verbindung, self.ablage)
        self._show(self._verzeichnis)
        self.refresh()

    # --- writing ---

    def replace(self, protokoll: Protokoll) -> None:
        """Take in these Faelle whole; older rows of the same Faelle go. Raises `Invalid` for a broken Protokoll."""
        tabellen = prepare(check(protokoll), self.uhr).tabellen
        with self.writing():
            self._collect(tabellen)

    def remove(self, faelle: Iterable[int]) -> None:
        """Forget these Faelle, e.g. after their Vorgänge were erased; their rows leave the disk at once."""
        with self.writing():
            self._flush()
            stapel = self._need_stapel()
            stapel.verzeichnis = self.ablage.write(stapel.verzeichnis, {}, np.array(list(faelle), dtype=np.int64))
            stapel.sofort = True

    def clear(self) -> None:
        """Forget everything."""
        with self.writing():
            stapel = self._need_stapel()
            alte = tuple((f"{teil.monat}/{teil.nr}", 0.0) for teil in stapel.verzeichnis.teile)
            stapel.verzeichnis = Verzeichnis(stapel.verzeichnis.stand, stapel.verzeichnis.naechste, alte=alte)
            stapel.tabellen, stapel.faelle, stapel.sofort = [], 0, True

    @contextlib.contextmanager
    def writing(self, merke: Mapping[str, Any] | None = None, *, warten_s: float | None = None) -> Iterator[None]:
        """All changes inside take effect together at its end, or none does. Raises `Belegt` after `warten_s`.

        `merke`: what to remember with them; looked at when the block ends, so it may be filled inside.
        """
        with self._schreiber:
            if self._stapel is not None:
                yield
                return
            with self.ablage.sperre(warten_s) as meine:
                if not meine:
                    raise Belegt
                self.refresh()
                self._stapel = _Stapel(self.ablage.verzeichnis(), [])
                try:
                    yield
                    self._flush()
                    self._commit(self._stapel, merke)
                finally:
                    self._stapel = None
            self.refresh()

    def _commit(self, stapel: _Stapel, merke: Mapping[str, Any] | None) -> None:
        vorher = self.ablage.verzeichnis()
        if stapel.verzeichnis != vorher or (merke is not None and dict(merke) != vorher.merke):
            self.ablage.commit(stapel.verzeichnis, merke, sofort=stapel.sofort)

    def _collect(self, tabellen: Tabellen) -> None:
        stapel = self._need_stapel()
        neue = tabellen["fall"]["fall"].to_numpy()
        if any(np.isin(neue, gesammelt["fall"]["fall"].to_numpy()).any() for gesammelt in stapel.tabellen):
            self._flush()
        stapel.tabellen.append(tabellen)
        stapel.faelle += len(neue)
        if stapel.faelle >= _STAPEL:
            self._flush()

    def _flush(self) -> None:
        stapel = self._need_stapel()
        if stapel.tabellen:
            tabellen = {name: pa.concat_tables([teil[name] for teil in stapel.tabellen]) for name in ZEILEN}
            stapel.tabellen, stapel.faelle = [], 0
            faelle = tabellen["fall"]["fall"].to_numpy()
            stapel.verzeichnis = self.ablage.write(stapel.verzeichnis, tabellen, faelle)

    def _need_stapel(self) -> _Stapel:
        if self._stapel is None:
            raise RuntimeError("changes need the block `writing`")
        return self._stapel

    # --- reading ---

    @property
    def merke(self) -> Mapping[str, Any]:
        """What the filling side remembered with the present rows."""
        return self.ablage.verzeichnis().merke

    def refresh(self) -> None:
        """Look at what other processes wrote; cheap when nothing changed."""
        neu = self.ablage.verzeichnis()
        if neu.stand == self.stand and neu.teile == self._verzeichnis.teile:
            return
        with self._schreibt:
            self._show(neu)

    def _show(self, neu: Verzeichnis) -> None:
        vorher, nachher = (set(v.teile) for v in (self._verzeichnis, neu))
        with self._verbindung.cursor() as zeiger:
            zeiger.begin()
            self._load(zeiger, nachher - vorher, [teil.nr for teil in vorher - nachher])
            for name in ZEILEN:
                zeiger.execute(f"create or replace view {name} as {self._source(neu, name)}")
            zeiger.commit()
        if not self._antworten and not self.stand:
            self._verbindung.execute(sql_text("makros.sql"))
        self._verzeichnis, self.stand, self._antworten = neu, neu.stand, {}

    def _source(self, verzeichnis: Verzeichnis, name: str) -> str:
        if not verzeichnis.teile:
            return f"from leer.{name}"
        return f"from read_parquet({self._files(verzeichnis.teile, name)})"

    def _files(self, teile: Iterable[Teil], name: str) -> list[str]:
        return [self.ablage.datei(teil, name) for teil in teile]

    def _load(self, zeiger: duckdb.DuckDBPyConnection, neue: set[Teil], alte: list[int]) -> None:
        for name in _ADDIERT:
            if alte:
                zeiger.execute(f"delete from {name} where list_contains(?, teil)", [alte])  # noqa: S608 -- fixed names
            if neue:
                dateien = self._files(neue, name)
                zeiger.execute(f"insert into {name} by name from read_parquet({dateien})")
        self._spannen.change(zeiger, neue, alte)

    def _query(self, name: str, werte: dict[str, object]) -> list[Zeile]:
        for versuch in range(_VERSUCHE):
            try:
                teile = self._whole(werte)
                if teile is not None:
                    zeilen = self._spannen.answer(name, werte | {"teile": teile})
                    if zeilen is not None:
                        return zeilen
                return super()._query(name, werte)
            except duckdb.IOException:
                if versuch == _VERSUCHE - 1:
                    raise
                self.refresh()
        raise AssertionError

    def _whole(self, werte: Mapping[str, Any]) -> list[int] | None:
        """Numbers of the parts inside the period; None when it cuts through one, or nothing was selected."""
        if "prozess" not in werte:
            return None
        von, bis = werte["von_us"], werte["bis_us"]
        drin = [teil for teil in self._verzeichnis.teile if teil.bis_us >= von and teil.von_us <= bis]
        ganz = all(von <= teil.von_us and teil.bis_us <= bis for teil in drin)
        return [teil.nr for teil in drin] if ganz else None


def _summe_ueber_leere() -> str:
    return sql_text("summe.sql").replace("from schritt", "from leer.schritt")
