"""Figures of an event log from another system: upload, look, forget. The log stays in memory only."""

from __future__ import annotations

import contextlib
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from engine import errors
from engine.kalender import lokales_datum
from engine.rechte import Recht
from web import auth, clock
from web.dienste import dienste
from web.prozesse import safe_name
from web.wertstrom import bild
from web.wertstrom.ablage import Ablage, Eingelesen
from web.wertstrom.filter import ZEITRAEUME, read_filter
from web.wertstrom.seiten import blueprint
from wertstrom import einlesen, laden, uebersicht
from wertstrom.ereignisprotokoll import as_us
from wertstrom.kennzahlen import Ziel
from wertstrom.speicher import Grenzen, Speicher

#: unpacked size of a log that is read while somebody waits; the command line reads larger ones
HOECHSTENS_BYTES: Final = 1 << 29
#: one log at a time: reading takes memory and a processor
_WARTEZEIT_S: Final = 20
_GRENZEN: Final = Grenzen(arbeitsspeicher="1GB", auslagerung="4GB")
#: columns that people may name; the others are found by their usual names
SPALTEN: Final = {
    "fall": "Vorgang (Fall)",
    "aktivitaet": "Schritt (Aktivität)",
    "zeit": "Zeitpunkt",
    "beginn": "Beginn",
    "ende": "Ende",
}
_ABLAGE = "hilfefluss.ablage"
_SPERRE = "hilfefluss.einlesen"


def _ablage() -> Ablage:
    store: Ablage = current_app.extensions.setdefault(_ABLAGE, Ablage())
    return store


@contextlib.contextmanager
def _one_at_a_time() -> Iterator[None]:
    lock: threading.Lock = current_app.extensions.setdefault(_SPERRE, threading.Lock())
    if not lock.acquire(timeout=_WARTEZEIT_S):
        raise errors.Invalid(
            "Einlesen nicht möglich: Gerade wird ein anderes Protokoll gelesen. "
            "Bitte versuchen Sie es gleich noch einmal."
        )
    try:
        yield
    finally:
        lock.release()


@blueprint.get("/einlesen")
@auth.requires(Recht.WERTSTROM_EINLESEN)
def einlesen_formular() -> ResponseReturnValue:
    """Which log?"""
    return _formular()


def _formular(fehler: str = "", status: int = 200) -> ResponseReturnValue:
    html = render_template(
        "wertstrom/einlesen.html",
        fehler=fehler,
        spalten=SPALTEN,
        eingaben=request.form,
        upload_mib=dienste().einstellungen.upload_mib,
    )
    return html, status


@blueprint.post("/einlesen")
@auth.requires(Recht.WERTSTROM_EINLESEN)
def lesen() -> ResponseReturnValue:
    """Read the log and show its figures; nothing of it is stored."""
    file = request.files.get("protokoll")
    if file is None or not file.filename:
        return _formular(
            "Einlesen nicht möglich: Es ist keine Datei gewählt. Wählen Sie eine CSV- oder XES-Datei.", 422
        )
    try:
        with _one_at_a_time():
            key = _ablage().put(_read(file))
    except errors.Invalid as error:
        return _formular(error.text, 422)
    return redirect(url_for(".eingelesen", schluessel=key), code=303)


def _read(file: FileStorage) -> Eingelesen:
    vorgaben = einlesen.Vorgaben(
        enden=tuple(line.strip() for line in request.form.get("enden", "").splitlines() if line.strip()),
        spalten={name: text for name in SPALTEN if (text := request.form.get(f"spalte-{name}", "").strip())},
        hoechstens_bytes=HOECHSTENS_BYTES,
    )
    with tempfile.TemporaryDirectory(prefix="hilfefluss-") as folder:
        path = Path(folder) / "protokoll"
        file.save(path)
        protokoll = einlesen.read_protokoll(path, vorgaben)
    with dienste().reading() as session:
        uhr = laden.uhr_of(session, auth.akteur().mandant_id, protokoll.zone)
    speicher = Speicher(uhr, grenzen=_GRENZEN)
    speicher.replace(protokoll)
    return Eingelesen(
        person_id=auth.akteur().person_id,
        speicher=speicher,
        prozess=vorgaben.prozess,
        dateiname=safe_name(file.filename or "protokoll"),
        ereignisse=protokoll.ereignisse,
        hinweise=protokoll.hinweise,
        gesehen=clock.now(),
    )


@blueprint.get("/einlesen/<schluessel>")
@auth.requires(Recht.WERTSTROM_EINLESEN)
def eingelesen(schluessel: str) -> ResponseReturnValue:
    """The same figures as for the own processes."""
    found = _ablage().get(schluessel, auth.akteur().person_id, clock.now())
    if found is None:
        flash("Dieses Protokoll ist nicht mehr im Speicher. Bitte lesen Sie die Datei noch einmal ein.", "hinweis")
        return redirect(url_for(".einlesen_formular"))
    frage = read_filter(request.args, standard=Ziel(), heute=lokales_datum(clock.now()))
    u = uebersicht.uebersicht(
        found.speicher,
        frage.auswahl(found.prozess),
        titel=found.dateiname,
        ziel=frage.ziel,
        jetzt_us=as_us(clock.now()),
    )
    return render_template(
        "wertstrom/eingelesen.html",
        schluessel=schluessel,
        e=found,
        u=u,
        frage=frage,
        zeitraeume=ZEITRAEUME,
        bilder=bild.draw_all(u),
        figur=bild.figur,
        farben=bild.FARBEN,
    )


@blueprint.post("/einlesen/<schluessel>/vergessen")
@auth.requires(Recht.WERTSTROM_EINLESEN)
def vergessen(schluessel: str) -> ResponseReturnValue:
    """Take it out of memory now."""
    _ablage().remove(schluessel, auth.akteur().person_id)
    flash("Das Protokoll ist aus dem Speicher gelöscht.", "erfolg")
    return redirect(url_for(".einlesen_formular"), code=303)
