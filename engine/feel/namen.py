"""Names with spaces: FEEL decides by the names it knows where ``a b`` or ``a-b`` is one name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from engine.feel.fehler import FeelError
from engine.feel.lexer import Art, Token, tokens

#: words that end a name made of several words
SCHLUSSWOERTER = frozenset(
    {"and", "or", "in", "between", "instance", "then", "else", "return", "satisfies", "external"}
)

_WORT = ""


class Namensbaum:
    """Known names of more than one token, as a tree of their tokens; white space between tokens does not count."""

    def __init__(self, namen: Iterable[str] = ()) -> None:
        self._wurzel: dict[str, Any] = {}
        for name in namen:
            self.add(name)

    def add(self, name: str) -> None:
        """Remember a name; one that cannot stand in an expression is left out."""
        teile = _parts(name)
        if len(teile) < 2:
            return
        knoten = self._wurzel
        for teil in teile:
            knoten = knoten.setdefault(teil, {})
        knoten[_WORT] = name

    def longest(self, alle: Sequence[Token], i: int) -> tuple[int, str] | None:
        """Number of tokens and text of the longest known name that starts at token `i`."""
        knoten, laenge, gefunden = self._wurzel, 0, None
        while alle[i + laenge].art is not Art.ENDE and (weiter := knoten.get(alle[i + laenge].text)) is not None:
            knoten, laenge = weiter, laenge + 1
            if _WORT in knoten:
                gefunden = (laenge, str(knoten[_WORT]))
        return gefunden


@lru_cache(maxsize=4096)
def _parts(name: str) -> tuple[str, ...]:
    """The tokens of a name, none if it cannot stand in an expression; every cell of a table knows the same names."""
    try:
        return tuple(token.text for token in tokens(name)[:-1])
    except FeelError:
        return ()


def joined(alle: Sequence[Token], i: int) -> tuple[int, str]:
    """Number of tokens and text of the words at `i` that stand side by side: FEEL allows no other reading of them."""
    laenge = 1
    while alle[i + laenge].art in (Art.NAME, Art.ZAHL) and alle[i + laenge].text not in SCHLUSSWOERTER:
        if alle[i + laenge].text == "?" or alle[i + laenge].pos == alle[i + laenge - 1].ende:
            break
        laenge += 1
    return laenge, " ".join(token.text for token in alle[i : i + laenge])


def spelled(text: str) -> str:
    """A name as written, with single spaces."""
    return " ".join(text.split())
