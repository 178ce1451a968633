"""From the engine's Ereignisse to the store, without persons: the only module that touches the engine's tables.

Owns the way of incremental reading: a watermark per Mandant, and each changed Vorgang folded anew as a whole. Reads
`ereignis` and what names things, never who did them; the only thing it asks about people is how many hold a role.
Works the same on SQLite and PostgreSQL.
"""

from __future__ import annotations

import hashlib
import itertools
import secrets
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select
from sqlalchemy.orm import Session

from engine.bpmn.ergebnis import MENSCHLICH, Schritt, SchrittArt
from engine.kalender import BERLIN
from engine.model import (
    Aufgabe,
    Ereignis,
    EreignisArt,
    Gruppe,
    Mitgliedschaft,
    Person,
    Prozess,
    Prozessversion,
    VersionStatus,
    Vorgang,
    Wartegrund,
)
from engine.queries import dienstzeiten
from engine.rechte import rolle_name
from wertstrom.ereignisprotokoll import MERKMAL_ZEICHEN, Art, as_us, create_protokoll
from wertstrom.faltung import Gefaltet, Kopf, Vorfall, fold, fold_meilensteine
from wertstrom.kalender import Arbeitszeit
from wertstrom.kennzahlen import ZAEHLUNGEN
from wertstrom.modell import Angabe, Knoten, Modell, Wertklasse, is_freigabe
from wertstrom.speicher import Speicher
from wertstrom.strecke import EINGANG, Strecke

#: ids below the newest that are looked at again: a transaction may commit after one with higher ids
_UEBERLAPPUNG = 10_000
#: Vorgänge folded and written at a time
_PAKET = 2_000
_ABFRAGE = 500
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


@dataclass(frozen=True, slots=True)
class _Version:
    """What names the Faelle and the timers of one Prozessversion."""

    kennung: str
    nummer: int
    #: label of every node, called processes included
    namen: Mapping[str, str]
    strecke: Strecke


@dataclass
class _Stand:
    """What one Mandant's store holds so far."""

    mandant_id: int
    speicher: Speicher
    #: newest id that was read, and all ids near it that were
    marke: int = 0
    gesehen: frozenset[int] = frozenset()
    versionen: dict[int, _Version] = field(default_factory=dict)
    #: makes pseudonyms; random, so that they say nothing and are new in every process
    schluessel: bytes = field(default_factory=lambda: secrets.token_bytes(32))

    def pseudonym(self, vorgang_id: int) -> int:
        """63 bits that only this process can connect with a Vorgang."""
        kurz = hashlib.blake2b(str(vorgang_id).encode(), key=self.schluessel, digest_size=8).digest()
        return int.from_bytes(kurz) >> 1


class Wertstrom:
    """The stores of all Mandanten in one process of the server. Safe to use from several threads."""

    def __init__(self) -> None:
        self._staende: dict[int, _Stand] = {}
        self._sperren: dict[int, threading.Lock] = {}
        self._sperre = threading.Lock()

    def refresh(self, session: Session, mandant_id: int) -> Speicher:
        """The store of a Mandant with everything committed so far; cheap when nothing happened since the last call.

        New office hours build the store anew; days before they hold keep their times. Raises `NotFound` for an unknown
        Mandant.
        """
        with self._sperre:
            sperre = self._sperren.setdefault(mandant_id, threading.Lock())
        with sperre:
            uhr = uhr_of(session, mandant_id)
            stand = self._staende.get(mandant_id)
            if stand is None or stand.speicher.uhr.abschnitte != uhr.abschnitte:
                stand = _Stand(mandant_id, Speicher(uhr))
            _update(session, stand)
            self._staende[mandant_id] = stand
            return stand.speicher

    def forget(self, mandant_id: int, vorgang_ids: Iterable[int]) -> None:
        """Take erased Vorgänge out of the figures."""
        stand = self._staende.get(mandant_id)
        if stand:
            stand.speicher.remove(stand.pseudonym(vorgang_id) for vorgang_id in vorgang_ids)


