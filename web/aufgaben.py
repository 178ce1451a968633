"""One Aufgabe: what exactly, until when, and then? Every action is a POST that keeps what was typed.

All buttons of the page send the whole form. A refused action shows the page again, with the fresh state and every
input as it was typed; nothing is decided here, only by `engine.commands`.
"""

from __future__ import annotations

from flask import Blueprint, flash, jsonify, redirect, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.orm import Session

from engine import errors as engine_errors
from engine.commands import abschluss, ruecknahme, verschiebung
from engine.commands import aufgaben as befehle
from engine.model import Aufgabe, Handlung, Rueckgabegrund, Vorgang, VorgangStatus, Wartegrund
from engine.queries import aufgaben as abfragen
from engine.queries import personen
from engine.rechte import Recht
from web import arbeitskorb, auth, clock, eingaben, errors, formats
from web import aufgabenseite as seite
from web.dienste import dienste
from web.sprache import _

blueprint = Blueprint("aufgaben", __name__, url_prefix="/aufgaben")


@blueprint.get("/<int:aufgabe_id>")
@auth.requires(Recht.ARBEITSKORB)
def aufgabe(aufgabe_id: int) -> ResponseReturnValue:
    """The page of an Aufgabe."""
    return seite.page(aufgabe_id)


@blueprint.post("/<int:aufgabe_id>/uebernehmen")
@auth.requires(Recht.ARBEITSKORB)
def uebernehmen(aufgabe_id: int) -> ResponseReturnValue:
    """Take it; from the Arbeitskorb one stays there, to take more."""
    akteur, now = auth.akteur(), clock.now()

    def command(session: Session) -> Aufgabe:
        return befehle.claim_aufgabe(session, akteur, aufgabe_id, now=now)

    if eingaben.AKTION + "ansicht" not in request.form:
        return seite.act(aufgabe_id, command)
    zurueck = arbeitskorb.adresse_of_form()
    try:
        claimed = dienste().run(command)
    except engine_errors.Conflict as error:
        flash(error.text, "warnung")
        return redirect(zurueck, code=303)
    flash(
        formats.mit_verweis(
            _("„%(name)s“ liegt jetzt bei Ihnen.", name=claimed.name), _("Öffnen"), seite.url(aufgabe_id)
        ),
        "erfolg",
    )
    return redirect(zurueck, code=303)


@blueprint.post("/<int:aufgabe_id>/beginnen")
@auth.requires(Recht.ARBEITSKORB)
def beginnen(aufgabe_id: int) -> ResponseReturnValue:
    """Start working on it; a free one is taken on the way."""
    akteur, now = auth.akteur(), clock.now()
    return seite.act(aufgabe_id, lambda session: befehle.begin_aufgabe(session, akteur, aufgabe_id, now=now))


@blueprint.post("/<int:aufgabe_id>/unterbrechen")
@auth.requires(Recht.ARBEITSKORB)
def unterbrechen(aufgabe_id: int) -> ResponseReturnValue:
    """Wait for somebody or something, with the reason."""
    akteur, now = auth.akteur(), clock.now()

    def command(session: Session) -> Aufgabe:
        grund = seite.choice(
            Wartegrund, "wartegrund", _("Unterbrechen nicht möglich: Der Grund fehlt. Bitte wählen Sie einen.")
        )
        return befehle.pause_aufgabe(session, akteur, aufgabe_id, grund=grund, now=now)

    return seite.act(aufgabe_id, command)


@blueprint.post("/<int:aufgabe_id>/fortsetzen")
@auth.requires(Recht.ARBEITSKORB)
def fortsetzen(aufgabe_id: int) -> ResponseReturnValue:
    """Go on after a pause."""
    akteur, now = auth.akteur(), clock.now()
    return seite.act(aufgabe_id, lambda session: befehle.resume_aufgabe(session, akteur, aufgabe_id, now=now))


@blueprint.post("/<int:aufgabe_id>/zuruecklegen")
@auth.requires(Recht.ARBEITSKORB)
def zuruecklegen(aufgabe_id: int) -> ResponseReturnValue:
    """Put it back into the Gruppenkorb; the draft stays for whoever takes it next."""
    akteur, now = auth.akteur(), clock.now()
    return seite.act(
        aufgabe_id,
        lambda session: befehle.release_aufgabe(session, akteur, aufgabe_id, now=now),
        lambda released: _to_korb(_("„%(name)s“ liegt wieder im Gruppenkorb.", name=released.name)),
    )


@blueprint.post("/<int:aufgabe_id>/zurueckgeben")
@auth.requires(Recht.ARBEITSKORB)
def zurueckgeben(aufgabe_id: int) -> ResponseReturnValue:
    """Send it back to an earlier step, with the reason."""
    akteur, now = auth.akteur(), clock.now()

    def command(session: Session) -> str:
        text = _("Zurückgeben nicht möglich: Der Grund fehlt. Bitte wählen Sie einen.")
        grund = seite.choice(Rueckgabegrund, "rueckgabegrund", text)
        ziel = request.form.get(eingaben.AKTION + "ziel", "")
        fresh = abschluss.return_aufgabe(session, akteur, aufgabe_id, grund=grund, ziel=ziel, now=now)
        names = [task.name for task in fresh if task.element_id == ziel]
        return names[0] if names else ""

    return seite.act(
        aufgabe_id,
        command,
        lambda name: _to_korb(_("Zurückgegeben an „%(name)s“.", name=name) if name else _("Zurückgegeben.")),
        keep=False,
    )


