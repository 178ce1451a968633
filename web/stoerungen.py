"""Störungen: what does not run in the office, why, and setting it going again. Shows no Vorgang and no person."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from engine.commands import wiederholung
from engine.commands.wiederholung import Weiter
from engine.queries import betrieb
from engine.rechte import Recht
from web import auth, clock
from web.dienste import dienste
from web.sprache import _l

blueprint = Blueprint("stoerungen", __name__, url_prefix="/stoerungen")

_WEITER = {
    Weiter.AUTOMATISCH: _l("Der Schritt wird jetzt erneut versucht. Gelingt er, verschwindet die Störung von selbst."),
    Weiter.AUFGABE: _l("Die Aufgabe kann erneut erledigt werden. Gelingt das, verschwindet die Störung von selbst."),
    Weiter.ERLEDIGT: _l("Diese Störung ist schon behoben."),
}


@blueprint.get("")
@auth.requires(Recht.STOERUNG_BEHEBEN)
def liste() -> ResponseReturnValue:
    """What does not run?"""
    with dienste().reading() as session:
        gefunden = betrieb.offene_stoerungen(session, auth.akteur())
    return render_template("stoerungen/liste.html", stoerungen=gefunden)


@blueprint.post("/<int:stoerung_id>/wiederholen")
@auth.requires(Recht.STOERUNG_BEHEBEN)
def wiederholen(stoerung_id: int) -> ResponseReturnValue:
    """Try again what failed."""
    akteur, now = auth.akteur(), clock.now()
    weiter = dienste().run(lambda session: wiederholung.retry_stoerung(session, akteur, stoerung_id, now=now))
    flash(_WEITER[weiter], "erfolg")
    return redirect(url_for(".liste"), code=303)


@blueprint.post("/starts/<int:startpunkt_id>/wiederholen")
@auth.requires(Recht.STOERUNG_BEHEBEN)
def start_wiederholen(startpunkt_id: int) -> ResponseReturnValue:
    """Let a start by the clock try again."""
    akteur, now = auth.akteur(), clock.now()
    dienste().run(lambda session: wiederholung.retry_start(session, akteur, startpunkt_id, now=now))
    flash(_WEITER[Weiter.AUTOMATISCH], "erfolg")
    return redirect(url_for(".liste"), code=303)
