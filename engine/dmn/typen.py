"""Item definitions as FEEL types."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from engine import feel
from engine.dmn.modell import Itemdefinition
from engine.feel.lauf import Lauf, Sicht
from engine.feel.typen import ANY, GRUNDTYPEN, Funktionstyp, Kontexttyp, Listentyp, Typ

#: other spellings of the built-in types, from XML Schema and older versions
_SYNONYME = {
    "dateTime": "date and time",
    "dayTimeDuration": "days and time duration",
    "yearMonthDuration": "years and months duration",
    "days and time duration": "days and time duration",
    "dateAndTime": "date and time",
    "Any": "Any",
    "integer": "number",
    "double": "number",
    "long": "number",
    "decimal": "number",
}


#: steps of asking a value whether it keeps a restriction, beyond what the tests cost themselves
_KOSTEN_TEST = 5


class Verzeichnis(dict[str, Typ]):
    """All types of a model by name; item definitions may refer to each other in any order, even in circles."""

    def __init__(self, definitionen: Iterable[Itemdefinition], namen: Iterable[str]) -> None:
        super().__init__()
        self._namen = frozenset(namen)
        self._fertig: dict[str, Typ] = {}
        self._definitionen = {definition.name: definition for definition in definitionen}
        for name in self._definitionen:
            self[name] = Verweistyp(name, self)

    def add_import(self, name: str, anderes: Verzeichnis) -> None:
        """Types of another model, as ``name.typ``."""
        for typname, typ in anderes.items():
            self[f"{name}.{typname}"] = typ

    def typ(self, name: str | None) -> Typ:
        """The type of this name; Any if there is no such name."""
        if name is None:
            return ANY
        if name in self:
            return self[name]
        kurz = name.rpartition(":")[2]
        kurz = _SYNONYME.get(kurz, kurz)
        return self.get(kurz) or GRUNDTYPEN.get(kurz) or ANY

    def result_of(self, name: str | None) -> Typ:
        """The type of a function's result: what a function type says, or the type itself."""
        typ = self.typ(name)
        if isinstance(typ, Verweistyp):
            typ = typ.verzeichnis.definition(typ.name)
        if isinstance(typ, Funktionstyp):
            return typ.ergebnis
        return ANY if typ is GRUNDTYPEN["function"] else typ

    def is_known(self, name: str) -> bool:
        """True if the name is a type of the model or built in."""
        kurz = name.rpartition(":")[2]
        return name in self or kurz in self or _SYNONYME.get(kurz, kurz) in GRUNDTYPEN

    def definition(self, name: str) -> Typ:
        """The type behind an item definition."""
        if name not in self._fertig:
            self._fertig[name] = self._build(self._definitionen[name])
        return self._fertig[name]

    def _build(self, definition: Itemdefinition) -> Typ:
        basis = self._basis(definition)
        if definition.erlaubt:
            basis = Einschraenkung(basis, self._tests(definition.erlaubt))
        if definition.liste:
            basis = Listentyp(basis)
        if definition.bedingung:
            basis = Einschraenkung(basis, self._tests(definition.bedingung))
        return basis

    def _basis(self, definition: Itemdefinition) -> Typ:
        if definition.komponenten:
            return Kontexttyp(tuple((teil.name, self._build(teil)) for teil in definition.komponenten))
        if definition.funktion is not None:
            parameter, ergebnis = definition.funktion
            return Funktionstyp(tuple(self.typ(teil.typ) for teil in parameter), self.typ(ergebnis))
        if definition.typ == definition.name:
            return ANY
        return self.typ(definition.typ)

    def _tests(self, text: str) -> feel.UnaryTests | None:
        try:
            return feel.compile_unary_tests(text, namen=self._namen)
        except feel.FeelError:
            return None


@dataclass(frozen=True, slots=True)
class Verweistyp(Typ):
    """An item definition by its name, looked up when it is needed."""

    name: str
    verzeichnis: Verzeichnis

    def passt(self, wert: object) -> bool:
        return self.verzeichnis.definition(self.name).passt(wert)

    def erlaubt(self, wert: object, lauf: Lauf) -> bool:
        return self.verzeichnis.definition(self.name).erlaubt(wert, lauf)

    def __hash__(self) -> int:
        return hash(self.name)

    def __eq__(self, anderer: object) -> bool:
        return isinstance(anderer, Verweistyp) and self.name == anderer.name and self.verzeichnis is anderer.verzeichnis


@dataclass(frozen=True, slots=True)
class Einschraenkung(Typ):
    """A type whose values have to pass unary tests; a list passes if all its elements do, or it does itself."""

    basis: Typ
    tests: feel.UnaryTests | None

    def passt(self, wert: object) -> bool:
        return self.basis.passt(wert)

    def erlaubt(self, wert: object, lauf: Lauf) -> bool:
        if not self.basis.erlaubt(wert, lauf):
            return False
        if self.tests is None:
            return True
        lauf.charge(_KOSTEN_TEST)
        sicht = feel.root({}, lauf)
        if self.tests.matches(wert, sicht):
            return True
        return isinstance(wert, list) and all(self._matches(teil, sicht) for teil in wert)

    def _matches(self, wert: object, sicht: Sicht) -> bool:
        assert self.tests is not None
        sicht.lauf.charge(_KOSTEN_TEST)
        return self.tests.matches(wert, sicht)


def component_names(definitionen: Iterable[Itemdefinition]) -> set[str]:
    """Names of all components, at any depth: they may stand behind a point."""
    namen: set[str] = set()
    offen = list(definitionen)
    while offen:
        definition = offen.pop()
        namen |= {teil.name for teil in definition.komponenten}
        offen.extend(definition.komponenten)
    return namen
