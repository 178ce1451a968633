"""Kommentare and Dokumente: from the page of a Vorgang, and from that of an Aufgabe, where the draft is kept too."""

from __future__ import annotations

import io

from flask import Blueprint, flash, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine import dateien, errors
from engine.commands import beitraege as befehle
from engine.model import Aufgabe
from engine.queries import beitraege as abfragen
from engine.rechte import Recht
from web import aufgabenseite as seite
from web import auth, clock, eingaben, virenpruefung, vorgangsseite
from web.aufgabenseite import KOMMENTAR
from web.dienste import dienste
from web.sprache import _, _l

blueprint = Blueprint("beitraege", __name__)

DATEI, KLASSE = eingaben.AKTION + "datei", eingaben.AKTION + "klasse"
_ERFOLG_KOMMENTAR, _ERFOLG_DATEI = _l("Kommentar gespeichert."), _l("Datei angefügt.")


@blueprint.post("/vorgaenge/<int:vorgang_id>/kommentare")
@auth.requires(Recht.VORGANG_SEHEN, Recht.ARBEITSKORB)
def kommentieren(vorgang_id: int) -> ResponseReturnValue:
    """Add a remark to a Vorgang."""
    return _at_vorgang(vorgang_id, lambda session: _kommentar(session, vorgang_id), _(_ERFOLG_KOMMENTAR))


@blueprint.post("/vorgaenge/<int:vorgang_id>/kommentare/<int:kommentar_id>/loeschen")
@auth.requires(Recht.VORGANG_SEHEN, Recht.ARBEITSKORB)
def kommentar_loeschen(vorgang_id: int, kommentar_id: int) -> ResponseReturnValue:
    """Delete one's own remark."""
    akteur, now = auth.akteur(), clock.now()

    def command(session: Session) -> None:
        befehle.delete_kommentar(session, akteur, vorgang_id, kommentar_id, now=now)

    return _at_vorgang(vorgang_id, command, _("Kommentar gelöscht."))


@blueprint.post("/vorgaenge/<int:vorgang_id>/dokumente")
@auth.requires(Recht.VORGANG_SEHEN, Recht.ARBEITSKORB)
def anfuegen(vorgang_id: int) -> ResponseReturnValue:
    """Attach a file to a Vorgang."""
    return _at_vorgang(vorgang_id, lambda session: _dokument(session, vorgang_id, None, DATEI, ""), _(_ERFOLG_DATEI))


@blueprint.get("/vorgaenge/<int:vorgang_id>/dokumente/<int:dokument_id>")
@auth.requires(Recht.VORGANG_SEHEN)
def dokument(vorgang_id: int, dokument_id: int) -> ResponseReturnValue:
    """The file, to be saved and never shown by the browser."""
    akteur, now = auth.akteur(), clock.now()
    with dienste().transaction() as session:
        found = abfragen.open_dokument(
            session, akteur, vorgang_id, dokument_id, schluessel=dienste().schluessel, now=now
        )
    return send_file(
        io.BytesIO(found.daten), mimetype=found.medientyp, as_attachment=True, download_name=found.name, etag=False
    )


@blueprint.post("/vorgaenge/<int:vorgang_id>/dokumente/<int:dokument_id>/loeschen")
@auth.requires(Recht.VORGANG_SEHEN, Recht.ARBEITSKORB)
def dokument_loeschen(vorgang_id: int, dokument_id: int) -> ResponseReturnValue:
    """Delete a file; from the page of an Aufgabe one goes back there."""
    akteur, now = auth.akteur(), clock.now()

    def command(session: Session) -> None:
        befehle.delete_dokument(session, akteur, vorgang_id, dokument_id, now=now)

    aufgabe_id = request.form.get(eingaben.AKTION + "aufgabe", "")
    if aufgabe_id.isascii() and aufgabe_id.isdigit() and len(aufgabe_id) < 10:
        return seite.act(int(aufgabe_id), command)
    return _at_vorgang(vorgang_id, command, _("Datei gelöscht."))


