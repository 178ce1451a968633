"""Takes back the completion of an Aufgabe for a short while, as long as nothing came of it.

Ereignisse stay: a compensating one says which Ereignis is the newest that still holds, and whoever reads the record
leaves out what lies between. Possible only for the person who completed it, while nothing else was recorded for the
Vorgang, and when the step did nothing that others may have seen: no message, no work for another system, no other
Aufgabe closed (a join), no timer fired.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from engine import errors, spiff
from engine.bpmn.ergebnis import SchrittArt
from engine.commands import ablauf, aufgaben, inhalte
from engine.commands.ereignisse import Protokoll
from engine.model import (
    Aufgabe,
    AufgabeStatus,
    Beschluss,
    Ereignis,
    EreignisArt,
    Formularinhalt,
    Loeschklasse,
    Ruecknahme,
    Vorgang,
    VorgangStatus,
    Wartepunkt,
)
from engine.model.ruecknahme import ruecknahme_ort
from engine.rechte import Akteur
from engine.schutz import Schluesselbund, Verschluesselt
from engine.spiff import WarteArt

FRIST = timedelta(seconds=30)

_SPALTEN = ("status", "wartegrund", "uebernommen_am", "begonnen_am")
_ZEITEN = frozenset({"uebernommen_am", "begonnen_am", "seit", "termin_am", "faellig_am", "gesperrt_bis"})
#: what a step records that can be undone without anybody else noticing
_UMKEHRBAR = frozenset(
    {
        EreignisArt.UEBERNOMMEN,
        EreignisArt.BEGONNEN,
        EreignisArt.FORTGESETZT,
        EreignisArt.ERLEDIGT,
        EreignisArt.BEREIT,
        EreignisArt.WARTET,
        EreignisArt.ELEMENT_ERREICHT,
        EreignisArt.ENTSCHEIDUNG_GETROFFEN,
        EreignisArt.VORGANG_BEENDET,
    }
)
_AUSSEN = frozenset({WarteArt.DIENST, WarteArt.THEMA})


@dataclass(frozen=True, slots=True)
class Vorher:
    """State of a Vorgang before a completion."""

    kette: str
    zustand: bytes
    variablen: dict[str, Any]
    laeufe: dict[str, Any]
    aufgabe: dict[str, Any]


def look(vorgang: Vorgang, aufgabe: Aufgabe) -> Vorher:
    """Note the state before a completion."""
    return Vorher(
        kette=vorgang.kette,
        zustand=vorgang.zustand,
        variablen=dict(vorgang.variablen),
        laeufe=dict(vorgang.laeufe),
        aufgabe={name: _plain(getattr(aufgabe, name)) for name in _SPALTEN},
    )


def keep(
    lage: ablauf.Lage,
    vorher: Vorher,
    ergebnis: spiff.Ergebnis,
    aufgabe: Aufgabe,
    eingaben: Mapping[str, Sequence[str]],
    *,
    akteur: Akteur,
    schluessel: Schluesselbund,
) -> None:
    """Store it after the completion, in place of what was stored for an earlier one (one statement).

    Nothing is stored when the step reached somebody outside; what is stored then is of an earlier one, and too old.
    """
    is_outside = any(punkt.art in _AUSSEN for punkt in lage.neue_punkte)
    if aufgabe.art == SchrittArt.EINGANG or ergebnis.geworfen or is_outside:
        return
    vorgang = lage.vorgang
    typed = {name: list(texte) for name, texte in eingaben.items()}
    secret = schluessel.encrypt(typed, ruecknahme_ort(vorgang.id, aufgabe.id))
    values = {
        "mandant_id": vorgang.mandant_id,
        "orga_einheit_id": vorgang.orga_einheit_id,
        "aufgabe_id": aufgabe.id,
        "person_id": akteur.person_id,
        "bis": lage.now + FRIST,
        "loeschklasse": Loeschklasse.L1.value,
        "kette_vorher": vorher.kette,
        "kette_nachher": vorgang.kette,
        "zustand": vorher.zustand,
        "variablen": vorher.variablen,
        "laeufe": vorher.laeufe,
        "aufgabe": vorher.aufgabe,
        "wartepunkte": [{name: _plain(wert) for name, wert in row.items()} for row in lage.entfernte_punkte],
        "neue_punkte": [punkt.token for punkt in lage.neue_punkte],
        "schluessel_id": secret.schluessel_id,
        "nonce": secret.nonce,
        "geheimtext": secret.geheimtext,
    }
    # Both databases know the same clause; SQLAlchemy keeps it with the dialect.
    insert_for = postgresql.insert if lage.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    new = insert_for(Ruecknahme).values(vorgang_id=vorgang.id, **values)
    lage.session.execute(new.on_conflict_do_update(index_elements=["vorgang_id"], set_=values))


def is_possible(session: Session, akteur: Akteur, aufgabe: Aufgabe, *, now: datetime) -> bool:
    """Whether this person could take the completion back now."""
    session.flush()
    vorgang = session.get_one(Vorgang, aufgabe.vorgang_id)
    try:
        _check(session, akteur, vorgang, aufgabe, now)
    except errors.Conflict:
        return False
    return True


def take_back(
    session: Session, akteur: Akteur, aufgabe_id: int, *, schluessel: Schluesselbund, now: datetime
) -> Aufgabe:
    """Open an Aufgabe again that this person has just completed; what was typed is its draft.

    Raises
    ------
    errors.Conflict
        Saying why it is too late, or what already came of it.
    """
    aufgabe, vorgang = aufgaben.lock(session, akteur, aufgabe_id)
    row, after = _check(session, akteur, vorgang, aufgabe, now)
    fresh = [event.aufgabe_id for event in after if event.art == EreignisArt.BEREIT]
    session.execute(
        update(Aufgabe).where(Aufgabe.id.in_(fresh)).values(status=AufgabeStatus.ENTFALLEN.value, fertig_am=now)
    )
    _restore_wartepunkte(session, vorgang, row)
    vorgang.zustand, vorgang.variablen, vorgang.laeufe = row.zustand, row.variablen, row.laeufe
    vorgang.status, vorgang.beendet_am, vorgang.ende_element = VorgangStatus.LAUFEND.value, None, None
    for name, wert in row.aufgabe.items():
        setattr(aufgabe, name, _instant(name, wert))
    aufgabe.fertig_am = None
    session.execute(delete(Beschluss).where(Beschluss.aufgabe_id == aufgabe.id))
    session.execute(
        delete(Formularinhalt).where(Formularinhalt.aufgabe_id == aufgabe.id, Formularinhalt.entwurf.is_(False))
    )
    typed = schluessel.decrypt(
        Verschluesselt(row.schluessel_id, row.nonce, row.geheimtext), ruecknahme_ort(vorgang.id, aufgabe.id)
    )
    inhalte.save_entwurf(session, aufgabe, typed, person_id=akteur.person_id, schluessel=schluessel, now=now)
    protokoll = Protokoll(vorgang, now, akteur.person_id)
    protokoll.add_aufgabe(EreignisArt.ZURUECKGENOMMEN, aufgabe, daten={"nach": after[0].id - 1})
    protokoll.write(session)
    aufgaben.note_access(session, akteur, aufgabe, now, EreignisArt.ZURUECKGENOMMEN.value)
    session.delete(row)
    session.flush()
    return aufgabe


def _check(
    session: Session, akteur: Akteur, vorgang: Vorgang, aufgabe: Aufgabe, now: datetime
) -> tuple[Ruecknahme, list[Ereignis]]:
    """What was stored, and the Ereignisse of the completion."""
    row = session.execute(select(Ruecknahme).where(Ruecknahme.vorgang_id == vorgang.id)).scalar_one_or_none()
    if row is None or row.aufgabe_id != aufgabe.id or row.person_id != akteur.person_id:
        raise _refused("Diese Aufgabe wurde nicht gerade eben von Ihnen erledigt")
    if now > row.bis:
        raise _refused(f"Seit dem Erledigen sind mehr als {FRIST.seconds} Sekunden vergangen")
    if vorgang.kette != row.kette_nachher:
        raise _refused("Der Vorgang ist inzwischen weitergegangen")
    after = _ereignisse(session, vorgang, row)
    foreign = [e for e in after if e.art == EreignisArt.ERLEDIGT and e.aufgabe_id != aufgabe.id]
    if foreign or any(e.art not in _UMKEHRBAR for e in after):
        raise _refused("Der Schritt hat schon etwas ausgelöst, das sich nicht zurückholen lässt")
    return row, after


def _ereignisse(session: Session, vorgang: Vorgang, row: Ruecknahme) -> list[Ereignis]:
    newest = select(Ereignis.id).where(Ereignis.vorgang_id == vorgang.id, Ereignis.kette == row.kette_vorher)
    return list(
        session.execute(
            select(Ereignis)
            .where(Ereignis.vorgang_id == vorgang.id, Ereignis.id > newest.scalar_subquery())
            .order_by(Ereignis.id)
        ).scalars()
    )


def _restore_wartepunkte(session: Session, vorgang: Vorgang, row: Ruecknahme) -> None:
    mine = Wartepunkt.vorgang_id == vorgang.id
    session.execute(delete(Wartepunkt).where(mine, Wartepunkt.token.in_(row.neue_punkte)))
    if row.wartepunkte:
        rows = [{name: _instant(name, wert) for name, wert in point.items()} for point in row.wartepunkte]
        session.execute(insert(Wartepunkt), rows)


def _plain(wert: Any) -> Any:
    return wert.isoformat() if isinstance(wert, datetime) else wert


def _instant(name: str, wert: Any) -> Any:
    return datetime.fromisoformat(wert) if name in _ZEITEN and wert is not None else wert


def _refused(grund: str) -> errors.Conflict:
    return errors.Conflict(
        f"Rückgängig machen nicht möglich: {grund}. Wenn etwas zu berichtigen ist, hilft ein Kommentar am Vorgang "
        "oder die nächste Person gibt den Schritt zurück."
    )
