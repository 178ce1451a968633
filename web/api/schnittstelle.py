"""The operations: external work (fetch, complete, fail, BPMN error, extend) and messages, signals to be delivered.

Each is one command in one transaction. Errors are JSON: ``fehler`` with a stable ``code``, a German ``text``, and one
text per field in ``felder``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException

from engine import ausfuehrung, errors
from engine.commands import auftraege, nachrichten
from engine.model import Nachricht
from web import auth, clock, protokoll
from web.api.anfrage import Angaben, read_angaben
from web.api.zugang import NichtAngemeldet, Systemrecht, requires_key, zugang
from web.dienste import dienste

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
# No cookie counts here, so that no page of somebody else can act in the name of a person.
auth.csrf.exempt(blueprint)

#: kind of refusal -> status and code that programs may rely on
CODES: dict[type[errors.EngineError], tuple[int, str]] = {
    NichtAngemeldet: (401, "nicht_angemeldet"),
    errors.NotFound: (404, "nicht_gefunden"),
    errors.NotAllowed: (403, "nicht_erlaubt"),
    errors.Conflict: (409, "konflikt"),
    errors.Invalid: (422, "ungueltig"),
}
_HTTP = {
    400: ("ungueltig", "Annehmen nicht möglich: Die Anfrage ist nicht lesbar."),
    405: ("falsche_methode", "Annehmen nicht möglich: Diese Adresse nimmt nur POST an."),
    413: ("zu_gross", "Annehmen nicht möglich: Der Inhalt ist zu groß."),
    415: ("falscher_inhaltstyp", "Annehmen nicht möglich: Der Inhalt muss application/json sein."),
    429: ("zu_viele_anfragen", "Annehmen nicht möglich: Es sind zu viele Anfragen. Bitte warten Sie eine Minute."),
}
_STOERUNG = "Ausführen nicht möglich: Der Vorgang ist gestört. Das Prozessmanagement sieht den Grund."


@blueprint.post("/auftraege/abholen")
@requires_key(Systemrecht.AUFTRAEGE)
def abholen() -> ResponseReturnValue:
    """Take free work of the topics of this key, under locks."""
    angaben, system, now = read_angaben(), zugang(), clock.now()
    themen = set(angaben.texte("themen")) or set(system.themen)
    arbeiter, anzahl = angaben.text("arbeiter"), angaben.zahl("anzahl", 10)
    sperrdauer = angaben.dauer("sperrdauer_s", 300)
    angaben.finish()
    if not themen <= system.themen:
        raise errors.NotAllowed("Abholen nicht möglich: Dieser Schlüssel ist für ein Thema nicht freigegeben.")
    rows = dienste().run(
        lambda session: auftraege.fetch_auftraege(
            session, system.mandant_id, themen, arbeiter=arbeiter, anzahl=anzahl, sperrdauer=sperrdauer, now=now
        )
    )
    return jsonify(
        auftraege=[
            {
                "id": row.id,
                "thema": row.name,
                "element": row.element_id,
                "eingaben": row.eingaben,
                "sperre": row.sperre,
                "gesperrt_bis": row.gesperrt_bis.isoformat() if row.gesperrt_bis else None,
                "versuche": row.versuche,
            }
            for row in rows
        ]
    )


@blueprint.post("/auftraege/<int:auftrag_id>/erledigen")
@requires_key(Systemrecht.AUFTRAEGE)
def erledigen(auftrag_id: int) -> ResponseReturnValue:
    """The work is done."""
    angaben, system, now = read_angaben(), zugang(), clock.now()
    sperre, variablen = angaben.text("sperre"), angaben.objekt("variablen")
    angaben.finish()
    _answer(
        auftrag_id,
        lambda session: auftraege.complete_auftrag(
            session, system.mandant_id, auftrag_id, sperre=sperre, variablen=variablen, now=now
        ),
    )
    return jsonify(status="erledigt")


@blueprint.post("/auftraege/<int:auftrag_id>/fehlschlag")
@requires_key(Systemrecht.AUFTRAEGE)
def fehlschlag(auftrag_id: int) -> ResponseReturnValue:
    """The work failed; try again, or give up with a Störung."""
    angaben, system, now = read_angaben(), zugang(), clock.now()
    sperre, grund = angaben.text("sperre"), angaben.text("grund")
    rest, pause = angaben.zahl("rest_versuche", 0), angaben.dauer("pause_s", 60)
    angaben.finish()
    _answer(
        auftrag_id,
        lambda session: auftraege.fail_auftrag(
            session, system.mandant_id, auftrag_id, sperre=sperre, grund=grund, rest_versuche=rest, pause=pause, now=now
        ),
    )
    return jsonify(status="fehlschlag")


@blueprint.post("/auftraege/<int:auftrag_id>/bpmn-fehler")
@requires_key(Systemrecht.AUFTRAEGE)
def bpmn_fehler(auftrag_id: int) -> ResponseReturnValue:
    """The work ended with an error that the drawing provides for."""
    angaben, system, now = read_angaben(), zugang(), clock.now()
    sperre, code, variablen = angaben.text("sperre"), angaben.text("code"), angaben.objekt("variablen")
    angaben.finish()
    _answer(
        auftrag_id,
        lambda session: auftraege.throw_bpmn_fehler(
            session, system.mandant_id, auftrag_id, sperre=sperre, code=code, variablen=variablen, now=now
        ),
    )
    return jsonify(status="bpmn-fehler")


@blueprint.post("/auftraege/<int:auftrag_id>/verlaengern")
@requires_key(Systemrecht.AUFTRAEGE)
def verlaengern(auftrag_id: int) -> ResponseReturnValue:
    """Keep the work longer."""
    angaben, system, now = read_angaben(), zugang(), clock.now()
    sperre, sperrdauer = angaben.text("sperre"), angaben.dauer("sperrdauer_s", 300)
    angaben.finish()
    until = dienste().run(
        lambda session: auftraege.extend_sperre(
            session, system.mandant_id, auftrag_id, sperre=sperre, sperrdauer=sperrdauer, now=now
        )
    )
    return jsonify(gesperrt_bis=until.isoformat())


@blueprint.post("/nachrichten")
@requires_key(Systemrecht.NACHRICHTEN)
def nachricht() -> ResponseReturnValue:
    """Take in a message; it is delivered afterwards, exactly once."""
    angaben, system, now = read_angaben(), zugang(), clock.now()
    name, kennung = _name(angaben), angaben.text("kennung")
    schluessel, aktenzeichen = angaben.optional_text("schluessel"), angaben.optional_text("aktenzeichen")
    variablen, gueltig_bis = angaben.objekt("variablen"), angaben.zeitpunkt("gueltig_bis")
    angaben.finish()
    row = dienste().run(
        lambda session: nachrichten.send_nachricht(
            session,
            system.mandant_id,
            name,
            kennung=kennung,
            schluessel=schluessel,
            aktenzeichen=aktenzeichen,
            variablen=variablen,
            gueltig_bis=gueltig_bis,
            zugang_id=system.zugang_id,
            now=now,
        )
    )
    return _accepted(kennung, row)


@blueprint.post("/signale")
@requires_key(Systemrecht.NACHRICHTEN)
def signal() -> ResponseReturnValue:
    """Take in a signal for everything that waits for it."""
    angaben, system, now = read_angaben(), zugang(), clock.now()
    name, kennung, variablen = _name(angaben), angaben.text("kennung"), angaben.objekt("variablen")
    angaben.finish()
    row = dienste().run(
        lambda session: nachrichten.send_signal(
            session,
            system.mandant_id,
            name,
            kennung=kennung,
            variablen=variablen,
            zugang_id=system.zugang_id,
            now=now,
        )
    )
    return _accepted(kennung, row)


def _name(angaben: Angaben) -> str:
    name = angaben.text("name")
    if name not in zugang().nachrichten:
        raise errors.NotAllowed("Senden nicht möglich: Dieser Schlüssel ist für diesen Namen nicht freigegeben.")
    return name


def _accepted(kennung: str, row: Nachricht) -> ResponseReturnValue:
    return jsonify(kennung=kennung, status=row.status), 202


def _answer(auftrag_id: int, command: Callable[[Session], None]) -> None:
    ausfuehrung.run_answer(dienste().sessions, command, wartepunkt_id=auftrag_id, now=clock.now())


@blueprint.errorhandler(errors.EngineError)
def refused(error: errors.EngineError) -> ResponseReturnValue:
    """A refusal of the engine, with its text; a fault of a model says no more than that there is one."""
    status, code = next((c for kind, c in CODES.items() if isinstance(error, kind)), (500, "stoerung"))
    if status == 500:
        protokoll.fehler(error)
    felder = error.felder if isinstance(error, errors.Invalid) else {}
    response = _json(status, code, _STOERUNG if status == 500 else error.text, felder)
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


@blueprint.errorhandler(HTTPException)
def http(error: HTTPException) -> ResponseReturnValue:
    """A refusal of HTTP."""
    status = error.code or 500
    code, text = _HTTP.get(status, ("http", "Annehmen nicht möglich."))
    return _json(status, code, text, {})


@blueprint.errorhandler(Exception)
def unexpected(error: Exception) -> ResponseReturnValue:
    """Anything else; the text of the error stays out."""
    protokoll.fehler(error)
    return _json(500, "stoerung", _STOERUNG, {})


def _json(status: int, code: str, text: str, felder: dict[str, str]) -> Response:
    body: dict[str, Any] = {"fehler": {"code": code, "text": text, "felder": felder}, "nummer": protokoll.nummer()}
    response = jsonify(body)
    response.status_code = status
    return response
