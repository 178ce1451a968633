"""Finds the translation of a sentence that engine or wertstrom made, values and all.

Those packages say plain German with the values already in it. The catalogue ``unten`` holds their sentences with {0},
{1} … where values stand; a sentence is matched against it. Values in quotation marks are names that people gave and
stay; other values are looked up in turn. What is not found stays German.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final

_PLATZ: Final = re.compile(r"\{\d*\}")
_SATZENDE: Final = re.compile(r"(?<=[.;]) (?=[A-ZÄÖÜ„])")
#: letters that a pattern needs beside its values, else it would fit anything
_MINDESTENS: Final = 4
#: a value within a value within a value
_TIEFE: Final = 3


class Musterworte:
    """The sentences of one language."""

    def __init__(self, saetze: Mapping[str, str]) -> None:
        self._genau = {german: other for german, other in saetze.items() if not _PLATZ.search(german)}
        self._muster = [_pattern(german, other) for german, other in saetze.items() if _has_words(german)]
        self.find = lru_cache(maxsize=8192)(self._find)

    def _find(self, text: str, tiefe: int = 0) -> str:
        """The sentence in this language; itself when nothing fits."""
        found = self._whole(text, tiefe)
        if found is not None:
            return found
        parts = _SATZENDE.split(text)
        return " ".join(self._sentences(parts, tiefe)) if len(parts) > 1 else text

    def _sentences(self, parts: list[str], tiefe: int) -> Iterable[str]:
        """The longest run of sentences that is known as a whole, again and again."""
        while parts:
            for count in range(len(parts), 0, -1):
                found = self._whole(" ".join(parts[:count]), tiefe)
                if found is not None:
                    break
            else:
                count, found = 1, parts[0]
            yield found
            parts = parts[count:]

    def _whole(self, text: str, tiefe: int) -> str | None:
        core = text.strip()
        if core in self._genau:
            return text.replace(core, self._genau[core])
        if text in self._genau:
            return self._genau[text]
        for anker, pattern, other in self._muster:
            match = pattern.fullmatch(text) if anker in text else None
            if match:
                return self._fill(other, match, tiefe)
        return None

    def _fill(self, other: str, match: re.Match[str], tiefe: int) -> str:
        """The values in their places; those in quotation marks are names."""
        values = iter(range(1, match.re.groups + 1))

        def value(place: re.Match[str]) -> str:
            number = int(place[0][1:-1]) + 1 if place[0] != "{}" else next(values)
            text, at = match[number], match.start(number)
            is_name = at > 0 and match.string[at - 1] == "„"
            return text if is_name or tiefe >= _TIEFE else self._find(text, tiefe + 1)

        return _PLATZ.sub(value, other)


def _has_words(german: str) -> bool:
    return bool(_PLATZ.search(german)) and len(re.findall(r"[A-Za-zÄÖÜäöüß]", _PLATZ.sub("", german))) >= _MINDESTENS


def _pattern(german: str, other: str) -> tuple[str, re.Pattern[str], str]:
    """A piece that every such sentence holds, the pattern, and what it becomes."""
    pieces = _PLATZ.split(german)
    return max(pieces, key=len), re.compile("(.*?)".join(map(re.escape, pieces)), re.DOTALL), other
