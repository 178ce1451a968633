"""An Aufgabe whose token goes on without a person: done when what it stood for came, else fallen away."""

from __future__ import annotations

import pytest
from botschaften import NAMEN, SIGNAL, arts, caught, chain_is_whole
from sqlalchemy import select

from engine import db
from engine.commands import abschluss, aufgaben
from engine.model import Aufgabe, AufgabeStatus, Formularinhalt, Wartegrund


@pytest.fixture
def vorgang(amt, zeichnung):
    """After ``a`` it throws the signal for which it waits itself, beside an Aufgabe that a person may confirm."""
    nodes = (
        '<parallelGateway id="g"/><parallelGateway id="j"/><userTask id="a"/><userTask id="b"/>'
        '<intermediateThrowEvent id="t"><signalEventDefinition id="sw" signalRef="z1"/></intermediateThrowEvent>'
        + caught("w", SIGNAL, "Unwetter?")
    )
    flows = ("s>g", "g>a", "g>w", "a>t", "t>j", "w>j", "j>b", "b>e")
    return amt.start(amt.publish(zeichnung(nodes, *flows, more=NAMEN)))


def by_element(amt, vorgang):
    with db.reading(amt.sessions) as session:
        rows = session.execute(select(Aufgabe).where(Aufgabe.vorgang_id == vorgang)).scalars()
        return {row.element_id: row for row in rows}


def test_the_own_signal_does_the_aufgabe_that_stood_for_it(amt, vorgang):
    amt.finish(vorgang, "a")
    done = by_element(amt, vorgang)["w"]
    assert (done.status, done.person_id, done.fertig_am) == (AufgabeStatus.ERLEDIGT, None, amt.now)
    assert arts(amt, vorgang).count("erledigt") == 2 and "entfallen" not in arts(amt, vorgang)
    assert chain_is_whole(amt, vorgang)


def test_who_was_at_it_leaves_neither_a_pause_nor_a_draft_behind(amt, vorgang):
    aufgabe, ben = amt.offene(vorgang)["w"], amt.akteur("ben")
    with db.transaction(amt.sessions) as session:
        aufgaben.begin_aufgabe(session, ben, aufgabe, now=amt.now)
        typed = {"vermerk": ["halb fertig"]}
        abschluss.save_entwurf(session, ben, aufgabe, eingaben=typed, schluessel=amt.schluessel, now=amt.now)
        aufgaben.pause_aufgabe(session, ben, aufgabe, grund=Wartegrund.FAMILIE, now=amt.now)
    amt.finish(vorgang, "a")
    done = by_element(amt, vorgang)["w"]
    assert (done.status, done.person_id, done.wartegrund) == (AufgabeStatus.ERLEDIGT, None, None)
    assert arts(amt, vorgang).count("fortgesetzt") == 1
    with db.reading(amt.sessions) as session:
        drafts = select(Formularinhalt.id).where(Formularinhalt.aufgabe_id == aufgabe)
        assert session.execute(drafts).all() == []


def test_an_aufgabe_for_which_nothing_came_falls_away(amt, zeichnung):
    nodes = (
        '<parallelGateway id="g"/><userTask id="a"/><endEvent id="schluss"><terminateEventDefinition id="td"/>'
        "</endEvent>" + caught("w", SIGNAL, "Unwetter?")
    )
    vorgang = amt.start(amt.publish(zeichnung(nodes, "s>g", "g>a", "g>w", "a>schluss", "w>e", more=NAMEN)))
    amt.finish(vorgang, "a")
    assert by_element(amt, vorgang)["w"].status == AufgabeStatus.ENTFALLEN
