"""The decision requirements graph: compiled models, and the evaluation of a decision with what it requires.

An element sees only what it requires: its information requirements by their names, its knowledge requirements as
functions, and the built-in functions. Elements of another model stand behind the name of the import.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.dmn.bau import Bauer
from engine.dmn.fehler import DmnError
from engine.dmn.lauf import DmnLauf
from engine.dmn.modell import (
    Boxed,
    Dienst,
    Eingabe,
    Element,
    Entscheidung,
    FunktionBox,
    Modell,
    Verweis,
    Wissensmodell,
)
from engine.dmn.typen import Verzeichnis
from engine.feel.anpassung import coerce
from engine.feel.bau import Code
from engine.feel.lauf import Lauf, Sicht
from engine.feel.typen import Typ
from engine.feel.werte import Funktion

#: requirements of requirements
MAX_TIEFE = 60

Schluessel = tuple[str, str]


@dataclass
class Teilmodell:
    """One compiled file and the other files it imports, by namespace."""

    modell: Modell
    bauer: Bauer
    importe: dict[str, Teilmodell]
    _codes: dict[str, Code] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # Of two elements with one id or name the first counts; a check reports the other.
        self.nach_id = {element.id: element for element in reversed(self.modell.elemente)}
        self.nach_name = {element.name: element for element in reversed(self.modell.elemente)}

    def resolve(self, verweis: Verweis) -> tuple[Teilmodell, Element] | None:
        """The element a reference means, and the file it lies in."""
        teil: Teilmodell | None = self
        if verweis.namensraum not in (None, self.modell.namensraum):
            teil = self.importe.get(verweis.namensraum or "")
        element = None if teil is None else teil.nach_id.get(verweis.id)
        return None if teil is None or element is None else (teil, element)

    def prefix(self, teil: Teilmodell) -> str | None:
        """The name under which elements of that file are known here; None for this file."""
        if teil is self:
            return None
        return next((i.name for i in self.modell.importe if self.importe.get(i.namensraum) is teil), None)

    def typ(self, element: Element) -> Typ:
        """Type of the element's variable."""
        return self.bauer.typen.typ(element.variable.typ)

    def code(self, element: Element, ausdruck: Boxed) -> Code:
        """The closure of an element, compiled when first used."""
        if element.id not in self._codes:
            self._codes[element.id] = self.bauer.build(ausdruck)
        return self._codes[element.id]

    def function(self, element: Wissensmodell, box: FunktionBox) -> Code:
        """Makes the function of a knowledge model; the type of its variable is that of the result."""
        if element.id not in self._codes:
            self._codes[element.id] = self.bauer.funktion(box, element.variable.typ)
        return self._codes[element.id]


