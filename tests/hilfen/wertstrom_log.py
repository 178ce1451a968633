"""Small logs for the tests of the value stream: rows with defaults, and a store that holds nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from wertstrom import beispiel
from wertstrom.ereignisprotokoll import Protokoll, create_protokoll
from wertstrom.kennzahlen import Auswahl
from wertstrom.speicher import Speicher

MINUTE, STUNDE = 60_000_000, 3_600_000_000
TAG = 24 * STUNDE
P = Auswahl("p")
#: a Monday, 08:00 in Berlin
MONTAG = beispiel.START_US
#: opening a database takes longer than most tests
_SPEICHER = Speicher()


def lauf(fall: int, knoten: str, bereit: Any, begonnen: Any, fertig: Any, **mehr: Any) -> dict[str, Any]:
    """One run of a step."""
    ausgang = "offen" if fertig is None else "erledigt"
    zeiten = {"bereit_us": bereit, "begonnen_us": begonnen, "fertig_us": fertig, "ausgang": ausgang}
    return {"fall": fall, "knoten": knoten, "lauf": 1, "name": knoten, "art": "aufgabe"} | zeiten | mehr


def kopf(fall: int, start: int, ende: int | None, **mehr: Any) -> dict[str, Any]:
    """One Fall of the process p."""
    ausgang = "offen" if ende is None else "abgeschlossen"
    zeiten = {"start_us": start, "ende_us": ende, "ausgang": ausgang}
    return {"fall": fall, "prozess": "p", "version": 1, "beispiel": False} | zeiten | mehr


def zurueck(fall: int, knoten: str, von: int, bis: int, grund: str = "W05", **mehr: Any) -> dict[str, Any]:
    """A run that was sent back."""
    return lauf(fall, knoten, von, von, bis, ausgang="zurueckgegeben", grund=grund, **mehr)


def store(protokoll: Protokoll) -> Speicher:
    """A store with nothing but these Faelle; the same one every time."""
    zeilen = _SPEICHER._verbindung.execute("select distinct fall from fall").fetchall()
    _SPEICHER.remove(zeile[0] for zeile in zeilen)
    _SPEICHER.replace(protokoll)
    return _SPEICHER


def filled(
    faelle: Sequence[dict[str, Any]], schritte: Sequence[dict[str, Any]] = (), pausen: Any = (), **mehr: Any
) -> Speicher:
    """The same from rows."""
    return store(create_protokoll(faelle, schritte, pausen, **mehr))


@contextmanager
def second(protokoll: Protokoll) -> Iterator[Speicher]:
    """A store of its own."""
    speicher = Speicher()
    speicher.replace(protokoll)
    yield speicher
    speicher.close()
