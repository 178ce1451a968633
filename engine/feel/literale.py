"""Literals of the text as FEEL values."""

from __future__ import annotations

from engine.feel import werte
from engine.feel.fehler import FeelError
from engine.feel.lexer import Art, Token
from engine.feel.zeit import lesen


def wert(token: Token) -> object:
    """The value of a number, string or temporal token; null for ``@"…"`` that is no date, time or duration."""
    if token.art is Art.ZAHL:
        zahl = werte.parse_zahl(token.text)
        if zahl is None:
            raise FeelError("Der Ausdruck ist nicht lesbar: Die Zahl ist zu groß.", token.pos)
        return zahl
    return lesen.literal(token.wert) if token.art is Art.ZEIT else token.wert
