"""Literals of the text as FEEL values."""

from __future__ import annotations

from engine.feel import werte
from engine.feel.fehler import FeelError
from engine.feel.lexer import Art, Token


def wert(token: Token) -> object:
    """The value of a number or string token."""
    if token.art is Art.ZAHL:
        zahl = werte.parse_zahl(token.text)
        if zahl is None:
            raise FeelError("Der Ausdruck ist nicht lesbar: Die Zahl ist zu groß.", token.pos)
        return zahl
    return token.wert
