"""Carries the result of one engine step into the tables: Aufgaben, timers, Ereignisse, the state of the Vorgang."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select
from sqlalchemy.orm import Session, make_transient_to_detached

from engine import dmn, errors, kalender, spiff
from engine.bpmn.ergebnis import MENSCHLICH, Schritt, SchrittArt
from engine.commands import abgaenge, fristsetzung, modelle, nachrichten, stoerungen, wartepunkte
from engine.commands.ereignisse import Protokoll
from engine.model import (
    Aufgabe,
    AufgabeStatus,
    EreignisArt,
    Gruppe,
    Mandant,
    Vorgang,
    VorgangStatus,
    vorschlag,
)

#: set off by a clock (no word: by an adapter that knew timers only)
_UHR = frozenset({"", spiff.WarteArt.TIMER.value})
#: elements whose reaching is recorded even without a milestone
_VERMERKT = frozenset({"startEvent", "endEvent", "boundaryEvent"})

#: built once: half of what a statement costs is to build it
_NEUE = insert(Aufgabe.__table__).returning(Aufgabe.id, Aufgabe.token)  # type: ignore[arg-type] # a FromClause
_LEER = dict.fromkeys(column.name for column in Aufgabe.__table__.c if column.nullable)
_GRUPPEN = select(Gruppe).where(Gruppe.mandant_id == bindparam("mandant")).order_by(Gruppe.id)


@dataclass(frozen=True, slots=True)
class Lage:
    """Everything one step needs, loaded once."""

    session: Session
    vorgang: Vorgang
    versionen: modelle.Versionen
    mandant: Mandant
    protokoll: Protokoll
    now: datetime
    #: when a clock fired timers; ``now`` may be the earlier instant for which they were set
    gefeuert_am: datetime | None = None
    #: rows of waiting points that the step took away, and those that it made
    entfernte_punkte: list[dict[str, Any]] = field(default_factory=list)
    neue_punkte: list[spiff.Wartend] = field(default_factory=list)

    @property
    def modell(self) -> spiff.Modell:
        """What `engine.spiff` executes."""
        return self.versionen.modell

    @property
    def umgebung(self) -> spiff.Umgebung:
        """What the model may call: deadline functions in the calendar of the office, its decisions."""
        return umgebung_of(self.mandant, self.versionen)


def umgebung_of(mandant: Mandant, versionen: modelle.Versionen) -> spiff.Umgebung:
    """Deadline functions in the calendar of the office, and the decisions that these versions are pinned to."""
    functions = kalender.funktionen(mandant.kalender())

    def entscheide(
        prozess_id: str, entscheidung: str, variablen: Mapping[str, Any], *, ergebnis: str, now: datetime
    ) -> dmn.Entscheid:
        decisions = versionen.entscheidungen(prozess_id)
        said = decisions.entscheide(entscheidung, variablen, ergebnis=ergebnis, funktionen=functions, now=now)
        return vorschlag.decide(decisions, entscheidung, said, variablen, ergebnis=ergebnis)

    return spiff.Umgebung(functions, entscheide)


def open_lage(
    session: Session, vorgang: Vorgang, now: datetime, person_id: int | None, gefeuert_am: datetime | None = None
) -> Lage:
    """Load what a step on this (locked) Vorgang needs."""
    return Lage(
        session=session,
        vorgang=vorgang,
        versionen=modelle.load_by_id(session, vorgang.prozessversion_id),
        mandant=session.get_one(Mandant, vorgang.mandant_id),
        protokoll=Protokoll(vorgang, now, person_id),
        now=now,
        gefeuert_am=gefeuert_am,
    )


def apply(lage: Lage, ergebnis: spiff.Ergebnis) -> list[Aufgabe]:
    """Write the result of a step; returns the new Aufgaben. The finished Aufgabe was recorded by the caller."""
    lage.vorgang.zustand = ergebnis.zustand
    lage.vorgang.variablen = ergebnis.variablen
    _count_runs(lage, ergebnis.passiert)
    known, points = wartepunkte.known(lage)
    finished = {a.token for a in lage.session.dirty if isinstance(a, Aufgabe) and not a.ist_offen}
    # The one that is being finished is still open in the database: nothing is flushed before the end.
    open_now = {token: key for token, key in known.items() if token not in finished}
    still_ready = {b.token for b in ergebnis.bereit}
    leaving = abgaenge.load(lage, [key for token, key in open_now.items() if token not in still_ready])
    abgaenge.finish(lage, [a for a in leaving if a.token in ergebnis.ausgeloest], points)
    _record_passiert(lage, ergebnis.passiert, {p.element: p for p in points.values()})
    # What arrived comes before what follows from it.
    moved = known.keys() - still_ready | wartepunkte.sync(lage, ergebnis, points, known.keys() | still_ready)
    moved |= ergebnis.ausgeloest
    abgaenge.drop(lage, [a for a in leaving if a.token not in ergebnis.ausgeloest])
    fresh = _new_aufgaben(lage, [b for b in ergebnis.bereit if b.token not in open_now])
    nachrichten.write_geworfen(lage, ergebnis.geworfen)
    if ergebnis.beendet:
        _end(lage, ergebnis.ende)
    stoerungen.resolve_stoerungen(lage.session, lage.vorgang, None if ergebnis.beendet else moved, now=lage.now)
    lage.protokoll.write(lage.session)
    return fresh


def _count_runs(lage: Lage, passiert: Iterable[spiff.Passiert]) -> None:
    runs = dict(lage.vorgang.laeufe)
    for element in (p for p in passiert if p.bpmn_typ != "userTask"):
        runs[element.element] = runs.get(element.element, 0) + 1
    lage.vorgang.laeufe = runs


def _record_passiert(lage: Lage, passiert: Iterable[spiff.Passiert], points: Mapping[str, wartepunkte.Bekannt]) -> None:
    for item in passiert:
        if item.entscheid is not None:
            lage.protokoll.add(
                EreignisArt.ENTSCHEIDUNG_GETROFFEN,
                element=item.element,
                lauf=lage.vorgang.laeufe.get(item.element),
                daten=dict(item.entscheid),
            )
        point = points.get(item.element)
        if item.ausloeser in _UHR and (item.bpmn_typ == "boundaryEvent" or (point and point.angeheftet)):
            lage.protokoll.add(
                EreignisArt.FRIST_ABGELAUFEN, element=item.element, daten=wartepunkte.verspaetung(lage, point)
            )
        else:
            _record_erreicht(lage, item)


def _record_erreicht(lage: Lage, item: spiff.Passiert) -> None:
    milestone = lage.versionen.meilenstein(item.element)
    if item.bpmn_typ in _VERMERKT or (milestone and item.bpmn_typ != "userTask"):
        lage.protokoll.add(
            EreignisArt.ELEMENT_ERREICHT,
            element=item.element,
            lauf=lage.vorgang.laeufe.get(item.element),
            grund=item.ausloeser or None,
            daten={"meilenstein": milestone} if milestone else None,
        )


def _new_aufgaben(lage: Lage, ready: list[spiff.Bereit]) -> list[Aufgabe]:
    if not ready:
        return []
    groups = gruppen(lage)
    # One statement for all, whose answer comes in any order: the token tells them apart.
    rows = {item.token: _aufgabe(lage, item, groups) for item in ready}
    ids = {row.token: row.id for row in lage.session.execute(_NEUE, list(rows.values()))}
    fresh = [Aufgabe(**_LEER | row, id=ids[token]) for token, row in rows.items()]
    for aufgabe in fresh:
        # They are stored as they stand here: reading them back would cost more than all the rest of the statement.
        make_transient_to_detached(aufgabe)
        lage.session.add(aufgabe)
        lage.protokoll.add_aufgabe(EreignisArt.BEREIT, aufgabe)
    return fresh


def _aufgabe(lage: Lage, item: spiff.Bereit, groups: list[Gruppe]) -> dict[str, Any]:
    vorgang = lage.vorgang
    version = lage.versionen.of_process(item.prozess_id)
    schritt = version.schritt(item.element) or Schritt(item.element, item.element, SchrittArt.AUFGABE, "userTask")
    run = int(vorgang.laeufe.get(item.element, 0)) + 1
    vorgang.laeufe = {**vorgang.laeufe, item.element: run}
    deadline = fristsetzung.frist(version, schritt, vorgang, lage.mandant, lage.now)
    gruppe = find_gruppe(groups, version.einrichtung.get("lanes", {}).get(schritt.lane or ""), vorgang)
    return {
        "mandant_id": vorgang.mandant_id,
        "orga_einheit_id": gruppe.orga_einheit_id or vorgang.orga_einheit_id,
        "vorgang_id": vorgang.id,
        "prozessversion_id": version.id,
        "aktenzeichen": vorgang.aktenzeichen,
        "prozess_id": vorgang.prozess_id,
        "token": item.token,
        "element_id": item.element,
        "name": _name(schritt),
        "art": (schritt.art if schritt.art in MENSCHLICH else SchrittArt.AUFGABE).value,
        "lauf": run,
        "gruppe_id": gruppe.id,
        "status": AufgabeStatus.BEREIT.value,
        "bereit_am": lage.now,
        "frist_am": deadline.am,
        "frist_art": deadline.art,
        "frist_grund": deadline.grund,
        "version": 1,
    }


def _name(schritt: Schritt) -> str:
    if not schritt.wird_geschlossen:
        return schritt.name or "Aufgabe ohne Namen"
    return f"{schritt.name} abschließen" if schritt.name else "Teilprozess abschließen"


def gruppen(lage: Lage) -> list[Gruppe]:
    """All Gruppen of the Mandant."""
    return list(lage.session.execute(_GRUPPEN, {"mandant": lage.vorgang.mandant_id}).scalars())


def find_gruppe(groups: list[Gruppe], target: str | None, vorgang: Vorgang) -> Gruppe:
    """The Gruppe for a lane: by Kennung, or the one of a role – first in the unit of the Vorgang, else any.

    Raises
    ------
    errors.EngineError
        When nobody holds the role any more; the step becomes a Störung and nothing is lost.
    """
    matching = [g for g in groups if target is not None and target in (g.kennung, g.rolle)]
    if not matching:
        raise errors.EngineError(
            "Weiterleiten nicht möglich: Für diesen Schritt ist keine Gruppe eingerichtet. "
            "Das Prozessmanagement ordnet der Lane eine Gruppe zu."
        )
    local = [g for g in matching if g.orga_einheit_id == vorgang.orga_einheit_id]
    return (local or matching)[0]


def _end(lage: Lage, ende: str | None) -> None:
    lage.vorgang.status = VorgangStatus.BEENDET.value
    lage.vorgang.beendet_am = lage.now
    lage.vorgang.ende_element = ende
    lage.protokoll.add(EreignisArt.VORGANG_BEENDET, element=ende)
