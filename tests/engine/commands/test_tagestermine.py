"""Wiedervorlagen and Beschlüsse among what is due: who sees which, which run counts, and when a calendar is told."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from engine import db, errors
from engine.commands import wiedervorlagen
from engine.model import Beschluss, Gruppe, Vorgang, Wiedervorlagegrund
from engine.queries import termine as abfragen
from engine.queries.fristen import Ampel
from engine.queries.terminsicht import Termin, Terminart, Umfang

#: five days after the Monday on which the tests begin
BIS = date(2026, 6, 20)
DONNERSTAG = date(2026, 6, 18)
FORMULAR = {
    "type": "default",
    "id": "f",
    "components": [
        {
            "type": "dynamiclist",
            "path": "b",
            "label": "Beschlüsse",
            "properties": {"mindestens": "1", "hoechstens": "9"},
            "components": [
                {"type": "textfield", "key": "ergebnis", "label": "Ergebnis"},
                {"type": "textfield", "key": "verantwortlichkeit", "label": "Verantwortlich"},
                {
                    "type": "datetime",
                    "subtype": "date",
                    "key": "termin",
                    "label": "Termin",
                    "properties": {"datenklasse": "S0"},
                },
            ],
        }
    ],
}


@pytest.fixture
def vorgang(amt, zeichnung) -> int:
    drawing = zeichnung('<userTask id="a" name="A"/><userTask id="n" name="N"/>', "s>a", "a>n", "n>e")
    formular = {"aufgaben": {"a": {"formular": "f"}}}
    return amt.start(amt.publish(drawing, einrichtung=formular, formulare={"f": FORMULAR}))


def decide(amt: Any, vorgang: int, *tage: str) -> None:
    rows = {f"b.{n}.{key}": value for n, tag in enumerate(tage) for key, value in (("ergebnis", "x"), ("termin", tag))}
    amt.finish(vorgang, "a", **rows)


def due(amt: Any, wer: str, umfang: Umfang = Umfang.KORB, *, von: date | None = None, **options: Any) -> list[Termin]:
    with db.reading(amt.sessions) as session:
        found = abfragen.termine(
            session, amt.akteur(wer), now=amt.now, von=von, bis=BIS, umfang=umfang, **options
        ).termine
        return list(found)


def feed(amt: Any, wer: str, umfang: Umfang = Umfang.KORB, tage: float = 0) -> list[Termin]:
    with db.reading(amt.sessions) as session:
        return list(abfragen.fuer_kalender(session, amt.akteur(wer), umfang, now=amt.now + timedelta(days=tage)))


def change(amt: Any, table: Any, **werte: Any) -> None:
    with db.transaction(amt.sessions) as session:
        session.query(table).update(werte)


def set_it(amt: Any, vorgang: int, gruppe: str | None = None) -> int:
    anna = amt.akteur("anna")
    with db.transaction(amt.sessions) as session:
        gruppe_id = session.query(Gruppe.id).filter(Gruppe.kennung == gruppe).scalar() if gruppe else None
        return wiedervorlagen.set_wiedervorlage(
            session,
            anna,
            vorgang,
            am=DONNERSTAG,
            grund=Wiedervorlagegrund.ANTWORT,
            now=amt.now,
            gruppe_id=gruppe_id,
        ).id


def test_a_beschluss_is_due_on_its_day_and_names_nothing_but_the_step(amt, vorgang):
    decide(amt, vorgang, "18.6.2026", "12.6.2026", "22.6.2026")
    late, soon = due(amt, "anna")
    assert (late.am, late.frist.ampel, late.frist.abstand_at) == (date(2026, 6, 12), Ampel.UEBERSCHRITTEN, -1)
    assert (soon.am, soon.frist.ampel, soon.was, soon.zusatz) == (DONNERSTAG, Ampel.IN_FRIST, "A", "Beschluss 1")
    assert [t.am for t in due(amt, "anna", von=date(2026, 6, 13))] == [DONNERSTAG]
    assert due(amt, "anna", arten=[Terminart.GESETZLICH, Terminart.WIEDERVORLAGE]) == []
    assert len(due(amt, "anna", arten=[Terminart.BESCHLUSS])) == 2


def test_a_beschluss_is_seen_by_those_who_may_see_its_vorgang(amt, vorgang):
    decide(amt, vorgang, "18.6.2026")
    everybody = ("anna", "ben", "lea", "cem", "fremd")
    assert [len(due(amt, wer, Umfang.ALLE)) for wer in everybody] == [1, 1, 1, 0, 0]
    assert [len(due(amt, wer, Umfang.KORB)) for wer in everybody] == [1, 1, 0, 0, 0]
    assert [len(due(amt, wer, Umfang.MEINE)) for wer in everybody] == [1, 0, 0, 0, 0]
    assert [len(feed(amt, wer, Umfang.ALLE)) for wer in everybody] == [1, 1, 1, 0, 0]
    with pytest.raises(errors.NotAllowed):
        due(amt, "modell")


def test_a_beschluss_that_is_kept_is_cancelled_under_the_same_name(amt, vorgang):
    decide(amt, vorgang, "18.6.2026")
    [before] = feed(amt, "anna")
    change(amt, Beschluss, status="erledigt")
    [after] = feed(amt, "anna")
    assert due(amt, "anna") == []
    assert (before.abgesagt, after.abgesagt, after.kennung) == (False, True, before.kennung)
    assert after.stand > before.stand
    assert feed(amt, "anna", tage=15) == []


def test_the_end_of_the_vorgang_ends_its_beschluesse(amt, vorgang):
    decide(amt, vorgang, "18.6.2026")
    change(amt, Vorgang, beendet_am=amt.now)
    assert due(amt, "anna", Umfang.ALLE) == []
    assert [t.abgesagt for t in feed(amt, "anna")] == [True]
    assert feed(amt, "anna", tage=15) == []


def test_of_a_form_filled_again_the_newest_counts(amt, zeichnung):
    loop = zeichnung(
        '<userTask id="a" name="A"><multiInstanceLoopCharacteristics isSequential="true"><loopCardinality>2'
        "</loopCardinality></multiInstanceLoopCharacteristics></userTask>"
        '<userTask id="n" name="N"/>',
        "s>a",
        "a>n",
        "n>e",
    )
    formular = {"aufgaben": {"a": {"formular": "f"}}}
    vorgang = amt.start(amt.publish(loop, einrichtung=formular, formulare={"f": FORMULAR}))
    decide(amt, vorgang, "17.6.2026", "17.6.2026")
    [first, _second] = feed(amt, "anna")
    decide(amt, vorgang, "18.6.2026")
    assert [t.am for t in due(amt, "anna")] == [DONNERSTAG]
    [again] = feed(amt, "anna")
    assert again.kennung == first.kennung


def test_a_wiedervorlage_is_due_for_whom_it_was_set_and_cancelled_when_done(amt, vorgang):
    own, shared = set_it(amt, vorgang), set_it(amt, vorgang, "asd_nord")
    names = [f"wiedervorlage-{number}" for number in (own, shared)]
    assert [t.kennung for t in due(amt, "anna")] == names
    assert [t.kennung for t in due(amt, "anna", Umfang.MEINE)] == names[:1]
    assert [t.kennung for t in due(amt, "ben")] == names[1:]
    for wer in ("lea", "cem", "fremd"):
        assert due(amt, wer, Umfang.ALLE) == feed(amt, wer, Umfang.ALLE) == []
    assert [(t.zusatz, t.gruppe, t.ist_meine) for t in due(amt, "anna")] == [
        ("Ist die Antwort da?", None, True),
        ("Ist die Antwort da?", "ASD Nord", False),
    ]
    anna = amt.akteur("anna")
    with db.transaction(amt.sessions) as session:
        wiedervorlagen.finish_wiedervorlage(session, anna, own, now=amt.now)
    assert [t.kennung for t in due(amt, "anna")] == names[1:]
    assert [(t.kennung, t.abgesagt, t.stand) for t in feed(amt, "anna")] == [(names[0], True, 1), (names[1], False, 0)]
    assert [t.kennung for t in feed(amt, "anna", tage=15)] == names[1:]
