"""Plays one Vorgang through the engine's commands: people wait, begin, sometimes pause, complete; timers fire between.

Everything random comes from one seeded generator per Vorgang, so that a second run gives the same record.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from random import Random

from sqlalchemy import func, select
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
    Wartepunkt,
)
from engine.rechte import Akteur
from engine.schutz import Schluesselbund

_STREUUNG_LIEGEZEIT = 0.4
_STREUUNG_DAUER = 0.35
_MIN_LIEGEZEIT_MIN = 3.0
_LANG_MIN = 60
_PAUSE = 0.15
_PAUSE_AT = 1.5
_PAUSENGRUENDE = (Wartegrund.UNTERLAGEN, Wartegrund.FAMILIE, Wartegrund.INTERN_RUECKSPRACHE)
_RUECKGABE_ANTEIL = 0.04
#: share of Aufgaben that somebody takes some time before beginning
_FRUEH_UEBERNOMMEN = 0.4
_RUECKGABE = (Rueckgabegrund.UNVOLLSTAENDIG, Rueckgabegrund.UNVOLLSTAENDIG, Rueckgabegrund.FACHLICH)
#: a step is sent back at most this often, so that every Vorgang comes to an end
_MAX_LAEUFE = 2


@dataclass(frozen=True, slots=True)
class Schrittplan:
    """What usually happens at one step, read from ``prozess.toml``; all of it estimates for demonstration data."""

    #: waiting before the step in AT: smallest, most frequent, greatest
    liegezeit_at: tuple[float, float, float]
    #: processing in minutes (median)
    dauer_min: float
    #: field -> entered value -> share
    antworten: Mapping[str, Mapping[str, float]]

    @property
    def pause(self) -> float:
        """Probability that work is interrupted: long steps are, short ones are not."""
        return _PAUSE if self.dauer_min >= _LANG_MIN else 0.0


def plan_of(version: Prozessversion, element: str) -> Schrittplan:
    """The plan of a step; a step without estimates lies for half a day and takes a quarter of an hour."""
    settings = version.aufgaben_einstellung(element)
    estimate = settings.get("beispiel", {})
    low, usual, high = estimate.get("liegezeit_at", (0, 0.5, 2))
    return Schrittplan((low, usual, high), float(settings.get("pt_min", 15)), estimate.get("antworten", {}))


class Zug(StrEnum):
    """What a person does next."""

    UEBERNEHMEN = "uebernehmen"
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
        besetzung: Besetzung,
        kalender: Kalender,
        schluessel: Schluesselbund,
        zufall: Random,
        bis: datetime,
    ) -> None:
        self._session = session
        self._besetzung = besetzung
        self._kalender = kalender
        self._schluessel = schluessel
        self._zufall = zufall
        self._bis = bis
        self._agenda: list[tuple[datetime, int, Zug, int]] = []
        self._due: datetime | None = None
        self._number = 0
        self._known: set[int] = set()
        self._people: dict[int, Akteur] = {}

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
        self._look(vorgang)
        while vorgang.status == VorgangStatus.LAUFEND and self._next(vorgang):
            pass
        return vorgang

    def _next(self, vorgang: Vorgang) -> bool:
        """Do whatever comes first, a timer or a person; False when it lies beyond the present."""
        person_at = self._agenda[0][0] if self._agenda else None
        first = min((moment for moment in (self._due, person_at) if moment is not None), default=None)
        if first is None or first > self._bis:
            return False
        if first == self._due:
            vorgaenge.fire_timers(self._session, vorgang.id, now=first)
            self._look(vorgang)
        else:
            moment, _, zug, aufgabe_id = heapq.heappop(self._agenda)
            self._act(moment, zug, aufgabe_id)
            if zug is Zug.ABSCHLIESSEN:
                self._look(vorgang)
        return True

    def _look(self, vorgang: Vorgang) -> None:
        """See what the step left: the next timer, and Aufgaben nobody has planned yet."""
        self._session.flush()
        self._due = self._session.execute(
            select(func.min(Wartepunkt.termin_am)).where(Wartepunkt.vorgang_id == vorgang.id)
        ).scalar_one()
        self._plan_new(vorgang)

    def _act(self, moment: datetime, zug: Zug, aufgabe_id: int) -> None:
        aufgabe = self._session.get_one(Aufgabe, aufgabe_id)
        if not aufgabe.ist_offen:
            return
        version = self._session.get_one(Prozessversion, aufgabe.prozessversion_id)
        plan = plan_of(version, aufgabe.element_id)
        person = self._people[aufgabe_id]
        if zug is Zug.UEBERNEHMEN:
            aufgaben.claim_aufgabe(self._session, person, aufgabe_id, now=moment)
        elif zug is Zug.BEGINNEN:
            self._begin(aufgabe, person, plan, moment)
        elif zug is Zug.UNTERBRECHEN:
            grund = self._zufall.choice(_PAUSENGRUENDE)
            aufgaben.pause_aufgabe(self._session, person, aufgabe_id, grund=grund, now=moment)
            length = _lognormal(self._zufall, _PAUSE_AT * MINUTEN_JE_AT, _STREUUNG_LIEGEZEIT)
            self._schedule(moment, length, Zug.FORTSETZEN, aufgabe_id)
        elif zug is Zug.FORTSETZEN:
            aufgaben.resume_aufgabe(self._session, person, aufgabe_id, now=moment)
            self._schedule(moment, plan.dauer_min * 0.6, Zug.ABSCHLIESSEN, aufgabe_id)
        else:
            self._finish(version, aufgabe, person, plan, moment)

    def _begin(self, aufgabe: Aufgabe, person: Akteur, plan: Schrittplan, moment: datetime) -> None:
        aufgaben.begin_aufgabe(self._session, person, aufgabe.id, now=moment)
        minutes = _lognormal(self._zufall, plan.dauer_min, _STREUUNG_DAUER)
        if self._zufall.random() < plan.pause:
            self._schedule(moment, minutes * 0.4, Zug.UNTERBRECHEN, aufgabe.id)
        else:
            self._schedule(moment, minutes, Zug.ABSCHLIESSEN, aufgabe.id)

    def _finish(
        self, version: Prozessversion, aufgabe: Aufgabe, person: Akteur, plan: Schrittplan, moment: datetime
    ) -> None:
        if aufgabe.status == AufgabeStatus.BEREIT:
            # Something arrived from outside: somebody confirms it at once.
            aufgaben.begin_aufgabe(self._session, person, aufgabe.id, now=moment)
        returns = self._zufall.random() < _RUECKGABE_ANTEIL and aufgabe.art != SchrittArt.EINGANG
        target = self._return_target(version, aufgabe) if returns else None
        if target is not None and aufgabe.lauf < _MAX_LAEUFE:
            grund = self._zufall.choice(_RUECKGABE)
            abschluss.return_aufgabe(self._session, person, aufgabe.id, grund=grund, ziel=target, now=moment)
            return
        given = eingaben.answer(version, aufgabe.element_id, plan.antworten, self._zufall, self._kalender, moment)
        abschluss.complete_aufgabe(
            self._session, person, aufgabe.id, eingaben=given, schluessel=self._schluessel, now=moment
        )

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
            wait = self._liegezeit_min(aufgabe)
            wait = max(_MIN_LIEGEZEIT_MIN, wait)
            if aufgabe.art == SchrittArt.EINGANG:
                self._schedule(aufgabe.bereit_am, wait, Zug.ABSCHLIESSEN, aufgabe.id)
                continue
            if self._zufall.random() < _FRUEH_UEBERNOMMEN:
                self._schedule(aufgabe.bereit_am, wait * self._zufall.random(), Zug.UEBERNEHMEN, aufgabe.id)
            self._schedule(aufgabe.bereit_am, wait, Zug.BEGINNEN, aufgabe.id)

    def _liegezeit_min(self, aufgabe: Aufgabe) -> float:
        version = self._session.get_one(Prozessversion, aufgabe.prozessversion_id)
        low, usual, high = plan_of(version, aufgabe.element_id).liegezeit_at
        days = max(low, min(2 * high, _lognormal(self._zufall, usual, _STREUUNG_LIEGEZEIT)))
        return days * MINUTEN_JE_AT

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


def _lognormal(zufall: Random, median: float, sigma: float) -> float:
    return median * zufall.lognormvariate(0.0, sigma) if median > 0 else 0.0
