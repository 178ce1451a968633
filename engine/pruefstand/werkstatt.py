"""The process from which checks are forked: started at first need, once per process of the product.

It shares no thread, no lock and no secret with the product; its environment holds only where Python finds modules.
"""

from __future__ import annotations

import atexit
import os
import socket
import subprocess
import sys
import threading

from engine.pruefstand import grenzen

_SCHLOSS = threading.Lock()
_VERSUCHE = 2


class _Werkstatt:
    """A running process and the socket by which it is told of new checks."""

    def __init__(self) -> None:
        self.inhaber = os.getpid()
        self.leitung, dort = socket.socketpair()
        umgebung = {"PYTHONPATH": os.pathsep.join(teil for teil in sys.path if teil), "PYTHONSAFEPATH": "1"}
        with dort:
            # Ends by itself when the line breaks off; nobody has to wait for it.
            self.prozess = subprocess.Popen(  # noqa: S603 - our own module
                [sys.executable, "-m", "engine.pruefstand", str(dort.fileno())],
                pass_fds=(dort.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env=umgebung,
                close_fds=True,
            )

    def lebt(self) -> bool:
        """Whether it can be asked; a forked copy of the product needs its own."""
        return self.inhaber == os.getpid() and self.prozess.poll() is None

    def close(self) -> None:
        """Let it end."""
        self.leitung.close()
        if self.inhaber == os.getpid():
            self.prozess.wait(grenzen.WARTEZEIT_S)


_werkstatt: _Werkstatt | None = None


def frage(auftrag: bytes) -> bytes:
    """What a child answers; empty when it was ended before it could."""
    with _connect() as leitung:
        leitung.settimeout(grenzen.WARTEZEIT_S + 5)
        try:
            leitung.sendall(len(auftrag).to_bytes(8, "big") + auftrag)
            return _read_all(leitung)
        except OSError:
            return b""


def _connect() -> socket.socket:
    """A line to a new child."""
    hier, dort = socket.socketpair()
    with dort:
        for versuch in range(_VERSUCHE):
            try:
                with _SCHLOSS:
                    socket.send_fds(_running().leitung, [b"!"], [dort.fileno()])
            except OSError:
                if versuch + 1 == _VERSUCHE:
                    hier.close()
                    raise
            else:
                break
    return hier


def _running() -> _Werkstatt:
    global _werkstatt
    if _werkstatt is None or not _werkstatt.lebt():
        close()
        _werkstatt = _Werkstatt()
    return _werkstatt


@atexit.register
def close() -> None:
    """End the process, if there is one; the next check starts a new one."""
    global _werkstatt
    if _werkstatt is not None:
        _werkstatt.close()
    _werkstatt = None


def _read_all(leitung: socket.socket) -> bytes:
    teile, summe = [], 0
    while teil := leitung.recv(1 << 20):
        teile.append(teil)
        summe += len(teil)
        if summe > grenzen.MAX_ANTWORT:
            return b""
    return b"".join(teile)
