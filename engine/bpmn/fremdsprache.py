"""Translates conditions of other tools to FEEL: JUEL (``${x == 'a' && y > 3}``) and simple Python (SpiffArena).

Reads text and writes text; runs nothing. What means something else in FEEL, or cannot be read, is not translated.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_TEXT = 2_000
MAX_TIEFE = 40
_HUELLE = re.compile(r"[$#]\{(?P<innen>[^{}]*)\}")
_ZEICHEN = re.compile(
    r"\s*(?:(?P<text>'[^'\\\"]*'|\"[^\"\\]*\")|(?P<zahl>\d+(?:\.\d+)?(?![\w.]))|(?P<name>[A-Za-z_]\w*)"
    r"|(?P<zeichen>&&|\|\||==|!=|<=|>=|[-<>!+*/?:()\[\],.]))"
)
_WOERTER = {"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">=", "and": "&&", "or": "||"}
_KONSTANTEN = {"true": "true", "false": "false", "null": "null", "True": "true", "False": "false", "None": "null"}
_VERGLEICHE = {"==": "=", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_RESERVIERT = frozenset(
    {
        "instanceof",
        "div",
        "mod",
        "if",
        "else",
        "for",
        "lambda",
        "return",
        "some",
        "every",
        "then",
        "function",
        "between",
    }
)


class _Unlesbar(Exception):
    """Nothing that can be translated."""


@dataclass(frozen=True, slots=True)
class _Teil:
    """A translated part: its FEEL text, how tightly it binds, and whether it may be a condition."""

    feel: str
    rang: int
    name: bool = False

    def als(self, rang: int) -> str:
        """The text where something binds at least this tightly is needed."""
        return self.feel if self.rang >= rang else f"({self.feel})"


_WENN, _ODER, _UND, _VERGLEICH, _SUMME, _PRODUKT, _ATOM = range(7)


def is_juel(text: str) -> bool:
    """Whether the text is one JUEL expression."""
    return _HUELLE.fullmatch(text.strip()) is not None


def translate(text: str, *, wert: bool = False) -> str:
    """The same condition in FEEL, or with `wert` the same value; empty if it cannot be translated."""
    text = text.strip()
    treffer = _HUELLE.fullmatch(text)
    if len(text) > MAX_TEXT:
        return ""
    try:
        leser = _Leser(_tokens(treffer["innen"] if treffer else text))
        teil = leser.wenn()
        leser.expect_ende()
    except _Unlesbar:
        return ""
    return f"{teil.feel} = true" if teil.name and treffer and not wert else teil.feel


def _tokens(text: str) -> list[tuple[str, str]]:
    gelesen: list[tuple[str, str]] = []
    stelle = 0
    text = text.rstrip()
    while stelle < len(text):
        treffer = _ZEICHEN.match(text, stelle)
        if treffer is None:
            raise _Unlesbar
        art = str(treffer.lastgroup)
        wert = treffer[art]
        gelesen.append(("zeichen", _WOERTER[wert]) if art == "name" and wert in _WOERTER else (art, wert))
        stelle = treffer.end()
    return gelesen


class _Leser:
    """Recursive descent over the tokens of one expression."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens, self.stelle, self.tiefe = tokens, 0, 0

    def _peek(self, *zeichen: str) -> str:
        """The next sign or word if it is one of these."""
        art, wert = self.tokens[self.stelle] if self.stelle < len(self.tokens) else ("", "")
        return wert if art in ("zeichen", "name") and wert in zeichen else ""

    def _take(self, *zeichen: str) -> str:
        wert = self._peek(*zeichen)
        self.stelle += bool(wert)
        return wert

    def _expect(self, zeichen: str) -> None:
        if not self._take(zeichen):
            raise _Unlesbar

    def expect_ende(self) -> None:
        """Raises if something is left."""
        if self.stelle < len(self.tokens):
            raise _Unlesbar

    def wenn(self) -> _Teil:
        """``a ? b : c``, and all that binds more tightly."""
        self.tiefe += 1
        if self.tiefe > MAX_TIEFE:
            raise _Unlesbar
        teil = self._oder()
        if self._take("?"):
            dann = self.wenn()
            self._expect(":")
            sonst = self.wenn()
            teil = _Teil(f"if {teil.feel} then {dann.feel} else {sonst.feel}", _WENN)
        self.tiefe -= 1
        return teil

    def _oder(self) -> _Teil:
        teile = [self._und()]
        while self._take("||"):
            teile.append(self._und())
        return teile[0] if len(teile) == 1 else _Teil(" or ".join(t.als(_ODER) for t in teile), _ODER)

    def _und(self) -> _Teil:
        teile = [self._nicht()]
        while self._take("&&"):
            teile.append(self._nicht())
        return teile[0] if len(teile) == 1 else _Teil(" and ".join(t.als(_UND) for t in teile), _UND)

    def _nicht(self) -> _Teil:
        """Python's ``not`` binds more loosely than a comparison."""
        verneint = 0
        while self._take("not"):
            verneint += 1
        teil = self._vergleich()
        return _negate(teil) if verneint % 2 else teil

    def _vergleich(self) -> _Teil:
        links = self._summe()
        zeichen = self._take(*_VERGLEICHE)
        if zeichen:
            teil = _Teil(f"{links.als(_SUMME)} {_VERGLEICHE[zeichen]} {self._summe().als(_SUMME)}", _VERGLEICH)
        elif self._take("is"):
            nicht = self._take("not")
            self._expect("None")
            teil = _Teil(f"{links.als(_SUMME)} {'!=' if nicht else '='} null", _VERGLEICH)
        elif self._peek("in", "not"):
            teil = self._enthalten(links)
        else:
            return links
        if self._peek(*_VERGLEICHE, "in", "not", "is"):
            raise _Unlesbar  # a < b < c means different things
        return teil

    def _enthalten(self, links: _Teil) -> _Teil:
        nicht = self._take("not")
        self._expect("in")
        if not self._peek("["):
            raise _Unlesbar  # part of a text, key of a mapping: not the same in FEEL
        teil = _Teil(f"{links.als(_SUMME)} in {self._atom().feel}", _VERGLEICH)
        return _negate(teil) if nicht else teil

    def _summe(self) -> _Teil:
        teil = self._produkt()
        while zeichen := self._take("+", "-"):
            teil = _Teil(f"{teil.als(_SUMME)} {zeichen} {self._produkt().als(_PRODUKT)}", _SUMME)
        return teil

    def _produkt(self) -> _Teil:
        teil = self._vorzeichen()
        while zeichen := self._take("*", "/"):
            teil = _Teil(f"{teil.als(_PRODUKT)} {zeichen} {self._vorzeichen().als(_ATOM)}", _PRODUKT)
        return teil

    def _vorzeichen(self) -> _Teil:
        if self._take("!"):
            return _negate(self._vorzeichen_tief())
        if self._take("-"):
            return _Teil(f"-{self._atom().als(_ATOM)}", _PRODUKT)
        if self._take("empty"):
            name = self._atom().als(_ATOM)
            return _Teil(f'({name} = null or {name} = "" or {name} = [])', _ATOM)
        return self._atom()

    def _vorzeichen_tief(self) -> _Teil:
        self.tiefe += 1
        if self.tiefe > MAX_TIEFE:
            raise _Unlesbar
        teil = self._vorzeichen()
        self.tiefe -= 1
        return teil

    def _atom(self) -> _Teil:
        if self._take("("):
            teil = self.wenn()
            self._expect(")")
            return teil
        if self._take("["):
            return self._liste()
        if self.stelle >= len(self.tokens):
            raise _Unlesbar
        art, wert = self.tokens[self.stelle]
        self.stelle += 1
        if art == "text":
            return _Teil(f'"{wert[1:-1]}"', _ATOM)
        if art == "zahl":
            return _Teil(wert, _ATOM)
        return self._name(wert) if art == "name" else self._fail()

    def _fail(self) -> _Teil:
        raise _Unlesbar

    def _name(self, wert: str) -> _Teil:
        if wert in _KONSTANTEN:
            return _Teil(_KONSTANTEN[wert], _ATOM)
        if wert in _RESERVIERT or wert in ("not", "in", "is", "empty"):
            raise _Unlesbar
        while self._take("."):
            art, weiter = self.tokens[self.stelle] if self.stelle < len(self.tokens) else ("", "")
            if art != "name":
                raise _Unlesbar
            self.stelle += 1
            wert = f"{wert}.{weiter}"
        if self._peek("(", "["):
            raise _Unlesbar  # methods and indexes: FEEL has others
        return _Teil(wert, _ATOM, name=True)

    def _liste(self) -> _Teil:
        posten: list[str] = []
        while not self._take("]"):
            if posten:
                self._expect(",")
            posten.append(self.wenn().feel)
        return _Teil(f"[{', '.join(posten)}]", _ATOM)


def _negate(teil: _Teil) -> _Teil:
    """A field that is not set counts as not true."""
    return _Teil(f"{teil.feel} = false", _VERGLEICH) if teil.name else _Teil(f"not({teil.feel})", _ATOM)
