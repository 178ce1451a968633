"""The forms of a version: a list, each as a plain table of fields, and the editor of bpmn.io for those who draw."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from engine import errors
from engine.commands import vordrucke as befehle
from engine.katalog import fremdformulare
from engine.katalog.mitgebracht import file_name
from engine.model import VersionStatus
from engine.model.formular import generated
from engine.queries import einrichtung as abfragen
from engine.rechte import Recht
from web import auth, einrichten, formulartabelle
from web.dienste import dienste
from web.einrichten import KEINE, Abweisung
from web.formulartabelle import Zeile
from web.prozesse import as_download
from web.sprache import _, _l

blueprint = Blueprint("formulareditor", __name__, url_prefix=f"{einrichten.PFAD}/formulare")

KLASSEN = {
    "S0": "S0 Steuerung",
    "S1": "S1 Sozialdaten",
    "S2": "S2 anvertraut",
    "S3": _l("S3 Gesundheit u. Ä."),
}
#: empty rows below those that are there
_LEERE = 3
_NEU = Zeile("", "", "", "", "textfield", False, "S1", "")


@blueprint.get("")
@auth.requires(Recht.PROZESS_SEHEN)
def liste(prozess_id: int, nummer: int) -> ResponseReturnValue:
    """Which forms does this version have, and where are they used?"""
    return _list_page(prozess_id, nummer, KEINE)


def _list_page(prozess_id: int, nummer: int, abweisung: Abweisung) -> ResponseReturnValue:
    sicht = einrichten.read(prozess_id, nummer)
    return einrichten.page("einrichten/formulare.html", sicht, abweisung, formulare=abfragen.formulare_of(sicht))


@blueprint.get("/felder")
@auth.requires(Recht.PROZESS_SEHEN)
def felder(prozess_id: int, nummer: int) -> ResponseReturnValue:
    """Which fields does this form have?"""
    sicht = einrichten.read(prozess_id, nummer)
    name, element = request.args.get("name", ""), request.args.get("element", "")
    schema = _schema(sicht, name)
    return _fields_page(sicht, name, element, schema, formulartabelle.rows_of(schema), _title(schema), KEINE)


def _schema(sicht: abfragen.EinrichtungSicht, name: str) -> dict[str, Any]:
    """A stored form, or the generated one to begin with."""
    if name and name not in sicht.schemas:
        raise errors.NotFound
    return sicht.schemas[name] if name else generated("S1")


def _title(schema: dict[str, Any]) -> str:
    return str(schema.get("title") or "")


def _fields_page(
    sicht: abfragen.EinrichtungSicht,
    name: str,
    element: str,
    schema: dict[str, Any],
    zeilen: list[Zeile],
    titel: str,
    abweisung: Abweisung,
) -> ResponseReturnValue:
    return einrichten.page(
        "einrichten/formular.html",
        sicht,
        abweisung,
        name=name,
        element=element,
        neuer_name=request.form.get("neuer_name", "") or name or _proposed(sicht, element),
        titel=titel,
        schema=json.dumps(schema, ensure_ascii=False),
        stand=_mark(sicht, name),
        zeilen=[*zeilen, *[_NEU] * (_LEERE if _is_draft(sicht) else 0)],
        typen=formulartabelle.TYPWORTE,
        klassen=KLASSEN,
        schritte=[a.schritt for a in sicht.aufgaben if name and a.einstellung.get("formular") == name],
    )


def _proposed(sicht: abfragen.EinrichtungSicht, element: str) -> str:
    return file_name(element) if element and any(a.schritt.element == element for a in sicht.aufgaben) else ""


def _is_draft(sicht: abfragen.EinrichtungSicht) -> bool:
    return sicht.version.status is VersionStatus.ENTWURF and auth.darf(Recht.PROZESS_BEARBEITEN)


@blueprint.post("/felder")
@auth.requires(Recht.PROZESS_BEARBEITEN)
def felder_speichern(prozess_id: int, nummer: int) -> ResponseReturnValue:
    """Store the rows of the table as a form, or show more empty rows."""
    sicht = einrichten.read(prozess_id, nummer)
    name, element = request.form.get("name", ""), request.form.get("element", "")
    schema = fremdformulare.read_text(request.form.get("schema", "")) or _schema(sicht, name)
    zeilen, titel = formulartabelle.read_rows(request.form), request.form.get("titel", "").strip()
    if "mehr" in request.form:
        return _fields_page(sicht, name, element, schema, zeilen, titel, KEINE)
    ziel = name or request.form.get("neuer_name", "").strip()
    try:
        _check_stand(sicht, name, ziel)
        _store(prozess_id, nummer, ziel, formulartabelle.to_schema(schema, zeilen, titel), element)
    except errors.Invalid as error:
        return _fields_page(sicht, name, element, schema, zeilen, titel, _refusal(error, zeilen))
    return redirect(_after(prozess_id, nummer, element), code=303)


def _mark(sicht: abfragen.EinrichtungSicht, name: str) -> str:
    """Changes with the stored form, so that nobody overwrites what somebody else saved meanwhile."""
    return hashlib.sha256(json.dumps(sicht.schemas.get(name)).encode()).hexdigest()[:16]


def _check_stand(sicht: abfragen.EinrichtungSicht, name: str, ziel: str) -> None:
    if name and request.form.get("stand") != _mark(sicht, name):
        raise errors.Invalid(
            _(
                "Noch nicht gespeichert: Jemand hat das Formular inzwischen geändert. Ihre Angaben stehen noch da; "
                "speichern Sie erneut, um sie zu behalten."
            )
        )
    if not name and ziel in sicht.schemas:
        raise errors.Invalid(
            felder={"name": _("Diesen Namen hat schon ein anderes Formular. Bitte wählen Sie einen anderen.")}
        )


def _store(prozess_id: int, nummer: int, name: str, schema: dict[str, Any], element: str) -> None:
    dienste().run(
        lambda session: befehle.save_formular(
            session, auth.akteur(), prozess_id=prozess_id, nummer=nummer, name=name, schema=schema, element=element
        )
    )
    flash(_("Formular gespeichert."), "erfolg")


def _refusal(error: errors.Invalid, zeilen: list[Zeile]) -> Abweisung:
    """Messages at the rows of the table; what has no row stands above."""
    nummern = {zeile.key: n for n, zeile in enumerate(zeilen) if zeile.key}
    felder = {
        "neuer_name" if ort == "name" else f"label-{nummern[ort]}": text
        for ort, text in error.felder.items()
        if ort in nummern or ort == "name"
    }
    rest = [text for ort, text in error.felder.items() if ort not in nummern and ort != "name"]
    return Abweisung(felder, " ".join(rest) or ("" if felder else error.text), 422)


def _after(prozess_id: int, nummer: int, element: str) -> str:
    if element:
        return einrichten.target(prozess_id, nummer, element)
    return url_for(".liste", prozess_id=prozess_id, nummer=nummer)


@blueprint.get("/zeichnen")
@auth.requires(Recht.PROZESS_BEARBEITEN)
def zeichnen(prozess_id: int, nummer: int) -> ResponseReturnValue:
    """How should the form look?"""
    sicht = einrichten.read(prozess_id, nummer)
    name, element = request.args.get("name", ""), request.args.get("element", "")
    return _draw_page(sicht, name, element, _schema(sicht, name), KEINE)


def _draw_page(
    sicht: abfragen.EinrichtungSicht, name: str, element: str, schema: dict[str, Any], abweisung: Abweisung
) -> ResponseReturnValue:
    if sicht.version.status is not VersionStatus.ENTWURF:
        raise errors.Conflict(
            _("Bearbeiten nicht möglich: Version %(nummer)s ist kein Entwurf mehr.", nummer=sicht.version.nummer)
        )
    return einrichten.page(
        "einrichten/formular_zeichnen.html",
        sicht,
        abweisung,
        name=name,
        element=element,
        neuer_name=request.form.get("neuer_name", "") or name or _proposed(sicht, element),
        schema=json.dumps(schema, ensure_ascii=False, indent=1),
        stand=_mark(sicht, name),
        klassen=KLASSEN,
    )


@blueprint.post("/zeichnen")
@auth.requires(Recht.PROZESS_BEARBEITEN)
def zeichnen_speichern(prozess_id: int, nummer: int) -> ResponseReturnValue:
    """Store what was drawn; a refusal keeps it in the editor."""
    sicht = einrichten.read(prozess_id, nummer)
    name, element = request.form.get("name", ""), request.form.get("element", "")
    schema = fremdformulare.read_text(request.form.get("schema", ""))
    ziel = name or request.form.get("neuer_name", "").strip()
    try:
        if schema is None:
            raise errors.Invalid(
                _("Speichern nicht möglich: Der Editor hat kein Formular gesendet. Laden Sie die Seite neu.")
            )
        _check_stand(sicht, name, ziel)
        _store(prozess_id, nummer, ziel, schema, element)
    except errors.Invalid as error:
        felder = {"neuer_name": error.felder["name"]} if "name" in error.felder else {}
        rest = " ".join(text for ort, text in error.felder.items() if ort != "name") or ("" if felder else error.text)
        return _draw_page(sicht, name, element, schema or _schema(sicht, name), Abweisung(felder, rest, 422))
    return redirect(_after(prozess_id, nummer, element), code=303)


@blueprint.post("/hochladen")
@auth.requires(Recht.PROZESS_BEARBEITEN)
def hochladen(prozess_id: int, nummer: int) -> ResponseReturnValue:
    """Take a form-js file, or a JSON Schema that is converted."""
    stamm, schema = _read_file(request.files.get("datei"))
    try:
        if not stamm or schema is None:
            raise errors.Invalid(
                _(
                    "Hochladen nicht möglich: Die Datei ist weder ein Formular von form-js (.form) noch ein "
                    "JSON-Schema. Bitte wählen Sie eine andere."
                )
            )
        _store(prozess_id, nummer, stamm, schema, "")
    except errors.Invalid as error:
        text = " ".join(dict.fromkeys(error.felder.values())) or error.text
        return _list_page(prozess_id, nummer, Abweisung({}, text, 422))
    return redirect(url_for(".felder", prozess_id=prozess_id, nummer=nummer, name=stamm), code=303)


def _read_file(datei: FileStorage | None) -> tuple[str, dict[str, Any] | None]:
    """Name without ending, and the form that the file is or stands for."""
    if datei is None or not datei.filename:
        return "", None
    with datei.stream:
        inhalt = datei.stream.read(befehle.MAX_BYTES + 1)
    lesbar = len(inhalt) <= befehle.MAX_BYTES
    stamm = file_name(datei.filename.rpartition(".")[0])
    return stamm, fremdformulare.read_text(inhalt.decode("utf-8", "replace")) if lesbar else None


@blueprint.post("/loeschen")
@auth.requires(Recht.PROZESS_BEARBEITEN)
def loeschen(prozess_id: int, nummer: int) -> ResponseReturnValue:
    """Remove a form that no step uses."""
    dienste().run(
        lambda session: befehle.remove_formular(
            session, auth.akteur(), prozess_id=prozess_id, nummer=nummer, name=request.form.get("name", "")
        )
    )
    flash(_("Formular gelöscht."), "erfolg")
    return redirect(url_for(".liste", prozess_id=prozess_id, nummer=nummer), code=303)


@blueprint.get("/datei")
@auth.requires(Recht.PROZESS_SEHEN)
def datei(prozess_id: int, nummer: int) -> ResponseReturnValue:
    """The form as a file for other editors."""
    name = request.args.get("name", "")
    schema = einrichten.read(prozess_id, nummer).schemas.get(name)
    if schema is None:
        raise errors.NotFound
    return as_download(json.dumps(schema, ensure_ascii=False, indent=2).encode(), f"{file_name(name)}.form")
