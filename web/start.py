"""The frame of the pages: navigation by role, the first page of each role, and the short public pages."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import Blueprint, Response, abort, current_app, json, redirect, render_template, request
from flask.typing import ResponseReturnValue

from engine.commands import persoenlich
from engine.rechte import Akteur, Recht, Rolle
from web import auth, sprache
from web.dienste import dienste
from web.sprache import _l

blueprint = Blueprint("start", __name__)

_EIN_JAHR = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Ziel:
    """One entry of the navigation."""

    name: str
    pfad: str
    recht: Recht
    icon: str


NAVIGATION = (
    Ziel(_l("Arbeitskorb"), "/arbeitskorb", Recht.ARBEITSKORB, "checklist"),
    Ziel(_l("Vorgänge"), "/vorgaenge", Recht.VORGANG_SEHEN, "draft"),
    Ziel(_l("Beschlüsse und Fristen"), "/fristen", Recht.VORGANG_SEHEN, "calendar-today"),
    Ziel(_l("Prozesse"), "/prozesse", Recht.PROZESS_SEHEN, "autorenew"),
    Ziel(_l("Wertstrom"), "/wertstrom", Recht.WERTSTROM_SEHEN, "arrow-forward"),
    Ziel(_l("Dienstzeiten"), "/verwaltung/dienstzeiten", Recht.AMT_EINRICHTEN, "calendar-today"),
    Ziel(_l("Störungen"), "/stoerungen", Recht.STOERUNG_BEHEBEN, "warning"),
)

#: first page of roles whose question is not „What do I do now?“
_ERSTE_SEITE = (
    (Rolle.CONTROLLING, "/wertstrom"),
    (Rolle.LEITUNG_AMT, "/wertstrom"),
    (Rolle.ASD_LEITUNG, "/arbeitskorb"),
    (Rolle.MODELLIERUNG, "/prozesse"),
)


def navigation_of(akteur: Akteur) -> tuple[Ziel, ...]:
    """What this person may use."""
    existing = {rule.rule.rstrip("/") for rule in current_app.url_map.iter_rules()}
    return tuple(ziel for ziel in NAVIGATION if akteur.darf(ziel.recht) and ziel.pfad in existing)


def first_page_of(akteur: Akteur) -> str | None:
    """Where this person starts; None when no page is for her."""
    allowed = [ziel.pfad for ziel in navigation_of(akteur)]
    preferred = (pfad for rolle, pfad in _ERSTE_SEITE if rolle in akteur.rollen and pfad in allowed)
    return next(preferred, allowed[0] if allowed else None)


@blueprint.get("/")
@auth.requires()
def start() -> ResponseReturnValue:
    """Send each role to its first page."""
    pfad = first_page_of(auth.akteur())
    return redirect(pfad) if pfad else render_template("start/ohne_rolle.html")


@blueprint.get("/hilfe")
@auth.public
def hilfe() -> ResponseReturnValue:
    """How to work with it, in five minutes."""
    return render_template("start/hilfe.html")


@blueprint.get("/barrierefreiheit")
@auth.public
def barrierefreiheit() -> ResponseReturnValue:
    """Statement on accessibility."""
    return render_template("start/barrierefreiheit.html")


@blueprint.get("/datenschutz")
@auth.public
def datenschutz() -> ResponseReturnValue:
    """What is stored about whom."""
    return render_template("start/datenschutz.html")


@blueprint.post("/sprache")
@auth.public
def waehle_sprache() -> ResponseReturnValue:
    """Show the pages in another language from now on: for this person, else in this browser."""
    chosen = request.form.get("sprache", "")
    answer = redirect(auth.safe_target(request.form.get("weiter", "/")), code=303)
    if chosen in sprache.SPRACHEN:
        if auth.is_logged_in():
            akteur, wahl = auth.akteur(), replace(auth.persoenlich(), sprache=chosen)
            dienste().run(lambda session: persoenlich.save(session, akteur, wahl))
        answer.set_cookie(
            sprache.COOKIE, chosen, max_age=_EIN_JAHR, httponly=True, samesite="Lax", secure=request.is_secure
        )
    return answer


@blueprint.get("/worte/<kuerzel>.js")
@auth.public
def worte(kuerzel: str) -> ResponseReturnValue:
    """Texts of the scripts in this language; German ones stand in the scripts."""
    if kuerzel not in sprache.SPRACHEN or kuerzel == sprache.DEUTSCH:
        abort(404)
    return Response(f"window.hfWorte = {json.dumps(sprache.skriptworte(kuerzel))};\n", mimetype="text/javascript")
