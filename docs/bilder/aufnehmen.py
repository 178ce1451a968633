"""Takes the pictures of the README from the running application: ``.venv/bin/python docs/bilder/aufnehmen.py``.

Fills the demonstration in a folder of its own (a minute or two) and looks at it with the browser of the tests. With
``--daten ORDNER`` an existing demonstration is used as it is; nothing is written there. ``--alle ORDNER`` takes more
pictures than the README shows: other pages, dark, and as wide as a phone.
"""

from __future__ import annotations

import argparse
import runpy
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import waitress
from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import select
from waitress import wasyncore

import web
from engine import db, demo
from engine.demo import buero
from engine.kalender import BERLIN, Kalender
from engine.model import Mandant
from web import config, dienste

ORDNER = Path(__file__).resolve().parent
INSTALL = runpy.run_path(str(ORDNER.parents[1] / "tests" / "browser" / "install.py"))
BREITE, HOEHE = 1366, 768
TELEFON = {"width": 390, "height": 844}
HOECHSTENS = 300_000

#: one of each team; the README shows the Arbeitskorb with the greatest variety
TEAMS = ("asd", "asd-sued1", "asd-ost1", "asd-west1")
#: picture -> who looks (nobody named: one of `TEAMS`), where, and how high it is
README = {
    "arbeitskorb": ("", "/arbeitskorb?korb=gruppe", HOEHE),
    "wertstrom": ("controlling", "/wertstrom >> text=Ist-Ablauf", 1560),
}
WEITERE = {
    "anmelden": ("", "/anmelden"),
    "arbeitskorb-meine": ("asd", "/arbeitskorb"),
    "arbeitskorb-gruppe": ("asd", "/arbeitskorb?korb=gruppe"),
    "aufgabe": ("asd", "/arbeitskorb?korb=gruppe >> .hf-zeile__ziel"),
    "aufgabe-eingang": ("geschaeftszimmer", "/arbeitskorb?korb=gruppe >> .hf-zeile__ziel"),
    "vorgaenge": ("leitung", "/vorgaenge"),
    "vorgang": ("leitung", "/vorgaenge >> table a"),
    "prozesse": ("prozesse", "/prozesse"),
    "version": ("prozesse", "/prozesse >> table a"),
    "starten": ("asd", "/prozesse/1/starten"),
    "wertstrom-karten": ("controlling", "/wertstrom"),
    "wertstrom-soll": ("controlling", "/wertstrom >> text=Fast Track"),
    "einlesen": ("controlling", "/wertstrom >> text=Ereignisprotokoll einlesen"),
    "hilfe": ("asd", "/hilfe"),
}


def main() -> None:
    """Take the pictures."""
    argumente = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    argumente.add_argument("--daten", type=Path, help="Ordner einer gefüllten Vorführung; wird kopiert")
    argumente.add_argument(
        "--alle", type=Path, help="Ordner für Bilder aller Seiten, hell und dunkel, breit und schmal"
    )
    gewaehlt = argumente.parse_args()
    with (
        tempfile.TemporaryDirectory() as ordner,
        running_demo(Path(ordner), gewaehlt.daten) as url,
        browser() as chromium,
    ):
        for name, (wer, wo, hoehe) in README.items():
            datei = ORDNER / f"{name}.png"
            wer = wer or max(TEAMS, key=lambda team: count_aufgaben(chromium, url, team, wo))
            take(chromium, url, wer, wo, datei=datei, viewport={"width": BREITE, "height": hoehe})
            if datei.stat().st_size > HOECHSTENS:
                raise SystemExit(f"{datei.name} ist größer als {HOECHSTENS} Byte")
        if gewaehlt.alle:
            take_all(chromium, url, gewaehlt.alle)


