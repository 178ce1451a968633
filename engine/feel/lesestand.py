"""The parser's place among the tokens, and the reading of literals, names and types."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from engine.feel import baum, grenzen, literale, namen, typen
from engine.feel.fehler import FeelError
from engine.feel.lexer import Art, Token, tokens
from engine.feel.typen import Typ

_NAMENSZEICHEN = frozenset("-+*/.'")


class Lesestand:
    """Tokens of one text and a position in them; keeps count of the nesting."""

    def __init__(self, text: str, bekannte: Iterable[str], modelltypen: Mapping[str, Typ]) -> None:
        self.text = text
        self.alle = tokens(text)
        self.i = 0
        self.tiefe = 0
        self.bekannt = namen.Namensbaum(EINGEBAUTE_NAMEN)
        for name in bekannte:
            self.bekannt.add(name)
        self.modelltypen = modelltypen
        self._typnamen = namen.Namensbaum([*typen.GRUNDTYPEN, *modelltypen])

    # --- moving -----------------------------------------------------------------------------------------------

    @property
    def token(self) -> Token:
        """The token to read next."""
        return self.alle[self.i]

    def next(self) -> Token:
        """Read one token; the end is never passed."""
        token = self.alle[self.i]
        self.i = min(self.i + 1, len(self.alle) - 1)
        return token

    def take(self, text: str) -> bool:
        """Read this word or sign if it comes next."""
        if self.token.text == text and self.token.art in (Art.NAME, Art.ZEICHEN):
            self.next()
            return True
        return False

    def expect(self, text: str) -> None:
        """Read this word or sign, or say that it is missing."""
        if not self.take(text):
            raise FeelError(
                f"Der Ausdruck ist nicht lesbar: Erwartet wird „{text}“, es folgt {self._gefunden()}.", self.token.pos
            )

    def expect_end(self) -> None:
        """Nothing may follow."""
        if self.token.art is not Art.ENDE:
            raise self.unexpected()

    def unexpected(self) -> FeelError:
        """The error for a token that fits nowhere."""
        return FeelError(f"Der Ausdruck ist nicht lesbar: {self._gefunden()} passt hier nicht.", self.token.pos)

    def _gefunden(self) -> str:
        return "das Ende" if self.token.art is Art.ENDE else f"„{self.token.text[:40]}“"

    def enter(self) -> None:
        """One level deeper."""
        self.tiefe += 1
        if self.tiefe > grenzen.MAX_TIEFE:
            raise FeelError("Der Ausdruck ist zu tief geschachtelt. Teilen Sie ihn auf.", self.token.pos)

    def leave(self) -> None:
        """Back up."""
        self.tiefe -= 1

    def refuse_chain(self, ops: Collection[str]) -> None:
        """``a < b < c`` has no meaning in FEEL."""
        if self.token.art is Art.ZEICHEN and self.token.text in ops:
            raise FeelError(
                "Der Ausdruck ist nicht lesbar: Vergleiche lassen sich nicht aneinanderreihen.", self.token.pos
            )

    def closing(self, i: int) -> int | None:
        """Index of the bracket that closes the one at `i`."""
        offen = 0
        for j in range(i, len(self.alle)):
            if self.alle[j].art is not Art.ZEICHEN:
                continue
            if self.alle[j].text in ("(", "{"):
                offen += 1
            elif self.alle[j].text in (")", "}"):
                offen -= 1
                if offen == 0:
                    return j
        return None

    # --- literals and names -----------------------------------------------------------------------------------

    def literal(self) -> baum.Knoten:
        """A number, a string or ``@"…"``."""
        token = self.token
        if token.art is Art.ENDE:
            raise self.unexpected()
        self.next()
        return baum.Literal(token.pos, literale.wert(token))

    def known_name(self) -> str | None:
        """Read a known name of several tokens, if one starts here."""
        treffer = self.bekannt.longest(self.alle, self.i)
        if treffer is None:
            return None
        # A word that belongs to the name and to the joined words alike: the longer reading is the name.
        laenge, name = treffer
        self.i += laenge
        return name

    def name(self) -> str:
        """Read a name: words that stand side by side belong together."""
        laenge, name = namen.joined(self.alle, self.i)
        self.i += laenge
        return name

    def path_name(self) -> str:
        """The name behind a point."""
        bekannt = self.known_name()
        if bekannt is not None:
            return bekannt
        if self.token.art is not Art.NAME:
            raise self.unexpected()
        return self.name()

    def name_until(self, *enden: str) -> str:
        """A new name, up to one of these signs or words, exactly as written."""
        start = self.i
        while self.token.text not in enden and self._is_namensteil(self.token):
            self.next()
        if self.i == start or self.alle[start].art is not Art.NAME:
            raise self.unexpected()
        return namen.spelled(self.text[self.alle[start].pos : self.alle[self.i - 1].ende])

    def named_argument(self) -> str | None:
        """Read ``name:`` if that is what comes next."""
        ende = self.i
        while self._is_namensteil(self.alle[ende]):
            ende += 1
        if ende == self.i or self.alle[ende].text != ":" or self.token.art is not Art.NAME:
            return None
        name = self.name_until(":")
        self.expect(":")
        return name

    @staticmethod
    def _is_namensteil(token: Token) -> bool:
        return token.art in (Art.NAME, Art.ZAHL) or (token.art is Art.ZEICHEN and token.text in _NAMENSZEICHEN)

    # --- types ------------------------------------------------------------------------------------------------

    def typ(self) -> Typ:
        """A type, e.g. ``list<context<a: number>>``."""
        self.enter()
        pos = self.token.pos
        name = self._typname()
        match name:
            case "list" | "range" if self.take("<"):
                innen = self.typ()
                self.expect(">")
                ergebnis: Typ = typen.Listentyp(innen) if name == "list" else typen.Bereichstyp(innen)
            case "context" if self.take("<"):
                ergebnis = self._kontexttyp()
            case "function" if self.take("<"):
                ergebnis = self._funktionstyp()
            case _:
                ergebnis = self._einfacher_typ(name, pos)
        self.leave()
        return ergebnis

    def _typname(self) -> str:
        treffer = self._typnamen.longest(self.alle, self.i)
        if treffer is not None:
            self.i += treffer[0]
            return treffer[1]
        if self.token.art is not Art.NAME:
            raise self.unexpected()
        return self.next().text

    def _einfacher_typ(self, name: str, pos: int) -> Typ:
        typ = self.modelltypen.get(name) or typen.GRUNDTYPEN.get(name)
        if typ is None:
            raise FeelError(f"Der Ausdruck ist nicht lesbar: Den Typ „{name}“ gibt es nicht.", pos)
        return typ

    def _kontexttyp(self) -> Typ:
        eintraege: list[tuple[str, Typ]] = []
        while not self.take(">"):
            if eintraege:
                self.expect(",")
            name = self.name_until(":")
            self.expect(":")
            eintraege.append((name, self.typ()))
        return typen.Kontexttyp(tuple(eintraege))

    def _funktionstyp(self) -> Typ:
        parameter: list[Typ] = []
        while not self.take(">"):
            if parameter:
                self.expect(",")
            parameter.append(self.typ())
        self.expect("->")
        return typen.Funktionstyp(tuple(parameter), self.typ())


#: multi-word names that every expression knows
EINGEBAUTE_NAMEN = (
    "date and time", "years and months duration", "string length", "upper case", "lower case", "substring before",
    "substring after", "starts with", "ends with", "list contains", "insert before", "index of", "distinct values",
    "round up", "round down", "round half up", "round half down", "get value", "get entries", "context put",
    "context merge", "day of year", "day of week", "month of year", "week of year", "met by", "overlaps before",
    "overlaps after", "finished by", "started by", "string join", "list replace", "time offset", "start included",
    "end included", "is defined", "get or else",
)  # fmt: skip
