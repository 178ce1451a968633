"""Operation on the command line: pages, worker, database, demonstration.

Owns processes and their end; what they do lies in `web`, `engine.worker`, `engine.db` and `engine.demo`.
"""

from __future__ import annotations

import ipaddress
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import click
import waitress
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, select

from engine import db as datenbank
from engine import demo as demonstration
from engine import postausgang
from engine import worker as arbeiter
from engine.demo import buero
from engine.model import Mandant
from web import config, create_app, dienste, mail, protokoll, wertstrom

#: threads of the server; a page needs one for some ten milliseconds
_FAEDEN = 8
_ENDE_S = 10
_START_S = 60


def _bis_eof(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option("--bis-eof", is_flag=True, hidden=True, help="Endet, wenn die Standardeingabe endet.")(command)


@click.command()
@click.option("--host", help="Adresse; sonst HILFEFLUSS_HOST.")
@click.option("--port", type=click.IntRange(1, 65_535), help="Port; sonst HILFEFLUSS_PORT.")
@_bis_eof
def run(host: str | None, port: int | None, bis_eof: bool) -> None:
    """Bietet die Seiten an."""
    settings = config.from_environment()
    app = create_app(settings)
    with app.app_context():
        _check_current(dienste.dienste().db_engine)
    protokoll.configure()
    host, port = host or settings.host, port or settings.port
    try:
        server = waitress.create_server(
            app,
            host=host,
            port=port,
            threads=_FAEDEN,
            ident=None,
            max_request_body_size=(settings.upload_mib + 1) * 2**20,
            # Otherwise waitress would drop what the site's own proxy says about the client.
            clear_untrusted_proxy_headers=not settings.proxys,
        )
    except OSError as error:
        raise _port_taken(host, port) from error
    click.echo(f"Hilfefluss läuft auf http://{host}:{port} (Strg-C beendet).")
    threading.Thread(target=wertstrom.prepare, args=(app,), daemon=True, name="wertstrom").start()
    _end_on_signal(bis_eof)
    try:
        server.run()
    except (KeyboardInterrupt, SystemExit):
        pass
    finally:
        server.close()


@click.command()
@_bis_eof
def worker(bis_eof: bool) -> None:
    """Lässt fällige Fristen und Zeitpunkte auslösen."""
    settings = config.from_environment()
    parts = dienste.create_dienste(settings)
    _check_current(parts.db_engine)
    protokoll.configure()
    ended = threading.Event()
    _end_on_signal(bis_eof, ended.set)
    if settings.mail_ist_eingerichtet:
        # Beside the timers, which must not wait for a mail server.
        versand = mail.create_versand(create_app(settings), settings)
        post = partial(
            postausgang.run_forever, parts.sessions, versand, clock=lambda: datetime.now(UTC), wait=ended.wait
        )
        threading.Thread(target=post, daemon=True, name="post").start()
    arbeiter.run_forever(parts.sessions, clock=lambda: datetime.now(UTC), stop=ended.is_set)
    parts.db_engine.dispose()


@click.group()
def db() -> None:
    """Datenbank einrichten."""


@db.command()
def upgrade() -> None:
    """Bringt die Datenbank auf den neuesten Stand; legt sie an, wenn es sie nicht gibt."""
    settings = config.from_environment()
    parts = dienste.create_dienste(settings)
    datenbank.upgrade(parts.db_engine)
    parts.db_engine.dispose()
    click.echo("Die Datenbank ist auf dem neuesten Stand.")


@click.command()
def demo() -> None:
    """Startet das Demo-Amt Musterstadt: füllt beim ersten Mal, dann Seiten und Worker."""
    os.environ.setdefault("HILFEFLUSS_SCHULUNG", "ja")
    settings = config.from_environment()
    if not _is_loopback(settings.host):
        raise click.ClickException(
            "Die Vorführung hat bekannte Passwörter und ist nur auf diesem Rechner erreichbar. "
            "Lassen Sie HILFEFLUSS_HOST leer."
        )
    if _answers(settings.host, settings.port):
        raise _port_taken(settings.host, settings.port)
    logins = _fill(settings)
    log = settings.daten / "demo.log"
    children = [_start(name, log) for name in ("run", "worker")]
    try:
        _wait_for(children, settings, log)
        click.echo(f"\nHilfefluss läuft: http://{settings.host}:{settings.port}  (Strg-C beendet)\n")
        for line in logins:
            click.echo(f"  {line}")
        click.echo(f"\nProtokoll: {log}")
        _end_on_signal(False)
        while all(child.poll() is None for child in children):
            time.sleep(0.3)
        raise click.ClickException(f"Ein Teil ist unerwartet zu Ende gegangen. Der Grund steht in {log}.")
    except (KeyboardInterrupt, SystemExit):
        click.echo("\nWird beendet …")
    finally:
        _end(children)
    click.echo("Beendet.")


def _fill(settings: config.Einstellungen) -> list[str]:
    """Migrate, fill an empty database, and say how to log in."""
    parts = dienste.create_dienste(settings)
    try:
        datenbank.upgrade(parts.db_engine)
        _refuse_foreign(parts)
        demonstration.fill(parts.sessions, parts.schluessel, now=datetime.now(UTC), melde=Fortschritt())
    finally:
        parts.db_engine.dispose()
    width = max(len(z.kennung) for z in buero.ZUGAENGE)
    return [f"{z.kennung:<{width}}  Passwort {buero.PASSWORT}   {z.wer}: {z.zeigt}" for z in buero.ZUGAENGE]


def _refuse_foreign(parts: dienste.Dienste) -> None:
    with parts.reading() as session:
        others = session.execute(select(Mandant.kennung).where(Mandant.kennung != buero.MANDANT)).first()
    if others is not None:
        raise click.ClickException(
            "Demo nicht möglich: Diese Datenbank gehört zu einem anderen Amt. Wählen Sie mit HILFEFLUSS_DATEN einen "
            "leeren Ordner."
        )


class Fortschritt:
    """Prints progress; in a terminal a line that only counts on replaces the one before."""

    def __init__(self) -> None:
        self._was = ""

    def __call__(self, text: str) -> None:
        """Show one message."""
        what = text.partition(":")[0]
        again = what == self._was and sys.stdout.isatty()
        click.echo(f"\x1b[A\x1b[2K{text}" if again else text)
        self._was = what


def _start(befehl: str, log: Path) -> subprocess.Popen[bytes]:
    """A child of its own; it ends when this process ends, in whatever way, because its standard input does."""
    with log.open("ab") as output:
        return subprocess.Popen(  # noqa: S603 - our own program, fixed words
            [sys.executable, "-m", "web.cli", befehl, "--bis-eof"],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )


def _wait_for(children: list[subprocess.Popen[bytes]], settings: config.Einstellungen, log: Path) -> None:
    for _ in range(_START_S * 10):
        if any(child.poll() is not None for child in children):
            raise click.ClickException(f"Starten nicht möglich. Der Grund steht in {log}.")
        if _answers(settings.host, settings.port):
            return
        time.sleep(0.1)
    raise click.ClickException(f"Starten nicht möglich: Nach {_START_S} Sekunden keine Antwort. Siehe {log}.")


def _end(children: list[subprocess.Popen[bytes]]) -> None:
    for child in children:
        if child.poll() is None:
            child.terminate()
    for child in children:
        try:
            child.wait(_ENDE_S)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        if child.stdin:
            child.stdin.close()


def _answers(host: str, port: int) -> bool:
    with closing(socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)) as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, port)) == 0


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _port_taken(host: str, port: int) -> click.ClickException:
    return click.ClickException(
        f"Starten nicht möglich: {host}:{port} ist belegt. Beenden Sie das andere Programm, oder wählen Sie mit "
        "HILFEFLUSS_PORT einen anderen Port."
    )


def _check_current(db_engine: Engine) -> None:
    """Refuse to work on a database of another version."""
    head = ScriptDirectory.from_config(datenbank.alembic_config(db_engine)).get_current_head()
    with db_engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    if current != head:
        raise click.ClickException(
            "Starten nicht möglich: Die Datenbank ist nicht auf dem neuesten Stand. „hilfefluss db upgrade“ hilft."
        )


def _end_on_signal(bis_eof: bool, then: Callable[[], None] | None = None) -> None:
    """End cleanly on SIGTERM and Ctrl-C, and with the starting process where asked."""

    def end(_number: int, _frame: object) -> None:
        if then is None:
            raise SystemExit(0)
        then()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    if bis_eof:
        threading.Thread(target=_watch_stdin, daemon=True).start()


def _watch_stdin() -> None:
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
