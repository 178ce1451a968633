"""Compiles a decision table into one closure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine import feel
from engine.dmn import treffer
from engine.dmn.lauf import DmnLauf, Tabellenlauf
from engine.dmn.modell import Ausgangsspalte, TabellenBox, Text, Trefferregel
from engine.feel import vergleich
from engine.feel.anpassung import coerce
from engine.feel.bau import Code
from engine.feel.lauf import Sicht
from engine.feel.typen import ANY, Typ

_LISTEN = frozenset({Trefferregel.REIHENFOLGE, Trefferregel.AUSGABEFOLGE, Trefferregel.SAMMELN})


@dataclass(frozen=True, slots=True)
class Werkzeug:
    """What a table needs from the model: how to compile texts and find types."""

    ausdruck: Callable[[Text], Code]
    tests: Callable[[str], feel.UnaryTests]
    typ: Callable[[str | None], Typ]


@dataclass(frozen=True, slots=True)
class _Eingang:
    code: Code
    erlaubt: feel.UnaryTests | None
    label: str
    typ: Typ


@dataclass(frozen=True, slots=True)
class _Ausgang:
    name: str
    sonst: Code | None
    typ: Typ
    #: codes of the allowed values in order of priority
    rangfolge: tuple[Code, ...]


@dataclass(frozen=True, slots=True)
class _Regel:
    tests: tuple[feel.UnaryTests, ...]
    ergebnisse: tuple[Code, ...]


def build(tabelle: TabellenBox, werkzeug: Werkzeug) -> Code:
    """The closure that decides."""
    return _Tabelle(tabelle, werkzeug).run


class _Tabelle:
    def __init__(self, tabelle: TabellenBox, werkzeug: Werkzeug) -> None:
        self._box = tabelle
        self._eingaenge = [
            _Eingang(
                werkzeug.ausdruck(spalte.ausdruck),
                werkzeug.tests(spalte.werte) if spalte.werte else None,
                spalte.label,
                werkzeug.typ(spalte.ausdruck.typ),
            )
            for spalte in tabelle.eingaenge
        ]
        einzeln = len(tabelle.ausgaenge) == 1
        self._ausgaenge = [_ausgang(spalte, werkzeug, einzeln) for spalte in tabelle.ausgaenge]
        self._regeln = [
            _Regel(
                tuple(werkzeug.tests(test.text or "-") for test in regel.tests),
                tuple(werkzeug.ausdruck(ergebnis) for ergebnis in regel.ergebnisse),
            )
            for regel in tabelle.regeln
        ]

    def run(self, sicht: Sicht) -> object:
        werte = [coerce(eingang.typ, eingang.code(sicht), sicht.lauf) for eingang in self._eingaenge]
        zeilen = self._matching(werte, sicht) if self._allowed(werte, sicht) else None
        ergebnis = None if zeilen is None else self._result(zeilen, sicht)
        if isinstance(sicht.lauf, DmnLauf):
            namen = [eingang.label for eingang in self._eingaenge]
            treffer_ = tuple(nummer + 1 for nummer in zeilen or ())
            eintrag = Tabellenlauf(self._box.ort.element, tuple(zip(namen, werte, strict=True)), treffer_, ergebnis)
            sicht.lauf.note(eintrag)
        return ergebnis

    def _allowed(self, werte: Sequence[object], sicht: Sicht) -> bool:
        """A value outside of the allowed ones is an error of the caller: the table gives null."""
        return all(
            eingang.erlaubt is None or wert is None or eingang.erlaubt.matches(wert, sicht)
            for eingang, wert in zip(self._eingaenge, werte, strict=True)
        )

    def _matching(self, werte: Sequence[object], sicht: Sicht) -> list[int]:
        zeilen: list[int] = []
        for nummer, regel in enumerate(self._regeln):
            sicht.lauf.charge(len(werte))
            if all(test.matches(wert, sicht) for test, wert in zip(regel.tests, werte, strict=False)):
                zeilen.append(nummer)
                if self._box.trefferregel is Trefferregel.ERSTE:
                    break
        return zeilen

    def _result(self, zeilen: list[int], sicht: Sicht) -> object:
        if not zeilen:
            return self._default(sicht)
        ergebnisse = [self._row(self._regeln[nummer], sicht) for nummer in zeilen]
        return treffer.combine(
            self._box.trefferregel,
            self._box.verdichtung,
            ergebnisse,
            lambda ergebnis: self._rang(ergebnis, sicht),
            sicht.lauf,
        )

    def _row(self, regel: _Regel, sicht: Sicht) -> object:
        werte = [
            coerce(ausgang.typ, code(sicht), sicht.lauf)
            for ausgang, code in zip(self._ausgaenge, regel.ergebnisse, strict=False)
        ]
        return self._output(werte)

    def _output(self, werte: list[object]) -> object:
        if len(self._ausgaenge) == 1:
            return werte[0] if werte else None
        return {ausgang.name: wert for ausgang, wert in zip(self._ausgaenge, werte, strict=False)}

    def _default(self, sicht: Sicht) -> object:
        if all(ausgang.sonst is None for ausgang in self._ausgaenge):
            return [] if self._box.trefferregel in _LISTEN and self._box.verdichtung is None else None
        ergebnis = self._output([ausgang.sonst(sicht) if ausgang.sonst else None for ausgang in self._ausgaenge])
        if self._box.trefferregel in _LISTEN and self._box.verdichtung is None and not isinstance(ergebnis, list):
            return [ergebnis]
        return ergebnis

    def _rang(self, ergebnis: object, sicht: Sicht) -> list[int]:
        werte = [ergebnis]
        if len(self._ausgaenge) > 1:
            werte = [ergebnis.get(ausgang.name) if isinstance(ergebnis, dict) else None for ausgang in self._ausgaenge]
        return [_rank(ausgang, wert, sicht) for ausgang, wert in zip(self._ausgaenge, werte, strict=True)]


def _rank(ausgang: _Ausgang, wert: object, sicht: Sicht) -> int:
    for nummer, code in enumerate(ausgang.rangfolge):
        if vergleich.gleich(code(sicht), wert, sicht.lauf) is True:
            return nummer
    return len(ausgang.rangfolge)


def _ausgang(spalte: Ausgangsspalte, werkzeug: Werkzeug, einzeln: bool) -> _Ausgang:
    rangfolge = feel.listed_values(spalte.werte) if spalte.werte else ()
    typ = werkzeug.typ(spalte.typ) if spalte.typ else ANY
    sonst = werkzeug.ausdruck(spalte.sonst) if spalte.sonst else None
    return _Ausgang(spalte.name or ("" if einzeln else "?"), sonst, typ, rangfolge)
