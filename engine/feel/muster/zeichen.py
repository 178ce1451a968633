"""Sets of characters: ranges, XML and Unicode classes, subtraction, and case-insensitive matching."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache

Probe = Callable[[str], bool]

_NAME_START = (
    (":", ":"), ("A", "Z"), ("_", "_"), ("a", "z"), ("\u00c0", "\u00d6"), ("\u00d8", "\u00f6"), ("\u00f8", "\u02ff"),
    ("\u0370", "\u037d"), ("\u037f", "\u1fff"), ("\u200c", "\u200d"), ("\u2070", "\u218f"), ("\u2c00", "\u2fef"),
    ("\u3001", "\ud7ff"), ("\uf900", "\ufdcf"), ("\ufdf0", "\ufffd"), ("\U00010000", "\U000effff"),
)  # fmt: skip
_NAME_REST = (("-", "-"), (".", "."), ("0", "9"), ("\u00b7", "\u00b7"), ("\u0300", "\u036f"), ("\u203f", "\u2040"))

#: the Unicode blocks that patterns of forms and models name in practice
_BLOECKE = {
    "BasicLatin": ("\u0000", "\u007f"),
    "Latin-1Supplement": ("\u0080", "\u00ff"),
    "LatinExtended-A": ("\u0100", "\u017f"),
    "LatinExtended-B": ("\u0180", "\u024f"),
    "IPAExtensions": ("\u0250", "\u02af"),
    "SpacingModifierLetters": ("\u02b0", "\u02ff"),
    "CombiningDiacriticalMarks": ("\u0300", "\u036f"),
    "Greek": ("\u0370", "\u03ff"),
    "GreekandCoptic": ("\u0370", "\u03ff"),
    "Cyrillic": ("\u0400", "\u04ff"),
    "Armenian": ("\u0530", "\u058f"),
    "Hebrew": ("\u0590", "\u05ff"),
    "Arabic": ("\u0600", "\u06ff"),
    "Devanagari": ("\u0900", "\u097f"),
    "Thai": ("\u0e00", "\u0e7f"),
    "LatinExtendedAdditional": ("\u1e00", "\u1eff"),
    "GreekExtended": ("\u1f00", "\u1fff"),
    "GeneralPunctuation": ("\u2000", "\u206f"),
    "CurrencySymbols": ("\u20a0", "\u20cf"),
    "LetterlikeSymbols": ("\u2100", "\u214f"),
    "NumberForms": ("\u2150", "\u218f"),
    "Arrows": ("\u2190", "\u21ff"),
    "MathematicalOperators": ("\u2200", "\u22ff"),
    "BoxDrawing": ("\u2500", "\u257f"),
    "Hiragana": ("\u3040", "\u309f"),
    "Katakana": ("\u30a0", "\u30ff"),
    "CJKUnifiedIdeographs": ("\u4e00", "\u9fff"),
    "HangulSyllables": ("\uac00", "\ud7a3"),
    "PrivateUse": ("\ue000", "\uf8ff"),
    "Specials": ("\ufff0", "\uffff"),
}
_KATEGORIEN = frozenset(
    haupt + neben
    for haupt, arten in {
        "L": "ultmo",
        "M": "nce",
        "N": "dlo",
        "P": "cdseifo",
        "Z": "slp",
        "S": "mcko",
        "C": "cfon",
    }.items()
    for neben in ("", *arten)
)


def _between(bereiche: Iterable[tuple[str, str]]) -> Probe:
    paare = tuple(bereiche)
    return lambda c: any(von <= c <= bis for von, bis in paare)


def kategorie(name: str) -> Probe | None:
    r"""The class behind ``\p{name}``: a general category or a block ``IsName``; None when unknown."""
    if name in _KATEGORIEN:
        return lambda c: unicodedata.category(c).startswith(name)
    if name.startswith("Is") and name[2:] in _BLOECKE:
        return _between((_BLOECKE[name[2:]],))
    return None


def invert(probe: Probe) -> Probe:
    """The complement of a class."""
    return lambda c: not probe(c)


def _is_word(c: str) -> bool:
    return unicodedata.category(c)[0] not in "PZC"


_NAMENSANFANG = _between(_NAME_START)
_NAMENSZEICHEN = _between(_NAME_START + _NAME_REST)

#: multi-character escapes of XML Schema
ESCAPES: dict[str, Probe] = {
    "d": lambda c: unicodedata.category(c) == "Nd",
    "w": _is_word,
    "s": lambda c: c in " \t\n\r",
    "i": _NAMENSANFANG,
    "c": _NAMENSZEICHEN,
}
ESCAPES |= {name.upper(): invert(probe) for name, probe in ESCAPES.items()}


def variants(c: str) -> tuple[str, ...]:
    """All characters that equal `c` when case is ignored, itself included."""
    formen = {c, c.lower(), c.upper(), c.title(), c.casefold(), c.lower().upper(), c.upper().lower()}
    return tuple(form for form in formen if len(form) == 1)


def literal(c: str, ignore_case: bool) -> Probe:
    """Exactly this character."""
    if not ignore_case:
        return c.__eq__
    gleich = c.casefold()
    return lambda anderes: anderes.casefold() == gleich


def klasse(
    bereiche: list[tuple[str, str]], proben: list[Probe], *, negativ: bool, minus: Probe | None, ignore_case: bool
) -> Probe:
    """A bracket expression. Case variants count for the positive part, before negation and subtraction."""
    drin = _between(bereiche)

    def passt(c: str) -> bool:
        formen = variants(c) if ignore_case else (c,)
        treffer = any(drin(form) or any(probe(form) for probe in proben) for form in formen)
        return treffer is not negativ and not (minus is not None and minus(c))

    return lru_cache(maxsize=256)(passt)
