"""Puts the application together: settings, protection, frame, and one blueprint per noun. Holds no rule of its own."""

from __future__ import annotations

from datetime import timedelta
from importlib import metadata

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map

from web import (
    ablauf,
    anmeldung,
    api,
    arbeitskorb,
    aufgaben,
    auth,
    beitraege,
    clock,
    dienste,
    dienstzeiten,
    eingaben,
    einrichten,
    entscheidungen,
    errors,
    formats,
    formulareditor,
    fristen,
    korbauswahl,
    mitteilungen,
    modellieren,
    persoenlich,
    protokoll,
    prozesse,
    sicherheit,
    sprache,
    start,
    statisch,
    steckbrief,
    stoerungen,
    versionen,
    vertretungen,
    vordrucke,
    vorgaenge,
    wertstrom,
    zuweisungen,
)
from web.config import Einstellungen


class _Nummer(IntegerConverter):
    """Numbers in addresses fit every database; a larger one finds nothing."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=2**31 - 1)


def create_app(einstellungen: Einstellungen) -> Flask:
    """The application for these settings; opens the database but does not migrate it."""
    app = Flask(__name__)
    app.url_map.converters["int"] = _Nummer
    app.config.update(
        SECRET_KEY=einstellungen.secret_key(),
        SESSION_COOKIE_NAME="hilfefluss",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=einstellungen.https,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=einstellungen.sitzung_stunden),
        MAX_CONTENT_LENGTH=einstellungen.upload_mib * 2**20,
        MAX_FORM_MEMORY_SIZE=4 * 2**20,  # the editor of decision tables sends its model as a field
        MAX_FORM_PARTS=eingaben.MAX_NAMEN,  # a form with long lists has many inputs
        WTF_CSRF_TIME_LIMIT=None,  # a form may stay open as long as the session
        PREFERRED_URL_SCHEME="https" if einstellungen.https else "http",
    )
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    if einstellungen.proxys:
        hops = einstellungen.proxys
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    dienste.attach(app, dienste.create_dienste(einstellungen))
    protokoll.register(app)
    auth.register(app, anmeldung.unauthorized)
    errors.register(app)
    sprache.register(app, auth.sprache)
    formats.register(app)
    statisch.register(app)
    sicherheit.register(app, https=einstellungen.https)
    for noun in (
        start,
        anmeldung,
        arbeitskorb,
        korbauswahl,
        vertretungen,
        zuweisungen,
        persoenlich,
        mitteilungen,
        aufgaben,
        vorgaenge,
        beitraege,
        fristen,
        stoerungen,
        prozesse,
        vordrucke,
        einrichten,
        ablauf,
        formulareditor,
        steckbrief,
        versionen,
        modellieren,
        entscheidungen,
        wertstrom,
        dienstzeiten,
        api,
    ):
        app.register_blueprint(noun.blueprint)
    _add_frame(app)
    return app


def _version() -> str:
    try:
        return metadata.version("hilfefluss")
    except metadata.PackageNotFoundError:
        return "aus dem Quelltext"


def _add_frame(app: Flask) -> None:
    version = _version()

    @app.context_processor
    def frame() -> dict[str, object]:
        settings = dienste.dienste().einstellungen
        person = auth.angemeldet() if auth.is_logged_in() else None
        return {
            "person": person,
            "navigation": start.navigation_of(person.akteur) if person else (),
            "schulung": settings.schulung or bool(person and person.mandant.schulung),
            "kontakt": settings.kontakt,
            "version": version,
            "jetzt": clock.now(),
            "darf": auth.darf,
            "persoenlich": auth.persoenlich(),
        }
