"""The page of one process, the comparison of two, and their charts: finding, rows, small cells, hostile names."""

from __future__ import annotations

import dataclasses
import json
import math
from typing import Any

import pytest

from wertstrom import beispiel, diagramme, vergleich
from wertstrom.ereignisprotokoll import create_protokoll
from wertstrom.kalender import Arbeitszeit
from wertstrom.kennzahlen import Auswahl, Uhr, Ziel
from wertstrom.speicher import Speicher
from wertstrom.uebersicht import SCHLUSS, UEBRIGE, ProzessUebersicht, uebersicht
from wertstrom.vergleich import KEIN_NACHWEIS, vergleiche

UHR = Arbeitszeit()
BOESE = '<a href="javascript:alert(1)">Träger & Familie</a>'
JETZT = beispiel.START_US + 90 * 24 * 3_600_000_000


def instant(at: float) -> int:
    """Working days after Monday, 08:00."""
    stand = int(UHR.stand_us([beispiel.START_US])[0]) + round(at * UHR.at_us)
    return max(UHR.zeitpunkt_us(stand), beispiel.START_US)  # the stand of Monday, 08:00, was reached on Friday already


def fill(speicher: Speicher, prozess: str, dauern: list[float], *, offen: int = 0, selten: int = 0) -> None:
    """Each Fall: one day in the basket of „Fachteam“, the rest external, half a day of work; some pass a rare step."""
    faelle, schritte, pausen = [], [], []
    basis = hash_of(prozess)
    for nummer in range(len(dauern) + offen):
        fall, ist_offen = basis + nummer, nummer >= len(dauern)
        ende = None if ist_offen else instant(dauern[nummer])
        kopf = {"fall": fall, "prozess": prozess, "version": 1, "start_us": beispiel.START_US, "ende_us": ende}
        faelle.append(kopf | {"ausgang": "offen" if ist_offen else "abgeschlossen", "beispiel": True})
        schritte.append(step(fall, "team", "Fachteam", 0, 1, None if ist_offen else dauern[nummer]))
        if not ist_offen:
            pause = {
                "fall": fall,
                "knoten": "team",
                "lauf": 1,
                "von_us": instant(1),
                "bis_us": instant(dauern[nummer] - 0.5),
            }
            pausen.append(pause | {"grund": "familie", "extern": True})
        if nummer < selten:
            schritte.append(step(fall, "selten", BOESE, 0, 0.5, 0.75))
    speicher.replace(create_protokoll(faelle, schritte, pausen))


def hash_of(prozess: str) -> int:
    return 1000 * ord(prozess[-1])


def step(fall: int, knoten: str, name: str, bereit: float, begonnen: float, fertig: float | None) -> dict[str, Any]:
    return {
        "fall": fall,
        "knoten": knoten,
        "lauf": 1,
        "name": name,
        "rolle": "ASD",
        "art": "aufgabe",
        "bereit_us": instant(bereit),
        "begonnen_us": instant(begonnen) if fertig is not None else None,
        "fertig_us": None if fertig is None else instant(fertig),
        "ausgang": "offen" if fertig is None else "erledigt",
    }


def page(speicher: Speicher, prozess: str = "p1", **mehr: Any) -> ProzessUebersicht:
    return uebersicht(speicher, Auswahl(prozess), titel=f"Prozess {prozess}", ziel=Ziel(), jetzt_us=JETZT, **mehr)


@pytest.fixture
def speicher() -> Speicher:
    return Speicher(UHR)


def test_the_finding_says_it_all_in_one_breath(speicher: Speicher) -> None:
    fill(speicher, "p1", [8.0] * 10 + [20.0] * 10, offen=3)
    assert page(speicher).befund == (
        "14,0 AT im Mittel (Median 14; n = 20; 3 noch offen) – Ziel 10 AT: 50\u00a0% geschafft. "
        "Größte Liegezeit: vor „Fachteam“, 1,0 AT im Mittel."
    )


def test_open_cases_and_example_data_are_said_beside_the_figures(speicher: Speicher) -> None:
    fill(speicher, "p1", [8.0] * 6, offen=7)
    hinweise = " ".join(page(speicher).hinweise)
    assert "Noch offen und nicht im Mittel: 7 Vorgänge, davon schon älter als 10 AT: 7" in hinweise
    assert "Beispieldaten" in hinweise


@pytest.mark.parametrize(
    ("dauern", "offen", "text"),
    [
        ([], 0, "Noch keine Vorgänge"),
        ([], 4, "Noch kein Vorgang abgeschlossen; 4 offen"),
        ([8.0] * 4, 0, "Weniger als 5"),
    ],
)
def test_too_few_faelle_give_words_instead_of_numbers(
    speicher: Speicher, dauern: list[float], offen: int, text: str
) -> None:
    fill(speicher, "p1", dauern, offen=offen)
    u = page(speicher)
    assert text in u.befund
    assert (u.dauer, u.klassen, u.leiter, u.schritte, u.je_fall) == (None, (), (), (), {})


