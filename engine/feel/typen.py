"""FEEL types: what ``instance of`` and the item definitions of DMN ask of a value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from engine.feel import werte
from engine.feel.lauf import Lauf
from engine.feel.zeit import Datum, MonatsDauer, TageDauer, Uhrzeit, Zeitpunkt


@dataclass(frozen=True, slots=True)
class Typ:
    """Any value at all."""

    def passt(self, wert: object) -> bool:
        """True if the value is an instance of this type; null is one of the type Null only."""
        return wert is not None

    def erlaubt(self, wert: object, lauf: Lauf) -> bool:  # noqa: ARG002 - most types allow all their instances
        """True if an instance also keeps the restrictions of the type; ``instance of`` does not ask for them."""
        return True


ANY = Typ()


@dataclass(frozen=True, slots=True)
class Grundtyp(Typ):
    """One of the built-in types, by its FEEL name."""

    name: str

    def passt(self, wert: object) -> bool:
        return _PROBEN[self.name](wert)


@dataclass(frozen=True, slots=True)
class Listentyp(Typ):
    """``list<T>``"""

    element: Typ

    def passt(self, wert: object) -> bool:
        return isinstance(wert, list) and all(self.element.passt(teil) for teil in wert)

    def erlaubt(self, wert: object, lauf: Lauf) -> bool:
        return isinstance(wert, list) and all(self.element.erlaubt(teil, lauf) for teil in wert)


@dataclass(frozen=True, slots=True)
class Kontexttyp(Typ):
    """``context<a: T, b: U>``: has at least these entries; an entry may be null."""

    eintraege: tuple[tuple[str, Typ], ...]

    def passt(self, wert: object) -> bool:
        return isinstance(wert, dict) and all(
            name in wert and (wert[name] is None or typ.passt(wert[name])) for name, typ in self.eintraege
        )

    def erlaubt(self, wert: object, lauf: Lauf) -> bool:
        return isinstance(wert, dict) and all(
            wert.get(name) is None or typ.erlaubt(wert[name], lauf) for name, typ in self.eintraege
        )


@dataclass(frozen=True, slots=True)
class Bereichstyp(Typ):
    """``range<T>``"""

    element: Typ

    def passt(self, wert: object) -> bool:
        if not isinstance(wert, werte.Bereich):
            return False
        return all(ende is None or self.element.passt(ende) for ende in (wert.von, wert.bis))


@dataclass(frozen=True, slots=True)
class Funktionstyp(Typ):
    """``function<T, U> -> V``: a function that takes so many parameters."""

    parameter: tuple[Typ, ...]
    ergebnis: Typ

    def passt(self, wert: object) -> bool:
        return isinstance(wert, werte.Funktion) and wert.fits(self.parameter, self.ergebnis)


_PROBEN: dict[str, Callable[[object], bool]] = {
    "date": lambda w: type(w) is Datum,
    "time": lambda w: type(w) is Uhrzeit,
    "date and time": lambda w: type(w) is Zeitpunkt,
    "days and time duration": lambda w: type(w) is TageDauer,
    "years and months duration": lambda w: type(w) is MonatsDauer,
    "Null": lambda w: w is None,
    "number": lambda w: type(w) is Decimal,
    "string": lambda w: type(w) is str,
    "boolean": lambda w: type(w) is bool,
    "list": lambda w: type(w) is list,
    "context": lambda w: type(w) is dict,
    "function": lambda w: isinstance(w, werte.Funktion),
    "range": lambda w: isinstance(w, werte.Bereich),
}

#: every type that has a plain name
GRUNDTYPEN: dict[str, Typ] = {"Any": ANY, "any": ANY} | {name: Grundtyp(name) for name in _PROBEN}
