"""Vertretung: who acts for me, for whom do I act? Setting it, for oneself or for the team, and ending it."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine import errors
from engine.commands import vertretungen as befehle
from engine.formulare.zeiten import parse_datum
from engine.queries import vertretungen as abfragen
from engine.rechte import Recht
from web import auth, clock
from web.dienste import dienste
from web.errors import status_of
from web.sprache import _, von_unten

blueprint = Blueprint("vertretungen", __name__, url_prefix="/arbeitskorb/vertretungen")


@blueprint.get("")
@auth.requires(Recht.ARBEITSKORB)
def seite() -> ResponseReturnValue:
    """What is set, and the form to set more."""
    return _page({}, None), 200


@blueprint.post("")
@auth.requires(Recht.ARBEITSKORB)
def eintragen() -> ResponseReturnValue:
    """Set one; a refusal shows the form as it was filled in."""
    akteur, now, form = auth.akteur(), clock.now(), request.form
    try:
        von, bis = _days()

        def command(session: Session) -> None:
            befehle.set_vertretung(
                session,
                akteur,
                vertretene_id=_number("fuer") or akteur.person_id,
                vertreter_id=_number("vertreter"),
                von=von,
                bis=bis,
                prozess_id=_number("prozess") or None,
                now=now,
            )

        dienste().run(command)
    except (errors.Invalid, errors.Conflict) as error:
        return _page(form.to_dict(), error), status_of(error)
    flash(_("Die Vertretung ist eingetragen. Beide sehen sie."), "erfolg")
    return redirect(url_for(".seite"), code=303)


@blueprint.post("/<int:vertretung_id>/beenden")
@auth.requires(Recht.ARBEITSKORB)
def beenden(vertretung_id: int) -> ResponseReturnValue:
    """End one now."""
    akteur, now = auth.akteur(), clock.now()
    dienste().run(lambda session: befehle.end_vertretung(session, akteur, vertretung_id, now=now))
    flash(_("Die Vertretung ist beendet."), "erfolg")
    return redirect(url_for(".seite"), code=303)


def _page(werte: dict[str, str], refusal: errors.EngineError | None) -> str:
    akteur, now = auth.akteur(), clock.now()
    hers = _as_number(werte.get("fuer", "") or request.args.get("fuer", "")) or akteur.person_id
    with dienste().reading() as session:
        found = abfragen.vertretungen(session, akteur, now=now)
        people = abfragen.vertretbare(session, akteur, now=now)
        deputies = abfragen.kandidaten_for(session, akteur, hers, now=now)
        processes = abfragen.prozesse(session, akteur)
    fields = refusal.felder if isinstance(refusal, errors.Invalid) else {}
    return render_template(
        "arbeitskorb/vertretungen.html",
        laufende=[v for v in found if v.bis > now],
        beendete=[v for v in found if v.bis <= now],
        personen=people,
        kandidaten=deputies,
        prozesse=processes,
        fuer=hers,
        werte=werte,
        felder={key: von_unten(text) for key, text in fields.items()},
        ablehnung=von_unten(refusal.text) if refusal else "",
    )


def _days() -> tuple[date, date]:
    """Both days; `errors.Invalid` with a message for each that cannot be read."""
    days, problems = {}, {}
    for name in ("von", "bis"):
        try:
            days[name] = date.fromisoformat(parse_datum(request.form.get(name, "").strip()))
        except ValueError as error:
            problems[name] = str(error)
    if problems:
        raise errors.Invalid(_("Eintragen nicht möglich: Bitte prüfen Sie die markierten Angaben."), felder=problems)
    return days["von"], days["bis"]


def _number(name: str) -> int:
    return _as_number(request.form.get(name, ""))


def _as_number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
