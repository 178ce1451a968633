"""Several Aufgaben at once: claim, release, give on, look at again. Each for itself: one that is gone stops no other.

Never a decision: nothing is completed or sent back here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final

from flask import Blueprint, flash, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine import errors
from engine.commands import aufgaben, wiedervorlagen, zuweisung
from engine.formulare.zeiten import parse_datum
from engine.model import Aufgabe, Weitergabegrund, Wiedervorlagegrund
from engine.model.persoenlich import ZEILEN
from engine.rechte import Akteur, Recht
from web import arbeitskorb, auth, clock, eingaben
from web.dienste import dienste
from web.sprache import _, _l, ngettext, von_unten

blueprint = Blueprint("korbauswahl", __name__, url_prefix="/arbeitskorb")

#: what is done with one Aufgabe
Handlung = Callable[[Session, int], object]
#: Aufgaben of one selection: a whole page
_MAX_AUSGEWAEHLT: Final = ZEILEN[-1]
_WORTE: Final = {
    "uebernehmen": _l("Übernehmen"),
    "zuruecklegen": _l("Zurücklegen"),
    "weitergeben": _l("Weitergeben"),
    "wiedervorlage": _l("Wiedervorlage"),
}


@blueprint.post("/auswahl")
@auth.requires(Recht.ARBEITSKORB)
def auswahl() -> ResponseReturnValue:
    """Do the same with all that are ticked."""
    kind = request.form.get(eingaben.AKTION + "art", "")
    kind = kind if kind in _WORTE else "uebernehmen"
    chosen = _chosen()
    if not chosen:
        text = _(
            "%(handlung)s nicht möglich: Es ist keine Aufgabe ausgewählt. Kreuzen Sie links die Aufgaben an.",
            handlung=str(_WORTE[kind]),
        )
        flash(text, "warnung")
        return redirect(arbeitskorb.adresse_of_form(), code=303)
    try:
        act = _handlung(kind)
    except errors.Invalid as error:
        flash(von_unten(error.text), "warnung")
        return redirect(arbeitskorb.adresse_of_form(), code=303)
    refused = [text for aufgabe_id in chosen if (text := _change(act, aufgabe_id))]
    _report(kind, len(chosen) - len(refused), refused)
    return redirect(arbeitskorb.adresse_of_form(), code=303)


def read_tag(name: str = "am") -> date:
    """The day of a Wiedervorlage.

    Raises
    ------
    errors.Invalid
        When it cannot be read.
    """
    try:
        return date.fromisoformat(parse_datum(request.form.get(eingaben.AKTION + name, "").strip()))
    except ValueError as error:
        raise errors.Invalid(
            _("Wiedervorlage nicht möglich: %(error)s", error=error), felder={"am": str(error)}
        ) from None


def read_wiedervorlagegrund() -> Wiedervorlagegrund:
    """The chosen reason; `errors.Invalid` without one."""
    text = request.form.get(eingaben.AKTION + "wiedervorlagegrund", "")
    if text not in set(Wiedervorlagegrund):
        raise errors.Invalid(_("Wiedervorlage nicht möglich: Der Grund fehlt. Bitte wählen Sie einen."))
    return Wiedervorlagegrund(text)


def read_weitergabegrund() -> Weitergabegrund:
    """The chosen reason; `errors.Invalid` without one."""
    text = request.form.get(eingaben.AKTION + "weitergabegrund", "")
    if text not in set(Weitergabegrund):
        raise errors.Invalid(_("Weitergeben nicht möglich: Der Grund fehlt. Bitte wählen Sie einen."))
    return Weitergabegrund(text)


def read_person() -> int:
    """Id of the chosen person; `errors.Invalid` without one."""
    person = request.form.get(eingaben.AKTION + "person", type=int)
    if not person or not 0 < person < 2**31:
        raise errors.Invalid(_("Weitergeben nicht möglich: Die Person fehlt. Bitte wählen Sie eine."))
    return person


def _chosen() -> list[int]:
    texts = request.form.getlist("aufgabe")[:_MAX_AUSGEWAEHLT]
    return list(dict.fromkeys(int(t) for t in texts if t.isascii() and t.isdigit() and len(t) < 19))


def _handlung(kind: str) -> Handlung:
    akteur, now = auth.akteur(), clock.now()
    if kind == "weitergeben":
        person, reason = read_person(), read_weitergabegrund()
        return lambda s, task: zuweisung.assign_aufgabe(s, akteur, task, person_id=person, grund=reason, now=now)
    if kind == "wiedervorlage":
        return _wiedervorlage(akteur)
    command = aufgaben.claim_aufgabe if kind == "uebernehmen" else aufgaben.release_aufgabe
    return lambda s, task: command(s, akteur, task, now=now)


def _wiedervorlage(akteur: Akteur) -> Handlung:
    am, reason, now = read_tag(), read_wiedervorlagegrund(), clock.now()

    def command(session: Session, aufgabe_id: int) -> object:
        task = session.get(Aufgabe, aufgabe_id)
        if task is None:
            raise errors.NotFound
        return wiedervorlagen.set_wiedervorlage(
            session, akteur, task.vorgang_id, am=am, grund=reason, aufgabe_id=aufgabe_id, now=now
        )

    return command


def _change(act: Handlung, aufgabe_id: int) -> str:
    """Empty, or why it was not possible."""
    try:
        dienste().run(lambda session: act(session, aufgabe_id))
    except (errors.Conflict, errors.NotFound, errors.NotAllowed, errors.Invalid) as error:
        return error.text
    return ""


def _report(kind: str, done: int, refused: list[str]) -> None:
    if done:
        flash(_done(kind, done), "erfolg")
    for text in dict.fromkeys(refused):
        count, said = refused.count(text), von_unten(text)
        flash(said if count == 1 else _("%(zahl)s Aufgaben: %(grund)s", zahl=count, grund=said), "warnung")


def _done(kind: str, done: int) -> str:
    if kind == "zuruecklegen":
        return ngettext(
            "%(num)s Aufgabe liegt jetzt wieder im Gruppenkorb.",
            "%(num)s Aufgaben liegen jetzt wieder im Gruppenkorb.",
            done,
        )
    if kind == "weitergeben":
        return ngettext("%(num)s Aufgabe ist weitergegeben.", "%(num)s Aufgaben sind weitergegeben.", done)
    if kind == "wiedervorlage":
        return ngettext("%(num)s Aufgabe liegt auf Wiedervorlage.", "%(num)s Aufgaben liegen auf Wiedervorlage.", done)
    return ngettext("%(num)s Aufgabe liegt jetzt bei Ihnen.", "%(num)s Aufgaben liegen jetzt bei Ihnen.", done)
