"""Small logs with answers known by hand, for docstrings, tests and the help pages. Nothing here is real.

Owns the hand-computed examples of the concept; never used to fill a page with figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from wertstrom.ereignisprotokoll import Art, Ausgang, FallAusgang, Protokoll, as_us, create_protokoll
from wertstrom.kalender import Arbeitszeit
from wertstrom.kennzahlen import Auswahl
from wertstrom.modell import Angabe, Wertklasse
from wertstrom.speicher import Speicher

PROZESS = "beispiel"
AUSWAHL = Auswahl(PROZESS)
#: a Monday, 08:00 in Berlin
START_US = as_us(datetime(2026, 6, 1, 6, tzinfo=UTC))

#: the last column of the concept: Standardzeiten are the measured minutes, the value share what is „davon V“
ANGABEN = {
    "anfrage": Angabe(Wertklasse.NICHT_WERTSCHOEPFEND, pt_min=15),
    "erstgespraech": Angabe(Wertklasse.WERTSCHOEPFEND, pt_min=90),
    "fachteam": Angabe(Wertklasse.WERTSCHOEPFEND, pt_min=45),
    "hilfeplan": Angabe(Wertklasse.WERTSCHOEPFEND, wertanteil=120 / 210, pt_min=210),
    "bescheid": Angabe(Wertklasse.UNTERSTUETZEND, pt_min=70, gesetzlich=True),
}

#: knoten, name, Liegezeit before it in AT, processing in minutes
_FUENF = (
    ("anfrage", "Anfrage erfassen", 0.5, 15),
    ("erstgespraech", "Erstgespräch", 5, 90),
    ("fachteam", "Fachteam", 7, 45),
    ("hilfeplan", "Hilfeplangespräch und Hilfeplan", 9, 210),
    ("bescheid", "WiJu prüfen, Bescheid", 6, 70),
)


def fuenf_schritte() -> Speicher:
    """One Fall through the five steps of the concept (§ 5.3): 27,5 AT of waiting and 430 minutes of work."""
    uhr = Arbeitszeit()
    speicher = Speicher(uhr)
    stand, schritte = int(uhr.stand_us([START_US])[0]), []
    fertig = START_US
    for knoten, name, liegen_at, minuten in _FUENF:
        bereit, begonnen = fertig, uhr.zeitpunkt_us(stand + round(liegen_at * uhr.at_us))
        stand += round(liegen_at * uhr.at_us) + minuten * 60_000_000
        fertig = uhr.zeitpunkt_us(stand)
        schritte.append(_schritt(knoten, name, bereit, begonnen, fertig))
    speicher.replace(_fall(START_US, fertig, schritte))
    return speicher


def parallel() -> Protokoll:
    """The parallel example of the concept (§ 5.3), in hours: the critical path runs through y, x has 1,75 of slack."""
    stunde = 3_600_000_000
    zeiten = (("1", 0, 1, 2), ("x", 2, 3, 3.5), ("y", 2, 5, 5.25), ("2", 5.25, 7.25, 7.75))
    schritte = [_schritt(k, k, *(START_US + round(zeit * stunde) for zeit in drei)) for k, *drei in zeiten]
    return _fall(START_US, START_US + round(7.75 * stunde), schritte)


def _schritt(knoten: str, name: str, bereit: int, begonnen: int, fertig: int) -> dict[str, object]:
    return {
        "fall": 1,
        "knoten": knoten,
        "lauf": 1,
        "name": name,
        "art": Art.AUFGABE,
        "bereit_us": bereit,
        "begonnen_us": begonnen,
        "fertig_us": fertig,
        "ausgang": Ausgang.ERLEDIGT,
    }


def _fall(start: int, ende: int, schritte: Sequence[dict[str, object]]) -> Protokoll:
    fall = {"fall": 1, "prozess": PROZESS, "version": 1, "start_us": start, "ende_us": ende}
    return create_protokoll(
        [{**fall, "ausgang": FallAusgang.ABGESCHLOSSEN, "beispiel": True}],
        schritte,
        meilensteine=[
            {"fall": 1, "meilenstein": "m_eingang", "zeit_us": start},
            {"fall": 1, "meilenstein": "m_bescheid", "zeit_us": ende},
        ],
    )
