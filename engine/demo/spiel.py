"""Plays one Vorgang through the engine's commands: people wait, begin, sometimes pause, complete; timers fire between.

Everything random comes from one seeded generator per Vorgang, so that a second run gives the same record.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.bpmn.ergebnis import SchrittArt
from engine.commands import abschluss, aufgaben, vorgaenge
from engine.demo import eingaben
from engine.demo.arbeitszeit import MINUTEN_JE_AT, add_arbeitszeit
from engine.kalender import Kalender
from engine.model import (
    Aufgabe,
    AufgabeStatus,
    Prozessversion,
    Rueckgabegrund,
    Vorgang,
    VorgangStatus,
    Wartegrund,
    Zeitauftrag,
)
from engine.rechte import Akteur
from engine.schutz import Schluesselbund

_STREUUNG_LIEGEZEIT = 0.6
_STREUUNG_DAUER = 0.35
_MIN_LIEGEZEIT_MIN = 3.0
#: an Aufgabe is sent back at most this often, so that every Vorgang comes to an end
_MAX_LAEUFE = 3


@dataclass(frozen=True, slots=True)
class Schrittplan:
    """What usually happens at one step: the distributions of the demonstration."""

    #: waiting before the step in AT (median)
    liegezeit_at: float = 0.5
    #: processing in minutes (median)
    dauer_min: float = 20.0
    #: probability and reason of a pause, and its length in AT (median)
    pause: float = 0.0
    pause_grund: Wartegrund = Wartegrund.UNTERLAGEN
    pause_at: float = 2.0
    #: probability of being sent back
    rueckgabe: float = 0.0


@dataclass(frozen=True, slots=True)
class Drehbuch:
    """How the Vorgänge of one process usually go."""

    kennung: str
    schritte: Mapping[str, Schrittplan] = field(default_factory=dict)
    #: field or decision name -> weights of its values; others are equally likely
    gewichte: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    #: names whose second and later answer is the last one listed, so that loops end
    einmal: frozenset[str] = frozenset()

    def plan(self, element: str) -> Schrittplan:
        """The plan of a step."""
        return self.schritte.get(element, Schrittplan())


class Zug(StrEnum):
    """What a person does next."""

    BEGINNEN = "beginnen"
    UNTERBRECHEN = "unterbrechen"
    FORTSETZEN = "fortsetzen"
    ABSCHLIESSEN = "abschliessen"


@dataclass(frozen=True, slots=True)
class Besetzung:
    """Who works in which Gruppe."""

    mitglieder: Mapping[int, Sequence[Akteur]]

    def choose(self, zufall: Random, gruppe_id: int) -> Akteur:
        """Somebody of the Gruppe."""
        return zufall.choice(self.mitglieder[gruppe_id])


class Spiel:
    """One Vorgang being played up to an instant."""

    def __init__(
        self,
        session: Session,
        *,
        drehbuch: Drehbuch,
        besetzung: Besetzung,
        kalender: Kalender,
        schluessel: Schluesselbund,
        zufall: Random,
        bis: datetime,
    ) -> None:
        self._session = session
        self._drehbuch = drehbuch
        self._besetzung = besetzung
        self._kalender = kalender
        self._schluessel = schluessel
        self._zufall = zufall
        self._bis = bis
        self._agenda: list[tuple[datetime, int, Zug, int]] = []
        self._number = 0
        self._known: set[int] = set()
        self._people: dict[int, Akteur] = {}
        self._answered: dict[str, int] = {}

    def play(self, starter: Akteur, prozess_id: int, beginn: datetime, orga_einheit_id: int) -> Vorgang:
        """Start a Vorgang at ``beginn`` and play it until it ends or the present is reached."""
        vorgang = vorgaenge.start_vorgang(
            self._session,
            starter,
            prozess_id=prozess_id,
            now=beginn,
            orga_einheit_id=orga_einheit_id,
            beispiel=True,
        )
        self._plan_new(vorgang)
        while vorgang.status == VorgangStatus.LAUFEND and self._next(vorgang):
            self._plan_new(vorgang)
        return vorgang

    def _next(self, vorgang: Vorgang) -> bool:
        """Do whatever comes first, a timer or a person; False when it lies beyond the present."""
        due = self._session.execute(
            select(Zeitauftrag.faellig_am)
            .where(Zeitauftrag.vorgang_id == vorgang.id)
            .order_by(Zeitauftrag.faellig_am)
            .limit(1)
        ).scalar_one_or_none()
        person_at = self._agenda[0][0] if self._agenda else None
        first = min((moment for moment in (due, person_at) if moment is not None), default=None)
        if first is None or first > self._bis:
            return False
        if first == due:
            vorgaenge.fire_timers(self._session, vorgang.id, now=due)
        else:
            moment, _, zug, aufgabe_id = heapq.heappop(self._agenda)
            self._act(moment, zug, aufgabe_id)
        return True

    def _act(self, moment: datetime, zug: Zug, aufgabe_id: int) -> None:
        aufgabe = self._session.get_one(Aufgabe, aufgabe_id)
        if not aufgabe.ist_offen:
            return
        plan = self._drehbuch.plan(aufgabe.element_id)
        person = self._people[aufgabe_id]
        if zug is Zug.BEGINNEN:
            aufgaben.begin_aufgabe(self._session, person, aufgabe_id, now=moment)
            minutes = _lognormal(self._zufall, plan.dauer_min, _STREUUNG_DAUER)
            if self._zufall.random() < plan.pause:
                self._schedule(moment, minutes * 0.4, Zug.UNTERBRECHEN, aufgabe_id)
            else:
                self._schedule(moment, minutes, Zug.ABSCHLIESSEN, aufgabe_id)
        elif zug is Zug.UNTERBRECHEN:
            aufgaben.pause_aufgabe(self._session, person, aufgabe_id, grund=plan.pause_grund, now=moment)
            length = _lognormal(self._zufall, plan.pause_at * MINUTEN_JE_AT, _STREUUNG_LIEGEZEIT)
            self._schedule(moment, length, Zug.FORTSETZEN, aufgabe_id)
        elif zug is Zug.FORTSETZEN:
            aufgaben.resume_aufgabe(self._session, person, aufgabe_id, now=moment)
            self._schedule(moment, plan.dauer_min * 0.6, Zug.ABSCHLIESSEN, aufgabe_id)
        else:
            self._finish(aufgabe, person, plan, moment)

    def _finish(self, aufgabe: Aufgabe, person: Akteur, plan: Schrittplan, moment: datetime) -> None:
        version = self._session.get_one(Prozessversion, aufgabe.prozessversion_id)
        target = self._return_target(version, aufgabe) if self._zufall.random() < plan.rueckgabe else None
        if target is not None and aufgabe.lauf < _MAX_LAEUFE:
            abschluss.return_aufgabe(
                self._session, person, aufgabe.id, grund=self._zufall.choice(_RUECKGABE), ziel=target, now=moment
            )
            return
        given = eingaben.answer(version, aufgabe.element_id, self._weights(), self._zufall, self._kalender, moment)
        for name in given:
            self._answered[name] = self._answered.get(name, 0) + 1
        abschluss.complete_aufgabe(
            self._session, person, aufgabe.id, eingaben=given, schluessel=self._schluessel, now=moment
        )

    def _weights(self) -> Mapping[str, Mapping[str, float]]:
        """Weights of this moment: a question that sends the Vorgang round again is answered otherwise next time."""
        weights: dict[str, Any] = dict(self._drehbuch.gewichte)
        for name in self._drehbuch.einmal:
            if self._answered.get(name) and name in weights:
                last = list(weights[name])[-1]
                weights[name] = {last: 1.0}
        return weights

    def _return_target(self, version: Prozessversion, aufgabe: Aufgabe) -> str | None:
        schritt = version.schritt(aufgabe.element_id)
        done = set(
            self._session.execute(
                select(Aufgabe.element_id).where(
                    Aufgabe.vorgang_id == aufgabe.vorgang_id, Aufgabe.status == AufgabeStatus.ERLEDIGT
                )
            ).scalars()
        )
        return next((e for e in schritt.rueckgabe_ziele if e in done), None) if schritt else None

    def _plan_new(self, vorgang: Vorgang) -> None:
        rows = self._session.execute(
            select(Aufgabe).where(Aufgabe.vorgang_id == vorgang.id, Aufgabe.fertig_am.is_(None)).order_by(Aufgabe.id)
        ).scalars()
        for aufgabe in rows:
            if aufgabe.id in self._known:
                continue
            self._known.add(aufgabe.id)
            self._people[aufgabe.id] = self._person_for(aufgabe)
            wait = _lognormal(
                self._zufall,
                self._drehbuch.plan(aufgabe.element_id).liegezeit_at * MINUTEN_JE_AT,
                _STREUUNG_LIEGEZEIT,
            )
            zug = Zug.ABSCHLIESSEN if aufgabe.art == SchrittArt.EINGANG else Zug.BEGINNEN
            self._schedule(aufgabe.bereit_am, max(_MIN_LIEGEZEIT_MIN, wait), zug, aufgabe.id)

    def _person_for(self, aufgabe: Aufgabe) -> Akteur:
        people = self._besetzung.mitglieder[aufgabe.gruppe_id]
        earlier = next((p for p in people if p.person_id == aufgabe.person_id), None)
        # The person of a case stays the same within a Gruppe, as in the office.
        known = next((p for p in self._people.values() if aufgabe.gruppe_id in p.gruppen), None)
        return earlier or known or self._besetzung.choose(self._zufall, aufgabe.gruppe_id)

    def _schedule(self, von: datetime, minuten: float, zug: Zug, aufgabe_id: int) -> None:
        self._number += 1
        moment = add_arbeitszeit(self._kalender, von, minuten)
        heapq.heappush(self._agenda, (moment, self._number, zug, aufgabe_id))


_RUECKGABE = (Rueckgabegrund.UNVOLLSTAENDIG, Rueckgabegrund.UNVOLLSTAENDIG, Rueckgabegrund.FACHLICH)


def _lognormal(zufall: Random, median: float, sigma: float) -> float:
    return median * zufall.lognormvariate(0.0, sigma) if median > 0 else 0.0
