"""Writes OCEL 2.0 as SQLite, with the tables of the standard: one per type of event, one for the objects."""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from wertstrom.ausgabe.ocel import ANFANG, OBJEKTTYP, attributes_of
from wertstrom.ausgabe.zeilen import Fall, Vorfall, faelle_of
from wertstrom.ereignisprotokoll import Protokoll

_SCHEMA = """
create table event (ocel_id text primary key, ocel_type text not null);
create table object (ocel_id text primary key, ocel_type text not null);
create table event_object (ocel_event_id text not null, ocel_object_id text not null, ocel_qualifier text);
create table object_object (ocel_source_id text not null, ocel_target_id text not null, ocel_qualifier text);
create table event_map_type (ocel_type text primary key, ocel_type_map text not null);
create table object_map_type (ocel_type text primary key, ocel_type_map text not null);
create table object_Vorgang (ocel_id text, ocel_time text, ocel_changed_field text);
insert into object_map_type values ('Vorgang', 'Vorgang');
"""


def write_sqlite(teile: Iterable[Protokoll], ziel: Path) -> None:
    """All parts as one log."""
    with closing(sqlite3.connect(ziel, isolation_level=None)) as db:
        db.execute("pragma journal_mode = off")
        db.executescript(_SCHEMA)
        db.execute("begin")
        log = _Log(db)
        for teil in teile:
            for fall in faelle_of(teil):
                log.add_fall(fall)
                for vorfall in fall.vorfaelle():
                    log.add_vorfall(vorfall, fall)
        db.execute("create index event_object_event on event_object (ocel_event_id)")
        db.execute("commit")


class _Log:
    """Tables that get their columns when they need them."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db, self._nummer = db, 0
        self._tabellen: dict[str, str] = {}
        self._spalten: dict[str, set[str]] = {f"object_{OBJEKTTYP}": set()}

    def add_fall(self, fall: Fall) -> None:
        """One object."""
        self._db.execute("insert into object values (?, ?)", (fall.nummer, OBJEKTTYP))
        self._insert(f"object_{OBJEKTTYP}", {"ocel_id": fall.nummer, "ocel_time": ANFANG, **fall.angaben})

    def add_vorfall(self, vorfall: Vorfall, fall: Fall) -> None:
        """One event."""
        self._nummer += 1
        nummer, tabelle = f"e{self._nummer}", self._table_of(vorfall.name)
        self._db.execute("insert into event values (?, ?)", (nummer, vorfall.name))
        self._db.execute("insert into event_object values (?, ?, ?)", (nummer, fall.nummer, OBJEKTTYP))
        self._insert(tabelle, {"ocel_id": nummer, "ocel_time": vorfall.zeit, **attributes_of(vorfall)})

    def _table_of(self, name: str) -> str:
        if name not in self._tabellen:
            ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
            kurz = f"{re.sub(r'[^A-Za-z0-9]+', '_', ascii_name)[:40]}_{len(self._tabellen)}"
            self._db.execute("insert into event_map_type values (?, ?)", (name, kurz))
            self._db.execute(f"create table event_{kurz} (ocel_id text primary key, ocel_time text)")
            self._tabellen[name] = f"event_{kurz}"
            self._spalten[f"event_{kurz}"] = set()
        return self._tabellen[name]

    def _insert(self, tabelle: str, werte: dict[str, str]) -> None:
        for name in werte.keys() - self._spalten[tabelle] - {"ocel_id", "ocel_time"}:
            self._db.execute(f"alter table {tabelle} add column {_quoted(name)} text")
            self._spalten[tabelle].add(name)
        spalten, stellen = ", ".join(map(_quoted, werte)), ", ".join("?" * len(werte))
        self._db.execute(f"insert into {tabelle} ({spalten}) values ({stellen})", list(werte.values()))  # noqa: S608 - quoted names


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
