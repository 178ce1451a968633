"""The sheet of all figures and the glossary: nothing registered is missing, and small cells are gone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from wertstrom_log import MONTAG, STUNDE, TAG, P, filled, kopf, lauf

from wertstrom import glossar
from wertstrom.blatt import Frage, write_blatt
from wertstrom.kennzahlen import KENNZAHLEN, Uhr, Ziel
from wertstrom.kurzblatt import write_kurzblatt
from wertstrom.modell import Angabe
from wertstrom.schutz import OHNE_SCHWELLEN

ZIEL = Ziel(10, Uhr.AT)


def log(n: int) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    faelle = [kopf(k, MONTAG + k * TAG, MONTAG + (k + 3) * TAG) for k in range(n)]
    schritte = []
    for k in range(n):
        start = MONTAG + k * TAG
        schritte += [
            lauf(k, "a", start, start + STUNDE, start + 2 * STUNDE, rolle="ASD", frist_us=start + TAG),
            lauf(k, "b", start + 2 * STUNDE, start + TAG, start + 3 * TAG, rolle="WiJu"),
        ]
    return faelle, schritte


def with_rare_step(n: int) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    faelle, schritte = log(n)
    return faelle, [*schritte, lauf(0, "selten", MONTAG, MONTAG, MONTAG + STUNDE)]


def test_every_registered_figure_stands_on_the_sheet_and_is_json() -> None:
    blatt = write_blatt(filled(*log(8)), P, Frage(ZIEL, MONTAG + 30 * TAG))
    assert list(blatt) == list(KENNZAHLEN)
    json.dumps(blatt)
    assert blatt["durchlaufzeit"]["wert"]["kt"]["median"] == 3
    assert blatt["termintreue"]["wert"]["a"]["rechtzeitig"] == {"anteil": 1.0, "treffer": 8, "n": 8}


def test_a_step_of_few_faelle_is_hidden_and_cannot_be_worked_out() -> None:
    blatt = write_blatt(filled(*with_rare_step(8)), P, Frage(ZIEL, MONTAG + 30 * TAG))
    for name in ("liegezeit", "bearbeitungsdauer", "first_pass_yield", "warteursachen"):
        assert "selten" not in blatt[name]["wert"]
    laeufe = {k: s["laeufe"] for k, s in blatt["schritte"]["wert"].items()}
    assert laeufe["selten"] is None
    assert sum(zahl is None for zahl in laeufe.values()) >= 2


def test_a_small_group_takes_the_next_one_with_it() -> None:
    faelle, schritte = log(20)
    arten = ["SPFH"] * 11 + ["EB"] * 6 + ["ISE"] * 3
    merkmale = [{"fall": k, "name": "hilfeart", "wert": art} for k, art in enumerate(arten)]
    blatt = write_blatt(filled(faelle, schritte, merkmale=merkmale), P, Frage(ZIEL, MONTAG + 30 * TAG))
    assert set(blatt["durchlaufzeit_nach_merkmal"]["wert"]["hilfeart"]) == {"SPFH"}


def test_the_ladder_of_the_sheet_is_the_mean_durchlaufzeit() -> None:
    blatt = write_blatt(filled(*log(8)), P, Frage(ZIEL, MONTAG + 30 * TAG))
    summe = sum(sum(stufe.values()) for stufe in blatt["leiter"]["wert"].values())
    assert abs(summe - blatt["durchlaufzeit"]["wert"]["at"]["mittel"]) < 1e-9


def test_below_the_threshold_no_figure_is_left() -> None:
    blatt = write_blatt(filled(*with_rare_step(4)), P, Frage(ZIEL, MONTAG + 30 * TAG))
    zahlen = [wert for name, k in blatt.items() for wert in numbers(k["wert"]) if name != "zielerreichungsgrad"]
    assert [zahl for zahl in zahlen if zahl] == []


def test_who_holds_the_file_may_see_all_of_it() -> None:
    blatt = write_blatt(filled(*with_rare_step(4)), P, Frage(ZIEL, MONTAG + 30 * TAG, OHNE_SCHWELLEN))
    assert blatt["durchlaufzeit"]["wert"]["n"] == 4
    assert blatt["schritte"]["wert"]["selten"]["laeufe"] == 1


def numbers(wert: Any) -> list[float]:
    if isinstance(wert, dict):
        return [zahl for teil in wert.values() for zahl in numbers(teil)]
    if isinstance(wert, list):
        return [zahl for teil in wert for zahl in numbers(teil)]
    return [wert] if isinstance(wert, int | float) else []


def test_the_short_sheet_says_figures_in_words_and_nothing_below_the_threshold() -> None:
    faelle, schritte = log(8)
    steine = [{"fall": k, "meilenstein": "m_eingang", "zeit_us": f["start_us"]} for k, f in enumerate(faelle)]
    steine += [{"fall": k, "meilenstein": "m_bescheid", "zeit_us": f["ende_us"]} for k, f in enumerate(faelle)]
    frage = Frage(ZIEL, MONTAG + 30 * TAG, angaben={"a": Angabe(pt_min=30), "b": Angabe(pt_min=15)})
    zeilen = {z.titel: z for z in write_kurzblatt(filled(faelle, schritte, meilensteine=steine), P, frage)}
    assert zeilen["K03 Erstkontakt bis Bescheid"].grundlage == "n = 8"
    assert zeilen["Bearbeitungszeit (PT)"].wert == "45 Personenminuten je Vorgang"
    assert zeilen["Schnittstellen je Vorgang"].wert == "1,0 je Vorgang"
    assert zeilen["Termintreue"].wert.startswith("100")
    assert all(z.formel for z in zeilen.values())
    assert write_kurzblatt(filled(*with_rare_step(4)), P, frage) == ()


def test_the_glossary_in_the_docs_is_current() -> None:
    datei = Path(__file__).resolve().parents[2] / "docs" / "kennzahlen.md"
    assert datei.read_text(encoding="utf-8") == glossar.write_glossar()


def test_the_glossary_holds_every_figure_with_its_formula() -> None:
    text = glossar.write_glossar()
    for name, k in KENNZAHLEN.items():
        assert f"### {name}\n" in text
        assert k.formel in text
    for code in "K01 K02 K03 K04 K05 K06 K07 K08 K09 K10 K12 K14 K16 K17 K18 K19 K20 K21 K22 K23 K25 K28".split():
        assert f"| {code} |" in text
