"""Buttons of one Aufgabe that change whose it is, and those of a Wiedervorlage."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine import errors
from engine.commands import wiedervorlagen, zuweisung
from engine.model import Aufgabe, Wiedervorlagegrund
from engine.rechte import Recht
from web import arbeitskorb, auth, clock, eingaben
from web import aufgabenseite as seite
from web.dienste import dienste
from web.korbauswahl import read_person, read_tag, read_weitergabegrund, read_wiedervorlagegrund
from web.sprache import _, von_unten

blueprint = Blueprint("zuweisungen", __name__)


@blueprint.app_template_global("wiedervorlagegruende_alle")
def reasons() -> list[Wiedervorlagegrund]:
    """Why something may come up again, for the forms of other pages."""
    return list(Wiedervorlagegrund)


@blueprint.post("/aufgaben/<int:aufgabe_id>/einspringen")
@auth.requires(Recht.ARBEITSKORB)
def einspringen(aufgabe_id: int) -> ResponseReturnValue:
    """Take it from a colleague, with the reason."""
    akteur, now = auth.akteur(), clock.now()

    def command(session: Session) -> Aufgabe:
        return zuweisung.take_over_aufgabe(session, akteur, aufgabe_id, grund=read_weitergabegrund(), now=now)

    return seite.act(aufgabe_id, command, keep=False)


@blueprint.post("/aufgaben/<int:aufgabe_id>/weitergeben")
@auth.requires(Recht.ARBEITSKORB)
def weitergeben(aufgabe_id: int) -> ResponseReturnValue:
    """Give it on, with the reason."""
    akteur, now = auth.akteur(), clock.now()

    def command(session: Session) -> Aufgabe:
        person, reason = read_person(), read_weitergabegrund()
        return zuweisung.assign_aufgabe(session, akteur, aufgabe_id, person_id=person, grund=reason, now=now)

    return seite.act(aufgabe_id, command, lambda task: _to_korb(_("„%(name)s“ ist weitergegeben.", name=task.name)))


@blueprint.post("/aufgaben/<int:aufgabe_id>/delegieren")
@auth.requires(Recht.ARBEITSKORB)
def delegieren(aufgabe_id: int) -> ResponseReturnValue:
    """Let a colleague work on it; it comes back."""
    akteur, now = auth.akteur(), clock.now()

    def command(session: Session) -> Aufgabe:
        return zuweisung.delegate_aufgabe(session, akteur, aufgabe_id, person_id=read_person(), now=now)

    text = _("Delegiert. Unter „Wartet“ sehen Sie die Aufgabe, bis sie wieder vorgelegt wird.")
    return seite.act(aufgabe_id, command, lambda _task: _to_korb(text))


@blueprint.post("/aufgaben/<int:aufgabe_id>/vorlegen")
@auth.requires(Recht.ARBEITSKORB)
def vorlegen(aufgabe_id: int) -> ResponseReturnValue:
    """One's part is done: back to who delegated it."""
    akteur, now = auth.akteur(), clock.now()
    return seite.act(
        aufgabe_id,
        lambda session: zuweisung.resolve_aufgabe(session, akteur, aufgabe_id, now=now),
        lambda task: _to_korb(_("„%(name)s“ ist vorgelegt.", name=task.name)),
    )


@blueprint.post("/aufgaben/<int:aufgabe_id>/wiedervorlage")
@auth.requires(Recht.ARBEITSKORB)
def wiedervorlage(aufgabe_id: int) -> ResponseReturnValue:
    """Have this Aufgabe come up again on a day."""
    akteur, now = auth.akteur(), clock.now()

    def command(session: Session) -> None:
        task = session.get(Aufgabe, aufgabe_id)
        if task is None:
            raise errors.NotFound
        day, reason, group = read_tag(), read_wiedervorlagegrund(), _gruppe()
        wiedervorlagen.set_wiedervorlage(
            session, akteur, task.vorgang_id, am=day, grund=reason, aufgabe_id=aufgabe_id, gruppe_id=group, now=now
        )

    def answer(_nothing: None) -> ResponseReturnValue:
        flash(_("Auf Wiedervorlage gelegt."), "erfolg")
        return redirect(seite.url(aufgabe_id), code=303)

    return seite.act(aufgabe_id, command, answer)


@blueprint.post("/vorgaenge/<int:vorgang_id>/wiedervorlage")
@auth.requires(Recht.VORGANG_SEHEN)
def vorgang(vorgang_id: int) -> ResponseReturnValue:
    """Have this Vorgang come up again on a day."""
    akteur, now = auth.akteur(), clock.now()
    try:
        day, reason, group = read_tag(), read_wiedervorlagegrund(), _gruppe()
        dienste().run(
            lambda session: wiedervorlagen.set_wiedervorlage(
                session, akteur, vorgang_id, am=day, grund=reason, gruppe_id=group, now=now
            )
        )
    except errors.Invalid as error:
        flash(von_unten(error.text), "warnung")
    else:
        flash(_("Auf Wiedervorlage gelegt."), "erfolg")
    return redirect(url_for("vorgaenge.vorgang", vorgang_id=vorgang_id), code=303)


@blueprint.post("/wiedervorlagen/<int:wiedervorlage_id>/erledigt")
@auth.requires(Recht.VORGANG_SEHEN)
def erledigt(wiedervorlage_id: int) -> ResponseReturnValue:
    """It was looked at."""
    akteur, now = auth.akteur(), clock.now()
    dienste().run(lambda session: wiedervorlagen.finish_wiedervorlage(session, akteur, wiedervorlage_id, now=now))
    flash(_("Die Wiedervorlage ist erledigt."), "erfolg")
    return redirect(arbeitskorb.adresse_of_form(), code=303)


def _gruppe() -> int | None:
    return request.form.get(eingaben.AKTION + "wiedervorlagegruppe", type=int) or None


def _to_korb(text: str) -> ResponseReturnValue:
    flash(text, "erfolg")
    return redirect(arbeitskorb.adresse_zuletzt(), code=303)