def uhr_of(session: Session, mandant_id: int, zone: tzinfo = BERLIN) -> Arbeitszeit:
    """Working time of an office, with every version of its hours; for a log from elsewhere in the zone of the log."""
    erster, *spaeter = dienstzeiten.abschnitte_of(session, mandant_id)
    return Arbeitszeit(erster.kalender, erster.dienstzeit, zone, spaeter)


def besetzung(session: Session, mandant_id: int, now: datetime) -> dict[str, int]:
    """How many people hold each role, by the label that Schritte carry: the size that thresholds need, no names."""
    zeilen = session.execute(
        select(Gruppe.rolle, func.count(Mitgliedschaft.person_id.distinct()))
        .join(Mitgliedschaft, Mitgliedschaft.gruppe_id == Gruppe.id)
        .join(Person, Person.id == Mitgliedschaft.person_id)
        .where(Gruppe.mandant_id == mandant_id, Person.aktiv.is_(True), Mitgliedschaft.gilt(now))
        .group_by(Gruppe.rolle)
    )
    return {rolle_name(rolle): anzahl for rolle, anzahl in zeilen}


def modell_of(session: Session, mandant_id: int, kennung: str, nummer: int | None = None) -> Modell:
    """The drawing of a process and what was set up for its steps: this version, else im Einsatz, else the newest.

    An unknown process has an empty Modell.
    """
    version = (
        session.execute(
            select(Prozessversion)
            .join(Prozess, Prozess.id == Prozessversion.prozess_id)
            .where(
                Prozess.mandant_id == mandant_id,
                Prozess.kennung == kennung,
                Prozessversion.status != VersionStatus.ENTWURF,
                *([] if nummer is None else [Prozessversion.nummer == nummer]),
            )
            .order_by((Prozessversion.status == VersionStatus.IM_EINSATZ).desc(), Prozessversion.nummer.desc())
            .limit(1)
        )
        .scalars()
        .first()
    )
    if version is None:
        return Modell()
    schritte, strecke = version.schrittliste(), _strecke(version.einrichtung)
    return Modell(
        knoten_of(schritte),
        {s.element: _angabe(version, s.element, s.name) for s in schritte if s.art in MENSCHLICH},
        ab_eingang=strecke.von == EINGANG,
        bis_schluss=strecke.bis is None,
        nummer=version.nummer,
    )


def knoten_of(schritte: Iterable[Schritt]) -> tuple[Knoten, ...]:
    """The nodes of a checked drawing as the comparison with what happened takes them."""
    return tuple(
        Knoten(s.element, s.name, s.art.value, tuple(a.ziel for a in s.ausgaenge), s.eltern, s.bpmn_typ)
        for s in schritte
    )


def _angabe(version: Prozessversion, element: str, name: str) -> Angabe:
    einstellung = version.aufgaben_einstellung(element)
    va, minuten = einstellung.get("va"), einstellung.get("pt_min")
    schema = version.formulare.get(einstellung.get("formular") or "") or {}
    return Angabe(
        va=Wertklasse(va) if va in set(Wertklasse) else None,
        pt_min=float(minuten) if isinstance(minuten, int | float) else None,
        gesetzlich=bool(einstellung.get("gesetzlich")),
        freigabe=is_freigabe(name),
        felder=frozenset(_eingabefelder(schema.get("components", []))),
        ueberwachung=bool(einstellung.get("ueberwachung")),
    )


