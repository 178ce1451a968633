"""How a deadline looks at a moment: Ampel (decision table D05) and distance in working days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from engine.bpmn.ergebnis import SchrittArt
from engine.kalender import Kalender, ende_des_tages, lokales_datum
from engine.model import Aufgabe, AufgabeStatus

_ANTEIL_WARNUNG = 0.7
_ANTEIL_WARNUNG_GESETZLICH = 0.5


class Ampel(StrEnum):
    """State of a deadline; pages show a word and a symbol, never only a colour."""

    IN_FRIST = "in_frist"
    LAEUFT_AB = "laeuft_ab"
    UEBERSCHRITTEN = "ueberschritten"
    WARTET = "wartet"
    OHNE_FRIST = "ohne_frist"


@dataclass(frozen=True, slots=True)
class Frist:
    """A deadline as a page shows it."""

    ampel: Ampel
    #: instant; the local day counts for people
    am: datetime | None = None
    #: working days from today to the deadline, negative when past
    abstand_at: int | None = None
    art: str | None = None
    #: how it was computed
    grund: str | None = None


def frist_of(aufgabe: Aufgabe, kalender: Kalender, now: datetime) -> Frist:
    """Rate the deadline of an Aufgabe by D05; waiting for somebody is shown, the deadline runs on."""
    waiting = aufgabe.status == AufgabeStatus.UNTERBROCHEN or aufgabe.art == SchrittArt.EINGANG
    if aufgabe.frist_am is None:
        return Frist(Ampel.OHNE_FRIST)
    return Frist(
        ampel=_ampel(aufgabe.bereit_am, aufgabe.frist_am, aufgabe.frist_art, waiting, now),
        am=aufgabe.frist_am,
        abstand_at=kalender.arbeitstage_zwischen(lokales_datum(now), lokales_datum(aufgabe.frist_am)),
        art=aufgabe.frist_art,
        grund=aufgabe.frist_grund,
    )


def frist_of_day(am: date, kalender: Kalender, now: datetime) -> Frist:
    """Rate a day without a beginning: it is soon on the working day before."""
    today = lokales_datum(now)
    abstand = kalender.arbeitstage_zwischen(today, am)
    ampel = Ampel.UEBERSCHRITTEN if am < today else Ampel.LAEUFT_AB if abstand <= 1 else Ampel.IN_FRIST
    return Frist(ampel=ampel, am=ende_des_tages(am), abstand_at=abstand)


def _ampel(bereit_am: datetime, frist_am: datetime, frist_art: str | None, wartet: bool, now: datetime) -> Ampel:
    if now > frist_am:
        return Ampel.UEBERSCHRITTEN
    duration = (frist_am - bereit_am).total_seconds()
    used = (now - bereit_am).total_seconds() / duration if duration > 0 else 1.0
    if used >= (_ANTEIL_WARNUNG_GESETZLICH if frist_art == "gesetzlich" else _ANTEIL_WARNUNG):
        return Ampel.LAEUFT_AB
    return Ampel.WARTET if wartet else Ampel.IN_FRIST
