"""What is measured in the large office: the database alone, the pages, completing over HTTP."""

from __future__ import annotations

import re
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import waitress
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, select
from waitress import wasyncore

import web
from benchmarks.korbmessung.amt import JETZT, PASSWORT
from engine import db
from engine.commands import aufgaben
from engine.model import Aufgabe, Person
from engine.queries import arbeitskorb, personen
from engine.queries.korbregeln import Auswahl, Besetzung, Fristlage, Korb, Sortierung, Spalte
from engine.rechte import Akteur
from web import config, dienste

Zahlen = dict[str, float]
KOERBE = tuple(korb for korb in Korb if korb is not Korb.WIEDERVORLAGE)
#: addresses of the pages that are measured, by name
SEITEN = {
    "meine": "",
    "gruppe": "?korb=gruppe",
    "gruppe_alle": "?korb=gruppe&stand=alle&sortiere=aktenzeichen",
    "team": "?korb=team",
    "vertretung": "?korb=vertretung",
    "wiedervorlage": "?korb=wiedervorlage",
    "wartet": "?korb=wartet",
    "erledigt": "?korb=erledigt",
    "suche": "?korb=gruppe&suche=planen+2026",
    "filter": "?korb=gruppe&frist=ueberschritten&prozess=1",
    "hundert": "?korb=gruppe&je=100",
}