def test_the_ladder_adds_up_to_the_mean_also_when_steps_are_hidden(speicher: Speicher) -> None:
    fill(speicher, "p1", [float(n) for n in range(5, 25)], selten=2)
    u = page(speicher)
    assert u.dauer is not None
    assert math.fsum(stufe.summe for stufe in u.leiter) == pytest.approx(u.dauer.at.mittel)
    assert {stufe.name for stufe in u.leiter} <= {"Fachteam", UEBRIGE, SCHLUSS}


def test_a_rare_step_shows_no_time_and_neither_does_its_neighbour(speicher: Speicher) -> None:
    fill(speicher, "p1", [8.0] * 20, selten=2)
    zeilen = {zeile.name: zeile for zeile in page(speicher).schritte}
    assert zeilen[BOESE].liegezeit is None
    assert (zeilen[BOESE].laeufe, zeilen[BOESE].faelle) == (None, None)
    assert zeilen["Fachteam"].liegezeit is None, "with one gap in the ladder the hidden step could be computed"


def test_a_role_held_by_few_people_is_not_shown(speicher: Speicher) -> None:
    fill(speicher, "p1", [8.0] * 20)
    assert page(speicher, besetzung={"ASD": 24}).schritte[0].bearbeitung is not None
    assert page(speicher, besetzung={"ASD": 2}).schritte[0].bearbeitung is None


def test_the_distribution_counts_every_finished_fall_and_keeps_the_target_as_a_border(speicher: Speicher) -> None:
    fill(speicher, "p1", [3.0] * 6 + [10.0] * 6 + [10.5] * 8 + [300.0] * 5)
    u = page(speicher)
    assert sum(k.n for k in u.klassen) == 25
    assert any(k.bis == 10 for k in u.klassen)
    assert sum(k.n for k in u.klassen if k.bis is not None and k.bis <= 10) == 12


def test_no_small_number_leaves_the_distribution(speicher: Speicher) -> None:
    fill(speicher, "p1", [1.5, *[7.0] * 9, *[13.0] * 9, 35.0, 36.0])
    assert all(k.n == 0 or k.n >= 5 for k in page(speicher).klassen)


# --- comparison -----------------------------------------------------------------------------------------------------


@pytest.fixture
def paar(speicher: Speicher) -> vergleich.Vergleich:
    fill(speicher, "p1", [20.0] * 40, offen=2)
    fill(speicher, "p2", [8.0] * 12)
    return vergleiche(page(speicher, "p1"), page(speicher, "p2"))


def test_two_processes_side_by_side_with_n_on_both_sides(paar: vergleich.Vergleich) -> None:
    assert paar.befund == ("Prozess p2: 8,0 AT im Mittel, 12,0 AT (60\u00a0%) kürzer als Prozess p1 (n = 12 und 40).")
    mittel = paar.zeilen[0]
    assert (mittel.name, mittel.einheit, mittel.ist, mittel.soll) == ("Durchlaufzeit, Mittel", "AT", 20.0, 8.0)
    assert mittel.differenz == pytest.approx(-12.0)
    assert mittel.relativ == pytest.approx(-0.6)
    assert {zeile.einheit for zeile in paar.zeilen} == {"AT", "KT", "Anteil"}


def test_the_parts_of_each_side_add_up_to_its_mean(paar: vergleich.Vergleich) -> None:
    for seite in (paar.ist, paar.soll):
        assert None not in (seite.liegezeit, seite.extern, seite.bearbeitung)
        assert (seite.liegezeit or 0) + (seite.extern or 0) + (seite.bearbeitung or 0) == pytest.approx(seite.mittel)


def test_a_comparison_claims_no_effect_and_warns_below_thirty(paar: vergleich.Vergleich) -> None:
    assert paar.hinweise[0] == KEIN_NACHWEIS
    assert [h for h in paar.hinweise if "unter 30" in h] == [
        "Prozess p2: nur 12 abgeschlossene Vorgänge (unter 30); die Zahlen können noch stark schwanken."
    ]
    assert any(h.startswith("Prozess p1: 2 Vorgänge noch offen") for h in paar.hinweise)


def test_too_few_on_one_side_compare_nothing(speicher: Speicher) -> None:
    fill(speicher, "p1", [20.0] * 40)
    fill(speicher, "p2", [8.0] * 2)
    v = vergleiche(page(speicher, "p1"), page(speicher, "p2"))
    assert "zu wenige" in v.befund
    assert all(zeile.differenz is None for zeile in v.zeilen)
    assert len(diagramme.draw_vergleich(v).figur["data"][0]["x"]) == 1


# --- charts ---------------------------------------------------------------------------------------------------------


