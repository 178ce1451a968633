"""Kommentare and Dokumente of a Vorgang: added and deleted by the people who work on it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import dateien, errors
from engine.commands.ereignisse import Protokoll
from engine.formulare.text import clean
from engine.model import Aufgabe, Dokument, EreignisArt, Kommentar, Vorgang, VorgangStatus, zugriff_of
from engine.model.beitrag import dokument_ort, kommentar_ort
from engine.model.reichweite import within_reach
from engine.rechte import Akteur, Recht
from engine.schutz import Schluesselbund

MAX_ZEICHEN = 4_000
#: of one Vorgang
MAX_KOMMENTARE, MAX_DOKUMENTE, MAX_BYTES = 500, 100, 100 * 2**20
KLASSEN = ("S1", "S2", "S3")

#: looks at a file before it is kept; raises `errors.EngineError` when it must not be
Virenpruefung = Callable[[bytes], None]


def add_kommentar(
    session: Session,
    akteur: Akteur,
    vorgang_id: int,
    text: str,
    *,
    aufgabe_id: int | None = None,
    schluessel: Schluesselbund,
    now: datetime,
) -> Kommentar:
    """Add a remark (S1). Raises `errors.Invalid` for an empty or too long one."""
    vorgang = _locked(session, akteur, vorgang_id, "Kommentieren", aufgabe_id)
    if not akteur.liest("S1"):
        raise errors.NotAllowed
    text = clean(text[: 4 * MAX_ZEICHEN], einzeilig=False)
    if not text or len(text) > MAX_ZEICHEN:
        grund = f"Möglich sind 1 bis {MAX_ZEICHEN} Zeichen."
        raise errors.Invalid(f"Kommentieren nicht möglich: {grund}", felder={"kommentar": grund})
    number = select(func.count()).select_from(Kommentar).where(Kommentar.vorgang_id == vorgang.id)
    if session.execute(number).scalar_one() >= MAX_KOMMENTARE:
        raise errors.Conflict("Kommentieren nicht möglich: Der Vorgang hat schon sehr viele Kommentare.")
    secret = schluessel.encrypt({"text": text}, kommentar_ort(vorgang.id, now))
    kommentar = Kommentar(
        mandant_id=vorgang.mandant_id,
        orga_einheit_id=vorgang.orga_einheit_id,
        vorgang_id=vorgang.id,
        aufgabe_id=aufgabe_id,
        person_id=akteur.person_id,
        zeit=now,
        schluessel_id=secret.schluessel_id,
        nonce=secret.nonce,
        geheimtext=secret.geheimtext,
    )
    session.add(kommentar)
    _record(session, akteur, vorgang, EreignisArt.KOMMENTIERT, now)
    return kommentar


def delete_kommentar(session: Session, akteur: Akteur, vorgang_id: int, kommentar_id: int, *, now: datetime) -> None:
    """Delete one's own remark."""
    vorgang = _locked(session, akteur, vorgang_id, "Löschen")
    kommentar = session.get(Kommentar, kommentar_id)
    if kommentar is None or kommentar.vorgang_id != vorgang.id:
        raise errors.NotFound
    if kommentar.person_id != akteur.person_id:
        raise errors.Conflict("Löschen nicht möglich: Den Kommentar hat eine andere Person geschrieben.")
    session.delete(kommentar)
    session.add(zugriff_of(akteur, vorgang, zweck="kommentar_geloescht", now=now))


