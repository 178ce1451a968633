"""Stores of imported logs in the memory of this process: filled from their folder when somebody looks, the oldest go.

Owns that cache; what it forgets is read again.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Final

from flask import current_app

from web import auth
from web.dienste import dienste
from web.wertstrom.importe import Import, Importe
from wertstrom import einlesen, laden
from wertstrom.einlesen import Vorgaben
from wertstrom.speicher import Grenzen, Speicher

#: name of the process in the store of an imported log
PROZESS: Final = Vorgaben().prozess
#: logs kept at once
HOECHSTENS: Final = 6
_GRENZEN: Final = Grenzen(arbeitsspeicher="1GB", auslagerung="4GB")
_NAME: Final = "hilfefluss.importspeicher"


class _Bestand:
    """Stores by key and hours of the office."""

    def __init__(self) -> None:
        self.sperre = threading.Lock()
        self.speicher: OrderedDict[str, Speicher] = OrderedDict()


def importe() -> Importe:
    """The imports of this installation."""
    teile = dienste()
    return Importe(teile.einstellungen.daten / "wertstrom" / "eingelesen", teile.schluessel)


def speicher_of(stand: Import) -> Speicher:
    """The store of a finished log. Raises `Invalid` when its files are damaged."""
    bestand = _bestand()
    with bestand.sperre:
        gefunden = bestand.speicher.get(stand.schluessel)
        if gefunden is None:
            gefunden = bestand.speicher[stand.schluessel] = _load(stand)
        bestand.speicher.move_to_end(stand.schluessel)
        # Not closed: another thread may still be reading from it; it goes with its last reader.
        while len(bestand.speicher) > HOECHSTENS:
            bestand.speicher.popitem(last=False)
        return gefunden


def forget(stand: Import) -> None:
    """It was deleted."""
    _bestand().speicher.pop(stand.schluessel, None)


def _load(stand: Import) -> Speicher:
    speicher: Speicher | None = None
    for teil in einlesen.read_teile([importe().log_of(stand)], Vorgaben()):
        if speicher is None:
            with dienste().reading() as session:
                uhr = laden.uhr_of(session, auth.akteur().mandant_id, teil.zone)
            speicher = Speicher(uhr, grenzen=_GRENZEN)
        speicher.replace(teil)
    assert speicher is not None, "a log has at least one Fall"
    return speicher


def _bestand() -> _Bestand:
    bestand: _Bestand = current_app.extensions.setdefault(_NAME, _Bestand())
    return bestand
