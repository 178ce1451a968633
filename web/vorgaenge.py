"""Vorgänge: the list within reach, and one Vorgang with what is open, its timeline and its drawing.

Opening a Vorgang or its drawing writes the access log, so both run in a transaction.
"""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import ausfuehrung, errors
from engine.commands import eintreffen, rueckzug, verschiebung
from engine.model import Rueckzugsgrund
from engine.queries import vorgaenge as abfragen
from engine.queries import vorgangsliste
from engine.queries.vorgangsliste import Auswahl
from engine.rechte import Recht
from web import auth, clock, eingaben
from web import vorgangsseite as seite
from web.dienste import dienste
from web.prozesse import as_download
from web.sprache import _

blueprint = Blueprint("vorgaenge", __name__, url_prefix="/vorgaenge")

#: a page number that fits every database
_HOECHSTE_SEITE = 1_000_000


@blueprint.get("")
@auth.requires(Recht.VORGANG_SEHEN)
def liste() -> ResponseReturnValue:
    """Which Vorgänge can I reach?"""
    with dienste().reading() as session:
        found = vorgangsliste.vorgangsliste(
            session,
            auth.akteur(),
            now=clock.now(),
            auswahl=_auswahl(request.args.get("stand", "")),
            suche=request.args.get("suche", ""),
            seite=_seite(request.args.get("seite", "")),
        )
    return render_template("vorgaenge/liste.html", liste=found, auswahlen=list(Auswahl), adresse=_adresse)


def _auswahl(text: str) -> Auswahl:
    return Auswahl(text) if text in set(Auswahl) else Auswahl.LAUFEND


def _seite(text: str) -> int:
    return min(int(text[:9]), _HOECHSTE_SEITE) if text.isascii() and text.isdigit() else 1


def _adresse(auswahl: Auswahl, suche: str) -> str:
    return url_for(".liste", stand=auswahl.value, suche=suche or None)


@blueprint.get("/<int:vorgang_id>")
@auth.requires(Recht.VORGANG_SEHEN)
def vorgang(vorgang_id: int) -> ResponseReturnValue:
    """How did it come here, and what is open?"""
    return seite.page(vorgang_id)


@blueprint.get("/<int:vorgang_id>/druck")
@auth.requires(Recht.VORGANG_SEHEN)
def druck(vorgang_id: int) -> ResponseReturnValue:
    """The whole Vorgang for paper."""
    return seite.druck(vorgang_id)


@blueprint.post("/<int:vorgang_id>/zurueckziehen")
@auth.requires(Recht.VORGANG_SEHEN, Recht.ARBEITSKORB)
def zurueckziehen(vorgang_id: int) -> ResponseReturnValue:
    """End it before its end, with the reason and a confirmation: it cannot be undone."""
    akteur, now = auth.akteur(), clock.now()
    grund = request.form.get(eingaben.AKTION + "rueckzugsgrund", "")
    try:
        if grund not in set(Rueckzugsgrund) or request.form.get(eingaben.AKTION + "sicher") != "ja":
            raise errors.Invalid(
                _("Zurückziehen nicht möglich: Bitte wählen Sie den Grund und bestätigen Sie, dass der Vorgang endet.")
            )
        dienste().run(
            lambda session: rueckzug.withdraw_vorgang(session, akteur, vorgang_id, grund=Rueckzugsgrund(grund), now=now)
        )
    except (errors.Conflict, errors.Invalid) as error:
        return seite.page(vorgang_id, refusal=error, status=409 if isinstance(error, errors.Conflict) else 422)
    flash(_("Der Vorgang ist zurückgezogen."), "erfolg")
    return redirect(url_for(".vorgang", vorgang_id=vorgang_id), code=303)


@blueprint.post("/<int:vorgang_id>/ereignisse/<token>")
@auth.requires(Recht.VORGANG_SEHEN, Recht.ARBEITSKORB)
def eingetreten(vorgang_id: int, token: str) -> ResponseReturnValue:
    """Say that a message or signal has arrived; the Vorgang goes on as drawn."""
    akteur, now = auth.akteur(), clock.now()
    try:
        ausfuehrung.run_arrival(
            dienste().sessions,
            lambda session: eintreffen.trigger_ereignis(session, akteur, vorgang_id, token, now=now),
            vorgang_id=vorgang_id,
            token=token,
            now=now,
        )
    except errors.Conflict as error:
        return seite.page(vorgang_id, refusal=error, status=409)
    flash(_("Bestätigt. Sie sehen jetzt, wie es weitergeht."), "erfolg")
    return redirect(url_for(".vorgang", vorgang_id=vorgang_id), code=303)


@blueprint.post("/<int:vorgang_id>/termine/<token>")
@auth.requires(Recht.VORGANG_SEHEN, Recht.ARBEITSKORB)
def verschieben(vorgang_id: int, token: str) -> ResponseReturnValue:
    """Set a timer that waits for another day, with the reason."""
    akteur, now = auth.akteur(), clock.now()
    try:
        bis, grund = eingaben.read_verschiebung(request.form)
        dienste().run(
            lambda session: verschiebung.move_timer(session, akteur, vorgang_id, token, bis=bis, grund=grund, now=now)
        )
    except (errors.Conflict, errors.Invalid) as error:
        return seite.page(vorgang_id, refusal=error, status=409 if isinstance(error, errors.Conflict) else 422)
    flash(_("Frist verschoben."), "erfolg")
    return redirect(url_for(".vorgang", vorgang_id=vorgang_id), code=303)


@blueprint.get("/<int:vorgang_id>/diagramm")
@auth.requires(Recht.VORGANG_SEHEN)
def diagramm(vorgang_id: int) -> ResponseReturnValue:
    """The drawing on which the Vorgang runs."""
    with dienste().transaction() as session:
        content = abfragen.original(session, auth.akteur(), vorgang_id, now=clock.now())
    return as_download(content, "modell.bpmn")
