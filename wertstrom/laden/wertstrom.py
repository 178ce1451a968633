"""The stores of all Mandanten, kept up to date with the database.

Owns the watermark and what is remembered with it, all of which lies with the rows of the store: pseudonyms, what was
read, and which Vorgänge there were. Computes no figure.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from engine.kalender import BERLIN
from engine.model import Ereignis, Vorgang
from engine.queries import dienstzeiten
from wertstrom.kalender import Arbeitszeit
from wertstrom.laden.ereignisse import read_protokolle
from wertstrom.laden.versionen import Version
from wertstrom.speicher import Speicher
from wertstrom.speicher.dauerhaft import Belegt
from wertstrom.speicher.wahl import ARBEITSSPEICHER, open_speicher

#: raised when Ereignisse are read or computed in another way: what is stored is then read anew
_VERFAHREN = 1
#: ids below the newest that are looked at again: a transaction may commit after one with higher ids
_UEBERLAPPUNG = 10_000
_ABFRAGE = 500
#: how long to wait for another process that is reading, before the present state has to do
_WARTEN_S = 1.5


def uhr_of(session: Session, mandant_id: int, zone: tzinfo = BERLIN) -> Arbeitszeit:
    """Working time of an office, with every version of its hours; for a log from elsewhere in the zone of the log."""
    erster, *spaeter = dienstzeiten.abschnitte_of(session, mandant_id)
    return Arbeitszeit(erster.kalender, erster.dienstzeit, zone, spaeter)


@dataclass
class _Stand:
    """One Mandant's store, and what names its Faelle."""

    mandant_id: int
    speicher: Speicher
    versionen: dict[int, Version] = field(default_factory=dict)
    #: whether this process has looked for Vorgänge that are gone
    geprueft: bool = False


class Wertstrom:
    """The stores of all Mandanten. Safe to use from several threads; of several processes, one reads at a time.

    `angabe` says where they are kept, see `wertstrom.speicher.wahl`.
    """

    def __init__(self, angabe: str = ARBEITSSPEICHER) -> None:
        self._angabe = angabe
        self._staende: dict[int, _Stand] = {}
        self._sperren: dict[int, threading.Lock] = {}
        self._sperre = threading.Lock()

    def refresh(self, session: Session, mandant_id: int) -> Speicher:
        """The store of a Mandant with everything committed so far; cheap when nothing happened since the last call.

        While another process is reading for long, the state before it. New office hours count everything anew; days
        before they hold keep their times. Raises `NotFound` for an unknown Mandant.
        """
        with self._sperre:
            sperre = self._sperren.setdefault(mandant_id, threading.Lock())
        with sperre:
            stand = self._open(mandant_id, uhr_of(session, mandant_id))
            stand.speicher.refresh()
            if not _is_current(session, stand):
                _bring_up_to_date(session, stand)
            return stand.speicher

    def forget(self, mandant_id: int, vorgang_ids: Iterable[int]) -> None:
        """Take erased Vorgänge out of the figures, and off the disk."""
        stand = self._staende.get(mandant_id)
        if stand and "schluessel" in stand.speicher.merke:
            schluessel = stand.speicher.merke["schluessel"]
            stand.speicher.remove(_pseudonym(schluessel, vorgang_id) for vorgang_id in vorgang_ids)

    def _open(self, mandant_id: int, uhr: Arbeitszeit) -> _Stand:
        stand = self._staende.get(mandant_id)
        if stand is None or stand.speicher.uhr.abschnitte != uhr.abschnitte:
            # Whoever still reads the one with the old hours ends in peace: memory is freed with the last reference.
            stand = _Stand(mandant_id, open_speicher(self._angabe, str(mandant_id), uhr))
            self._staende[mandant_id] = stand
        return stand


def _is_current(session: Session, stand: _Stand) -> bool:
    merke = stand.speicher.merke
    if not stand.geprueft or merke.get("uhr") != _imprint(stand.speicher):
        return False
    frage = select(func.max(Ereignis.id), func.count()).where(_new(stand, merke["marke"] - _UEBERLAPPUNG))
    neueste, anzahl = session.execute(frage).one()
    return (neueste or 0, anzahl) == (merke["marke"], len(merke["gesehen"]))


def _bring_up_to_date(session: Session, stand: _Stand) -> None:
    """Read what is new; another process that already does so is waited for, but not for ever."""
    gefuellt = stand.speicher.merke.get("uhr") == _imprint(stand.speicher)
    merke: dict[str, Any] = {}
    try:
        with stand.speicher.writing(merke, warten_s=_WARTEN_S if gefuellt else None):
            merke.update(stand.speicher.merke)
            _update(session, stand, merke)
        stand.geprueft = True
    except Belegt:
        return


