"""A small office with a tiny process, built once by the engine's own commands and copied for each test.

Kleinstadt: two people of ASD Mitte, their head, a process manager, a colleague of another unit, a stranger from another
office. The process: Bedarf einschätzen (form, decision) → Freigeben (Leitung) → end.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import argon2
import jinja2
import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2.bccache import Bucket
from sqlalchemy import event, make_url
from werkzeug.test import TestResponse

import web
from engine import db
from engine.commands import abschluss, personen, prozesse, vorgaenge
from engine.commands import aufgaben as aufgaben_befehle
from engine.model import Aufgabe, Mandant, Person, Prozess
from engine.queries import arbeitskorb as korb_abfragen
from engine.queries import personen as personen_abfragen
from engine.rechte import Akteur, Rolle
from web import auth, config, dienste

MODELL = (Path(__file__).parent / "bedarf.bpmn").read_bytes()
PASSWORT = "Kleinstadt-2026"
#: a Monday at nine in Berlin, no holiday near it
JETZT = datetime(2026, 6, 15, 7, 0, tzinfo=UTC)

FORMULARE: dict[str, Any] = {
    "bedarf": {
        "type": "default",
        "id": "bedarf",
        "components": [
            {
                "type": "group",
                "label": "Kind und Familie",
                "components": [
                    {
                        "type": "textarea",
                        "key": "lage",
                        "label": "Wie ist die Lage?",
                        "description": "Kurz und sachlich.",
                        "validate": {"required": True, "maxLength": 2000},
                    },
                    {"type": "datetime", "subtype": "date", "key": "termin", "label": "Nächster Termin"},
                ],
            },
            {
                "type": "group",
                "label": "Hilfe",
                "components": [
                    {
                        "type": "radio",
                        "key": "dringlichkeit",
                        "label": "Wie dringlich ist es?",
                        "values": [
                            {"label": "sofort", "value": "sofort"},
                            {"label": "in den nächsten Wochen", "value": "bald"},
                        ],
                        "validate": {"required": True},
                        "properties": {"datenklasse": "S0"},
                    },
                    {
                        "type": "number",
                        "key": "stunden",
                        "label": "Fachleistungsstunden je Woche",
                        "decimalDigits": 1,
                        "appearance": {"suffixAdorner": "Stunden"},
                        "validate": {"max": 40},
                        "properties": {"datenklasse": "S0"},
                    },
                    {"type": "checkbox", "key": "einwilligung", "label": "Die Einwilligung liegt vor"},
                    {
                        "type": "checklist",
                        "key": "beteiligt",
                        "label": "Wer ist beteiligt?",
                        "values": [{"label": "Schule", "value": "schule"}, {"label": "Kita", "value": "kita"}],
                    },
                ],
            },
        ],
    }
}
EINRICHTUNG: dict[str, Any] = {
    "aufgaben": {"bedarf_einschaetzen": {"formular": "bedarf", "frist": "frist_at(eingang, 3)"}},
    "lanes": {"ASD": Rolle.ASD_FACHKRAFT.value, "Leitung": Rolle.ASD_LEITUNG.value},
}


@dataclass
class Uhr:
    """The clock of the pages; tests set it."""

    jetzt: datetime = JETZT

    def __call__(self) -> datetime:
        """This moment."""
        return self.jetzt

    def advance(self, **spanne: float) -> None:
        """Let time pass, e.g. ``advance(hours=2)``."""
        self.jetzt += timedelta(**spanne)


@pytest.fixture(scope="session")
def kleinstadt(sqlite_vorlage: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the office and its published process, to copy."""
    pfad = tmp_path_factory.mktemp("kleinstadt") / "amt.sqlite"
    shutil.copyfile(sqlite_vorlage, pfad)
    db_engine = db.create_db_engine(f"sqlite:///{pfad}")
    sessions = db.create_sessions(db_engine)
    with db.transaction(sessions) as session:
        create_office(session)
    with db.transaction(sessions) as session:
        publish(session, akteur_of(session, "prozesse"))
    db_engine.dispose()
    return pfad


