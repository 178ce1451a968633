"""The import wizard: upload → what was recognised → mapping → refusals → report → figures, one page after the other."""

from __future__ import annotations

from io import BytesIO

from flask import abort, flash, jsonify, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from engine import errors
from engine.kalender import lokales_datum
from engine.rechte import Recht
from web import auth, clock
from web.dienste import dienste
from web.prozesse import safe_name
from web.sprache import _
from web.wertstrom import auskunft, bild, importlauf, importspeicher, zuordnung
from web.wertstrom.ausgeben import send_protokoll
from web.wertstrom.filter import ZEITRAEUME, read_filter
from web.wertstrom.importe import Import, Importe, Zustand
from web.wertstrom.seiten import blueprint
from wertstrom import einlesen, uebersicht
from wertstrom.einlesen import Erkannt, Vorgaben
from wertstrom.ereignisprotokoll import as_us
from wertstrom.kennzahlen import Ziel
from wertstrom.schutz import Schwellen


def _importe() -> Importe:
    return importspeicher.importe()


def _mine(schluessel: str) -> Import:
    """The import, or 404 for everybody who must not know it."""
    akteur = auth.akteur()
    stand = _importe().get(akteur.mandant_id, akteur.person_id, schluessel)
    if stand is None:
        abort(404)
    return stand


@blueprint.get("/einlesen")
@auth.requires(Recht.WERTSTROM_EINLESEN)
def einlesen_formular() -> ResponseReturnValue:
    """Which log?"""
    return _formular()


def _formular(fehler: str = "", status: int = 200) -> ResponseReturnValue:
    _importe().drop_old(auth.akteur().mandant_id, clock.now())
    html = render_template(
        "wertstrom/einlesen.html",
        fehler=fehler,
        vorhandene=_importe().all(auth.akteur().mandant_id),
        upload_mib=dienste().einstellungen.upload_mib,
    )
    return html, status


@blueprint.post("/einlesen")
@auth.requires(Recht.WERTSTROM_EINLESEN)
def hochladen() -> ResponseReturnValue:
    """Keep the file, encrypted, until its mapping is confirmed."""
    file = request.files.get("protokoll")
    if file is None or not file.filename:
        return _formular(_("Einlesen nicht möglich: Es ist keine Datei gewählt. Bitte wählen Sie eine Datei."), 422)
    akteur = auth.akteur()
    profil = request.files.get("profil")
    try:
        vorgaben = einlesen.parse_profil(profil.read()) if profil and profil.filename else Vorgaben()
        stand = _importe().create(
            akteur.mandant_id, akteur.person_id, safe_name(file.filename), file.read(), clock.now()
        )
        stand.profil = einlesen.write_profil(vorgaben)
        try:
            _recognised(stand)
        except errors.EngineError:
            _importe().delete(stand)
            raise
    except errors.EngineError as error:
        return _formular(error.text, 422)
    _importe().save(stand)
    return redirect(url_for(".eingelesen", schluessel=stand.schluessel), code=303)


def _vorgaben(stand: Import) -> Vorgaben:
    grund = Vorgaben(hoechstens_bytes=importlauf.HOECHSTENS_BYTES, jetzt_us=as_us(clock.now()))
    return einlesen.parse_profil(stand.profil.encode(), grund)


def _recognised(stand: Import) -> Erkannt:
    with _importe().opened(stand) as datei:
        return einlesen.recognise(datei, _vorgaben(stand))


@blueprint.get("/einlesen/<schluessel>")
@auth.requires(Recht.WERTSTROM_EINLESEN)
def eingelesen(schluessel: str) -> ResponseReturnValue:
    """Where this import is: its mapping, its progress or its figures."""
    stand = _mine(schluessel)
    if stand.zustand == Zustand.FERTIG:
        return _figures(stand)
    if stand.zustand == Zustand.LAEUFT:
        return render_template("wertstrom/einlesen_laeuft.html", e=stand)
    return _mapping(stand)


