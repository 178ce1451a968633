"""What a person has set for herself: language, shortcuts, names, notices, length of lists. Nothing about her work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Final

#: lengths that a list may have
ZEILEN: Final = (25, 50, 100)


class Hinweisart(StrEnum):
    """How somebody is told by e-mail what lies in the Arbeitskorb."""

    SOFORT = "sofort"
    TAEGLICH = "taeglich"
    AUS = "aus"


@dataclass(frozen=True, slots=True)
class Persoenlich:
    """The settings of one person; stored as JSON, read back by `of`."""

    #: key of a language; empty while nothing was chosen
    sprache: str = ""
    #: whether single keys are shortcuts (WCAG 2.1.4)
    kuerzel: bool = True
    #: whether lists open without names
    ohne_namen: bool = False
    hinweise: Hinweisart = Hinweisart.TAEGLICH
    zeilen: int = ZEILEN[0]

    @classmethod
    def of(cls, gespeichert: Mapping[str, Any]) -> Persoenlich:
        """From what is stored; what is missing or no longer understood has its default."""
        return cls(
            sprache=str(gespeichert.get("sprache", "")),
            kuerzel=gespeichert.get("kuerzel") is not False,
            ohne_namen=gespeichert.get("ohne_namen") is True,
            hinweise=_art(gespeichert.get("hinweise")),
            zeilen=next((n for n in ZEILEN if n == gespeichert.get("zeilen")), ZEILEN[0]),
        )

    def as_json(self) -> dict[str, Any]:
        """As it is stored."""
        return asdict(self)


def _art(wert: object) -> Hinweisart:
    return Hinweisart(wert) if isinstance(wert, str) and wert in set(Hinweisart) else Hinweisart.TAEGLICH
