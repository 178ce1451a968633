"""A real headless browser for the tests, and the guard that no page breaks a rule unnoticed.

A page fails its test when it logs an error, throws, violates the Content-Security-Policy or asks for anything outside
this machine. Missing browser: failure, never a skip (``make browser`` finds or installs one).
"""

from __future__ import annotations

import re
import runpy
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any, Protocol
from urllib.parse import urlsplit

import pytest
import waitress
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright
from sqlalchemy import make_url
from waitress import wasyncore

import web
from web import config, dienste

WURZEL = Path(__file__).resolve().parents[2]
INSTALL = runpy.run_path(str(Path(__file__).with_name("install.py")))
#: what a page may log; for tests that provoke a refusal, which the browser reports for every answer from 400 on
ABLEHNUNG = r"the server responded with a status of 4\d\d"
#: milliseconds; generous, because the machine may be busy: nothing waits that long when all is well
WARTEZEIT_MS = 20_000
#: axe's names of the rules of WCAG 2.2, level A and AA
WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
#: pictures of pages, for people to look at
BILDER = WURZEL / "test-ergebnisse"


class OpenPage(Protocol):
    """Opens a page in a browser profile of its own (nobody is logged in)."""

    def __call__(self, *, width: int = 1366, height: int = 768, **kontext: Any) -> Page:
        """Width and height in CSS pixels; further options of Playwright's ``new_context``."""


@dataclass(frozen=True)
class LiveServer:
    """A running application: its address, and its database sessions and key ring for the test to fill."""

    url: str
    dienste: dienste.Dienste


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what drives the browser."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Let fixtures see whether the test itself failed."""
    report = yield
    if report.when == "call":
        item.stash[GESCHEITERT] = report.failed
    return report


GESCHEITERT = pytest.StashKey[bool]()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One headless browser for all tests of this process."""
    pfad = INSTALL["ensure_browser"]()
    if pfad is None:
        pytest.fail("kein Browser: „make browser“ sagt, was fehlt")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(pfad), args=list(INSTALL["ARGUMENTE"]))
        yield browser
        browser.close()


@pytest.fixture
def erlaubte_meldungen() -> list[str]:
    """Regular expressions of messages that this test provokes on purpose; append to it, e.g. `ABLEHNUNG`."""
    return []


@pytest.fixture
def verstoesse() -> list[str]:
    """What the pages of this test broke so far."""
    return []


@pytest.fixture
def open_page(
    browser: Browser, request: pytest.FixtureRequest, verstoesse: list[str], erlaubte_meldungen: list[str]
) -> Iterator[OpenPage]:
    """Opens watched pages; at the end of the test all are closed and every broken rule is named."""
    kontexte: list[BrowserContext] = []

    def open_page(*, width: int = 1366, height: int = 768, **kontext: Any) -> Page:
        kontext = {"locale": "de-DE", "timezone_id": "Europe/Berlin", "reduced_motion": "reduce"} | kontext
        kontexte.append(browser.new_context(viewport={"width": width, "height": height}, **kontext))
        kontexte[-1].set_default_timeout(WARTEZEIT_MS)
        watch(kontexte[-1], verstoesse)
        return kontexte[-1].new_page()

    yield open_page
    if request.node.stash.get(GESCHEITERT, False):
        keep_pictures(request.node.name, kontexte)
    for kontext in kontexte:
        kontext.close()
    gemeldet = [text for text in verstoesse if not any(re.search(muster, text) for muster in erlaubte_meldungen)]
    assert not gemeldet, "Die Seite hat Regeln verletzt:\n" + "\n".join(gemeldet)


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """One watched page, 1366 × 768, German, Berlin time."""
    return open_page()


@pytest.fixture
def serve() -> Callable[[Any], AbstractContextManager[str]]:
    """Serves a WSGI application on a free port of this machine: ``with serve(app) as url``."""
    return serving


@pytest.fixture
def live_server(sqlite_vorlage: Path, tmp_path: Path) -> Iterator[LiveServer]:
    """The application as it is started for real, on an empty, migrated database of its own."""
    settings = config.Einstellungen(daten=tmp_path / "daten", anmeldeversuche=1000, speicher="arbeitsspeicher")
    settings.daten.mkdir()
    shutil.copyfile(sqlite_vorlage, make_url(settings.datenbank_url).database)
    app = web.create_app(settings)
    with app.app_context():
        parts = dienste.dienste()
    with serving(app) as url:
        yield LiveServer(url, parts)
    parts.db_engine.dispose()


@pytest.fixture
def axe() -> Callable[[Page], list[str]]:
    """Accessibility check: one line per violation of WCAG 2.2 A and AA, empty when there is none."""
    return violations_of


def watch(kontext: BrowserContext, verstoesse: list[str]) -> None:
    """Collect every broken rule of all pages of a browser profile."""

    def on_console(meldung: ConsoleMessage) -> None:
        if meldung.type == "error":
            verstoesse.append(f"Konsole: {meldung.text} ({meldung.location.get('url', '')})")

    def on_request(anfrage: Request) -> None:
        adresse = urlsplit(anfrage.url)
        if adresse.scheme not in {"data", "blob"} and adresse.hostname not in {"127.0.0.1", "localhost"}:
            verstoesse.append(f"Anfrage nach außen: {anfrage.url}")

    kontext.on("console", on_console)
    kontext.on("weberror", lambda fehler: verstoesse.append(f"Ausnahme: {fehler.error}"))
    kontext.on("request", on_request)


def keep_pictures(name: str, kontexte: list[BrowserContext]) -> None:
    """Screenshots of all open pages of a failed test."""
    BILDER.mkdir(exist_ok=True)
    seiten = [seite for kontext in kontexte for seite in kontext.pages]
    for nummer, seite in enumerate(seiten, start=1):
        datei = re.sub(r"[^\w.-]+", "_", f"{name}-{nummer}.png")
        seite.screenshot(path=BILDER / datei, full_page=True)


def violations_of(page: Page) -> list[str]:
    """Run axe in the page; sent by the debugging protocol, since the page's own policy allows no foreign script."""
    page.evaluate((WURZEL / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8"))
    ergebnis = page.evaluate("async (regeln) => (await axe.run(document, {runOnly: regeln})).violations", list(WCAG))
    return [
        f"{regel['id']}: {regel['help']} – {knoten['target']} {knoten['html'][:120]}"
        for regel in ergebnis
        for knoten in regel["nodes"]
    ]


@contextmanager
def serving(app: Any) -> Iterator[str]:
    """Serve an application with the real server in a thread, and end it with all its connections."""
    server = waitress.create_server(app, host="127.0.0.1", port=0, threads=4)
    thread = Thread(target=server.run, name="waitress", daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        # Closing belongs into the thread that uses the sockets; the loop ends when none is left.
        # It may wake by itself and close the trigger before the trigger is pulled.
        with suppress(OSError):
            server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map, ignore_all=True))
        thread.join(timeout=10)
        server.task_dispatcher.shutdown()
