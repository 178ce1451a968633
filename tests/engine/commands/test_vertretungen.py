"""Vertretung: from midnight to midnight, by process, never passed on, never for one's own approval."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from engine import db, errors
from engine.commands import abschluss, aufgaben, vertretungen, zuweisung
from engine.commands.ereignisse import verify_kette
from engine.model import Aufgabe, Ereignis, EreignisArt, Handlung, Verhaeltnis, Vertretung, Vorgang, Weitergabegrund
from engine.model.reichweite import within_own_reach, within_reach
from engine.queries import aufgaben as aufgaben_abfragen
from engine.queries import personen
from engine.queries import vertretungen as abfragen

#: Monday of the tests
MONTAG = date(2026, 6, 15)


def at(amt: Any, kennung: str, now: datetime) -> Any:
    """Who somebody is at another moment."""
    with db.reading(amt.sessions) as session:
        return personen.akteur(session, amt.ids[kennung], now)


def run(amt: Any, command: Any, wer: str, *args: Any, now: datetime | None = None, **options: Any) -> Any:
    moment = now or amt.now
    akteur = at(amt, wer, moment)
    return db.run(amt.sessions, lambda s: command(s, akteur, *args, now=moment, **options))


def stand_in(amt: Any, hers: str, other: str, *, by: str = "", tage: int = 5, **options: Any) -> int:
    von = options.pop("von", MONTAG)
    return run(
        amt,
        vertretungen.set_vertretung,
        by or hers,
        vertretene_id=amt.ids[hers],
        vertreter_id=amt.ids[other],
        von=von,
        bis=von + timedelta(days=tage - 1),
        **options,
    ).id


@pytest.fixture
def prozess(amt, zeichnung) -> int:
    return amt.publish(zeichnung('<userTask id="a" name="A"/>', "s>a", "a>e"))


def test_who_stands_in_takes_what_the_other_has_and_the_record_says_for_whom(amt, prozess):
    vorgang = amt.start(prozess)
    task = amt.offene(vorgang)["a"]
    run(amt, aufgaben.begin_aufgabe, "anna", task)
    stand_in(amt, "anna", "cem")
    taken = run(amt, aufgaben.claim_aufgabe, "cem", task)
    assert (taken.person_id, taken.vertretung_fuer_id) == (amt.ids["cem"], amt.ids["anna"])
    assert taken.status == "begonnen"
    run(amt, abschluss.complete_aufgabe, "cem", task, eingaben={}, schluessel=amt.schluessel)
    with db.reading(amt.sessions) as session:
        rows = session.query(Ereignis).filter(Ereignis.vorgang_id == vorgang).order_by(Ereignis.id).all()
        done = {r.art: (r.person_id, r.daten.get("vertretung_fuer")) for r in rows}
        assert done["erledigt"] == done["uebernommen"] == (amt.ids["cem"], amt.ids["anna"])
        assert done["begonnen"] == (amt.ids["anna"], None)
        assert verify_kette(amt.vorgang(vorgang), rows)


def test_without_vertretung_the_other_unit_does_not_know_of_it(amt, prozess):
    task = amt.offene(amt.start(prozess))["a"]
    with pytest.raises(errors.NotFound):
        run(amt, aufgaben.claim_aufgabe, "cem", task)


def test_it_begins_and_ends_at_midnight_in_local_time(amt, prozess):
    stand_in(amt, "anna", "cem", tage=1, von=date(2026, 6, 16))
    first, after = datetime(2026, 6, 15, 22, tzinfo=UTC), datetime(2026, 6, 16, 22, tzinfo=UTC)
    moments = [first - timedelta(seconds=1), first, after - timedelta(seconds=1), after]
    assert [len(at(amt, "cem", m).vertritt) for m in moments] == [0, 1, 1, 0]


@pytest.mark.parametrize("tag", [date(2026, 3, 29), date(2026, 10, 25)])
def test_a_day_on_which_the_clocks_change_is_whole(tag):
    length = vertretungen.midnight(tag + timedelta(days=1)) - vertretungen.midnight(tag)
    assert length in (timedelta(hours=23), timedelta(hours=25))


def test_when_it_is_over_everything_is_out_of_reach_and_the_other_takes_it_back(amt, prozess):
    vorgang = amt.start(prozess)
    task = amt.offene(vorgang)["a"]
    stand_in(amt, "anna", "cem", tage=1)
    run(amt, aufgaben.begin_aufgabe, "anna", task)
    run(amt, aufgaben.claim_aufgabe, "cem", task)
    later = amt.now + timedelta(days=1)
    with pytest.raises(errors.NotFound):
        run(amt, abschluss.complete_aufgabe, "cem", task, eingaben={}, schluessel=amt.schluessel, now=later)
    with db.reading(amt.sessions) as session:
        cem = at(amt, "cem", later)
        assert session.query(Vorgang).filter(within_reach(cem)).count() == 0
        assert session.get_one(Aufgabe, task).verhaeltnis(at(amt, "anna", later)) is Verhaeltnis.ZURUECK
    back = run(amt, aufgaben.claim_aufgabe, "anna", task, now=later)
    assert (back.person_id, back.vertretung_fuer_id) == (amt.ids["anna"], None)


def test_entrusted_data_stay_out_of_reach_for_who_only_stands_in(amt, prozess):
    task = amt.offene(amt.start(prozess))["a"]
    stand_in(amt, "anna", "cem")
    run(amt, aufgaben.claim_aufgabe, "cem", task)
    with db.reading(amt.sessions) as session:
        cem = amt.akteur("cem")
        assert session.query(Vorgang).filter(within_reach(cem)).count() == 1
        assert session.query(Vorgang).filter(within_own_reach(cem)).count() == 0


def test_it_can_be_for_one_process_only(amt, zeichnung, prozess):
    other = amt.publish(zeichnung('<userTask id="b" name="B"/>', "s>b", "b>e", prozess="q"))
    stand_in(amt, "anna", "cem", prozess_id=prozess)
    mine, not_mine = amt.offene(amt.start(prozess))["a"], amt.offene(amt.start(other))["b"]
    assert run(amt, aufgaben.claim_aufgabe, "cem", mine).vertretung_fuer_id == amt.ids["anna"]
    with pytest.raises(errors.NotFound):
        run(amt, aufgaben.claim_aufgabe, "cem", not_mine)


def test_a_vertretung_of_a_vertretung_does_not_exist(amt, prozess):
    """Ben has Anna's, Cem stands in for Ben: what Ben does for Anna is not Cem's."""
    first, second = amt.offene(amt.start(prozess))["a"], amt.offene(amt.start(prozess))["a"]
    run(amt, aufgaben.claim_aufgabe, "anna", first)
    run(amt, aufgaben.claim_aufgabe, "anna", second)
    stand_in(amt, "anna", "ben")
    stand_in(amt, "ben", "cem")
    run(amt, aufgaben.claim_aufgabe, "ben", first)
    assert [v.person_id for v in amt.akteur("cem").vertritt] == [amt.ids["ben"]]
    with db.reading(amt.sessions) as session:
        cem = amt.akteur("cem")
        assert session.get_one(Aufgabe, first).verhaeltnis(cem) is None
        assert session.get_one(Aufgabe, second).verhaeltnis(cem) is None


def test_several_may_stand_in_at_once_but_the_same_only_once(amt, prozess):
    stand_in(amt, "anna", "ben")
    stand_in(amt, "anna", "cem", von=date(2026, 6, 17))
    with pytest.raises(errors.Conflict, match="schon eine Vertretung"):
        stand_in(amt, "anna", "ben", von=date(2026, 6, 19))
    stand_in(amt, "anna", "ben", von=date(2026, 6, 20))
    stand_in(amt, "anna", "ben", prozess_id=prozess)
    task = amt.offene(amt.start(prozess))["a"]
    run(amt, aufgaben.claim_aufgabe, "anna", task)
    wednesday = amt.now + timedelta(days=2)
    run(amt, aufgaben.claim_aufgabe, "cem", task, now=wednesday)
    with pytest.raises(errors.Conflict, match="andere Person"):
        run(amt, aufgaben.claim_aufgabe, "ben", task, now=wednesday)


@pytest.mark.parametrize(
    ("by", "hers", "other", "fehler"),
    [
        ("anna", "anna", "ben", None),
        ("anna", "anna", "lea", None),
        ("lea", "anna", "ben", None),
        ("ben", "anna", "ben", errors.NotFound),
        ("lea", "cem", "anna", errors.NotFound),
        ("modell", "anna", "ben", errors.NotAllowed),
        ("fremd", "anna", "ben", errors.NotFound),
        ("anna", "anna", "modell", errors.Invalid),
        ("anna", "anna", "fremd", errors.Invalid),
        ("anna", "anna", "anna", errors.Invalid),
    ],
)
def test_who_may_set_it_and_for_whom(amt, by, hers, other, fehler):
    if fehler is None:
        assert stand_in(amt, hers, other, by=by)
        return
    with pytest.raises(fehler):
        stand_in(amt, hers, other, by=by)


@pytest.mark.parametrize(
    ("von", "tage", "feld"), [(date(2026, 6, 14), 5, "von"), (MONTAG, 0, "bis"), (MONTAG, 400, "bis")]
)
def test_days_that_cannot_be_meant_are_refused_each_at_its_field(amt, von, tage, feld):
    with pytest.raises(errors.Invalid) as refusal:
        stand_in(amt, "anna", "ben", von=von, tage=tage)
    assert set(refusal.value.felder) == {feld}


def test_both_and_the_lead_see_it_and_may_end_it_at_once(amt):
    number = stand_in(amt, "anna", "cem")

    def seen(wer: str) -> list[tuple[str, str, bool]]:
        with db.reading(amt.sessions) as session:
            found = abfragen.vertretungen(session, at(amt, wer, amt.now), now=amt.now)
            return [(v.vertretene, v.vertreter, v.beendbar) for v in found]

    assert seen("anna") == seen("cem") == seen("lea") == [("Anna", "Cem", True)]
    assert seen("ben") == []
    with pytest.raises(errors.NotFound):
        run(amt, vertretungen.end_vertretung, "ben", number)
    run(amt, vertretungen.end_vertretung, "cem", number)
    assert amt.akteur("cem").vertritt == ()
    run(amt, vertretungen.end_vertretung, "anna", number)
    with db.reading(amt.sessions) as session:
        assert session.get_one(Vertretung, number).beendet_von == amt.ids["cem"]


LANES = (
    '<laneSet id="ls"><lane id="l1" name="ASD"><flowNodeRef>a</flowNodeRef></lane>'
    '<lane id="l2" name="Leitung"><flowNodeRef>f</flowNodeRef></lane></laneSet>'
    '<userTask id="a" name="Vorschlagen"/><userTask id="f" name="Freigeben"/>'
)


@pytest.fixture
def freigabe(amt, zeichnung) -> int:
    lanes = {"ASD": "asd_nord", "Leitung": "leitung"}
    return amt.publish(zeichnung(LANES, "s>a", "a>f", "f>e"), einrichtung={"lanes": lanes, "aufgaben": {}})


def test_nobody_approves_through_a_vertretung_what_she_did_herself(amt, freigabe):
    stand_in(amt, "lea", "anna")
    stand_in(amt, "lea", "ben")
    vorgang = amt.start(freigabe)
    amt.finish(vorgang, "a")
    task = amt.offene(vorgang)["f"]
    with pytest.raises(errors.Conflict, match="niemand selbst prüft"):
        run(amt, aufgaben.claim_aufgabe, "anna", task)
    assert run(amt, aufgaben.claim_aufgabe, "ben", task).vertretung_fuer_id == amt.ids["lea"]


def test_nobody_approves_what_somebody_did_in_her_name_or_she_in_anothers(amt, freigabe):
    stand_in(amt, "anna", "lea")
    vorgang = amt.start(freigabe)
    task = amt.offene(vorgang)["a"]
    run(amt, aufgaben.claim_aufgabe, "anna", task)
    run(amt, aufgaben.claim_aufgabe, "lea", task)
    run(amt, abschluss.complete_aufgabe, "lea", task, eingaben={}, schluessel=amt.schluessel)
    approval = amt.offene(vorgang)["f"]
    with pytest.raises(errors.Conflict, match="niemand selbst prüft"):
        run(amt, aufgaben.claim_aufgabe, "lea", approval)
    stand_in(amt, "lea", "ben")
    with pytest.raises(errors.Conflict, match="niemand selbst prüft"):
        run(amt, aufgaben.claim_aufgabe, "ben", approval)


def test_a_step_that_asks_for_four_eyes_gets_them_in_one_gruppe_too(amt, zeichnung):
    process = amt.publish(
        zeichnung('<userTask id="a" name="A"/><userTask id="b" name="B"/>', "s>a", "a>b", "b>e"),
        einrichtung={"lanes": {}, "aufgaben": {"b": {"vier_augen": ["a"]}}},
    )
    vorgang = amt.start(process)
    amt.finish(vorgang, "a")
    task = amt.offene(vorgang)["b"]
    with pytest.raises(errors.Conflict, match="vier Augen"):
        run(amt, aufgaben.claim_aufgabe, "anna", task)
    with pytest.raises(errors.Conflict, match="vier Augen"):
        run(amt, aufgaben.begin_aufgabe, "anna", task)
    run(amt, aufgaben.begin_aufgabe, "ben", task)
    with pytest.raises(errors.Conflict, match="vier Augen"):
        run(amt, zuweisung.assign_aufgabe, "lea", task, person_id=amt.ids["anna"], grund=Weitergabegrund.AUSGLEICH)
    # A colleague may let her work on it; the one who answers for it is another.
    run(amt, zuweisung.delegate_aufgabe, "ben", task, person_id=amt.ids["anna"])
    run(amt, zuweisung.resolve_aufgabe, "anna", task)
    run(amt, aufgaben.begin_aufgabe, "ben", task)
    run(amt, abschluss.complete_aufgabe, "ben", task, eingaben={}, schluessel=amt.schluessel)


def test_what_is_in_vertretung_is_put_back_into_the_gruppenkorb(amt, prozess):
    task = amt.offene(amt.start(prozess))["a"]
    stand_in(amt, "anna", "cem")
    run(amt, aufgaben.claim_aufgabe, "cem", task)
    released = run(amt, aufgaben.release_aufgabe, "cem", task)
    assert (released.person_id, released.vertretung_fuer_id, released.status) == (None, None, "bereit")
    with db.reading(amt.sessions) as session:
        last = session.query(Ereignis).order_by(Ereignis.id.desc()).first()
        assert (last.art, last.daten["vertretung_fuer"]) == (EreignisArt.ZURUECKGELEGT, amt.ids["anna"])
        assert Handlung.UEBERNEHMEN in session.get_one(Aufgabe, task).handlungen(amt.akteur("anna"))


ANVERTRAUT = {
    "lage": {
        "type": "default",
        "id": "lage",
        "components": [
            {"type": "textfield", "key": "sache", "label": "Sache"},
            {"type": "textfield", "key": "vertraulich", "label": "V", "properties": {"datenklasse": "S2"}},
        ],
    }
}


def test_of_a_draft_the_entrusted_part_stays_closed_and_comes_back_with_the_aufgabe(amt, zeichnung):
    process = amt.publish(
        zeichnung('<userTask id="a" name="A"/>', "s>a", "a>e"),
        einrichtung={"lanes": {}, "aufgaben": {"a": {"formular": "lage"}}},
        formulare=ANVERTRAUT,
    )
    task = amt.offene(amt.start(process))["a"]

    def save(wer: str, **typed: str) -> None:
        inputs = {key: [text] for key, text in typed.items()}
        run(amt, abschluss.save_entwurf, wer, task, eingaben=inputs, schluessel=amt.schluessel)

    def seen(wer: str) -> dict[str, list[str]]:
        return run(amt, aufgaben_abfragen.aufgabe, wer, task, schluessel=amt.schluessel).eingaben

    run(amt, aufgaben.claim_aufgabe, "anna", task)
    save("anna", sache="eins", vertraulich="geheim")
    stand_in(amt, "anna", "cem")
    run(amt, aufgaben.claim_aufgabe, "cem", task)
    assert seen("cem") == {"sache": ["eins"], "vertraulich": []}
    save("cem", sache="zwei", vertraulich="")
    save("cem", sache="drei", vertraulich="")
    assert seen("cem") == {"sache": ["drei"], "vertraulich": [""]}
    run(amt, aufgaben.claim_aufgabe, "anna", task)
    assert seen("anna") == {"sache": ["drei"], "vertraulich": ["geheim"]}