def _update(session: Session, stand: _Stand, merke: dict[str, Any]) -> None:
    neueste = session.execute(select(func.max(Ereignis.id))).scalar_one() or 0
    herkunft = _origin(session, stand)
    if merke.get("uhr") != _imprint(stand.speicher) or merke["herkunft"] != herkunft or merke["marke"] > neueste:
        stand.speicher.clear()
        merke.clear()
        # Random, so that pseudonyms say nothing and are new in every store.
        merke |= {"uhr": _imprint(stand.speicher), "schluessel": secrets.token_hex(32), "marke": 0, "gesehen": []}
        merke |= {"vorgaenge": [0, 0, 0], "herkunft": herkunft}
    marke, gesehen = merke["marke"], set(merke["gesehen"])
    boden = (marke or neueste) - _UEBERLAPPUNG
    # Before the Ereignisse themselves: what is committed in between is found again by the next call.
    nahe = session.execute(select(Ereignis.id, Ereignis.vorgang_id).where(_new(stand, boden))).all()
    if marke:
        geaendert = sorted({vorgang_id for nummer, vorgang_id in nahe if nummer not in gesehen})
        for von in range(0, len(geaendert), _ABFRAGE):
            _load(session, stand, merke, Ereignis.vorgang_id.in_(geaendert[von : von + _ABFRAGE]))
    else:
        _load(session, stand, merke, Ereignis.mandant_id == stand.mandant_id)
    _drop_missing(session, stand, merke)
    merke["marke"] = max((nummer for nummer, _ in nahe), default=marke)
    merke["gesehen"] = sorted(nummer for nummer, _ in nahe if nummer > merke["marke"] - _UEBERLAPPUNG)


def _origin(session: Session, stand: _Stand) -> str:
    """Which database the rows are from: its first Ereignis. A copy put back to an older state is told by the newest."""
    frage = select(Ereignis.kette).where(Ereignis.mandant_id == stand.mandant_id).order_by(Ereignis.id).limit(1)
    return session.execute(frage).scalar_one_or_none() or ""


def _drop_missing(session: Session, stand: _Stand, merke: dict[str, Any]) -> None:
    """Take out what is no longer in the database; looked for one by one only when the number of old ones is wrong."""
    meine, bekannt = Vorgang.mandant_id == stand.mandant_id, merke["vorgaenge"]
    zaehlung = select(func.count(), func.coalesce(func.sum(Vorgang.id), 0))
    noch_da = session.execute(zaehlung.where(meine, Vorgang.id <= bekannt[2])).one()
    if [int(zahl) for zahl in noch_da] != bekannt[:2]:
        da = {_pseudonym(merke["schluessel"], n) for n in session.execute(select(Vorgang.id).where(meine)).scalars()}
        stand.speicher.remove(fall for fall in stand.speicher.faelle() if fall not in da)
    groesste = session.execute(select(func.coalesce(func.max(Vorgang.id), 0)).where(meine)).scalar_one()
    alle = session.execute(zaehlung.where(meine, Vorgang.id <= groesste)).one()
    merke["vorgaenge"] = [*(int(zahl) for zahl in alle), groesste]


def _new(stand: _Stand, boden: int) -> ColumnElement[bool]:
    return and_(Ereignis.mandant_id == stand.mandant_id, Ereignis.id > boden)


def _load(session: Session, stand: _Stand, merke: dict[str, Any], welche: ColumnElement[bool]) -> None:
    schluessel = merke["schluessel"]
    for protokoll in read_protokolle(session, welche, stand.versionen, lambda nummer: _pseudonym(schluessel, nummer)):
        stand.speicher.replace(protokoll)


def _pseudonym(schluessel: str, vorgang_id: int) -> int:
    """63 bits that only this store can connect with a Vorgang."""
    kurz = hashlib.blake2b(str(vorgang_id).encode(), key=bytes.fromhex(schluessel), digest_size=8).digest()
    return int.from_bytes(kurz) >> 1


def _imprint(speicher: Speicher) -> str:
    """What every stored value depends on besides the Ereignisse."""
    teile: list[object] = [_VERFAHREN, str(speicher.uhr.zone)]
    for abschnitt in speicher.uhr.abschnitte:
        kalender, dienstzeit = abschnitt.kalender, abschnitt.dienstzeit
        tage = (sorted(tage) for tage in (kalender.feiertage, kalender.schliesstage))
        fenster = (sorted(dienstzeit.woche.items()), sorted(dienstzeit.abweichend.items()), dienstzeit.stunden_je_at)
        teile += [abschnitt.ab, kalender.land, *tage, *fenster]
    return hashlib.sha256(repr(teile).encode()).hexdigest()
