"""Cleans text that people paste: from Word, mail programs and web pages."""

from __future__ import annotations

import re
import unicodedata

#: C0/C1 controls except line feed, soft hyphen, zero-width and bidirectional marks, byte order mark, lone surrogates
_WEG = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
_LEERRAUM = re.compile("[\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_UMBRUCH = re.compile("\r\n?|[\u0085\u2028\u2029\x0b\x0c]")
_WORD_BULLET = str.maketrans({"\uf0b7": "•", "\uf0a7": "•", "\uf02d": "–"})


def clean(text: str, *, einzeilig: bool) -> str:
    """Normalised (NFC), trimmed text; line ends are ``\\n``, or a space when only one line is allowed."""
    text = _UMBRUCH.sub("\n", text.translate(_WORD_BULLET))
    text = _LEERRAUM.sub(" ", _WEG.sub("", text))
    text = unicodedata.normalize("NFC", text).strip()
    return " ".join(text.split()) if einzeilig else text
