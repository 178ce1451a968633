"""The page of an Aufgabe as an answer: shown, shown again after a refusal, and the way from a form to a command.

Keeps what was typed; which command a button means is said in `web.aufgaben`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine import dateien, formulare
from engine import errors as engine_errors
from engine.commands import abschluss, beitraege
from engine.model import (
    OFFEN,
    Aufgabe,
    AufgabeStatus,
    Prozessversion,
    Rueckgabegrund,
    Verschiebegrund,
    Wartegrund,
    Weitergabegrund,
    Wiedervorlagegrund,
)
from engine.model.formular import formular_of
from engine.queries import aufgaben as abfragen
from web import auth, clock, eingaben, errors, formats, standort
from web.dienste import dienste
from web.sprache import _l

KOMMENTAR = eingaben.AKTION + "kommentar"
#: what a file may hold
KLASSEN = {"S1": _l("Sozialdaten"), "S2": _l("Anvertrautes (§ 65 SGB VIII)"), "S3": _l("Gesundheitsdaten u. Ä.")}

_T = TypeVar("_T")
_Grund = TypeVar("_Grund", Wartegrund, Rueckgabegrund)


def act(
    aufgabe_id: int,
    command: Callable[[Session], _T],
    answer: Callable[[_T], ResponseReturnValue] | None = None,
    *,
    keep: bool = True,
) -> ResponseReturnValue:
    """Run one command; a refusal shows the page again with everything that was typed.

    ``keep`` stores what was typed as a draft in the same transaction, so that leaving the form loses nothing.
    """

    def unit(session: Session) -> _T:
        if keep and _was_typed():
            _keep(session, aufgabe_id)
        _keep_kommentar(session, aufgabe_id)
        return command(session)

    try:
        result = dienste().run_step(unit, aufgabe_id=aufgabe_id, now=clock.now())
    except (engine_errors.NotFound, engine_errors.NotAllowed):
        raise
    except engine_errors.EngineError as error:
        return page(aufgabe_id, refusal=error, status=errors.status_of(error))
    return answer(result) if answer else redirect(url(aufgabe_id), code=303)


def choice(kind: type[_Grund], name: str, refusal: str) -> _Grund:
    """The chosen reason.

    Raises
    ------
    errors.Invalid
        With the given text, when none of the offered reasons was chosen.
    """
    try:
        return kind(request.form.get(eingaben.AKTION + name, ""))
    except ValueError:
        raise engine_errors.Invalid(refusal) from None


def page(
    aufgabe_id: int, *, refusal: engine_errors.EngineError | None = None, status: int = 200
) -> ResponseReturnValue:
    """The page with the fresh state; after a refusal with the inputs of this request."""
    akteur, now = auth.akteur(), clock.now()
    sicht = dienste().run(
        lambda session: abfragen.aufgabe(session, akteur, aufgabe_id, schluessel=dienste().schluessel, now=now)
    )
    # Without inputs on the page there is nothing that could be typed.
    stored = eingaben.shown(sicht.formular, sicht.wahlen, sicht.eingaben) if _is_mine_and_open(sicht) else {}
    typed = eingaben.from_request(request.form) if refusal else {}
    problems = refusal.felder if isinstance(refusal, engine_errors.Invalid) else {}
    werte = typed or stored
    html = render_template(
        "aufgaben/aufgabe.html",
        sicht=sicht,
        kopf=sicht.vorgang.kopf,
        ort=standort.standort(sicht.vorgang.schritte, sicht.element),
        ist_offen=sicht.status in OFFEN,
        bearbeitbar=_is_mine_and_open(sicht),
        werte=werte,
        lage=formulare.lage_of(sicht.formular, werte or sicht.eingaben, bekannt=sicht.bekannt),
        rows=formulare.row_numbers,
        leer_gruende=formulare.LEER_GRUENDE,
        begriffe=formulare.BEGRIFFE,
        stand=eingaben.fingerprint(stored),
        fehler=problems,
        fehlertexte=_with_labels(sicht, problems, typed),
        ablehnung=refusal.text if refusal else "",
        verloren=_lost(sicht, typed),
        wartegruende=formats.WARTEGRUENDE,
        rueckgabegruende=formats.RUECKGABEGRUENDE,
        abweichungsgruende=formats.ABWEICHUNGSGRUENDE,
        verschiebegruende=list(Verschiebegrund),
        kommentar=request.form.get(KOMMENTAR, "") if refusal else "",
        endungen=",".join(dateien.ENDUNGEN),
        hoechstens_mib=dateien.MAX_BYTES // 2**20,
        klassen=KLASSEN,
        weitergabegruende=list(Weitergabegrund),
        wiedervorlagegruende=list(Wiedervorlagegrund),
        words=eingaben.words,
        has_boxes=eingaben.has_boxes,
    )
    return html, status


def url(aufgabe_id: int) -> str:
    """Address of the page."""
    return url_for("aufgaben.aufgabe", aufgabe_id=aufgabe_id)


def _is_mine_and_open(sicht: abfragen.AufgabeSicht) -> bool:
    return sicht.ist_meine and sicht.status in OFFEN


def _with_labels(sicht: abfragen.AufgabeSicht, problems: dict[str, str], typed: eingaben.Eingaben) -> dict[str, str]:
    """Messages for the summary on top, in the order of the page: there nobody sees which field is meant."""
    labels = eingaben.labels(sicht.formular, typed)
    ordered = [key for key in labels if key in problems] + [key for key in problems if key not in labels]
    return {key: f"{labels[key]} – {problems[key]}" if key in labels else problems[key] for key in ordered}


def _was_typed() -> bool:
    typed = eingaben.from_request(request.form)
    return eingaben.fingerprint(typed) != request.form.get(eingaben.STAND, eingaben.fingerprint({}))


def _keep(session: Session, aufgabe_id: int) -> None:
    abschluss.save_entwurf(
        session,
        auth.akteur(),
        aufgabe_id,
        eingaben=eingaben.from_request(request.form),
        schluessel=dienste().schluessel,
        now=clock.now(),
    )


def _keep_kommentar(session: Session, aufgabe_id: int) -> None:
    """A remark that was typed is kept whatever button was pressed."""
    text = request.form.get(KOMMENTAR, "")
    aufgabe = session.get(Aufgabe, aufgabe_id) if text.strip() else None
    if aufgabe is not None:
        beitraege.add_kommentar(
            session,
            auth.akteur(),
            aufgabe.vorgang_id,
            text,
            aufgabe_id=aufgabe_id,
            schluessel=dienste().schluessel,
            now=clock.now(),
        )


def feldklasse(session: Session, aufgabe_id: int | None, feld: str) -> str:
    """Data class of a file field; empty when the form of the Aufgabe has no such field."""
    aufgabe = session.get(Aufgabe, aufgabe_id) if aufgabe_id is not None else None
    if aufgabe is None:
        return ""
    version = session.get_one(Prozessversion, aufgabe.prozessversion_id)
    found = formular_of(version, aufgabe.element_id).feld(feld)
    return found.datenklasse.value if found and found.typ is formulare.FeldTyp.DATEI else ""


def _lost(sicht: abfragen.AufgabeSicht, typed: eingaben.Eingaben) -> list[tuple[str, str]]:
    """What was typed into a form that can no longer be sent, to copy it; nothing when it was sent before."""
    sent_before = sicht.ist_meine and sicht.status == AufgabeStatus.ERLEDIGT
    if sent_before or _is_mine_and_open(sicht):
        return []
    return eingaben.filled(sicht.formular, typed)
