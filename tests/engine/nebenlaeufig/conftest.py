"""A small office for many who act at once, and a crowd of threads that begin together."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from engine import db, schutz
from engine.commands import abschluss, aufgaben, prozesse, vorgaenge
from engine.commands import personen as buero
from engine.commands.ereignisse import verify_kette
from engine.model import Aufgabe, Ereignis, Vorgang
from engine.queries import personen
from engine.rechte import Akteur, Rolle

KOPF = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t" id="d">'


@dataclass
class Amt:
    """One Fachkraft, and her commands in one transaction each, tried again as the pages do."""

    sessions: db.SessionFactory
    schluessel: schutz.Schluesselbund
    now: datetime
    anna: Akteur
    modell: Akteur

    def publish(self, nodes: str, *flows: str) -> int:
        """Bring a process of these nodes into use, between ``s`` and ``e``."""
        edges = "".join(
            f'<sequenceFlow id="f{n}" sourceRef="{flow.split(">")[0]}" targetRef="{flow.split(">")[1]}"/>'
            for n, flow in enumerate(flows)
        )
        bpmn = (
            f'{KOPF}<process id="p" name="P" isExecutable="true"><startEvent id="s"/>{nodes}<endEvent id="e"/>{edges}'
            "</process></definitions>"
        )
        with db.transaction(self.sessions) as session:
            (version,) = prozesse.upload_modell(
                session, self.modell, dateiname="p.bpmn", inhalt=bpmn.encode(), now=self.now
            )
            prozess, nummer = version.prozess_id, version.nummer
            lanes = dict.fromkeys(version.lanes(), "nord")
            prozesse.assign_lanes(session, self.modell, prozess_id=prozess, nummer=nummer, lanes=lanes)
            prozesse.publish_version(session, self.modell, prozess_id=prozess, nummer=nummer, now=self.now)
            return prozess

    def start(self, prozess: int, kennung: str | None = None) -> int:
        """Start a Vorgang; returns its id."""
        return db.run(
            self.sessions,
            lambda s: vorgaenge.start_vorgang(s, self.anna, prozess_id=prozess, now=self.now, startkennung=kennung).id,
        )

    def begin(self, aufgabe: int) -> None:
        """Take an Aufgabe and begin it."""
        db.run(self.sessions, lambda s: aufgaben.begin_aufgabe(s, self.anna, aufgabe, now=self.now))

    def save(self, aufgabe: int, text: str) -> None:
        """Keep a draft."""
        db.run(
            self.sessions,
            lambda s: abschluss.save_entwurf(
                s, self.anna, aufgabe, eingaben={"vermerk": [text]}, schluessel=self.schluessel, now=self.now
            ),
        )

    def complete(self, aufgabe: int) -> list[int]:
        """Complete a begun Aufgabe; returns those that follow."""

        def command(session: db.Session) -> list[int]:
            fresh = abschluss.complete_aufgabe(
                session, self.anna, aufgabe, eingaben={"vermerk": ["x"]}, schluessel=self.schluessel, now=self.now
            )
            return [task.id for task in fresh]

        return db.run(self.sessions, command)

    def offene(self, vorgang: int) -> dict[str, int]:
        """Element id -> id of the open Aufgabe."""
        with db.reading(self.sessions) as session:
            rows = session.execute(
                select(Aufgabe.element_id, Aufgabe.id).where(Aufgabe.vorgang_id == vorgang, Aufgabe.fertig_am.is_(None))
            )
            return {row.element_id: row.id for row in rows}

    def arten(self, vorgang: int) -> list[str]:
        """What was recorded, in order; the chain is whole and runs have no gap."""
        with db.reading(self.sessions) as session:
            rows = list(
                session.execute(select(Ereignis).where(Ereignis.vorgang_id == vorgang).order_by(Ereignis.id)).scalars()
            )
            assert verify_kette(session.get_one(Vorgang, vorgang), rows)
        return [row.art for row in rows]


@pytest.fixture
def amt(sessions: db.SessionFactory, tmp_path: Path, now: datetime) -> Amt:
    with db.transaction(sessions) as session:
        mandant = buero.create_mandant(session, kennung="amt", name="Amt", land="NW")
        nord = buero.create_einheit(session, mandant, kennung="nord", name="Nord")
        akteure = []
        for kennung, rolle in (("nord", Rolle.ASD_FACHKRAFT), ("modell", Rolle.MODELLIERUNG)):
            gruppe = buero.create_gruppe(session, nord, kennung=kennung, name=kennung, rolle=rolle)
            person = buero.create_person(
                session, nord, kennung=kennung, name=kennung, passwort_hash="x", gruppen=(gruppe,)
            )
            akteure.append(personen.akteur(session, person.id, now))
    anna, modell = akteure
    assert anna and modell
    return Amt(sessions, schutz.open_schluesselbund(tmp_path / "schluessel.json"), now, anna, modell)


@pytest.fixture
def zugleich() -> Callable[..., list[object]]:
    """Lets so many threads do the same at the same moment; returns what each got, an exception for who failed."""

    def run(anzahl: int, tun: Callable[[int], object]) -> list[object]:
        schranke = threading.Barrier(anzahl)
        antworten: list[object] = [None] * anzahl

        def one(nr: int) -> None:
            schranke.wait()
            try:
                antworten[nr] = tun(nr)
            except Exception as fehler:
                antworten[nr] = fehler

        threads = [threading.Thread(target=one, args=(nr,)) for nr in range(anzahl)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return antworten

    return run
