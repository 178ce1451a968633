"""Processes: what may be run, upload of drawings, findings, lanes, publication, start of a Vorgang."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import PurePath
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from engine import errors
from engine.commands import prozesse as befehle
from engine.commands import vorgaenge as vorgang_befehle
from engine.kalender import BERLIN
from engine.katalog import Prozesspaket, archiv
from engine.katalog.bericht import PaketFehler
from engine.queries import personen, prozessseite
from engine.queries import prozesse as abfragen
from engine.queries import vorgaenge as vorgang_abfragen
from engine.rechte import Recht
from web import auth, clock, diagramm, versionsworte
from web.dienste import dienste
from web.sprache import _

blueprint = Blueprint("prozesse", __name__, url_prefix="/prozesse")
for _filter in diagramm.FILTER:
    blueprint.add_app_template_filter(_filter)
blueprint.add_app_template_filter(versionsworte.version_status)
blueprint.add_app_template_filter(versionsworte.meilenstein)

#: files of one upload; more would keep the person waiting too long
MAX_DATEIEN = 50
#: an earlier first contact is a slip of the pen
FRUEHESTES_JAHR = 2000
_STARTKENNUNG = re.compile(r"[A-Za-z0-9_-]{1,64}")
_DATEINAME = re.compile(r"[^\w.() -]+")


@dataclass(frozen=True, slots=True)
class Hochgeladen:
    """What became of one file of an upload."""

    dateiname: str
    #: (process id, number, name) of each stored version
    versionen: tuple[tuple[int, int, str], ...] = ()
    befunde: tuple[dict[str, Any], ...] = ()
    grund: str = ""
    #: nothing was stored: these versions hold the file already
    bekannt: bool = False


@blueprint.get("")
@auth.requires(Recht.PROZESS_SEHEN)
def liste() -> ResponseReturnValue:
    """What may we run?"""
    with dienste().reading() as session:
        zeilen = abfragen.prozesse(session, auth.akteur())
    return render_template("prozesse/liste.html", zeilen=zeilen, upload_mib=dienste().einstellungen.upload_mib)


@blueprint.post("/hochladen")
@auth.requires(Recht.PROZESS_BEARBEITEN)
def hochladen() -> ResponseReturnValue:
    """Check and store drawings; each file counts for itself, a refused one stops no other."""
    files = [f for f in request.files.getlist("dateien") if f.filename]
    if not files:
        flash(
            _("Hochladen nicht möglich: Es ist keine Datei gewählt. Wählen Sie eine Datei mit der Endung .bpmn."),
            "fehler",
        )
        return redirect(url_for(".liste"), code=303)
    if len(files) > MAX_DATEIEN:
        flash(
            _(
                "Hochladen nicht möglich: %(files)s Dateien. Laden Sie höchstens %(MAX_DATEIEN)s auf einmal hoch.",
                files=len(files),
                MAX_DATEIEN=MAX_DATEIEN,
            ),
            "fehler",
        )
        return redirect(url_for(".liste"), code=303)
    ergebnisse = [_upload(f) for f in files]
    stored = [v for e in ergebnisse for v in e.versionen]
    if len(files) == 1 and len(stored) == 1:
        prozess_id, nummer, _name = stored[0]
        if ergebnisse[0].bekannt:
            flash(
                _("Diese Datei ist schon bekannt: Version %(nummer)s. Nichts wurde geändert.", nummer=nummer), "hinweis"
            )
        return redirect(url_for(".version", prozess_id=prozess_id, nummer=nummer), code=303)
    refused = any(not e.versionen for e in ergebnisse)
    return render_template("prozesse/hochgeladen.html", ergebnisse=ergebnisse), 422 if refused else 200


def _upload(file: FileStorage) -> Hochgeladen:
    name = safe_name(file.filename or "")
    with file.stream:
        content = file.read()

    now = clock.now()

    def store(session: Session) -> Hochgeladen:
        before = abfragen.latest_version(session)
        versions = befehle.upload_modell(session, auth.akteur(), now=now, **_brought(name, content, paket))
        return Hochgeladen(
            name,
            tuple((v.prozess_id, v.nummer, v.name or v.prozess.name) for v in versions),
            bekannt=all(v.id <= before for v in versions),
        )

    try:
        if archiv.is_archiv(content) and (known := _downloaded_folder(name, content)):
            return known
        # Read before the database is held: a folder is checked as a whole.
        paket = archiv.lade_archiv(content) if archiv.is_archiv(content) else None
        befehle.check_ahead(dienste().reading, auth.akteur(), **_brought(name, content, paket))
        return dienste().run(store)
    except PaketFehler as error:
        return Hochgeladen(name, befunde=_findings_of(error), grund=_("Der Ordner des Prozesses passt nicht zusammen."))
    except befehle.ModellAbgelehnt as error:
        return Hochgeladen(name, befunde=_as_dicts(error.befunde), grund=error.text)
    except (errors.Invalid, errors.Conflict) as error:
        return Hochgeladen(name, grund=error.text)


def _downloaded_folder(name: str, content: bytes) -> Hochgeladen | None:
    """The version that this very folder was downloaded from."""
    with dienste().reading() as session:
        v = befehle.downloaded_version(session, auth.akteur(), content)
        return Hochgeladen(name, ((v.prozess_id, v.nummer, v.name or v.prozess.name),), bekannt=True) if v else None


def _brought(name: str, content: bytes, paket: Prozesspaket | None) -> dict[str, Any]:
    """What an upload gives to the command."""
    if paket is None:
        return {"dateiname": name, "inhalt": content}
    return {
        "dateiname": paket.dateiname,
        "inhalt": paket.bpmn,
        "einrichtung": paket.einstellungen,
        "formulare": paket.formulare,
        "entscheidungen": paket.entscheidungen,
    }


def _findings_of(error: PaketFehler) -> tuple[dict[str, Any], ...]:
    return tuple(
        {"stufe": "fehler", "text": b.grund, "abhilfe": b.abhilfe, "zeile": None, "element": None, "art": "paket"}
        | {"name": f"{b.datei}: {b.element}" if b.element else b.datei}
        for b in error.befunde
    )


def _as_dicts(befunde: Any) -> tuple[dict[str, Any], ...]:
    rows = (
        {"stufe": b.stufe.value, "text": b.text, "abhilfe": b.abhilfe, "zeile": b.zeile, "element": b.element}
        | {"name": b.name, "art": b.art}
        for b in befunde
    )
    return tuple(diagramm.sorted_befunde(rows))


def safe_name(dateiname: str) -> str:
    """The last part of a file name without characters that paths or headers could trip over; never empty."""
    last = PurePath(dateiname.replace("\\", "/")).name
    return _DATEINAME.sub("_", last).strip(" .")[-150:] or "modell.bpmn"


@blueprint.get("/<int:prozess_id>")
@auth.requires(Recht.PROZESS_SEHEN)
def prozess(prozess_id: int) -> ResponseReturnValue:
    """What is this process, and how does it run?"""
    with dienste().reading() as session:
        sicht = prozessseite.prozess(session, auth.akteur(), prozess_id)
        notizen = abfragen.anmerkungen(session, auth.akteur(), prozess_id, sicht.version.nummer)
    heute = clock.now().astimezone(BERLIN).date()
    return render_template("prozesse/prozess.html", p=sicht, anmerkungen=notizen, heute=heute)


@blueprint.get("/<int:prozess_id>/versionen/<int:nummer>")
@auth.requires(Recht.PROZESS_SEHEN)
def version(prozess_id: int, nummer: int) -> ResponseReturnValue:
    """Does it run as we mean it?"""
    return _version_page(prozess_id, nummer)


def _version_page(
    prozess_id: int, nummer: int, *, felder: dict[str, str] | None = None, fehler: str = "", status: int = 200
) -> ResponseReturnValue:
    akteur = auth.akteur()
    with dienste().reading() as session:
        sicht = abfragen.version(session, akteur, prozess_id, nummer)
        ziele = abfragen.lane_ziele(session, akteur)
        nahe = abfragen.lane_vorschlaege(session, akteur, sicht.lanes)
        notizen = abfragen.anmerkungen(session, akteur, prozess_id, nummer)
    html = render_template(
        "prozesse/version.html",
        v=sicht,
        befunde=diagramm.sorted_befunde(sicht.befunde),
        ziele=ziele,
        ziel_namen=dict(ziele),
        lane_vorschlaege=nahe,
        anmerkungen=notizen,
        offene_lanes=[zuordnung.lane for zuordnung in sicht.lanes if not zuordnung.ziel],
        felder=felder or {},
        fehler=fehler,
        eingaben=request.form,
    )
    return html, status


@blueprint.get("/<int:prozess_id>/versionen/<int:nummer>/original")
@auth.requires(Recht.PROZESS_SEHEN)
def original(prozess_id: int, nummer: int) -> ResponseReturnValue:
    """The drawing byte for byte as uploaded, always as a download: a foreign file must not become a page of ours."""
    with dienste().reading() as session:
        name, content = abfragen.original(session, auth.akteur(), prozess_id, nummer)
    return as_download(content, name)


def as_download(content: bytes, name: str) -> Response:
    """A file that the browser saves and never shows."""
    response = Response(content, mimetype="application/octet-stream")
    response.headers.set("Content-Disposition", "attachment", filename=safe_name(name))
    return response


@blueprint.post("/<int:prozess_id>/versionen/<int:nummer>/lanes")
@auth.requires(Recht.PROZESS_BEARBEITEN)
def lanes(prozess_id: int, nummer: int) -> ResponseReturnValue:
    """Say which Gruppe works in which lane; fields are numbered, since a lane may be called anything."""
    with dienste().reading() as session:
        names = [z.lane for z in abfragen.version(session, auth.akteur(), prozess_id, nummer).lanes]
    chosen = {lane: request.form.get(f"lane-{n}", "") for n, lane in enumerate(names)}
    try:
        dienste().run(
            lambda session: befehle.assign_lanes(
                session,
                auth.akteur(),
                prozess_id=prozess_id,
                nummer=nummer,
                lanes={lane: ziel for lane, ziel in chosen.items() if ziel},
            )
        )
    except errors.Invalid as error:
        felder = {f"lane-{names.index(lane)}": text for lane, text in error.felder.items() if lane in names}
        return _version_page(prozess_id, nummer, felder=felder, fehler=error.text, status=422)
    flash(_("Zuordnung gespeichert."), "erfolg")
    target = "einrichten.uebersicht" if request.form.get("zurueck") == "einrichten" else ".version"
    return redirect(url_for(target, prozess_id=prozess_id, nummer=nummer), code=303)


@blueprint.post("/<int:prozess_id>/versionen/<int:nummer>/veroeffentlichen")
@auth.requires(Recht.PROZESS_VEROEFFENTLICHEN)
def veroeffentlichen(prozess_id: int, nummer: int) -> ResponseReturnValue:
    """Put a draft into use."""
    try:
        dienste().run(
            lambda session: befehle.publish_version(
                session, auth.akteur(), prozess_id=prozess_id, nummer=nummer, now=clock.now()
            )
        )
    except errors.Invalid as error:
        return _version_page(prozess_id, nummer, fehler=error.text, status=422)
    flash(
        _("Version %(nummer)s ist jetzt im Einsatz. Laufende Vorgänge bleiben auf ihrer Version.", nummer=nummer),
        "erfolg",
    )
    return redirect(url_for(".version", prozess_id=prozess_id, nummer=nummer), code=303)


@blueprint.get("/<int:prozess_id>/starten")
@auth.requires(Recht.VORGANG_STARTEN, Recht.PROZESS_SEHEN)
def start_formular(prozess_id: int) -> ResponseReturnValue:
    """When did it come in?"""
    return _start_page(prozess_id)


def _start_page(prozess_id: int, *, felder: dict[str, str] | None = None, status: int = 200) -> ResponseReturnValue:
    with dienste().reading() as session:
        name = dict(abfragen.startbare(session, auth.akteur())).get(prozess_id)
        units = personen.einheiten(session, auth.akteur())
        starts = abfragen.startereignisse(session, auth.akteur(), prozess_id)
    if name is None:
        raise errors.NotFound(_("Starten nicht möglich: Keine Version dieses Prozesses ist im Einsatz."))
    html = render_template(
        "prozesse/starten.html",
        prozess_id=prozess_id,
        name=name,
        einheiten=units,
        einheit=_einheit() or auth.akteur().orga_einheit_id,
        starts=starts if len(starts) > 1 else (),
        felder=felder or {},
        eingaben=request.form,
        kennung=_startkennung() or secrets.token_urlsafe(16),
    )
    return html, status


def _startkennung() -> str | None:
    """What the form carries so that two clicks start one Vorgang; None if the page is shown for the first time."""
    text = request.form.get("kennung", "")
    return text if _STARTKENNUNG.fullmatch(text) else None


def _einheit() -> int | None:
    """The chosen responsible unit; None leaves it to the unit of whoever starts."""
    text = request.form.get("einheit", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


@blueprint.post("/<int:prozess_id>/starten")
@auth.requires(Recht.VORGANG_STARTEN, Recht.PROZESS_SEHEN)
def starten(prozess_id: int) -> ResponseReturnValue:
    """Start a Vorgang and go where the work is: to its first Aufgabe if it is ours, else to the Vorgang."""
    akteur, now = auth.akteur(), clock.now()
    try:
        eingang_am = read_eingang(request.form.get("datum", ""), request.form.get("uhrzeit", ""), now)

        def start(session: Session) -> tuple[int, str, int | None]:
            vorgang = vorgang_befehle.start_vorgang(
                session,
                akteur,
                prozess_id=prozess_id,
                now=now,
                eingang_am=eingang_am,
                orga_einheit_id=_einheit(),
                startkennung=_startkennung(),
                start_element=request.form.get("start") or None,
            )
            sicht = vorgang_abfragen.sicht_of(session, akteur, vorgang, now)
            first = next((a.aufgabe_id for a in sicht.aufgaben if a.zugaenglich), None)
            return vorgang.id, vorgang.aktenzeichen, first

        vorgang_id, aktenzeichen, aufgabe_id = dienste().run(start)
    except errors.Invalid as error:
        felder = {"datum" if key == "eingang_am" else key: text for key, text in error.felder.items()}
        return _start_page(prozess_id, felder=felder or {"datum": error.text}, status=422)
    flash(f"Vorgang {aktenzeichen} gestartet.", "erfolg")
    target = f"/aufgaben/{aufgabe_id}" if aufgabe_id else url_for("vorgaenge.vorgang", vorgang_id=vorgang_id)
    return redirect(target, code=303)


def read_eingang(datum: str, uhrzeit: str, now: datetime) -> datetime | None:
    """The instant of an earlier first contact, typed in local time; None for „now“.

    Without a time of day the start of the day counts (for today: none needed).

    Raises
    ------
    errors.Invalid
        When date or time cannot be read; `felder` names the field.
    """
    datum, uhrzeit = datum.strip(), uhrzeit.strip()
    if not datum and not uhrzeit:
        return None
    try:
        tag = _read_datum(datum) if datum else now.astimezone(BERLIN).date()
    except ValueError:
        raise errors.Invalid(felder={"datum": _("Bitte schreiben Sie das Datum so: 1.6.2026.")}) from None
    try:
        zeit = time.fromisoformat(uhrzeit.replace(".", ":").zfill(5)) if uhrzeit else time(0, 0)
    except ValueError:
        raise errors.Invalid(felder={"uhrzeit": _("Bitte schreiben Sie die Uhrzeit so: 9:30.")}) from None
    if tag.year < FRUEHESTES_JAHR:
        raise errors.Invalid(felder={"datum": _("Bitte prüfen Sie das Jahr des Eingangs.")})
    return datetime.combine(tag, zeit.replace(tzinfo=None), tzinfo=BERLIN).astimezone(UTC)


def _read_datum(text: str) -> date:
    german = re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4}|\d{2})", text)
    if german is None:
        return date.fromisoformat(text)
    year = int(german[3]) + (2000 if len(german[3]) == 2 else 0)
    return date(year, int(german[2]), int(german[1]))
