"""What a person may know and choose of a decision: what it reads, which outcomes its rows have, and why.

Reads tables whose result is one row. Never decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine import feel
from engine.dmn.modell import Entscheidung, TabellenBox, Trefferregel

_EINE_ZEILE = frozenset({Trefferregel.EINDEUTIG, Trefferregel.BELIEBIG, Trefferregel.PRIORITAET, Trefferregel.ERSTE})
#: a choice that nobody reads helps nobody
MAX_ZEILEN = 200


@dataclass(frozen=True, slots=True)
class Zeile:
    """One row: its outcome by output, if that is the same whatever comes in, and its remarks."""

    #: as in the record, from 1
    nummer: int
    #: JSON values; None when the outcome depends on the inputs
    ergebnis: Mapping[str, object] | None
    anmerkungen: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Auskunft:
    """A decision table as people choose from it."""

    tabelle: str | None
    name: str
    #: names of what its columns read
    liest: frozenset[str]
    #: output -> what a person reads above the column
    ausgaben: Mapping[str, str]
    zeilen: tuple[Zeile, ...]

    @property
    def auswahl(self) -> tuple[Zeile, ...]:
        """Rows with different fixed outcomes, in their order."""
        fest: list[Zeile] = []
        for zeile in self.zeilen:
            if zeile.ergebnis is not None and all(zeile.ergebnis != andere.ergebnis for andere in fest):
                fest.append(zeile)
        return tuple(fest)

    def by_output(self, ergebnis: object) -> Mapping[str, object]:
        """A result of the table by output: with one output, the result is its value."""
        if len(self.ausgaben) == 1:
            return dict.fromkeys(self.ausgaben, ergebnis)
        return ergebnis if isinstance(ergebnis, Mapping) else {}


def read(entscheidung: Entscheidung) -> Auskunft | None:
    """None for anything else than a table with one row as result."""
    tabelle = entscheidung.ausdruck
    if not isinstance(tabelle, TabellenBox) or tabelle.trefferregel not in _EINE_ZEILE:
        return None
    if len(tabelle.regeln) > MAX_ZEILEN:
        return None
    spalten = tabelle.ausgaenge
    namen = [spalte.name or entscheidung.name for spalte in spalten]
    return Auskunft(
        tabelle=tabelle.ort.element,
        name=entscheidung.name,
        liest=frozenset().union(*(_names(spalte.ausdruck.text) for spalte in tabelle.eingaenge)),
        ausgaben={name: spalte.label or name for name, spalte in zip(namen, spalten, strict=True)},
        zeilen=tuple(
            Zeile(nummer, _fixed(namen, [zelle.text for zelle in regel.ergebnisse]), _filled(regel.anmerkungen))
            for nummer, regel in enumerate(tabelle.regeln, start=1)
        ),
    )


def _names(text: str) -> frozenset[str]:
    try:
        return feel.compile(text).namen
    except feel.FeelError:
        return frozenset()


def _fixed(namen: list[str], texte: list[str]) -> dict[str, object] | None:
    werte: dict[str, object] = {}
    for name, text in zip(namen, texte, strict=False):
        try:
            if _names(text):
                return None
            werte[name] = feel.to_json(feel.evaluate(text, {}))
        except feel.FeelError:
            return None
    return werte


def _filled(texte: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(text.strip() for text in texte if text.strip())
