"""A large office: 500 people in 60 Gruppen, open and finished Aufgaben by the hundred thousand.

The people, the processes and one Vorgang of each are made by the engine's commands; the rest are copies in bulk, spread
over people, Gruppen, days and states. A copy can be opened and completed like any other Vorgang.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import argon2
from sqlalchemy import Engine, Table, select
from sqlalchemy.orm import Session

from benchmarks.enginemessung import datenbanken
from engine import db
from engine.commands import personen, prozesse, vorgaenge
from engine.model import Aufgabe, Person, Prozess, Vorgang
from engine.queries import personen as abfragen
from engine.rechte import Akteur, Rolle

#: a Monday at nine in Berlin
JETZT = datetime(2026, 6, 15, 7, 0, tzinfo=UTC)
GRUPPEN, LEITUNGEN, EINHEITEN, JE_GRUPPE, LEITENDE = 50, 10, 25, 8, 100
PROZESSE = 5
PASSWORT = "Messung-2026"
_MODELL = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t" id="d{n}">
<process id="p{n}" name="{name}" isExecutable="true"><laneSet id="ls{n}"><lane id="l{n}" name="ASD">
<flowNodeRef>a{n}</flowNodeRef><flowNodeRef>b{n}</flowNodeRef></lane></laneSet><startEvent id="s{n}"/>
<userTask id="a{n}" name="Bedarf einschätzen"/><userTask id="b{n}" name="Hilfe planen"/><endEvent id="e{n}"/>
<sequenceFlow id="f1{n}" sourceRef="s{n}" targetRef="a{n}"/><sequenceFlow id="f2{n}" sourceRef="a{n}" targetRef="b{n}"/>
<sequenceFlow id="f3{n}" sourceRef="b{n}" targetRef="e{n}"/></process></definitions>"""
_FORMULAR = {
    "type": "default",
    "id": "lage",
    "components": [
        {"type": "textarea", "key": "lage", "label": "Lage", "validate": {"required": True}},
        {"type": "number", "key": "stunden", "label": "Stunden", "properties": {"datenklasse": "S0"}},
    ],
}
_NAMEN = ("Hilfe zur Erziehung", "Gefährdung § 8a", "Hilfeplan fortschreiben", "Fallkonferenz", "Kostenbeitrag")


@dataclass(frozen=True)
class Amt:
    """Where the people of the office begin in the tables."""

    erste_person: int
    erste_gruppe: int

    def kennungen(self, anzahl: int) -> list[str]:
        """Logins of some Fachkräfte, spread over the Gruppen, and of two who lead."""
        step = max(1, GRUPPEN * JE_GRUPPE // anzahl)
        return [*(f"p{n:03}" for n in range(0, step * anzahl, step)), "l000", "l001"]


def fill(db_engine: Engine, *, offen: int, erledigt: int) -> Amt:
    """Make the office with so many open and finished Aufgaben (five of one finished Vorgang)."""
    sessions = db.create_sessions(db_engine)
    with db.transaction(sessions) as session:
        amt = _people(session)
    with db.transaction(sessions) as session:
        _processes(session)
    with db.transaction(sessions) as session:
        vorlagen = _vorlagen(session)
    with datenbanken.driver(db_engine) as cursor:
        datenbanken.set_checks(cursor, db_engine.name, on=False)
        cursor.execute("BEGIN")
        _Kopie(cursor, db_engine.name, amt).run(vorlagen, offen=offen, erledigt=erledigt)
        cursor.execute("COMMIT")
        datenbanken.set_checks(cursor, db_engine.name, on=True)
        datenbanken.finish(cursor, db_engine.name, [Vorgang.__table__, Aufgabe.__table__])
    return amt


def _people(session: Session) -> Amt:
    secret = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORT)
    mandant = personen.create_mandant(session, kennung="mess", name="Jugendamt Messstadt", land="NW")
    units = [
        personen.create_einheit(session, mandant, kennung=f"e{n}", name=f"Bezirk {n:02}") for n in range(EINHEITEN)
    ]
    groups = [
        personen.create_gruppe(
            session, units[n % EINHEITEN], kennung=f"g{n}", name=f"ASD Team {n:02}", rolle=Rolle.ASD_FACHKRAFT
        )
        for n in range(GRUPPEN)
    ]
    leads = [
        personen.create_gruppe(
            session, units[n], kennung=f"l{n}", name=f"Leitung Bezirk {n:02}", rolle=Rolle.ASD_LEITUNG
        )
        for n in range(LEITUNGEN)
    ]
    modell = personen.create_gruppe(session, units[0], kennung="modell", name="Prozesse", rolle=Rolle.MODELLIERUNG)
    ids = []
    for n in range(GRUPPEN * JE_GRUPPE):
        own = n // JE_GRUPPE
        person = personen.create_person(
            session,
            units[own % EINHEITEN],
            kennung=f"p{n:03}",
            name=f"Person {n:03}",
            passwort_hash=secret,
            gruppen=(groups[own], groups[(own + 7) % GRUPPEN]),
        )
        ids.append(person.id)
    for n in range(LEITENDE):
        lead = leads[n % LEITUNGEN]
        personen.create_person(
            session,
            units[n % LEITUNGEN],
            kennung=f"l{n:03}",
            name=f"Leitung {n:03}",
            passwort_hash=secret,
            gruppen=(lead,),
        )
    personen.create_person(session, units[0], kennung="modell", name="Modell", passwort_hash=secret, gruppen=(modell,))
    return Amt(erste_person=ids[0], erste_gruppe=groups[0].id)


