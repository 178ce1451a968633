"""What a day that matters looks like: shown by list, month and calendars.

Types only; who may see what is decided by `engine.queries.termine` and `engine.queries.tagestermine`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from engine.queries import fristen

#: rows of one list; whoever has more narrows it
HOECHSTENS = 500


class Umfang(StrEnum):
    """Whose."""

    #: taken by the Akteur
    MEINE = "meine"
    #: these and what is free in the own Gruppen
    KORB = "korb"
    #: of every Vorgang within reach
    ALLE = "alle"


class Terminart(StrEnum):
    """What is due."""

    GESETZLICH = "gesetzlich"
    STANDARD = "standard"
    INTERN = "intern"
    #: somebody wants to look at it again
    WIEDERVORLAGE = "wiedervorlage"
    BESCHLUSS = "beschluss"


@dataclass(frozen=True, slots=True)
class Termin:
    """One day that matters."""

    #: the same for ever, e.g. ``aufgabe-12``
    kennung: str
    #: rises with each change
    stand: int
    art: Terminart
    am: date
    #: None: the whole day
    uhrzeit: datetime | None
    aktenzeichen: str
    #: the Aufgabe, as the drawing calls it; empty: the Vorgang as a whole
    was: str
    #: words of the engine beside it
    zusatz: str | None
    prozess: str
    #: None: of one person
    gruppe: str | None
    frist: fristen.Frist
    vorgang_id: int
    #: whose deadline it is
    aufgabe_id: int | None
    #: taken by the Akteur
    ist_meine: bool
    beispiel: bool
    #: no longer due
    abgesagt: bool = False


@dataclass(frozen=True, slots=True)
class Terminliste:
    """What is due in a period, the earliest first."""

    termine: tuple[Termin, ...]
    #: whether more than `HOECHSTENS` were found
    gekuerzt: bool
