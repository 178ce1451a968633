"""Musterstadt on a running server with a clock of its own, and people who use the pages as people do.

People see texts, fields and buttons; nothing here knows an address of a page except the first. `Amt` acts where no
browser is wanted: it plays further Vorgänge through the engine's commands, and lets timers fire.
"""

from __future__ import annotations

import os
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page
from sqlalchemy import func, make_url, select

import web
from engine import db, demo, schutz, worker
from engine.commands import abschluss, vorgaenge
from engine.commands import aufgaben as befehle
from engine.demo import arbeitszeit, buero
from engine.kalender import Kalender
from engine.model import Aufgabe, Person, Prozess, Prozessversion, Vorgang, VorgangStatus, Wartepunkt
from engine.model.wahl import wahlen_of
from engine.queries import personen
from engine.rechte import Akteur
from web import config, dienste

#: a Monday at nine in Berlin, no holiday near it
BEGINN = datetime(2026, 6, 15, 7, 0, tzinfo=UTC)
#: days that the filled office looks back on: enough for figures and charts
TAGE = 45
#: no Vorgang here takes as many steps
HOECHSTENS = 200
#: folder for pictures of all stations, to look at; none are taken when it is not set
BILDER = os.environ.get("HILFEFLUSS_BILDER")


@dataclass
class Uhr:
    """The clock of the office: time passes from Monday to Friday, 8 to 16."""

    jetzt: datetime = BEGINN
    kalender: Kalender = field(default_factory=lambda: Kalender(land="NW"))

    def __call__(self) -> datetime:
        """This moment."""
        return self.jetzt

    def advance(self, minuten: float) -> datetime:
        """Let working time pass; the new moment."""
        self.jetzt = arbeitszeit.add_arbeitszeit(self.kalender, self.jetzt, minuten)
        return self.jetzt


