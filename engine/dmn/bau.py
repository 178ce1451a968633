"""Compiles boxed expressions into closures over the same views that FEEL uses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engine import feel
from engine.dmn import tabelle
from engine.dmn.modell import (
    AufrufBox,
    Boxed,
    FilterBox,
    FunktionBox,
    KontextBox,
    ListenBox,
    RelationBox,
    SchleifeBox,
    TabellenBox,
    Text,
    WennBox,
)
from engine.dmn.typen import Verzeichnis
from engine.feel import grenzen
from engine.feel.anpassung import coerce
from engine.feel.bau import Code
from engine.feel.bau.aufrufe import ModellFunktion
from engine.feel.bau.ausdruecke import choose
from engine.feel.bau.listen import apply_filter, apply_quantor
from engine.feel.folgen import elements
from engine.feel.lauf import Sicht
from engine.feel.typen import ANY
from engine.feel.werte import Funktion

#: cost of one round of a boxed loop: nobody counts the parts of a box
_RUNDE = 20


@dataclass(frozen=True, slots=True)
class Bauer:
    """Compiles for one model: its names with spaces, its types."""

    namen: frozenset[str]
    typen: Verzeichnis

    def build(self, box: Boxed) -> Code:
        """The closure of an expression; its own type, if drawn, is applied to the value."""
        code = self._build(box)
        typ = self.typen.typ(box.typ)
        if typ is ANY or isinstance(box, FunktionBox):
            return code
        return lambda sicht: coerce(typ, code(sicht), sicht.lauf)

    def _build(self, box: Boxed) -> Code:
        for art, bauen in _BAUEN.items():
            if isinstance(box, art):
                return bauen(self, box)
        raise TypeError(type(box).__name__)

    def funktion(self, box: FunktionBox, typ: str | None = None) -> Callable[[Sicht], Funktion]:
        """Makes the function value in a view of the variables around it; `typ` is that of its result, or its own."""
        ergebnistyp = self.typen.result_of(typ or box.typ)
        parameter = [(teil.name, self.typen.typ(teil.typ)) for teil in box.parameter]
        extern = box.art != "FEEL" or box.rumpf is None
        rumpf = None if extern or box.rumpf is None else self.build(box.rumpf)
        return lambda sicht: ModellFunktion(parameter, rumpf, _RUNDE, sicht, ergebnistyp)

    def text(self, box: Text) -> Code:
        """A FEEL text. One that cannot be read fails when it is evaluated; a check reports it before."""
        if not box.text:
            return lambda _: None
        try:
            return feel.compile(box.text, namen=self.namen, typen=self.typen).code
        except feel.FeelError as fehler:
            return _failing(fehler)

    def tests(self, text: str) -> feel.UnaryTests:
        """A cell of a decision table."""
        return feel.compile_unary_tests(text, namen=self.namen, typen=self.typen)


def _failing(fehler: feel.FeelError) -> Code:
    def run(_: Sicht) -> object:
        raise feel.FeelError(fehler.text, fehler.position)

    return run


def _kontext(bauer: Bauer, box: Boxed) -> Code:
    assert isinstance(box, KontextBox)
    teile = [
        (variable, bauer.typen.typ(variable.typ if variable else None), bauer.build(ausdruck))
        for variable, ausdruck in box.eintraege
    ]

    def run(sicht: Sicht) -> object:
        namen: dict[str, object] = {}
        innen = sicht.child(namen)
        for variable, typ, code in teile:
            wert = coerce(typ, code(innen), sicht.lauf)
            if variable is None:
                return wert
            namen[variable.name] = wert
        return namen

    return run


def _aufruf(bauer: Bauer, box: Boxed) -> Code:
    assert isinstance(box, AufrufBox)
    funktion = bauer.build(box.funktion)
    bindungen = [(name, bauer.build(ausdruck)) for name, ausdruck in box.bindungen]

    def run(sicht: Sicht) -> object:
        ziel = funktion(sicht)
        if not isinstance(ziel, Funktion):
            return None
        return ziel.call_named(sicht.lauf, {name: code(sicht) for name, code in bindungen})

    return run


def _funktion(bauer: Bauer, box: Boxed) -> Code:
    assert isinstance(box, FunktionBox)
    return bauer.funktion(box)


def _liste(bauer: Bauer, box: Boxed) -> Code:
    assert isinstance(box, ListenBox)
    teile = [bauer.build(teil) for teil in box.elemente]
    return lambda sicht: [teil(sicht) for teil in teile]


def _relation(bauer: Bauer, box: Boxed) -> Code:
    assert isinstance(box, RelationBox)
    spalten = [(spalte.name, bauer.typen.typ(spalte.typ)) for spalte in box.spalten]
    zeilen = [[bauer.build(zelle) for zelle in zeile] for zeile in box.zeilen]

    def run(sicht: Sicht) -> object:
        return [
            {name: coerce(typ, zelle(sicht), sicht.lauf) for (name, typ), zelle in zip(spalten, zeile, strict=False)}
            for zeile in zeilen
        ]

    return run


def _wenn(bauer: Bauer, box: Boxed) -> Code:
    assert isinstance(box, WennBox)
    bedingung, dann, sonst = bauer.build(box.bedingung), bauer.build(box.dann), bauer.build(box.sonst)
    return lambda sicht: choose(bedingung(sicht), dann, sonst, sicht)


def _schleife(bauer: Bauer, box: Boxed) -> Code:
    assert isinstance(box, SchleifeBox)
    quelle, rumpf, name = bauer.build(box.quelle), bauer.build(box.rumpf), box.variable

    def rounds(sicht: Sicht) -> list[Sicht] | None:
        werte = elements(quelle(sicht), None, False, sicht.lauf)
        return None if werte is None else [sicht.child({name: wert}) for wert in werte]

    if box.quantor is not None:
        alle = box.quantor == "every"
        return lambda sicht: apply_quantor(alle, rounds(sicht), rumpf, _RUNDE)

    def run(sicht: Sicht) -> object:
        runden = rounds(sicht)
        if runden is None:
            return None
        gesammelt: list[object] = []
        for innen in runden:
            sicht.lauf.charge(_RUNDE + len(gesammelt) // 8)
            innen.namen["partial"] = gesammelt
            gesammelt = [*gesammelt, rumpf(innen)]
        return gesammelt

    return run


def _filter(bauer: Bauer, box: Boxed) -> Code:
    assert isinstance(box, FilterBox)
    quelle, bedingung = bauer.build(box.quelle), bauer.build(box.bedingung)
    return lambda sicht: apply_filter(quelle(sicht), bedingung, _RUNDE, sicht)


def _tabelle(bauer: Bauer, box: Boxed) -> Code:
    assert isinstance(box, TabellenBox)
    return _limited(tabelle.build(box, tabelle.Werkzeug(bauer.text, bauer.tests, bauer.typen.typ)))


def _text(bauer: Bauer, box: Boxed) -> Code:
    assert isinstance(box, Text)
    return _limited(bauer.text(box))


def _limited(code: Code) -> Code:
    """A model may cost more than one expression or table, but none of them more than an expression elsewhere."""

    def run(sicht: Sicht) -> object:
        lauf = sicht.lauf
        zurueckgelegt = lauf.schritte - grenzen.MAX_SCHRITTE
        if zurueckgelegt <= 0:
            return code(sicht)
        lauf.schritte = grenzen.MAX_SCHRITTE
        try:
            return code(sicht)
        finally:
            lauf.schritte += zurueckgelegt

    return run


_BAUEN: dict[type[Boxed], Callable[[Bauer, Boxed], Code]] = {
    Text: _text,
    KontextBox: _kontext,
    AufrufBox: _aufruf,
    FunktionBox: _funktion,
    ListenBox: _liste,
    RelationBox: _relation,
    WennBox: _wenn,
    SchleifeBox: _schleife,
    FilterBox: _filter,
    TabellenBox: _tabelle,
}
