"""Notices to one's Gruppen: what should we know? Nothing has to be done; somebody takes note for all."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from engine.commands import mitteilungen as befehle
from engine.queries import mitteilungen as abfragen
from engine.rechte import Recht
from web import auth, clock
from web.dienste import dienste
from web.sprache import _

blueprint = Blueprint("mitteilungen", __name__, url_prefix="/mitteilungen")


@blueprint.get("")
@auth.requires(Recht.ARBEITSKORB)
def liste() -> ResponseReturnValue:
    """All that nobody has taken note of."""
    with dienste().reading() as session:
        gefunden = abfragen.mitteilungen(session, auth.akteur())
    return render_template("mitteilungen/liste.html", mitteilungen=gefunden)


@blueprint.post("/<int:mitteilung_id>/gelesen")
@auth.requires(Recht.ARBEITSKORB)
def gelesen(mitteilung_id: int) -> ResponseReturnValue:
    """Take note; the notice leaves the list of the whole Gruppe."""
    akteur, now = auth.akteur(), clock.now()
    notice = dienste().run(lambda session: befehle.note_gelesen(session, akteur, mitteilung_id, now=now))
    flash(_("„%(titel)s“ ist für Ihre Gruppe zur Kenntnis genommen.", titel=notice.titel), "erfolg")
    return redirect(url_for(".liste"), code=303)
