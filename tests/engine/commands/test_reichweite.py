"""Which Vorgänge somebody reaches: by taking part, by leading the unit, never by the office next door."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from engine import db, errors
from engine.commands import personen as buero
from engine.commands import vorgaenge as befehle
from engine.model import OrgaEinheit
from engine.queries import vorgaenge as abfragen
from engine.queries import vorgangsliste
from engine.rechte import Rolle

EINE = ('<userTask id="a" name="Prüfen"/>', "s>a", "a>e")


@pytest.fixture
def vorgang(amt, zeichnung):
    """Anna of ASD Nord started it; it lies with her Gruppe."""
    return amt.start(amt.publish(zeichnung(*EINE)))


def reaches(amt, wer, vorgang):
    try:
        with db.transaction(amt.sessions) as session:
            abfragen.open_vorgang(session, amt.akteur(wer), vorgang, now=amt.now, zweck="vorgang")
    except (errors.NotFound, errors.NotAllowed):
        return False
    return True


def test_who_takes_part_and_who_leads_the_unit_reach_it_others_do_not_learn_of_it(amt, vorgang):
    assert {wer: reaches(amt, wer, vorgang) for wer in amt.ids} == {
        "anna": True,
        "ben": True,
        "cem": False,
        "lea": True,
        "modell": False,
        "fremd": False,
    }


def test_who_leads_elsewhere_reaches_nothing_by_sitting_in_a_team_of_this_unit(amt, vorgang):
    with db.transaction(amt.sessions) as session:
        units = {unit.kennung: unit for unit in session.execute(select(OrgaEinheit)).scalars()}
        gruppen = (
            buero.create_gruppe(session, units["sued"], kennung="ls", name="Leitung Süd", rolle=Rolle.ASD_LEITUNG),
            buero.create_gruppe(session, units["nord"], kennung="ft", name="Fachteam", rolle=Rolle.FACHTEAM),
        )
        amt.ids["lou"] = buero.create_person(
            session, units["sued"], kennung="lou", name="Lou", passwort_hash="x", gruppen=gruppen
        ).id
    assert not reaches(amt, "lou", vorgang)
    with db.reading(amt.sessions) as session:
        assert vorgangsliste.vorgangsliste(session, amt.akteur("lou"), now=amt.now).anzahl == 0


def test_nobody_starts_a_vorgang_in_a_unit_of_another_office(amt, zeichnung):
    prozess = amt.publish(zeichnung(*EINE))
    with db.reading(amt.sessions) as session:
        dort = session.execute(select(OrgaEinheit.id).where(OrgaEinheit.kennung == "dort")).scalar_one()
    with pytest.raises(errors.NotFound), db.transaction(amt.sessions) as session:
        befehle.start_vorgang(session, amt.akteur("anna"), prozess_id=prozess, now=amt.now, orga_einheit_id=dort)


@pytest.mark.parametrize("suche", ["\0", "51-\0", "%", "_", "\\", "'; --", "\U0001f600" * 50])
def test_a_search_that_nobody_means_finds_nothing_and_breaks_nothing(amt, vorgang, suche):
    with db.reading(amt.sessions) as session:
        found = vorgangsliste.vorgangsliste(session, amt.akteur("anna"), now=amt.now, suche=suche)
    assert found.anzahl == (1 if suche.replace("\0", "") in ("", "51-") else 0)
