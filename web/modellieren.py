"""Drawing in the browser: change a version of a process, see the findings while drawing, save it as a new draft."""

from __future__ import annotations

from dataclasses import asdict

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine import errors
from engine.bpmn.ergebnis import Status
from engine.commands import prozesse as befehle
from engine.queries import prozesse as abfragen
from engine.rechte import Recht
from web import auth, clock, diagramm
from web.dienste import dienste

blueprint = Blueprint(
    "modellieren", __name__, url_prefix="/prozesse/<int:prozess_id>/versionen/<int:nummer>/modellieren"
)


@blueprint.get("")
@auth.requires(Recht.PROZESS_BEARBEITEN)
def zeigen(prozess_id: int, nummer: int) -> ResponseReturnValue:
    """How should it run?"""
    with dienste().reading() as session:
        sicht = abfragen.version(session, auth.akteur(), prozess_id, nummer)
    return _page(sicht)


def _page(
    sicht: abfragen.VersionSicht, *, xml: str = "", fehler: str = "", neueste: int = 0, status: int = 200
) -> ResponseReturnValue:
    html = render_template(
        "prozesse/modellieren.html",
        v=sicht,
        befunde=diagramm.sorted_befunde(sicht.befunde),
        xml=xml,
        fehler=fehler,
        neueste=neueste,
        stand=max(n for _, n, _ in sicht.versionen),
    )
    return html, status


@blueprint.post("/pruefen")
@auth.requires(Recht.PROZESS_BEARBEITEN)
def pruefen(prozess_id: int, nummer: int) -> ResponseReturnValue:
    """The findings of what is drawn at this moment; nothing is stored."""
    with dienste().reading() as session:
        abfragen.version(session, auth.akteur(), prozess_id, nummer)
        ergebnis = befehle.check_zeichnung(session, auth.akteur(), dateiname="modell.bpmn", inhalt=_drawn().encode())
    befunde = diagramm.sorted_befunde(asdict(b) | {"stufe": b.stufe.value} for b in ergebnis.befunde)
    return jsonify(
        laeuft=ergebnis.status is Status.LAUFFAEHIG,
        befunde=befunde,
        satz=diagramm.befunde_satz(befunde) if befunde else "Keine Befunde",
    )


def _drawn() -> str:
    return request.form.get("xml", "").replace("\r\n", "\n")


@blueprint.post("")
@auth.requires(Recht.PROZESS_BEARBEITEN)
def speichern(prozess_id: int, nummer: int) -> ResponseReturnValue:
    """Save what is drawn as a new draft; a refusal and a newer version of somebody else keep it in the editor."""
    xml = _drawn()
    with dienste().reading() as session:
        sicht = abfragen.version(session, auth.akteur(), prozess_id, nummer)
    newest = max(n for _, n, _ in sicht.versionen)
    if request.form.get("stand", type=int) != newest and "trotzdem" not in request.form:
        text = (
            f"Noch nicht gespeichert: Inzwischen gibt es Version {newest}. Ihre Zeichnung steht noch da; "
            "sehen Sie sich die neue Version an, oder speichern Sie Ihre als weitere Version."
        )
        return _page(sicht, xml=xml, fehler=text, neueste=newest, status=409)

    def store(session: Session) -> int:
        versions = befehle.upload_modell(
            session, auth.akteur(), dateiname=sicht.dateiname, inhalt=xml.encode(), now=clock.now()
        )
        mine = [v.nummer for v in versions if v.prozess_id == prozess_id]
        if not mine:
            raise errors.Invalid(
                "Speichern nicht möglich: Die Kennung des Prozesses wurde geändert. Nehmen Sie das zurück (Strg+Z)."
            )
        return mine[0]

    try:
        neu = dienste().run(store)
    except befehle.ModellAbgelehnt as error:
        text = f"Speichern nicht möglich: {error.befunde[0].text} {error.befunde[0].abhilfe}"
        return _page(sicht, xml=xml, fehler=text, status=422)
    except errors.Invalid as error:
        return _page(sicht, xml=xml, fehler=error.text, status=422)
    flash(f"Gespeichert als Version {neu} (Entwurf). Im Einsatz ändert sich nichts.", "erfolg")
    return redirect(url_for("prozesse.version", prozess_id=prozess_id, nummer=neu), code=303)
