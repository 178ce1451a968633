"""Kommentare and Dokumente of an opened Vorgang, as far as the Akteur may read them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from engine import errors
from engine.model import Aufgabe, Dokument, Kommentar, Person, Vorgang, VorgangStatus, ZugriffArt, zugriff_of
from engine.model.beitrag import dokument_ort, kommentar_ort
from engine.queries.lesbar import lesbare_klassen
from engine.queries.vorgaenge import open_vorgang
from engine.rechte import Akteur, Recht
from engine.schutz import Schluesselbund, Verschluesselt


@dataclass(frozen=True, slots=True)
class KommentarSicht:
    """A remark."""

    kommentar_id: int
    zeit: datetime
    #: name of the author
    wer: str
    text: str
    #: whether the Akteur may delete it
    loeschbar: bool


@dataclass(frozen=True, slots=True)
class DokumentSicht:
    """An attached file; without the right to read its class only that it exists."""

    dokument_id: int
    zeit: datetime
    wer: str
    #: None: the Akteur may not read it
    name: str | None
    datenklasse: str
    groesse: int
    geprueft: bool
    #: name of the Aufgabe it was attached to
    aufgabe: str | None
    aufgabe_id: int | None
    feld: str
    loeschbar: bool


@dataclass(frozen=True, slots=True)
class Beitraege:
    """Everything that people added."""

    kommentare: tuple[KommentarSicht, ...]
    #: remarks whose text the roles of the Akteur may not read
    verdeckt: int
    dokumente: tuple[DokumentSicht, ...]
    #: whether the Akteur may add something now
    darf_beitragen: bool
    #: classes in which she may keep files
    klassen: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OffenesDokument:
    """A file to save."""

    name: str
    medientyp: str
    daten: bytes


def beitraege(session: Session, akteur: Akteur, vorgang: Vorgang, schluessel: Schluesselbund) -> Beitraege:
    """What people added to an opened Vorgang, the newest first (two or three SQL statements)."""
    klassen = lesbare_klassen(session, akteur, vorgang.id)
    running = vorgang.status == VorgangStatus.LAUFEND
    remarks = session.execute(
        select(Kommentar, Person.name)
        .join(Person, Person.id == Kommentar.person_id)
        .where(Kommentar.vorgang_id == vorgang.id)
        .order_by(Kommentar.id.desc())
    ).all()
    files = session.execute(
        select(Dokument, Person.name, Aufgabe.name, Aufgabe.person_id, Aufgabe.fertig_am)
        .join(Person, Person.id == Dokument.person_id)
        .outerjoin(Aufgabe, Aufgabe.id == Dokument.aufgabe_id)
        .where(Dokument.vorgang_id == vorgang.id)
        .order_by(Dokument.id.desc())
    ).all()
    return Beitraege(
        kommentare=tuple(_kommentar(row, name, akteur, schluessel, running) for row, name in remarks)
        if "S1" in klassen
        else (),
        verdeckt=0 if "S1" in klassen else len(remarks),
        dokumente=tuple(
            _dokument(
                row,
                who,
                task,
                _may_read(row, akteur, klassen),
                running and (row.person_id == akteur.person_id or (holder == akteur.person_id and done is None)),
                schluessel,
            )
            for row, who, task, holder, done in files
        ),
        darf_beitragen=running and akteur.darf(Recht.ARBEITSKORB),
        klassen=tuple(sorted(klassen)),
    )


def open_dokument(
    session: Session, akteur: Akteur, vorgang_id: int, dokument_id: int, *, schluessel: Schluesselbund, now: datetime
) -> OffenesDokument:
    """The contents of a file; writes the access log.

    Raises
    ------
    errors.NotFound
        When it does not exist or the Vorgang is out of reach.
    errors.NotAllowed
        When no role of the Akteur may read its class.
    """
    vorgang = open_vorgang(session, akteur, vorgang_id, now=now, zweck="dokument")
    row = session.get(Dokument, dokument_id, options=[undefer(Dokument.geheimtext)])
    if row is None or row.vorgang_id != vorgang.id:
        raise errors.NotFound
    if not _may_read(row, akteur, lesbare_klassen(session, akteur, vorgang.id)):
        raise errors.NotAllowed
    session.add(
        zugriff_of(akteur, vorgang, zweck="dokument", now=now, art=ZugriffArt.HERUNTERLADEN, aufgabe_id=row.aufgabe_id)
    )
    secret = Verschluesselt(row.schluessel_id, row.nonce, row.geheimtext)
    daten = schluessel.decrypt_bytes(secret, dokument_ort(row.vorgang_id, row.kennung, "inhalt"))
    return OffenesDokument(_name(row, schluessel), row.medientyp, daten)


def _may_read(row: Dokument, akteur: Akteur, klassen: frozenset[str]) -> bool:
    return row.datenklasse in klassen or row.person_id == akteur.person_id


def _name(row: Dokument, schluessel: Schluesselbund) -> str:
    secret = Verschluesselt(row.schluessel_id, row.name_nonce, row.name_geheim)
    return str(schluessel.decrypt(secret, dokument_ort(row.vorgang_id, row.kennung, "name"))["name"])


def _kommentar(row: Kommentar, name: str, akteur: Akteur, schluessel: Schluesselbund, running: bool) -> KommentarSicht:
    secret = Verschluesselt(row.schluessel_id, row.nonce, row.geheimtext)
    return KommentarSicht(
        kommentar_id=row.id,
        zeit=row.zeit,
        wer=name,
        text=str(schluessel.decrypt(secret, kommentar_ort(row.vorgang_id, row.zeit))["text"]),
        loeschbar=running and row.person_id == akteur.person_id,
    )


def _dokument(
    row: Dokument, who: str, task: str | None, readable: bool, deletable: bool, schluessel: Schluesselbund
) -> DokumentSicht:
    return DokumentSicht(
        dokument_id=row.id,
        zeit=row.zeit,
        wer=who,
        name=_name(row, schluessel) if readable else None,
        datenklasse=row.datenklasse,
        groesse=row.groesse,
        geprueft=row.geprueft,
        aufgabe=task,
        aufgabe_id=row.aufgabe_id,
        feld=row.feld,
        loeschbar=deletable,
    )
