"""The command line as an operator meets it; servers are real processes on free ports."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from web import config
from web.cli import betrieb, main

Start = Callable[..., subprocess.Popen[str]]
WURZEL = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def umgebung(tmp_path: Path) -> dict[str, str]:
    return os.environ | {"HILFEFLUSS_DATEN": str(tmp_path), "HILFEFLUSS_PORT": str(free_port())}


@pytest.fixture
def start(umgebung: dict[str, str]) -> Iterator[Start]:
    """Starts ``hilfefluss …`` as a process of its own."""
    processes: list[subprocess.Popen[str]] = []

    def start(*argumente: str) -> subprocess.Popen[str]:
        processes.append(
            subprocess.Popen(
                [sys.executable, "-m", "web.cli", *argumente],
                cwd=WURZEL,
                env=umgebung,
                text=True,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
        )
        return processes[-1]

    yield start
    for process in processes:
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream:
                stream.close()


def answers(umgebung: dict[str, str], process: subprocess.Popen[str]) -> bool:
    """Wait until the pages answer, or the process has ended."""
    while process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{umgebung['HILFEFLUSS_PORT']}/anmelden") as answer:
                return bool(answer.status == 200)
        except OSError:
            time.sleep(0.1)
    return False


def call(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *argumente: str, **umgebung: str) -> int:
    for einstellung in config.EINSTELLUNGEN:
        monkeypatch.delenv(einstellung.variable, raising=False)
    for name, wert in {"HILFEFLUSS_DATEN": str(tmp_path), **umgebung}.items():
        monkeypatch.setenv(name, wert)
    with pytest.raises(SystemExit) as ended:
        main(list(argumente))
    return int(ended.value.code or 0)


@pytest.mark.parametrize(
    ("argumente", "code", "text"),
    [
        (
            ["quatsch"],
            2,
            "Diesen Befehl gibt es nicht. Befehle: demo, run, worker, db, betrieb, schluessel, modell, wertstrom.",
        ),
        (["run", "--quatsch"], 2, "Die Option --quatsch gibt es nicht."),
        (["run", "--port", "abc"], 2, "Erwartet wird eine Zahl."),
        (["run", "--port", "0"], 2, "Die Zahl liegt nicht im möglichen Bereich."),
        (["modell", "pruefen", "gibtsnicht.bpmn"], 2, "Die Datei gibt es nicht."),
        (["modell", "pruefen"], 2, "fehlt."),
        (["run"], 1, "Die Datenbank ist nicht auf dem neuesten Stand. „hilfefluss db upgrade“ hilft."),
        (["worker"], 1, "Die Datenbank ist nicht auf dem neuesten Stand."),
    ],
)
def test_errors_are_one_german_sentence(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    argumente: list[str],
    code: int,
    text: str,
) -> None:
    assert call(monkeypatch, tmp_path, *argumente) == code
    told = capsys.readouterr().err
    assert told.startswith("Fehler: ")
    assert text in told
    assert "Traceback" not in told


def test_a_wrong_setting_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(
        config, "from_environment", lambda: config.Einstellungen(datenbank="sqlite:////gibt/es/nicht.db")
    )
    assert call(monkeypatch, tmp_path, "db", "upgrade") == 1
    assert "HILFEFLUSS_DATENBANK" in capsys.readouterr().err


def test_without_a_command_the_possibilities_are_shown(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(monkeypatch, tmp_path) == 2
    assert "wertstrom" in capsys.readouterr().out


def test_upgrade_makes_the_database_and_leaves_a_current_one_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        assert call(monkeypatch, tmp_path, "db", "upgrade") == 0
    assert capsys.readouterr().out.count("auf dem neuesten Stand") == 2
    assert (tmp_path / "hilfefluss.db").exists()


def test_the_pages_are_served_and_end_on_request(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, start: Start, umgebung: dict[str, str]
) -> None:
    call(monkeypatch, tmp_path, "db", "upgrade")
    pages, worker = start("run"), start("worker")
    assert answers(umgebung, pages)
    second = start("run")
    assert "ist belegt" in second.communicate()[1]
    assert second.returncode == 1
    pages.send_signal(signal.SIGTERM)
    worker.send_signal(signal.SIGINT)
    out, err = pages.communicate()
    assert pages.returncode == 0
    assert "Strg-C beendet" in out
    assert '"route": "/anmelden", "status": 200' in err
    assert worker.wait() == 0


def test_a_child_ends_with_the_process_that_started_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, start: Start, umgebung: dict[str, str]
) -> None:
    call(monkeypatch, tmp_path, "db", "upgrade")
    pages = start("run", "--bis-eof")
    assert answers(umgebung, pages)
    assert pages.stdin
    pages.stdin.close()
    assert pages.wait() == 0


def test_the_demonstration_leaves_a_real_office_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kleinstadt: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copyfile(kleinstadt, tmp_path / "hilfefluss.db")
    assert call(monkeypatch, tmp_path, "demo", HILFEFLUSS_PORT=str(free_port()), HILFEFLUSS_SCHULUNG="ja") == 1
    assert "Diese Datenbank gehört zu einem anderen Amt." in capsys.readouterr().err


def test_the_demonstration_is_never_reachable_from_elsewhere(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HILFEFLUSS_HOST", "0.0.0.0")
    monkeypatch.setenv("HILFEFLUSS_DATEN", str(tmp_path / "daten"))
    result = CliRunner().invoke(betrieb.demo)
    assert result.exit_code == 1
    assert "nur auf diesem Rechner" in result.output
    assert not (tmp_path / "daten").exists()