def count_aufgaben(chromium: Browser, url: str, wer: str, wo: str) -> int:
    """How many different Aufgaben the first rows of an Arbeitskorb show."""
    with chromium.new_context() as profil:
        page = profil.new_page()
        log_in(page, url, wer)
        page.goto(url + wo)
        return len(set(page.locator(".hf-zeile__ziel").all_inner_texts()[:10]))


def take_all(chromium: Browser, url: str, ordner: Path) -> None:
    """Every page, light and dark, as wide as a screen and as a phone; whole pages."""
    ordner.mkdir(parents=True, exist_ok=True)
    for farben in ("light", "dark"):
        for art, groesse in (("breit", {"width": BREITE, "height": HOEHE}), ("telefon", TELEFON)):
            for name, (wer, wo, *_) in (WEITERE | {"wertstrom": README["wertstrom"]}).items():
                datei = ordner / f"{name}-{art}-{farben}.png"
                take(chromium, url, wer, wo, datei=datei, ganz=True, viewport=groesse, color_scheme=farben)


def take(chromium: Browser, url: str, wer: str, wo: str, *, datei: Path, ganz: bool = False, **kontext: Any) -> None:
    """One picture: log in, open the page (``address >> link``), wait until everything is drawn."""
    kontext = {"viewport": {"width": BREITE, "height": HOEHE}, "reduced_motion": "reduce"} | kontext
    with chromium.new_context(locale="de-DE", timezone_id="Europe/Berlin", **kontext) as profil:
        page = profil.new_page()
        if wer:
            log_in(page, url, wer)
        adresse, _, verweis = wo.partition(" >> ")
        page.goto(url + adresse)
        if verweis:
            with page.expect_navigation():
                page.locator(verweis).first.click()
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(300)
        page.screenshot(path=datei, full_page=ganz)


def log_in(page: Page, url: str, wer: str) -> None:
    """Log in by the form."""
    page.goto(url)
    page.get_by_label("Kennung").fill(wer)
    page.get_by_label("Passwort").fill(buero.PASSWORT)
    page.get_by_role("button", name="Anmelden").click()
    page.wait_for_load_state()


@contextmanager
def running_demo(ordner: Path, vorlage: Path | None) -> Iterator[str]:
    """The filled demonstration on a free port; its clock stands at the moment it was filled up to."""
    if vorlage:
        shutil.copytree(vorlage, ordner, dirs_exist_ok=True)
    app = web.create_app(config.Einstellungen(daten=ordner, schulung=True, anmeldeversuche=1000))
    with app.app_context():
        teile = dienste.dienste()
    if not vorlage:
        db.upgrade(teile.db_engine)
        demo.fill(teile.sessions, teile.schluessel, now=last_morning(datetime.now(BERLIN)), melde=print)
    with teile.reading() as session:
        einstellungen = session.execute(select(Mandant.einstellungen)).scalar_one()
    moment = datetime.fromisoformat(einstellungen["beispiel_bis"])
    app.config["JETZT"] = lambda: moment
    server = waitress.create_server(app, host="127.0.0.1", port=0)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        # Closing belongs into the thread that uses the sockets; the loop ends when none is left.
        server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map, ignore_all=True))
        thread.join(timeout=10)
        server.task_dispatcher.shutdown()
        teile.db_engine.dispose()


def last_morning(jetzt: datetime) -> datetime:
    """Nine o'clock of the last working day: in an office at night nothing is due today."""
    tag = jetzt.date()
    while not Kalender(land="NW").ist_werktag(tag) or datetime.combine(tag, time(9), BERLIN) > jetzt:
        tag -= timedelta(days=1)
    return datetime.combine(tag, time(9), BERLIN).astimezone(UTC)


@contextmanager
def browser() -> Iterator[Browser]:
    """The browser of the tests."""
    pfad = INSTALL["ensure_browser"]()
    if pfad is None:
        raise SystemExit("kein Browser: „make browser“ sagt, was fehlt")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(pfad), args=list(INSTALL["ARGUMENTE"]))
        yield chromium
        chromium.close()


if __name__ == "__main__":
    main()
