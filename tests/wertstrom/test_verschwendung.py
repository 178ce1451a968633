"""Each waste rule with a log that shows it and one that must not; law and Bedenkzeit are never waste."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wertstrom_log import MONTAG, STUNDE, TAG, P, filled, kopf, lauf, zurueck

from wertstrom import beispiel, kennzahlen, verschwendung
from wertstrom.kennzahlen import Uhr
from wertstrom.modell import Angabe
from wertstrom.schutz import OHNE_SCHWELLEN
from wertstrom.verschwendung import REGELN, Fund, Lage, Marke, Parameter

AT = 8 * STUNDE


def lage(
    schritte: Sequence[dict[str, Any]],
    pausen: Any = (),
    angaben: Mapping[str, Angabe] | None = None,
    parameter: Parameter | None = None,
) -> Lage:
    """Faelle that begin on Monday at 8:00 and end with their last run."""
    faelle = {z["fall"] for z in schritte}
    enden = {f: max(z["fertig_us"] for z in schritte if z["fall"] == f) for f in faelle}
    speicher = filled([kopf(f, MONTAG, enden[f]) for f in sorted(faelle)], schritte, pausen)
    return Lage(speicher, P, angaben, parameter)


def found(code: str, lage: Lage) -> dict[str, float | None]:
    """Σ AT by node of what one rule finds."""
    return {f.knoten: f.summe_at for f in REGELN[code].funktion(lage)}


def run(fall: int, knoten: str, von: float, begonnen: float, bis: float, **mehr: Any) -> dict[str, Any]:
    """Times in hours after Monday, 8:00."""
    return lauf(fall, knoten, *(MONTAG + round(z * STUNDE) for z in (von, begonnen, bis)), **mehr)


def test_all_twelve_codes_have_a_rule_and_only_w12_is_no_waste() -> None:
    assert sorted(REGELN) == [f"W{n:02}" for n in range(1, 13)]
    assert [code for code, r in REGELN.items() if not r.ist_verschwendung] == ["W12"]
    assert all(r.erklaerung and r.titel and r.art for r in REGELN.values())


# --- waiting --------------------------------------------------------------------------------------------------------


def test_w01_a_series_after_a_rest_is_waited_for() -> None:
    # Step a of both Faelle on Wednesday in a row, nothing since Monday.
    schritte = [run(9, "a", 0, 0, 1)] + [run(n, "a", 0, 48 + n, 49 + n) for n in (1, 2)]
    assert found("W01", lage(schritte)) == {"a": pytest.approx((17 + 18) / 8)}  # 2 AT and 1 h, 2 AT and 2 h
    assert found("W04", lage(schritte)) == {}


def test_w01_steps_done_as_they_come_are_no_series() -> None:
    schritte = [run(n, "a", 24 * n, 24 * n + 7, 24 * n + 8) for n in range(4)]
    assert found("W01", lage(schritte)) == {}
    assert set(found("W04", lage(schritte))) == {"a"}


def test_w02_waiting_before_an_approval_also_where_it_is_law_but_never_the_approval() -> None:
    schritte = [run(1, "a", 0, 0, 1), run(1, "c", 1, 30, 32, name="Kostenzusage freigeben")]
    [fund] = verschwendung.warten_auf_freigabe(lage(schritte, angaben={"c": Angabe(freigabe=True, gesetzlich=True)}))
    assert (fund.summe_at, fund.gesetzlich) == (pytest.approx(13 / 8), True)  # Mon 9:00 to Tue 14:00, no work of it
    assert fund.anteil == pytest.approx(13 / 16)
    assert found("W02", lage(schritte, angaben={"c": Angabe()})) == {}


def test_w03_waiting_for_people_outside() -> None:
    pause = {"fall": 1, "knoten": "a", "lauf": 1, "von_us": MONTAG, "bis_us": MONTAG + TAG, "grund": "traeger"}
    schritte = [run(1, "a", 0, 0, 26), run(1, "post", 26, 26, 50, art="eingang")]
    assert found("W03", lage(schritte, [pause | {"extern": True}])) == {
        "a": pytest.approx(1),
        "post": pytest.approx(1),
    }
    assert found("W03", lage(schritte[:1], [pause | {"extern": False}])) == {}


def test_w04_lying_in_the_basket_above_the_threshold() -> None:
    schritte = [run(1, "a", 0, 7, 8), run(1, "b", 8, 9, 10), run(1, "c", 24, 24, 25)]
    assert found("W04", lage(schritte)) == {"a": pytest.approx(7 / 8)}
    assert found("W04", lage(schritte, parameter=Parameter(warten_at=1))) == {}


def test_w12_bedenkzeit_and_hearing_are_counted_apart_and_are_nothing_else() -> None:
    schritte = [
        run(1, "b", 0, 0, 24, name="Bedenkzeit der Familie", art="eingang"),
        run(1, "a", 24, 48, 49, name="Anhörung durchführen"),
        run(1, "g", 49, 49, 73, name="Einwilligung abwarten", art="eingang"),
    ]
    hier = lage(schritte, angaben={"g": Angabe(gesetzlich=True)})
    # Wednesday 9:00 to Thursday, which is Fronleichnam: 7 h.
    assert found("W12", hier) == {"b": pytest.approx(1), "a": pytest.approx(1), "g": pytest.approx(7 / 8)}
    assert [f.code for f in verschwendung.find_alles(hier)] == ["W12"] * 3


def test_w12_ordinary_waiting_is_not_wanted() -> None:
    assert found("W12", lage([run(1, "a", 0, 48, 49)])) == {}


# --- work -----------------------------------------------------------------------------------------------------------


def sent_back(grund: str) -> list[dict[str, Any]]:
    return [
        run(1, "a", 0, 0, 1),
        zurueck(1, "b", MONTAG + STUNDE, MONTAG + 2 * STUNDE, grund),
        run(1, "a", 2, 24, 25, lauf=2),
        run(1, "b", 25, 25, 26, lauf=2),
    ]


@pytest.mark.parametrize(("grund", "code", "anderer"), [("W05", "W05", "W06"), ("W06", "W06", "W05")])
def test_w05_w06_all_that_follows_a_return_counts_once(grund: str, code: str, anderer: str) -> None:
    hier = lage(sent_back(grund))
    assert found(code, hier) == {"a": pytest.approx(7 / 8), "b": pytest.approx(1 / 8)}  # waiting and work
    assert found(anderer, hier) == {}
    assert found("W04", hier) == {}


def test_w05_of_a_statutory_step_only_the_waiting_before_it_and_of_bedenkzeit_nothing() -> None:
    hier = lage(sent_back("W05"), angaben={"a": Angabe(gesetzlich=True)})
    assert found("W05", hier) == {"a": pytest.approx(6 / 8), "b": pytest.approx(1 / 8)}
    bedacht = [zeile | {"name": "Bedenkzeit"} if zeile["knoten"] == "a" else zeile for zeile in sent_back("W05")]
    assert set(found("W05", lage(bedacht))) == {"b"}


def test_w05_w06_a_loop_that_nobody_sent_back_is_no_return() -> None:
    hier = lage([run(1, "a", 0, 0, 1), run(1, "b", 1, 1, 2), run(1, "a", 2, 2, 3, lauf=2)])
    assert (found("W05", hier), found("W06", hier), found("W07", hier)) == ({}, {}, {})


def test_w07_the_same_step_again_at_once_and_fields_that_were_asked_before() -> None:
    schritte = [run(1, "a", 0, 0, 1), run(1, "a", 1, 2, 4, lauf=2), run(1, "b", 4, 4, 5)]
    assert found("W07", lage(schritte)) == {"a": pytest.approx(3 / 8)}
    felder = {"a": Angabe(felder=frozenset({"name", "schule"})), "b": Angabe(felder=frozenset({"schule"}))}
    [_, fund] = verschwendung.doppelte_erfassung(lage(schritte, angaben=felder))
    assert (fund.knoten, fund.summe_at, fund.herkunft) == ("b", None, "Modell")
    assert "schule" in fund.text


def test_w07_not_at_statutory_steps_nor_after_a_return() -> None:
    assert found("W07", lage(sent_back("W05"))) == {}
    doppelt = [run(1, "a", 0, 0, 1), run(1, "a", 1, 1, 2, lauf=2)]
    angaben = {"a": Angabe(gesetzlich=True, felder=frozenset({"x"}))}
    assert found("W07", lage(doppelt, angaben=angaben)) == {}


def hands(fall: int, *rollen: str) -> list[dict[str, Any]]:
    return [run(fall, f"s{n}", n * 24, n * 24 + 4, n * 24 + 5, rolle=r) for n, r in enumerate(rollen)]


def test_w08_more_changes_of_hands_than_half_of_the_faelle_had() -> None:
    hier = lage([*hands(1, "A", "A", "B"), *hands(2, "A", "B", "A")])
    # Fall 2 has one change too many of two; 7 h of waiting before each (3 at the evening before, 4 in the morning).
    assert found("W08", hier) == {"s1": pytest.approx(7 / 16), "s2": pytest.approx(7 / 16)}
    assert all(f.ueberschneidet for f in verschwendung.unnoetige_uebergabe(hier))


def test_w08_what_the_process_needs_is_not_too_much() -> None:
    schritte = [*hands(1, "A", "A", "B"), *hands(2, "A", "B", "A")]
    assert found("W08", lage(schritte, parameter=Parameter(uebergaben_mindestens=2))) == {}
    gesetzlich = {"s1": Angabe(gesetzlich=True), "s2": Angabe(gesetzlich=True)}
    assert found("W08", lage(schritte, angaben=gesetzlich)) == {}
    assert found("W08", lage(hands(1, "A", "B", "A"))) == {}


def test_w09_only_where_a_step_is_marked() -> None:
    schritte = [run(1, "a", 0, 0, 1), run(2, "a", 0, 0, 1)]
    [fund] = verschwendung.medienbruch(lage(schritte, angaben={"a": Angabe(medienbruch=True)}))
    assert (fund.summe_at, fund.text, fund.sicherheit) == (pytest.approx(10 / 480), "Schätzung", "niedrig")
    assert found("W09", lage(schritte)) == {}


def test_w10_the_second_approval_and_not_the_first_nor_a_statutory_one() -> None:
    schritte = [
        run(1, "a", 0, 0, 1, name="Sachlich freigeben"),
        run(1, "b", 1, 2, 4, name="Rechnerisch freigeben"),
        run(2, "a", 0, 0, 1, name="Sachlich freigeben"),
    ]
    assert found("W10", lage(schritte)) == {"b": pytest.approx(3 / 8)}
    assert found("W10", lage(schritte, parameter=Parameter(freigaben_hoechstens=2))) == {}
    pflicht = {"a": Angabe(freigabe=True), "b": Angabe(freigabe=True, gesetzlich=True)}
    assert found("W10", lage(schritte, angaben=pflicht)) == {}


def test_w11_a_conference_without_a_protokoll_where_there_could_be_one() -> None:
    konferenz = {"name": "Fallkonferenz durchführen"}
    mit = [run(1, "k", 0, 0, 1, **konferenz), run(1, "p", 1, 1, 2, name="Protokoll schreiben")]
    ohne = run(2, "k", 0, 0, 1, **konferenz)
    assert found("W11", lage([*mit, ohne])) == {"k": None}
    assert found("W11", lage(mit)) == {}
    assert found("W11", lage([ohne])) == {}


# --- together -------------------------------------------------------------------------------------------------------


def test_the_ranking_of_the_concept() -> None:
    rang = verschwendung.rank(Lage(beispiel.fuenf_schritte(), beispiel.AUSWAHL), schwellen=OHNE_SCHWELLEN)
    assert [(f.code, f.knoten) for f in rang.funde] == [
        ("W04", "hilfeplan"),
        ("W01", "fachteam"),
        ("W04", "bescheid"),
        ("W04", "erstgespraech"),
    ]
    assert sum(f.anteil or 0 for f in rang.funde) == pytest.approx(27 / 28.3958, abs=1e-5)


def test_marks_of_a_workshop_join_and_small_cells_do_not_show() -> None:
    marke = Marke("W09", "a", "Akte liegt im Archiv")
    rang = verschwendung.rank(lage([run(1, "a", 0, 48, 49)]), [marke])
    assert [(f.code, f.herkunft, f.blitze) for f in rang.funde] == [("W09", "Workshop", ("Akte liegt im Archiv",))]
    assert rang.verdeckt == 1


def test_a_mark_joins_the_finding_of_the_same_kind_at_the_same_step() -> None:
    marken = [Marke("W04", "a", "Vertretung fehlt"), Marke("W09", "neu", "Zwei Systeme", "Neuer Schritt")]
    rang = verschwendung.rank(lage([run(n, "a", 0, 48, 49) for n in range(6)]), marken)
    assert [(f.code, f.name, f.blitze, f.summe_at is not None) for f in rang.funde] == [
        ("W04", "a", ("Vertretung fehlt",), True),
        ("W09", "Neuer Schritt", ("Zwei Systeme",), False),
    ]


def test_nobody_can_mark_a_statutory_step_as_waste_only_the_waiting_before_it() -> None:
    angaben = {"a": Angabe(gesetzlich=True)}
    marken = [Marke("W10", "a", "Doppelte Prüfung"), Marke("W02", "a", "Unterschrift fehlt lange")]
    rang = verschwendung.rank(lage([run(1, "a", 0, 1, 2)], angaben=angaben), marken)
    assert [f.code for f in rang.funde] == ["W02"]


def test_a_hidden_part_of_a_step_takes_another_with_it() -> None:
    """Seven Faelle wait for a, three of them once more after a return: W04 alone would give W05 away."""
    schritte = [run(n, "a", 0, 24, 25) for n in range(7)]
    for n in range(3):
        schritte += [run(n, "b", 25, 25, 26, ausgang="zurueckgegeben", grund="W05"), run(n, "a", 26, 50, 51, lauf=2)]
    rang = verschwendung.rank(lage(schritte))
    assert [f for f in rang.funde if f.knoten == "a" and f.summe_at] == []
    assert rang.verdeckt >= 2


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[dict[str, Any]], dict[str, Angabe]]:
    schritte: list[dict[str, Any]] = []
    namen = {"a": "Erfassen", "b": "Bescheid freigeben", "c": "Fachteam", "d": "Bedenkzeit"}
    for fall in range(draw(st.integers(1, 4))):
        zeit, laeufe = 0.0, dict.fromkeys(namen, 0)
        for _ in range(draw(st.integers(1, 6))):
            knoten = draw(st.sampled_from(sorted(namen)))
            laeufe[knoten] += 1
            beginn = zeit + draw(st.integers(0, 60))
            ende = beginn + draw(st.integers(0, 9))
            ausgang = draw(st.sampled_from(["erledigt", "erledigt", "zurueckgegeben"]))
            mehr = {"lauf": laeufe[knoten], "name": namen[knoten], "ausgang": ausgang, "grund": "W05"}
            art, rolle = ("eingang" if knoten == "d" else "aufgabe"), draw(st.sampled_from("AB"))
            schritte.append(run(fall, knoten, zeit, beginn, ende, art=art, rolle=rolle, **mehr))
            zeit = ende
    gesetzlich = draw(st.sets(st.sampled_from(sorted(namen))))
    return schritte, {k: Angabe(gesetzlich=k in gesetzlich, freigabe=k == "b") for k in namen}


@given(histories())
@settings(max_examples=20)
def test_no_time_is_counted_twice_and_never_more_than_there_was(
    geschichte: tuple[list[dict[str, Any]], dict[str, Angabe]],
) -> None:
    schritte, angaben = geschichte
    hier = lage(schritte, angaben=angaben, parameter=Parameter(warten_at=0))
    funde: list[Fund] = verschwendung.find_alles(hier)
    einfach = sum(f.summe_at or 0 for f in funde if not f.ueberschneidet)
    assert einfach <= hier.durchlaufzeit_at + 1e-9
    assert all((f.summe_at or 0) >= 0 for f in funde)
    gesetzlich = {k for k, a in angaben.items() if a.gesetzlich}
    geschuetzt = {f.code for f in funde if f.knoten in gesetzlich}
    assert geschuetzt <= {"W01", "W02", "W04", "W05", "W06", "W12"}
    assert {f.code for f in funde if f.knoten == "d"} <= {"W12"}
    # All waiting and all further passes are somewhere: what is left is work of the first pass.
    stufen = kennzahlen.leiter(hier.speicher, P, Uhr.AT)
    n = kennzahlen.durchlaufzeit(hier.speicher, P).n
    arbeit = n * sum(s.bearbeitung for s in stufen)
    assert einfach >= hier.durchlaufzeit_at - arbeit - 1e-9
