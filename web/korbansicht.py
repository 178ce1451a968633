"""What the address of the Arbeitskorb says: Korb, filters, order, page. Unknown parts are ignored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypeVar
from urllib.parse import parse_qsl, urlencode

from engine.model.persoenlich import ZEILEN
from engine.queries.korbregeln import Auswahl, Besetzung, Fristlage, Korb, Sortierung, Spalte

_HOECHSTE_SEITE = 100_000
_HOECHSTE_NUMMER = 2**31 - 1
_MAX_SUCHE = 100
_Wort = TypeVar("_Wort", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Ansicht:
    """One address of the Arbeitskorb, read."""

    korb: Korb = Korb.MEINE
    auswahl: Auswahl = field(default_factory=Auswahl)
    seite: int = 1
    #: None: as the person has set for all her lists
    je_seite: int | None = None

    @property
    def query(self) -> str:
        """The part of the address behind „?“; what is usual is left out."""
        a = self.auswahl
        teile = {
            "korb": "" if self.korb is Korb.MEINE else self.korb.value,
            "suche": a.suche,
            "prozess": a.prozess_id or "",
            "gruppe": a.gruppe_id or "",
            "frist": a.fristlage.value if a.fristlage else "",
            "stand": a.besetzung.value if a.besetzung else "",
            "sortiere": ",".join(f"{'-' if s.absteigend else ''}{s.spalte.value}" for s in a.sortierung),
            "je": self.je_seite or "",
            "seite": "" if self.seite == 1 else self.seite,
        }
        return urlencode({name: wert for name, wert in teile.items() if wert})

    @property
    def aufgehoben(self) -> Ansicht:
        """What is kept of it under a name: whatever page somebody was on."""
        return replace(self, seite=1)

    def with_korb(self, korb: Korb) -> Ansicht:
        """The other tab, with the same filters and order; who has it is asked differently in each."""
        return replace(self, korb=korb, auswahl=replace(self.auswahl, besetzung=None), seite=1)

    def with_seite(self, seite: int) -> Ansicht:
        """Another page of the same list."""
        return replace(self, seite=seite)

    def sorted_by(self, spalte: Spalte) -> Ansicht:
        """What a click on the head of a column leads to."""
        return replace(self, auswahl=self.auswahl.sorted_by(spalte), seite=1)

    def unfiltered(self) -> Ansicht:
        """The same Korb in the same order, whole."""
        return replace(self, auswahl=Auswahl(sortierung=self.auswahl.sortierung), seite=1)


def read_ansicht(teile: Mapping[str, str]) -> Ansicht:
    """From the parts of an address; whatever does not fit counts as not said."""
    return Ansicht(
        korb=_word(Korb, teile.get("korb", "")) or Korb.MEINE,
        auswahl=Auswahl(
            suche=" ".join(teile.get("suche", "")[:_MAX_SUCHE].replace("\0", "").split()),
            prozess_id=_number(teile.get("prozess", ""), _HOECHSTE_NUMMER),
            gruppe_id=_number(teile.get("gruppe", ""), _HOECHSTE_NUMMER),
            fristlage=_word(Fristlage, teile.get("frist", "")),
            besetzung=_word(Besetzung, teile.get("stand", "")),
            sortierung=_read_sortierung(teile.get("sortiere", "")),
        ),
        seite=_number(teile.get("seite", ""), _HOECHSTE_SEITE) or 1,
        je_seite=next((n for n in ZEILEN if str(n) == teile.get("je")), None),
    )


def parse_query(query: str) -> Ansicht:
    """From the part of an address behind „?“."""
    return read_ansicht(dict(parse_qsl(query[:1000], max_num_fields=50)))


def _read_sortierung(text: str) -> tuple[Sortierung, ...]:
    keys: dict[Spalte, Sortierung] = {}
    for teil in text.split(",")[: len(Spalte)]:
        spalte = _word(Spalte, teil.removeprefix("-"))
        if spalte is not None and spalte not in keys:
            keys[spalte] = Sortierung(spalte, teil.startswith("-"))
    return tuple(keys.values())[:3]


def _word(words: type[_Wort], text: str) -> _Wort | None:
    return words(text) if text in set(words) else None


def _number(text: str, highest: int) -> int | None:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 11 else 0
    return number if 0 < number <= highest else None
