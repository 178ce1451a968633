"""The Arbeitskorb: what do I do now? Aufgaben that are mine and those of my Gruppen, the most urgent first."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from engine.kalender import lokales_datum
from engine.queries import arbeitskorb as abfragen
from engine.queries.arbeitskorb import Korb, Seite
from engine.rechte import Akteur, Recht
from web import auth, clock, formats
from web.dienste import dienste

blueprint = Blueprint("arbeitskorb", __name__, url_prefix="/arbeitskorb")


@blueprint.get("")
@auth.requires(Recht.ARBEITSKORB)
def liste() -> ResponseReturnValue:
    """One page of one Korb."""
    korb = Korb.GRUPPE if request.args.get("korb") == Korb.GRUPPE.value else Korb.MEINE
    nummer = request.args.get("seite", 1, type=int)
    now = clock.now()
    akteur = auth.akteur()
    with dienste().reading() as session:
        seite = abfragen.arbeitskorb(session, akteur, korb=korb, now=now, seite=max(1, min(nummer, 100_000)))
    morgen = auth.angemeldet().mandant.kalender().frist_at(now, 1)
    is_tomorrow = morgen == lokales_datum(now) + timedelta(days=1)
    return render_template(
        "arbeitskorb/liste.html",
        seite=seite,
        Korb=Korb,
        gruppe=_gruppe(akteur),
        satz=dringend(seite, "morgen" if is_tomorrow else formats.wochentag(morgen)),
    )


def dringend(seite: Seite, morgen: str) -> str:
    """„3 überschritten, 5 bis morgen“: how urgent the shown Korb is."""
    if not seite.anzahl[seite.korb]:
        return ""
    if not seite.ueberschritten and not seite.bis_morgen:
        return f"Nichts ist bis {morgen} fällig."
    soon = f"{formats.zahl(seite.bis_morgen)} bis {morgen}"
    if not seite.ueberschritten:
        return f"Nichts überschritten, {soon}."
    late = f"{formats.zahl(seite.ueberschritten)} überschritten"
    return f"{late}, {soon}." if seite.bis_morgen else f"{late}."


def _gruppe(akteur: Akteur) -> str:
    """Name of the tab: the Gruppe if there is only one."""
    return f"Gruppe {akteur.mitglied[0].name}" if len(akteur.mitglied) == 1 else "Meine Gruppen"
