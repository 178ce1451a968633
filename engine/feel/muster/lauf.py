"""Runs a pattern over a text: a backtracking search that never visits the same place twice."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from engine.feel.muster.syntax import Befehl, Leser, MusterFehler, Op, strip_whitespace
from engine.feel.muster.zeichen import Probe, literal

#: instructions of one search over one text; about 15 ms
MAX_SCHRITTE = 60_000
#: what a choice between two ways costs beyond that
_KOSTEN_SPALTEN = 4
#: what a new starting point costs, and a group boundary
_KOSTEN_START = 8

_Stapel = list[tuple[int, int, list[int]]]

#: an instruction as a plain tuple: operation, two numbers, test of a character
_Befehl = tuple[int, int, int, Probe]
_ZEICHEN, _SPALTEN, _SPRUNG, _TREFFER = int(Op.ZEICHEN), int(Op.SPALTEN), int(Op.SPRUNG), int(Op.TREFFER)

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
        self._code = tuple(
            (int(befehl.op), befehl.x, befehl.y, befehl.probe or _never) for befehl in (*code, Befehl(Op.TREFFER))
        )
        self._klein = klein

    @property
    def laenge(self) -> int:
        """Instructions of the program: what counted repetitions blow up."""
        return len(self._code)

    def search(self, text: str, ab: int = 0) -> Treffer | None:
        """The first match at or after position `ab`."""
        lauf = _Lauf(self._code, text, self._mehrzeilig, self._memo, self._klein)
        return self._search(lauf, text, ab)

    def find_all(
        self, text: str, *, hoechstens: int | None = None, schritte: int = MAX_SCHRITTE
    ) -> tuple[list[Treffer], int]:
        """Matches that do not overlap, in order, and the steps that finding all of them took.

        Raises `MusterBudget` beyond `schritte` (never more than `MAX_SCHRITTE`).
        """
        grenze = max(0, min(schritte, MAX_SCHRITTE))
        lauf = _Lauf(self._code, text, self._mehrzeilig, self._memo, self._klein, rest=grenze)
        gefunden: list[Treffer] = []
        ab = 0
        while ab <= len(text) and len(gefunden) != hoechstens and (treffer := self._search(lauf, text, ab)):
            gefunden.append(treffer)
            ab = treffer.bis + (treffer.bis == treffer.von)
            lauf.besucht.clear()
        return gefunden, grenze - lauf.rest

    def fullmatch(self, text: str) -> bool:
        """True if the pattern takes the whole text."""
        lauf = _Lauf(self._code, text, self._mehrzeilig, self._memo, self._klein, bis_zum_ende=True)
        return lauf.match(0, 2 * self.gruppen + 2) is not None

    def _search(self, lauf: _Lauf, text: str, ab: int) -> Treffer | None:
        start = lauf.next_start(ab)
        while start <= len(text):
            marken = lauf.match(start, 2 * self.gruppen + 2)
            if marken is not None:
                teile = [_teil(text, marken[i], marken[i + 1]) for i in range(0, len(marken), 2)]
                return Treffer(start, marken[1], tuple(teile))
            start = lauf.next_start(start + 1)
        return None


@dataclass(slots=True)
class _Lauf:
    code: tuple[_Befehl, ...]
    text: str
    mehrzeilig: bool
    memo: bool
    klein: bool
    bis_zum_ende: bool = False
    rest: int = MAX_SCHRITTE
    besucht: set[int] = field(default_factory=set)

    def next_start(self, ab: int) -> int:
        """The first place from `ab` on where the pattern could begin; behind the text if there is none."""
        op, _, _, probe = self.code[0]
        start, ende = ab, len(self.text)
        if op == _ZEICHEN:
            while start < ende and not probe(self.text[start]):
                start += 1
            if start == ende:
                start += 1
        elif op == Op.ANFANG and not self.mehrzeilig and start > 0:
            start = ende + 1
        self.rest -= _KOSTEN_START + ((start - ab) >> 1)
        return start

    def match(self, start: int, plaetze: int) -> list[int] | None:
        """Slots of the first match in order of preference that begins at `start`."""
        stapel: _Stapel = [(0, start, [start, *[-1] * (plaetze - 1)])]
        while stapel:
            ergebnis = self._follow(*stapel.pop(), stapel)
            if ergebnis is not None:
                return ergebnis
        return None

    def _follow(self, pc: int, pos: int, marken: list[int], stapel: _Stapel) -> list[int] | None:
        # The hot loop of every pattern: plain integers and local names.
        code, text, ende, besucht = self.code, self.text, len(self.text), self.besucht
        weite, rest = ende + 1, self.rest
        while rest > 0:
            rest -= 1
            op, x, y, probe = code[pc]
            if op == _ZEICHEN:
                if pos >= ende or not probe(text[pos]):
                    break
                pos += 1
                pc += 1
            elif op == _SPALTEN:
                rest -= _KOSTEN_SPALTEN
                ort = pc * weite + pos
                if ort in besucht:
                    break
                if self.memo:
                    besucht.add(ort)
                stapel.append((pc + y, pos, marken))
                pc += x
            elif op == _SPRUNG:
                pc += x
            else:
                rest -= _KOSTEN_START
                self.rest = rest
                weiter = self._rare(op, x, pos, marken)
                if weiter is None or op == _TREFFER:
                    return None if weiter is None else weiter[1]
                pc, (pos, marken) = pc + 1, weiter
        self.rest = rest
        if rest <= 0:
            raise MusterBudget("Die Suche mit dem Muster dauert zu lange.")
        return None

    def _rare(self, op: int, x: int, pos: int, marken: list[int]) -> tuple[int, list[int]] | None:
        if op == _TREFFER:
            return None if self.bis_zum_ende and pos < len(self.text) else (pos, [marken[0], pos, *marken[2:]])
        if op == Op.MERKEN:
            neu = marken.copy()
            neu[x] = pos
            return pos, neu
        if op == Op.ANFANG:
            davor = pos > 0 and self.mehrzeilig and self.text[pos - 1] == "\n" and pos < len(self.text)
            return (pos, marken) if pos == 0 or davor else None
        if op == Op.ENDE:
            danach = self.mehrzeilig and self.text[pos : pos + 1] == "\n"
            return (pos, marken) if pos == len(self.text) or danach else None
        return self._back_reference(x, pos, marken)

    def _back_reference(self, gruppe: int, pos: int, marken: list[int]) -> tuple[int, list[int]] | None:
        inhalt = _teil(self.text, marken[2 * gruppe], marken[2 * gruppe + 1]) or ""
        stueck = self.text[pos : pos + len(inhalt)]
        gleich = stueck.casefold() == inhalt.casefold() if self.klein else stueck == inhalt
        return (pos + len(inhalt), marken) if gleich else None


def _never(_: str) -> bool:
    return False


def _teil(text: str, von: int, bis: int) -> str | None:
    return text[von:bis] if 0 <= von <= bis else None


@lru_cache(maxsize=512)
def compile_muster(text: str, flags: str = "", *, nachsichtig: bool = False) -> Muster:
    """Compile once, keep the last 512. Raises `MusterFehler`."""
    return Muster(text, flags, nachsichtig=nachsichtig)
