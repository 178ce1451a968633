"""Decides whether an expression or a time of a drawing can be used, before anything is executed.

Usable is FEEL that compiles and reads something that can have a value; everything else is left to a person, with the
original text in the finding. Evaluates nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from engine import feel, kalender
from engine.feel.funktionen import EINGEBAUTE

MAX_AUSDRUCK = 2_000
_FRUEHESTES_JAHR, _SPAETESTES_JAHR = 1900, 9998
#: always there, whatever the forms of a process set
STETS_GESETZT = frozenset({"eingang"})
#: beginning of the variables that hold the choices of people
ENTSCHEIDUNG = "entscheidung_"

_FREMD = re.compile(r"[$#]\{|&&|\|\||==|===|;|\bgetVariable\b|\bgetDataObject\b")
_ZEICHENKETTE = re.compile(r'"(?:[^"\\]|\\.)*"')
#: what every expression may call
_FUNKTIONEN = frozenset(EINGEBAUTE) | frozenset(kalender.funktionen(kalender.Kalender()))
#: one comparison of one variable with one literal, the part of JUEL that means the same in FEEL
_JUEL_VERGLEICH = re.compile(
    r"[$#]\{\s*([A-Za-z_]\w*)\s*(==|!=|<=|>=|<|>)\s*('[^'\\\"]*'|\"[^\"\\]*\"|-?\d+(?:\.\d+)?|true|false)\s*\}"
)
_JUEL_NAME = re.compile(r"[$#]\{\s*(!?)\s*([A-Za-z_]\w*)\s*\}")

_DAUER = (
    r"P(?=\d|T\d)(?:\d{1,3}Y)?(?:\d{1,4}M)?(?:\d{1,4}W)?(?:\d{1,5}D)?"
    r"(?:T(?=\d)(?:\d{1,6}H)?(?:\d{1,7}M)?(?:\d{1,9}(?:\.\d{1,6})?S)?)?"
)
_ZEITPUNKT = r"\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(?:Z|[+-]\d{2}:?\d{2})?)?"
_MUSTER = {
    "timeDuration": re.compile(_DAUER, re.ASCII),
    "timeDate": re.compile(_ZEITPUNKT, re.ASCII),
    "timeCycle": re.compile(rf"R(?!0+/)\d{{0,4}}(?:/{_ZEITPUNKT})?/{_DAUER}(?:/{_ZEITPUNKT})?", re.ASCII),
}


@dataclass(frozen=True, slots=True)
class Urteil:
    """Either an expression to execute, or the reason why there is none."""

    feel: str = ""
    grund: str = ""
    uebersetzt: bool = False

    @property
    def brauchbar(self) -> bool:
        return bool(self.feel)


@dataclass(frozen=True, slots=True)
class Zeitangabe:
    """A time that the engine can wait for; `feld` may differ from the drawn one."""

    feld: str
    text: str


def judge_bedingung(text: str, sprache: str, variablen: frozenset[str] | None) -> Urteil:
    """Whether a condition can decide; `variablen` are those that forms can set, None if that is unknown."""
    text = text.strip()
    if variablen is not None and (uebersetzt := _translate_juel(text)):
        urteil = _judge_feel(uebersetzt, variablen)
        return Urteil(urteil.feel, urteil.grund, uebersetzt=True)
    if sprache and "feel" not in sprache.lower():
        return Urteil(grund="sie ist in einer anderen Sprache als FEEL geschrieben")
    return _judge_feel(text, variablen)


def _judge_feel(text: str, variablen: frozenset[str] | None, *, konstante: bool = False) -> Urteil:
    """The leading equals sign of Camunda 8 marks an expression and is no part of it."""
    ausdruck = text.removeprefix("=").strip()
    if len(ausdruck) > MAX_AUSDRUCK:
        return Urteil(grund=f"sie ist länger als {MAX_AUSDRUCK} Zeichen")
    if _FREMD.search(_ZEICHENKETTE.sub('""', ausdruck)):
        return Urteil(grund="sie ist in einer anderen Sprache als FEEL geschrieben")
    try:
        namen = feel.compile(ausdruck).namen
    except feel.FeelError:
        return Urteil(grund="sie ist kein gültiger FEEL-Ausdruck")
    gelesen = {n for n in namen if n not in _FUNKTIONEN or n in (variablen or ())}
    if konstante:
        return Urteil(grund="sie hängt von Angaben ab") if gelesen else Urteil(ausdruck)
    if not gelesen:
        return Urteil(grund="sie hängt von keiner Angabe ab")
    if variablen is None:
        beschriftung = re.fullmatch(r"[\w .-]+", ausdruck)
        return Urteil(grund="sie ist nur eine Beschriftung") if beschriftung else Urteil(ausdruck)
    fehlend = sorted(n for n in gelesen - variablen - STETS_GESETZT if not n.startswith(ENTSCHEIDUNG))
    return Urteil(grund=f"kein Formular setzt „{fehlend[0]}“") if fehlend else Urteil(ausdruck)


def _translate_juel(text: str) -> str:
    if treffer := _JUEL_VERGLEICH.fullmatch(text):
        name, operator, wert = treffer.groups()
        return f"{name} {'=' if operator == '==' else operator} {wert.replace(chr(39), chr(34))}"
    if treffer := _JUEL_NAME.fullmatch(text):
        return f"{treffer[2]} = {'false' if treffer[1] else 'true'}"
    return ""


def judge_zeitangabe(feld: str, text: str, variablen: frozenset[str] | None) -> Zeitangabe | None:
    """The time to wait for, in the field where its form belongs; None if nobody can wait for it."""
    text = text.strip()
    for passend, muster in _MUSTER.items():
        if muster.fullmatch(text):
            return Zeitangabe(passend, text) if _is_real(passend, text) else None
    urteil = _judge_feel(text, variablen)
    if not urteil.brauchbar and re.match(r"=?\s*(\"|@\"|duration\(|date)", text):  # a constant is a good time
        urteil = _judge_feel(text, None, konstante=True)
    return Zeitangabe(feld, urteil.feel) if urteil.brauchbar else None


def _is_real(feld: str, text: str) -> bool:
    """Digits in the right places may still be no day of the calendar, or a repetition without a distance."""
    teile = text.split("/")
    if feld == "timeCycle":
        return len(teile) < 4 and any(re.search("[1-9]", t) for t in teile if t[0] == "P") and _are_days(teile)
    return feld == "timeDuration" or _are_days(teile)


def _are_days(teile: list[str]) -> bool:
    try:
        tage = [datetime.fromisoformat(teil) for teil in teile if teil[0].isdigit()]
    except ValueError:
        return False
    return all(_FRUEHESTES_JAHR <= tag.year <= _SPAETESTES_JAHR for tag in tage)
