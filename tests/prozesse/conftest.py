"""Plays walk-throughs: on the engine alone, and as staff through the commands."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol

import pytest
from sqlalchemy import Engine, select

from engine import bpmn, db, dmn, formulare, kalender, katalog, schutz, spiff, worker
from engine.commands import abschluss, aufgaben, personen, prozesse, vorgaenge
from engine.katalog import Beispiel, BeispielSchritt, Handlung, Prozesspaket
from engine.katalog.einrichtung import zuordnung
from engine.model import Aufgabe, Ereignis, Rueckgabegrund, Vorgang
from engine.model.wahl import wahl_feld
from engine.queries import personen as personen_queries
from engine.rechte import Akteur, Rolle
from engine.spiff import modell

NW = kalender.Kalender()


@dataclass
class Verlauf:
    """What happened: compared with what the walk-through expects."""

    ende: str | None = None
    #: milestone -> German day of its last completion
    meilensteine: dict[str, date] = field(default_factory=dict)
    #: element -> first time its deadline fired
    fristen: list[str] = field(default_factory=list)


class Spieler(Protocol):
    """Somebody who can play a walk-through."""

    verlauf: Verlauf

    def pass_time(self, now: datetime) -> None: ...

    def act(self, schritt: BeispielSchritt, now: datetime) -> None: ...

    def offen(self) -> set[str]: ...


def play(spieler: Spieler, beispiel: Beispiel) -> Verlauf:
    """Every step in turn; the open Aufgaben are compared where the walk-through names them."""
    now = beispiel.eingang
    for nummer, schritt in enumerate(beispiel.schritte, start=1):
        if schritt.nach_at:
            now = advance(now, schritt.nach_at)
            spieler.pass_time(now)
        if schritt.handlung is not Handlung.KEINE:
            ort = f"{beispiel.kennung}, Schritt {nummer}"
            assert schritt.element in spieler.offen(), f"{ort}: {schritt.element} nicht offen, nur {spieler.offen()}"
            spieler.act(schritt, now)
        if schritt.offen is not None:
            assert spieler.offen() == set(schritt.offen), f"{beispiel.kennung}, Schritt {nummer}"
    return spieler.verlauf


def advance(now: datetime, arbeitstage: int) -> datetime:
    """The same time of day so many working days later."""
    lokal = now.astimezone(kalender.BERLIN)
    return datetime.combine(NW.frist_at(lokal, arbeitstage), lokal.time(), kalender.BERLIN)


class EngineSpieler:
    """Plays on `engine.spiff` alone; with `restore`, nothing but JSON and bytes survives from one step to the next."""

    def __init__(self, paket: Prozesspaket, beispiel: Beispiel, *, restore: bool) -> None:
        self.paket, self.restore, self.verlauf = paket, restore, Verlauf()
        self.formulare = {name: formulare.read_schema(schema) for name, schema in paket.formulare.items()}
        s0 = {f.key for form in self.formulare.values() for f in form.felder if f.datenklasse == "S0"}
        self.tabellen = dmn.Sammlung(paket.entscheidungen)
        self.ausfuehrbar = bpmn.pruefe(
            paket.bpmn,
            variablen=frozenset(s0),
            entscheidungen=self.tabellen.ausgaben,
            zuordnung=zuordnung(paket.einstellungen),
        ).ausfuehrbar
        self.umgebung = spiff.Umgebung(kalender.funktionen(NW), self._decide)
        self._keep(
            spiff.start(
                self._modell(), {"eingang": beispiel.eingang.isoformat()}, umgebung=self.umgebung, now=beispiel.eingang
            ),
            beispiel.eingang,
        )

    def _decide(
        self, prozess_id: str, entscheidung: str, variablen: Mapping[str, Any], *, ergebnis: str, now: datetime
    ) -> dmn.Entscheid:
        assert prozess_id == self.paket.kennung
        return self.tabellen.entscheide(entscheidung, variablen, ergebnis=ergebnis, now=now)

    def _modell(self) -> spiff.Modell:
        if self.restore:
            modell._SPEICHER.clear()
        return spiff.lade_modell(spiff.Quelle(f"test/{self.paket.kennung}", self.paket.kennung, (self.ausfuehrbar,)))

    def _keep(self, ergebnis: spiff.Ergebnis, now: datetime) -> None:
        self.zustand = bytes(ergebnis.zustand)
        self.variablen = json.loads(json.dumps(ergebnis.variablen))
        self.bereit = {b.element: b.token for b in ergebnis.bereit}
        meilensteine = self.paket.einstellungen["meilensteine"]
        for passiert in ergebnis.passiert:
            if passiert.bpmn_typ == "boundaryEvent":
                self.verlauf.fristen.append(passiert.element)
            if meilenstein := meilensteine.get(passiert.element):
                self.verlauf.meilensteine[meilenstein] = kalender.lokales_datum(now)
        if ergebnis.beendet:
            self.verlauf.ende = ergebnis.ende

    def pass_time(self, now: datetime) -> None:
        ergebnis = spiff.fire_timers(self._modell(), self.zustand, self.variablen, umgebung=self.umgebung, now=now)
        self._keep(ergebnis, now)

    def act(self, schritt: BeispielSchritt, now: datetime) -> None:
        token = self.bereit[schritt.element]
        if schritt.handlung is Handlung.GIBT_ZURUECK:
            ergebnis = spiff.move_back(
                self._modell(), self.zustand, self.variablen, token, schritt.an, umgebung=self.umgebung, now=now
            )
        else:
            variablen = {**self.variablen, **self._werte(schritt)}
            ergebnis = spiff.complete(self._modell(), self.zustand, variablen, token, umgebung=self.umgebung, now=now)
        self._keep(ergebnis, now)

    def _werte(self, schritt: BeispielSchritt) -> dict[str, Any]:
        name = self.paket.einstellungen["aufgaben"].get(schritt.element, {}).get("formular")
        werte = formulare.validate(self.formulare[name], schritt.werte) if name else {}
        steuern = formulare.split_by_datenklasse(self.formulare[name], werte)["S0"] if name else {}
        return steuern | {wahl_feld(gateway): fluesse[0] for gateway, fluesse in schritt.ausgang.items()}

    def offen(self) -> set[str]:
        return set(self.bereit)


@dataclass
class Haus:
    """An office with one person for each role."""

    sessions: db.SessionFactory
    schluessel: schutz.Schluesselbund
    personen: dict[str, int]

    def akteur(self, rolle: str, now: datetime) -> Akteur:
        with db.reading(self.sessions) as session:
            akteur = personen_queries.akteur(session, self.personen[rolle], now)
        assert akteur is not None
        return akteur

    def publish(self, paket: Prozesspaket, now: datetime) -> int:
        """Upload and publish a package as it is; returns the id of the process."""
        akteur = self.akteur(Rolle.MODELLIERUNG, now)
        with db.transaction(self.sessions) as session:
            (version,) = prozesse.upload_modell(
                session,
                akteur,
                dateiname=paket.dateiname,
                inhalt=paket.bpmn,
                now=now,
                einrichtung=paket.einstellungen,
                formulare=paket.formulare,
                entscheidungen=paket.entscheidungen,
            )
            prozesse.publish_version(session, akteur, prozess_id=version.prozess_id, nummer=version.nummer, now=now)
            return version.prozess_id


class HausSpieler:
    """Plays as staff: each role claims and completes its own Aufgaben, the worker fires the timers."""

    def __init__(self, haus: Haus, prozess_id: int, beispiel: Beispiel) -> None:
        self.haus = haus
        with db.transaction(haus.sessions) as session:
            akteur = haus.akteur(Rolle.GESCHAEFTSZIMMER, beispiel.eingang)
            self.vorgang_id = vorgaenge.start_vorgang(session, akteur, prozess_id=prozess_id, now=beispiel.eingang).id

    def pass_time(self, now: datetime) -> None:
        worker.run_due(self.haus.sessions, now=now)

    def act(self, schritt: BeispielSchritt, now: datetime) -> None:
        akteur, aufgabe_id = self.haus.akteur(schritt.rolle, now), self._aufgaben()[schritt.element]
        with db.transaction(self.haus.sessions) as session:
            aufgaben.claim_aufgabe(session, akteur, aufgabe_id, now=now)
        with db.transaction(self.haus.sessions) as session:
            if schritt.handlung is Handlung.GIBT_ZURUECK:
                grund = Rueckgabegrund(schritt.grund)
                abschluss.return_aufgabe(session, akteur, aufgabe_id, grund=grund, ziel=schritt.an, now=now)
                return
            eingaben = {**schritt.werte, **{wahl_feld(g): f for g, f in schritt.ausgang.items()}}
            abschluss.complete_aufgabe(
                session, akteur, aufgabe_id, eingaben=eingaben, schluessel=self.haus.schluessel, now=now
            )

    def _aufgaben(self) -> dict[str, int]:
        with db.reading(self.haus.sessions) as session:
            rows = session.execute(
                select(Aufgabe.element_id, Aufgabe.id).where(
                    Aufgabe.vorgang_id == self.vorgang_id, Aufgabe.fertig_am.is_(None)
                )
            ).all()
        assert len({row.element_id for row in rows}) == len(rows), "an element has two open Aufgaben"
        return {row.element_id: row.id for row in rows}

    def offen(self) -> set[str]:
        return set(self._aufgaben())

    @property
    def verlauf(self) -> Verlauf:
        """Read from the records alone."""
        with db.reading(self.haus.sessions) as session:
            vorgang = session.get_one(Vorgang, self.vorgang_id)
            ereignisse = session.scalars(
                select(Ereignis).where(Ereignis.vorgang_id == self.vorgang_id).order_by(Ereignis.id)
            ).all()
        return Verlauf(
            vorgang.ende_element,
            {e.daten["meilenstein"]: kalender.lokales_datum(e.zeit) for e in ereignisse if "meilenstein" in e.daten},
            [e.element_id or "" for e in ereignisse if e.art == "frist_abgelaufen"],
        )


@pytest.fixture
def haus(new_sqlite: Callable[[], Engine], tmp_path: Path) -> Haus:
    """A fresh office."""
    sessions = db.create_sessions(new_sqlite())
    ids = {}
    with db.transaction(sessions) as session:
        mandant = personen.create_mandant(session, kennung="amt", name="Amt", land="NW")
        einheit = personen.create_einheit(session, mandant, kennung="amt", name="Amt")
        for rolle in _rollen():
            gruppe = personen.create_gruppe(session, einheit, kennung=f"g_{rolle}", name=rolle.title(), rolle=rolle)
            person = personen.create_person(
                session, einheit, kennung=rolle, name=rolle.title(), passwort_hash="x", gruppen=(gruppe,)
            )
            ids[rolle.value] = person.id
    return Haus(sessions, schutz.open_schluesselbund(tmp_path / "schluessel.json"), ids)


def _rollen() -> Iterable[Rolle]:
    gebraucht = {r for k in katalog.list_pakete() for r in katalog.lade_paket(k).einstellungen["lanes"].values()}
    return [r for r in Rolle if r in gebraucht or r in (Rolle.MODELLIERUNG, Rolle.GESCHAEFTSZIMMER)]


@pytest.fixture
def play_engine() -> Callable[..., Verlauf]:
    """Play a walk-through of a package on the engine alone."""

    def spiele(paket: Prozesspaket, beispiel: Beispiel, *, restore: bool = False) -> Verlauf:
        return play(EngineSpieler(paket, beispiel, restore=restore), beispiel)

    return spiele


@pytest.fixture
def play_haus(haus: Haus) -> Callable[..., Verlauf]:
    """Play a walk-through of a package as staff of a fresh office."""

    def spiele(paket: Prozesspaket, beispiel: Beispiel) -> Verlauf:
        prozess_id = haus.publish(paket, beispiel.eingang)
        return play(HausSpieler(haus, prozess_id, beispiel), beispiel)

    return spiele
