"""Marks of a workshop: who may set them, where, and that nothing is lost when they go."""

from __future__ import annotations

import pytest

from engine import db, errors
from engine.commands import blitze
from engine.queries import blitze as lesen

AUFGABEN = '<userTask id="a" name="Erfassen"/><userTask id="b" name="Anhören"/>'
ANGABEN = {"knoten": "a", "code": "W07", "text": " Zwei  Systeme\0"}


@pytest.fixture
def prozess_id(amt, zeichnung):
    """A process in use whose second step the law prescribes."""
    einrichtung = {"lanes": {}, "aufgaben": {"b": {"gesetzlich": True}}, "meilensteine": {}, "ziel": None}
    return amt.publish(zeichnung(AUFGABEN, "s>a", "a>b", "b>e"), einrichtung=einrichtung)


def do(amt, command, prozess_id, wer="modell", **mehr):
    with db.transaction(amt.sessions) as session:
        return command(session, amt.akteur(wer), prozess_id=prozess_id, now=amt.now, **mehr)


def marks_of(amt, prozess_id, wer="modell", was=lesen.blitze):
    with db.reading(amt.sessions) as session:
        return was(session, amt.akteur(wer), prozess_id)


def test_a_mark_is_set_seen_and_removed_and_the_record_says_by_whom(amt, prozess_id):
    nummer = do(amt, blitze.set_blitz, prozess_id, "lea", **ANGABEN).id
    (blitz,) = marks_of(amt, prozess_id)
    assert (blitz.knoten, blitz.code, blitz.text, blitz.wer) == ("a", "W07", "Zwei Systeme", "Lea")
    assert marks_of(amt, prozess_id, "anna")[0].wer is None  # who works here sees the mark and not who set it
    for _ in range(2):  # twice is as good as once
        do(amt, blitze.remove_blitz, prozess_id, blitz_id=nummer)
    assert marks_of(amt, prozess_id) == ()
    (weg,) = marks_of(amt, prozess_id, was=lesen.entfernte)
    assert (weg.text, weg.wer, weg.entfernt_von, weg.entfernt_am) == ("Zwei Systeme", "Lea", "Modell", amt.now)


def test_what_may_not_be_marked_is_refused_in_words(amt, prozess_id, monkeypatch):
    for angaben, feld in (
        ({"knoten": "s"}, "knoten"),
        ({"knoten": "gibt es nicht"}, "knoten"),
        ({"code": "W12"}, "code"),
        ({"code": ""}, "code"),
        ({"knoten": "b"}, "code"),  # prescribed by law
        ({"text": " \0 "}, "text"),
        ({"text": "x" * 201}, "text"),
    ):
        with pytest.raises(errors.Invalid) as error:
            do(amt, blitze.set_blitz, prozess_id, **ANGABEN | angaben)
        assert list(error.value.felder) == [feld]
    do(amt, blitze.set_blitz, prozess_id, **ANGABEN | {"knoten": "b", "code": "W02"})  # the waiting before it
    monkeypatch.setattr(blitze, "MAX_BLITZE", 1)
    with pytest.raises(errors.Invalid, match="schon 1 Markierungen"):
        do(amt, blitze.set_blitz, prozess_id, **ANGABEN)


def test_others_neither_mark_nor_remove_nor_see(amt, prozess_id):
    nummer = do(amt, blitze.set_blitz, prozess_id, **ANGABEN).id
    for wer in ("anna", "fremd"):
        with pytest.raises(errors.NotAllowed):
            do(amt, blitze.set_blitz, prozess_id, wer, **ANGABEN)
        with pytest.raises(errors.NotAllowed):
            do(amt, blitze.remove_blitz, prozess_id, wer, blitz_id=nummer)
        with pytest.raises(errors.NotAllowed):
            marks_of(amt, prozess_id, wer, lesen.entfernte)
    assert marks_of(amt, prozess_id, "fremd") == ()
    for fehlt in ({"prozess_id": prozess_id + 1, "blitz_id": nummer}, {"prozess_id": prozess_id, "blitz_id": 99}):
        with pytest.raises(errors.NotFound), db.transaction(amt.sessions) as session:
            blitze.remove_blitz(session, amt.akteur("modell"), now=amt.now, **fehlt)
    with pytest.raises(errors.NotFound):
        do(amt, blitze.set_blitz, prozess_id + 1, **ANGABEN)
