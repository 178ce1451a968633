"""Decision models of a process: upload, look at, try with example inputs, edit, compare versions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine import dmn, errors, feel
from engine.commands import entscheidungen as befehle
from engine.commands.beilagen import EntscheidungAbgelehnt
from engine.queries import entscheidungen as abfragen
from engine.rechte import Recht
from web import auth, clock, diagramm, entscheidungneu, entscheidungsbild, entscheidungsprobe
from web.dienste import dienste
from web.prozesse import as_download, safe_name
from web.sprache import _

blueprint = Blueprint(
    "entscheidungen", __name__, url_prefix="/prozesse/<int:prozess_id>/versionen/<int:nummer>/entscheidungen"
)
blueprint.add_app_template_filter(entscheidungsprobe.as_text, "wert_text")


@dataclass(frozen=True, slots=True)
class Eintrag:
    """One model in the list."""

    name: str
    entscheidungen: tuple[str, ...]
    befunde: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Probe:
    """What came out for the example inputs."""

    entscheidung: str
    wert: object
    #: matched rows (1-based) by id of the table
    treffer: dict[str, frozenset[int]]


@blueprint.get("")
@auth.requires(Recht.PROZESS_SEHEN)
def liste(prozess_id: int, nummer: int) -> ResponseReturnValue:
    """Which decisions does this version make?"""
    return _list_page(prozess_id, nummer)


def _list_page(
    prozess_id: int, nummer: int, *, fehler: str = "", befunde: tuple[dict[str, Any], ...] = (), status: int = 200
) -> ResponseReturnValue:
    sicht = _read(prozess_id, nummer)
    gefunden = _pruefe(sicht)
    eintraege = [_eintrag(name, sicht.dateien[name], gefunden[name]) for name in sorted(sicht.dateien)]
    html = render_template(
        "entscheidungen/liste.html",
        v=sicht,
        eintraege=eintraege,
        fehler=fehler,
        befunde=befunde,
        upload_mib=dienste().einstellungen.upload_mib,
    )
    return html, status


def _read(prozess_id: int, nummer: int) -> abfragen.Entscheidungen:
    with dienste().reading() as session:
        return abfragen.entscheidungen(session, auth.akteur(), prozess_id, nummer)


def _eintrag(name: str, text: str, befunde: tuple[dmn.Befund, ...]) -> Eintrag:
    entscheidungsmodell = _readable(text)
    return Eintrag(name, entscheidungsmodell.entscheidungen if entscheidungsmodell else (), _as_dicts(befunde))


def _readable(text: str, importe: Iterable[dmn.Entscheidungsmodell] = ()) -> dmn.Entscheidungsmodell | None:
    try:
        return dmn.Entscheidungsmodell(text.encode(), importe)
    except dmn.DmnError:
        return None


def _importe(name: str, dateien: dict[str, str]) -> list[dmn.Entscheidungsmodell]:
    """The other models of the version that can be read, if this one imports any."""
    allein = _readable(dateien[name])
    if allein is None or not allein.modell.importe:
        return []
    found = (_readable(text) for key, text in dateien.items() if key != name)
    return [entscheidungsmodell for entscheidungsmodell in found if entscheidungsmodell]


def _modell(name: str, dateien: dict[str, str]) -> dmn.Entscheidungsmodell | None:
    return _readable(dateien[name], _importe(name, dateien))


def _pruefe(sicht: abfragen.Entscheidungen) -> dict[str, tuple[dmn.Befund, ...]]:
    return dmn.pruefe_alle({name: text.encode() for name, text in sicht.dateien.items()}, sicht.variablen)


def _as_dicts(befunde: tuple[dmn.Befund, ...]) -> tuple[dict[str, Any], ...]:
    rows: list[dict[str, Any]] = [
        {"stufe": b.stufe.value, "text": b.text, "abhilfe": b.abhilfe, "art": b.art}
        | {"zeile": b.ort.zeile, "element": b.ort.element, "name": b.ort.name}
        for b in befunde
    ]
    return tuple(diagramm.sorted_befunde(rows))


def _refused(error: EntscheidungAbgelehnt) -> tuple[dict[str, Any], ...]:
    return _as_dicts(tuple(befund for befunde in error.befunde.values() for befund in befunde))


@blueprint.post("/hochladen")
@auth.requires(Recht.PROZESS_BEARBEITEN)
def hochladen(prozess_id: int, nummer: int) -> ResponseReturnValue:
    """Check a file and store it with a new version of the process."""
    file = request.files.get("datei")
    if file is None or not file.filename:
        text = _("Hochladen nicht möglich: Es ist keine Datei gewählt. Wählen Sie eine Datei mit der Endung .dmn.")
        return _list_page(prozess_id, nummer, fehler=text, status=422)
    try:
        name, neu = _save(prozess_id, nummer, file_stem(file.filename), file.read())
    except EntscheidungAbgelehnt as error:
        return _list_page(prozess_id, nummer, fehler=error.text, befunde=_refused(error), status=422)
    except errors.Invalid as error:
        return _list_page(prozess_id, nummer, fehler=error.text, status=422)
    return redirect(url_for(".zeigen", prozess_id=prozess_id, nummer=neu, name=name), code=303)


def _save(prozess_id: int, nummer: int, name: str, content: bytes) -> tuple[str, int]:
    def store(session: Session) -> int:
        return befehle.save_entscheidung(
            session, auth.akteur(), prozess_id=prozess_id, nummer=nummer, name=name, inhalt=content, now=clock.now()
        ).nummer

    neu = dienste().run(store)
    if neu == nummer:
        flash(_("Diese Fassung gibt es schon: Nichts wurde geändert."), "hinweis")
    else:
        flash(
            _("Gespeichert als Version %(neu)s des Prozesses (Entwurf). Im Einsatz ändert sich nichts.", neu=neu),
            "erfolg",
        )
    return name, neu


def file_stem(dateiname: str) -> str:
    """The name of a model: its file name without ending and without what an address could trip over."""
    name = safe_name(dateiname)
    stem = name[: -len(".dmn")] if name.lower().endswith(".dmn") else name.removesuffix(".xml")
    return stem.strip(" .") or "entscheidung"


@blueprint.get("/neu/tabelle")
@auth.requires(Recht.PROZESS_BEARBEITEN)
def neu(prozess_id: int, nummer: int) -> ResponseReturnValue:
    """Ask for the columns of a new table."""
    return _new_page(_read(prozess_id, nummer))


def _new_page(
    sicht: abfragen.Entscheidungen, *, felder: dict[str, str] | None = None, fehler: str = "", status: int = 200
) -> ResponseReturnValue:
    html = render_template(
        "entscheidungen/neu.html",
        v=sicht,
        eingaben=request.form,
        felder=felder or {},
        fehler=fehler,
        bekannt=sorted(sicht.variablen or ()),
        regeln=entscheidungneu.REGELN,
        arten=entscheidungneu.TYPEN,
        spalten={"eingang": entscheidungneu.EINGAENGE, "ausgang": entscheidungneu.AUSGAENGE},
    )
    return html, status


@blueprint.post("/neu/tabelle")
@auth.requires(Recht.PROZESS_BEARBEITEN)
def anlegen(prozess_id: int, nummer: int) -> ResponseReturnValue:
    """Store the empty table with a new version and open the editor."""
    sicht = _read(prozess_id, nummer)
    try:
        tabelle = entscheidungneu.read(request.form, frozenset(sicht.dateien))
        name, entwurf = _save(prozess_id, nummer, tabelle.kennung, tabelle.inhalt)
    except errors.Invalid as error:
        return _new_page(sicht, felder=error.felder, fehler="" if error.felder else error.text, status=422)
    return redirect(url_for(".bearbeiten", prozess_id=prozess_id, nummer=entwurf, name=name), code=303)


@blueprint.post("/<name>/loeschen")
@auth.requires(Recht.PROZESS_BEARBEITEN)
def loeschen(prozess_id: int, nummer: int, name: str) -> ResponseReturnValue:
    """Leave a model out of a new version."""

    def delete(session: Session) -> int:
        return befehle.delete_entscheidung(
            session, auth.akteur(), prozess_id=prozess_id, nummer=nummer, name=name, now=clock.now()
        ).nummer

    try:
        entwurf = dienste().run(delete)
    except EntscheidungAbgelehnt as error:
        return _list_page(prozess_id, nummer, fehler=error.text, befunde=_refused(error), status=422)
    except errors.Invalid as error:
        return _page(prozess_id, nummer, name, fehler=error.text, status=422)
    flash(
        _(
            "„%(name)s“ fehlt ab Version %(entwurf)s des Prozesses (Entwurf). Im Einsatz ändert sich nichts.",
            name=name,
            entwurf=entwurf,
        ),
        "erfolg",
    )
    return redirect(url_for(".liste", prozess_id=prozess_id, nummer=entwurf), code=303)


@blueprint.get("/<name>")
@auth.requires(Recht.PROZESS_SEHEN)
def zeigen(prozess_id: int, nummer: int, name: str) -> ResponseReturnValue:
    """How is it decided?"""
    return _page(prozess_id, nummer, name)


def _page(
    prozess_id: int,
    nummer: int,
    name: str,
    *,
    probe: Probe | None = None,
    felder: dict[str, str] | None = None,
    fehler: str = "",
    status: int = 200,
) -> ResponseReturnValue:
    sicht, entscheidungsmodell = _open(prozess_id, nummer, name)
    with dienste().reading() as session:
        fassungen = abfragen.fassungen(session, auth.akteur(), prozess_id, name)
    html = render_template(
        "entscheidungen/modell.html",
        v=sicht,
        name=name,
        befunde=_as_dicts(_pruefe(sicht)[name]),
        tabellen=entscheidungsbild.tabellen(entscheidungsmodell.modell) if entscheidungsmodell else (),
        ausdruecke=entscheidungsbild.ausdruecke(entscheidungsmodell.modell) if entscheidungsmodell else (),
        entscheidungen=entscheidungsmodell.entscheidungen if entscheidungsmodell else (),
        formular=entscheidungsprobe.felder(entscheidungsmodell) if entscheidungsmodell else (),
        eingaben=request.form,
        probe=probe,
        felder=felder or {},
        fehler=fehler,
        fassungen=fassungen,
    )
    return html, status


def _open(prozess_id: int, nummer: int, name: str) -> tuple[abfragen.Entscheidungen, dmn.Entscheidungsmodell | None]:
    sicht = _read(prozess_id, nummer)
    if name not in sicht.dateien:
        raise errors.NotFound
    return sicht, _modell(name, sicht.dateien)


@blueprint.post("/<name>/testen")
@auth.requires(Recht.PROZESS_SEHEN)
def testen(prozess_id: int, nummer: int, name: str) -> ResponseReturnValue:
    """Decide with example inputs and show which rows matched; nothing is stored, and no input gets into an address."""
    _sicht, entscheidungsmodell = _open(prozess_id, nummer, name)
    if entscheidungsmodell is None:
        return _page(
            prozess_id, nummer, name, fehler=_("Testen nicht möglich: Die Datei ist nicht lesbar."), status=422
        )
    try:
        probe = _decide(entscheidungsmodell)
    except errors.Invalid as error:
        fehler = "" if error.felder else _("Testen nicht möglich: %(text)s", text=error.text)
        return _page(prozess_id, nummer, name, felder=error.felder, fehler=fehler, status=422)
    return _page(prozess_id, nummer, name, probe=probe)


def _decide(entscheidungsmodell: dmn.Entscheidungsmodell) -> Probe:
    werte = entscheidungsprobe.read(entscheidungsprobe.felder(entscheidungsmodell), request.form)
    gefragt = request.form.get("entscheidung", "")
    if gefragt not in entscheidungsmodell.entscheidungen:
        raise errors.Invalid(_("Es ist keine Entscheidung gewählt. Wählen Sie eine aus der Liste."))
    ergebnis = entscheidungsmodell.evaluate(gefragt, werte, jetzt=clock.now(), umfeld=werte)
    treffer: dict[str, frozenset[int]] = {}
    for lauf in ergebnis.protokoll:
        key = lauf.tabelle or ""
        treffer[key] = treffer.get(key, frozenset()) | frozenset(lauf.treffer)
    return Probe(gefragt, feel.to_json(ergebnis.wert), treffer)


@blueprint.get("/<name>/original")
@auth.requires(Recht.PROZESS_SEHEN)
def original(prozess_id: int, nummer: int, name: str) -> ResponseReturnValue:
    """The file as uploaded, always as a download: a foreign file must not become a page of ours."""
    sicht, _modell = _open(prozess_id, nummer, name)
    return as_download(sicht.dateien[name].encode(), f"{name}.dmn")


@blueprint.get("/<name>/vergleich/<int:mit>")
@auth.requires(Recht.PROZESS_SEHEN)
def vergleich(prozess_id: int, nummer: int, name: str, mit: int) -> ResponseReturnValue:
    """What changed since version `mit`, row by row."""
    sicht, jetzt = _open(prozess_id, nummer, name)
    _sicht, frueher = _open(prozess_id, mit, name)
    tabellen = entscheidungsbild.vergleich(frueher.modell, jetzt.modell) if frueher and jetzt else ()
    return render_template("entscheidungen/vergleich.html", v=sicht, name=name, mit=mit, tabellen=tabellen)


@blueprint.get("/<name>/bearbeiten")
@auth.requires(Recht.PROZESS_BEARBEITEN)
def bearbeiten(prozess_id: int, nummer: int, name: str) -> ResponseReturnValue:
    """Change rows, columns and drawing in the browser."""
    sicht, _modell = _open(prozess_id, nummer, name)
    return _edit_page(sicht, name, sicht.dateien[name])


def _edit_page(
    sicht: abfragen.Entscheidungen,
    name: str,
    xml: str,
    *,
    fehler: str = "",
    befunde: tuple[dict[str, Any], ...] = (),
    status: int = 200,
) -> ResponseReturnValue:
    html = render_template(
        "entscheidungen/bearbeiten.html", v=sicht, name=name, xml=xml, fehler=fehler, befunde=befunde
    )
    return html, status


@blueprint.post("/<name>/bearbeiten")
@auth.requires(Recht.PROZESS_BEARBEITEN)
def speichern(prozess_id: int, nummer: int, name: str) -> ResponseReturnValue:
    """Save what the editor holds as a new version; when it is refused, the editor keeps it."""
    sicht, _modell = _open(prozess_id, nummer, name)
    xml = request.form.get("xml", "").replace("\r\n", "\n")
    try:
        _sicht, neu = _save(prozess_id, nummer, name, xml.encode("utf-8", "replace"))
    except EntscheidungAbgelehnt as error:
        return _edit_page(sicht, name, xml, fehler=error.text, befunde=_refused(error), status=422)
    except errors.Invalid as error:
        return _edit_page(sicht, name, xml, fehler=error.text, status=422)
    return redirect(url_for(".zeigen", prozess_id=prozess_id, nummer=neu, name=name), code=303)
