"""Reads a pattern into a small program: one instruction per character class, split or group boundary.

Repetitions are unrolled, so the length of the program is the measure of a pattern's cost and is limited.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum

from engine.feel.muster import zeichen
from engine.feel.muster.zeichen import Probe

MAX_MUSTER = 1_000
MAX_PROGRAMM = 3_000
MAX_TIEFE = 40
MAX_GRUPPEN = 99


class MusterFehler(ValueError):
    """The pattern is not valid or too large."""


class Op(IntEnum):
    """What an instruction does with the text at the current position."""

    ZEICHEN = 0  # probe
    SPALTEN = 1  # first choice, second choice
    SPRUNG = 2  # target
    MERKEN = 3  # slot
    ANFANG = 4
    ENDE = 5
    RUECKGRIFF = 6  # group
    TREFFER = 7


@dataclass(slots=True)
class Befehl:
    """One instruction; targets are relative while a pattern is read, absolute in the finished program."""

    op: Op
    x: int = 0
    y: int = 0
    probe: Probe | None = None

    def moved(self) -> Befehl:
        """A copy for an unrolled repetition."""
        return Befehl(self.op, self.x, self.y, self.probe)


Teil = list[Befehl]

_WHITESPACE = " \t\n\r"
_ESCAPE_ZEICHEN = {"n": "\n", "r": "\r", "t": "\t"}
_ESCAPE_SELBST = frozenset("\\|.?*+(){}-[]^$")


@dataclass(slots=True)
class Leser:
    """Recursive descent over the pattern; `nachsichtig` also takes what JavaScript patterns of forms write."""

    text: str
    ignore_case: bool = False
    punkt_alles: bool = False
    nachsichtig: bool = False
    i: int = 0
    gruppen: int = 0
    offen: set[int] = field(default_factory=set)
    hat_rueckgriff: bool = False
    tiefe: int = 0

    def program(self) -> list[Befehl]:
        """The whole pattern as relative code."""
        if len(self.text) > MAX_MUSTER:
            raise MusterFehler("Das Muster ist zu lang.")
        teil = self._alternative()
        if self.i < len(self.text):
            raise MusterFehler("Eine Klammer zu viel.")
        return teil

    def _peek(self) -> str:
        return self.text[self.i] if self.i < len(self.text) else ""

    def _next(self) -> str:
        if self.i >= len(self.text):
            raise MusterFehler("Das Muster bricht ab.")
        self.i += 1
        return self.text[self.i - 1]

    def _alternative(self) -> Teil:
        self.tiefe += 1
        if self.tiefe > MAX_TIEFE:
            raise MusterFehler("Das Muster ist zu tief geschachtelt.")
        zweige = [self._folge()]
        while self._peek() == "|":
            self.i += 1
            zweige.append(self._folge())
        self.tiefe -= 1
        teil = zweige.pop()
        while zweige:
            links = zweige.pop()
            teil = _limit(
                [Befehl(Op.SPALTEN, 1, len(links) + 2), *links, Befehl(Op.SPRUNG, len(teil) + 1), *teil],
            )
        return teil

    def _folge(self) -> Teil:
        teil: Teil = []
        while self._peek() not in ("", "|", ")"):
            teil += self._quantified(self._atom())
            _limit(teil)
        return teil

    def _quantified(self, atom: Teil) -> Teil:
        c = self._peek()
        if c not in ("?", "*", "+", "{"):
            return atom
        self.i += 1
        von, bis = {"?": (0, 1), "*": (0, None), "+": (1, None)}.get(c) or self._zahlen()
        faul = self._peek() == "?"
        self.i += faul
        if self._peek() in ("?", "*", "+", "{") and self._peek():
            raise MusterFehler("Zwei Wiederholungszeichen hintereinander.")
        return _repeat(atom, von, bis, faul)

    def _zahlen(self) -> tuple[int, int | None]:
        ende = self.text.find("}", self.i)
        von, komma, bis = self.text[self.i : max(ende, self.i)].partition(",")
        if ende < 0 or not _is_zahl(von) or (bis and not _is_zahl(bis)):
            raise MusterFehler("Die Wiederholung in geschweiften Klammern ist nicht lesbar.")
        self.i = ende + 1
        hoechstens = int(bis) if bis else (None if komma else int(von))
        if int(von) > MAX_PROGRAMM or (hoechstens is not None and not int(von) <= hoechstens <= MAX_PROGRAMM):
            raise MusterFehler("Die Wiederholung in geschweiften Klammern hat unzulässige Zahlen.")
        return int(von), hoechstens

    def _atom(self) -> Teil:
        c = self._next()
        match c:
            case "(":
                return self._gruppe()
            case "[":
                return [Befehl(Op.ZEICHEN, probe=self._klasse())]
            case ".":
                return [Befehl(Op.ZEICHEN, probe=(lambda _: True) if self.punkt_alles else _kein_umbruch)]
            case "^":
                return [Befehl(Op.ANFANG)]
            case "$":
                return [Befehl(Op.ENDE)]
            case "\\":
                return self._escape()
            case "?" | "*" | "+" | "{":
                raise MusterFehler("Ein Wiederholungszeichen steht ohne Vorgänger.")
            case "]" | "}" if not self.nachsichtig:
                raise MusterFehler("Eine Klammer ist nicht geöffnet.")
        return [Befehl(Op.ZEICHEN, probe=zeichen.literal(c, self.ignore_case))]

    def _gruppe(self) -> Teil:
        if self._peek() == "?":
            if self.text[self.i : self.i + 2] != "?:":
                raise MusterFehler("Diese Art von Klammer wird nicht unterstützt.")
            self.i += 2
            teil = self._alternative()
        else:
            self.gruppen += 1
            nummer = self.gruppen
            if nummer > MAX_GRUPPEN:
                raise MusterFehler("Das Muster hat zu viele Klammern.")
            self.offen.add(nummer)
            teil = [Befehl(Op.MERKEN, 2 * nummer), *self._alternative(), Befehl(Op.MERKEN, 2 * nummer + 1)]
            self.offen.discard(nummer)
        if self._next() != ")":
            raise MusterFehler("Eine Klammer ist nicht geschlossen.")
        return teil

    def _escape(self) -> Teil:
        c = self._peek()
        if c.isdigit() and c != "0":
            return [self._rueckgriff()]
        probe = self._escaped_class()
        if probe is None:
            probe = zeichen.literal(self._escaped_char(), self.ignore_case)
        return [Befehl(Op.ZEICHEN, probe=probe)]

    def _rueckgriff(self) -> Befehl:
        nummer = int(self._next())
        while self._peek().isdigit() and nummer * 10 + int(self._peek()) <= self.gruppen:
            nummer = nummer * 10 + int(self._next())
        if nummer > self.gruppen or nummer in self.offen:
            raise MusterFehler("Das Muster verweist auf eine Klammer, die es davor nicht gibt.")
        self.hat_rueckgriff = True
        return Befehl(Op.RUECKGRIFF, nummer)

    def _escaped_class(self) -> Probe | None:
        c = self._peek()
        if c in zeichen.ESCAPES and c:
            self.i += 1
            return zeichen.ESCAPES[c]
        if c not in ("p", "P"):
            return None
        ende = self.text.find("}", self.i)
        if self.text[self.i + 1 : self.i + 2] != "{" or ende < 0:
            raise MusterFehler("Die Zeichenart ist nicht lesbar.")
        probe = zeichen.kategorie(self.text[self.i + 2 : ende])
        if probe is None:
            raise MusterFehler("Die Zeichenart ist nicht bekannt.")
        self.i = ende + 1
        return probe if c == "p" else zeichen.invert(probe)

    def _escaped_char(self) -> str:
        c = self._next()
        if c in _ESCAPE_ZEICHEN:
            return _ESCAPE_ZEICHEN[c]
        if c in _ESCAPE_SELBST:
            return c
        if self.nachsichtig and c in ("u", "x"):
            laenge = 4 if c == "u" else 2
            ziffern = self.text[self.i : self.i + laenge]
            if len(ziffern) == laenge and all(z in "0123456789abcdefABCDEF" for z in ziffern):
                self.i += laenge
                return chr(int(ziffern, 16))
        if self.nachsichtig and not c.isalnum():
            return c
        raise MusterFehler("Hinter dem Rückstrich steht ein unzulässiges Zeichen.")

    def _klasse(self) -> Probe:
        self.tiefe += 1
        if self.tiefe > MAX_TIEFE:
            raise MusterFehler("Das Muster ist zu tief geschachtelt.")
        negativ = self._peek() == "^"
        self.i += negativ
        bereiche: list[tuple[str, str]] = []
        proben: list[Probe] = []
        minus: Probe | None = None
        anfang = self.i
        while self._peek() != "]" or (self.i == anfang and not self.nachsichtig):
            if self.text[self.i : self.i + 2] == "-[" and self.i > anfang and not self.nachsichtig:
                self.i += 2
                minus = self._klasse()
                if self._peek() != "]":
                    raise MusterFehler("Nach einer abgezogenen Zeichenmenge muss die Klammer enden.")
                break
            self._element(bereiche, proben, anfang)
        self._next()
        self.tiefe -= 1
        return zeichen.klasse(bereiche, proben, negativ=negativ, minus=minus, ignore_case=self.ignore_case)

    def _element(self, bereiche: list[tuple[str, str]], proben: list[Probe], anfang: int) -> None:
        if self._peek() == "\\":
            self.i += 1
            probe = self._escaped_class()
            if probe is not None:
                proben.append(probe)
                return
            von = self._escaped_char()
        else:
            von = self._next()
            if von in "[]" and not self.nachsichtig:
                raise MusterFehler("In einer Zeichenmenge steht eine eckige Klammer ohne Rückstrich.")
            if von == "-" and self.i - 1 > anfang and self._peek() != "]" and not self.nachsichtig:
                raise MusterFehler("In einer Zeichenmenge steht ein Bindestrich an falscher Stelle.")
        bereiche.append((von, self._bis(von)))

    def _bis(self, von: str) -> str:
        if self._peek() != "-" or self.text[self.i + 1 : self.i + 2] in ("]", "[", ""):
            return von
        self.i += 1
        bis = self._next()
        if bis == "\\":
            bis = self._escaped_char()
        if bis < von:
            raise MusterFehler("Ein Zeichenbereich läuft rückwärts.")
        return bis


def _kein_umbruch(c: str) -> bool:
    return c not in "\n\r"


def _is_zahl(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 6


def _limit(teil: Teil) -> Teil:
    if len(teil) > MAX_PROGRAMM:
        raise MusterFehler("Das Muster ist zu umfangreich.")
    return teil


def _repeat(atom: Teil, von: int, bis: int | None, faul: bool) -> Teil:
    kopien = max(von, 1) if bis is None else bis
    if kopien * (len(atom) + 1) > MAX_PROGRAMM:
        raise MusterFehler("Das Muster ist zu umfangreich.")
    teil: Teil = [befehl.moved() for _ in range(von) for befehl in atom]
    if bis is None:
        schleife = [befehl.moved() for befehl in atom]
        return [*teil, _split(1, len(atom) + 2, faul), *schleife, Befehl(Op.SPRUNG, -len(atom) - 1)]
    rest = bis - von
    for nummer in range(rest):
        teil.append(_split(1, (rest - nummer) * (len(atom) + 1), faul))
        teil += [befehl.moved() for befehl in atom]
    return teil


def _split(hinein: int, vorbei: int, faul: bool) -> Befehl:
    return Befehl(Op.SPALTEN, vorbei, hinein) if faul else Befehl(Op.SPALTEN, hinein, vorbei)


def strip_whitespace(muster: str) -> str:
    """The pattern as flag ``x`` reads it: white space outside of character classes does not count."""
    teile: list[str] = []
    tiefe, escaped = 0, False
    for c in muster:
        if c in _WHITESPACE and tiefe == 0:
            continue
        if not escaped:
            tiefe += (c == "[") - (c == "]" and tiefe > 0)
        escaped = c == "\\" and not escaped
        teile.append(c)
    return "".join(teile)
