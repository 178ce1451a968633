"""The map, variants and the replay against a drawing: hand-made logs, odd drawings, and nothing small gets out."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from wertstrom_log import STUNDE, TAG, P, filled, kopf, lauf

from engine import bpmn
from web.cli.wertstrom import wertstrom
from wertstrom import laden, schutz
from wertstrom.abgleich import Netz, align, replay, without_rueckgaben
from wertstrom.karte import draw_karte, find_varianten
from wertstrom.kennzahlen import Anteil
from wertstrom.modell import Angabe, Modell
from wertstrom.schutz import OHNE_SCHWELLEN, Schwellen
from wertstrom.speicher import Speicher


def logged(*wege: str, offen: bool = False) -> Speicher:
    """Each way: one letter a step, one after the other, an hour of waiting and an hour of work each."""
    faelle, schritte = [], []
    for nummer, weg in enumerate(wege):
        zahl: dict[str, int] = {}
        for stelle, knoten in enumerate(weg):
            zahl[knoten] = zahl.get(knoten, 0) + 1
            t = stelle * 2 * STUNDE
            schritte.append(lauf(nummer, knoten, t, t + STUNDE, t + 2 * STUNDE, lauf=zahl[knoten]))
        faelle.append(kopf(nummer, 0, None if offen else len(weg) * 2 * STUNDE))
    return filled(faelle, schritte)


# --- map and variants -----------------------------------------------------------------------------------------------


def test_edges_starts_ends_and_loops() -> None:
    karte = draw_karte(logged("abc", "abbc", "acac"), P, schwellen=OHNE_SCHWELLEN)
    assert {(k.von, k.nach): k.n for k in karte.kanten} == {
        ("a", "b"): 2,
        ("a", "c"): 2,
        ("b", "b"): 1,
        ("b", "c"): 2,
        ("c", "a"): 1,
    }
    assert (dict(karte.anfang), dict(karte.ende)) == ({"a": 3}, {"c": 3})
    assert karte.schleifen == (("a", "b", "c"),)
    assert karte.kanten[0].zeit.kt.median == pytest.approx(1 / 24)
    graph = karte.graph()
    assert graph.nodes["a"]["name"] == "a"
    assert graph.edges["a", "b"]["n"] == 2


def test_by_cause_parallel_branches_do_not_cross() -> None:
    schritte = [
        lauf(1, "a", 0, 0, TAG),
        lauf(1, "x", TAG, TAG, 2 * TAG),
        lauf(1, "y", TAG, TAG, 3 * TAG),
        lauf(1, "z", 3 * TAG, 3 * TAG, 4 * TAG),
    ]
    speicher = filled([kopf(1, 0, 4 * TAG)], schritte)

    def edges(nach_zeit: bool) -> set[tuple[str, str]]:
        karte = draw_karte(speicher, P, nach_zeit=nach_zeit, schwellen=OHNE_SCHWELLEN)
        return {(k.von, k.nach) for k in karte.kanten}

    assert edges(True) == {("a", "x"), ("x", "y"), ("y", "z")}
    assert edges(False) == {("a", "x"), ("a", "y"), ("y", "z")}


def test_variants_and_the_rest() -> None:
    speicher = logged(*["abc"] * 12, *["ac"] * 6, *["abbc"] * 3)
    erste, rest = find_varianten(speicher, P)
    # The three rare ones would stand alone: the next rarest joins them.
    assert (erste.weg, erste.faelle, erste.anteil) == (("a", "b", "c"), 12, 12 / 21)
    assert (rest.weg, rest.faelle, rest.zeit) == (None, 9, None)
    assert [v.faelle for v in find_varianten(speicher, P, schwellen=OHNE_SCHWELLEN)] == [12, 6, 3]
    assert find_varianten(logged("ab", "ab"), P) == ()


def test_open_faelle_have_edges_but_no_variant_and_no_end() -> None:
    speicher = logged("ab", offen=True)
    assert find_varianten(speicher, P, schwellen=OHNE_SCHWELLEN) == ()
    karte = draw_karte(speicher, P, schwellen=OHNE_SCHWELLEN)
    assert (len(karte.kanten), dict(karte.ende)) == (1, {})


# --- small cells ----------------------------------------------------------------------------------------------------


def test_a_rare_edge_takes_another_of_its_row_and_column_with_it() -> None:
    karte = draw_karte(logged(*["abd"] * 9, *["acd"] * 8, *["ad"] * 2), P)
    assert ("a", "d") not in {(k.von, k.nach) for k in karte.kanten}
    assert len({k.von for k in karte.kanten}) <= 3
    zeile = [k for k in karte.kanten if k.von == "a"]
    assert len(zeile) == 1  # of three, two are hidden
    assert karte.verdeckt >= 2


ZELLEN = st.dictionaries(
    st.tuples(st.sampled_from("abcd"), st.sampled_from("wxyz")), st.integers(0, 12), min_size=1, max_size=16
)


@given(ZELLEN)
def test_no_row_and_no_column_gives_its_hidden_cell_away(zellen: dict[tuple[str, str], int]) -> None:
    verdeckt = schutz.hidden_zellen(zellen, Schwellen())
    assert {z for z, n in zellen.items() if 0 < n < 5} <= verdeckt
    for achse in (0, 1):
        for name in {z[achse] for z in zellen}:
            linie = [z for z, n in zellen.items() if z[achse] == name and n]
            verborgen = [z for z in linie if z in verdeckt]
            assert len(verborgen) != 1 or len(linie) == 1


# --- replay ---------------------------------------------------------------------------------------------------------


def drawing(inhalt: str, fluesse: str) -> Modell:
    """Nodes as XML, flows as „a>b c>d“."""
    pfeile = "".join(
        f'<sequenceFlow id="f{n}" sourceRef="{paar.split(">")[0]}" targetRef="{paar.split(">")[1]}"/>'
        for n, paar in enumerate(fluesse.split())
    )
    xml = (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t" id="d">'
        f'<process id="p" isExecutable="true">{inhalt}{pfeile}</process></definitions>'
    )
    [modell] = bpmn.pruefe(xml.encode()).modelle
    return Modell(laden.knoten_of(modell.schritte))


def tasks(namen: str) -> str:
    return '<startEvent id="s"/><endEvent id="e"/>' + "".join(f'<userTask id="{n}" name="{n}"/>' for n in namen)


FOLGE = drawing(tasks("abc"), "s>a a>b b>c c>e")
PARALLEL = drawing(
    tasks("axyz") + '<parallelGateway id="g1"/><parallelGateway id="g2"/>', "s>a a>g1 g1>x g1>y x>g2 y>g2 g2>z z>e"
)
WAHL = drawing(
    tasks("axyz") + '<exclusiveGateway id="g1" name="Wie?"/><exclusiveGateway id="g2"/>',
    "s>a a>g1 g1>x g1>y x>g2 y>g2 g2>z z>e",
)
SCHLEIFE = drawing(tasks("ab") + '<exclusiveGateway id="g" name="Gut?"/>', "s>a a>b b>g g>a g>e")


def fits(modell: Modell, weg: str) -> tuple[list[tuple[str, int]], list[tuple[str, int]]] | None:
    ausrichtung = align(Netz(modell), tuple(weg))
    return None if ausrichtung is None else (list(ausrichtung.ausgelassen), list(ausrichtung.zusaetzlich))


@pytest.mark.parametrize(
    ("modell", "weg", "ausgelassen", "zusaetzlich"),
    [
        (FOLGE, "abc", [], []),
        (FOLGE, "ac", [("b", 0)], []),
        (FOLGE, "abxc", [], [("x", 1)]),
        (FOLGE, "abbc", [], [("b", 1)]),
        (FOLGE, "bc", [("a", -1)], []),
        (FOLGE, "ab", [("c", 1)], []),
        (PARALLEL, "axyz", [], []),
        (PARALLEL, "ayxz", [], []),
        (PARALLEL, "axz", [("y", 1)], []),
        (WAHL, "axz", [], []),
        (WAHL, "ayz", [], []),
        (WAHL, "axyz", [], [("y", 1)]),
        (SCHLEIFE, "ab", [], []),
        (SCHLEIFE, "ababab", [], []),
        (SCHLEIFE, "abb", [("a", 1)], []),
    ],
)
def test_the_best_explanation_of_a_way(modell: Modell, weg: str, ausgelassen: Any, zusaetzlich: Any) -> None:
    gefunden = fits(modell, weg)
    assert gefunden is not None
    # Where two explanations cost the same, either will do.
    mehrdeutig = weg in ("axyz", "abb", "abbc") and modell is not PARALLEL
    assert gefunden == (ausgelassen, zusaetzlich) or mehrdeutig
    assert len(gefunden[0] + gefunden[1]) == len(ausgelassen + zusaetzlich)


def test_sub_processes_are_passed_through_and_boundary_events_may_fire() -> None:
    teil = '<subProcess id="t"><startEvent id="ts"/><userTask id="b" name="b"/><endEvent id="te"/>'
    teil += '<sequenceFlow id="t1" sourceRef="ts" targetRef="b"/><sequenceFlow id="t2" sourceRef="b" targetRef="te"/>'
    modell = drawing(tasks("ac") + teil + "</subProcess>", "s>a a>t t>c c>e")
    assert fits(modell, "abc") == ([], [])
    frist = '<boundaryEvent id="w" attachedToRef="a" cancelActivity="false"><timerEventDefinition>'
    frist += "<timeDuration>PT1H</timeDuration></timerEventDefinition></boundaryEvent>"
    modell = drawing(tasks("acm") + frist + '<endEvent id="e2"/>', "s>a a>c c>e w>m m>e2")
    assert fits(modell, "amc") == ([], [])
    assert fits(modell, "ac") == ([], [])


def test_the_share_that_fits_and_where_it_does_not() -> None:
    speicher = logged(*["abc"] * 12, *["ac"] * 6, *["abxc"] * 5, "ccc")
    ergebnis = replay(speicher, P, FOLGE)
    assert ergebnis.passend == Anteil(12, 24)
    assert [(a.name, a.nach, a.faelle) for a in ergebnis.ausgelassen] == [("b", "a", 6)]
    assert [(a.name, a.nach, a.faelle) for a in ergebnis.zusaetzlich] == [("x", "b", 5)]
    assert ergebnis.nicht_beurteilt == 0


def test_what_was_sent_back_and_done_again_is_no_deviation() -> None:
    assert without_rueckgaben(["a", "x", "b", "<c", "b", "<c", "b", "c"]) == ["a", "x", "b", "c"]
    assert without_rueckgaben(["<a"]) == []
    schritte = [
        lauf(1, "a", 0, 0, 1),
        lauf(1, "b", 1, 1, 2),
        lauf(1, "c", 2, 2, 3, ausgang="zurueckgegeben", grund="W05"),
        lauf(1, "b", 3, 3, 4, lauf=2),
        lauf(1, "c", 4, 4, 5, lauf=2),
    ]
    assert replay(filled([kopf(1, 0, 5)], schritte), P, FOLGE, schwellen=OHNE_SCHWELLEN).passend == Anteil(1, 1)


def test_a_record_that_ends_at_a_milestone_need_not_reach_the_end_and_watching_is_no_step() -> None:
    kurz = dataclasses.replace(FOLGE, bis_schluss=False, angaben={"b": Angabe(ueberwachung=True)})
    assert fits(kurz, "ab") == ([], [])
    assert fits(kurz, "ac") == ([], [])
    assert fits(FOLGE, "ab") == ([("c", 1)], [])


def test_a_way_that_is_too_tangled_is_said_and_not_guessed() -> None:
    assert align(Netz(PARALLEL), tuple("xyzaxyza"), hoechstens=5) is None
    assert align(Netz(Modell()), ("a",)) is None


@given(st.text("axyzq", max_size=6), st.sampled_from([FOLGE, PARALLEL, WAHL, SCHLEIFE]))
@settings(max_examples=40)
def test_an_explanation_accounts_for_every_step(weg: str, modell: Modell) -> None:
    gefunden = fits(modell, weg)
    assert gefunden is not None
    ausgelassen, zusaetzlich = gefunden
    unbekannt = [k for k in weg if k not in Netz(modell).sichtbar]
    assert sorted(unbekannt) <= sorted(k for k, _ in zusaetzlich) or set(unbekannt) <= {k for k, _ in zusaetzlich}
    assert all(weg[stelle + 1] == k for k, stelle in zusaetzlich)
    assert len(zusaetzlich) <= len(weg)
    assert all(-1 <= stelle < len(weg) for _, stelle in ausgelassen)


def test_the_command_line_draws_variants_and_fits(tmp_path: Path) -> None:
    log, modell = tmp_path / "log.csv", tmp_path / "m.bpmn"
    zeilen = [f"{n},{k},2026-06-0{1 + i}T08:00:00" for n in range(6) for i, k in enumerate("abc" if n else "ac")]
    log.write_text("case,activity,time\n" + "\n".join(zeilen), encoding="utf-8")
    xml = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t" id="d"><process id="p">'
    fluesse = "".join(f'<sequenceFlow id="f{v}" sourceRef="{v}" targetRef="{n}"/>' for v, n in ("sx", "xy", "yz", "ze"))
    namen = "".join(f'<userTask id="{i}" name="{n}"/>' for i, n in zip("xyz", "abc", strict=True))
    modell.write_text(f'{xml}<startEvent id="s"/><endEvent id="e"/>{namen}{fluesse}</process></definitions>')
    befehl = ["karte", "--protokoll", str(log), "--modell", str(modell)]
    werte = json.loads(CliRunner().invoke(wertstrom, [*befehl, "--json", "--ohne-schwelle"]).output)
    assert {(k["von"], k["nach"]): k["n"] for k in werte["kanten"]} == {("a", "b"): 5, ("b", "c"): 5, ("a", "c"): 1}
    assert werte["abgleich"]["passend"] == {"treffer": 5, "n": 6, "faelle": None}
    assert werte["abgleich"]["ausgelassen"][0]["name"] == "b"
    assert [v["faelle"] for v in werte["varianten"]] == [5, 1]
    assert json.loads(CliRunner().invoke(wertstrom, [*befehl, "--json"]).output)["kanten"] == []
    assert "Wie gezeichnet" in CliRunner().invoke(wertstrom, befehl).output
    fehlt = CliRunner().invoke(wertstrom, [*befehl[:-1], str(tmp_path / "fehlt.bpmn")])
    assert "Die Datei gibt es nicht" in fehlt.output
