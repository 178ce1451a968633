"""What the forms of a Vorgang say about it as a whole: Beschlüsse, Einwilligungen, Beteiligte.

Contents are opened only in the classes that the Akteur may read; of a Beschluss the date and the state (S0) are always
shown, its words only then.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.formulare import Feld, format_wert
from engine.kalender import lokales_datum
from engine.model import Aufgabe, AufgabeStatus, Beschluss, Formularinhalt, Prozessversion, Vorgang
from engine.model.formular import formular_of
from engine.queries.lesbar import lesbare_klassen
from engine.rechte import Akteur
from engine.schutz import Schluesselbund, Verschluesselt

#: variables of the head with their labels
_KOPF = {"kanal": "Zugangsweg", "prioritaet": "Dringlichkeit", "track": "Verfahren"}
#: keys that make a form one of an Einwilligung (F-C01)
_EINWILLIGUNG = frozenset({"zweck", "gueltig_bis"})


@dataclass(frozen=True, slots=True)
class BeschlussSicht:
    """One Beschluss."""

    nr: int
    #: None: the Akteur may not read the words
    ergebnis: str | None
    verantwortlich: str | None
    termin: date | None
    status: str
    #: its day is over, and it is neither done nor dropped
    ist_ueberfaellig: bool


@dataclass(frozen=True, slots=True)
class Einwilligung:
    """One consent and until when it holds."""

    zweck: str | None
    gueltig_bis: date | None
    gilt: bool


@dataclass(frozen=True, slots=True)
class Akteninhalt:
    """Everything of these kinds in one Vorgang."""

    beschluesse: tuple[BeschlussSicht, ...]
    einwilligungen: tuple[Einwilligung, ...]
    #: label and words
    beteiligte: tuple[tuple[str, str], ...]
    #: steering data of the head (F-KOPF), label and words
    kopf: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Form:
    """One completed form with what may be read of it."""

    aufgabe_id: int
    felder: tuple[Feld, ...]
    werte: Mapping[str, Any]


def akteninhalt(
    session: Session, akteur: Akteur, vorgang: Vorgang, schluessel: Schluesselbund, now: datetime
) -> Akteninhalt:
    """What the newest run of each form of an opened Vorgang says (three or four SQL statements)."""
    forms = list(_forms(session, akteur, vorgang, schluessel))
    today = lokales_datum(now)
    return Akteninhalt(
        beschluesse=tuple(_beschluesse(session, vorgang, forms, today)),
        einwilligungen=tuple(_einwilligungen(vorgang, forms, today)),
        beteiligte=tuple(
            (feld.label, format_wert(feld, form.werte[feld.key]))
            for form in forms
            for feld in form.felder
            if feld.nennt_beteiligte and form.werte.get(feld.key)
        ),
        kopf=tuple(_kopf(vorgang, forms)),
    )


def _kopf(vorgang: Vorgang, forms: list[_Form]) -> Iterator[tuple[str, str]]:
    fields = {feld.key: feld for form in forms for feld in form.felder}
    for key, label in _KOPF.items():
        wert = vorgang.variablen.get(key)
        if isinstance(wert, str) and wert:
            yield label, format_wert(fields[key], wert) if key in fields else wert


def _forms(session: Session, akteur: Akteur, vorgang: Vorgang, schluessel: Schluesselbund) -> Iterator[_Form]:
    done = session.execute(
        select(Aufgabe.id, Aufgabe.element_id, Aufgabe.prozessversion_id)
        .where(Aufgabe.vorgang_id == vorgang.id, Aufgabe.status == AufgabeStatus.ERLEDIGT)
        .order_by(Aufgabe.id)
    )
    newest = {(row.prozessversion_id, row.element_id): row.id for row in done}
    if not newest:
        return
    readable = lesbare_klassen(session, akteur, vorgang.id)
    contents: dict[int, dict[str, Any]] = {}
    rows = session.execute(
        select(Formularinhalt).where(
            Formularinhalt.vorgang_id == vorgang.id,
            Formularinhalt.entwurf.is_(False),
            Formularinhalt.datenklasse.in_(readable),
        )
    ).scalars()
    for row in rows:
        secret = Verschluesselt(row.schluessel_id, row.nonce, row.geheimtext)
        contents.setdefault(row.aufgabe_id, {}).update(schluessel.decrypt(secret, row.ort()))
    for (version_id, element), aufgabe_id in newest.items():
        version = session.get_one(Prozessversion, version_id)
        yield _Form(aufgabe_id, formular_of(version, element).felder, contents.get(aufgabe_id, {}))


def _beschluesse(session: Session, vorgang: Vorgang, forms: list[_Form], today: date) -> Iterator[BeschlussSicht]:
    words = {form.aufgabe_id: form.werte for form in forms}
    rows = session.execute(
        select(Beschluss).where(Beschluss.vorgang_id == vorgang.id).order_by(Beschluss.aufgabe_id, Beschluss.nr)
    ).scalars()
    for place, row in enumerate((r for r in rows if r.aufgabe_id in words), 1):
        zeilen = words[row.aufgabe_id].get(row.liste) or []
        zeile = zeilen[row.nr - 1] if len(zeilen) >= row.nr else {}
        yield BeschlussSicht(
            nr=place,
            ergebnis=zeile.get("ergebnis"),
            verantwortlich=zeile.get("verantwortlichkeit"),
            termin=row.termin,
            status=row.status,
            ist_ueberfaellig=row.ist_offen and row.termin is not None and row.termin < today,
        )


def _einwilligungen(vorgang: Vorgang, forms: list[_Form], today: date) -> Iterator[Einwilligung]:
    for form in forms:
        felder = {feld.key: feld for feld in form.felder}
        if not felder.keys() >= _EINWILLIGUNG:
            continue
        werte = {key: form.werte.get(key, vorgang.variablen.get(key)) for key in felder}
        until = date.fromisoformat(werte["gueltig_bis"]) if isinstance(werte["gueltig_bis"], str) else None
        is_given = werte.get("erteilt") not in (False, "nein") and not werte.get("widerrufen_am")
        yield Einwilligung(
            zweck=format_wert(felder["zweck"], werte["zweck"]) if werte["zweck"] else None,
            gueltig_bis=until,
            gilt=is_given and (until is None or until >= today),
        )
