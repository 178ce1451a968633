"""Decides whether an expression or a time of a drawing can be used, before anything is executed.

Usable is FEEL that compiles and reads something that can have a value; everything else is left to a person, with the
original text in the finding. Evaluates nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from engine import feel, kalender
from engine.bpmn import fremdsprache
from engine.feel.funktionen import EINGEBAUTE

MAX_AUSDRUCK = 2_000
_FRUEHESTES_JAHR, _SPAETESTES_JAHR = 1900, 9998
#: always there, whatever the forms of a process set
STETS_GESETZT = frozenset({"eingang"})
#: beginning of the variables that hold the choices of people
ENTSCHEIDUNG = "entscheidung_"

_FREMD = re.compile(r"[$#]\{|&&|\|\||==|===|;|\bgetVariable\b|\bgetDataObject\b")
_ANDERE_SPRACHE = "sie ist in einer anderen Sprache als FEEL geschrieben"
#: constants of Python, plain names in FEEL
_PYTHON = frozenset({"True", "False", "None"})
_ZEICHENKETTE = re.compile(r'"(?:[^"\\]|\\.)*"')
#: what every expression may call
_FUNKTIONEN = frozenset(EINGEBAUTE) | frozenset(kalender.funktionen(kalender.Kalender()))

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
    #: the same in FEEL, for the remedy
    vorschlag: str = ""

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
    if fremdsprache.is_juel(text):
        return _judge_fremd(text, variablen, _ANDERE_SPRACHE)
    if sprache and "feel" not in sprache.lower():
        return _judge_fremd(text, variablen if "python" in sprache.lower() else None, _ANDERE_SPRACHE)
    urteil = _judge_feel(text, variablen)
    return urteil if urteil.brauchbar else _judge_fremd(text, variablen, urteil.grund)


def _judge_fremd(text: str, variablen: frozenset[str] | None, grund: str) -> Urteil:
    """The translation decides if it can be read and forms set its variables; else it is what to write."""
    uebersetzt = fremdsprache.translate(text)
    if not uebersetzt or uebersetzt == text:
        return Urteil(grund=grund)
    if variablen is None:
        return Urteil(grund=grund, vorschlag=uebersetzt)
    urteil = _judge_feel(uebersetzt, variablen)
    return Urteil(urteil.feel, urteil.grund, uebersetzt=True, vorschlag=uebersetzt)


def judge_wert(text: str, variablen: frozenset[str] | None) -> str:
    """Why a value cannot be computed, empty if it can; `variablen` as in `judge_bedingung`."""
    if len(text) > MAX_AUSDRUCK:
        return f"zu lang: mehr als {MAX_AUSDRUCK} Zeichen"
    if _FREMD.search(_ZEICHENKETTE.sub('""', text)):
        return "in einer anderen Sprache als FEEL geschrieben"
    try:
        namen = feel.compile(text).namen
    except feel.FeelError:
        return "kein gültiger FEEL-Ausdruck"
    if variablen is None:
        return "in einer anderen Sprache als FEEL geschrieben" if namen & _PYTHON else ""
    fehlend = sorted(n for n in namen - variablen - STETS_GESETZT - _FUNKTIONEN if not n.startswith(ENTSCHEIDUNG))
    return f"kein Formular setzt „{fehlend[0][:80]}“" if fehlend else ""


def judge_ausdruck(text: str, variablen: frozenset[str] | None) -> Urteil:
    """A value to compute, in FEEL as it stands or translated; `grund` follows a colon."""
    text = text.strip()
    uebersetzt = fremdsprache.translate(text, wert=True) if fremdsprache.is_juel(text) else ""
    ausdruck = uebersetzt or text.removeprefix("=").strip()
    if not ausdruck:
        return Urteil(grund="es ist nichts angegeben")
    if grund := judge_wert(ausdruck, variablen):
        return Urteil(grund=grund if grund.startswith("kein Formular") else f"er ist {grund}")
    return Urteil(ausdruck, uebersetzt=bool(uebersetzt), vorschlag=uebersetzt)


def is_konstant(feel_text: str) -> bool:
    """Whether an expression that compiles reads no variable."""
    return not feel.compile(feel_text).namen - _FUNKTIONEN


def _judge_feel(text: str, variablen: frozenset[str] | None, *, konstante: bool = False) -> Urteil:
    """The leading equals sign of Camunda 8 marks an expression and is no part of it."""
    ausdruck = text.removeprefix("=").strip()
    if len(ausdruck) > MAX_AUSDRUCK:
        return Urteil(grund=f"sie ist länger als {MAX_AUSDRUCK} Zeichen")
    if _FREMD.search(_ZEICHENKETTE.sub('""', ausdruck)):
        return Urteil(grund=_ANDERE_SPRACHE)
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


def is_zeit_ohne_vorgang(text: str) -> bool:
    """Whether a usable time needs nothing of a Vorgang: a literal, or an expression that reads no variable."""
    return any(muster.fullmatch(text) for muster in _MUSTER.values()) or is_konstant(text)


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
