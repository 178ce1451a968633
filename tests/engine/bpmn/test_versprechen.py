"""For each construct: what the findings promise, and what the run then does. Nothing is silently different."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from versprechen import EREIGNISSE, NAMEN, Fall
from versprechen_ebenen import EBENEN

from engine import kalender, spiff

Zeichne = Callable[..., Any]
NOW = datetime(2026, 1, 5, 8, tzinfo=UTC)
UMGEBUNG = spiff.Umgebung(kalender.funktionen(kalender.Kalender()))


class Buehne:
    """One Vorgang, moved by lines."""

    def __init__(self, kopie: bytes) -> None:
        self.modell = spiff.lade_modell(spiff.Quelle(str(hash(kopie)), "p", (kopie,)))
        self.now = NOW
        self.stand: spiff.Ergebnis

    def play(self, zeile: str) -> str:
        was, *angaben = zeile.split()
        self.stand = getattr(self, f"_{was.lower()}")(*angaben)
        return self._steht()

    def _steht(self) -> str:
        stand = self.stand
        orte = [b.element for b in stand.bereit]
        orte += [
            w.element for w in stand.wartend if not w.angeheftet and w.token not in {b.token for b in stand.bereit}
        ]
        post = [f"✉ {g.name}" for g in stand.geworfen]
        return " ".join((["Ende"] if stand.beendet else sorted(orte, key=lambda o: (o == "m__2", o))) + post)

    def _start(self, element: str | None = None) -> spiff.Ergebnis:
        return spiff.start(self.modell, {}, umgebung=UMGEBUNG, now=self.now, start_element=element)

    def _do(self, tut: Callable[..., spiff.Ergebnis], token: str, *mehr: str, **weitere: Any) -> spiff.Ergebnis:
        stand = self.stand
        return tut(
            self.modell, stand.zustand, stand.variablen, token, *mehr, umgebung=UMGEBUNG, now=self.now, **weitere
        )

    def _erledigt(self, element: str, *eingaben: str) -> spiff.Ergebnis:
        token = next(b.token for b in self.stand.bereit if b.element == element)
        werte = {name: json.loads(wert) for name, wert in (e.split("=") for e in eingaben)}
        return self._do(spiff.complete, token, eingaben=werte)

    def _wartet(self, element: str) -> str:
        return next(w.token for w in self.stand.wartend if w.element == element)

    def _meldet(self, element: str) -> spiff.Ergebnis:
        return self._do(spiff.trigger, self._wartet(element))

    def _dienst(self, element: str) -> spiff.Ergebnis:
        return self._do(spiff.complete_dienst, self._wartet(element))

    def _fehler(self, element: str, code: str) -> spiff.Ergebnis:
        return self._do(spiff.throw_error, self._wartet(element), code)

    def _zeit(self) -> spiff.Ergebnis:
        self.now += timedelta(days=4)
        stand = self.stand
        return spiff.fire_timers(self.modell, stand.zustand, stand.variablen, umgebung=UMGEBUNG, now=self.now)


@pytest.mark.parametrize("fall", [*EREIGNISSE, *EBENEN], ids=lambda fall: fall.name)
def test_the_run_does_what_the_findings_promise(zeichne: Zeichne, fall: Fall) -> None:
    probe = zeichne(
        fall.knoten,
        *fall.fluesse.split(", "),
        ausserdem=NAMEN + fall.ausserdem,
        **{"variablen": frozenset({"betrag"}), **fall.optionen},
    )
    assert set(probe.arten) == set(fall.befunde)
    for art, teil_des_textes in fall.befunde.items():
        assert any(teil_des_textes in b.text for b in probe.ergebnis.befunde if b.art == art), art
    buehne = Buehne(probe.ergebnis.ausfuehrbar)
    schritte = probe.schritte
    for zeile in fall.spiel:
        was, _, steht = zeile.partition(" -> ")
        erwartet = steht.split(" ✉ ")
        orte = erwartet[0].split()
        gespielt = buehne.play(was).split(" ✉ ")
        assert sorted(gespielt[0].split()) == sorted(orte) and gespielt[1:] == erwartet[1:], (zeile, gespielt)
        assert all(schritte[b.element].hat_aufgaben for b in buehne.stand.bereit), zeile
        assert {w.element for w in buehne.stand.wartend} <= set(schritte), zeile
