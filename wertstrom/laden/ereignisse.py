"""Reading what happened: the Ereignisse of Vorgänge as plain rows in columns, without persons.

Owns the statement and how its rows become Faelle. Selects no column that names a person, a Vorgang for people, or the
content of a form. Rows come in columns, several times as fast as one object after the other.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import adbc_driver_postgresql.dbapi
import pyarrow as pa
from sqlalchemy import ColumnElement, Engine, Select, func, literal, select
from sqlalchemy.orm import Session

from engine.bpmn.ergebnis import SchrittArt
from engine.model import Aufgabe, Ereignis, EreignisArt, Gruppe, Vorgang, Wartegrund
from engine.rechte import rolle_name
from wertstrom.ereignisprotokoll import MERKMAL_ZEICHEN, Art, Protokoll, create_protokoll
from wertstrom.faltung import Gefaltet, Kopf, Vorfall, fold, fold_meilensteine
from wertstrom.kennzahlen import ZAEHLUNGEN
from wertstrom.laden.versionen import Version, learn_versionen

#: Vorgänge folded and written at a time
_PAKET = 2_000
#: rows read at a time
_ZEILEN = 20_000
#: Ereignisse that say nothing about Schritte or milestones
_OHNE_SCHRITT = frozenset(
    {
        EreignisArt.FRIST_ABGELAUFEN,
        EreignisArt.FRIST_VERSCHOBEN,
        EreignisArt.STOERUNG,
        EreignisArt.ENTSCHEIDUNG_GETROFFEN,
        EreignisArt.NACHRICHT_GESENDET,
        EreignisArt.NACHRICHT_EINGETROFFEN,
        EreignisArt.WIEDERVORLAGE_GESETZT,
        EreignisArt.WIEDERVORLAGE_ERLEDIGT,
        EreignisArt.KOMMENTIERT,
        EreignisArt.DOKUMENT_ANGEFUEGT,
        EreignisArt.DOKUMENT_GELOESCHT,
    }
)
#: process variables by which Faelle may be grouped; nothing else of the steering data is read
MERKMALE = ("hilfeart", "track", "bezirk", "pilot")
_EXTERN = frozenset(grund.value for grund in Wartegrund if grund.ist_extern)


class Zeile(NamedTuple):
    """One Ereignis with what names it; '' and 0 stand for nothing."""

    vorgang_id: int
    art: str
    zeit_us: int
    element: str
    lauf: int
    grund: str
    meilenstein: str
    version: int
    beispiel: bool
    aufruf: int
    name: str
    schritt_art: str
    frist_us: int | None
    rolle: str
    nummer: int
    #: what was taken back came after the Ereignis of this number
    nach: int


_ZEITEN = tuple(Zeile._fields.index(name) for name in ("zeit_us", "frist_us"))
_BEISPIEL = Zeile._fields.index("beispiel")


def statement(welche: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """Columns of `Zeile`, Vorgang by Vorgang, in the order in which things were recorded."""
    return (
        select(
            Ereignis.vorgang_id,
            Ereignis.art,
            Ereignis.zeit,
            func.coalesce(Ereignis.element_id, ""),
            func.coalesce(Ereignis.lauf, 0),
            func.coalesce(Ereignis.grund, ""),
            func.coalesce(Ereignis.daten["meilenstein"].as_string(), ""),
            Vorgang.prozessversion_id,
            Vorgang.beispiel,
            func.coalesce(Aufgabe.prozessversion_id, 0),
            func.coalesce(Aufgabe.name, ""),
            func.coalesce(Aufgabe.art, literal("")),
            Aufgabe.frist_am,
            func.coalesce(Gruppe.rolle, literal("")),
            Ereignis.id,
            func.coalesce(Ereignis.daten["nach"].as_integer(), 0),
        )
        .join(Vorgang, Vorgang.id == Ereignis.vorgang_id)
        .outerjoin(Aufgabe, Aufgabe.id == Ereignis.aufgabe_id)
        .outerjoin(Gruppe, Gruppe.id == Ereignis.gruppe_id)
        .where(welche, Ereignis.art.not_in([art.value for art in _OHNE_SCHRITT]))
        .order_by(Ereignis.vorgang_id, Ereignis.id)
    )


def read_protokolle(
    session: Session, welche: ColumnElement[bool], versionen: dict[int, Version], pseudonym: Callable[[int], int]
) -> Iterator[Protokoll]:
    """Whole Vorgänge, a packet at a time, as Faelle; `pseudonym` maps the id of a Vorgang to the number of its Fall."""
    vorgaenge = (list(gruppe) for _, gruppe in itertools.groupby(read_zeilen(session, welche), key=_vorgang_id))
    while paket := list(itertools.islice(vorgaenge, _PAKET)):
        gesucht = {nummer for zeilen in paket for z in zeilen for nummer in (z.version, z.aufruf) if nummer}
        learn_versionen(session, versionen, gesucht)
        variablen = _variablen(session, [zeilen[0].vorgang_id for zeilen in paket])
        gefaltet = Gefaltet()
        for zeilen in paket:
            version = versionen[zeilen[0].version]
            kopf = Kopf(pseudonym(zeilen[0].vorgang_id), version.kennung, version.nummer, zeilen[0].beispiel)
            vorfaelle = [_vorfall(versionen, zeile) for zeile in geltende(zeilen)]
            gemessen = version.strecke.cut(vorfaelle)
            fold(kopf, gemessen, gefaltet)
            if gemessen:
                fold_meilensteine(kopf, vorfaelle, gefaltet)
                gefaltet.merkmale += _merkmale(kopf.fall, variablen[zeilen[0].vorgang_id])
        yield create_protokoll(
            gefaltet.faelle,
            gefaltet.schritte,
            gefaltet.pausen,
            meilensteine=gefaltet.meilensteine,
            merkmale=gefaltet.merkmale,
            ereignisse=gefaltet.ereignisse,
        )


def read_zeilen(session: Session, welche: ColumnElement[bool]) -> Iterator[Zeile]:
    """Rows in columns: from PostgreSQL over ADBC, from SQLite through the session's own connection."""
    db_engine = session.get_bind()
    # A second copy of SQLite in this process (that of ADBC) would cancel the locks of the first one when it closes the
    # file, and see old states: only the driver that writes may read.
    pakete = _sqlite_pakete if db_engine.dialect.name == "sqlite" else _postgresql_pakete
    text = str(statement(welche).compile(dialect=db_engine.dialect, compile_kwargs={"literal_binds": True}))
    for spalten in pakete(session, text):
        werte = [spalte if isinstance(spalte, list) else spalte.to_pylist() for spalte in spalten]
        for nummer in _ZEITEN:
            werte[nummer] = _as_us(pa.array(spalten[nummer]))
        werte[_BEISPIEL] = [bool(wert) for wert in werte[_BEISPIEL]]
        yield from itertools.starmap(Zeile, zip(*werte, strict=True))