def p95(zeiten: list[float]) -> float:
    """The value below which 95 of 100 lie, in milliseconds."""
    return 1000 * sorted(zeiten)[max(0, -(-len(zeiten) * 95 // 100) - 1)]


def akteur(sessions: db.SessionFactory, kennung: str) -> Akteur:
    """Who somebody is."""
    with db.reading(sessions) as session:
        person_id = session.execute(select(Person.id).where(Person.kennung == kennung)).scalar_one()
        found = personen.akteur(session, person_id, JETZT)
    assert found is not None
    return found


def measure_datenbank(db_engine: Engine, kennungen: list[str], runden: int) -> dict[str, Zahlen]:
    """Milliseconds for the first fifty rows of each Korb, by order and by filter: median and p95 over people."""
    sessions = db.create_sessions(db_engine)
    people = [akteur(sessions, kennung) for kennung in kennungen]
    cases: dict[str, tuple[Korb, Auswahl]] = {
        f"{korb.value} nach {spalte.value}": (korb, Auswahl(sortierung=(Sortierung(spalte, absteigend),)))
        for korb in KOERBE
        for spalte in Spalte
        for absteigend in (False, True)
    }
    cases |= {f"{korb.value} {lage.value}": (korb, Auswahl(fristlage=lage)) for korb in KOERBE for lage in Fristlage}
    cases |= {f"{korb.value} Suche": (korb, Auswahl(suche="planen 2026")) for korb in KOERBE}
    cases |= {f"gruppe {b.value}": (Korb.GRUPPE, Auswahl(besetzung=b)) for b in Besetzung}
    results = {name: _rows(sessions, people, *case, runden) for name, case in cases.items()}
    return {name: {"median": 1000 * statistics.median(t), "p95": p95(t)} for name, t in results.items()}


def _rows(sessions: db.SessionFactory, people: list[Akteur], korb: Korb, auswahl: Auswahl, runden: int) -> list[float]:
    times = []
    with db.reading(sessions) as session:
        for number in range(runden):
            person = people[number % len(people)]
            lage = arbeitskorb.lage_of(session, person, JETZT)
            statement = arbeitskorb.page(lage, korb, auswahl).limit(50)
            session.execute(statement).all()  # the first one compiles
            begin = time.perf_counter()
            session.execute(statement).all()
            times.append(time.perf_counter() - begin)
    return times


def create_app(url: str, daten: Path) -> Flask:
    """The application on this database, at the moment of the measurement."""
    app = web.create_app(config.Einstellungen(daten=daten, datenbank=url, anmeldeversuche=1000))
    app.config["JETZT"] = lambda: JETZT
    return app


def measure_seiten(app: Flask, kennungen: list[str], runden: int) -> tuple[dict[str, Zahlen], dict[str, int]]:
    """Server time of each tab in milliseconds (the whole request, without a socket), and its SQL statements.

    Beside the clock the CPU time of this process, which no other load of the machine lengthens; on SQLite it holds the
    database too.
    """
    clients = [_client(app, kennung) for kennung in kennungen]
    times: dict[str, Zahlen] = {}
    statements: dict[str, int] = {}
    for name, query in SEITEN.items():
        for client in clients[:2]:
            _get(client, query)
        taken, used = [], []
        with _counting(app) as seen:
            for number in range(runden):
                begin, cpu = time.perf_counter(), time.process_time()
                _get(clients[number % len(clients)], query)
                taken.append(time.perf_counter() - begin)
                used.append(time.process_time() - cpu)
        statements[name] = -(-len(seen) // runden)
        times[name] = {"median": 1000 * statistics.median(taken), "p95": p95(taken), "cpu_p95": p95(used)}
    return times, statements


def _client(app: Flask, kennung: str) -> FlaskClient:
    client = app.test_client()
    with app.app_context():
        person = akteur(dienste.dienste().sessions, kennung)
    with client.session_transaction() as session:
        session["_user_id"] = f"{person.person_id}:1"
        session["_fresh"] = True
    return client


def _get(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/arbeitskorb{query}")
    assert answer.status_code == 200, answer.status
    answer.close()


@contextmanager
def _counting(app: Flask) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            seen.append(statement)

    with app.app_context():
        db_engine = dienste.dienste().db_engine
    event.listen(db_engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db_engine, "before_cursor_execute", note)


def measure_erledigen(app: Flask, db_engine: Engine, kennung: str, anzahl: int) -> Zahlen:
    """Completing an Aufgabe over HTTP, form and commit included: milliseconds of the answered POST."""
    sessions = db.create_sessions(db_engine)
    person = akteur(sessions, kennung)
    free = select(Aufgabe.id).where(Aufgabe.gruppe_id.in_(person.gruppen), Aufgabe.person_id.is_(None))
    with db.reading(sessions) as session:
        tasks = list(session.execute(free.where(Aufgabe.fertig_am.is_(None)).limit(anzahl + 2)).scalars())
    for task in tasks:
        begin = partial(aufgaben.begin_aufgabe, akteur=person, aufgabe_id=task, now=JETZT)
        db.run(sessions, begin)
    with _serving(app) as port:
        browser = _Browser(port)
        browser.log_in(kennung)
        taken = [browser.complete(task) for task in tasks]
    return {"median": 1000 * statistics.median(taken[2:]), "p95": p95(taken[2:]), "anzahl": len(taken) - 2}


@contextmanager
def _serving(app: Flask) -> Iterator[int]:
    server = waitress.create_server(app, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield int(server.effective_port)
    finally:
        server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map, ignore_all=True))
        thread.join(timeout=10)
        server.task_dispatcher.shutdown()


class _Browser:
    """Keeps one connection and its cookies, as a browser does."""

    def __init__(self, port: int) -> None:
        self.connection = HTTPConnection("127.0.0.1", port)
        self.cookies: dict[str, str] = {}

    def log_in(self, kennung: str) -> None:
        _, page = self.send("GET", "/anmelden")
        status, _ = self.send(
            "POST", "/anmelden", {"csrf_token": _token(page), "kennung": kennung, "passwort": PASSWORT}
        )
        assert status == 303, status

    def complete(self, task: int) -> float:
        """Seconds of the POST that completes it."""
        _, page = self.send("GET", f"/aufgaben/{task}")
        form = {"csrf_token": _token(page), "lage": "Die Familie braucht Entlastung.", "stunden": "7,5"}
        begin = time.perf_counter()
        status, text = self.send("POST", f"/aufgaben/{task}/erledigen", form)
        seconds = time.perf_counter() - begin
        assert status == 303, (status, re.sub(r"<[^>]+>|\s+", " ", text)[:3000])
        return seconds

    def send(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        body = urlencode(form) if form else None
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        text = answer.read().decode()
        for name, value in answer.getheaders():
            if name == "Set-Cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        return answer.status, text


def _token(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    return found.group(1)
