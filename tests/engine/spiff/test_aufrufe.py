"""What a called process sees and gives back."""

from __future__ import annotations

import pytest

from engine import spiff
from engine.spiff import Modellfehler

MEHRFACH = "multiInstanceLoopCharacteristics"


def _werte(ein: dict[str, str], aus: dict[str, str]) -> str:
    zeilen = [f'<hf:eingabe name="{n}">{a}</hf:eingabe>' for n, a in ein.items()]
    zeilen += [f'<hf:ausgabe name="{n}">{a}</hf:ausgabe>' for n, a in aus.items()]
    return f"<extensionElements>{''.join(zeilen)}</extensionElements>"


@pytest.fixture
def ruf(zeichne, lade, spiele):
    """Start a Vorgang that calls `q`; `inhalt` goes into the call activity."""

    def start(inhalt: str, innen: str = "start -> x -> y", *, rand=None, zusatz=None, **variablen):
        mit_rand = "\nr -> b" if rand else ""
        haupt = zeichne(
            f"start -> ruf_q -> z -> ende{mit_rand}",
            ruft={"ruf_q": "q"},
            zusatz={"ruf_q": inhalt},
            rand={"r": ("ruf_q", *rand)} if rand else {},
        )
        skript = {n: 'scriptFormat="FEEL"' for n in zusatz or {}}
        gerufen = zeichne(innen, id="q", zusatz=zusatz or {}, attr=skript)
        return spiele(lade(haupt, gerufen), variablen=variablen)

    return start


def test_without_a_mapping_variables_are_shared(ruf):
    spiel = ruf("", n=1).erledige("x", n=2).erledige("y", m=3)
    assert spiel.bereit == ["z"] and spiel.stand.variablen == {"n": 2, "m": 3}


def test_an_input_lives_inside_only_and_wins_over_a_shared_name(ruf):
    spiel = ruf(
        _werte({"n": "betrag * 2"}, {}),
        "start -> skript_1 -> x",
        zusatz={"skript_1": "<script>gesehen = n\nn = n + 1\naussen = n</script>"},
        betrag=5,
        n=1,
    )
    assert spiel.stand.variablen == {"betrag": 5, "n": 1, "gesehen": 10, "aussen": 11}
    spiel.erledige("x", n=99, neu=1)
    assert spiel.bereit == ["z"] and spiel.stand.variablen == {
        "betrag": 5,
        "n": 1,
        "gesehen": 10,
        "aussen": 11,
        "neu": 1,
    }


def test_what_is_entered_inside_is_stored_inside(ruf):
    spiel = ruf(_werte({"n": "1"}, {"ergebnis": "n * 10"}), n=7).erledige("x", n=4)
    assert spiel.stand.variablen == {"n": 7}
    assert spiel.erledige("y").stand.variablen == {"n": 7, "ergebnis": 40}


def test_outputs_see_inner_values_together_and_are_written_together(ruf):
    spiel = ruf(_werte({"a": "1", "b": "2"}, {"a": "b", "b": "a"}), a="außen", b="außen").erledige("x", "y")
    assert spiel.stand.variablen == {"a": 2, "b": 1}


def test_an_interrupted_call_gives_nothing_back(ruf):
    spiel = ruf(_werte({"n": "1"}, {"ergebnis": "n"}), rand=("nachricht", "Stopp", True)).loese_aus("r")
    assert spiel.bereit == ["b"] and spiel.stand.variablen == {}


def test_each_call_of_a_repetition_has_its_own_values(ruf):
    mehrfach = (
        f"<{MEHRFACH}><loopDataInputRef>kinder</loopDataInputRef><inputDataItem name='kind'/>"
        f"<outputDataItem name='urteil'/><loopDataOutputRef>urteile</loopDataOutputRef></{MEHRFACH}>"
    )
    spiel = ruf(
        _werte({"wer": "kind.name"}, {"urteil": 'wer + ": " + lage'}) + mehrfach, kinder=[{"name": "A"}, {"name": "B"}]
    )
    assert spiel.bereit == ["x", "x"]
    zwei = spiel.stand.bereit[1]
    spiel._schritt(spiff.complete, zwei.token, eingaben={"lage": "gut", "wer": "Berta"})
    spiel.erledige("x")
    spiel.erledige("y", lage="egal").erledige("y")
    assert sorted(spiel.stand.variablen["urteile"]) == ["A: egal", "Berta: egal"]
    assert "wer" not in spiel.stand.variablen and "urteil" not in spiel.stand.variablen


def test_an_inner_call_sees_through_and_writes_to_where_the_name_lives(zeichne, lade, spiele):
    aussen = zeichne("start -> ruf_q -> z", ruft={"ruf_q": "q"}, zusatz={"ruf_q": _werte({"n": "1", "m": "1"}, {})})
    mitte = zeichne("start -> ruf_r -> y", id="q", ruft={"ruf_r": "r"}, zusatz={"ruf_r": _werte({"m": "m + 1"}, {})})
    innen = zeichne("start -> x", id="r")
    spiel = spiele(lade(aussen, mitte, innen), variablen={"n": 0, "k": 0})
    spiel.erledige("x", n=5, m=6, k=7)
    assert spiel.stand.variablen == {"n": 0, "k": 7}
    assert b'"n":5' in spiel.stand.zustand and b'"m":1' in spiel.stand.zustand
    assert spiel.erledige("y", m=2).bereit == ["z"] and spiel.stand.variablen == {"n": 0, "k": 7}


def test_two_instances_that_answer_at_once_lose_nothing(spiele):
    """SpiffWorkflow fault 2: each instance keeps its own answer until it is done."""
    inhalt = "<loopCardinality>2</loopCardinality><outputDataItem name='n'/><loopDataOutputRef>alle</loopDataOutputRef>"
    spiel = spiele(
        "start -> tp_1 -> z",
        teile={"tp_1": "start_1 -> x -> y"},
        zusatz={"tp_1": f"<{MEHRFACH}>{inhalt}</{MEHRFACH}>"},
    )
    spiel.erledige("x", n=1).erledige("x", n=2)
    assert spiel.erledige("y").erledige("y").stand.variablen == {"alle": [1, 2]}


def test_a_collection_begins_anew_in_every_round(spiele):
    inhalt = (
        "<loopCardinality>anzahl</loopCardinality><outputDataItem name='n'/><loopDataOutputRef>alle</loopDataOutputRef>"
    )
    spiel = spiele(
        "start -> xor_m -> a -> b -> xor_m",
        zusatz={"a": f"<{MEHRFACH}>{inhalt}</{MEHRFACH}>"},
        variablen={"anzahl": 2},
    )
    spiel.erledige("a", n=1).erledige("a", n=2)
    assert spiel.stand.variablen["alle"] == [1, 2]
    spiel.erledige("b", anzahl=0)
    assert spiel.bereit == ["b"] and spiel.stand.variablen["alle"] == []


def test_a_mapping_without_a_name_is_refused(zeichne, lade):
    inhalt = "<extensionElements><hf:eingabe>1</hf:eingabe></extensionElements>"
    with pytest.raises(Modellfehler, match=r"„ruf_q“.*Name"):
        lade(zeichne("start -> ruf_q", ruft={"ruf_q": "q"}, zusatz={"ruf_q": inhalt}), zeichne("start -> x", id="q"))
