"""The process behind the wall: waits for lines, forks a child for each, and ends when its own line breaks off.

Single-threaded and without open files, so that forking is safe; knows no database and no secret.
"""

from __future__ import annotations

import gc
import os
import signal
import socket
import sys

from engine import bpmn, dmn
from engine.pruefstand import daten, grenzen

_PROBE = (
    b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p"><startEvent id="s"/>'
    b'<task id="t"/><endEvent id="e"/><sequenceFlow id="f" sourceRef="s" targetRef="t"/>'
    b'<sequenceFlow id="g" sourceRef="t" targetRef="e"/></process></definitions>'
)


def serve(leitung: socket.socket) -> None:
    """Fork a child for every line that arrives."""
    while True:
        # A full table of processes or files must not end the loop.
        nachricht, neue, _, _ = socket.recv_fds(leitung, 1, 4)
        if not nachricht:
            return
        for nummer in neue:
            with socket.socket(fileno=nummer) as weg:
                if os.fork() == 0:
                    leitung.close()
                    _work(weg)


def _work(weg: socket.socket) -> None:
    """Answer one line and end; whatever happens, the child never returns into the loop."""
    try:
        auftrag = _read(weg)
        grenzen.bind()
        weg.sendall(_answer(auftrag))
    except MemoryError:
        os._exit(1)
    except BaseException:
        os._exit(2)
    os._exit(0)


def _answer(auftrag: bytes) -> bytes:
    zeichnung = daten.read_auftrag(auftrag)
    if zeichnung is None:
        return daten.write_tabellenantwort(dmn.pruefe_alle(*daten.read_tabellenauftrag(auftrag)))
    inhalt, datei, vorgaben = zeichnung
    return daten.write_antwort(bpmn.pruefe(inhalt, datei, **vorgaben))


def _read(weg: socket.socket) -> bytes:
    laenge = int.from_bytes(_read_exactly(weg, 8), "big")
    return _read_exactly(weg, laenge)


def _read_exactly(weg: socket.socket, laenge: int) -> bytes:
    teile = bytearray()
    while len(teile) < laenge:
        teil = weg.recv(min(1 << 20, laenge - len(teile)))
        if not teil:
            raise EOFError
        teile += teil
    return bytes(teile)


def main() -> None:
    """Learn all rules once, then serve."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the line says when it is over
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel clears away ended children
    bpmn.pruefe(_PROBE)  # whatever is imported or compiled late is there before the first fork
    gc.collect()
    gc.freeze()
    with socket.socket(fileno=int(sys.argv[1])) as leitung:
        serve(leitung)


main()