@pytest.fixture(scope="session")
def leeres_amt(sqlite_vorlage: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the people of the demonstration and no process, to copy."""
    return create_amt(sqlite_vorlage, tmp_path_factory.mktemp("leer"), lambda sessions, _: create_people(sessions))


@pytest.fixture(scope="session")
def gefuelltes_amt(sqlite_vorlage: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with some weeks of the demonstration, to copy."""

    def fill(sessions: db.SessionFactory, schluessel: schutz.Schluesselbund) -> None:
        demo.fill(sessions, schluessel, now=BEGINN, melde=lambda _text: None, tage=TAGE)

    return create_amt(sqlite_vorlage, tmp_path_factory.mktemp("gefuellt"), fill)


def create_amt(vorlage: Path, ordner: Path, fill: Callable[[db.SessionFactory, schutz.Schluesselbund], None]) -> Path:
    """A data folder as `config.Einstellungen` expects it."""
    settings = config.Einstellungen(daten=ordner)
    shutil.copyfile(vorlage, make_url(settings.datenbank_url).database or "")
    teile = dienste.create_dienste(settings)
    fill(teile.sessions, teile.schluessel)
    teile.db_engine.dispose()
    return ordner


def create_people(sessions: db.SessionFactory) -> None:
    """The people alone."""
    with db.transaction(sessions) as session:
        buero.create_buero(session)


@pytest.fixture
def uhr() -> Uhr:
    """The clock of this test."""
    return Uhr()


@pytest.fixture
def run_amt(tmp_path: Path, uhr: Uhr, serve: Any) -> Iterator[Callable[[Path], Amt]]:
    """Runs the office from a copy of a data folder until the end of the test."""
    offen: list[tuple[Any, Amt]] = []

    def run(vorlage: Path) -> Amt:
        shutil.copytree(vorlage, tmp_path / "daten")
        app = web.create_app(config.Einstellungen(daten=tmp_path / "daten", anmeldeversuche=1000))
        app.config["JETZT"] = uhr
        with app.app_context():
            teile = dienste.dienste()
        server = serve(app)
        offen.append((server, Amt(server.__enter__(), teile, uhr)))
        return offen[-1][1]

    yield run
    for server, amt in offen:
        server.__exit__(None, None, None)
        amt.teile.db_engine.dispose()


@pytest.fixture
def person(open_page: Any, besuch: Besuch) -> Callable[..., Benutzer]:
    """Somebody who logs in, at a browser of her own unless it is one that somebody left.

    ``person(amt, "asd", width=390, height=844)``, ``person(amt, "controlling", page=other.page)``
    """

    def person(amt: Amt, kennung: str, *, page: Page | None = None, **kontext: Any) -> Benutzer:
        # Neither the check nor the drawings work without scripts.
        looks = besuch if kontext.get("java_script_enabled", True) else None
        benutzer = Benutzer(page or open_page(**kontext), kennung, amt, looks)
        benutzer.log_in()
        return benutzer

    return person


@dataclass
class Besuch:
    """What happens at each station of the way the first time somebody comes there."""

    axe: Callable[[Page], list[str]]
    bekannt: set[str] = field(default_factory=set)

    def look(self, page: Page, station: str, einzelheit: str = "") -> None:
        """Check the accessibility of a new station; take a picture of every new detail where pictures are wanted."""
        if page.locator("[data-diagramm]").count():
            page.locator(".djs-container .djs-shape").first.wait_for()
        if page.locator("[data-figur]").count():
            page.locator("[data-figur][data-fertig]").first.wait_for()
        if self._is_new(station):
            assert self.axe(page) == [], station
        if BILDER and self._is_new(f"{station} {einzelheit} "):
            Path(BILDER).mkdir(parents=True, exist_ok=True)
            name = re.sub(r"[^\w.]+", "_", f"{station} {einzelheit}").strip("_")
            page.screenshot(path=Path(BILDER) / f"{name}.png", full_page=True)

    def _is_new(self, what: str) -> bool:
        is_new = what not in self.bekannt
        self.bekannt.add(what)
        return is_new


@pytest.fixture(scope="session")
def bekannt() -> set[str]:
    """Stations that some test of this process has checked."""
    return set()


@pytest.fixture
def besuch(axe: Callable[[Page], list[str]], bekannt: set[str]) -> Besuch:
    """Looks at stations."""
    return Besuch(axe, bekannt)


@dataclass
class Amt:
    """The office behind the pages."""

    url: str
    teile: dienste.Dienste
    uhr: Uhr
    #: question -> how often it was decided
    entschieden: Counter[str] = field(default_factory=Counter)

    def next_exit(self, frage: str, ausgaenge: int) -> int:
        """Which exit to take: another one each time, so that every loop ends."""
        self.entschieden[frage] += 1
        return (self.entschieden[frage] - 1) % ausgaenge

    def fire_timers(self) -> bool:
        """Move the clock to the next due timer and let the worker run; False when no timer waits."""
        with self.teile.reading() as session:
            due = session.execute(select(func.min(Wartepunkt.faellig_am))).scalar_one()
        if due is None:
            return False
        self.uhr.jetzt = max(self.uhr.jetzt, due)
        return worker.run_due(self.teile.sessions, now=self.uhr.jetzt) > 0

    def akteur(self, kennung: str) -> Akteur:
        """The Akteur with this login."""
        with self.teile.reading() as session:
            person_id = session.execute(select(Person.id).where(Person.kennung == kennung)).scalar_one()
            akteur = personen.akteur(session, person_id, self.uhr.jetzt)
        assert akteur is not None
        return akteur

    def start(self, prozess_id: int, wer: str) -> int:
        """Start a Vorgang; its id."""
        akteur = self.akteur(wer)
        with self.teile.transaction() as session:
            return vorgaenge.start_vorgang(session, akteur, prozess_id=prozess_id, now=self.uhr.advance(60)).id

    def prozess_id(self, kennung: str) -> int:
        """Id of a process of the demonstration."""
        with self.teile.reading() as session:
            return session.execute(select(Prozess.id).where(Prozess.kennung == kennung)).scalar_one()

    def play(self, prozess_id: int, starter: str, leute: list[str]) -> None:
        """One Vorgang from start to end through the engine's commands."""
        vorgang_id = self.start(prozess_id, starter)
        akteure = [self.akteur(kennung) for kennung in leute]
        for _ in range(HOECHSTENS):
            if not self._complete_first(vorgang_id, akteure) and not self.fire_timers():
                break
        with self.teile.reading() as session:
            assert session.get_one(Vorgang, vorgang_id).status == VorgangStatus.BEENDET

    def _complete_first(self, vorgang_id: int, akteure: list[Akteur]) -> bool:
        with self.teile.transaction() as session:
            task = session.execute(
                select(Aufgabe)
                .where(Aufgabe.vorgang_id == vorgang_id, Aufgabe.fertig_am.is_(None))
                .order_by(Aufgabe.id)
                .limit(1)
            ).scalar_one_or_none()
            if task is None:
                return False
            akteur = next(akteur for akteur in akteure if task.gruppe_id in akteur.gruppen)
            befehle.begin_aufgabe(session, akteur, task.id, now=self.uhr.advance(200))
            wahlen = wahlen_of(session.get_one(Prozessversion, task.prozessversion_id), task.element_id)
            eingaben = {w.feld: [w.optionen[self.next_exit(w.frage, len(w.optionen))][0]] for w in wahlen}
            now, schluessel = self.uhr.advance(40), self.teile.schluessel
            abschluss.complete_aufgabe(session, akteur, task.id, eingaben=eingaben, schluessel=schluessel, now=now)
        return True


@dataclass
class Benutzer:
    """A person at a browser."""

    page: Page
    kennung: str
    amt: Amt
    besuch: Besuch | None
    #: addresses that somebody found once and keeps, by name
    gemerkt: dict[str, str] = field(default_factory=dict)

    def log_in(self) -> None:
        """Open the office and log in."""
        self.page.goto(self.amt.url)
        self.look("anmelden")
        self.page.get_by_label("Kennung").fill(self.kennung)
        self.page.get_by_label("Passwort").fill(buero.PASSWORT)
        self.press("Anmelden")

    def log_out(self) -> None:
        """Leave by the menu of the person."""
        self.page.locator(".hf-person summary").click()
        self.press("Abmelden")
        self.page.get_by_text("Sie sind abgemeldet.").wait_for()

    def press(self, name: str, within: Locator | None = None) -> None:
        """Press a button and wait for the page that follows."""
        with self.page.expect_navigation():
            (within or self.page).get_by_role("button", name=name, exact=True).first.click()

    def offers(self, name: str) -> bool:
        """Whether the page has this button."""
        return self.page.get_by_role("button", name=name, exact=True).count() > 0

    def follow(self, name: str | re.Pattern[str], within: Locator | None = None) -> None:
        """Follow a link and wait for its page."""
        with self.page.expect_navigation():
            (within or self.page).get_by_role("link", name=name, exact=isinstance(name, str)).first.click()

    def go(self, name: str) -> None:
        """Open a page of the main navigation."""
        self.follow(name, self.page.get_by_role("navigation", name="Hauptnavigation"))

    def open_gruppenkorb(self) -> None:
        """The Arbeitskorb of the own Gruppen."""
        if self.reopen("Gruppenkorb"):
            return
        self.go("Arbeitskorb")
        self.look("arbeitskorb", f"meine {self.kennung}")
        self.follow(re.compile(r"^(Gruppen|Gruppe .+) \d"), self.page.get_by_role("navigation", name="Körbe"))
        self.look("gruppenkorb", self.kennung)
        self.keep("Gruppenkorb")

    def keep(self, name: str) -> None:
        """Remember the address of the page."""
        self.gemerkt[name] = self.page.url

    def reopen(self, name: str) -> bool:
        """Open a kept page again; False when it was not kept."""
        if name in self.gemerkt:
            self.page.goto(self.gemerkt[name])
        return name in self.gemerkt

    def look(self, station: str, einzelheit: str = "") -> None:
        """See `Besuch.look`."""
        if self.besuch:
            self.besuch.look(self.page, station, einzelheit)

    def text(self) -> str:
        """What stands in the main part of the page."""
        return self.page.locator("main").inner_text()

    def title(self) -> str:
        """The heading of the page."""
        return self.page.get_by_role("heading", level=1).inner_text()
