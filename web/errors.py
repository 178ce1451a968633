"""From refusals to pages: the four kinds of the engine and those of HTTP, each with a number to tell on the phone.

A page says what did not work and what helps now; never a stack trace, never a value that was typed.
"""

from __future__ import annotations

from http import HTTPStatus

from flask import Flask, current_app, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from engine import errors
from web import protokoll, sprache
from web.sprache import _l, von_unten

STATUS: dict[type[errors.EngineError], int] = {
    errors.NotFound: 404,
    errors.NotAllowed: 403,
    errors.Conflict: 409,
    errors.Invalid: 422,
}

#: headline, what helps now
TEXTE: dict[int, tuple[str, str]] = {
    400: (
        _l("Das Absenden hat nicht geklappt"),
        _l(
            "Die Seite war zu lange offen, oder Sie haben sich in einem anderen Fenster neu angemeldet. "
            "Gehen Sie zurück, laden Sie die Seite neu und senden Sie noch einmal ab."
        ),
    ),
    401: (_l("Sie sind nicht angemeldet"), _l("Melden Sie sich an und wiederholen Sie den Schritt.")),
    403: (_l("Diese Seite gehört zu einer anderen Rolle"), _l("Ihre Fachadministration kann Rollen zuordnen.")),
    404: (
        _l("Diese Seite gibt es nicht"),
        _l("Prüfen Sie die Adresse. Im Arbeitskorb sehen Sie alles, was bei Ihnen liegt."),
    ),
    405: (_l("Diese Seite gibt es nicht"), _l("Bitte öffnen Sie die Seite über die Navigation.")),
    409: (_l("Der Stand hat sich geändert"), _l("Öffnen Sie die Seite noch einmal: Sie zeigt dann den neuen Stand.")),
    413: (_l("Die Datei ist zu groß"), _l("Wählen Sie eine kleinere Datei.")),
    422: (_l("Einige Angaben passen nicht"), _l("Gehen Sie zurück und prüfen Sie Ihre Angaben.")),
    429: (_l("Zu viele Versuche"), _l("Warten Sie eine Minute und versuchen Sie es dann noch einmal.")),
    500: (
        _l("Das hat nicht geklappt"),
        _l(
            "Ihre letzte Handlung wurde nicht ausgeführt; alles davor ist gespeichert. Versuchen Sie es noch einmal. "
            "Wenn es wieder nicht klappt, nennen Sie Ihrer Systemadministration die Nummer."
        ),
    ),
}


def status_of(error: errors.EngineError) -> int:
    """HTTP status of a refusal."""
    return next((code for kind, code in STATUS.items() if isinstance(error, kind)), 500)


def page(status: int, text: str | None = None) -> ResponseReturnValue:
    """The page for a status, or the same as JSON for a request from a script."""
    headline, help_text = TEXTE.get(status) or (HTTPStatus(status).phrase, TEXTE[500][1])
    if wants_json():
        return jsonify(fehler=str(text or headline), nummer=protokoll.nummer()), status
    texts = {"titel": headline, "text": text, "hilfe": help_text, "nummer": protokoll.nummer()}
    try:
        return render_template("fehler.html", **texts), status
    except Exception as error:
        # Without a database there is no frame either; the reason was or is logged.
        protokoll.fehler(error)
        with sprache.in_sprache(sprache.gewuenscht() or sprache.DEUTSCH):
            return current_app.jinja_env.get_template("fehler_ohne_rahmen.html").render(texts), status


def wants_json() -> bool:
    """Whether a script asks (``Accept: application/json``) and not a person."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return best == "application/json"


def register(app: Flask) -> None:
    """Answer every refusal and every unexpected error with a page."""

    @app.errorhandler(errors.EngineError)
    def refused(error: errors.EngineError) -> ResponseReturnValue:
        status = status_of(error)
        if status == 500:
            protokoll.fehler(error)
        return page(status, von_unten(error.text))

    @app.errorhandler(CSRFError)
    def not_from_our_page(_error: CSRFError) -> ResponseReturnValue:
        return page(400)

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> ResponseReturnValue:
        if error.code is None or error.code < 400:
            return error
        return page(error.code)

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> ResponseReturnValue:
        protokoll.fehler(error)
        if app.testing or app.debug:
            raise error
        return page(500)
