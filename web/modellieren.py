"""Drawing in the browser: change a version of a process, see the findings while drawing, save it as a new draft."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine import errors
from engine.bpmn import export
from engine.bpmn.ergebnis import Status
from engine.commands import einrichtung, zeichnungen
from engine.commands import prozesse as befehle
from engine.commands.entwuerfe import create_entwurf
from engine.kalender import BERLIN
from engine.katalog.einrichtung import PRIORITAETEN
from engine.katalog.fristwahl import kurz, read_kurz
from engine.model import VersionStatus
from engine.queries import prozesse as abfragen
from engine.queries import zeichnungen as entwuerfe
from engine.rechte import Recht
from web import auth, clock, diagramm
from web.dienste import dienste
from web.einrichten import WERTKLASSEN
from web.sprache import _

blueprint = Blueprint(
    "modellieren", __name__, url_prefix="/prozesse/<int:prozess_id>/versionen/<int:nummer>/modellieren"
)
#: settings of a step that stand beside its drawing
_FELDER = ("frist", "prioritaet", "pt_min", "va")


@blueprint.get("")
@auth.requires(Recht.PROZESS_BEARBEITEN)
def zeigen(prozess_id: int, nummer: int) -> ResponseReturnValue:
    """How should it run?"""
    with dienste().reading() as session:
        sicht = abfragen.version(session, auth.akteur(), prozess_id, nummer)
    return _page(sicht)


def _page(
    sicht: abfragen.VersionSicht,
    *,
    xml: str = "",
    angaben: dict[str, Any] | None = None,
    fehler: str = "",
    neueste: int = 0,
    status: int = 200,
) -> ResponseReturnValue:
    akteur, now = auth.akteur(), clock.now()
    with dienste().reading() as session:
        eigener = entwuerfe.entwurf(session, akteur, sicht.prozess_id)
        andere = entwuerfe.andere(session, akteur, sicht.prozess_id, now)
    html = render_template(
        "prozesse/modellieren.html",
        v=sicht,
        befunde=diagramm.sorted_befunde(sicht.befunde),
        xml=xml,
        angaben=angaben or {},
        entwurf=eigener,
        andere=_others(andere),
        eingestellt=_settings(sicht),
        prioritaeten=PRIORITAETEN,
        wertklassen=WERTKLASSEN,
        fehler=fehler,
        neueste=neueste,
        stand=_newest(sicht),
    )
    return html, status


def _newest(sicht: abfragen.VersionSicht) -> int:
    return max(n for _id, n, _status in sicht.versionen)


def _others(andere: tuple[tuple[str, Any], ...]) -> str:
    """Who else draws this process now, in a sentence; empty for nobody."""
    if not andere:
        return ""
    namen = ", ".join(f"{name} ({zeit.astimezone(BERLIN):%H:%M})" for name, zeit in andere)
    return _("Auch %(namen)s zeichnet gerade an diesem Prozess.", namen=namen)


def _settings(sicht: abfragen.VersionSicht) -> dict[str, dict[str, str]]:
    """Element -> what is set beside the drawing, as the fields of the editor show it."""
    return {
        element: {name: _shown(name, aufgabe[name]) for name in _FELDER if name in aufgabe}
        for element, aufgabe in sicht.einrichtung.get("aufgaben", {}).items()
    }


def _shown(name: str, wert: Any) -> str:
    if name == "frist":
        return kurz(wert)
    return f"{wert:g}".replace(".", ",") if name == "pt_min" else str(wert)


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
        satz=diagramm.befunde_satz(befunde) if befunde else _("Keine Befunde"),
    )


def _drawn() -> str:
    return request.form.get("xml", "").replace("\r\n", "\n")


def _given() -> dict[str, Any]:
    """Settings that were changed beside the drawing: element -> field -> text; anything else is dropped."""
    try:
        daten = json.loads(request.form.get("angaben", "") or "{}")
    except (ValueError, RecursionError):
        return {}
    if not isinstance(daten, dict):
        return {}
    return {
        element: {k: w for k, w in felder.items() if k in _FELDER and isinstance(w, str)}
        for element, felder in daten.items()
        if isinstance(felder, dict)
    }


@blueprint.get("/zeichnung")
@auth.requires(Recht.PROZESS_BEARBEITEN)
def zeichnung(prozess_id: int, nummer: int) -> ResponseReturnValue:
    """The drawing of this version as text, whatever its encoding."""
    with dienste().reading() as session:
        _name, inhalt = abfragen.original(session, auth.akteur(), prozess_id, nummer)
    return jsonify(xml=export.as_text(inhalt))


@blueprint.get("/entwurf")
@auth.requires(Recht.PROZESS_BEARBEITEN)
def entwurf(prozess_id: int, nummer: int) -> ResponseReturnValue:
    """What did I draw and not save?"""
    with dienste().reading() as session:
        abfragen.version(session, auth.akteur(), prozess_id, nummer)
        eigener = entwuerfe.entwurf(session, auth.akteur(), prozess_id)
    if eigener is None:
        raise errors.NotFound
    return jsonify(xml=eigener.xml, angaben=eigener.angaben, stand=eigener.stand)


@blueprint.post("/entwurf")
@auth.requires(Recht.PROZESS_BEARBEITEN)
def merken(prozess_id: int, nummer: int) -> ResponseReturnValue:
    """Keep what is drawn at this moment; say who else draws, and whether there is a newer version."""
    akteur, now = auth.akteur(), clock.now()

    def keep(session: Session) -> tuple[int, int, str]:
        stand = zeichnungen.keep_zeichnung(
            session,
            akteur,
            prozess_id=prozess_id,
            nummer=nummer,
            xml=_drawn(),
            angaben=_given(),
            stand=request.form.get("entwurf_stand", 0, type=int),
            now=now,
        )
        sicht = abfragen.version(session, akteur, prozess_id, nummer)
        return stand, _newest(sicht), _others(entwuerfe.andere(session, akteur, prozess_id, now))

    stand, neueste, andere = dienste().run(keep)
    return jsonify(stand=stand, zeit=f"{now.astimezone(BERLIN):%H:%M}", neueste=neueste, andere=andere)


@blueprint.post("/entwurf/verwerfen")
@auth.requires(Recht.PROZESS_BEARBEITEN)
def verwerfen(prozess_id: int, nummer: int) -> ResponseReturnValue:
    """Throw away what was drawn and not saved."""
    dienste().run(lambda session: zeichnungen.discard_zeichnung(session, auth.akteur(), prozess_id=prozess_id))
    flash(_("Der Entwurf ist verworfen."), "erfolg")
    return redirect(url_for(".zeigen", prozess_id=prozess_id, nummer=nummer), code=303)


@blueprint.post("")
@auth.requires(Recht.PROZESS_BEARBEITEN)
def speichern(prozess_id: int, nummer: int) -> ResponseReturnValue:
    """Save what is drawn as a new draft; a refusal and a newer version of somebody else keep it in the editor."""
    xml, angaben = _drawn(), _given()
    with dienste().reading() as session:
        sicht = abfragen.version(session, auth.akteur(), prozess_id, nummer)
    newest = _newest(sicht)
    if request.form.get("stand", type=int) != newest and "trotzdem" not in request.form:
        text = _(
            "Noch nicht gespeichert: Inzwischen gibt es Version %(newest)s. Ihre Zeichnung steht noch da; "
            "sehen Sie sich die neue Version an, oder speichern Sie Ihre als weitere Version.",
            newest=newest,
        )
        return _page(sicht, xml=xml, angaben=angaben, fehler=text, neueste=newest, status=409)
    try:
        befehle.check_ahead(dienste().reading, auth.akteur(), dateiname=sicht.dateiname, inhalt=xml.encode())
        neu = dienste().run(lambda session: _store(session, sicht, xml, angaben))
    except befehle.ModellAbgelehnt as error:
        text = _(
            "Speichern nicht möglich: %(text)s %(abhilfe)s",
            text=error.befunde[0].text,
            abhilfe=error.befunde[0].abhilfe,
        )
        return _page(sicht, xml=xml, angaben=angaben, fehler=text, status=422)
    except errors.Invalid as error:
        text = next(iter(error.felder.values()), error.text)
        return _page(sicht, xml=xml, angaben=angaben, fehler=text, status=422)
    flash(_("Gespeichert als Version %(neu)s (Entwurf). Im Einsatz ändert sich nichts.", neu=neu), "erfolg")
    return redirect(url_for("prozesse.version", prozess_id=prozess_id, nummer=neu), code=303)


def _store(session: Session, sicht: abfragen.VersionSicht, xml: str, angaben: dict[str, Any]) -> int:
    """The drawing as a version with its settings; number of it."""
    akteur = auth.akteur()
    versions = befehle.upload_modell(session, akteur, dateiname=sicht.dateiname, inhalt=xml.encode(), now=clock.now())
    mine = next((v for v in versions if v.prozess_id == sicht.prozess_id), None)
    if mine is None:
        raise errors.Invalid(
            _("Speichern nicht möglich: Die Kennung des Prozesses wurde geändert. Nehmen Sie das zurück (Strg+Z).")
        )
    if angaben and mine.status != VersionStatus.ENTWURF:  # the same drawing is known; only settings changed
        mine = create_entwurf(session, akteur, prozess_id=mine.prozess_id, nummer=mine.nummer, now=clock.now())
    for element, felder in angaben.items():
        schritt = mine.schritt(element)
        if schritt is not None and schritt.hat_aufgaben and felder:
            einrichtung.merge_aufgabe(
                session,
                akteur,
                prozess_id=sicht.prozess_id,
                nummer=mine.nummer,
                element=element,
                angaben=_as_settings(felder, schritt.name or element),
            )
    zeichnungen.discard_zeichnung(session, akteur, prozess_id=sicht.prozess_id)
    return mine.nummer


def _as_settings(felder: dict[str, str], name: str) -> dict[str, Any]:
    """Texts of the editor as settings; raises `errors.Invalid` with the step for a time that is no number."""
    angaben: dict[str, Any] = {k: text.strip() for k, text in felder.items()}
    if "frist" in angaben:
        angaben["frist"] = read_kurz(angaben["frist"])
    if minuten := angaben.get("pt_min"):
        try:
            angaben["pt_min"] = float(minuten.replace(",", "."))
        except ValueError:
            text = _(
                "Speichern nicht möglich: Die Standardzeit von „%(name)s“ ist keine Zahl. Schreiben Sie z. B. 15.",
                name=name,
            )
            raise errors.Invalid(text) from None
    return angaben