def _sqlite_pakete(session: Session, text: str) -> Iterator[list[Any]]:
    ergebnis = session.connection().exec_driver_sql(text)
    while zeilen := ergebnis.fetchmany(_ZEILEN):
        yield [list(spalte) for spalte in zip(*zeilen, strict=True)]


def _postgresql_pakete(session: Session, text: str) -> Iterator[list[Any]]:
    db_engine = session.get_bind()
    url = db_engine.url if isinstance(db_engine, Engine) else db_engine.engine.url
    adresse = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with adbc_driver_postgresql.dbapi.connect(adresse) as verbindung, verbindung.cursor() as zeiger:
        zeiger.execute(text.replace("%%", "%"))
        for paket in zeiger.fetch_record_batch():
            yield paket.columns


def _as_us(spalte: pa.Array) -> list[int | None]:
    if pa.types.is_null(spalte.type) or spalte.null_count == len(spalte):
        return [None] * len(spalte)
    werte: list[int | None] = spalte.cast(pa.timestamp("us")).cast(pa.int64()).to_pylist()
    return werte


def _vorgang_id(zeile: Zeile) -> int:
    return zeile.vorgang_id


def geltende(zeilen: list[Zeile]) -> list[Zeile]:
    """Without what was taken back: an Ereignis of that kind names the newest one that holds."""
    gueltig: list[Zeile] = []
    for zeile in zeilen:
        if zeile.art == EreignisArt.ZURUECKGENOMMEN:
            gueltig = [frueher for frueher in gueltig if frueher.nummer <= zeile.nach]
        else:
            gueltig.append(zeile)
    return gueltig


def _vorfall(versionen: Mapping[int, Version], zeile: Zeile) -> Vorfall:
    knoten, version = zeile.element or None, versionen[zeile.version]
    if knoten and zeile.aufruf not in (0, zeile.version):
        # A called process has ids of its own, which may be those of the calling one.
        knoten = f"{versionen[zeile.aufruf].kennung}:{knoten}"
    return Vorfall(
        art=zeile.art,
        zeit_us=zeile.zeit_us,
        knoten=knoten,
        lauf=zeile.lauf or None,
        name=zeile.name or version.namen.get(zeile.element, ""),
        schritt_art=Art.EINGANG if zeile.schritt_art == SchrittArt.EINGANG else Art.AUFGABE,
        rolle=rolle_name(zeile.rolle) if zeile.rolle else None,
        grund=zeile.grund or None,
        extern=zeile.art == EreignisArt.UNTERBROCHEN and zeile.grund in _EXTERN,
        meilenstein=zeile.meilenstein or None,
        frist_us=zeile.frist_us,
    )


def _variablen(session: Session, vorgang_ids: list[int]) -> dict[int, Mapping[str, Any]]:
    """Steering data S0 of these Vorgänge, read once each and not with every Ereignis."""
    zeilen = session.execute(select(Vorgang.id, Vorgang.variablen).where(Vorgang.id.in_(vorgang_ids)))
    return {zeile.id: zeile.variablen for zeile in zeilen}


def _merkmale(fall: int, variablen: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The Merkmale that may be evaluated, of the steering data S0; long texts and lists describe no group."""
    werte = {name: variablen[name] for name in (*MERKMALE, *ZAEHLUNGEN) if isinstance(variablen.get(name), str | int)}
    texte = {name: str(wert).strip() for name, wert in werte.items()}
    return [{"fall": fall, "name": n, "wert": t} for n, t in texte.items() if 0 < len(t) <= MERKMAL_ZEICHEN]
