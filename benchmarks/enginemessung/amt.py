"""A small office on a database, driven through the command layer as the pages do it: one transaction each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, delete, select

from benchmarks.enginemessung import modelle
from engine import db, schutz
from engine.commands import abschluss, aufgaben, personen, prozesse, vorgaenge
from engine.model import Aufgabe
from engine.queries import personen as abfragen
from engine.rechte import Akteur, Rolle

JETZT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
SCHLUESSEL = schutz.Schluesselbund("k1", {"k1": bytes(32)})


@dataclass
class Amt:
    """An office with one Fachkraft; `prozesse` are ids by name."""

    db_engine: Engine
    sessions: db.SessionFactory
    anna: Akteur
    modell: Akteur

    @classmethod
    def create(cls, url: str) -> Amt:
        """Set it up on a fresh database."""
        db_engine = db.create_db_engine(url)
        sessions = db.create_sessions(db_engine)
        with db.transaction(sessions) as session:
            mandant = personen.create_mandant(session, kennung="amt", name="Amt", land="NW")
            nord = personen.create_einheit(session, mandant, kennung="nord", name="Nord")
            for kennung, rolle in (("anna", Rolle.ASD_FACHKRAFT), ("modell", Rolle.MODELLIERUNG)):
                gruppe = personen.create_gruppe(session, nord, kennung=f"g_{kennung}", name=kennung, rolle=rolle)
                personen.create_person(
                    session, nord, kennung=kennung, name=kennung, passwort_hash="x", gruppen=(gruppe,)
                )
        db_engine.dispose()
        return cls.open(url)

    @classmethod
    def open(cls, url: str) -> Amt:
        """The office that another process has set up."""
        db_engine = db.create_db_engine(url)
        sessions = db.create_sessions(db_engine)
        with db.reading(sessions) as session:
            akteure = []
            for kennung in ("anna", "modell"):
                login = abfragen.anmeldung(session, kennung)
                assert login is not None
                akteure.append(abfragen.akteur(session, login.person_id, JETZT))
        anna, modell = akteure
        assert anna is not None and modell is not None
        return cls(db_engine, sessions, anna, modell)

    def publish(self, xml: bytes, **mehr: Any) -> int:
        """Bring a drawing into use; returns the id of the process."""
        with db.transaction(self.sessions) as session:
            (version,) = prozesse.upload_modell(session, self.modell, dateiname="m.bpmn", inhalt=xml, now=JETZT, **mehr)
            wahl: dict[str, Any] = {"prozess_id": version.prozess_id, "nummer": version.nummer}
            prozesse.assign_lanes(session, self.modell, lanes=dict.fromkeys(version.lanes(), "g_anna"), **wahl)
            prozesse.publish_version(session, self.modell, now=JETZT, **wahl)
            return version.prozess_id

    def publish_haupt(self) -> int:
        """The main model of the benchmark with its forms, and the one it calls."""
        haupt, gerufen = modelle.write_dateien()
        self.publish(gerufen)
        einrichtung = {"aufgaben": {name: {"formular": name} for name in modelle.FORMULARE}}
        einrichtung["aufgaben"]["antrag"]["frist"] = "frist_at(bereit, 3)"
        return self.publish(haupt, einrichtung=einrichtung, formulare=modelle.FORMULARE)

    def start(self, prozess: int) -> int:
        """Start a Vorgang; returns its id."""
        with db.transaction(self.sessions) as session:
            return vorgaenge.start_vorgang(session, self.anna, prozess_id=prozess, now=JETZT).id

    def claim(self, aufgabe: int) -> None:
        """Anna takes an Aufgabe."""
        with db.transaction(self.sessions) as session:
            aufgaben.claim_aufgabe(session, self.anna, aufgabe, now=JETZT + timedelta(minutes=1))

    def complete(self, aufgabe: int, eingaben: dict[str, list[str]], *, uebernehmen: bool = False) -> list[int]:
        """She completes it, taking it in the same transaction if asked; returns the Aufgaben that follow."""
        now = JETZT + timedelta(minutes=2)
        with db.transaction(self.sessions) as session:
            if uebernehmen:
                aufgaben.claim_aufgabe(session, self.anna, aufgabe, now=now)
            folgende = abschluss.complete_aufgabe(
                session, self.anna, aufgabe, eingaben=eingaben, schluessel=SCHLUESSEL, now=now
            )
            return [f.id for f in folgende]

    def offene(self, *vorgaenge: int) -> dict[int, dict[str, int]]:
        """Open Aufgaben by Vorgang and element."""
        found: dict[int, dict[str, int]] = {v: {} for v in vorgaenge}
        with db.reading(self.sessions) as session:
            rows = session.execute(
                select(Aufgabe.vorgang_id, Aufgabe.element_id, Aufgabe.id).where(
                    Aufgabe.vorgang_id.in_(vorgaenge), Aufgabe.fertig_am.is_(None)
                )
            )
            for vorgang, element, aufgabe in rows:
                found[vorgang][element] = aufgabe
        return found

    def play_runden(self, prozess: int, runden: int) -> int:
        """A Vorgang that was sent back so many times, its first step claimed; returns its id."""
        vorgang = self.start(prozess)
        for _ in range(runden):
            for element, eingaben in (("antrag", modelle.ANTRAG), ("leitung", modelle.NOCHMAL)):
                self.play(vorgang, element, eingaben)
        self.claim(self.offene(vorgang)[vorgang]["antrag"])
        return vorgang

    def play(self, vorgang: int, element: str, eingaben: dict[str, list[str]]) -> None:
        """Claim (if need be) and complete one step."""
        aufgabe = self.offene(vorgang)[vorgang][element]
        self.claim(aufgabe)
        self.complete(aufgabe, eingaben)

    def clear(self) -> None:
        """Remove every Vorgang: the next measurement begins with an empty office."""
        tables = [t for t in db.Base.metadata.sorted_tables if t.name == "vorgang" or "vorgang_id" in t.c]
        with self.db_engine.begin() as connection:
            for table in reversed(tables):
                connection.execute(delete(table))