def _akteur(session: Session, kennung: str) -> Akteur:
    person_id = session.execute(select(Person.id).where(Person.kennung == kennung)).scalar_one()
    found = abfragen.akteur(session, person_id, JETZT)
    assert found is not None
    return found


def _processes(session: Session) -> None:
    akteur = _akteur(session, "modell")
    for n in range(PROZESSE):
        [version] = prozesse.upload_modell(
            session,
            akteur,
            dateiname=f"p{n}.bpmn",
            inhalt=_MODELL.format(n=n, name=_NAMEN[n]).encode(),
            now=JETZT,
            einrichtung={
                "lanes": {"ASD": Rolle.ASD_FACHKRAFT.value},
                "aufgaben": {f"a{n}": {"formular": "lage", "frist": "frist_at(eingang, 3)"}},
            },
            formulare={"lage": _FORMULAR},
        )
        prozesse.publish_version(session, akteur, prozess_id=version.prozess_id, nummer=version.nummer, now=JETZT)


def _vorlagen(session: Session) -> list[int]:
    """One running Vorgang of each process."""
    akteur = _akteur(session, "p000")
    processes = session.execute(select(Prozess.id).order_by(Prozess.id)).scalars().all()
    return [vorgaenge.start_vorgang(session, akteur, prozess_id=p, now=JETZT).id for p in processes]


