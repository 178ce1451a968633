"""What somebody typed when her session was over: carried through the login in the page itself, then kept as a draft.

Nothing is stored before the login. Only inputs that this application's own page sent are carried: another page must not
slip words into somebody's draft.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import flash, request
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from engine import errors
from engine.commands import abschluss
from web import auth, clock, eingaben
from web.dienste import dienste
from web.sprache import _

PRAEFIX = "mit."
_AUFGABE = PRAEFIX + "aufgabe"


def collect() -> dict[str, list[str]]:
    """Hidden inputs for the login page; empty unless the page of an Aufgabe was sent."""
    aufgabe_id = (request.view_args or {}).get("aufgabe_id")
    origin = urlsplit(request.headers.get("Origin", "")).netloc
    if request.method != "POST" or aufgabe_id is None or origin != request.host:
        return {}
    typed = eingaben.from_request(request.form)
    return {_AUFGABE: [str(aufgabe_id)]} | {f"{PRAEFIX}f.{name}": texts for name, texts in typed.items()}


def carried() -> dict[str, list[str]]:
    """The same inputs when the login itself was sent, for showing it again."""
    return {name: request.form.getlist(name) for name in request.form if name.startswith(PRAEFIX)}


def keep_as_entwurf() -> str | None:
    """Save them for the person who has just logged in; the address of the Aufgabe to go on with, if there were any."""
    aufgabe_id = request.form.get(_AUFGABE, "")
    if not (aufgabe_id.isascii() and aufgabe_id.isdigit() and len(aufgabe_id) < 10):
        return None
    names = [name for name in request.form if name.startswith(PRAEFIX + "f.")]
    form = MultiDict((name.removeprefix(PRAEFIX + "f."), text) for name in names for text in request.form.getlist(name))
    typed, now, akteur = eingaben.from_request(form), clock.now(), auth.akteur()

    def command(session: Session) -> None:
        abschluss.save_entwurf(
            session, akteur, int(aufgabe_id), eingaben=typed, schluessel=dienste().schluessel, now=now
        )

    try:
        dienste().run(command)
    except errors.EngineError:
        flash(_("Ihre Eingaben konnten nicht übernommen werden: Die Aufgabe liegt nicht bei Ihnen."), "warnung")
        return None
    flash(_("Ihre Eingaben sind noch da, aber noch nicht abgesendet. Bitte senden Sie noch einmal ab."), "hinweis")
    return f"/aufgaben/{int(aufgabe_id)}"
