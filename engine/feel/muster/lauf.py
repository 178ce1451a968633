"""Runs a pattern over a text: a backtracking search that never visits the same place twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from engine.feel.muster.syntax import Befehl, Leser, MusterFehler, Op, strip_whitespace
from engine.feel.muster.zeichen import literal

#: instructions of one search over one text; about 30 ms
MAX_SCHRITTE = 60_000

_Stapel = list[tuple[int, int, list[int]]]

_FLAGS = frozenset("smixq")


class MusterBudget(MusterFehler):
    """The search took more than its budget of steps."""


@dataclass(frozen=True, slots=True)
class Treffer:
    """One match: `gruppen[0]` is the whole match, a group that took no part is None."""

    von: int
    bis: int
    gruppen: tuple[str | None, ...]


class Muster:
    """A compiled pattern. Use `compile_muster`, which caches."""

    def __init__(self, text: str, flags: str = "", *, nachsichtig: bool = False) -> None:
        if not _FLAGS.issuperset(flags):
            raise MusterFehler("Unbekannter Schalter des Musters.")
        self._mehrzeilig = "m" in flags
        klein = "i" in flags
        self.gruppen = 0
        self._memo = True
        if "q" in flags:
            code = [Befehl(Op.ZEICHEN, probe=literal(c, klein)) for c in text]
        else:
            leser = Leser(strip_whitespace(text) if "x" in flags else text, klein, "s" in flags, nachsichtig)
            code = leser.program()
            self.gruppen, self._memo = leser.gruppen, not leser.hat_rueckgriff
        self._code = (*code, Befehl(Op.TREFFER))
        self._klein = klein

    def search(self, text: str, ab: int = 0) -> Treffer | None:
        """The first match at or after position `ab`."""
        lauf = _Lauf(self._code, text, self._mehrzeilig, self._memo, self._klein)
        return self._search(lauf, text, ab)

    def finditer(self, text: str) -> Iterator[Treffer]:
        """All matches that do not overlap, in order; the budget holds for all of them together."""
        lauf, ab = _Lauf(self._code, text, self._mehrzeilig, self._memo, self._klein), 0
        while ab <= len(text) and (treffer := self._search(lauf, text, ab)):
            yield treffer
            ab = treffer.bis + (treffer.bis == treffer.von)
            lauf.besucht.clear()

    def fullmatch(self, text: str) -> bool:
        """True if the pattern takes the whole text."""
        lauf = _Lauf(self._code, text, self._mehrzeilig, self._memo, self._klein, bis_zum_ende=True)
        return lauf.match(0, 2 * self.gruppen + 2) is not None

    def _search(self, lauf: _Lauf, text: str, ab: int) -> Treffer | None:
        for start in range(ab, len(text) + 1):
            marken = lauf.match(start, 2 * self.gruppen + 2)
            if marken is not None:
                teile = [_teil(text, marken[i], marken[i + 1]) for i in range(0, len(marken), 2)]
                return Treffer(start, marken[1], tuple(teile))
        return None


@dataclass(slots=True)
class _Lauf:
    code: tuple[Befehl, ...]
    text: str
    mehrzeilig: bool
    memo: bool
    klein: bool
    bis_zum_ende: bool = False
    schritte: int = 0
    besucht: set[int] = field(default_factory=set)

    def match(self, start: int, plaetze: int) -> list[int] | None:
        """Slots of the first match in order of preference that begins at `start`."""
        stapel: _Stapel = [(0, start, [start, *[-1] * (plaetze - 1)])]
        while stapel:
            pc, pos, marken = stapel.pop()
            ergebnis = self._follow(pc, pos, marken, stapel)
            if ergebnis is not None:
                return ergebnis
        return None

    def _follow(self, pc: int, pos: int, marken: list[int], stapel: _Stapel) -> list[int] | None:
        while True:
            self.schritte += 1
            if self.schritte > MAX_SCHRITTE:
                raise MusterBudget("Die Suche mit dem Muster dauert zu lange.")
            befehl = self.code[pc]
            op = befehl.op
            if op is Op.ZEICHEN:
                if pos >= len(self.text) or not befehl.probe(self.text[pos]):  # type: ignore[misc]
                    return None
                pc, pos = pc + 1, pos + 1
            elif op is Op.SPALTEN:
                if self._seen(pc, pos):
                    return None
                stapel.append((pc + befehl.y, pos, marken))
                pc += befehl.x
            elif op is Op.SPRUNG:
                pc += befehl.x
            elif op is Op.TREFFER:
                return None if self.bis_zum_ende and pos < len(self.text) else [marken[0], pos, *marken[2:]]
            else:
                weiter = self._rare(befehl, pos, marken)
                if weiter is None:
                    return None
                pc, (pos, marken) = pc + 1, weiter

    def _seen(self, pc: int, pos: int) -> bool:
        if not self.memo:
            return False
        ort = pc * (len(self.text) + 1) + pos
        if ort in self.besucht:
            return True
        self.besucht.add(ort)
        return False

    def _rare(self, befehl: Befehl, pos: int, marken: list[int]) -> tuple[int, list[int]] | None:
        match befehl.op:
            case Op.MERKEN:
                neu = marken.copy()
                neu[befehl.x] = pos
                return pos, neu
            case Op.ANFANG:
                davor = pos > 0 and self.mehrzeilig and self.text[pos - 1] == "\n" and pos < len(self.text)
                return (pos, marken) if pos == 0 or davor else None
            case Op.ENDE:
                danach = self.mehrzeilig and self.text[pos : pos + 1] == "\n"
                return (pos, marken) if pos == len(self.text) or danach else None
        gruppe = _teil(self.text, marken[2 * befehl.x], marken[2 * befehl.x + 1]) or ""
        stueck = self.text[pos : pos + len(gruppe)]
        gleich = stueck.casefold() == gruppe.casefold() if self.klein else stueck == gruppe
        return (pos + len(gruppe), marken) if gleich else None


def _teil(text: str, von: int, bis: int) -> str | None:
    return text[von:bis] if 0 <= von <= bis else None


@lru_cache(maxsize=512)
def compile_muster(text: str, flags: str = "", *, nachsichtig: bool = False) -> Muster:
    """Compile once, keep the last 512. Raises `MusterFehler`."""
    return Muster(text, flags, nachsichtig=nachsichtig)