def _mapping(stand: Import, felder: dict[str, str] | None = None, status: int = 200) -> ResponseReturnValue:
    vorgaben = _vorgaben(stand)
    try:
        erkannt = _recognised(stand)
    except errors.EngineError as error:
        _importe().delete(stand)
        return _formular(error.text, 422)
    html = render_template(
        "wertstrom/einlesen_zuordnen.html",
        e=stand,
        erkannt=erkannt,
        vorgaben=vorgaben,
        zeilen=zuordnung.zeilen_of(erkannt, vorgaben),
        felder=felder or {},
        auswahl=zuordnung,
        zeitzone=str(vorgaben.zone or ""),
    )
    return html, status


@blueprint.post("/einlesen/<schluessel>")
@auth.requires(Recht.WERTSTROM_EINLESEN)
def zuordnen(schluessel: str) -> ResponseReturnValue:
    """Take the mapping, and begin to read; or recognise the file anew."""
    stand = _mine(schluessel)
    if stand.zustand != Zustand.OFFEN:
        return redirect(url_for(".eingelesen", schluessel=schluessel), code=303)
    stand.fehler = ""
    if "neu" in request.form:
        stand.profil = einlesen.write_profil(zuordnung.read_erkennung(request.form, _vorgaben(stand)))
        _importe().save(stand)
        return redirect(url_for(".eingelesen", schluessel=schluessel), code=303)
    vorgaben, felder = zuordnung.read_form(request.form, _recognised(stand), _vorgaben(stand))
    stand.profil = einlesen.write_profil(vorgaben)
    if felder:
        return _mapping(stand, felder, 422)
    importlauf.start(_importe(), stand, vorgaben)
    return redirect(url_for(".eingelesen", schluessel=schluessel), code=303)


@blueprint.get("/einlesen/<schluessel>/fortschritt")
@auth.requires(Recht.WERTSTROM_EINLESEN)
def fortschritt(schluessel: str) -> ResponseReturnValue:
    """How far it is, for the script of the page."""
    stand = _mine(schluessel)
    return jsonify(laeuft=stand.zustand == Zustand.LAEUFT, anteil=stand.anteil, zeilen=stand.zeilen)


def _figures(stand: Import) -> ResponseReturnValue:
    speicher = importspeicher.speicher_of(stand)
    frage = read_filter(request.args, standard=Ziel(), heute=lokales_datum(clock.now()))
    frage = auskunft.with_borders(speicher, frage, importspeicher.PROZESS)
    u = uebersicht.uebersicht(
        speicher,
        frage.auswahl(importspeicher.PROZESS),
        titel=stand.dateiname,
        ziel=frage.ziel,
        jetzt_us=as_us(clock.now()),
    )
    return render_template(
        "wertstrom/eingelesen.html",
        e=stand,
        u=u,
        frage=frage,
        zeitraeume=ZEITRAEUME,
        bilder=bild.draw_all(u),
        figur=bild.figur,
        farben=bild.FARBEN,
        k_faelle=Schwellen().k_faelle,
    )


@blueprint.post("/einlesen/<schluessel>/vergessen")
@auth.requires(Recht.WERTSTROM_EINLESEN)
def vergessen(schluessel: str) -> ResponseReturnValue:
    """Delete upload and log now."""
    stand = _mine(schluessel)
    _importe().delete(stand)
    importspeicher.forget(stand)
    flash(_("Das Protokoll „%(name)s“ ist gelöscht.", name=stand.dateiname), "erfolg")
    return redirect(url_for(".einlesen_formular"), code=303)


@blueprint.get("/einlesen/<schluessel>/profil")
@auth.requires(Recht.WERTSTROM_EINLESEN)
def profil(schluessel: str) -> ResponseReturnValue:
    """The mapping, to be applied to the next file of this kind."""
    inhalt = BytesIO(_mine(schluessel).profil.encode())
    return send_file(inhalt, "application/toml", as_attachment=True, download_name="profil.toml")


@blueprint.get("/einlesen/<schluessel>/ausgabe/<form>")
@auth.requires(Recht.WERTSTROM_EINLESEN)
def herunterladen(schluessel: str, form: str) -> ResponseReturnValue:
    """The log for another program, without small groups."""
    stand = _mine(schluessel)
    if stand.zustand != Zustand.FERTIG:
        abort(404)
    log = [_importe().log_of(stand)]
    return send_protokoll(lambda: einlesen.read_teile(log, Vorgaben()), form)
