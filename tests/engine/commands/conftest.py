"""A small office and a small drawing for tests of commands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from engine import db, schutz
from engine.commands import abschluss, aufgaben, prozesse, vorgaenge
from engine.commands import personen as buero
from engine.model import Aufgabe, Person, Vorgang
from engine.queries import personen
from engine.rechte import Akteur, Rolle

ANFANG = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t" id="d">'


@dataclass
class Amt:
    """An office with its people, and shortcuts that open one transaction each."""

    sessions: db.SessionFactory
    schluessel: schutz.Schluesselbund
    now: datetime
    ids: dict[str, int]

    def akteur(self, kennung: str) -> Akteur:
        with db.reading(self.sessions) as session:
            found = personen.akteur(session, self.ids[kennung], self.now)
        assert found is not None
        return found

    def publish(
        self,
        bpmn: str,
        *,
        einrichtung: dict[str, object] | None = None,
        formulare: dict[str, object] | None = None,
        entscheidungen: dict[str, bytes] | None = None,
        datei: str = "test.bpmn",
    ) -> int:
        """Upload and publish a drawing; returns the id of its (first) process."""
        modellierung = self.akteur("modell")
        with db.transaction(self.sessions) as session:
            versions = prozesse.upload_modell(
                session,
                modellierung,
                dateiname=datei,
                inhalt=bpmn.encode(),
                now=self.now,
                einrichtung=einrichtung,
                formulare=formulare,
                entscheidungen=entscheidungen,
            )
            for version in versions:
                prozesse.assign_lanes(
                    session,
                    modellierung,
                    prozess_id=version.prozess_id,
                    nummer=version.nummer,
                    lanes=dict.fromkeys(version.lanes(), "asd_nord")
                    | {k: v for k, v in version.einrichtung["lanes"].items()},
                )
                prozesse.publish_version(
                    session, modellierung, prozess_id=version.prozess_id, nummer=version.nummer, now=self.now
                )
            return versions[0].prozess_id

    def start(self, prozess_id: int, now: datetime | None = None) -> int:
        with db.transaction(self.sessions) as session:
            return vorgaenge.start_vorgang(session, self.akteur("anna"), prozess_id=prozess_id, now=now or self.now).id

    def offene(self, vorgang_id: int) -> dict[str, int]:
        """Element id -> id of the open Aufgabe."""
        with db.reading(self.sessions) as session:
            rows = session.query(Aufgabe).filter(Aufgabe.vorgang_id == vorgang_id, Aufgabe.fertig_am.is_(None))
            return {row.element_id: row.id for row in rows}

    def finish(self, vorgang_id: int, element: str, now: datetime | None = None, **eingaben: str) -> None:
        """Anna takes the open Aufgabe of this element and completes it."""
        aufgabe = self.offene(vorgang_id)[element]
        anna = self.akteur("anna")
        with db.transaction(self.sessions) as session:
            aufgaben.begin_aufgabe(session, anna, aufgabe, now=now or self.now)
            abschluss.complete_aufgabe(
                session,
                anna,
                aufgabe,
                eingaben={key: [value] for key, value in eingaben.items()},
                schluessel=self.schluessel,
                now=now or self.now,
            )

    def vorgang(self, vorgang_id: int) -> Vorgang:
        with db.reading(self.sessions) as session:
            return session.get_one(Vorgang, vorgang_id)


@pytest.fixture
def amt(sessions: db.SessionFactory, tmp_path: Path, now: datetime) -> Amt:
    """Two Fachkräfte of one group, one of another, a lead, a modeller and somebody of another office."""
    ring = schutz.open_schluesselbund(tmp_path / "schluessel.json")
    ids = {}
    with db.transaction(sessions) as session:
        mandant = buero.create_mandant(session, kennung="amt", name="Amt", land="NW")
        nord = buero.create_einheit(session, mandant, kennung="nord", name="Nord")
        sued = buero.create_einheit(session, mandant, kennung="sued", name="Süd")
        fremd = buero.create_mandant(session, kennung="fremd", name="Fremd", land="SH")
        dort = buero.create_einheit(session, fremd, kennung="dort", name="Dort")
        groups = {
            "asd_nord": buero.create_gruppe(
                session, nord, kennung="asd_nord", name="ASD Nord", rolle=Rolle.ASD_FACHKRAFT
            ),
            "asd_sued": buero.create_gruppe(
                session, sued, kennung="asd_sued", name="ASD Süd", rolle=Rolle.ASD_FACHKRAFT
            ),
            "leitung": buero.create_gruppe(session, nord, kennung="leitung", name="Leitung", rolle=Rolle.ASD_LEITUNG),
            "modell": buero.create_gruppe(session, nord, kennung="modell", name="Modell", rolle=Rolle.MODELLIERUNG),
            "dort": buero.create_gruppe(session, dort, kennung="dort", name="Dort", rolle=Rolle.ASD_FACHKRAFT),
        }
        for kennung, unit, group in (
            ("anna", nord, "asd_nord"),
            ("ben", nord, "asd_nord"),
            ("cem", sued, "asd_sued"),
            ("lea", nord, "leitung"),
            ("modell", nord, "modell"),
            ("fremd", dort, "dort"),
        ):
            person: Person = buero.create_person(
                session, unit, kennung=kennung, name=kennung.title(), passwort_hash="x", gruppen=(groups[group],)
            )
            ids[kennung] = person.id
    return Amt(sessions, ring, now, ids)


@pytest.fixture
def zeichnung() -> Callable[..., str]:
    """Builds a drawing from nodes and flows: ``zeichnung('<userTask id="a"/>', "s>a", "a>e")``."""

    def build(nodes: str, *flows: str, prozess: str = "p", name: str = "Testprozess", more: str = "") -> str:
        edges = "".join(_flow(n, flow) for n, flow in enumerate(flows, 1))
        return (
            f'{ANFANG}<process id="{prozess}" name="{name}" isExecutable="true">'
            f'<startEvent id="s" name="Anfang"/>{nodes}<endEvent id="e" name="Ende"/>{edges}</process>'
            f"{more}</definitions>"
        )

    return build


def _flow(number: int, flow: str) -> str:
    path, _, name = flow.partition(" ")
    source, target = path.split(">")
    return f'<sequenceFlow id="f{number}" sourceRef="{source}" targetRef="{target}" name="{name}"/>'
