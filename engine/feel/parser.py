"""Tokens into a tree: the expression grammar of DMN 1.5 by precedence climbing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from engine.feel import baum, grenzen, schluessel
from engine.feel.fehler import FeelError
from engine.feel.lesestand import Lesestand
from engine.feel.lexer import Art
from engine.feel.typen import Typ

_VERGLEICHE = frozenset({"=", "!=", "<", "<=", ">", ">="})
_ODER, _UND, _VERGLEICH, _SUMME, _PRODUKT, _POTENZ, _MINUS, _INSTANZ = range(1, 9)


def parse(text: str, namen: Iterable[str] = (), typen: Mapping[str, Typ] | None = None) -> baum.Knoten:
    """The tree of one expression. `namen` are known names with spaces or signs, `typen` those of the model."""
    parser = Parser(text, namen, typen or {})
    knoten = parser.ausdruck()
    parser.expect_end()
    return knoten


def parse_tests(text: str, namen: Iterable[str] = (), typen: Mapping[str, Typ] | None = None) -> baum.Tests:
    """The tree of a cell of a decision table: ``-``, ``not(…)`` or tests separated by commas."""
    parser = Parser(text, namen, typen or {})
    tests = parser.unary_tests()
    parser.expect_end()
    return tests


class Parser(Lesestand):
    """Recursive descent with a limit of depth; operators of one rank are gathered, so long chains stay flat."""

    # --- operators --------------------------------------------------------------------------------------------

    def ausdruck(self, rang: int = 0, *, endpunkt: bool = False) -> baum.Knoten:
        """An expression whose operators bind tighter than `rang`. An `endpunkt` may be closed by ``[``."""
        self.enter()
        links = self._postfix(self._praefix(), endpunkt)
        while (weiter := self._infix(rang)) is not None:
            links = weiter(links)
        self.leave()
        return links

    def _infix(self, rang: int) -> Callable[[baum.Knoten], baum.Knoten] | None:
        token = self.token
        if token.art is Art.ZEICHEN:
            return self._infix_zeichen(token.text, rang)
        if token.art is Art.NAME:
            return self._infix_wort(token.text, rang)
        return None

    def _infix_zeichen(self, op: str, rang: int) -> Callable[[baum.Knoten], baum.Knoten] | None:
        if op in _VERGLEICHE and rang < _VERGLEICH:
            return self._vergleich
        for eigener, zeichen in ((_SUMME, "+-"), (_PRODUKT, "*/"), (_POTENZ, ("**",))):
            if op in zeichen and rang < eigener:
                return lambda links, eigener=eigener, zeichen=zeichen: self._rechnung(links, eigener, zeichen)  # type: ignore[misc]
        return None

    def _infix_wort(self, wort: str, rang: int) -> Callable[[baum.Knoten], baum.Knoten] | None:
        match wort:
            case "and" if rang < _UND:
                return lambda links: baum.Und(links.pos, self._teile(links, "and", _UND))
            case "or" if rang < _ODER:
                return lambda links: baum.Oder(links.pos, self._teile(links, "or", _ODER))
            case "between" if rang < _VERGLEICH:
                return self._between
            case "in" if rang < _VERGLEICH:
                return self._in
            case "instance" if rang < _INSTANZ:
                return self._instance
        return None

    def _rechnung(self, links: baum.Knoten, rang: int, zeichen: str) -> baum.Knoten:
        rest = []
        while self.token.art is Art.ZEICHEN and self.token.text in zeichen:
            op = self.next().text
            rest.append((op, self.ausdruck(rang)))
        return baum.Rechnung(links.pos, links, tuple(rest))

    def _teile(self, links: baum.Knoten, wort: str, rang: int) -> tuple[baum.Knoten, ...]:
        teile = [links]
        while self.take(wort):
            teile.append(self.ausdruck(rang))
        return tuple(teile)

    def _vergleich(self, links: baum.Knoten) -> baum.Knoten:
        op = self.next().text
        knoten = baum.Vergleich(links.pos, op, links, self.ausdruck(_VERGLEICH))
        self.refuse_chain(_VERGLEICHE)
        return knoten

    def _between(self, links: baum.Knoten) -> baum.Knoten:
        self.next()
        von = self.ausdruck(_VERGLEICH)
        self.expect("and")
        return baum.Zwischen(links.pos, links, von, self.ausdruck(_VERGLEICH))

    def _in(self, links: baum.Knoten) -> baum.Knoten:
        self.next()
        if self.token.text != "(" or self._is_klammer_mit_mehr():
            return baum.In(links.pos, links, (self._test(_VERGLEICH),))
        klammer = self.next()
        tests = [self._test()]
        if self.take(".."):
            return baum.In(links.pos, links, (self._bereich_ende(klammer.pos, tests[0], von_offen=True),))
        while self.take(","):
            tests.append(self._test())
        self.expect(")")
        return baum.In(links.pos, links, tuple(tests))

    def _is_klammer_mit_mehr(self) -> bool:
        """True for ``(a) + b``: the bracket is only the start of an expression."""
        ende = self.closing(self.i)
        danach = self.alle[ende + 1].text if ende is not None else ""
        return danach in ("+", "-", "*", "/", "**", ".", "[", "(") and danach != ""

    def _instance(self, links: baum.Knoten) -> baum.Knoten:
        self.next()
        self.expect("of")
        return baum.InstanzVon(links.pos, links, self.typ())

    # --- unary tests ------------------------------------------------------------------------------------------

    def unary_tests(self) -> baum.Tests:
        """A whole cell."""
        pos = self.token.pos
        if self.token.text == "-" and self.alle[self.i + 1].art is Art.ENDE:
            self.next()
            return baum.Tests(pos, ())
        if self.token.text == "not" and self.alle[self.i + 1].text == "(" and self._not_is_whole():
            self.next()
            self.next()
            tests = self._test_liste()
            self.expect(")")
            return baum.Tests(pos, tests, negiert=True)
        return baum.Tests(pos, self._test_liste())

    def _not_is_whole(self) -> bool:
        ende = self.closing(self.i + 1)
        return ende is not None and self.alle[ende + 1].art is Art.ENDE

    def _test_liste(self) -> tuple[baum.Knoten, ...]:
        tests = [self._test()]
        while self.take(","):
            tests.append(self._test())
        return tuple(tests)

    def _test(self, rang: int = 0) -> baum.Knoten:
        token = self.token
        if token.art is Art.ZEICHEN and token.text in _VERGLEICHE:
            self.next()
            return baum.TestVergleich(token.pos, token.text, self.ausdruck(_VERGLEICH))
        return self.ausdruck(rang)

    # --- operands ---------------------------------------------------------------------------------------------

    def _praefix(self) -> baum.Knoten:
        token = self.token
        if token.text == "-" and token.art is Art.ZEICHEN:
            self.next()
            return baum.Minus(token.pos, self.ausdruck(_MINUS))
        if token.art is Art.NAME:
            return self._name_or_keyword()
        if token.art is Art.ZEICHEN:
            return self._klammer()
        return self.literal()

    def _name_or_keyword(self) -> baum.Knoten:
        token = self.token
        bekannt = self.known_name()
        if bekannt is not None:
            return baum.Name(token.pos, bekannt)
        if token.text in schluessel.KONSTANTEN:
            self.next()
            return baum.Literal(token.pos, schluessel.KONSTANTEN[token.text])
        lesen = {"if": self._wenn, "for": self._schleife, "some": self._quantor, "every": self._quantor}.get(token.text)
        if lesen is not None:
            return lesen()
        if token.text == "function" and self.alle[self.i + 1].text == "(":
            return self._funktion()
        if token.text in schluessel.VERBOTEN:
            raise self.unexpected()
        return baum.Name(token.pos, self.name())

    def _klammer(self) -> baum.Knoten:
        token = self.token
        match token.text:
            case "(":
                return self._runde_klammer()
            case "[":
                return self._eckige_klammer()
            case "]":
                self.next()
                von = self.ausdruck(_VERGLEICH)
                self.expect("..")
                return self._bereich_ende(token.pos, von, von_offen=True)
            case "{":
                return self._kontext()
        raise self.unexpected()

    def _runde_klammer(self) -> baum.Knoten:
        klammer = self.next()
        if self.token.art is Art.ZEICHEN and self.token.text in _VERGLEICHE:
            return self._einseitig(klammer.pos)
        innen = self.ausdruck()
        if self.take(".."):
            return self._bereich_ende(klammer.pos, innen, von_offen=True)
        self.expect(")")
        return innen

    def _einseitig(self, pos: int) -> baum.Knoten:
        op, wert = self.next().text, self.ausdruck(_VERGLEICH)
        self.expect(")")
        offen = op in ("<", ">", "!=")
        return baum.Bereich(pos, wert, wert, von_offen=offen, bis_offen=offen, op=op)

    def _eckige_klammer(self) -> baum.Knoten:
        klammer = self.next()
        if self.take("]"):
            return baum.Liste(klammer.pos, ())
        elemente = [self.ausdruck()]
        if self.take(".."):
            return self._bereich_ende(klammer.pos, elemente[0], von_offen=False)
        while self.take(","):
            elemente.append(self.ausdruck())
        self.expect("]")
        return baum.Liste(klammer.pos, tuple(elemente))

    def _bereich_ende(self, pos: int, von: baum.Knoten, *, von_offen: bool) -> baum.Knoten:
        bis = self.ausdruck(_VERGLEICH, endpunkt=True)
        schluss = self.next()
        if schluss.text not in ("]", ")", "[") or schluss.art is not Art.ZEICHEN:
            raise FeelError("Der Ausdruck ist nicht lesbar: Dem Bereich fehlt die schließende Klammer.", schluss.pos)
        return baum.Bereich(pos, von, bis, von_offen, bis_offen=schluss.text != "]")

    def _kontext(self) -> baum.Knoten:
        klammer = self.next()
        eintraege: list[tuple[str, baum.Knoten]] = []
        while not self.take("}"):
            if eintraege:
                self.expect(",")
            stelle = self.token.pos
            name = self.next().wert if self.token.art is Art.TEXT else self.name_until(":")
            self.expect(":")
            if any(name == vorher for vorher, _ in eintraege):
                raise FeelError(f"Der Ausdruck ist nicht lesbar: Den Eintrag „{name}“ gibt es doppelt.", stelle)
            self.bekannt.add(name)
            eintraege.append((name, self.ausdruck()))
        return baum.Kontext(klammer.pos, tuple(eintraege))

    # --- paths, filters, calls --------------------------------------------------------------------------------

    def _postfix(self, links: baum.Knoten, endpunkt: bool) -> baum.Knoten:
        for _ in range(grenzen.MAX_KETTE):
            token = self.token
            if token.art is not Art.ZEICHEN:
                return links
            match token.text:
                case ".":
                    self.next()
                    links = baum.Pfad(links.pos, links, self.path_name())
                case "[" if not (endpunkt and self._closes_range()):
                    self.next()
                    links = baum.Filter(links.pos, links, self.ausdruck())
                    self.expect("]")
                case "(":
                    links = self._aufruf(links)
                case _:
                    return links
        raise FeelError("Der Ausdruck ist zu lang: Zu viele Glieder folgen aufeinander.", links.pos)

    def _closes_range(self) -> bool:
        danach = self.alle[self.i + 1]
        return danach.art is Art.ENDE or danach.text in schluessel.NACH_BEREICH

    def _aufruf(self, links: baum.Knoten) -> baum.Knoten:
        self.next()
        argumente: list[baum.Knoten] = []
        namen: list[str] = []
        while not self.take(")"):
            if argumente:
                self.expect(",")
            benannt = self.named_argument()
            if benannt is not None:
                namen.append(benannt)
            argumente.append(self.ausdruck())
        if namen and (len(namen) != len(argumente) or len(set(namen)) != len(namen)):
            raise FeelError(
                "Der Ausdruck ist nicht lesbar: Entweder haben alle Argumente einen Namen oder keines.", links.pos
            )
        return baum.Aufruf(links.pos, links, tuple(argumente), tuple(namen))

    # --- if, for, some, every, function -----------------------------------------------------------------------

    def _wenn(self) -> baum.Knoten:
        pos = self.next().pos
        bedingung = self.ausdruck()
        self.expect("then")
        dann = self.ausdruck()
        self.expect("else")
        return baum.Wenn(pos, bedingung, dann, self.ausdruck())

    def _iterationen(self) -> tuple[baum.Iteration, ...]:
        teile: list[baum.Iteration] = []
        while not teile or self.take(","):
            pos, name = self.token.pos, self.name_until("in")
            self.expect("in")
            self.bekannt.add(name)
            quelle = self.ausdruck()
            bis = self.ausdruck() if self.take("..") else None
            teile.append(baum.Iteration(pos, name, quelle, bis))
        return tuple(teile)

    def _schleife(self) -> baum.Knoten:
        pos = self.next().pos
        iterationen = self._iterationen()
        self.expect("return")
        return baum.Schleife(pos, iterationen, self.ausdruck())

    def _quantor(self) -> baum.Knoten:
        wort = self.next()
        iterationen = self._iterationen()
        self.expect("satisfies")
        return baum.Quantor(wort.pos, wort.text == "every", iterationen, self.ausdruck())

    def _funktion(self) -> baum.Knoten:
        pos = self.next().pos
        self.expect("(")
        parameter: list[tuple[str, Typ | None]] = []
        while not self.take(")"):
            if parameter:
                self.expect(",")
            name = self.name_until(":", ",", ")")
            self.bekannt.add(name)
            parameter.append((name, self.typ() if self.take(":") else None))
        if self.take("external"):
            self.ausdruck()
            return baum.FunktionDef(pos, tuple(parameter), None)
        return baum.FunktionDef(pos, tuple(parameter), self.ausdruck())
