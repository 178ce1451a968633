"""Built-in functions on strings; positions count Unicode characters from 1."""

from __future__ import annotations

from decimal import Decimal

from engine.feel.fehler import BudgetError
from engine.feel.funktionen.register import eingebaut
from engine.feel.lauf import Lauf
from engine.feel.muster import Muster, MusterBudget, MusterFehler, Treffer, compile_muster
from engine.feel.werte import als_int


@eingebaut("string length", "string: text")
def string_length(_lauf: Lauf, string: str) -> Decimal:
    """Number of characters."""
    return Decimal(len(string))


@eingebaut("substring", "string: text, start position: zahl, length?: zahl")
def substring(lauf: Lauf, string: str, start_position: Decimal, length: Decimal | None = None) -> str | None:
    """A negative start counts from the end; there is no position 0."""
    start = als_int(start_position.to_integral_value(rounding="ROUND_DOWN"))
    laenge = len(string) if length is None else als_int(length.to_integral_value(rounding="ROUND_DOWN"))
    if not start or laenge is None or laenge < 1 or abs(start) > len(string):
        return None
    lauf.charge(len(string) >> 7)
    anfang = start - 1 if start > 0 else len(string) + start
    return string[anfang : anfang + laenge]


@eingebaut("upper case", "string: text")
def upper_case(lauf: Lauf, string: str) -> str:
    """All letters large."""
    lauf.charge(len(string) >> 4)
    return string.upper()


@eingebaut("lower case", "string: text")
def lower_case(lauf: Lauf, string: str) -> str:
    """All letters small."""
    lauf.charge(len(string) >> 4)
    return string.lower()


@eingebaut("substring before", "string: text, match: text")
def substring_before(lauf: Lauf, string: str, match_: str) -> str:
    """What stands before the first occurrence; empty if there is none."""
    lauf.charge(len(string) >> 7)
    vor, gefunden, _ = string.partition(match_) if match_ else ("", "", "")
    return vor if gefunden else ""


@eingebaut("substring after", "string: text, match: text")
def substring_after(lauf: Lauf, string: str, match_: str) -> str:
    """What stands behind the first occurrence; empty if there is none."""
    lauf.charge(len(string) >> 7)
    return string.partition(match_)[2] if match_ else string


@eingebaut("contains", "string: text, match: text")
def contains(lauf: Lauf, string: str, match_: str) -> bool:
    """True if the second occurs in the first."""
    lauf.charge(len(string) >> 7)
    return match_ in string


@eingebaut("starts with", "string: text, match: text")
def starts_with(lauf: Lauf, string: str, match_: str) -> bool:
    """True if the first begins with the second."""
    lauf.charge(len(string) >> 7)
    return string.startswith(match_)


@eingebaut("ends with", "string: text, match: text")
def ends_with(lauf: Lauf, string: str, match_: str) -> bool:
    """True if the first ends with the second."""
    lauf.charge(len(string) >> 7)
    return string.endswith(match_)


@eingebaut("matches", "input: text, pattern: text, flags?: text-oder-null")
def matches(lauf: Lauf, input_: str, pattern: str, flags: str | None = None) -> bool | None:
    """True if the pattern occurs in the text; null for a pattern that is not valid."""
    muster = _muster(lauf, pattern, flags)
    return None if muster is None else bool(_run(lauf, muster, input_, hoechstens=1))


@eingebaut("replace", "input: text, pattern: text, replacement: text, flags?: text-oder-null")
def replace(lauf: Lauf, input_: str, pattern: str, replacement: str, flags: str | None = None) -> str | None:
    """Every occurrence replaced; ``$1`` is the first group, ``$0`` the whole."""
    muster = _muster(lauf, pattern, flags)
    if muster is None or muster.search("") is not None:
        return None
    teile, pos = [], 0
    for treffer in _run(lauf, muster, input_):
        ersatz = replacement if "q" in (flags or "") else _expand(replacement, treffer, muster.gruppen)
        if ersatz is None:
            return None
        teile += [input_[pos : treffer.von], ersatz]
        pos = treffer.bis
        lauf.check_text(sum(map(len, teile)) if len(teile) < 100 else len(input_) + len(teile) * len(ersatz))
    return "".join([*teile, input_[pos:]])


@eingebaut("split", "string: text, delimiter: text")
def split(lauf: Lauf, string: str, delimiter: str) -> list[object] | None:
    """Parts between the occurrences of a pattern."""
    muster = _muster(lauf, delimiter, None)
    if muster is None:
        return None
    teile: list[object] = []
    pos = 0
    for treffer in _run(lauf, muster, string):
        if treffer.bis > treffer.von:
            teile.append(string[pos : treffer.von])
            pos = treffer.bis
    lauf.check_size(len(teile))
    return [*teile, string[pos:]]


@eingebaut("string join", "list: liste, delimiter?: text-oder-null")
def string_join(lauf: Lauf, list_: list[object], delimiter: str | None = None) -> str | None:
    """Strings put together; nulls are left out, anything else gives null."""
    lauf.charge(len(list_))
    texte = [wert for wert in list_ if isinstance(wert, str)]
    if len(texte) + sum(wert is None for wert in list_) != len(list_):
        return None
    lauf.check_text(sum(map(len, texte)) + len(delimiter or "") * len(texte))
    return (delimiter or "").join(texte)


def _muster(lauf: Lauf, text: str, flags: str | None) -> Muster | None:
    lauf.charge(3 * len(text) + 50)
    try:
        muster = compile_muster(text, flags or "")
    except MusterFehler:
        return None
    lauf.charge(3 * muster.laenge)
    return muster


def _run(lauf: Lauf, muster: Muster, text: str, hoechstens: int | None = None) -> list[Treffer]:
    lauf.charge(len(text) >> 3)
    try:
        treffer, schritte = muster.find_all(text, hoechstens=hoechstens, schritte=lauf.schritte)
    except MusterBudget:
        raise BudgetError("Die Suche mit dem Muster dauert zu lange. Vereinfachen Sie das Muster.") from None
    lauf.charge(schritte + 10 * len(treffer))
    return treffer


def _expand(ersatz: str, treffer: Treffer, gruppen: int) -> str | None:
    """The replacement with its groups; null for a ``$`` or a backslash that means nothing."""
    teile: list[str] = []
    i = 0
    while i < len(ersatz):
        c = ersatz[i]
        if c == "\\":
            if ersatz[i + 1 : i + 2] not in ("\\", "$"):
                return None
            teile.append(ersatz[i + 1])
            i += 2
        elif c == "$":
            ende = i + 1
            while (
                ende < len(ersatz)
                and ersatz[ende] in "0123456789"
                and (ende == i + 1 or int(ersatz[i + 1 : ende + 1]) <= gruppen)
            ):
                ende += 1
            if ende == i + 1:
                return None
            nummer = int(ersatz[i + 1 : ende])
            teile.append((treffer.gruppen[nummer] or "") if nummer <= gruppen else "")
            i = ende
        else:
            teile.append(c)
            i += 1
    return "".join(teile)
