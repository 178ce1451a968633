"""Takes in messages and signals: from other systems, and from Vorgänge that send them (the outbox of a step).

Nothing is delivered here: the row is written in the transaction of what sent it, and a worker delivers it afterwards
(`engine.commands.zustellung`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from engine import errors, spiff
from engine.commands import nutzlast
from engine.model import EreignisArt, Mandant, Nachricht, NachrichtStatus

if TYPE_CHECKING:
    from engine.commands.ablauf import Lage

_GUELTIG_TAGE = 14
_MAX_GUELTIG = timedelta(days=366)


def send_nachricht(
    session: Session,
    mandant_id: int,
    name: str,
    *,
    kennung: str,
    now: datetime,
    schluessel: str | None = None,
    aktenzeichen: str | None = None,
    variablen: Mapping[str, Any] | None = None,
    gueltig_bis: datetime | None = None,
    zugang_id: int | None = None,
) -> Nachricht:
    """Take in a message: to the one Vorgang that waits for it, else it starts one, else it is kept until somebody does.

    ``schluessel`` (or ``aktenzeichen``) says which Vorgang is meant; without one it can only start. ``kennung`` is the
    sender's own name for it: sent again, nothing happens and the first one is returned. Senders are told apart by
    ``zugang_id``, their key. ``variablen`` (S0) become process variables.

    Raises
    ------
    errors.Invalid
        When a value does not fit.
    errors.Conflict
        When the Kennung stands for another message.
    """
    if schluessel is not None and aktenzeichen is not None:
        text = "Bitte geben Sie entweder einen Schlüssel oder ein Aktenzeichen an."
        raise errors.Invalid(f"Annehmen nicht möglich: {text}", felder={"schluessel": text})
    key = schluessel if schluessel is not None else aktenzeichen
    key = None if key is None else nutzlast.check_text("schluessel", key)
    kennung = _kennung(kennung, zugang_id)
    return _take_in(session, mandant_id, spiff.WarteArt.NACHRICHT, name, key, variablen, kennung, gueltig_bis, now)


def send_signal(
    session: Session,
    mandant_id: int,
    name: str,
    *,
    kennung: str,
    now: datetime,
    variablen: Mapping[str, Any] | None = None,
    zugang_id: int | None = None,
) -> Nachricht:
    """Take in a signal: to every Vorgang that waits for it at the moment of delivery, and to every start event.

    It is not kept for those that wait later. Raises as `send_nachricht`.
    """
    kennung = _kennung(kennung, zugang_id)
    return _take_in(session, mandant_id, spiff.WarteArt.SIGNAL, name, None, variablen, kennung, None, now)


def _kennung(kennung: str, zugang_id: int | None) -> str:
    """As stored: two systems that count from 1 do not mean the same message."""
    kennung = nutzlast.check_text("kennung", kennung)
    return kennung if zugang_id is None else f"{zugang_id}/{kennung}"


def _take_in(
    session: Session,
    mandant_id: int,
    art: spiff.WarteArt,
    name: str,
    schluessel: str | None,
    variablen: Mapping[str, Any] | None,
    kennung: str,
    gueltig_bis: datetime | None,
    now: datetime,
) -> Nachricht:
    name, values = nutzlast.check_text("name", name), nutzlast.check_variablen(variablen or {})
    checksum = nutzlast.checksum(values)
    until = valid_until(session.get_one(Mandant, mandant_id), gueltig_bis, now)
    known = session.execute(
        select(Nachricht).where(Nachricht.mandant_id == mandant_id, Nachricht.kennung == kennung)
    ).scalar_one_or_none()
    if known is not None:
        same = (known.art, known.name, known.schluessel) == (art.value, name, schluessel)
        if not same or known.pruefsumme not in (None, checksum):
            raise errors.Conflict(
                "Annehmen nicht möglich: Diese Kennung steht schon für eine andere Nachricht. "
                "Bitte verwenden Sie für jede Nachricht eine eigene."
            )
        return known
    nachricht = Nachricht(
        mandant_id=mandant_id,
        art=art.value,
        name=name,
        schluessel=schluessel,
        variablen=values,
        kennung=kennung,
        pruefsumme=checksum,
        eingang_am=now,
        gueltig_bis=until,
        faellig_am=now,
    )
    session.add(nachricht)
    session.flush()
    return nachricht


def valid_until(mandant: Mandant, gueltig_bis: datetime | None, now: datetime) -> datetime:
    """Until when a message is kept: as its sender says, else as the office does. Raises `errors.Invalid`."""
    if gueltig_bis is None:
        return now + timedelta(days=float(mandant.einstellungen.get("nachricht_gueltig_tage", _GUELTIG_TAGE)))
    if gueltig_bis.tzinfo is None or not now < gueltig_bis <= now + _MAX_GUELTIG:
        text = "Die Gültigkeit endet nach diesem Augenblick und spätestens in einem Jahr; sie nennt ihre Zeitzone."
        raise errors.Invalid(f"Annehmen nicht möglich: {text}", felder={"gueltig_bis": text})
    return gueltig_bis


def write_geworfen(lage: Lage, geworfen: Iterable[spiff.Geworfen]) -> None:
    """Store what the step sent, with the key of the Vorgang where the model names none."""
    vorgang, rows = lage.vorgang, list[dict[str, Any]]()
    for item in geworfen:
        lage.protokoll.add(
            EreignisArt.NACHRICHT_GESENDET,
            element=item.element,
            lauf=vorgang.laeufe.get(item.element),
            grund=item.art.value,
            daten={"name": item.name[: nutzlast.MAX_TEXT]},
        )
        is_message = item.art is spiff.WarteArt.NACHRICHT
        own = item.schluessel if item.schluessel is not None else vorgang.korrelation or vorgang.aktenzeichen
        rows.append(
            {
                "mandant_id": vorgang.mandant_id,
                "orga_einheit_id": vorgang.orga_einheit_id,
                "art": item.art.value,
                "name": item.name,
                "schluessel": own if is_message else None,
                "variablen": {},
                "eingang_am": lage.now,
                # From the clock on: a timer that fires late does not shorten the life of what follows from it.
                "gueltig_bis": valid_until(lage.mandant, None, lage.gefeuert_am or lage.now),
                "faellig_am": lage.now,
                "versuche": 0,
                "fehler": 0,
                "status": NachrichtStatus.WARTET.value,
                "stand": 0,
                "von_vorgang_id": vorgang.id,
                # A person sends no faster than she works; what sends by itself is counted.
                "tiefe": 0 if lage.protokoll.person_id is not None else vorgang.tiefe,
            }
        )
    if rows:
        lage.session.execute(insert(Nachricht), rows)


def wake(lage: Lage, items: Iterable[spiff.Wartend]) -> None:
    """Messages that came before somebody waited for them are tried at once.

    One that a worker is trying at this moment is waited for: passed over, it would be found after its pause only.
    """
    vorgang = lage.vorgang
    waiting = [w for w in items if w.art is spiff.WarteArt.NACHRICHT]
    if not waiting:
        return
    keys = {w.schluessel for w in waiting if w.schluessel is not None}
    if any(w.schluessel is None for w in waiting):
        keys |= {vorgang.aktenzeichen, vorgang.korrelation or vorgang.aktenzeichen}
    _make_due(
        lage.session,
        lage.now,
        Nachricht.mandant_id == vorgang.mandant_id,
        Nachricht.name.in_(sorted({w.name for w in waiting})),
        Nachricht.schluessel.in_(sorted(keys)),
    )


def wake_starts(session: Session, mandant_id: int, names: Iterable[str], now: datetime) -> None:
    """Messages that may start a process which is im Einsatz from now on are tried at once."""
    if wanted := sorted(set(names)):
        _make_due(session, now, Nachricht.mandant_id == mandant_id, Nachricht.name.in_(wanted))


def _make_due(session: Session, now: datetime, *conditions: Any) -> None:
    """Due now, also what rests after too many faults: at another place it may go through.

    Always a change, even of what is due already: a worker who has just looked in vain finds its row changed, and looks
    again.
    """
    early = (
        select(Nachricht.id)
        .where(*conditions, Nachricht.status == NachrichtStatus.WARTET.value)
        .where(Nachricht.art == spiff.WarteArt.NACHRICHT.value)
        .order_by(Nachricht.id)
        .with_for_update()
    )
    session.execute(
        update(Nachricht)
        .where(Nachricht.id.in_(early))
        .values(faellig_am=now, fehler=0, stand=Nachricht.stand + 1)
        .execution_options(synchronize_session=False)
    )
