"""The processes that are killed: web servers and workers as an operator starts them, each restarted at once."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

WURZEL = Path(__file__).resolve().parents[2]


@dataclass
class Kind:
    """One process; `port` is 0 for a worker."""

    befehl: tuple[str, ...]
    umgebung: dict[str, str]
    log: Path
    port: int = 0
    _lauf: subprocess.Popen[bytes] | None = None
    _seit: float = field(default=0.0)

    def start(self) -> None:
        """Start it; it ends with us, because its standard input does."""
        with self.log.open("ab") as output:
            self._lauf = subprocess.Popen(
                [sys.executable, "-m", "web.cli", *self.befehl, "--bis-eof"],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                env={**os.environ, **self.umgebung},
                cwd=WURZEL,
            )
        self._seit = time.monotonic()

    def works(self) -> bool:
        """Whether it has begun its work: the server answers, the worker had time to look around."""
        if self._lauf is None or self._lauf.poll() is not None:
            return False
        if not self.port:
            return time.monotonic() - self._seit > 1.5
        with closing(socket.socket()) as probe:
            probe.settimeout(0.5)
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def kill(self) -> None:
        """SIGKILL: nothing of it can run any more."""
        assert self._lauf is not None
        self._lauf.send_signal(signal.SIGKILL)
        self._lauf.wait()
        if self._lauf.stdin:
            self._lauf.stdin.close()

    def died(self) -> bool:
        """Whether it ended by itself, which nothing may cause."""
        return self._lauf is not None and self._lauf.poll() is not None

    def end(self) -> None:
        """End it in the orderly way."""
        if self._lauf is None or self._lauf.poll() is not None:
            return
        self._lauf.terminate()
        try:
            self._lauf.wait(15)
        except subprocess.TimeoutExpired:
            self.kill()
        if self._lauf.stdin:
            self._lauf.stdin.close()


def create(url: str, ordner: Path) -> list[Kind]:
    """Two web servers and two workers on one database."""
    umgebung = {"HILFEFLUSS_DATEN": str(ordner), "HILFEFLUSS_DATENBANK": url, "HILFEFLUSS_ANMELDEVERSUCHE": "1000"}
    kinder = [Kind(("worker",), umgebung, ordner / f"worker{nr}.log") for nr in range(2)]
    for nr in range(2):
        port = free_port()
        kinder.append(Kind(("run", "--port", str(port)), umgebung, ordner / f"web{nr}.log", port))
    return kinder


def free_port() -> int:
    """A port that nobody uses now."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