@dataclass
class _Kopie:
    """Copies rows of the templates by one statement per table and kind."""

    cursor: Any
    dialekt: str
    amt: Amt

    def run(self, vorlagen: list[int], *, offen: int, erledigt: int) -> None:
        fertige = erledigt // 5
        self._vorgaenge(vorlagen, offen + fertige, offen)
        self._offene(vorlagen, offen)
        self._erledigte(vorlagen, offen, fertige)

    def _vorgaenge(self, vorlagen: list[int], anzahl: int, offen: int) -> None:
        self._copy(
            Vorgang.__table__,
            f"t.id = {vorlagen[0]} + n.n % {len(vorlagen)}",
            anzahl,
            {
                "id": "1000 + n.n",
                "aktenzeichen": "'51-2026-' || CAST(1000000 + n.n AS VARCHAR(9))",
                "startkennung": "NULL",
                "orga_einheit_id": f"t.orga_einheit_id + (n.n % {GRUPPEN}) % {EINHEITEN}",
                "eingang_am": self._zeit("n.n % 40000", -1),
                "gestartet_am": self._zeit("n.n % 40000", -1),
                "status": f"CASE WHEN n.n < {offen} THEN 'laufend' ELSE 'beendet' END",
            },
        )

    def _offene(self, vorlagen: list[int], anzahl: int) -> None:
        number = "'51-2026-' || CAST(1000000 + n.n AS VARCHAR(9))"
        taken = "(n.n / 50) % 2 = 0"
        person = f"{self.amt.erste_person} + (n.n % {GRUPPEN}) * {JE_GRUPPE} + (n.n / 100) % {JE_GRUPPE}"
        paused = "(n.n / 400) % 7 = 0"
        self._copy(
            Aufgabe.__table__,
            f"t.vorgang_id = {vorlagen[0]} + n.n % {len(vorlagen)}",
            anzahl,
            {
                "id": "1000 + n.n",
                "vorgang_id": "1000 + n.n",
                "aktenzeichen": number,
                "gruppe_id": f"{self.amt.erste_gruppe} + n.n % {GRUPPEN}",
                "orga_einheit_id": f"t.orga_einheit_id + (n.n % {GRUPPEN}) % {EINHEITEN}",
                "person_id": f"CASE WHEN {taken} THEN {person} END",
                "status": f"CASE WHEN {taken} THEN CASE WHEN {paused} THEN 'unterbrochen' ELSE 'begonnen' END "
                "ELSE 'bereit' END",
                "wartegrund": f"CASE WHEN {taken} AND {paused} THEN 'unterlagen' END",
                "bereit_am": self._zeit("(n.n * 7919) % 40000", -1),
                "begonnen_am": f"CASE WHEN {taken} THEN {self._zeit('(n.n * 7919) % 40000', -1)} END",
                "frist_am": f"CASE WHEN n.n % 9 > 0 THEN {self._zeit('(n.n * 104729) % 40000 - 8000', 1)} END",
            },
        )

    def _erledigte(self, vorlagen: list[int], offen: int, fertige: int) -> None:
        for part in range(5):
            zeit = self._zeit(f"(n.n * 7919 + {part} * 997) % 2600000", -1)
            self._copy(
                Aufgabe.__table__,
                f"t.vorgang_id = {vorlagen[0]} + (n.n + {offen}) % {len(vorlagen)}",
                fertige,
                {
                    "id": f"{1000 + offen} + n.n * 5 + {part}",
                    "vorgang_id": f"{1000 + offen} + n.n",
                    "aktenzeichen": f"'51-2026-' || CAST({1000000 + offen} + n.n AS VARCHAR(9))",
                    "gruppe_id": f"{self.amt.erste_gruppe} + (n.n + {part}) % {GRUPPEN}",
                    "orga_einheit_id": f"t.orga_einheit_id + ((n.n + {part}) % {GRUPPEN}) % {EINHEITEN}",
                    "person_id": f"{self.amt.erste_person} + ((n.n + {part}) % {GRUPPEN}) * {JE_GRUPPE} "
                    f"+ (n.n / 50) % {JE_GRUPPE}",
                    "status": "'erledigt'",
                    "bereit_am": zeit,
                    "begonnen_am": zeit,
                    "fertig_am": zeit,
                },
            )

    def _copy(self, table: Table, which: str, anzahl: int, values: Mapping[str, str]) -> None:
        columns = [c.name for c in table.c]
        numbers = f"WITH RECURSIVE n(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < {anzahl - 1})"
        if self.dialekt == "postgresql":
            numbers = f"WITH n(n) AS (SELECT generate_series(0::bigint, {anzahl - 1}))"
        picked = ", ".join(values.get(c, f"t.{c}") for c in columns)
        self.cursor.execute(
            f"INSERT INTO {table.name} ({', '.join(columns)}) {numbers} "
            f"SELECT {picked} FROM n CROSS JOIN {table.name} t WHERE {which}"
        )

    def _zeit(self, minuten: str, richtung: int) -> str:
        """An instant so many minutes before (-1) or after (1) the moment of the measurement."""
        if self.dialekt == "postgresql":
            return f"TIMESTAMPTZ '{JETZT.isoformat()}' + ({minuten}) * {richtung} * INTERVAL '1 minute'"
        epoch = int(JETZT.timestamp())
        return f"strftime('%Y-%m-%d %H:%M:%S.000000', {epoch} + ({minuten}) * {richtung * 60}, 'unixepoch')"
