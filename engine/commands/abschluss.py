"""How an Aufgabe ends: completed with its form, or sent back with a reason. Each moves the Vorgang one step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import errors, formulare, spiff
from engine.bpmn.ergebnis import SchrittArt
from engine.commands import ablauf, aufgaben, bestaetigung, eintreffen, inhalte, merkposten, ruecknahme, vieraugen
from engine.commands.ereignisse import Protokoll
from engine.kalender import lokales_datum
from engine.model import (
    Aufgabe,
    AufgabeStatus,
    Dokument,
    EreignisArt,
    Handlung,
    Prozessversion,
    Rueckgabegrund,
    Verhaeltnis,
    Vorgang,
    entwurf,
)
from engine.model import vorschlag as vorschlaege
from engine.model.formular import formular_of
from engine.model.mitglieder import works_in
from engine.model.wahl import validate_wahlen, wahlen_of
from engine.rechte import Akteur
from engine.schutz import Schluesselbund

#: key of the reasons of empty Pflichtangaben among the protected contents (S1)
LEER_GRUENDE = "leer_gruende"
#: what a browser sends: input name -> values
Eingaben = Mapping[str, Sequence[str]]


def save_entwurf(
    session: Session, akteur: Akteur, aufgabe_id: int, *, eingaben: Eingaben, schluessel: Schluesselbund, now: datetime
) -> None:
    """Keep what was typed so far, as it was typed; the first input begins the Aufgabe.

    The access log names the first input of a person, not each: it must not tell how somebody types.
    """
    aufgabe, vorgang = aufgaben.lock(session, akteur, aufgabe_id)
    if aufgabe.verhaeltnis(akteur) is not Verhaeltnis.MEINE:
        aufgaben.check(aufgabe, akteur, Handlung.ERLEDIGEN)
    if aufgabe.status in (AufgabeStatus.BEREIT, AufgabeStatus.UEBERNOMMEN):
        protokoll = Protokoll(vorgang, now, akteur.person_id)
        aufgaben.begin(aufgabe, akteur, protokoll, now)
        protokoll.write(session)
    elif not aufgabe.ist_offen:
        aufgaben.check(aufgabe, akteur, Handlung.ERLEDIGEN)
    version = session.get_one(Prozessversion, aufgabe.prozessversion_id)
    formular = formular_of(version, aufgabe.element_id)
    known = {w.feld for w in wahlen_of(version, aufgabe.element_id)}
    if vorschlaege.vorschlag_of(version, aufgabe.element_id):
        known |= vorschlaege.FELDER
    typed = {k: list(v) for k, v in eingaben.items() if k in known or formular.has_eingabe(k)}
    typed = {k: list(v) for k, v in formulare.fix_heute(formular, typed, lokales_datum(now)).items()}
    may_read = entwurf.readable(akteur, aufgabe, formular)
    who = akteur.person_id
    if inhalte.save_entwurf(session, aufgabe, typed, person_id=who, schluessel=schluessel, now=now, may_read=may_read):
        aufgaben.note_access(session, akteur, aufgabe, now, "entwurf")


def complete_aufgabe(
    session: Session, akteur: Akteur, aufgabe_id: int, *, eingaben: Eingaben, schluessel: Schluesselbund, now: datetime
) -> list[Aufgabe]:
    """Finish an Aufgabe with its form and let the Vorgang go on; returns the Aufgaben that follow.

    Raises
    ------
    errors.Invalid
        With one message per field; nothing was changed.
    """
    aufgabe, vorgang = aufgaben.lock(session, akteur, aufgabe_id)
    aufgaben.check(aufgabe, akteur, Handlung.ERLEDIGEN)
    vieraugen.check(session, akteur.person_id, aufgabe, fuer=aufgabe.vertretung_fuer_id)
    lage = ablauf.open_lage(session, vorgang, now, akteur.person_id)
    version = lage.versionen.by_id(aufgabe.prozessversion_id)
    eingaben = _with_dateien(session, version, aufgabe, eingaben)
    steering, protected, choices, werte = _read_eingaben(version, aufgabe, vorgang, eingaben, now)
    vorher = ruecknahme.look(vorgang, aufgabe)
    ergebnis = spiff.complete(
        lage.modell,
        vorgang.zustand,
        vorgang.variablen,
        aufgabe.token,
        eingaben={**steering, **choices},
        umgebung=lage.umgebung,
        now=now,
    )
    if aufgabe.art == SchrittArt.EINGANG:
        bestaetigung.note(session, vorgang, eintreffen.waiting(session, vorgang.id, aufgabe.token), now)
    _begin_late(aufgabe, akteur, lage)
    _close(aufgabe, AufgabeStatus.ERLEDIGT, now)
    milestone = lage.versionen.meilenstein(aufgabe.element_id)
    lage.protokoll.add_aufgabe(
        EreignisArt.ERLEDIGT,
        aufgabe,
        daten={k: v for k, v in {"entscheidung": choices, "meilenstein": milestone}.items() if v},
    )
    inhalte.save(session, aufgabe, protected, person_id=akteur.person_id, schluessel=schluessel, now=now)
    inhalte.delete_entwurf(session, aufgabe)
    merkposten.write(session, vorgang, aufgabe, formular_of(version, aufgabe.element_id), werte, schluessel)
    aufgaben.note_access(session, akteur, aufgabe, now, EreignisArt.ERLEDIGT.value)
    fresh = ablauf.apply(lage, ergebnis)
    ruecknahme.keep(lage, vorher, ergebnis, aufgabe, eingaben, akteur=akteur, schluessel=schluessel)
    return fresh


def _with_dateien(
    session: Session, version: Prozessversion, aufgabe: Aufgabe, eingaben: Eingaben
) -> dict[str, Sequence[str]]:
    """What was sent, and for each file field the numbers of its Dokumente: never what a browser says about them."""
    felder = [f.key for f in formular_of(version, aufgabe.element_id).felder if f.typ is formulare.FeldTyp.DATEI]
    given = {name: texte for name, texte in eingaben.items() if name not in felder}
    if not felder:
        return given
    rows = session.execute(
        select(Dokument.feld, Dokument.id).where(Dokument.aufgabe_id == aufgabe.id, Dokument.feld.in_(felder))
    ).all()
    return given | {key: [str(row.id) for row in rows if row.feld == key] for key in felder}


def return_aufgabe(
    session: Session,
    akteur: Akteur,
    aufgabe_id: int,
    *,
    grund: Rueckgabegrund,
    ziel: str,
    now: datetime,
) -> list[Aufgabe]:
    """Send the Vorgang back to an earlier step, with a reason; whoever did that step gets it again, if still there.

    Raises
    ------
    errors.Invalid
        When the step cannot be the target: parallel branches would be disturbed, or it was never done.
    """
    aufgabe, vorgang = aufgaben.lock(session, akteur, aufgabe_id)
    aufgaben.check(aufgabe, akteur, Handlung.ZURUECKGEBEN)
    lage = ablauf.open_lage(session, vorgang, now, akteur.person_id)
    version = lage.versionen.by_id(aufgabe.prozessversion_id)
    schritt = version.schritt(aufgabe.element_id)
    is_offered = schritt is not None and ziel in schritt.rueckgabe_ziele
    earlier = _last_done(session, aufgabe, ziel) if is_offered else None
    if earlier is None:
        raise errors.Invalid(
            "Zurückgeben nicht möglich: Dieser Schritt ist kein Ziel. Bitte wählen Sie einen der angebotenen Schritte.",
            felder={"ziel": "Bitte wählen Sie einen der angebotenen Schritte."},
        )
    ergebnis = spiff.move_back(
        lage.modell, vorgang.zustand, vorgang.variablen, aufgabe.token, ziel, umgebung=lage.umgebung, now=now
    )
    _begin_late(aufgabe, akteur, lage)
    _close(aufgabe, AufgabeStatus.ZURUECKGEGEBEN, now)
    lage.protokoll.add_aufgabe(EreignisArt.ZURUECKGEGEBEN, aufgabe, grund=grund.value, daten={"ziel": ziel})
    aufgaben.note_access(session, akteur, aufgabe, now, EreignisArt.ZURUECKGEGEBEN.value)
    fresh = ablauf.apply(lage, ergebnis)
    again = [f for f in fresh if f.element_id == ziel and f.gruppe_id == earlier.gruppe_id]
    doer = earlier.vertretung_fuer_id or earlier.person_id
    if again and works_in(session, doer, earlier.gruppe_id, now):
        for follow in again:
            follow.person_id = doer
    return fresh


def _last_done(session: Session, aufgabe: Aufgabe, ziel: str) -> Aufgabe | None:
    return session.execute(
        select(Aufgabe)
        .where(
            Aufgabe.vorgang_id == aufgabe.vorgang_id,
            Aufgabe.element_id == ziel,
            Aufgabe.status == AufgabeStatus.ERLEDIGT,
        )
        .order_by(Aufgabe.id.desc())
        .limit(1)
    ).scalar_one_or_none()


def _read_eingaben(
    version: Prozessversion, aufgabe: Aufgabe, vorgang: Vorgang, eingaben: Eingaben, now: datetime
) -> tuple[dict[str, Any], dict[str, dict[str, Any]], dict[str, Any], dict[str, Any]]:
    """Steering data S0 with a deviation, protected data by class, choices of exits, all values; all errors at once."""
    element = aufgabe.element_id
    formular = formular_of(version, element)
    problems: dict[str, str] = {}
    eingaben = formulare.fix_heute(formular, eingaben, lokales_datum(now))
    gelesen: formulare.Gelesen | None = None
    try:
        gelesen = formulare.read(formular, eingaben, bekannt=vorgang.variablen)
    except errors.Invalid as error:
        problems |= error.felder
    choices, wrong = validate_wahlen(wahlen_of(version, element), eingaben)
    problems |= wrong
    deviation, explanation, wrong = _read_abweichung(version, aufgabe, eingaben)
    problems |= wrong
    if problems or gelesen is None:
        raise errors.Invalid(
            "Erledigen nicht möglich: Einige Angaben fehlen oder passen nicht. Bitte prüfen Sie die markierten Felder.",
            felder=problems,
        )
    by_class = formulare.split_by_datenklasse(formular, gelesen.werte)
    steering = by_class.pop("S0", {}) | deviation | _zaehlung(version, aufgabe, vorgang, gelesen.zaehlung)
    if gelesen.leer_gruende:
        by_class["S1"][LEER_GRUENDE] = gelesen.leer_gruende
    if explanation:
        by_class["S1"][vorschlaege.INHALT] = explanation
    return steering, {klasse: werte for klasse, werte in by_class.items() if werte}, choices, gelesen.werte


def _zaehlung(
    version: Prozessversion, aufgabe: Aufgabe, vorgang: Vorgang, zaehlung: formulare.Zaehlung
) -> dict[str, int]:
    """Fields of all forms of this Vorgang so far, and how many of them are empty (D13): numbers only."""
    if not version.aufgaben_einstellung(aufgabe.element_id).get("formular"):
        return {}  # the general form for a note has nothing that should be full
    neu = {
        "felder_anwendbar": zaehlung.anwendbar,
        "felder_leer": zaehlung.leer,
        "felder_leer_begruendet": zaehlung.leer_begruendet,
    }
    bisher = {name: vorgang.variablen.get(name) for name in neu}
    return {name: wert + (alt if isinstance(alt := bisher[name], int) else 0) for name, wert in neu.items()}


def _read_abweichung(
    version: Prozessversion, aufgabe: Aufgabe, eingaben: Eingaben
) -> tuple[dict[str, Any], str, dict[str, str]]:
    """The process variable for the decision that this step sees beforehand (null: what the table says holds)."""
    vorschlag = vorschlaege.vorschlag_of(version, aufgabe.element_id)
    if vorschlag is None:
        return {}, "", {}
    chosen, explanation, wrong = vorschlaege.read_abweichung(vorschlag, eingaben)
    name = vorschlaege.variable(vorschlag.entscheidung)
    return {name: None if chosen is None else {**chosen, "aufgabe": aufgabe.id}}, explanation, wrong


def _begin_late(aufgabe: Aufgabe, akteur: Akteur, lage: ablauf.Lage) -> None:
    """Complete the times: work that was never begun explicitly began when it was claimed; a pause ends now."""
    if aufgabe.status == AufgabeStatus.UNTERBROCHEN:
        aufgaben.resume(aufgabe, lage.protokoll)
    elif aufgabe.status == AufgabeStatus.UEBERNOMMEN:
        aufgaben.begin(aufgabe, akteur, lage.protokoll, aufgabe.uebernommen_am or lage.now)


def _close(aufgabe: Aufgabe, status: AufgabeStatus, now: datetime) -> None:
    aufgabe.status = status.value
    aufgabe.fertig_am = now
