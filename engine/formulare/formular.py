"""A whole form, frozen: sections of fields, in the order of the page."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

from engine.formulare import anzeige
from engine.formulare.felder import LEER, Datenklasse, Feld, FeldTyp, Hinweistext, Json, Tabelle, Trenner

Inhalt = Feld | Hinweistext | Tabelle | Trenner


@dataclass(frozen=True, slots=True)
class Abschnitt:
    """A group of fields under one title; the title may be empty."""

    titel: str
    inhalte: tuple[Inhalt, ...]
    hinweis: str = ""

    @property
    def felder(self) -> tuple[Feld, ...]:
        """Only the fields, without the texts between them."""
        return tuple(teil for teil in self.inhalte if isinstance(teil, Feld))


@dataclass(frozen=True)
class Formular:
    """A whole form, in the order of the page."""

    kennung: str
    titel: str
    abschnitte: tuple[Abschnitt, ...]
    #: what the schema has and no page shows, e.g. pictures: one sentence each
    ausgelassen: tuple[str, ...] = ()

    @cached_property
    def felder(self) -> tuple[Feld, ...]:
        """All fields in the order of the page."""
        return tuple(feld for abschnitt in self.abschnitte for feld in abschnitt.felder)

    def feld(self, key: str) -> Feld | None:
        """The field with this key (``liste.feld``: of the rows of a list), or None."""
        key, _, spalte = key.partition(".")
        feld = next((feld for feld in self.felder if feld.key == key), None)
        return next((teil for teil in feld.felder if teil.key == spalte), None) if feld and spalte else feld

    @property
    def tabellen(self) -> tuple[Tabelle, ...]:
        """Tables that are only shown."""
        return tuple(t for abschnitt in self.abschnitte for t in abschnitt.inhalte if isinstance(t, Tabelle))

    @property
    def ist_beweglich(self) -> bool:
        """Whether fields appear, vanish or change with what is typed."""
        alle = [*self.felder, *(spalte for feld in self.felder for spalte in feld.felder)]
        return bool(self.tabellen) or any(feld.verborgen_wenn or feld.ausdruck for feld in alle)

    def has_eingabe(self, name: str) -> bool:
        """Whether an input of this name belongs to the form."""
        feld = self.feld_of(name)
        return feld is not None and feld.ist_eingabe

    def feld_of(self, name: str) -> Feld | None:
        """The field behind the name of an input, of a row too; None for a name that the form does not know."""
        key, _, rest = name.removesuffix(LEER).partition(".")
        if not rest:
            return self.feld(key)
        nummer, _, spalte = rest.partition(".")
        return self.feld(f"{key}.{spalte}") if nummer.isascii() and nummer.isdigit() and spalte else None

    def project(self, werte: Mapping[str, Json], klassen: Collection[Datenklasse]) -> dict[str, Json]:
        """Only what belongs to these classes; of a list its rows with those fields, if it has any."""
        teil: dict[str, Json] = {}
        for feld in self.felder:
            spalten = [spalte.key for spalte in feld.felder if spalte.datenklasse in klassen]
            if feld.typ is FeldTyp.LISTE and feld.key in werte and spalten:
                teil[feld.key] = [{k: zeile.get(k) for k in spalten} for zeile in werte[feld.key] or ()]
            elif feld.typ is not FeldTyp.LISTE and feld.key in werte and feld.datenklasse in klassen:
                teil[feld.key] = werte[feld.key]
        return teil

    def to_eingaben(self, werte: Mapping[str, Json]) -> dict[str, list[str]]:
        """Stored values as HTML inputs hold them, by input name; a key that is missing shows its default.

        Dates and times are ISO text (``2026-06-01``, ``08:30``, ``2026-06-01T08:30`` in German time), numbers have a
        decimal comma, a ticked box is ``["true"]``.
        """
        eingaben: dict[str, list[str]] = {}
        for feld in self.felder:
            wert = werte.get(feld.key, feld.vorgabe)
            if feld.typ is not FeldTyp.LISTE:
                eingaben[feld.key] = anzeige.to_eingabe(feld, wert)
                continue
            zeilen = wert if isinstance(wert, list) and wert else [{}] * feld.min_zeilen
            for nummer, zeile in enumerate(zeilen):
                for spalte in feld.felder:
                    name = f"{feld.key}.{nummer}.{spalte.key}"
                    eingaben[name] = anzeige.to_eingabe(spalte, zeile.get(spalte.key, spalte.vorgabe))
        return eingaben
