"""The Arbeitskorb: what do I do now? Aufgaben that are mine and those of my Gruppen, the most urgent first."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine import errors
from engine.commands import aufgaben as befehle
from engine.kalender import lokales_datum
from engine.model import Aufgabe
from engine.queries import arbeitskorb as abfragen
from engine.queries import mitteilungen
from engine.queries.arbeitskorb import Fristlage, Korb, Seite, Spalte
from engine.rechte import Akteur, Recht
from web import auth, clock, eingaben, formats, korbansicht
from web.dienste import dienste
from web.korbansicht import Ansicht

blueprint = Blueprint("arbeitskorb", __name__, url_prefix="/arbeitskorb")

#: Aufgaben of one selection: a whole page
_MAX_AUSGEWAEHLT = korbansicht.JE_SEITE[-1]
FRISTLAGEN = {
    Fristlage.UEBERSCHRITTEN: "überschritten",
    Fristlage.BIS_MORGEN: "bis zum nächsten Arbeitstag",
    Fristlage.OHNE: "ohne Frist",
}


@blueprint.get("")
@auth.requires(Recht.ARBEITSKORB)
def liste() -> ResponseReturnValue:
    """One page of one Korb."""
    ansicht = korbansicht.read_ansicht(request.args)
    now, akteur = clock.now(), auth.akteur()
    with dienste().reading() as session:
        seite = abfragen.arbeitskorb(
            session,
            akteur,
            korb=ansicht.korb,
            now=now,
            auswahl=ansicht.auswahl,
            seite=ansicht.seite,
            je_seite=ansicht.je_seite,
        )
        neues = mitteilungen.anzahl(session, akteur)
    morgen = auth.angemeldet().mandant.kalender().frist_at(now, 1)
    is_tomorrow = morgen == lokales_datum(now) + timedelta(days=1)
    return render_template(
        "arbeitskorb/liste.html",
        seite=seite,
        ansicht=ansicht.with_seite(seite.seite),
        adresse=adresse,
        Korb=Korb,
        Spalte=Spalte,
        fristlagen=FRISTLAGEN,
        je_seite=korbansicht.JE_SEITE,
        gruppe=_gruppe(akteur),
        neues=neues,
        satz=dringend(seite, "morgen" if is_tomorrow else formats.wochentag(morgen)),
    )


def adresse(ansicht: Ansicht) -> str:
    """The address that shows this view again."""
    query = ansicht.query
    return url_for("arbeitskorb.liste") + (f"?{query}" if query else "")


def adresse_of_form() -> str:
    """Where the page that sent this form was: its query stands in a field of ours, and is read before it is used."""
    return adresse(korbansicht.parse_query(request.form.get(eingaben.AKTION + "ansicht", "")))


@blueprint.post("/auswahl")
@auth.requires(Recht.ARBEITSKORB)
def auswahl() -> ResponseReturnValue:
    """Take several Aufgaben, or put several back; each for itself, so that one that is gone stops no other."""
    texts = [
        t for t in request.form.getlist("aufgabe")[:_MAX_AUSGEWAEHLT] if t.isascii() and t.isdigit() and len(t) < 19
    ]
    chosen = list(dict.fromkeys(int(t) for t in texts))
    is_claim = request.form.get(eingaben.AKTION + "art") != "zuruecklegen"
    word = "Übernehmen" if is_claim else "Zurücklegen"
    if not chosen:
        flash(f"{word} nicht möglich: Es ist keine Aufgabe ausgewählt. Kreuzen Sie links die Aufgaben an.", "warnung")
        return redirect(adresse_of_form(), code=303)
    refused = [text for aufgabe_id in chosen if (text := _change(aufgabe_id, is_claim))]
    _report(len(chosen) - len(refused), refused, is_claim)
    return redirect(adresse_of_form(), code=303)


def _change(aufgabe_id: int, is_claim: bool) -> str:
    """Empty, or why it was not possible."""
    akteur, now = auth.akteur(), clock.now()

    def command(session: Session) -> Aufgabe:
        change = befehle.claim_aufgabe if is_claim else befehle.release_aufgabe
        return change(session, akteur, aufgabe_id, now=now)

    try:
        dienste().run(command)
    except (errors.Conflict, errors.NotFound, errors.NotAllowed) as error:
        return error.text
    return ""


def _report(done: int, refused: list[str], is_claim: bool) -> None:
    if done:
        tasks = "1 Aufgabe" if done == 1 else f"{formats.zahl(done)} Aufgaben"
        lie = "liegt" if done == 1 else "liegen"
        flash(f"{tasks} {lie} jetzt {'bei Ihnen' if is_claim else 'wieder im Gruppenkorb'}.", "erfolg")
    for text in dict.fromkeys(refused):
        count = refused.count(text)
        flash(text if count == 1 else f"{formats.zahl(count)} Aufgaben: {text}", "warnung")


def dringend(seite: Seite, morgen: str) -> str:
    """„3 überschritten, 5 bis morgen“: how urgent the shown Korb is."""
    if not seite.anzahl.get(seite.korb):
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
