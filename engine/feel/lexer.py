"""Text into tokens. Names with spaces are put together later, by the parser that knows which names exist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from engine.feel import grenzen
from engine.feel.fehler import FeelError


class Art(StrEnum):
    """Kinds of tokens."""

    NAME = "Name"
    ZAHL = "Zahl"
    TEXT = "Text"
    ZEIT = "Zeitangabe"  # @"2026-06-01"
    ZEICHEN = "Zeichen"
    ENDE = "Ende"


class Token(NamedTuple):
    """A token, its place in the text and, for a string, its value without quotes and escapes."""

    art: Art
    text: str
    pos: int
    wert: str = ""

    @property
    def ende(self) -> int:
        """Offset behind the token."""
        return self.pos + len(self.text)


_NAME_START = (
    r"?A-Z_a-z\u00aa\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d"
    r"\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_TOKEN = re.compile(
    rf"""
    (?P<leer>[\s\u0085\u180e\u200b\ufeff]+ | //[^\r\n]* | /\*(?:[^*]|\*(?!/))*\*/)
  | (?P<zahl>(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
  | (?P<text>@?"(?:[^"\\]|\\.)*")
  | (?P<name>[{_NAME_START}][{_NAME_START}0-9\u00b7\u0300-\u036f\u203f-\u2040]*)
  | (?P<zeichen>\*\*|\.\.|<=|>=|!=|->|[-+*/=<>()\[\]{{}},.:';])
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{6})|(.))", re.DOTALL)
_EINFACH = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", '"': '"', "'": "'", "\\": "\\", "/": "/"}
_PAAR = re.compile("[\ud800-\udbff][\udc00-\udfff]")


def tokens(text: str) -> list[Token]:
    """All tokens, the last one is of kind ENDE. Raises `FeelError` at the first character that fits nowhere."""
    if len(text) > grenzen.MAX_LAENGE:
        raise FeelError(f"Der Ausdruck ist zu lang: Möglich sind {grenzen.MAX_LAENGE} Zeichen.", 0)
    return [*_read(text), Token(Art.ENDE, "", len(text))]


def _read(text: str) -> Iterator[Token]:
    pos = 0
    while pos < len(text):
        treffer = _TOKEN.match(text, pos)
        if treffer is None:
            raise _unlesbar(text, pos)
        art, inhalt = treffer.lastgroup, treffer.group()
        if art == "text":
            yield _string(inhalt, pos)
        elif art != "leer":
            yield Token({"zahl": Art.ZAHL, "name": Art.NAME}.get(art or "", Art.ZEICHEN), inhalt, pos)
        pos = treffer.end()


def _string(inhalt: str, pos: int) -> Token:
    zeit = inhalt.startswith("@")
    wert = _ESCAPE.sub(_unescape, inhalt[2 if zeit else 1 : -1])
    wert = _PAAR.sub(lambda paar: paar.group().encode("utf-16", "surrogatepass").decode("utf-16"), wert)
    return Token(Art.ZEIT if zeit else Art.TEXT, inhalt, pos, wert)


def _unescape(treffer: re.Match[str]) -> str:
    kurz, lang, zeichen = treffer.groups()
    if zeichen:
        return _EINFACH.get(zeichen, f"\\{zeichen}")
    nummer = int(kurz or lang, 16)
    return chr(nummer) if nummer <= 0x10FFFF else treffer.group()


def _unlesbar(text: str, pos: int) -> FeelError:
    if text[pos] in '"@':
        return FeelError("Der Ausdruck ist nicht lesbar: Einem Text fehlt das schließende Anführungszeichen.", pos)
    if text.startswith("/*", pos):
        return FeelError("Der Ausdruck ist nicht lesbar: Ein Kommentar ist nicht geschlossen.", pos)
    return FeelError(f"Der Ausdruck ist nicht lesbar: Das Zeichen „{text[pos]}“ ist hier nicht erlaubt.", pos)
