"""Plays a checked drawing many times with random decisions and data, storing and reading the state at every step.

Shows before publication whether every process comes to its end, and where it would stop. Knows no database and no
person; a play depends on its seed only.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random
from typing import Any

from lxml import etree

from engine import bpmn, feel, kalender, spiff
from engine.bpmn.regeln.entscheidungen import variable_der_entscheidung

#: steps after which a play is given up: it would go on for ever, or nearly so
MAX_SCHRITTE = 500
#: steps after which people only finish what is open: events that may come again and again would outrun them
_GENUG_EREIGNISSE = 150
_BEGINN = datetime(2026, 1, 5, 8, tzinfo=UTC)
_STUNDE = timedelta(hours=1)
#: elements of the executable copy whose text is an expression that reads process variables
_AUSDRUECKE = (
    "conditionExpression",
    "condition",
    "completionCondition",
    "loopCondition",
    "loopDataInputRef",
    "eingabe",
)
_ZEICHENKETTE, _ZAHL = re.compile(r'"((?:[^"\\]|\\.)*)"'), re.compile(r"(?<![\w\"])\d{1,9}(?:\.\d{1,4})?(?![\w\"])")
_IMMER: tuple[Any, ...] = (True, False, None, 0, 1, ["a", "b"])
_WARTEARTEN_MIT_AUSLOESER = (spiff.WarteArt.NACHRICHT, spiff.WarteArt.SIGNAL)
_DIENSTE = (spiff.WarteArt.DIENST, spiff.WarteArt.THEMA)


@dataclass(frozen=True, slots=True)
class Stelle:
    """Where plays stopped, why, and how many of them."""

    element: str | None
    grund: str
    laeufe: int = 1


@dataclass(frozen=True, slots=True)
class Prozessbericht:
    """What became of all plays of one process: `laeufe` = `beendet` + `haengt` + `stoerung`."""

    id: str
    laeufe: int
    beendet: int
    #: nobody could go on, or it went on for more than `MAX_SCHRITTE` steps
    haengt: int
    #: the engine refused a step
    stoerung: int
    #: completed tasks, events and timers of all plays
    schritte: int
    stellen: tuple[Stelle, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return asdict(self) | {"stellen": [asdict(s) for s in self.stellen]}


def play_prozesse(ergebnis: bpmn.Pruefergebnis, *, laeufe: int, saat: int = 0) -> tuple[Prozessbericht, ...]:
    """Play every process of a runnable file `laeufe` times; empty for a file that is not runnable.

    Raises `spiff.Modellfehler` if the engine refuses what the check let pass.
    """
    daten = _Datenvorrat.of(ergebnis.ausfuehrbar) if ergebnis.modelle else None
    return tuple(_play_prozess(ergebnis, m, daten, laeufe, saat) for m in ergebnis.modelle if daten is not None)


def _play_prozess(
    ergebnis: bpmn.Pruefergebnis, modell: bpmn.GeprueftesModell, daten: _Datenvorrat, laeufe: int, saat: int
) -> Prozessbericht:
    # The key must be new for every content: the models of the engine are kept in memory by it.
    schluessel = f"probelauf/{hashlib.sha256(ergebnis.ausfuehrbar).hexdigest()}/{modell.prozess_id}"
    geladen = spiff.lade_modell(spiff.Quelle(schluessel, modell.prozess_id, (ergebnis.ausfuehrbar,)))
    schritte = {s.element: s for m in ergebnis.modelle for s in m.schritte}
    zufall = (Random(f"{saat}/{modell.prozess_id}/{nr}") for nr in range(laeufe))  # noqa: S311 - plays, no secrets
    spiele = [_Spiel(geladen, schritte, daten, z) for z in zufall]
    for spiel in spiele:
        spiel.play()
    gruende = [(s.stelle[0], _mit_befund(ergebnis, *s.stelle)) for s in spiele if s.stelle is not None]
    return Prozessbericht(
        id=modell.prozess_id,
        laeufe=laeufe,
        beendet=sum(s.stelle is None for s in spiele),
        haengt=sum(s.haengt for s in spiele),
        stoerung=sum(s.stelle is not None and not s.haengt for s in spiele),
        schritte=sum(s.schritte for s in spiele),
        stellen=tuple(Stelle(*s, gruende.count(s)) for s in dict.fromkeys(gruende)),
    )


def _mit_befund(ergebnis: bpmn.Pruefergebnis, element: str | None, grund: str) -> str:
    """The reason, and what the check says about the control flow at this element."""
    befund = next((b for b in ergebnis.befunde if b.art in bpmn.ABLAUFBEFUNDE and b.element == element), None)
    return grund if befund is None else f"{grund} Die Prüfung sagt dazu: {befund.text} {befund.abhilfe}"


@dataclass(frozen=True, slots=True)
class _Datenvorrat:
    """Values that make a difference: for each variable the constants that its conditions compare it with."""

    werte: Mapping[str, tuple[Any, ...]]

    @classmethod
    def of(cls, ausfuehrbar: bytes) -> _Datenvorrat:
        werte: dict[str, dict[str, Any]] = {}
        for text in _texte(ausfuehrbar):
            try:
                namen = feel.compile(text).namen
            except feel.FeelError:
                continue
            for name in namen:
                werte.setdefault(name, {}).update((repr(w), w) for w in _konstanten(text))
        return cls({name: (*gefunden.values(), *_IMMER) for name, gefunden in sorted(werte.items())})

    def draw(self, zufall: Random) -> dict[str, Any]:
        """Some variables, as a form would set them."""
        return {name: zufall.choice(werte) for name, werte in self.werte.items() if zufall.random() < 0.6}


def _texte(ausfuehrbar: bytes) -> Iterator[str]:
    for element in etree.fromstring(ausfuehrbar).iter():
        if isinstance(element.tag, str) and etree.QName(element).localname in _AUSDRUECKE and element.text:
            yield element.text.strip()


def _konstanten(text: str) -> Iterator[Any]:
    yield from _ZEICHENKETTE.findall(text)
    for zahl in _ZAHL.findall(_ZEICHENKETTE.sub('""', text)):
        wert = float(zahl) if "." in zahl else int(zahl)
        yield from (wert, wert + 1, wert - 1)


class _Spiel:
    """One Vorgang, from its start to where it ends or stops."""

    def __init__(
        self, modell: spiff.Modell, schritte: Mapping[str, bpmn.Schritt], daten: _Datenvorrat, zufall: Random
    ) -> None:
        self._modell = modell
        self._schritte = schritte
        self._daten = daten
        self._zufall = zufall
        self._now = _BEGINN
        self._umgebung = spiff.Umgebung(kalender.funktionen(kalender.Kalender()))
        self.schritte = 0
        self.haengt = False
        #: element and reason; None if the play came to its end
        self.stelle: tuple[str | None, str] | None = None

    def play(self) -> None:
        """Work it off; the outcome stands in the attributes."""
        try:
            stand = self._start()
            while not stand.beendet:
                zug = self._choose(stand)
                if zug is None or self.schritte >= MAX_SCHRITTE:
                    self._note_halt(stand)
                    return
                self.schritte += 1
                stand = zug()
        except spiff.Stillstand as grund:
            self.haengt, self.stelle = True, (grund.element, grund.text)
        except spiff.Ausfuehrungsfehler as grund:
            self.stelle = (grund.element, grund.text)

    def _start(self) -> spiff.Ergebnis:
        variablen = {"eingang": self._now.isoformat(), **self._daten.draw(self._zufall)}
        beginn = self._zufall.choice(self._modell.starts).element if self._modell.starts else None
        return spiff.start(self._modell, variablen, umgebung=self._umgebung, now=self._now, start_element=beginn)

    def _choose(self, stand: spiff.Ergebnis) -> Callable[[], spiff.Ergebnis] | None:
        """Anything that could happen next, each as likely as the other."""
        self._now += _STUNDE
        zuege: list[Callable[[], spiff.Ergebnis]] = [partial(self._complete, stand, b) for b in stand.bereit]
        if zuege and self.schritte >= _GENUG_EREIGNISSE:
            return self._zufall.choice(zuege)
        am_menschen = {b.token for b in stand.bereit}
        for w in stand.wartend:
            if w.token not in am_menschen and w.art in _WARTEARTEN_MIT_AUSLOESER:
                zuege.append(partial(self._trigger, stand, w))
            elif w.art in _DIENSTE:
                zuege.append(partial(self._complete_dienst, stand, w))
        if any(w.faellig_am for w in stand.wartend):
            zuege.append(partial(self._fire_timers, stand))
        return self._zufall.choice(zuege) if zuege else None

    def _complete(self, stand: spiff.Ergebnis, bereit: spiff.Bereit) -> spiff.Ergebnis:
        eingaben = {**self._daten.draw(self._zufall), **self._decide(bereit.element)}
        return spiff.complete(
            self._modell,
            stand.zustand,
            stand.variablen,
            bereit.token,
            eingaben=eingaben,
            umgebung=self._umgebung,
            now=self._now,
        )

    def _decide(self, element: str) -> dict[str, Any]:
        """The exits that a person picks in the form of this step."""
        schritt = self._schritte.get(element)
        wahl: dict[str, Any] = {}
        for gateway, mehrere in schritt.entscheidet.items() if schritt else ():
            # A gateway that the check had to add is no step: its exits are those of the step that asks.
            fluesse = [a.fluss for a in self._schritte.get(gateway, schritt).ausgaenge]  # type: ignore[union-attr] # schritt is known here
            gewaehlt = self._zufall.sample(fluesse, self._zufall.randint(1, len(fluesse)))
            wahl[variable_der_entscheidung(gateway)] = gewaehlt if mehrere else gewaehlt[0]
        return wahl

    def _trigger(self, stand: spiff.Ergebnis, wartend: spiff.Wartend) -> spiff.Ergebnis:
        return spiff.trigger(
            self._modell,
            stand.zustand,
            stand.variablen,
            wartend.token,
            eingaben=self._daten.draw(self._zufall),
            umgebung=self._umgebung,
            now=self._now,
        )

    def _complete_dienst(self, stand: spiff.Ergebnis, wartend: spiff.Wartend) -> spiff.Ergebnis:
        return spiff.complete_dienst(
            self._modell,
            stand.zustand,
            stand.variablen,
            wartend.token,
            ergebnis=self._daten.draw(self._zufall),
            umgebung=self._umgebung,
            now=self._now,
        )

    def _fire_timers(self, stand: spiff.Ergebnis) -> spiff.Ergebnis:
        self._now = max(self._now, min(w.faellig_am for w in stand.wartend if w.faellig_am))
        return spiff.fire_timers(self._modell, stand.zustand, stand.variablen, umgebung=self._umgebung, now=self._now)

    def _note_halt(self, stand: spiff.Ergebnis) -> None:
        self.haengt = True
        offen = [*(b.element for b in stand.bereit), *(w.element for w in stand.wartend)]
        grund = (
            f"Nach {MAX_SCHRITTE} Schritten ist kein Ende erreicht."
            if self.schritte >= MAX_SCHRITTE
            else "Hier geht es nicht weiter: Es ist keine Aufgabe offen und kein Zeitpunkt steht bevor."
        )
        self.stelle = (offen[0] if offen else None, grund)
