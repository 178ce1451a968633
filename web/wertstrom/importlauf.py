"""Reads an upload in the background, one at a time: the page may be left, and says how far it is when somebody returns.

Owns the thread and what it notes. Knows no request.
"""

from __future__ import annotations

import shutil
import threading
import time
from typing import Final

import structlog

from engine.errors import EngineError
from engine.schutz import SchluesselFehlt
from web.sprache import _
from web.wertstrom.importe import Import, Importe, Zustand
from wertstrom import ausgabe, einlesen
from wertstrom.einlesen import Fortschritt, Lesung, Vorgaben

#: unpacked size of a log that is read beside the pages; the command line reads larger ones
HOECHSTENS_BYTES: Final = 1 << 29
#: between two notes of progress
_TAKT_S: Final = 0.5
_log = structlog.get_logger("einlesen")
#: reading takes memory and a processor
_einer: Final = threading.Lock()


class _Geloescht(Exception):
    """Somebody deleted the upload: nothing is to be read any more."""


def start(importe: Importe, stand: Import, vorgaben: Vorgaben) -> threading.Thread:
    """Begin to read; what comes of it stands in the import."""
    stand.zustand, stand.anteil, stand.fehler = Zustand.LAEUFT, 0.0, ""
    importe.save(stand)
    faden = threading.Thread(target=_run, args=(importe, stand, vorgaben), name="einlesen", daemon=True)
    faden.start()
    return faden


def _run(importe: Importe, stand: Import, vorgaben: Vorgaben) -> None:
    try:
        while not _einer.acquire(timeout=_TAKT_S):
            _note(importe, stand)
        try:
            # Two clicks at once: the other one has read it.
            if _note(importe, stand) != Zustand.FERTIG:
                _read(importe, stand, vorgaben)
        finally:
            _einer.release()
    except _Geloescht:
        importe.delete(stand)
    except (EngineError, SchluesselFehlt) as fehler:
        _fail(importe, stand, fehler.text)
    except Exception as fehler:
        # Its text could hold data of the file and stays out.
        _log.error("import failed", error=type(fehler).__name__)
        _fail(importe, stand, _("Das Protokoll kann nicht gelesen werden. Bitte prüfen Sie die Datei."))


def _read(importe: Importe, stand: Import, vorgaben: Vorgaben) -> None:
    zuletzt = time.monotonic()

    def melden(fortschritt: Fortschritt) -> None:
        nonlocal zuletzt
        if time.monotonic() - zuletzt >= _TAKT_S:
            zuletzt = time.monotonic()
            # Reading takes most of the time.
            stand.anteil = fortschritt.anteil * 0.7 + (0.0 if fortschritt.schritt == "lesen" else 0.3)
            stand.zeilen = fortschritt.zeilen
            _note(importe, stand)

    ziel = importe.log_of(stand)
    shutil.rmtree(ziel, ignore_errors=True)
    with importe.opened(stand) as datei:
        lesung = Lesung([datei], vorgaben, melden)
        ausgabe.write(lesung.teile(), ziel, ausgabe.Form.PARQUET, ausgabe.Schonung.keine())
    stand.bericht = lesung.bericht.as_dict() | {"weggelassen": list(lesung.weggelassen)}
    stand.zeilen = lesung.bericht.zeilen
    stand.profil = einlesen.write_profil(vorgaben)
    importe.finish(stand)


def _note(importe: Importe, stand: Import) -> Zustand:
    """Write how far it is, unless it is done already; returns how far it was."""
    bisher = importe.get(stand.mandant_id, stand.person_id, stand.schluessel)
    if bisher is None:
        raise _Geloescht
    if bisher.zustand != Zustand.FERTIG:
        importe.save(stand)
    return bisher.zustand


def _fail(importe: Importe, stand: Import, grund: str) -> None:
    shutil.rmtree(importe.log_of(stand), ignore_errors=True)
    stand.zustand, stand.fehler = Zustand.OFFEN, grund
    importe.save(stand)
