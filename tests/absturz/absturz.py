"""Kills web servers and workers under load and checks that nothing was lost and nothing happened twice.

    python tests/absturz/absturz.py [--anzahl 200] [--postgres | --sqlite] [--saat N]

Two web servers and two workers run as an operator starts them, on one real database with full durability. People work
over HTTP like browsers (login, CSRF, start, take, complete) and note what was answered; another system fetches and
answers work; short timers, services and messages run meanwhile. At random moments a random process gets SIGKILL and is
started anew. Then everything is allowed to come to its end, and the tables are compared with what was promised. Prints
a table; the exit code is 1 on any violation.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[2]), str(Path(__file__).resolve().parent)]

# ruff: noqa: E402, T201 - started by its path, and it prints
import absturz_bilanz
import absturz_buero
import absturz_kinder
from absturz_kinder import Kind
from absturz_kunden import Person, System, Zusagen

from benchmarks.enginemessung import datenbanken
from engine import db

_ENDE_S = 180
#: so much work is done before the first kill
_ANLAUF = 10
#: share of kills of a web server that wait until another one can go on
_STEHEN_LASSEN = 0.8


def main() -> int:
    """Command line."""
    leser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    leser.add_argument("--anzahl", type=int, default=200, help="so many kills on each database")
    leser.add_argument("--leute", type=int, default=4, help="so many people work")
    leser.add_argument("--saat", type=int, default=1, help="seed of the order of victims and of the people's choices")
    wahl = leser.add_mutually_exclusive_group()
    wahl.add_argument("--postgres", dest="art", action="store_const", const="postgresql")
    wahl.add_argument("--sqlite", dest="art", action="store_const", const="sqlite")
    angaben = leser.parse_args()
    verstoesse = 0
    for art in [angaben.art] if angaben.art else datenbanken.ARTEN:
        with (
            datenbanken.postgres() if art == "postgresql" else nullcontext() as server,
            datenbanken.database(art, server) as url,
            tempfile.TemporaryDirectory(prefix="absturz-") as ordner,
        ):
            verstoesse += Versuch(art, url, Path(ordner), angaben.saat, angaben.leute).run(angaben.anzahl)
    return 1 if verstoesse else 0


class Versuch:
    """One run on one database."""

    def __init__(self, art: str, url: str, ordner: Path, saat: int, leute: int) -> None:
        self._art, self._zufall, self._ordner = art, random.Random(saat), ordner
        buero = absturz_buero.create(url, ordner, leute)
        self._kinder = absturz_kinder.create(url, ordner)
        ports = [kind.port for kind in self._kinder if kind.port]
        self._zusagen = Zusagen()
        self._system = System(buero, ports, self._zusagen, saat)
        self._leute = [
            Person(wer, buero, ports, self._zusagen, saat * 100 + nr) for nr, wer in enumerate(buero.kennungen)
        ]
        self._db_engine = db.create_db_engine(url)
        self._sessions = db.create_sessions(self._db_engine)
        self._gestorben: list[str] = []

    def run(self, anzahl: int) -> int:
        """Kill so often, let it end, check; returns the number of violations."""
        beginn = time.monotonic()
        for kind in self._kinder:
            kind.start()
        self._wait_until_working()
        for wer in (*self._leute, self._system):
            wer.start()
        try:
            self._wait_for_answers(_ANLAUF, 60)
            opfer = [self._kill_one() for _ in range(anzahl)]
            offen, kaputt = absturz_bilanz.check_zustaende(self._sessions)
            self._let_it_end()
        finally:
            self._stop()
        self._db_engine.dispose()
        regeln = absturz_bilanz.check(self._sessions, self._zusagen)
        regeln |= {
            "jeder offene Stand lädt": kaputt,
            "kein Prozess endet von selbst": self._gestorben,
            "keine Sperre übrig": absturz_bilanz.check_sperren(self._sessions),
            "es wurde gearbeitet": [] if self._promised() > anzahl else [f"nur {self._promised()} Handlungen"],
        }
        self._db_engine.dispose()
        self._print(opfer, offen, regeln, time.monotonic() - beginn)
        return sum(map(len, regeln.values()))

    def _kill_one(self) -> str:
        """Let some work be done, wait a random moment, then kill one that works and start it anew."""
        self._wait_for_answers(self._zufall.randint(1, 4), 20)
        time.sleep(self._zufall.uniform(0.0, 0.4))
        kind = self._victim()
        kind.kill()
        kind.start()
        return kind.befehl[0]

    def _victim(self) -> Kind:
        """A web server or a worker; mostly another server stays, so that people can go on."""
        art = self._zufall.choice(("run", "worker", "worker"))
        kinder = [kind for kind in self._kinder if kind.befehl[0] == art]
        noetig = 2 if art == "run" and self._zufall.random() < _STEHEN_LASSEN else 1
        while len(bereit := [kind for kind in kinder if kind.works()]) < noetig:
            self._restart_dead()
            time.sleep(0.02)
        return self._zufall.choice(bereit)

    def _restart_dead(self) -> None:
        for kind in self._kinder:
            if kind.died():
                self._gestorben.append(kind.log.read_text()[-500:])
                kind.start()

    def _wait_until_working(self) -> None:
        ende = time.monotonic() + 60
        while not all(kind.works() for kind in self._kinder):
            if time.monotonic() > ende or any(kind.died() for kind in self._kinder):
                raise SystemExit("".join(kind.log.read_text() for kind in self._kinder))
            time.sleep(0.1)

    def _wait_for_answers(self, anzahl: int, sekunden: float) -> None:
        """Until so many more actions were promised, or the time is over."""
        genug, ende = self._promised() + anzahl, time.monotonic() + sekunden
        while self._promised() < genug and time.monotonic() < ende:
            self._restart_dead()
            time.sleep(0.02)

    def _promised(self) -> int:
        zusagen = self._zusagen
        return len(zusagen.gestartet) + len(zusagen.begonnen) + len(zusagen.erledigt)

    def _let_it_end(self) -> None:
        """Nothing new is started; people and workers go on until no Vorgang is open."""
        for person in self._leute:
            person.endspurt.set()
        ende = time.monotonic() + _ENDE_S
        while not absturz_bilanz.is_over(self._sessions) and time.monotonic() < ende:
            self._restart_dead()
            time.sleep(0.5)

    def _stop(self) -> None:
        for wer in (*self._leute, self._system):
            wer.schluss.set()
        for wer in (*self._leute, self._system):
            wer.join(40)
        for kind in self._kinder:
            kind.end()

    def _print(self, opfer: list[str], offen: int, regeln: absturz_bilanz.Verstoesse, sekunden: float) -> None:
        zusagen = self._zusagen
        print(
            f"\n{self._art}: {len(opfer)} Abschüsse ({opfer.count('run')} Webserver, {opfer.count('worker')} Worker) "
            f"in {sekunden:.0f} s\n"
            f"  zugesagt: {len(zusagen.gestartet)} Starts, {len(zusagen.begonnen)} Anfänge, "
            f"{len(zusagen.erledigt)} Erledigungen, {len(zusagen.auftraege)} Aufträge; "
            f"ohne Antwort {zusagen.unklar}, abgelehnt {zusagen.abgelehnt}; "
            f"offen nach dem letzten Abschuss: {offen}"
        )
        for regel, verstoesse in regeln.items():
            print(f"  {'verletzt' if verstoesse else 'gehalten':9} {regel:36} {'; '.join(verstoesse[:5])}")


if __name__ == "__main__":
    sys.exit(main())