@dataclass
class Auswertung:
    """Values of one evaluation; every decision is made once."""

    lauf: DmnLauf
    basis: Sicht
    #: FEEL values of input data by name
    eingaben: Mapping[str, object]
    #: values that replace decisions and input data, by namespace and id
    vorgegeben: Mapping[Schluessel, object]
    tiefe: int = 0
    _werte: dict[Schluessel, object] = field(default_factory=dict)

    def value(self, teil: Teilmodell, element: Element) -> object:
        """The value of input data, of a decision, or the function that a knowledge model or service is."""
        schluessel = (teil.modell.namensraum, element.id)
        if schluessel in self.vorgegeben:
            return coerce(teil.typ(element), self.vorgegeben[schluessel], self.lauf)
        if schluessel not in self._werte:
            self.tiefe += 1
            if self.tiefe > MAX_TIEFE:
                raise DmnError(
                    "Die Entscheidung kann nicht berechnet werden: Entscheidungen verweisen aufeinander im Kreis."
                )
            self._werte[schluessel] = self._compute(teil, element)
            self.tiefe -= 1
        return self._werte[schluessel]

    def _compute(self, teil: Teilmodell, element: Element) -> object:
        match element:
            case Eingabe():
                wert = self.eingaben.get(element.variable.name, self.eingaben.get(element.name))
                return coerce(teil.typ(element), wert, self.lauf)
            case Entscheidung():
                return self._decide(teil, element)
            case Wissensmodell():
                return self._function(teil, element)
            case Dienst():
                return Dienstfunktion(teil, element, self)
        return None

    def _decide(self, teil: Teilmodell, element: Entscheidung) -> object:
        if element.ausdruck is None:
            return coerce(teil.typ(element), self.eingaben.get(element.name), self.lauf)
        sicht = self._view(teil, (*element.braucht, *element.wissen))
        return coerce(teil.typ(element), teil.code(element, element.ausdruck)(sicht), self.lauf)

    def _function(self, teil: Teilmodell, element: Wissensmodell) -> object:
        if element.funktion is None:
            return None
        namen: dict[str, object] = {}
        sicht = self.basis.child(namen)
        funktion = teil.function(element, element.funktion)(sicht)
        # Known to itself before its own requirements are looked up: knowledge models may call each other in circles.
        self._werte[teil.modell.namensraum, element.id] = funktion
        namen[element.variable.name] = funktion
        namen.update(self._names(teil, element.wissen))
        return funktion

    def _view(self, teil: Teilmodell, verweise: tuple[Verweis, ...]) -> Sicht:
        return self.basis.child(self._names(teil, verweise))

    def _names(self, teil: Teilmodell, verweise: tuple[Verweis, ...]) -> dict[str, object]:
        namen: dict[str, object] = {}
        for verweis in verweise:
            gefunden = teil.resolve(verweis)
            if gefunden is None:
                continue
            woher, element = gefunden
            wert = self.value(woher, element)
            praefix = teil.prefix(woher)
            if praefix is None:
                namen[element.variable.name] = wert
            else:
                gruppe = namen.setdefault(praefix, {})
                assert isinstance(gruppe, dict)
                gruppe[element.variable.name] = wert
        return namen


class Dienstfunktion(Funktion):
    """A decision service as a function: its parameters replace decisions and input data."""

    def __init__(self, teil: Teilmodell, dienst: Dienst, auswertung: Auswertung) -> None:
        self._teil = teil
        self._dienst = dienst
        self._auswertung = auswertung
        self._eingaenge = [
            gefunden
            for verweis in (*dienst.eingaben, *dienst.eingabe_entscheidungen)
            if (gefunden := teil.resolve(verweis)) is not None
        ]

    @property
    def parameter(self) -> list[str]:
        return [element.variable.name for _, element in self._eingaenge]

    def call(self, lauf: Lauf, argumente: list[object]) -> object:
        if len(argumente) != len(self._eingaenge):
            return None
        return self.call_named(lauf, dict(zip(self.parameter, argumente, strict=True)))

    def call_named(self, lauf: Lauf, argumente: dict[str, object]) -> object:
        if not argumente.keys() <= set(self.parameter):
            return None
        vorgegeben: dict[Schluessel, object] = {}
        for teil, element in self._eingaenge:
            argument = argumente.get(element.variable.name)
            wert = coerce(teil.typ(element), argument, lauf)
            if wert is None and argument is not None:
                return None
            vorgegeben[teil.modell.namensraum, element.id] = wert
        lauf.enter()
        try:
            return self._run(Auswertung(self._auswertung.lauf, self._auswertung.basis, {}, vorgegeben))
        finally:
            lauf.leave()

    def _run(self, auswertung: Auswertung) -> object:
        ergebnisse = {}
        for verweis in self._dienst.ausgaben:
            gefunden = self._teil.resolve(verweis)
            if gefunden is not None:
                ergebnisse[gefunden[1].variable.name] = auswertung.value(*gefunden)
        wert = next(iter(ergebnisse.values())) if len(ergebnisse) == 1 else ergebnisse
        return coerce(self._teil.typ(self._dienst), wert, auswertung.lauf)


def link(modell: Modell, importe: Mapping[str, Teilmodell], namen: frozenset[str], typen: Verzeichnis) -> Teilmodell:
    """A model with the compiled models it imports."""
    return Teilmodell(
        modell,
        Bauer(namen, typen),
        {i.namensraum: importe[i.namensraum] for i in modell.importe if i.namensraum in importe},
    )