def test_the_distribution_is_drawn_as_counted_with_a_labelled_target_line(speicher: Speicher) -> None:
    fill(speicher, "p1", [3.0] * 6 + [12.0] * 6)
    u = page(speicher)
    bild = diagramme.draw_verteilung(u)
    assert bild.titel == "50\u00a0% der Vorgänge sind nach 10 AT fertig"
    assert bild.figur["data"][0]["y"] == [k.n for k in u.klassen]
    [linie] = bild.figur["layout"]["shapes"]
    grenze = [k.bis for k in u.klassen].index(10.0) + 0.5
    assert (linie["x0"], linie["x1"]) == (grenze, grenze)
    assert "Ziel 10 AT" in [a["text"] for a in bild.figur["layout"]["annotations"]]
    assert bild.figur["layout"]["xaxis"]["ticktext"][0].startswith("bis ")


def test_the_ladder_is_drawn_in_three_parts_with_the_sum_beside_each_bar(speicher: Speicher) -> None:
    fill(speicher, "p1", [8.0] * 10)
    bild = diagramme.draw_leiter(page(speicher))
    assert bild.titel == "Vor „Fachteam“ liegen Vorgänge 1,0 AT"
    teile = {spur["name"]: spur["x"] for spur in bild.figur["data"]}
    assert {name: [round(x, 6) for x in werte] for name, werte in teile.items()} == {
        "Liegezeit": [1.0],
        "Wartezeit extern": [6.5],
        "Bearbeitung": [0.5],
    }
    assert "8,0 AT" in [a["text"] for a in bild.figur["layout"]["annotations"]]
    assert "n = 10" in bild.untertitel
    muster = [spur["marker"]["pattern"]["shape"] for spur in bild.figur["data"]]
    assert len(set(muster)) == 3, "print and colour-blind readers tell the parts by pattern"


def test_steps_with_the_same_name_keep_their_own_bars(speicher: Speicher) -> None:
    fill(speicher, "p1", [8.0] * 10)
    u = page(speicher)
    doppelt = dataclasses.replace(u, leiter=(u.leiter[0], u.leiter[0]))
    assert diagramme.draw_leiter(doppelt).figur["data"][0]["y"] == [0, 1]


def test_names_from_drawings_are_never_markup(speicher: Speicher) -> None:
    fill(speicher, "p1", [8.0] * 10)
    u = page(speicher)
    boese = dataclasses.replace(u, leiter=(dataclasses.replace(u.leiter[0], name=BOESE),), befund=BOESE, anteil=None)
    alles = json.dumps([diagramme.draw_leiter(boese).figur, diagramme.draw_verteilung(boese).figur])
    assert "javascript:" in alles
    assert "<a href" not in alles


def test_numbers_on_charts_are_german_and_the_palette_is_the_callers(speicher: Speicher) -> None:
    fill(speicher, "p1", [8.0] * 10)
    palette = diagramme.Palette(text="#010203", liegezeit="#a0b0c0")
    figur = diagramme.draw_leiter(page(speicher), palette).figur
    layout = figur["layout"]["template"]["layout"]
    assert layout["separators"] == ",."
    assert layout["font"]["color"] == "#010203"
    assert figur["data"][0]["marker"]["color"] == "#a0b0c0"


def test_a_page_that_draws_the_title_itself_gets_the_words_and_more_room(speicher: Speicher) -> None:
    fill(speicher, "p1", [8.0] * 10)
    u = page(speicher)
    mit, ohne = diagramme.draw_leiter(u), diagramme.draw_leiter(u, mit_titel=False)
    assert "title" not in ohne.figur["layout"]
    assert (ohne.titel, ohne.teile) == (mit.titel, ("Liegezeit", "Wartezeit extern", "Bearbeitung"))
    assert ohne.figur["layout"]["height"] < mit.figur["layout"]["height"]


@pytest.mark.parametrize("palette", [diagramme.HELL, diagramme.DUNKEL])
def test_waiting_and_work_stand_out_from_the_ground_three_to_one(palette: diagramme.Palette) -> None:
    for farbe in (palette.liegezeit, palette.extern, palette.bearbeitung, palette.faelle, palette.ziel):
        assert contrast(farbe, palette.flaeche) >= 3
    for farbe in (palette.text, palette.leise):
        assert contrast(farbe, palette.flaeche) >= 4.5


def contrast(eine: str, andere: str) -> float:
    """WCAG 2 contrast ratio of two hex colours."""

    def luminance(farbe: str) -> float:
        teile = [int(farbe[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        r, g, b = (t / 12.92 if t <= 0.04045 else ((t + 0.055) / 1.055) ** 2.4 for t in teile)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    hell, dunkel = sorted((luminance(eine), luminance(andere)), reverse=True)
    return (hell + 0.05) / (dunkel + 0.05)


def test_the_clock_of_the_target_is_the_clock_of_the_page(speicher: Speicher) -> None:
    fill(speicher, "p1", [8.0] * 10)
    u = uebersicht(speicher, Auswahl("p1"), titel="P", ziel=Ziel(10, Uhr.KT), jetzt_us=JETZT)
    assert u.uhr is Uhr.KT
    assert u.dauer is not None
    assert math.fsum(stufe.summe for stufe in u.leiter) == pytest.approx(u.dauer.kt.mittel)
    assert " KT im Mittel" in u.befund
