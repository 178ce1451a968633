"""Work that no person does: services of this product, and external work that other systems fetch by its topic.

External work is handed out with a lock: a random word and an end. Only the answer that brings the word counts, once;
a lock that ran out sets the work free again. Every answer is one step of the Vorgang in one transaction.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine import dienste, errors, spiff
from engine.bpmn.ergebnis import Schritt, SchrittArt
from engine.commands import ablauf, nutzlast, stoerungen, vorgaenge
from engine.model import Aufgabe, Gruppe, Quittung, Vorgang, VorgangStatus, Wartepunkt

MAX_ANZAHL = 100
MIN_SPERRDAUER, MAX_SPERRDAUER = timedelta(seconds=1), timedelta(hours=24)
MAX_VERSUCHE = 10
_THEMA = spiff.WarteArt.THEMA.value


def run_dienst(session: Session, vorgang: Vorgang, point: Wartepunkt, *, now: datetime) -> list[Aufgabe]:
    """Do the work of an internal service at a waiting token of a locked Vorgang, and let it go on."""
    lage = ablauf.open_lage(session, vorgang, now, None)
    version = lage.versionen.of_process(point.prozess)
    schritt = version.schritt(point.element_id) or Schritt(
        point.element_id, point.element_id, SchrittArt.AUTOMATIK, "serviceTask"
    )
    lane = version.einrichtung.get("lanes", {}).get(schritt.lane or "")

    def gruppe(ziel: str) -> Gruppe:
        wanted = ziel or lane
        return ablauf.find_gruppe(ablauf.gruppen(lage), wanted, vorgang) if wanted else _last_gruppe(session, vorgang)

    kontext = dienste.Kontext(session, vorgang, point.element_id, schritt.name or schritt.element, now, gruppe)
    result = dienste.call(point.name, kontext, point.eingaben)
    return _complete(lage, point, nutzlast.check_ergebnis(result))


def _last_gruppe(session: Session, vorgang: Vorgang) -> Gruppe:
    """Who worked on it last, for steps outside of lanes that belong to somebody."""
    found = session.execute(
        select(Gruppe)
        .join(Aufgabe, Aufgabe.gruppe_id == Gruppe.id)
        .where(Aufgabe.vorgang_id == vorgang.id)
        .order_by(Aufgabe.id.desc())
        .limit(1)
    ).scalar_one_or_none()
    if found is None:
        raise errors.EngineError(
            "Benachrichtigen nicht möglich: Für diesen Schritt ist keine Gruppe eingerichtet. "
            "Das Prozessmanagement ordnet der Lane eine Gruppe zu."
        )
    return found


def fetch_auftraege(
    session: Session,
    mandant_id: int,
    themen: Collection[str],
    *,
    arbeiter: str,
    now: datetime,
    anzahl: int = 10,
    sperrdauer: timedelta = timedelta(minutes=5),
) -> list[Wartepunkt]:
    """Take up to ``anzahl`` free pieces of work of these topics, the oldest first, locked for ``sperrdauer``.

    What somebody else holds is passed over without waiting.

    Raises
    ------
    errors.Invalid
        When a value does not fit.
    """
    arbeiter = nutzlast.check_text("arbeiter", arbeiter)
    if not 1 <= anzahl <= MAX_ANZAHL:
        raise _wrong("anzahl", f"„anzahl“ ist eine Zahl von 1 bis {MAX_ANZAHL}.")
    until = now + _sperrdauer(sperrdauer)
    free = (
        select(Wartepunkt)
        .where(
            Wartepunkt.mandant_id == mandant_id,
            Wartepunkt.art == _THEMA,
            Wartepunkt.name.in_(sorted(themen)),
            Wartepunkt.faellig_am <= now,
            or_(Wartepunkt.gesperrt_bis.is_(None), Wartepunkt.gesperrt_bis <= now),
        )
        .order_by(Wartepunkt.faellig_am, Wartepunkt.id)
        .limit(anzahl)
        .with_for_update(skip_locked=True)
    )
    rows = list(session.execute(free).scalars())
    for row in rows:
        row.gesperrt_von, row.gesperrt_bis, row.sperre = arbeiter, until, secrets.token_urlsafe(18)
    session.flush()
    return rows


def extend_sperre(
    session: Session, mandant_id: int, auftrag_id: int, *, sperre: str, sperrdauer: timedelta, now: datetime
) -> datetime:
    """Keep the work longer, from now on; returns the new end. Raises `errors.Conflict` when the lock is lost."""
    duration = _sperrdauer(sperrdauer)
    _, point = _locked(session, mandant_id, auftrag_id, sperre, now)
    point.gesperrt_bis = now + duration
    return point.gesperrt_bis


def complete_auftrag(
    session: Session,
    mandant_id: int,
    auftrag_id: int,
    *,
    sperre: str,
    now: datetime,
    variablen: Mapping[str, Any] | None = None,
) -> None:
    """The work is done; ``variablen`` (S0) are its result. The same answer again changes nothing.

    Raises
    ------
    errors.Conflict
        When the lock is lost: somebody else may have the work.
    errors.Invalid
        When a value does not fit.
    """
    result = nutzlast.check_variablen(variablen or {})
    if _is_answered(session, mandant_id, sperre, "erledigt"):
        return
    vorgang, point = _locked(session, mandant_id, auftrag_id, sperre, now)
    _receipt(session, point, sperre, "erledigt", now)
    _complete(ablauf.open_lage(session, vorgang, now, None), point, result)


def fail_auftrag(
    session: Session,
    mandant_id: int,
    auftrag_id: int,
    *,
    sperre: str,
    grund: str,
    rest_versuche: int,
    now: datetime,
    pause: timedelta = timedelta(minutes=1),
) -> None:
    """The work failed: free again after ``pause``, or, with no attempts left, a Störung that says why.

    ``grund`` is shown to people and must hold no personal data. Raises as `complete_auftrag`.
    """
    grund = nutzlast.check_text("grund", grund)
    if not 0 <= rest_versuche <= MAX_VERSUCHE:
        raise _wrong("rest_versuche", f"„rest_versuche“ ist eine Zahl von 0 bis {MAX_VERSUCHE}.")
    if not timedelta(0) <= pause <= MAX_SPERRDAUER:
        raise _wrong("pause_s", "„pause_s“ ist eine Zahl von Sekunden bis zu einem Tag.")
    if _is_answered(session, mandant_id, sperre, "fehlschlag"):
        return
    _, point = _locked(session, mandant_id, auftrag_id, sperre, now)
    _receipt(session, point, sperre, "fehlschlag", now)
    _set_free(point, now + pause if rest_versuche else None)
    if not rest_versuche:
        text = f"Die Arbeit außerhalb ist gescheitert: {grund}"
        stoerungen.record_stoerung(
            session,
            point.vorgang_id,
            fehler=errors.EngineError(text),
            token=point.token,
            element=point.element_id,
            now=now,
        )


def rest(session: Session, auftrag_id: int) -> None:
    """Nobody gets this work any more until somebody sets it going again (`engine.commands.wiederholung`).

    For the Störung of an answer that the model cannot take: doing the work once more would not change that. The caller
    has locked the Vorgang.
    """
    point = session.get(Wartepunkt, auftrag_id, populate_existing=True)
    if point is not None and point.art == _THEMA:
        _set_free(point, None)


def _set_free(point: Wartepunkt, faellig_am: datetime | None) -> None:
    """The lock ends; the next attempt is then, or when somebody sets it going."""
    point.gesperrt_von = point.gesperrt_bis = point.sperre = None
    point.versuche += 1
    point.faellig_am = faellig_am


def throw_bpmn_fehler(
    session: Session,
    mandant_id: int,
    auftrag_id: int,
    *,
    sperre: str,
    code: str,
    now: datetime,
    variablen: Mapping[str, Any] | None = None,
) -> None:
    """The work ended with an error that the drawing provides for: its boundary event with this code goes on.

    Raises as `complete_auftrag`; `spiff.Ausfuehrungsfehler` when nothing in the drawing catches it.
    """
    code, values = nutzlast.check_text("code", code), nutzlast.check_variablen(variablen or {})
    if _is_answered(session, mandant_id, sperre, "bpmn-fehler"):
        return
    vorgang, point = _locked(session, mandant_id, auftrag_id, sperre, now)
    _receipt(session, point, sperre, "bpmn-fehler", now)
    lage = ablauf.open_lage(session, vorgang, now, None)
    ergebnis = spiff.throw_error(
        lage.modell,
        vorgang.zustand,
        vorgang.variablen,
        point.token,
        code,
        eingaben=values,
        umgebung=lage.umgebung,
        now=now,
    )
    ablauf.apply(lage, ergebnis)


def _complete(lage: ablauf.Lage, point: Wartepunkt, result: Mapping[str, Any]) -> list[Aufgabe]:
    ergebnis = spiff.complete_dienst(
        lage.modell,
        lage.vorgang.zustand,
        lage.vorgang.variablen,
        point.token,
        ergebnis=result,
        umgebung=lage.umgebung,
        now=lage.now,
    )
    return ablauf.apply(lage, ergebnis)


def _locked(
    session: Session, mandant_id: int, auftrag_id: int, sperre: str, now: datetime
) -> tuple[Vorgang, Wartepunkt]:
    """Vorgang (locked first, as everywhere) and work, if this lock holds it."""
    found = select(Wartepunkt.vorgang_id).where(Wartepunkt.id == auftrag_id, Wartepunkt.mandant_id == mandant_id)
    vorgang_id = session.execute(found.where(Wartepunkt.art == _THEMA)).scalar_one_or_none()
    if vorgang_id is None:
        raise _lost()
    vorgang = vorgaenge.lock(session, vorgang_id)
    point = session.execute(
        select(Wartepunkt)
        .where(Wartepunkt.id == auftrag_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if point is None or point.sperre is None or not secrets.compare_digest(point.sperre.encode(), sperre.encode()):
        raise _lost()
    if point.gesperrt_bis is None or point.gesperrt_bis <= now or vorgang.status != VorgangStatus.LAUFEND:
        raise _lost()
    return vorgang, point


def _is_answered(session: Session, mandant_id: int, sperre: str, antwort: str) -> bool:
    """Whether this very answer was accepted already; another answer under the same lock is refused."""
    nutzlast.check_text("sperre", sperre)
    given = session.execute(
        select(Quittung.antwort).where(Quittung.sperre == sperre, Quittung.mandant_id == mandant_id)
    ).scalar_one_or_none()
    if given is not None and given != antwort:
        raise _lost()
    return given is not None


def _receipt(session: Session, point: Wartepunkt, sperre: str, antwort: str, now: datetime) -> None:
    session.add(
        Quittung(
            mandant_id=point.mandant_id, orga_einheit_id=point.orga_einheit_id, sperre=sperre, antwort=antwort, am=now
        )
    )


def _sperrdauer(sperrdauer: timedelta) -> timedelta:
    if not MIN_SPERRDAUER <= sperrdauer <= MAX_SPERRDAUER:
        raise _wrong("sperrdauer_s", "„sperrdauer_s“ ist eine Zahl von Sekunden bis zu einem Tag.")
    return sperrdauer


def _wrong(feld: str, text: str) -> errors.Invalid:
    return errors.Invalid(f"Annehmen nicht möglich: {text}", felder={feld: text})


def _lost() -> errors.Conflict:
    return errors.Conflict(
        "Annehmen nicht möglich: Die Sperre gilt nicht mehr. Bitte holen Sie die Arbeit erneut ab, falls sie noch "
        "offen ist."
    )
