"""What was noticed while reading a file: what could not be used, and what looks implausible.

Owns the counting and the words. Says numbers, rows and columns, never a value of the file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

#: rows named as examples
_BEISPIELE = 5
TAG_US = 86_400_000_000
DREI_JAHRE_US = 3 * 365 * TAG_US
#: a Fall in which nothing happens for as long has a gap
LUECKE_US = 180 * TAG_US
#: share of ends on the first of a month from which they look entered in batches; 1 of 30 is usual
_GEBUENDELT = 0.2
#: share of instants that cannot be read from which the format is doubtful
_UNLESBAR = 0.05


@dataclass
class Bericht:
    """Counts of one import; rows are counted as the file has them."""

    zeilen: int = 0
    ohne_zeit: int = 0
    ohne_angabe: int = 0
    vertauscht: int = 0
    schiefe: int = 0
    doppelte: int = 0
    zukunft: int = 0
    ausserhalb: int = 0
    doppelstunde: int = 0
    wochenende: int = 0
    am_ersten: int = 0
    enden: int = 0
    #: finished steps whose instant is a whole day
    ganze_tage: int = 0
    gleicher_tag: int = 0
    faelle: int = 0
    ueber_drei_jahre: int = 0
    mit_luecke: int = 0
    merkmal_verworfen: int = 0
    #: activity → (runs, Faelle)
    schritte: dict[str, tuple[int, int]] = field(default_factory=dict)
    #: column → [readable, not readable]
    zeitspalten: dict[str, list[int]] = field(default_factory=dict)
    beispiele: dict[str, list[int]] = field(default_factory=dict)
    #: first and last instant
    von_us: int | None = None
    bis_us: int | None = None

    def add_stellen(self, was: str, maske: npt.NDArray[np.bool_], nummern: npt.NDArray[np.int64]) -> int:
        """Count rows and remember the first few of them; `was` is one of the fields."""
        anzahl = int(maske.sum())
        if anzahl:
            setattr(self, was, getattr(self, was) + anzahl)
            stellen = self.beispiele.setdefault(was, [])
            stellen += nummern[maske][: _BEISPIELE - len(stellen)].tolist()
        return anzahl

    def add_schiefe(self, zeile: int) -> None:
        """A row of another width than the heading."""
        self.schiefe += 1
        stellen = self.beispiele.setdefault("schiefe", [])
        if len(stellen) < _BEISPIELE:
            stellen.append(zeile)

    def add_lesbarkeit(self, spalte: str, lesbar: int, unlesbar: int) -> None:
        """How much of a column with instants could be read."""
        zahlen = self.zeitspalten.setdefault(spalte, [0, 0])
        zahlen[0] += lesbar
        zahlen[1] += unlesbar

    def schiefe_stellen(self) -> str:
        """The first crooked rows in words."""
        return self._stellen("schiefe")

    def _stellen(self, was: str) -> str:
        stellen = sorted(self.beispiele.get(was, ()))
        mehr = "" if getattr(self, was) <= len(stellen) else " …"
        return f"Zeile {', '.join(map(str, stellen))}{mehr}" if stellen else ""

    def hinweise(self) -> tuple[str, ...]:
        """What was left out or changed, in sentences with the rows."""
        texte: Mapping[str, str] = {
            "ohne_zeit": "Ereignisse ohne lesbaren Zeitpunkt, nicht verwendet",
            "ohne_angabe": "Ereignisse ohne Fall oder Aktivität, nicht verwendet",
            "vertauscht": "Ereignisse mit Ende vor dem Beginn, vertauscht",
            "schiefe": "Zeilen mit einer anderen Zahl von Feldern als die Kopfzeile, nicht verwendet",
            "ausserhalb": "Zeitpunkte außerhalb 1970–2100 (z. B. 31.12.9999), als nicht angegeben gewertet",
            "doppelstunde": "Zeitpunkte in der doppelten Stunde am Ende der Sommerzeit, als die erste gewertet",
            "merkmal_verworfen": "Merkmale mit langem Text, nicht übernommen",
        }
        saetze = []
        for was, text in texte.items():
            if zahl := getattr(self, was):
                stellen = self._stellen(was)
                saetze.append(f"{zahl} {text}{f' ({stellen})' if stellen else ''}.")
        return tuple(saetze)

    def auffaelligkeiten(self) -> tuple[str, ...]:
        """What is used, but should be looked at, in sentences."""
        return tuple(satz for regel in _AUFFAELLIG if (satz := regel(self)))

    def as_dict(self) -> dict[str, Any]:
        """For programs; instants in µs."""
        return asdict(self) | {"hinweise": list(self.hinweise()), "auffaelligkeiten": list(self.auffaelligkeiten())}


def _unlesbar(b: Bericht) -> str:
    schlechte = [
        f"„{spalte[:40]}“ ({unlesbar} von {lesbar + unlesbar})"
        for spalte, (lesbar, unlesbar) in b.zeitspalten.items()
        if unlesbar > _UNLESBAR * (lesbar + unlesbar)
    ]
    if not schlechte:
        return ""
    return (
        f"Viele Zeitpunkte sind nicht lesbar: {', '.join(schlechte)}. "
        "Erwartet wird TT.MM.JJJJ hh:mm oder JJJJ-MM-TT hh:mm."
    )


def _zukunft(b: Bericht) -> str:
    return f"{b.zukunft} Zeitpunkte liegen in der Zukunft." if b.zukunft else ""


def _doppelte(b: Bericht) -> str:
    if not b.doppelte:
        return ""
    return f"{b.doppelte} Schritte stehen mehrfach mit denselben Angaben da; jeder zählt als eigener Durchgang."


def _ganze_tage(b: Bericht) -> str:
    if not b.enden or b.ganze_tage < b.enden:
        return ""
    return "Alle Zeitpunkte sind ganze Tage: Die Auflösung ist ein Tag, Schritte am selben Tag dauern null."


def _am_ersten(b: Bericht) -> str:
    if b.am_ersten <= _GEBUENDELT * b.enden:
        return ""
    return f"{b.am_ersten} von {b.enden} Schritten enden am Ersten eines Monats: vermutlich gesammelt eingetragen."


def _wochenende(b: Bericht) -> str:
    return f"{b.wochenende} von {b.enden} Schritten enden am Wochenende." if b.wochenende else ""


def _gleicher_tag(b: Bericht) -> str:
    if not b.gleicher_tag:
        return ""
    return f"{b.gleicher_tag} Fälle mit mehreren Schritten spielen an einem einzigen Tag."


def _lange(b: Bericht) -> str:
    return f"{b.ueber_drei_jahre} Fälle dauern länger als drei Jahre." if b.ueber_drei_jahre else ""


def _luecken(b: Bericht) -> str:
    return f"In {b.mit_luecke} Fällen geschieht länger als 180 Tage nichts." if b.mit_luecke else ""


_AUFFAELLIG: tuple[Callable[[Bericht], str], ...] = (
    _unlesbar,
    _zukunft,
    _doppelte,
    _ganze_tage,
    _am_ersten,
    _wochenende,
    _gleicher_tag,
    _lange,
    _luecken,
)