@blueprint.post("/aufgaben/<int:aufgabe_id>/kommentar")
@auth.requires(Recht.ARBEITSKORB)
def an_aufgabe_kommentieren(aufgabe_id: int) -> ResponseReturnValue:
    """Add a remark while working on an Aufgabe."""
    return seite.act(
        aufgabe_id,
        lambda _session: _check_kommentar(),
        lambda _done: _back(aufgabe_id, "kommentare", _(_ERFOLG_KOMMENTAR)),
    )


@blueprint.post("/aufgaben/<int:aufgabe_id>/dokumente")
@auth.requires(Recht.ARBEITSKORB)
def an_aufgabe_anfuegen(aufgabe_id: int) -> ResponseReturnValue:
    """Attach a file while working on an Aufgabe; ``aktion.feld`` names the field of the form that asks for it."""
    feld = request.form.get(eingaben.AKTION + "feld", "")
    source = f"{DATEI}.{feld}" if feld else DATEI
    return seite.act(
        aufgabe_id,
        lambda session: _dokument(session, _vorgang_id(session, aufgabe_id), aufgabe_id, source, feld),
        lambda _done: _back(aufgabe_id, f"feld-{feld}" if feld else "dokumente", _(_ERFOLG_DATEI)),
    )


def _check_kommentar() -> None:
    """Every button of the page keeps a typed remark; this one asks for one."""
    if not request.form.get(KOMMENTAR, "").strip():
        text = _("Kommentieren nicht möglich: Der Kommentar ist leer. Bitte schreiben Sie etwas.")
        raise errors.Invalid(text, felder={"kommentar": text})


def _kommentar(session: Session, vorgang_id: int) -> None:
    befehle.add_kommentar(
        session,
        auth.akteur(),
        vorgang_id,
        request.form.get(KOMMENTAR, ""),
        schluessel=dienste().schluessel,
        now=clock.now(),
    )


def _dokument(session: Session, vorgang_id: int, aufgabe_id: int | None, source: str, feld: str) -> None:
    sent = request.files.get(source)
    if sent is None or not sent.filename:
        text = _("Anfügen nicht möglich: Es ist keine Datei gewählt. Bitte wählen Sie eine.")
        raise errors.Invalid(text, felder={feld or "datei": text})
    sent.stream.seek(0)  # a second attempt after a lost race reads it again
    try:
        datei = dateien.check(sent.filename, sent.stream.read(dateien.MAX_BYTES + 1))
    except errors.Invalid as error:
        raise errors.Invalid(error.text, felder={feld or "datei": error.text}) from None
    befehle.add_dokument(
        session,
        auth.akteur(),
        vorgang_id,
        datei,
        datenklasse=seite.feldklasse(session, aufgabe_id, feld) if feld else request.form.get(KLASSE, ""),
        aufgabe_id=aufgabe_id,
        feld=feld,
        pruefung=virenpruefung.create_pruefung(dienste().einstellungen.virenpruefung),
        schluessel=dienste().schluessel,
        now=clock.now(),
    )


def _vorgang_id(session: Session, aufgabe_id: int) -> int:
    aufgabe = session.get(Aufgabe, aufgabe_id)
    if aufgabe is None:
        raise errors.NotFound
    return aufgabe.vorgang_id


def _back(aufgabe_id: int, anker: str, text: str) -> ResponseReturnValue:
    flash(text, "erfolg")
    return redirect(f"{seite.url(aufgabe_id)}#{anker}", code=303)


def _at_vorgang(vorgang_id: int, command: vorgangsseite.Befehl, text: str) -> ResponseReturnValue:
    try:
        dienste().run(command)
    except (errors.Conflict, errors.Invalid) as error:
        return vorgangsseite.page(vorgang_id, refusal=error, status=409 if isinstance(error, errors.Conflict) else 422)
    flash(text, "erfolg")
    return redirect(url_for("vorgaenge.vorgang", vorgang_id=vorgang_id), code=303)