def create_office(session: db.Session) -> None:
    """The people of Kleinstadt, and one of another office."""
    # Cheap on purpose: a real hash takes longer than most tests.
    secret = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORT)
    mandant = personen.create_mandant(session, kennung="kleinstadt", name="Jugendamt Kleinstadt", land="NW")
    amt = personen.create_einheit(session, mandant, kennung="amt", name="Jugendamt")
    mitte = personen.create_einheit(session, mandant, kennung="mitte", name="ASD Mitte", eltern=amt)
    rand = personen.create_einheit(session, mandant, kennung="rand", name="ASD Rand", eltern=amt)
    fach = personen.create_gruppe(session, mitte, kennung="asd_mitte", name="ASD Mitte", rolle=Rolle.ASD_FACHKRAFT)
    chef = personen.create_gruppe(session, mitte, kennung="leitung", name="Leitung Mitte", rolle=Rolle.ASD_LEITUNG)
    fern = personen.create_gruppe(session, rand, kennung="asd_rand", name="ASD Rand", rolle=Rolle.ASD_FACHKRAFT)
    modell = personen.create_gruppe(session, amt, kennung="modell", name="Prozesse", rolle=Rolle.MODELLIERUNG)
    zahlen = personen.create_gruppe(session, amt, kennung="zahlen", name="Controlling", rolle=Rolle.CONTROLLING)
    technik = personen.create_gruppe(session, amt, kennung="technik", name="Technik", rolle=Rolle.ADMIN_TECHNIK)
    for kennung, name, einheit, gruppen in (
        ("asd", "Alva Ahorn", mitte, (fach,)),
        ("asd2", "Bela Birke", mitte, (fach,)),
        ("leitung", "Cleo Distel", mitte, (chef,)),
        ("rand", "Dario Efeu", rand, (fern,)),
        ("prozesse", "Edda Farn", amt, (modell,)),
        ("controlling", "Finn Ginster", amt, (zahlen,)),
        ("technik", "Greta Iris", amt, (technik,)),
        ("neu", "Hanno Linde", amt, ()),
    ):
        personen.create_person(session, einheit, kennung=kennung, name=name, passwort_hash=secret, gruppen=gruppen)
    anderes = personen.create_mandant(session, kennung="anderswo", name="Jugendamt Anderswo", land="BY", schulung=True)
    dort = personen.create_einheit(session, anderes, kennung="amt", name="Jugendamt")
    team = personen.create_gruppe(session, dort, kennung="asd_mitte", name="ASD", rolle=Rolle.ASD_FACHKRAFT)
    personen.create_person(session, dort, kennung="fremd", name="Ida Mohn", passwort_hash=secret, gruppen=(team,))


def publish(session: db.Session, akteur: Akteur) -> int:
    """Upload and publish the tiny process; its id."""
    [version] = prozesse.upload_modell(
        session,
        akteur,
        dateiname="bedarf.bpmn",
        inhalt=MODELL,
        now=JETZT,
        einrichtung=EINRICHTUNG,
        formulare=FORMULARE,
    )
    prozesse.publish_version(session, akteur, prozess_id=version.prozess_id, nummer=version.nummer, now=JETZT)
    return version.prozess_id


def akteur_of(session: db.Session, kennung: str) -> Akteur:
    """The Akteur with this login."""
    person_id = session.query(Person.id).filter(Person.kennung == kennung).scalar()
    akteur = personen_abfragen.akteur(session, person_id, JETZT)
    assert akteur is not None
    return akteur


@pytest.fixture
def uhr() -> Uhr:
    """The clock of the application under test."""
    return Uhr()


class Bytecode(jinja2.BytecodeCache):
    """Compiled templates for all applications of this process: each would compile them anew."""

    def __init__(self) -> None:
        self.seiten: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Use what an earlier application compiled."""
        if bucket.key in self.seiten:
            bucket.bytecode_from_string(self.seiten[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it for later ones."""
        self.seiten[bucket.key] = bucket.bytecode_to_string()


BYTECODE = Bytecode()


@pytest.fixture
def app(kleinstadt: Path, tmp_path: Path, uhr: Uhr) -> Iterator[Flask]:
    """The application on an own copy of Kleinstadt; the check of tokens is off (tests of it switch it on)."""
    settings = config.Einstellungen(daten=tmp_path / "daten", anmeldeversuche=10, speicher="arbeitsspeicher")
    settings.daten.mkdir()
    shutil.copyfile(kleinstadt, make_url(settings.datenbank_url).database or "")
    app = web.create_app(settings)
    app.config.update(TESTING=True, JETZT=uhr, WTF_CSRF_ENABLED=False)
    app.jinja_env.bytecode_cache = BYTECODE
    auth.limiter.reset()
    yield app
    with app.app_context():
        dienste.dienste().db_engine.dispose()


@pytest.fixture
def amt(app: Flask, uhr: Uhr) -> Amt:
    """Changes the office through the engine's commands."""
    with app.app_context():
        return Amt(dienste.dienste(), uhr)


