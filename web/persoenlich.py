"""What do I want to have set up for myself? Language, shortcuts, names, length of lists, notices by e-mail.

Only ever about the person who asks; nobody else sees or changes it here.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine import errors
from engine.commands import persoenlich as befehle
from engine.model.persoenlich import ZEILEN, Hinweisart, Persoenlich
from engine.queries import personen
from web import auth, sprache
from web.dienste import dienste
from web.sprache import _, _l

blueprint = Blueprint("persoenlich", __name__, url_prefix="/einstellungen")

HINWEISARTEN: Final = {
    Hinweisart.SOFORT: _l("sofort"),
    Hinweisart.TAEGLICH: _l("einmal am Tag, gesammelt"),
    Hinweisart.AUS: _l("nicht per E-Mail"),
}


@blueprint.get("")
@auth.requires()
def seite() -> ResponseReturnValue:
    """What is set?"""
    with dienste().reading() as session:
        adresse = personen.adresse(session, auth.akteur())
    return _page(auth.persoenlich(), adresse, {})


@blueprint.post("")
@auth.requires()
def speichern() -> ResponseReturnValue:
    """Keep what was set; says everything that does not fit at once."""
    akteur, wahl = auth.akteur(), _wahl()
    adresse = request.form.get("adresse", "")
    settings = dienste().einstellungen

    def command(session: Session) -> None:
        befehle.save(session, akteur, wahl)
        if settings.mail_ist_eingerichtet:
            befehle.set_adresse(session, akteur, adresse, domaenen=settings.mail_domaenen)

    try:
        dienste().run(command)
    except errors.Invalid as error:
        return _page(wahl, adresse[: befehle.MAX_ADRESSE], error.felder), 422
    with sprache.in_sprache(wahl.sprache or sprache.DEUTSCH):
        flash(_("Ihre Einstellungen sind gespeichert."), "erfolg")
    return redirect(url_for(".seite"), code=303)


def _wahl() -> Persoenlich:
    """What the form says; what it cannot say stays as it is."""
    form = request.form
    chosen = form.get("sprache", "")
    return replace(
        Persoenlich.of({"hinweise": form.get("hinweise"), "zeilen": form.get("zeilen", type=int)}),
        sprache=chosen if chosen in sprache.SPRACHEN else "",
        kuerzel="kuerzel" in form,
        ohne_namen="ohne_namen" in form,
    )


def _page(wahl: Persoenlich, adresse: str, felder: dict[str, str]) -> str:
    return render_template(
        "persoenlich/seite.html",
        wahl=wahl,
        adresse=adresse,
        felder={key: sprache.von_unten(text) for key, text in felder.items()},
        mail=dienste().einstellungen.mail_ist_eingerichtet,
        arten=HINWEISARTEN,
        zeilen=ZEILEN,
    )
