"""Comparison in numbers: intervals, tests and charts against known values, the gap by steps, and what is hidden."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from wertstrom_log import MONTAG, STUNDE, TAG, filled, kopf, lauf

from web.cli.wertstrom import wertstrom
from wertstrom import statistik, unterschied, verlauf
from wertstrom.kennzahlen import Anteil, Auswahl, Uhr, Ziel

KT5 = Ziel(5, Uhr.KT)
VORHER, NACHHER = Auswahl("p", von_us=0, bis_us=500 * TAG), Auswahl("p", von_us=500 * TAG + 1)


# --- statistics -----------------------------------------------------------------------------------------------------


def test_the_bootstrap_interval_holds_the_difference_and_is_the_same_every_time() -> None:
    a = [float(n % 17) for n in range(200)]
    b = [wert - 3 for wert in a]
    erstes, zweites = statistik.differenz_der_mediane(a, b), statistik.differenz_der_mediane(a, b)
    assert erstes == zweites
    assert erstes is not None
    assert erstes.von < -3 < erstes.bis
    assert -6 < erstes.von < erstes.bis < 0
    assert statistik.differenz_der_mediane([1.0], b) is None


def test_the_rank_test_knows_direction_and_nothing() -> None:
    gleich = statistik.rangtest([1.0] * 20, [1.0] * 20)
    assert gleich is not None
    assert (gleich.p, gleich.kleiner) == (1.0, 0.5)
    assert statistik.rangtest([], [1.0]) is None


def test_a_share_of_nothing_has_no_interval() -> None:
    assert statistik.anteil_intervall(0, 0) is None
    grenzen = statistik.anteil_intervall(0, 20)
    assert grenzen is not None
    assert (grenzen.von, grenzen.bis) == (0, pytest.approx(0.1611, abs=1e-4))


def test_eight_on_one_side_and_three_of_four_near_a_limit_are_signals() -> None:
    karte = statistik.regelkarte([10, 10.4] * 4 + [11, 11.4] * 5)
    assert karte is not None
    assert set(karte.signale.values()) >= {"8 in Folge auf einer Seite"}
    assert min(stelle for stelle, text in karte.signale.items() if "Folge" in text) in (7, 15)
    ruhig = statistik.regelkarte([10, 12, 11, 13, 12, 10, 11])
    assert ruhig is not None
    assert ruhig.signale == {}
    assert statistik.regelkarte([1.0]) is None


@given(st.lists(st.floats(0, 1e6), min_size=2, max_size=40))
@settings(max_examples=30)
def test_limits_lie_around_the_mean_and_outside_means_signal(werte: list[float]) -> None:
    karte = statistik.regelkarte(werte)
    assert karte is not None
    assert karte.unten <= karte.mittel <= karte.oben
    draussen = {i for i, w in enumerate(werte) if abs(w - karte.mittel) > (karte.oben - karte.mittel) * (1 + 1e-9)}
    assert draussen <= {i for i, text in karte.signale.items() if "Grenzen" in text}


def test_no_trend_without_a_spread() -> None:
    assert statistik.drift([1, 2, 3], [1, 2, 3]) is None
    assert statistik.drift([1, 2, 3, 4], [5, 5, 5, 5]) is None


# --- comparison -----------------------------------------------------------------------------------------------------


def sides(
    ist: list[tuple[float, float]], soll: list[tuple[float, float]], arten: Any = None
) -> tuple[list[Any], list[Any], list[Any]]:
    """Each Fall: days of waiting, days of work; the Soll begins 600 days later and has a step of its own."""
    faelle, schritte, merkmale = [], [], []
    for nummer, (versatz, (warten, arbeit)) in enumerate([(0, f) for f in ist] + [(600, f) for f in soll]):
        t0 = (versatz + nummer % 7) * TAG
        t1, t2 = t0 + round(warten * TAG), t0 + round((warten + arbeit) * TAG)
        faelle.append(kopf(nummer, t0, t2))
        knoten = "neu" if versatz else "alt"
        schritte += [lauf(nummer, "a", t0, t1, t1), lauf(nummer, knoten, t1, t1, t2)]
        if arten:
            merkmale.append({"fall": nummer, "name": "hilfeart", "wert": arten[nummer]})
    return faelle, schritte, merkmale


def compared(*args: Any, **mehr: Any) -> unterschied.Unterschied:
    faelle, schritte, merkmale = sides(*args)
    return unterschied.compare(filled(faelle, schritte, merkmale=merkmale), VORHER, NACHHER, KT5, **mehr)


def test_the_gap_is_the_sum_of_its_steps() -> None:
    u = compared([(6, 2)] * 10, [(3, 1)] * 10)
    assert (u.differenz, u.relativ, u.differenz_median) == (-4, -0.5, -4)
    assert {s.name: s.differenz for s in u.schritte} == {"a": -3, "alt": -2, "neu": 1}
    assert u.ist is not None
    assert u.soll is not None
    assert (u.ist.anteil, u.soll.anteil) == (Anteil(0, 10), Anteil(10, 10))
    assert u.soll.anteil_intervall is not None
    assert u.soll.anteil_intervall.von == pytest.approx(0.7225, abs=1e-4)
    assert u.rangtest is not None
    assert u.rangtest.kleiner == 1
    assert sum("unter 30" in text for text in u.warnungen) == 2
    assert "Kein Wirkungsnachweis" in u.warnungen[0]


def test_the_same_mix_takes_away_what_only_the_mix_made() -> None:
    """Easy cases take 2 days, hard ones 8, on both sides; the Soll only has more easy ones."""
    leicht, schwer = (1.0, 1.0), (6.0, 2.0)
    arten = ["leicht"] * 6 + ["schwer"] * 14 + ["leicht"] * 14 + ["schwer"] * 6
    u = compared([leicht] * 6 + [schwer] * 14, [leicht] * 14 + [schwer] * 6, arten)
    assert u.differenz == pytest.approx(-2.4)
    assert u.differenz_bereinigt == 0
    assert [(s.name, s.n_ist, s.n_soll) for s in u.schichten] == [("leicht", 6, 14), ("schwer", 14, 6)]
    assert sum("Mischung ist verschieden" in text for text in u.warnungen) == 2


def test_too_few_on_one_side_compare_nothing_and_small_strata_are_not_named() -> None:
    u = compared([(6, 2)] * 10, [(3, 1)] * 4)
    assert (u.soll, u.differenz, u.schritte, u.rangtest) == (None, None, (), None)
    arten = ["selten"] * 3 + ["oft"] * 7 + ["oft"] * 10
    u = compared([(6, 2)] * 10, [(3, 1)] * 10, arten)
    assert "selten" not in " ".join(u.warnungen)
    assert "verschieden" in " ".join(u.warnungen)


@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=5, max_size=9),
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=5, max_size=9),
)
@settings(max_examples=10)
def test_contributions_always_add_up_to_the_difference(ist: Any, soll: Any) -> None:
    u = compared(ist, soll)
    assert math.fsum(s.differenz for s in u.schritte) == pytest.approx(u.differenz, abs=1e-9)


def test_what_would_have_to_fall_for_the_target() -> None:
    # Six Faelle of 4 + 2 days, six of 10 + 1: mean 8,5; 5 days are the target.
    faelle, schritte, _ = sides([(4, 2)] * 6 + [(10, 1)] * 6, [])
    [a] = unterschied.find_luecken(filled(faelle, schritte), VORHER, KT5)
    assert (a.knoten, a.warten, a.noetig) == ("a", 7, 0.5)  # 3,5 of 7 days
    assert (a.jetzt, a.bei_halbem_warten) == (0, 0.5)  # 2 + 2 days keep it, 5 + 1 do not
    [b] = unterschied.find_luecken(filled(faelle, schritte), VORHER, Ziel(1, Uhr.KT))
    assert b.noetig is None


# --- development ----------------------------------------------------------------------------------------------------


def test_months_chart_and_trend_leave_out_what_is_small_or_preliminary() -> None:
    faelle, nummer = [], 0
    for monat in range(8):
        start = MONTAG + monat * 31 * TAG
        for _ in range(5 if monat != 3 else 2):
            faelle.append(kopf(nummer, start, start + (10 - monat) * TAG + nummer * STUNDE // 100))
            nummer += 1
    v = verlauf.measure_verlauf(filled(faelle), Auswahl("p"), Ziel(10, Uhr.KT), MONTAG + 8 * 31 * TAG)
    assert (len(v.monate), v.ausgelassen) == (6, 2)  # the small one, and another so that it cannot be worked out
    assert [m.vorlaeufig for m in v.monate] == [False] * 5 + [True]
    assert v.drift is not None
    assert v.drift.je_einheit == pytest.approx(-1, abs=0.05)
    assert v.karte is not None
    assert len(v.karte.werte) == 5


CSV = "case,activity,start,end\n" + "".join(
    f"{n},Prüfen,2026-0{monat}-{n % 20 + 1:02}T08:00:00,2026-0{monat}-{n % 20 + 1 + dauer:02}T10:00:00\n"
    for monat, dauer, von in ((3, 6, 0), (5, 2, 100))
    for n in range(von, von + 12)
)


def test_the_command_line_compares_before_and_after_and_two_files(tmp_path: Path) -> None:
    datei = tmp_path / "log.csv"
    datei.write_text(CSV, encoding="utf-8")

    def run(befehl: str, *argumente: str) -> Any:
        return CliRunner().invoke(wertstrom, [befehl, "--protokoll", str(datei), *argumente])

    werte = json.loads(run("vergleich", "--stichtag", "2026-04-01", "--ziel", "5KT", "--json").output)
    assert werte["differenz"] == pytest.approx(-4)
    assert werte["rangtest"]["p"] < 0.001
    assert [s["name"] for s in werte["schritte"]] == ["Prüfen"]
    gleich = json.loads(run("vergleich", "--mit", str(datei), "--json").output)
    assert gleich["differenz"] == 0
    assert "Unterschied der Mediane" in run("vergleich", "--stichtag", "2026-04-01").output
    assert run("vergleich").exit_code == 2
    assert len(json.loads(run("verlauf", "--json").output)["monate"]) == 2
    assert "03/2026: Median" in run("verlauf").output