def add_dokument(
    session: Session,
    akteur: Akteur,
    vorgang_id: int,
    datei: dateien.Datei,
    *,
    datenklasse: str,
    aufgabe_id: int | None = None,
    feld: str = "",
    pruefung: Virenpruefung | None = None,
    schluessel: Schluesselbund,
    now: datetime,
) -> Dokument:
    """Keep a checked file, encrypted.

    Raises
    ------
    errors.Invalid
        When the class is none, or the file is not clean.
    errors.Conflict
        When the Vorgang has no room for it.
    """
    if datenklasse not in KLASSEN:
        raise errors.Invalid("Anfügen nicht möglich: Bitte wählen Sie, was die Datei enthält.")
    if pruefung is not None:
        pruefung(datei.daten)
    vorgang = _locked(session, akteur, vorgang_id, "Anfügen", aufgabe_id)
    _check_room(session, vorgang, len(datei.daten))
    kennung = secrets.token_hex(16)
    name = schluessel.encrypt({"name": datei.name}, dokument_ort(vorgang.id, kennung, "name"))
    inhalt = schluessel.encrypt_bytes(datei.daten, dokument_ort(vorgang.id, kennung, "inhalt"))
    dokument = Dokument(
        mandant_id=vorgang.mandant_id,
        orga_einheit_id=vorgang.orga_einheit_id,
        vorgang_id=vorgang.id,
        aufgabe_id=aufgabe_id,
        feld=feld,
        person_id=akteur.person_id,
        zeit=now,
        datenklasse=datenklasse,
        medientyp=datei.medientyp,
        groesse=len(datei.daten),
        geprueft=pruefung is not None,
        kennung=kennung,
        schluessel_id=inhalt.schluessel_id,
        name_nonce=name.nonce,
        name_geheim=name.geheimtext,
        nonce=inhalt.nonce,
        geheimtext=inhalt.geheimtext,
    )
    session.add(dokument)
    _record(session, akteur, vorgang, EreignisArt.DOKUMENT_ANGEFUEGT, now)
    return dokument


def delete_dokument(session: Session, akteur: Akteur, vorgang_id: int, dokument_id: int, *, now: datetime) -> None:
    """Delete a file that one added oneself, or that belongs to an Aufgabe one has now."""
    vorgang = _locked(session, akteur, vorgang_id, "Löschen")
    dokument = session.get(Dokument, dokument_id)
    if dokument is None or dokument.vorgang_id != vorgang.id:
        raise errors.NotFound
    aufgabe = session.get(Aufgabe, dokument.aufgabe_id) if dokument.aufgabe_id else None
    holds = aufgabe is not None and aufgabe.ist_offen and aufgabe.person_id == akteur.person_id
    if dokument.person_id != akteur.person_id and not holds:
        raise errors.Conflict("Löschen nicht möglich: Die Datei hat eine andere Person angefügt.")
    session.delete(dokument)
    _record(session, akteur, vorgang, EreignisArt.DOKUMENT_GELOESCHT, now)


def _locked(session: Session, akteur: Akteur, vorgang_id: int, handlung: str, aufgabe_id: int | None = None) -> Vorgang:
    akteur.require(Recht.ARBEITSKORB)
    akteur.require(Recht.VORGANG_SEHEN)
    session.flush()
    vorgang = session.execute(
        select(Vorgang)
        .where(Vorgang.id == vorgang_id, within_reach(akteur))
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if vorgang is None:
        raise errors.NotFound
    if vorgang.status != VorgangStatus.LAUFEND:
        raise errors.Conflict(f"{handlung} nicht möglich: Der Vorgang ist abgeschlossen. Er bleibt lesbar.")
    if aufgabe_id is not None:
        aufgabe = session.get(Aufgabe, aufgabe_id)
        if aufgabe is None or aufgabe.vorgang_id != vorgang.id:
            raise errors.NotFound
    return vorgang


def _check_room(session: Session, vorgang: Vorgang, groesse: int) -> None:
    number, size = session.execute(
        select(func.count(), func.coalesce(func.sum(Dokument.groesse), 0)).where(Dokument.vorgang_id == vorgang.id)
    ).one()
    if number >= MAX_DOKUMENTE or size + groesse > MAX_BYTES:
        raise errors.Conflict(
            f"Anfügen nicht möglich: Ein Vorgang fasst {MAX_DOKUMENTE} Dateien und {MAX_BYTES // 2**20} MiB. "
            "Bitte löschen Sie Dateien, die nicht mehr gebraucht werden."
        )


def _record(session: Session, akteur: Akteur, vorgang: Vorgang, art: EreignisArt, now: datetime) -> None:
    protokoll = Protokoll(vorgang, now, akteur.person_id)
    protokoll.add(art)
    protokoll.write(session)
    session.add(zugriff_of(akteur, vorgang, zweck=art.value, now=now))
    session.flush()
