"""The life of a version: releases, comparison with another version, and downloads."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import errors
from engine.commands import freigaben as befehle
from engine.katalog import ausgabe
from engine.katalog.ausgabe import Ausgabe
from engine.model import VersionStatus
from engine.queries import freigaben, personen, prozesse
from engine.queries import vergleich as vergleiche
from engine.rechte import Recht
from web import auth, clock, diagramm
from web.dienste import dienste
from web.prozesse import as_download
from web.sprache import _, _l
from web.versionsworte import STATUS

blueprint = Blueprint("versionen", __name__, url_prefix="/prozesse/<int:prozess_id>/versionen/<int:nummer>")

#: what is offered: kind, title, what it is for
DATEIEN = (
    (Ausgabe.ORIGINAL, _l("Original"), _l("byte für byte, wie hochgeladen")),
    (Ausgabe.EINGERICHTET, _l("Mit Einrichtung (BPMN)"), _l("Fristen, Gruppen und Ausdrücke für den Camunda Modeler")),
    (Ausgabe.VEREINFACHT, _l("Vereinfacht (BPMN)"), _l("ohne Zusatzangaben, für PICTURE und andere Werkzeuge")),
    (Ausgabe.AUSFUEHRBAR, _l("Ausführbar (BPMN)"), _l("die Kopie, die tatsächlich läuft")),
    (Ausgabe.EINRICHTUNG, _l("Einrichtung (TOML)"), _l("alle Einstellungen als prozess.toml")),
    (
        Ausgabe.PAKET,
        _l("Alles zusammen (ZIP)"),
        _l("Ordner mit Original, Einrichtung, Formularen und Tabellen; so wieder hochladbar"),
    ),
)
_ART = {
    "neu": ("+", "neu"),
    "entfallen": ("−", "entfallen"),
    "geaendert": ("~", "geändert"),
    "verschoben": ("↔", "verschoben"),
}
_FORMEL = ("=", "+", "-", "@", "\t", "\r")


@blueprint.get("/freigabe")
@auth.requires(Recht.PROZESS_SEHEN)
def freigabe(prozess_id: int, nummer: int) -> ResponseReturnValue:
    """How far is this version, and who has to do what next?"""
    return _freigabe_seite(prozess_id, nummer)


def _freigabe_seite(
    prozess_id: int, nummer: int, *, fehler: str = "", felder: dict[str, str] | None = None, status: int = 200
) -> ResponseReturnValue:
    akteur = auth.akteur()
    with dienste().reading() as session:
        sicht = prozesse.version(session, akteur, prozess_id, nummer)
        verlauf = freigaben.freigaben(session, akteur, prozess_id, nummer)
        regel = befehle.regel_of(personen.mandant(session, akteur))
    weiter = befehle.WEITER.get(sicht.status)
    html = render_template(
        "prozesse/freigabe.html",
        v=sicht,
        verlauf=verlauf,
        regel=regel,
        stufen=tuple(STATUS.items()),
        weiter=weiter[0] if weiter and akteur.darf(weiter[1]) else None,
        zurueckziehbar=sicht.status in (VersionStatus.METHODISCH_FREI, VersionStatus.FACHLICH_FREI)
        and (akteur.darf(Recht.PROZESS_VEROEFFENTLICHEN) or akteur.darf(Recht.PROZESS_FREIGEBEN)),
        veroeffentlichbar=_is_ready(sicht, regel),
        fehler=fehler,
        felder=felder or {},
        eingaben=request.form,
    )
    return html, status


def _is_ready(sicht: prozesse.VersionSicht, regel: befehle.Freigaberegel) -> bool:
    if sicht.status not in befehle.VORHER or not auth.darf(Recht.PROZESS_VEROEFFENTLICHEN):
        return False
    return regel is befehle.Freigaberegel.EINFACH or sicht.status is VersionStatus.FACHLICH_FREI


_HANDLUNGEN: dict[str, tuple[Callable[..., Any], str]] = {
    "freigeben": (befehle.release_version, _l("Freigegeben.")),
    "zurueckziehen": (befehle.withdraw_version, _l("Zurückgezogen: Die Version ist wieder ein Entwurf.")),
    "ausser_einsatz": (befehle.retire_version, _l("Außer Einsatz genommen. Laufende Vorgänge gehen weiter.")),
}


@blueprint.post("/freigabe")
@auth.requires(Recht.PROZESS_SEHEN)
def freigeben(prozess_id: int, nummer: int) -> ResponseReturnValue:
    """Release, take back, or take out of use; the command checks the right for each."""
    name = request.form.get("handlung", "")
    if name not in _HANDLUNGEN:
        raise errors.NotFound
    handlung, text = _HANDLUNGEN[name]
    grund = request.form.get("grund", "")
    try:
        dienste().run(
            lambda session: handlung(
                session, auth.akteur(), prozess_id=prozess_id, nummer=nummer, now=clock.now(), grund=grund
            )
        )
    except errors.Invalid as error:
        fehler = "" if error.felder else error.text
        return _freigabe_seite(prozess_id, nummer, fehler=fehler, felder=error.felder, status=422)
    flash(text, "erfolg")
    return redirect(url_for(".freigabe", prozess_id=prozess_id, nummer=nummer), code=303)


@blueprint.post("/freigaberegel")
@auth.requires(Recht.AMT_EINRICHTEN)
def regel(prozess_id: int, nummer: int) -> ResponseReturnValue:
    """Change what the office demands before a version goes into use."""
    dienste().run(lambda session: befehle.set_regel(session, auth.akteur(), regel=request.form.get("regel", "")))
    flash(_("Regel gespeichert."), "erfolg")
    return redirect(url_for(".freigabe", prozess_id=prozess_id, nummer=nummer), code=303)


@blueprint.get("/vergleich")
@auth.requires(Recht.PROZESS_SEHEN)
def vergleich(prozess_id: int, nummer: int) -> ResponseReturnValue:
    """What does this version change?"""
    akteur = auth.akteur()
    with dienste().reading() as session:
        sicht = prozesse.version(session, akteur, prozess_id, nummer)
        mit = request.args.get("mit", type=int) or _before(sicht)
        ergebnis = vergleiche.vergleich(session, akteur, prozess_id, mit, nummer) if mit else None
    return render_template("prozesse/vergleich.html", v=sicht, mit=mit, e=ergebnis, marken=_marks(ergebnis), arten=_ART)


def _before(sicht: prozesse.VersionSicht) -> int | None:
    """The version in use, else the one before this one."""
    live = next((n for _id, n, s in sicht.versionen if s is VersionStatus.IM_EINSATZ and n != sicht.nummer), None)
    return live or next((n for _id, n, _stand in sicht.versionen if n < sicht.nummer), None)


def _marks(ergebnis: vergleiche.Vergleich | None) -> list[dict[str, Any]]:
    """The numbered marks of both drawings: what is gone is only in the older one."""
    return [
        {"nr": nr, "stufe": u.art.value, "element": u.schritt.element, "alt": u.vorher}
        for nr, u in enumerate(ergebnis.schritte if ergebnis else (), start=1)
    ]


@blueprint.get("/dateien")
@auth.requires(Recht.PROZESS_SEHEN)
def dateien(prozess_id: int, nummer: int) -> ResponseReturnValue:
    """Which files are there of this version?"""
    with dienste().reading() as session:
        sicht = prozesse.version(session, auth.akteur(), prozess_id, nummer)
        notizen = prozesse.anmerkungen(session, auth.akteur(), prozess_id, nummer)
    return render_template("prozesse/dateien.html", v=sicht, dateien=DATEIEN, anmerkungen=notizen)


@blueprint.get("/dateien/<art>")
@auth.requires(Recht.PROZESS_SEHEN)
def datei(prozess_id: int, nummer: int, art: str) -> ResponseReturnValue:
    """One file of this version, always as a download."""
    if art not in set(Ausgabe):
        raise errors.NotFound
    with dienste().reading() as session:
        version = prozesse.find_version(session, auth.akteur(), prozess_id, nummer)
        content, name = ausgabe.write(version, Ausgabe(art)), ausgabe.file_name(version, Ausgabe(art))
    return as_download(content, name)


@blueprint.get("/schritte.csv")
@auth.requires(Recht.PROZESS_SEHEN)
def schritte(prozess_id: int, nummer: int) -> ResponseReturnValue:
    """The list of steps as a table for office programs: semicolons, UTF-8 with mark, no formulas."""
    with dienste().reading() as session:
        sicht = prozesse.version(session, auth.akteur(), prozess_id, nummer)
        notizen = prozesse.anmerkungen(session, auth.akteur(), prozess_id, nummer)
    text = io.StringIO()
    table = csv.writer(text, delimiter=";", lineterminator="\r\n")
    table.writerow(
        [_("Nr."), _("Schritt"), _("Art"), _("Wer"), _("Weiter mit"), _("Anmerkung"), _("Erläuterung"), _("Kennung")]
    )
    for z in diagramm.schritt_zeilen(sicht.schritte):
        weiter = "; ".join(
            f"{w.bedingung}: {w.nummer or '–'}" if w.bedingung else f"{w.nummer or '–'}" for w in z.weiter
        )
        anmerkung = "; ".join(notizen.get(z.element, ()))
        table.writerow(
            [z.nummer, *map(_harmless, (z.name, z.art, z.lane, weiter, anmerkung, z.dokumentation, z.element))]
        )
    return as_download(text.getvalue().encode("utf-8-sig"), f"{sicht.kennung}-v{nummer}-schritte.csv")


def _harmless(text: str) -> str:
    """A cell that no office program takes for a formula."""
    return f"'{text}" if text.startswith(_FORMEL) else text
