"""The timeline of a Vorgang: role, what, when, and how long it waited. Names of persons stay out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from engine.model import Aufgabe, Ereignis, EreignisArt, Gruppe, Prozessversion, Vorgang

#: what a reader of the case wants to see; the rest is bookkeeping
_GEZEIGT = (
    EreignisArt.VORGANG_GESTARTET,
    EreignisArt.BEREIT,
    EreignisArt.BEGONNEN,
    EreignisArt.UNTERBROCHEN,
    EreignisArt.FORTGESETZT,
    EreignisArt.ERLEDIGT,
    EreignisArt.ZURUECKGEGEBEN,
    EreignisArt.ENTFALLEN,
    EreignisArt.FRIST_ABGELAUFEN,
    EreignisArt.EINGETRETEN,
    EreignisArt.ENTSCHEIDUNG_GETROFFEN,
    EreignisArt.NACHRICHT_GESENDET,
    EreignisArt.NACHRICHT_EINGETROFFEN,
    EreignisArt.FRIST_VERSCHOBEN,
    EreignisArt.WEITERGEGEBEN,
    EreignisArt.WIEDERVORLAGE_GESETZT,
    EreignisArt.WIEDERVORLAGE_ERLEDIGT,
    EreignisArt.STOERUNG,
    EreignisArt.KOMMENTIERT,
    EreignisArt.DOKUMENT_ANGEFUEGT,
    EreignisArt.DOKUMENT_GELOESCHT,
    EreignisArt.ZURUECKGENOMMEN,
    EreignisArt.VORGANG_BEENDET,
    EreignisArt.VORGANG_ABGEBROCHEN,
)


@dataclass(frozen=True, slots=True)
class Eintrag:
    """One line of the timeline."""

    zeit: datetime
    art: EreignisArt
    #: label of the element; empty for the Vorgang as a whole
    was: str
    #: name of the Gruppe that acted
    wer: str | None
    lauf: int | None
    grund: str | None
    #: set on ``begonnen``: how long the Aufgabe lay before
    lag: timedelta | None = None
    #: somebody acted for somebody else
    in_vertretung: bool = False


def verlauf(session: Session, vorgang: Vorgang) -> tuple[Eintrag, ...]:
    """Timeline of an opened Vorgang, oldest first (three SQL statements)."""
    rows = session.execute(
        select(Ereignis, Gruppe.name, Aufgabe.name, Aufgabe.bereit_am)
        .outerjoin(Gruppe, Gruppe.id == Ereignis.gruppe_id)
        .outerjoin(Aufgabe, Aufgabe.id == Ereignis.aufgabe_id)
        .where(Ereignis.vorgang_id == vorgang.id, Ereignis.art.in_(_GEZEIGT))
        .order_by(Ereignis.id)
    )
    labels = {
        s.element: s.name for s in session.get_one(Prozessversion, vorgang.prozessversion_id).schrittliste() if s.name
    }
    seen: set[int | None] = set()
    entries = []
    for event, group, task, ready in _geltend(rows):
        first_begin = event.art == EreignisArt.BEGONNEN and event.aufgabe_id not in seen
        if first_begin:
            seen.add(event.aufgabe_id)
        entries.append(
            Eintrag(
                zeit=event.zeit,
                art=EreignisArt(event.art),
                was=task or labels.get(event.element_id or "", ""),
                wer=group,
                lauf=event.lauf,
                grund=event.grund or _deviation(event),
                lag=event.zeit - ready if first_begin else None,
                in_vertretung="vertretung_fuer" in (event.daten or {}),
            )
        )
    return tuple(entries)


_Zeile = Row[Ereignis, str, str, datetime]


def _geltend(rows: Iterable[_Zeile]) -> list[_Zeile]:
    """Without what was taken back; that it was, stays."""
    valid: list[_Zeile] = []
    for row in rows:
        if row[0].art == EreignisArt.ZURUECKGENOMMEN:
            valid = [earlier for earlier in valid if earlier[0].id <= row[0].daten["nach"]]
        valid.append(row)
    return valid


def _deviation(event: Ereignis) -> str | None:
    """Why a person deviated from what a table said, if she did."""
    deviation = (event.daten or {}).get("abweichung")
    return deviation.get("grund") if isinstance(deviation, dict) else None
