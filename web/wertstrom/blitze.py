"""Marks of a workshop on the steps of a process (Kaizen-Blitz): set, seen with who set them, and removed."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import errors
from engine.commands import blitze as befehle
from engine.queries import blitze, ziele
from engine.rechte import Recht
from web import auth, clock
from web.dienste import dienste
from web.sprache import _
from web.wertstrom.seiten import blueprint
from wertstrom import laden, verschwendung


@blueprint.get("/<int:prozess_id>/blitze")
@auth.requires(Recht.WERTSTROM_SEHEN)
def blitze_zeigen(prozess_id: int) -> ResponseReturnValue:
    """What did the workshop mark?"""
    return _page(prozess_id)


def _page(prozess_id: int, felder: Mapping[str, str] | None = None, fehler: str = "") -> ResponseReturnValue:
    akteur = auth.akteur()
    with dienste().reading() as session:
        prozess = ziele.messbar(session, akteur, prozess_id)
        modell = laden.modell_of(session, akteur.mandant_id, prozess.kennung)
        gesetzt = blitze.blitze(session, akteur, prozess_id)
        entfernt = blitze.entfernte(session, akteur, prozess_id) if akteur.darf(Recht.WERTSTROM_MARKIEREN) else ()
    html = render_template(
        "wertstrom/blitze.html",
        prozess=prozess,
        gesetzt=gesetzt,
        entfernt=entfernt,
        namen={k.knoten: k.name or k.knoten for k in modell.knoten if k.knoten in modell.angaben},
        regeln={code: verschwendung.REGELN[code] for code in befehle.CODES},
        felder=felder or {},
        fehler=fehler,
        eingaben=request.form,
        hinweis=verschwendung.HINWEIS,
    )
    return html, 422 if felder or fehler else 200


@blueprint.post("/<int:prozess_id>/blitze")
@auth.requires(Recht.WERTSTROM_SEHEN, Recht.WERTSTROM_MARKIEREN)
def blitz_setzen(prozess_id: int) -> ResponseReturnValue:
    """Mark a step."""
    form, now = request.form, clock.now()
    angaben = {name: form.get(name, "")[:1000] for name in ("knoten", "code", "text")}
    try:
        dienste().run(
            lambda session: befehle.set_blitz(session, auth.akteur(), prozess_id=prozess_id, now=now, **angaben)
        )
    except errors.Invalid as error:
        return _page(prozess_id, error.felder, "" if error.felder else error.text)
    flash(_("Markiert. Die Markierung steht jetzt auf der Karte und in der Liste der Verschwendung."), "erfolg")
    return redirect(url_for(".blitze_zeigen", prozess_id=prozess_id), code=303)


@blueprint.post("/<int:prozess_id>/blitze/<int:blitz_id>/entfernen")
@auth.requires(Recht.WERTSTROM_SEHEN, Recht.WERTSTROM_MARKIEREN)
def blitz_entfernen(prozess_id: int, blitz_id: int) -> ResponseReturnValue:
    """Take a mark away; who did it stays in the record."""
    now = clock.now()
    dienste().run(
        lambda session: befehle.remove_blitz(session, auth.akteur(), prozess_id=prozess_id, blitz_id=blitz_id, now=now)
    )
    flash(_("Die Markierung ist entfernt."), "erfolg")
    return redirect(url_for(".blitze_zeigen", prozess_id=prozess_id), code=303)
