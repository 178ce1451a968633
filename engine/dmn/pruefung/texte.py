"""FEEL texts of a model: those that cannot be read, and names that nobody provides."""

from __future__ import annotations

from collections.abc import Iterator

from engine import feel
from engine.dmn.befund import Befund, Ort, Stufe
from engine.dmn.entscheidungsmodell import Entscheidungsmodell
from engine.dmn.modell import (
    Boxed,
    Element,
    Entscheidung,
    FilterBox,
    FunktionBox,
    KontextBox,
    SchleifeBox,
    TabellenBox,
    Text,
    Verweis,
    Wissensmodell,
    parts,
)
from engine.feel.freie_namen import freie_namen
from engine.feel.funktionen import EINGEBAUTE

Namen = frozenset[str]


def check(modell: Entscheidungsmodell, variablen: Namen | None = None) -> Iterator[Befund]:
    """Findings about every text, in the order of the file; `variablen`: known process variables, None: not known."""
    pruefer = _Pruefer(modell, variablen)
    for element in modell.modell.elemente:
        if isinstance(element, Entscheidung) and element.ausdruck is not None:
            bekannt = pruefer.names_of((*element.braucht, *element.wissen))
            yield from pruefer.check(element.ausdruck, bekannt, element)
        elif isinstance(element, Wissensmodell) and element.funktion is not None:
            bekannt = pruefer.names_of(element.wissen) | {element.variable.name}
            yield from pruefer.check(element.funktion, bekannt, element)


class _Pruefer:
    def __init__(self, modell: Entscheidungsmodell, variablen: Namen | None) -> None:
        self._modell = modell
        self._variablen = variablen

    def names_of(self, verweise: tuple[Verweis, ...]) -> Namen:
        """Names that required elements bring."""
        namen = set()
        for verweis in verweise:
            gefunden = self._modell.teil.resolve(verweis)
            if gefunden is not None:
                namen.add(self._modell.teil.prefix(gefunden[0]) or gefunden[1].variable.name)
        return frozenset(namen) | (self._variablen or frozenset())

    def check(self, box: Boxed, bekannt: Namen, element: Element) -> Iterator[Befund]:
        """Findings of an expression, whose texts may use these names."""
        match box:
            case Text():
                yield from self._text(box, bekannt, element)
            case TabellenBox():
                yield from self._table(box, bekannt, element)
            case KontextBox():
                for variable, ausdruck in box.eintraege:
                    yield from self.check(ausdruck, bekannt, element)
                    bekannt = bekannt | {variable.name} if variable else bekannt
            case _:
                for teil in parts(box):
                    yield from self.check(teil, bekannt | _bound(box), element)

    def _table(self, box: TabellenBox, bekannt: Namen, element: Element) -> Iterator[Befund]:
        if self._variablen is None:
            # Tools that draw no inputs write process variables into the columns: which there are is not known here.
            gelesen = (self._names(spalte.ausdruck.text) for spalte in box.eingaenge)
            bekannt = bekannt.union(*gelesen)
        for spalte in box.eingaenge:
            yield from self._text(spalte.ausdruck, bekannt, element)
            yield from self._tests(spalte.werte or "-", spalte.ausdruck.ort, bekannt, element)
        for ausgang in box.ausgaenge:
            yield from self._tests(ausgang.werte or "-", box.ort, bekannt, element)
            if ausgang.sonst is not None:
                yield from self._text(ausgang.sonst, bekannt, element)
        for regel in box.regeln:
            for test in regel.tests:
                yield from self._tests(test.text or "-", test.ort, bekannt, element)
            for ergebnis in regel.ergebnisse:
                yield from self._text(ergebnis, bekannt, element)

    def _names(self, text: str) -> Namen:
        try:
            return freie_namen(feel.Ausdruck(text, self._modell.namen, self._modell.typen).baum, ohne_filter=True)
        except feel.FeelError:
            return frozenset()

    def _text(self, text: Text, bekannt: Namen, element: Element) -> Iterator[Befund]:
        if not text.text:
            yield Befund(
                Stufe.WARNUNG,
                "ausdruck_fehlt",
                f"In „{element.name}“ ist ein Feld leer; sein Wert ist immer leer.",
                "Ergänzen Sie das Feld. „null“ steht für einen gewollt leeren Wert.",
                Ort(text.ort.zeile, text.ort.element or element.id, element.name),
            )
            return
        try:
            baum = feel.Ausdruck(text.text, self._modell.namen, self._modell.typen).baum
        except feel.FeelError as fehler:
            yield _unreadable(text.text, fehler, text.ort, element)
            return
        yield from _unknown(freie_namen(baum, ohne_filter=True) - bekannt, text.ort, element)

    def _tests(self, text: str, ort: Ort, bekannt: Namen, element: Element) -> Iterator[Befund]:
        try:
            baum = feel.UnaryTests(text, self._modell.namen, self._modell.typen).baum
        except feel.FeelError as fehler:
            yield _unreadable(text, fehler, ort, element)
            return
        yield from _unknown(freie_namen(baum, ohne_filter=True) - bekannt - {"?"}, ort, element)


def _bound(box: Boxed) -> Namen:
    match box:
        case FunktionBox():
            return frozenset(parameter.name for parameter in box.parameter)
        case SchleifeBox():
            return frozenset({box.variable, "partial"})
        case FilterBox():
            return frozenset({"item"})
    return frozenset()


def _unreadable(text: str, fehler: feel.FeelError, ort: Ort, element: Element) -> Befund:
    stelle = "" if fehler.position is None else f" Stelle: vor „{text[fehler.position : fehler.position + 30]}“."
    return Befund(
        Stufe.FEHLER,
        "ausdruck_nicht_lesbar",
        f"„{text[:80]}“: {fehler.text}{stelle}",
        "Schreiben Sie den Ausdruck in FEEL. Texte stehen in Anführungszeichen.",
        Ort(ort.zeile, ort.element or element.id, element.name),
    )


def _unknown(namen: Namen, ort: Ort, element: Element) -> Iterator[Befund]:
    for name in sorted(namen - EINGEBAUTE.keys()):
        yield Befund(
            Stufe.WARNUNG,
            "name_unbekannt",
            f"Den Namen „{name[:80]}“ kennt „{element.name}“ nicht; sein Wert ist immer leer.",
            "Prüfen Sie die Schreibweise, verbinden Sie die Angabe mit der Entscheidung, oder nehmen Sie sie als "
            "Steuerdatum (S0) in ein Formular des Prozesses auf. Texte stehen in Anführungszeichen.",
            Ort(ort.zeile, ort.element or element.id, element.name),
        )