@pytest.fixture
def as_person(app: Flask, amt: Amt) -> Callable[[str], FlaskClient]:
    """A client in which this person is logged in (the login itself has its own tests)."""

    def log_in(kennung: str) -> FlaskClient:
        client = app.test_client()
        with client.session_transaction() as sitzung:
            sitzung["_user_id"] = f"{amt.akteur(kennung).person_id}:1"
            sitzung["_fresh"] = True
        return client

    return log_in


@dataclass
class Amt:
    """Commands in the name of somebody, each in its transaction."""

    teile: dienste.Dienste
    uhr: Uhr
    zaehler: list[str] = field(default_factory=list)

    def akteur(self, kennung: str) -> Akteur:
        """The Akteur with this login."""
        with self.teile.reading() as session:
            return akteur_of(session, kennung)

    def start(self, kennung: str = "asd", **weiteres: Any) -> int:
        """Start the tiny process; id of the Vorgang."""
        akteur = self.akteur(kennung)
        with self.teile.transaction() as session:
            prozess_id = session.query(Prozess.id).filter(Prozess.mandant_id == akteur.mandant_id).scalar()
            vorgang = vorgaenge.start_vorgang(session, akteur, prozess_id=prozess_id, now=self.uhr.jetzt, **weiteres)
            return vorgang.id

    def aufgabe(self, vorgang_id: int, element: str = "bedarf_einschaetzen") -> Aufgabe:
        """The newest Aufgabe of an element."""
        with self.teile.reading() as session:
            return (
                session.query(Aufgabe)
                .filter(Aufgabe.vorgang_id == vorgang_id, Aufgabe.element_id == element)
                .order_by(Aufgabe.id.desc())
                .first()
            )

    def new_aufgabe(self, wer: str | None = None) -> int:
        """Id of a fresh Aufgabe „Bedarf einschätzen“, claimed by somebody if named."""
        aufgabe_id = self.aufgabe(self.start()).id
        if wer:
            self.claim(wer, aufgabe_id)
        return aufgabe_id

    def claim(self, wer: str, aufgabe_id: int) -> None:
        """Somebody takes it."""
        akteur = self.akteur(wer)
        with self.teile.transaction() as session:
            aufgaben_befehle.claim_aufgabe(session, akteur, aufgabe_id, now=self.uhr.jetzt)

    def complete(self, wer: str, aufgabe_id: int, eingaben: dict[str, list[str]]) -> None:
        """Claim if needed, and finish."""
        akteur = self.akteur(wer)
        with self.teile.transaction() as session:
            aufgaben_befehle.claim_aufgabe(session, akteur, aufgabe_id, now=self.uhr.jetzt)
            abschluss.complete_aufgabe(
                session, akteur, aufgabe_id, eingaben=eingaben, schluessel=self.teile.schluessel, now=self.uhr.jetzt
            )

    def korb(self, wer: str, korb: korb_abfragen.Korb) -> korb_abfragen.Seite:
        """What somebody sees in the Arbeitskorb."""
        akteur = self.akteur(wer)
        with self.teile.reading() as session:
            return korb_abfragen.arbeitskorb(session, akteur, korb=korb, now=self.uhr.jetzt)

    def change_mandant(self, **werte: Any) -> None:
        """Change settings of Kleinstadt."""
        with self.teile.transaction() as session:
            session.query(Mandant).filter(Mandant.kennung == "kleinstadt").update(werte)


@pytest.fixture
def statements(app: Flask) -> Iterator[list[str]]:
    """SQL statements from here on; clear it before what is counted."""
    gesehen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            gesehen.append(statement)

    with app.app_context():
        db_engine = dienste.dienste().db_engine
    event.listen(db_engine, "before_cursor_execute", note)
    yield gesehen
    event.remove(db_engine, "before_cursor_execute", note)


#: a complete form of „Bedarf einschätzen“ that leads to the Leitung
AUSGEFUELLT = {
    "lage": "Die Familie braucht Entlastung.",
    "termin": "22.6.26",
    "dringlichkeit": "bald",
    "stunden": "7,5",
    "einwilligung": "true",
    "beteiligt": "kita",
    "entscheidung_geeignet": "fluss_ja",
}


def text_of(response: TestResponse) -> str:
    """What a person reads: the page without markup, blanks collapsed."""
    body = re.sub(r"<(script|style|title)\b.*?</\1>", " ", response.get_data(as_text=True), flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)).strip()