def _eingabefelder(teile: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Keys that a form-js schema lets people fill in; what it only shows is no input."""
    for teil in teile:
        if teil.get("type") == "dynamiclist":
            yield str(teil.get("path"))  # its rows have keys of their own
            continue
        if teil.get("key") and not (teil.get("readonly") or teil.get("disabled")):
            yield str(teil["key"])
        yield from _eingabefelder(teil.get("components", []))


def _update(session: Session, stand: _Stand) -> None:
    meine = Ereignis.mandant_id == stand.mandant_id
    boden = stand.marke - _UEBERLAPPUNG
    neueste, anzahl = session.execute(
        select(func.max(Ereignis.id), func.count()).where(meine, Ereignis.id > boden)
    ).one()
    if neueste is None or (neueste == stand.marke and anzahl == len(stand.gesehen)):
        return
    if not stand.marke:
        boden = neueste - _UEBERLAPPUNG
    # Before the Ereignisse themselves: what is committed in between is found again by the next call.
    nahe = session.execute(select(Ereignis.id, Ereignis.vorgang_id).where(meine, Ereignis.id > boden)).all()
    if stand.marke:
        geaendert = sorted({vorgang_id for nummer, vorgang_id in nahe if nummer not in stand.gesehen})
        for von in range(0, len(geaendert), _ABFRAGE):
            _load(session, stand, Ereignis.vorgang_id.in_(geaendert[von : von + _ABFRAGE]))
    else:
        _load(session, stand, meine)
    stand.marke = max(nummer for nummer, _ in nahe)
    stand.gesehen = frozenset(nummer for nummer, _ in nahe if nummer > stand.marke - _UEBERLAPPUNG)


def _load(session: Session, stand: _Stand, welche: ColumnElement[bool]) -> None:
    """Fold these Vorgänge whole and put them into the store, a packet at a time."""
    zeilen = session.execute(_statement(welche).execution_options(yield_per=_PAKET))
    vorgaenge = (list(gruppe) for _, gruppe in itertools.groupby(zeilen, key=lambda zeile: zeile.vorgang_id))
    while paket := list(itertools.islice(vorgaenge, _PAKET)):
        _learn_versionen(
            session, stand, {nummer for v in paket for z in v for nummer in (z.version, z.aufruf) if nummer}
        )
        gefaltet = Gefaltet()
        variablen = _variablen(session, [vorgang[0].vorgang_id for vorgang in paket])
        for vorgang in paket:
            kopf = _kopf(stand, vorgang[0])
            strecke = stand.versionen[vorgang[0].version].strecke
            vorfaelle = [_vorfall(stand, zeile) for zeile in _geltend(vorgang)]
            gemessen = strecke.cut(vorfaelle)
            fold(kopf, gemessen, gefaltet)
            if gemessen:
                fold_meilensteine(kopf, vorfaelle, gefaltet)
                gefaltet.merkmale += _merkmale(kopf.fall, variablen[vorgang[0].vorgang_id])
        stand.speicher.replace(
            create_protokoll(
                gefaltet.faelle,
                gefaltet.schritte,
                gefaltet.pausen,
                meilensteine=gefaltet.meilensteine,
                merkmale=gefaltet.merkmale,
                ereignisse=gefaltet.ereignisse,
            )
        )


def _geltend(zeilen: Iterable[Row[Any]]) -> list[Row[Any]]:
    """Without what was taken back: an Ereignis of that kind names the newest one that holds."""
    gueltig: list[Row[Any]] = []
    for zeile in zeilen:
        if zeile.art == EreignisArt.ZURUECKGENOMMEN:
            gueltig = [frueher for frueher in gueltig if frueher.nummer <= zeile.daten["nach"]]
        else:
            gueltig.append(zeile)
    return gueltig


def _statement(welche: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Ereignis.id.label("nummer"),
            Ereignis.vorgang_id,
            Ereignis.art,
            Ereignis.zeit,
            Ereignis.element_id,
            Ereignis.lauf,
            Ereignis.grund,
            Ereignis.daten,
            Vorgang.prozessversion_id.label("version"),
            Vorgang.beispiel,
            Aufgabe.prozessversion_id.label("aufruf"),
            Aufgabe.name,
            Aufgabe.art.label("schritt_art"),
            Aufgabe.frist_am,
            Gruppe.rolle,
        )
        .join(Vorgang, Vorgang.id == Ereignis.vorgang_id)
        .outerjoin(Aufgabe, Aufgabe.id == Ereignis.aufgabe_id)
        .outerjoin(Gruppe, Gruppe.id == Ereignis.gruppe_id)
        .where(welche, Ereignis.art.not_in([art.value for art in _OHNE_SCHRITT]))
        .order_by(Ereignis.vorgang_id, Ereignis.id)
    )


def _kopf(stand: _Stand, zeile: Row[Any]) -> Kopf:
    version = stand.versionen[zeile.version]
    return Kopf(stand.pseudonym(zeile.vorgang_id), version.kennung, version.nummer, zeile.beispiel)


def _vorfall(stand: _Stand, zeile: Row[Any]) -> Vorfall:
    knoten, version = zeile.element_id, stand.versionen[zeile.version]
    if knoten and zeile.aufruf not in (None, zeile.version):
        # A called process has ids of its own, which may be those of the calling one.
        knoten = f"{stand.versionen[zeile.aufruf].kennung}:{knoten}"
    return Vorfall(
        art=zeile.art,
        zeit_us=as_us(zeile.zeit),
        knoten=knoten,
        lauf=zeile.lauf,
        name=zeile.name or version.namen.get(zeile.element_id or "", ""),
        schritt_art=Art.EINGANG if zeile.schritt_art == SchrittArt.EINGANG else Art.AUFGABE,
        rolle=rolle_name(zeile.rolle) if zeile.rolle else None,
        grund=zeile.grund,
        extern=zeile.art == EreignisArt.UNTERBROCHEN and zeile.grund in _EXTERN,
        meilenstein=zeile.daten.get("meilenstein"),
        frist_us=as_us(zeile.frist_am) if zeile.frist_am else None,
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


def _learn_versionen(session: Session, stand: _Stand, gesucht: set[int]) -> None:
    """Names of versions that are not known yet, and of those that they call."""
    fehlend, gelesen = gesucht - stand.versionen.keys(), dict[int, Row[Any]]()
    while fehlend:
        statement = (
            select(
                Prozessversion.id,
                Prozessversion.nummer,
                Prozessversion.schritte,
                Prozessversion.aufrufe,
                Prozessversion.einrichtung,
                Prozess.kennung,
            )
            .join(Prozess, Prozess.id == Prozessversion.prozess_id)
            .where(Prozessversion.id.in_(fehlend))
        )
        gelesen |= {zeile.id: zeile for zeile in session.execute(statement)}
        fehlend = {ziel for nummer in fehlend for ziel in gelesen[nummer].aufrufe.values() if ziel} - gelesen.keys()
    for nummer, zeile in gelesen.items():
        namen: dict[str, str] = {}
        for erreichbar in reversed(_aufrufkette(gelesen, nummer)):
            namen |= {schritt["element"]: schritt["name"] for schritt in gelesen[erreichbar].schritte}
        stand.versionen[nummer] = _Version(zeile.kennung, zeile.nummer, namen, _strecke(zeile.einrichtung))


def _strecke(einrichtung: Mapping[str, Any]) -> Strecke:
    ziel = einrichtung.get("ziel") or {}
    aufgaben = einrichtung.get("aufgaben", {})
    return Strecke(
        von=ziel.get("von", EINGANG),
        bis=ziel.get("bis"),
        ueberwachung=frozenset(knoten for knoten, angaben in aufgaben.items() if angaben.get("ueberwachung")),
    )


def _aufrufkette(gelesen: Mapping[int, Row[Any]], nummer: int) -> list[int]:
    """This version first, then all that it calls, each once."""
    kette = [nummer]
    for aktuelle in kette:
        kette.extend(ziel for ziel in gelesen[aktuelle].aufrufe.values() if ziel in gelesen and ziel not in kette)
    return kette