@blueprint.post("/<int:aufgabe_id>/frist")
@auth.requires(Recht.ARBEITSKORB)
def frist(aufgabe_id: int) -> ResponseReturnValue:
    """Move its deadline, with the reason; never a statutory one."""
    akteur, now = auth.akteur(), clock.now()

    def command(session: Session) -> Aufgabe:
        bis, grund = eingaben.read_verschiebung(request.form)
        return verschiebung.move_frist(session, akteur, aufgabe_id, bis=bis, grund=grund, now=now)

    return seite.act(aufgabe_id, command)


@blueprint.post("/<int:aufgabe_id>/erledigen")
@auth.requires(Recht.ARBEITSKORB)
def erledigen(aufgabe_id: int) -> ResponseReturnValue:
    """Finish it, and go on with what follows in the same Vorgang if that is ours too."""
    akteur, now = auth.akteur(), clock.now()
    typed = eingaben.from_request(request.form)

    def command(session: Session) -> tuple[Aufgabe, list[Aufgabe], bool, str, bool]:
        fresh = abschluss.complete_aufgabe(
            session, akteur, aufgabe_id, eingaben=typed, schluessel=dienste().schluessel, now=now
        )
        done = session.get_one(Aufgabe, aufgabe_id)
        over = session.get_one(Vorgang, done.vorgang_id).status != VorgangStatus.LAUFEND
        groups = {g.id: g.name for g in personen.gruppen(session, akteur)} if fresh else {}
        names = ", ".join(dict.fromkeys(groups[task.gruppe_id] for task in fresh))
        return done, fresh, over, names, ruecknahme.is_possible(session, akteur, done, now=now)

    return seite.act(aufgabe_id, command, lambda result: _after(*result), keep=False)


@blueprint.post("/<int:aufgabe_id>/rueckgaengig")
@auth.requires(Recht.ARBEITSKORB)
def rueckgaengig(aufgabe_id: int) -> ResponseReturnValue:
    """Take back the completion of a moment ago."""
    akteur, now = auth.akteur(), clock.now()

    def command(session: Session) -> Aufgabe:
        return ruecknahme.take_back(session, akteur, aufgabe_id, schluessel=dienste().schluessel, now=now)

    def answer(task: Aufgabe) -> ResponseReturnValue:
        flash(_("„%(name)s“ liegt wieder bei Ihnen. Ihre Angaben sind noch da.", name=task.name), "erfolg")
        return redirect(seite.url(aufgabe_id), code=303)

    return seite.act(aufgabe_id, command, answer, keep=False)


@blueprint.post("/<int:aufgabe_id>/entwurf")
@auth.requires(Recht.ARBEITSKORB)
def entwurf(aufgabe_id: int) -> ResponseReturnValue:
    """Keep what was typed; answers a script with the time, a person with the page."""
    akteur, now = auth.akteur(), clock.now()
    typed, place = eingaben.from_request(request.form), ""
    if wunsch := request.form.get(eingaben.AKTION + "zeile", ""):
        typed, place = eingaben.change_rows(typed, wunsch)

    def command(session: Session) -> None:
        abschluss.save_entwurf(session, akteur, aufgabe_id, eingaben=typed, schluessel=dienste().schluessel, now=now)

    if errors.wants_json():
        dienste().run(command)
        return jsonify(gespeichert=formats.uhrzeit(now))
    # Who asked for the proposal goes on reading there.
    anker = "#vorschlag" if eingaben.AKTION + "vorschlag" in request.form else f"#feld-{place}" if place else ""
    return seite.act(aufgabe_id, command, lambda _: redirect(seite.url(aufgabe_id) + anker, code=303), keep=False)


@blueprint.post("/<int:aufgabe_id>/lage")
@auth.requires(Recht.ARBEITSKORB)
def lage(aufgabe_id: int) -> ResponseReturnValue:
    """What a script shows while somebody types: hidden inputs, computed fields, tables. Nothing is kept."""
    typed = eingaben.from_request(request.form)
    with dienste().reading() as session:
        found = abfragen.lage(session, auth.akteur(), aufgabe_id, typed, now=clock.now())
    return jsonify(verborgen=sorted(found.verborgen), berechnet=found.berechnet, tabellen=found.tabellen)


@blueprint.errorhandler(CSRFError)
def token_expired(_error: CSRFError) -> ResponseReturnValue:
    """The session was renewed while the page was open: nothing happens, and nothing typed is lost."""
    view_args = request.view_args or {}
    if errors.wants_json() or not auth.is_logged_in() or "aufgabe_id" not in view_args:
        return errors.page(400)
    text = _(
        "Noch nicht abgesendet: Sie haben sich inzwischen neu angemeldet. Ihre Eingaben stehen noch da; "
        "bitte senden Sie noch einmal ab."
    )
    return seite.page(view_args["aufgabe_id"], refusal=engine_errors.Conflict(text), status=400)


def _after(done: Aufgabe, fresh: list[Aufgabe], over: bool, groups: str, undoable: bool) -> ResponseReturnValue:
    """Where somebody goes after finishing: to the next step of the Vorgang if it is theirs, else to the Arbeitskorb."""
    text = _("„%(name)s“ ist erledigt.", name=done.name)
    if undoable:
        flash(f"{done.id} {ruecknahme.FRIST.seconds}", "rueckgaengig")
    mine = next((task for task in fresh if Handlung.UEBERNEHMEN in task.handlungen(auth.akteur())), None)
    if mine is not None:
        flash(_("%(text)s Das ist der nächste Schritt in diesem Vorgang.", text=text), "erfolg")
        return redirect(seite.url(mine.id), code=303)
    if over:
        return _to_korb(_("%(text)s Damit ist der Vorgang abgeschlossen.", text=text))
    return _to_korb(_("%(text)s Weiter bei: %(groups)s.", text=text, groups=groups) if fresh else text)


def _to_korb(text: str) -> ResponseReturnValue:
    flash(text, "erfolg")
    return redirect(arbeitskorb.adresse_zuletzt(), code=303)
