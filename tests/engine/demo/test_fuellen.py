"""The demonstration: played by the engine's own commands, marked, repeatable, resumed where it was interrupted."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from engine import db, demo, schutz
from engine.commands.ereignisse import verify_kette
from engine.demo import buero, fuellen
from engine.demo.arbeitszeit import add_arbeitszeit
from engine.kalender import Kalender
from engine.model import Aufgabe, Ereignis, Formularinhalt, Mandant, Person, Prozess, Vorgang

JETZT = datetime(2026, 6, 19, 10, 0, tzinfo=UTC)
TAGE = 12


@pytest.fixture
def ring(tmp_path: Path) -> schutz.Schluesselbund:
    return schutz.open_schluesselbund(tmp_path / "schluessel.json")


@pytest.fixture
def db_engine(new_sqlite):
    """One database is enough here: every command that the demonstration uses is tested on both."""
    return new_sqlite()


def fill(sessions, ring, said=None):
    return demo.fill(sessions, ring, now=JETZT, melde=(said if said is not None else []).append, tage=TAGE)


def record(sessions):
    """Everything that happened, without random keys."""
    with db.reading(sessions) as session:
        rows = session.execute(
            select(Vorgang.aktenzeichen, Ereignis.art, Ereignis.zeit, Ereignis.element_id)
            .join(Vorgang, Vorgang.id == Ereignis.vorgang_id)
            .order_by(Ereignis.id)
        )
        return [tuple(row) for row in rows]


def test_it_is_played_marked_and_complete(sessions, ring):
    said: list[str] = []
    played = fill(sessions, ring, said)
    assert played > 5
    assert said[-1] == f"Beispielvorgänge: {played} von {played}"
    with db.reading(sessions) as session:
        assert session.execute(select(func.count()).where(Vorgang.beispiel.is_(False))).scalar_one() == 0
        assert set(session.execute(select(Prozess.kennung)).scalars()) == {fuellen.IST, fuellen.SOLL}
        assert session.execute(select(func.max(Ereignis.zeit))).scalar_one() <= JETZT
        assert session.execute(select(func.count()).select_from(Formularinhalt)).scalar_one() > 0
        assert session.execute(select(func.count()).where(Aufgabe.fertig_am.is_(None))).scalar_one() > 0
        for vorgang in session.execute(select(Vorgang)).scalars():
            events = session.execute(select(Ereignis).where(Ereignis.vorgang_id == vorgang.id).order_by(Ereignis.id))
            assert verify_kette(vorgang, list(events.scalars()))


def test_a_second_call_changes_nothing(sessions, ring):
    fill(sessions, ring)
    before = record(sessions)
    assert fill(sessions, ring) == 0
    assert record(sessions) == before


def test_it_goes_on_where_it_was_interrupted_and_ends_the_same(sessions, ring, new_sqlite, monkeypatch):
    fill(sessions, ring)
    whole = record(sessions)
    other = db.create_sessions(new_sqlite())
    portions = []

    def stop_after_one(text: str) -> None:
        portions.append(text)
        if text.startswith("Beispielvorgänge"):
            raise KeyboardInterrupt

    monkeypatch.setattr(fuellen, "_PORTION", 3)
    with pytest.raises(KeyboardInterrupt):
        demo.fill(other, ring, now=JETZT, melde=stop_after_one, tage=TAGE)
    assert 0 < len(record(other)) < len(whole)
    assert fill(other, ring) > 0
    assert record(other) == whole


def test_every_login_that_is_shown_exists(sessions, ring):
    fill(sessions, ring)
    with db.reading(sessions) as session:
        known = set(session.execute(select(Person.kennung)).scalars())
        assert session.execute(select(Mandant.schulung)).scalar_one() is True
    assert {z.kennung for z in buero.ZUGAENGE} <= known


@pytest.mark.parametrize(
    ("von", "minuten", "bis"),
    [
        ("2026-06-15T07:00:00+00:00", 60, "2026-06-15T08:00:00+00:00"),  # Monday 9 o'clock + 1 h
        ("2026-06-15T13:30:00+00:00", 60, "2026-06-16T06:30:00+00:00"),  # over the evening
        ("2026-06-19T13:00:00+00:00", 120, "2026-06-22T07:00:00+00:00"),  # over a week-end
        ("2026-06-03T13:00:00+00:00", 120, "2026-06-05T07:00:00+00:00"),  # over Fronleichnam
        ("2026-06-14T10:00:00+00:00", 0, "2026-06-15T06:00:00+00:00"),  # a Sunday becomes Monday 8 o'clock
        ("2026-03-27T14:00:00+00:00", 120, "2026-03-30T07:00:00+00:00"),  # over the change to summer time
    ],
)
def test_working_time_skips_nights_week_ends_and_holidays(von, minuten, bis):
    moved = add_arbeitszeit(Kalender(land="NW"), datetime.fromisoformat(von), minuten)
    assert moved == datetime.fromisoformat(bis)
