"""What people do with Aufgaben: claim, release, begin, pause, resume. Finishing is `engine.commands.abschluss`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, insert, select
from sqlalchemy.orm import Session

from engine import errors
from engine.commands import vieraugen
from engine.commands.ereignisse import Protokoll
from engine.model import (
    Aufgabe,
    AufgabeStatus,
    EreignisArt,
    Handlung,
    Mandant,
    Verhaeltnis,
    Vorgang,
    Wartegrund,
    Zugriff,
    ZugriffArt,
)
from engine.rechte import Akteur, Recht

#: straight into the table: nobody reads these rows back as objects
_ZUGRIFF = insert(Zugriff.__table__)  # type: ignore[arg-type] # a table, by SQLAlchemy's own types a FromClause
#: built once: half of what a statement costs is to build it
_SPERRE = (
    select(Vorgang, Aufgabe, Mandant)
    .join(Aufgabe, Aufgabe.vorgang_id == Vorgang.id)
    .join(Mandant, Mandant.id == Vorgang.mandant_id)
    .where(Aufgabe.id == bindparam("aufgabe"), Aufgabe.mandant_id == bindparam("mandant"))
    .with_for_update(of=(Vorgang, Aufgabe), key_share=True)
    .execution_options(populate_existing=True)
)
_NAMEN = {
    Handlung.UEBERNEHMEN: "Übernehmen",
    Handlung.ZURUECKLEGEN: "Zurücklegen",
    Handlung.BEGINNEN: "Beginnen",
    Handlung.UNTERBRECHEN: "Unterbrechen",
    Handlung.FORTSETZEN: "Fortsetzen",
    Handlung.ERLEDIGEN: "Erledigen",
    Handlung.ZURUECKGEBEN: "Zurückgeben",
    Handlung.EINSPRINGEN: "Übernehmen",
    Handlung.WEITERGEBEN: "Zuweisen",
    Handlung.DELEGIEREN: "Delegieren",
    Handlung.VORLEGEN: "Vorlegen",
}


def claim_aufgabe(session: Session, akteur: Akteur, aufgabe_id: int, *, now: datetime) -> Aufgabe:
    """Take an Aufgabe of one's Gruppe, of somebody for whom one acts, or back from whom one gave it to.

    Claiming one's own again changes nothing.
    """
    aufgabe, vorgang = lock(session, akteur, aufgabe_id)
    is_mine = aufgabe.verhaeltnis(akteur) is Verhaeltnis.MEINE
    if is_mine and aufgabe.status != AufgabeStatus.BEREIT and aufgabe.ist_offen:
        return aufgabe
    check(aufgabe, akteur, Handlung.UEBERNEHMEN)
    vieraugen.check(session, akteur.person_id, aufgabe, fuer=aufgabe.vertretene_of(akteur))
    protokoll = Protokoll(vorgang, now, akteur.person_id)
    take(aufgabe, akteur, protokoll, now)
    return finish(session, akteur, aufgabe, protokoll, now)


def release_aufgabe(session: Session, akteur: Akteur, aufgabe_id: int, *, now: datetime) -> Aufgabe:
    """Put a claimed Aufgabe back into the Gruppenkorb; the draft stays for whoever takes it next."""
    aufgabe, vorgang = lock(session, akteur, aufgabe_id)
    check(aufgabe, akteur, Handlung.ZURUECKLEGEN)
    protokoll = Protokoll(vorgang, now, akteur.person_id)
    protokoll.add_aufgabe(EreignisArt.ZURUECKGELEGT, aufgabe)
    aufgabe.status = AufgabeStatus.BEREIT.value
    aufgabe.person_id = aufgabe.vertretung_fuer_id = None
    aufgabe.uebernommen_am = aufgabe.begonnen_am = aufgabe.wartegrund = None
    return finish(session, akteur, aufgabe, protokoll, now)


def begin_aufgabe(session: Session, akteur: Akteur, aufgabe_id: int, *, now: datetime) -> Aufgabe:
    """Start working; claims a free Aufgabe on the way. Beginning twice changes nothing."""
    aufgabe, vorgang = lock(session, akteur, aufgabe_id)
    is_mine = aufgabe.verhaeltnis(akteur) is Verhaeltnis.MEINE
    if is_mine and aufgabe.status == AufgabeStatus.BEGONNEN:
        return aufgabe
    check(aufgabe, akteur, Handlung.BEGINNEN)
    if aufgabe.status == AufgabeStatus.BEREIT:
        vieraugen.check(session, akteur.person_id, aufgabe)
    protokoll = Protokoll(vorgang, now, akteur.person_id)
    begin(aufgabe, akteur, protokoll, now)
    return finish(session, akteur, aufgabe, protokoll, now)


def pause_aufgabe(session: Session, akteur: Akteur, aufgabe_id: int, *, grund: Wartegrund, now: datetime) -> Aufgabe:
    """Interrupt work with a reason; the deadline runs on and the pause is counted apart."""
    aufgabe, vorgang = lock(session, akteur, aufgabe_id)
    check(aufgabe, akteur, Handlung.UNTERBRECHEN)
    protokoll = Protokoll(vorgang, now, akteur.person_id)
    aufgabe.status = AufgabeStatus.UNTERBROCHEN.value
    aufgabe.wartegrund = grund.value
    protokoll.add_aufgabe(EreignisArt.UNTERBROCHEN, aufgabe, grund=grund.value)
    return finish(session, akteur, aufgabe, protokoll, now)


def resume_aufgabe(session: Session, akteur: Akteur, aufgabe_id: int, *, now: datetime) -> Aufgabe:
    """Go on after a pause."""
    aufgabe, vorgang = lock(session, akteur, aufgabe_id)
    check(aufgabe, akteur, Handlung.FORTSETZEN)
    protokoll = Protokoll(vorgang, now, akteur.person_id)
    resume(aufgabe, protokoll)
    return finish(session, akteur, aufgabe, protokoll, now)


def lock(session: Session, akteur: Akteur, aufgabe_id: int, *, leitung: bool = False) -> tuple[Aufgabe, Vorgang]:
    """The Aufgabe and its Vorgang, locked until the transaction ends; with ``leitung`` also for who leads its team.

    The Vorgang comes first, as in every command and in the worker: whoever waits for it holds nothing that the one
    before needs. (PostgreSQL locks the rows of a join in the order of its tables.)

    Raises
    ------
    errors.NotFound
        When the Aufgabe does not exist, or is nothing to the Akteur (`Aufgabe.verhaeltnis`).
    """
    session.flush()  # an earlier command of the same transaction must not be overwritten by what is read now
    row = session.execute(_SPERRE, {"aufgabe": aufgabe_id, "mandant": akteur.mandant_id}).first()
    nothing = {None} if leitung else {None, Verhaeltnis.LEITUNG}
    if row is None or row[1].verhaeltnis(akteur) in nothing:
        raise errors.NotFound
    # A session forgets what nobody holds: the step that follows needs it.
    session.info["mandant"] = row[2]
    return row[1], row[0]


def check(aufgabe: Aufgabe, akteur: Akteur, handlung: Handlung) -> None:
    """Refuse a Handlung that the Aufgabe does not allow now, saying why.

    Raises
    ------
    errors.NotAllowed
        When the role lacks the right.
    errors.Conflict
        When the Aufgabe is in another state than the person saw.
    """
    if handlung in aufgabe.handlungen(akteur):
        return
    if not akteur.darf(Recht.ARBEITSKORB):
        raise errors.NotAllowed
    raise errors.Conflict(f"{_NAMEN[handlung]} nicht möglich: {_state_text(aufgabe, akteur)}")


def _state_text(aufgabe: Aufgabe, akteur: Akteur) -> str:
    if not aufgabe.ist_offen:
        return "Die Aufgabe ist schon abgeschlossen. Im Arbeitskorb sehen Sie, was noch offen ist."
    if aufgabe.person_id == akteur.person_id and aufgabe.delegiert_von_id is not None:
        return "Die Aufgabe ist an Sie delegiert. Bitte legen Sie sie wieder vor, wenn Ihr Teil getan ist."
    if aufgabe.verhaeltnis(akteur) is Verhaeltnis.ZURUECK:
        return "Eine andere Person hat die Aufgabe von Ihnen. Sie können sie wieder übernehmen."
    if aufgabe.person_id is not None and aufgabe.verhaeltnis(akteur) is not Verhaeltnis.MEINE:
        return "Eine andere Person hat die Aufgabe übernommen. Im Gruppenkorb sehen Sie, was noch frei ist."
    if aufgabe.person_id is None:
        return "Die Aufgabe liegt im Gruppenkorb. Bitte übernehmen Sie sie zuerst."
    if aufgabe.status == AufgabeStatus.UNTERBROCHEN:
        return "Die Aufgabe ist unterbrochen. Bitte setzen Sie sie zuerst fort."
    return "Der Stand der Aufgabe hat sich geändert. Sie sehen jetzt den neuen Stand."


def begin(aufgabe: Aufgabe, akteur: Akteur, protokoll: Protokoll, zeit: datetime) -> None:
    """Record the start of work at ``zeit``, claiming first where needed."""
    if aufgabe.status == AufgabeStatus.BEREIT:
        take(aufgabe, akteur, protokoll, zeit)
    aufgabe.status = AufgabeStatus.BEGONNEN.value
    aufgabe.begonnen_am = zeit
    protokoll.add_aufgabe(EreignisArt.BEGONNEN, aufgabe, zeit=zeit)


def resume(aufgabe: Aufgabe, protokoll: Protokoll) -> None:
    """Record the end of a pause."""
    protokoll.add_aufgabe(EreignisArt.FORTGESETZT, aufgabe, grund=aufgabe.wartegrund)
    aufgabe.status = AufgabeStatus.BEGONNEN.value
    aufgabe.wartegrund = None


def take(aufgabe: Aufgabe, akteur: Akteur, protokoll: Protokoll, zeit: datetime, *, grund: str | None = None) -> None:
    """Give the Aufgabe to the Akteur; work that somebody began goes on where it stands."""
    if aufgabe.verhaeltnis(akteur) is not Verhaeltnis.MEINE:
        fuer = aufgabe.vertretene_of(akteur) if aufgabe.gruppe_id not in akteur.gruppen or aufgabe.person_id else None
        aufgabe.person_id, aufgabe.vertretung_fuer_id = akteur.person_id, fuer
        aufgabe.delegiert_von_id = None
    if aufgabe.status == AufgabeStatus.BEREIT:
        aufgabe.status = AufgabeStatus.UEBERNOMMEN.value
    aufgabe.uebernommen_am = zeit
    protokoll.add_aufgabe(EreignisArt.UEBERNOMMEN, aufgabe, zeit=zeit, grund=grund)


def note_access(session: Session, akteur: Akteur, aufgabe: Aufgabe, now: datetime, zweck: str) -> None:
    """An entry in the access log for a write."""
    row = {
        "mandant_id": aufgabe.mandant_id,
        "orga_einheit_id": aufgabe.orga_einheit_id,
        "person_id": akteur.person_id,
        "vorgang_id": aufgabe.vorgang_id,
        "aufgabe_id": aufgabe.id,
        "art": ZugriffArt.SCHREIBEN.value,
        "zweck": zweck,
        "zeit": now,
    }
    session.execute(_ZUGRIFF, row)


def finish(session: Session, akteur: Akteur, aufgabe: Aufgabe, protokoll: Protokoll, now: datetime) -> Aufgabe:
    """Note the access and write what was recorded."""
    note_access(session, akteur, aufgabe, now, protokoll.letzte_art)
    protokoll.write(session)
    session.flush()
    return aufgabe
