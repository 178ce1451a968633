"""Which part of a Vorgang counts for its Durchlaufzeit."""

from __future__ import annotations

from wertstrom.faltung import Vorfall
from wertstrom.strecke import Strecke

RECORD = [
    Vorfall("vorgang_gestartet", 0),
    Vorfall("bereit", 0, "erfassen", 1),
    Vorfall("erledigt", 10, "erfassen", 1, meilenstein="m_triage"),
    Vorfall("bereit", 10, "bescheid", 1),
    Vorfall("bereit", 12, "mahnen", 1),
    Vorfall("erledigt", 20, "bescheid", 1, meilenstein="m_bescheid"),
    Vorfall("bereit", 20, "hilfe", 1),
    Vorfall("erledigt", 900, "hilfe", 1),
    Vorfall("vorgang_beendet", 900),
]


def test_without_a_target_the_whole_vorgang_counts():
    assert Strecke().cut(RECORD) == RECORD


def test_the_stretch_ends_where_its_milestone_is_reached():
    cut = Strecke(bis="m_bescheid").cut(RECORD)
    assert cut[-1] == Vorfall("vorgang_beendet", 20)
    assert all(v.knoten != "hilfe" for v in cut)


def test_of_several_times_the_last_one_counts():
    again = [*RECORD[:7], Vorfall("erledigt", 50, "bescheid", 2, meilenstein="m_bescheid"), *RECORD[7:]]
    assert Strecke(bis="m_bescheid").cut(again)[-1].zeit_us == 50


def test_a_vorgang_that_ended_elsewhere_has_no_durchlaufzeit():
    cut = Strecke(bis="m_hilfeende").cut(RECORD)
    assert cut[-1].art == "vorgang_abgebrochen"


def test_an_open_vorgang_stays_open_before_its_milestone():
    assert Strecke(bis="m_bescheid").cut(RECORD[:5]) == RECORD[:5]


def test_steps_that_watch_deadlines_are_neither_work_nor_waiting():
    cut = Strecke(ueberwachung=frozenset({"mahnen"})).cut(RECORD)
    assert len(cut) == len(RECORD) - 1


def test_a_stretch_may_begin_later_than_the_first_contact():
    cut = Strecke(von="m_triage", bis="m_bescheid").cut(RECORD)
    assert cut[0] == Vorfall("vorgang_gestartet", 10)
    assert [v.knoten for v in cut if v.knoten == "erfassen"] == []
    assert Strecke(von="m_hilfebeginn").cut(RECORD) == []
