"""Reads OCEL 2.0 in SQLite: a foreign database is hostile, so it is opened read-only, and views and triggers never run.

Owns the opening and the queries; only real tables of the standard are touched, with limits on their width.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from engine.errors import Invalid
from wertstrom.einlesen import attribute

_PFLICHT = ("event", "object", "event_object", "event_map_type", "object_map_type")
_STAPEL = 10_000
#: a value of a cell, and columns of a table
_WERT_HOECHSTENS, _SPALTEN_HOECHSTENS = 1_000_000, 500
#: steps of the database's machine between two looks at whether it has to end
_SCHRITTE_HOECHSTENS = 20_000_000_000 // 1_000_000
_ERLAUBT = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_PRAGMA}
_PRAGMAS = {"table_info", "query_only", "trusted_schema"}

_Zeile = tuple[float, Mapping[str, str | None]]


@contextmanager
def _open(datei: Path) -> Iterator[sqlite3.Connection]:
    try:
        with closing(sqlite3.connect(f"{datei.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as db:
            db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _WERT_HOECHSTENS)
            db.setlimit(sqlite3.SQLITE_LIMIT_COLUMN, _SPALTEN_HOECHSTENS)
            db.execute("pragma trusted_schema = off")
            db.execute("pragma query_only = on")
            db.set_authorizer(_authorise)
            schritte = iter(range(_SCHRITTE_HOECHSTENS))
            db.set_progress_handler(lambda: next(schritte, None) is None, 1_000_000)
            db.text_factory = lambda roh: roh.decode("utf-8", "replace")
            _check(db)
            yield db
    except sqlite3.Error:
        raise Invalid(
            "Das Protokoll kann nicht gelesen werden: Die SQLite-Datei ist beschädigt oder kein OCEL 2.0. "
            "Bitte exportieren Sie sie erneut."
        ) from None


def _authorise(was: int, erstes: str | None, _zweites: str | None, _db: str | None, _wer: str | None) -> int:
    erlaubt = was in _ERLAUBT and (was != sqlite3.SQLITE_PRAGMA or erstes in _PRAGMAS)
    return sqlite3.SQLITE_OK if erlaubt else sqlite3.SQLITE_DENY


def _check(db: sqlite3.Connection) -> None:
    """Everything that is read must be a table of rows: no view, nothing virtual, nothing computed."""
    gefunden = {
        str(name): typ == "table" and "virtual" not in str(sql).lower().split("(")[0]
        for typ, name, sql in db.execute("select type, name, sql from sqlite_master where type in ('table', 'view')")
    }
    gebraucht = [
        *_PFLICHT,
        *(f"{art}_{ende}" for art in ("event", "object") for ende in _map(db, art, gefunden).values()),
    ]
    if not all(gefunden.get(name) for name in gebraucht):
        raise sqlite3.DatabaseError


def _map(db: sqlite3.Connection, art: str, gefunden: Mapping[str, bool]) -> dict[str, str]:
    """Type of event or object → ending of the name of its table."""
    if not gefunden.get(f"{art}_map_type"):
        raise sqlite3.DatabaseError
    frage = f"select ocel_type, ocel_type_map from {art}_map_type"  # noqa: S608 - our own names
    return {str(typ): str(ende) for typ, ende in db.execute(frage)}


def count_objekttypen(datei: Path) -> dict[str, int]:
    """Type of object → number of its objects."""
    with _open(datei) as db:
        return {str(typ): zahl for typ, zahl in db.execute("select ocel_type, count(*) from object group by ocel_type")}


def read_zeilen(datei: Path, typ: str, vorgabe: Mapping[str, str]) -> Iterator[_Zeile]:
    """One row per event and object of this type, type of event by type of event, with how far it is."""
    with _open(datei) as db:
        alle = {name: True for name in (*_PFLICHT,)}
        objekte = _map(db, "object", alle)
        faelle = _faelle(db, f"object_{objekte[typ]}", vorgabe) if typ in objekte else {}
        arten = _map(db, "event", alle)
        for n, (art, ende) in enumerate(arten.items()):
            for zeile in _ereignisse(db, art, f"event_{ende}", typ, vorgabe):
                yield n / len(arten), {**faelle.get(str(zeile["fall"]), {}), **zeile}


def _faelle(db: sqlite3.Connection, tabelle: str, vorgabe: Mapping[str, str]) -> dict[str, dict[str, str]]:
    spalten = _columns(db, tabelle, lambda name: attribute.bedeutung_of_fall(name, vorgabe))
    if not spalten:
        return {}
    auswahl = ", ".join(_quoted(name) for name in spalten)
    faelle: dict[str, dict[str, str]] = {}
    for nummer, *werte in db.execute(f"select ocel_id, {auswahl} from {_quoted(tabelle)}"):  # noqa: S608 - quoted
        neue = {b: str(w) for b, w in zip(spalten.values(), werte, strict=True) if w is not None}
        faelle[str(nummer)] = {**neue, **faelle.get(str(nummer), {})}
    return faelle


def _ereignisse(
    db: sqlite3.Connection, art: str, tabelle: str, typ: str, vorgabe: Mapping[str, str]
) -> Iterator[dict[str, str | None]]:
    spalten = _columns(db, tabelle, lambda name: attribute.bedeutung_of_ereignis(name, vorgabe))
    auswahl = "".join(f", e.{_quoted(name)}" for name in spalten)
    zeiger = db.execute(
        f"""select distinct o.ocel_id, e.ocel_id, e.ocel_time{auswahl} from {_quoted(tabelle)} e
        join event_object b on b.ocel_event_id = e.ocel_id join object o on o.ocel_id = b.ocel_object_id
        where o.ocel_type = ?""",  # noqa: S608 - quoted names
        (typ,),
    )
    while stapel := zeiger.fetchmany(_STAPEL):
        for fall, _, zeit, *werte in stapel:
            zeile: dict[str, str | None] = {
                attribute.FALL: str(fall),
                attribute.NAME: art,
                attribute.ZEIT: zeit and str(zeit),
            }
            zeile |= {b: str(w) for b, w in zip(spalten.values(), werte, strict=True) if w is not None}
            yield zeile


def _columns(db: sqlite3.Connection, tabelle: str, bedeutung: Callable[[str], str | None]) -> dict[str, str]:
    """Columns of a table that are read: name → meaning."""
    namen = [str(zeile[1]) for zeile in db.execute(f"pragma table_info({_quoted(tabelle)})")]
    return {name: was for name in namen if not name.startswith("ocel_") and (was := bedeutung(name))}


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
