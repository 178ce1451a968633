"""Quality, flow, milestones and waiting: the vectors of the concept and logs whose figures are worked out by hand."""

from __future__ import annotations

from typing import Any

import pytest
from wertstrom_log import MONTAG, STUNDE, TAG, P, filled, kopf, lauf, zurueck

from wertstrom import beispiel, kennzahlen
from wertstrom.ereignisprotokoll import create_protokoll
from wertstrom.kennzahlen import Anteil, Uhr, Ziel
from wertstrom.modell import Angabe, Wertklasse, complete_angaben
from wertstrom.speicher import Speicher

AT = 8 * STUNDE


@pytest.fixture(scope="module")
def fuenf() -> Speicher:
    return beispiel.fuenf_schritte()


# --- the vectors of § 5.3 -------------------------------------------------------------------------------------------


def test_wertschoepfungsanteil_and_person_minutes_of_the_concept(fuenf: Speicher) -> None:
    anteil = kennzahlen.wertschoepfungsanteil(fuenf, beispiel.AUSWAHL, beispiel.ANGABEN)
    assert anteil.at == pytest.approx(0.01871, abs=5e-6)
    assert kennzahlen.personenminuten(fuenf, beispiel.AUSWAHL, beispiel.ANGABEN).je_fall == 430


def test_rolled_cua_of_the_concept() -> None:
    zurueckgegeben = {"1": 4, "2": 1, "3": 2, "4": 3, "5": 6}  # of 20: 80, 95, 90, 85 and 70 % usable
    schritte = [
        (zurueck(n, k, 0, TAG) if n < anzahl else lauf(n, k, 0, 0, TAG))
        for k, anzahl in zurueckgegeben.items()
        for n in range(20)
    ]
    speicher = filled([kopf(n, 0, TAG) for n in range(20)], schritte)
    assert kennzahlen.vollstaendig_und_richtig(speicher, P)["5"].anteil == 0.7
    ertrag = kennzahlen.gesamt_fpy(speicher, P)
    assert ertrag.rolled_cua == pytest.approx(0.40698, abs=5e-6)
    assert ertrag.gemessen == Anteil(14, 20)  # the returns overlap, so 14 Faelle had none: more than the product says
    quote = kennzahlen.rueckgabequote(speicher, P)
    assert (quote.treffer, quote.n, quote.faelle) == (16, 100, 20)


def test_little_of_the_concept_sixty_anfragen_in_21_at_are_81_open_ones() -> None:
    dauer = 28.3958
    assert 60 / 21 * dauer == pytest.approx(81, abs=0.5)
    fluss = kennzahlen.Fluss(Uhr.AT, 21, zugang=60, abgang=60, bestand_mittel=81, bestand_am_ende=81)
    assert fluss.eingangstakt == pytest.approx(0.35)
    assert kennzahlen.Little(fluss.bestand_mittel, (fluss.durchsatz or 0) * dauer).verhaeltnis == pytest.approx(
        1, abs=0.005
    )


def test_thirty_percent_less_of_the_concept(fuenf: Speicher) -> None:
    mittel = kennzahlen.durchlaufzeit(fuenf, beispiel.AUSWAHL).at.mittel
    assert (mittel or 0) * 0.7 == pytest.approx(19.88, abs=5e-3)


# --- quality --------------------------------------------------------------------------------------------------------


def test_a_further_run_and_a_return_are_both_ruecklauf() -> None:
    speicher = filled(
        [kopf(1, 0, 9), kopf(2, 0, 9), kopf(3, 0, 9), kopf(4, 0, None)],
        [
            lauf(1, "a", 0, 0, 1),
            lauf(2, "a", 0, 0, 1),
            zurueck(2, "b", 1, 2),
            lauf(2, "a", 2, 2, 3, lauf=2),
            lauf(2, "b", 3, 3, 4, lauf=2),
            lauf(3, "a", 0, 0, 1, ausgang="entfallen"),
            lauf(4, "b", 0, 0, None),
        ],
    )
    assert kennzahlen.first_pass_yield(speicher, P) == {"a": Anteil(1, 2), "b": Anteil(0, 1)}
    assert kennzahlen.wiederholung(speicher, P) == {"a": Anteil(1, 2), "b": Anteil(1, 1)}
    assert kennzahlen.vollstaendig_und_richtig(speicher, P)["b"] == Anteil(1, 2, 1)
    ertrag = kennzahlen.gesamt_fpy(speicher, P)
    assert (ertrag.rolled_cua, ertrag.rolled_fpy, ertrag.gemessen) == (0.5, 0.0, Anteil(2, 3))


def test_hands_forms_and_approvals_are_counted_per_finished_fall() -> None:
    speicher = filled(
        [kopf(1, 0, 9), kopf(2, 0, 9), kopf(3, 0, None)],
        [
            lauf(1, "a", 0, 0, 1, rolle="ASD"),
            lauf(1, "x", 1, 1, 2, rolle="ASD"),
            lauf(1, "y", 1, 1, 3, rolle="WiJu"),  # beside x: its predecessor is a
            lauf(1, "post", 3, 3, 4, rolle="WiJu", art="eingang"),
            zurueck(1, "frei", 4, 5, rolle="Leitung", name="Bescheid freigeben"),
            lauf(1, "frei", 5, 5, 6, rolle="Leitung", name="Bescheid freigeben", lauf=2),
            lauf(2, "a", 0, 0, 1, rolle="ASD"),
            lauf(3, "frei", 0, 0, 1, rolle="Leitung", name="Bescheid freigeben"),
        ],
    )
    wechsel = kennzahlen.schnittstellen(speicher, P)
    assert (wechsel.n, wechsel.summe, wechsel.mittel) == (2, 3, 1.5)  # ASD→WiJu, from outside, WiJu→Leitung
    assert kennzahlen.unterschriftenzyklen(speicher, P).summe == 2
    assert kennzahlen.unterschriftenzyklen(speicher, P, {"frei": Angabe()}).summe == 0  # said: it is none
    assert kennzahlen.dokumentationsschritte(speicher, P).summe == 6


def test_fields_that_two_forms_ask_for() -> None:
    speicher = filled([kopf(1, 0, 9)], [lauf(1, "b", 1, 1, 2), lauf(1, "a", 0, 0, 1)])
    angaben = {k: Angabe(felder=frozenset(f)) for k, f in {"a": "xy", "b": "yz", "fehlt": "x"}.items()}
    assert kennzahlen.doppelt_erfasst(speicher, P, angaben) == {"y": ("a", "b")}


def test_steps_without_angaben_are_recognised_by_name_only_where_nobody_said_anything() -> None:
    namen = {"a": "Kostenzusage freigeben", "b": "Zweitunterschrift", "c": "Bedarf klären", "d": "Antrag genehmigen"}
    fertig = complete_angaben({"d": Angabe(va=Wertklasse.UNTERSTUETZEND)}, namen)
    assert [k for k, angabe in fertig.items() if angabe.freigabe] == ["a", "b"]


# --- flow -----------------------------------------------------------------------------------------------------------


def test_coming_going_and_lying_in_a_period() -> None:
    speicher = filled(
        [kopf(1, 0, 4 * TAG), kopf(2, 2 * TAG, 12 * TAG), kopf(3, 6 * TAG, None), kopf(4, 11 * TAG, None)]
    )
    fluss = kennzahlen.durchsatz(speicher, P, 0, 10 * TAG, Uhr.KT)
    assert (fluss.zugang, fluss.abgang, fluss.bestand_am_ende, fluss.tage) == (3, 1, 2, 10)
    assert fluss.bestand_mittel == pytest.approx((4 + 8 + 4) / 10)
    assert fluss.eingangstakt == pytest.approx(10 / 3)
    leer = kennzahlen.durchsatz(speicher, P, 5 * TAG, 5 * TAG, Uhr.AT)
    assert (leer.bestand_mittel, leer.durchsatz) == (None, None)


def test_little_holds_on_a_steady_log_and_not_on_a_growing_one() -> None:
    stetig = filled([kopf(n, n * TAG, (n + 5) * TAG) for n in range(60)])
    assert kennzahlen.little(stetig, P, 10 * TAG, 50 * TAG).verhaeltnis == pytest.approx(1)
    wachsend = filled([kopf(n, n * TAG, (n + 5) * TAG if n % 2 else None) for n in range(60)])
    assert (kennzahlen.little(wachsend, P, 10 * TAG, 50 * TAG).verhaeltnis or 0) > 2


def test_open_faelle_are_compared_with_what_finished_ones_needed() -> None:
    fertige = [kopf(n, 0, n * TAG) for n in range(1, 6)]  # P50 3, P80 4.2, P95 4.8
    speicher = filled([*fertige, *(kopf(10 + n, (10 - n) * TAG, None) for n in (2, 4, 5))])
    alter = kennzahlen.alter_offener(speicher, P, 10 * TAG, Uhr.KT)
    assert (alter.zeit.n, alter.zeit.kt.median) == (3, 4)
    assert (alter.ueber_p50, alter.ueber_p80, alter.ueber_p95) == (2, 1, 1)


def test_kaplan_meier_by_hand() -> None:
    # 1, 2+, 3, 3, 4+, 5: S(1) = 5/6, S(3) = 5/6 · 2/4, S(5) = 0
    faelle = [kopf(1, 0, TAG), kopf(3, 0, 3 * TAG), kopf(4, 0, 3 * TAG), kopf(6, 0, 5 * TAG)]
    faelle += [kopf(2, 8 * TAG, None), kopf(5, 6 * TAG, 10 * TAG, ausgang="abgebrochen")]
    kurve = kennzahlen.ueberleben(filled(faelle), P, 10 * TAG, Uhr.KT)
    assert (kurve.n, kurve.ereignisse) == (6, 4)
    assert [tag for tag, _ in kurve.kurve] == [1, 3, 5]
    assert [offen for _, offen in kurve.kurve] == pytest.approx([5 / 6, 5 / 12, 0])
    assert (kurve.tage(0.5), kurve.tage(0.1), kurve.tage(1.0)) == (3, 1, 5)
    assert kurve.fertig_bis(2.9) == pytest.approx(1 / 6)


def test_slow_open_faelle_make_the_estimate_longer_than_the_median_of_the_finished() -> None:
    speicher = filled([kopf(n, 0, 2 * TAG) for n in range(4)] + [kopf(10 + n, 0, None) for n in range(6)])
    kurve = kennzahlen.ueberleben(speicher, P, 50 * TAG, Uhr.KT)
    assert kennzahlen.durchlaufzeit(speicher, P).kt.median == 2
    assert kurve.tage(0.5) is None
    assert kennzahlen.ueberleben(Speicher(), P, 0, Uhr.AT).kurve == ()


# --- milestones and counts ------------------------------------------------------------------------------------------


def stein(fall: int, name: str, tag: float) -> dict[str, Any]:
    return {"fall": fall, "meilenstein": name, "zeit_us": round(tag * TAG)}


def test_time_between_milestones_leaves_out_the_wrong_way_round_and_counts_who_is_on_the_way() -> None:
    steine = [*(stein(n, "m_eingang", 0) for n in range(1, 6)), stein(1, "m_bescheid", 4), stein(2, "m_bescheid", 10)]
    steine += [stein(5, "m_hilfebeginn", 3), stein(5, "m_bescheid", 2), stein(4, "m_hilfebeginn", 30)]
    speicher = filled(
        [kopf(1, 0, 5 * TAG), *(kopf(n, 0, None) for n in (2, 3, 4)), kopf(5, 0, 9 * TAG, ausgang="abgebrochen")],
        meilensteine=steine,
    )
    ziel = Ziel(5, Uhr.KT)
    zeit = kennzahlen.meilensteinzeit(speicher, P, "m_eingang", "m_bescheid", ziel, 9 * TAG)
    assert (zeit.zeit.n, zeit.zeit.kt.median, zeit.anteil) == (3, 4, Anteil(2, 3))
    assert (zeit.offen, zeit.offen_ueber_ziel) == (2, 2)
    rueckwaerts = kennzahlen.meilensteinzeit(speicher, P, "m_hilfebeginn", "m_bescheid", ziel, 9 * TAG)
    assert (rueckwaerts.zeit.n, rueckwaerts.zeit.kt.median) == (0, None)


def test_a_complaint_is_confirmed_in_48_hours_to_the_microsecond() -> None:
    [k09] = [m for m in kennzahlen.MEILENSTEINZIELE if m.code == "K09"]
    steine = [stein(1, k09.von, 0), stein(1, k09.bis, 2), stein(2, k09.von, 0)]
    steine.append({"fall": 2, "meilenstein": k09.bis, "zeit_us": 2 * TAG + 1})
    speicher = filled([kopf(1, 0, None), kopf(2, 0, None)], meilensteine=steine)
    assert kennzahlen.meilensteinzeit(speicher, P, k09.von, k09.bis, k09.ziel, 0).anteil == Anteil(1, 2)


def test_days_saved_between_two_periods() -> None:
    speicher = filled([kopf(n, 0, 10 * TAG) for n in range(3)] + [kopf(5 + n, 50 * TAG, 57 * TAG) for n in range(3)])
    vorher, nachher = (
        kennzahlen.Auswahl("p", von_us=von, bis_us=bis) for von, bis in ((0, 9 * TAG), (40 * TAG, 60 * TAG))
    )
    gewinn = kennzahlen.beschleunigung(speicher, vorher, nachher, Uhr.KT)
    assert (gewinn.tage, gewinn.relativ) == (3, pytest.approx(0.3))


def test_only_ends_that_lie_long_enough_back_can_have_been_taken_up_again() -> None:
    steine = [stein(n, "m_hilfeende", 0) for n in (1, 2, 3)] + [stein(4, "m_hilfeende", 300)]
    steine += [stein(1, "m_wiederaufnahme", 100), stein(2, "m_wiederaufnahme", 400), stein(4, "m_wiederaufnahme", 310)]
    speicher = filled([kopf(n, 0, TAG) for n in (1, 2, 3, 4)], meilensteine=steine)
    assert kennzahlen.wiederaufnahmequote(speicher, P, 500 * TAG) == Anteil(1, 3)


def test_a_conference_is_documented_when_its_protokoll_follows_before_the_next_conference() -> None:
    speicher = filled(
        [kopf(1, 0, 99), kopf(2, 0, None)],
        [
            lauf(1, "konferenz", 0, 0, 10),
            lauf(1, "konferenz", 20, 20, 30, lauf=2),
            lauf(1, "protokoll", 30, 30, 40),
            lauf(1, "verteilt", 40, 40, 50),
            lauf(2, "konferenz", 0, 0, 10),
            lauf(2, "protokoll", 10, 10, 20),
        ],
    )
    assert kennzahlen.dokumentationsquote(speicher, P, "konferenz", ["protokoll"]) == Anteil(2, 3)
    assert kennzahlen.dokumentationsquote(speicher, P, "konferenz", ["protokoll", "verteilt"]) == Anteil(1, 3)


def test_counts_are_summed_over_the_faelle_that_have_both() -> None:
    werte = {1: ("2", "10"), 2: ("9", "4"), 3: ("x", "5"), 4: ("-1", "5")}
    merkmale = [
        {"fall": n, "name": name, "wert": w}
        for n, paar in werte.items()
        for name, w in zip(("felder_leer", "felder_anwendbar"), paar, strict=True)
    ]
    merkmale.append({"fall": 5, "name": "felder_leer", "wert": "3"})
    speicher = filled([kopf(n, 0, TAG) for n in range(1, 6)], merkmale=merkmale)
    quote = kennzahlen.zaehlquote(speicher, P, "felder_leer", "felder_anwendbar")
    assert (quote.treffer, quote.n, quote.faelle) == (6, 14, 2)


def test_pilot_and_the_others() -> None:
    merkmale = [{"fall": n, "name": "pilot", "wert": "ja"} for n in (1, 2)]
    speicher = filled([kopf(n, 0, n * TAG) for n in (1, 2, 3)] + [kopf(4, 0, None)], merkmale=merkmale)
    zeiten = kennzahlen.durchlaufzeit_nach_merkmal(speicher, P, "pilot")
    assert {wert: (z.n, z.kt.median) for wert, z in zeiten.items()} == {"ja": (2, 1.5), "": (1, 3.0)}


def test_targets_of_counts_and_how_many_are_reached() -> None:
    leer, ziele = (z for z in kennzahlen.ZAEHLZIELE if z.code in ("K07", "K08"))
    assert (leer.is_erreicht(0.05), leer.is_erreicht(0.06)) == (True, False)
    assert (ziele.is_erreicht(0.6), ziele.is_erreicht(0.59)) == (True, False)
    assert kennzahlen.zielerreichungsgrad([True, True, None, False, True]) == Anteil(3, 4)


# --- waiting --------------------------------------------------------------------------------------------------------


def test_waiting_by_cause_adds_up_and_knows_series() -> None:
    """Every second Monday at 10:00 the Fachteam decides four Faelle that arrived on working days before, 9 o'clock."""
    faelle, schritte = [], []
    for sitzung in range(4):
        montag = MONTAG + 14 * sitzung * TAG + 2 * STUNDE
        for n in range(4):
            fall = 10 * sitzung + n
            bereit = montag - 7 * TAG + n * TAG - STUNDE
            faelle.append(kopf(fall, bereit, montag + n * STUNDE // 2 + STUNDE // 2))
            schritte.append(
                lauf(fall, "team", bereit, montag + n * STUNDE // 2, montag + n * STUNDE // 2 + STUNDE // 2)
            )
    speicher = filled(faelle, schritte)
    muster = kennzahlen.buendelung(speicher, P)["team"]
    # The first sitting has no rest before it that anybody knows of.
    assert (muster.serien, muster.laeufe_in_serien, muster.losgroesse, muster.is_muster()) == (3, 12, 4, True)
    warten = kennzahlen.warteursachen(speicher, P)["team"]
    liegezeit = kennzahlen.liegezeit(speicher, P)["team"]
    assert warten.summe == pytest.approx(16 * (liegezeit.kt.mittel or 0))
    assert warten.dienstfrei == pytest.approx(16 * ((liegezeit.kt.mittel or 0) - (liegezeit.at.mittel or 0) / 3))
    # 41 + 33,5 + 26 + 18,5 h of working time per sitting; before the first one lay Pfingstmontag (34 h instead of 41).
    assert (warten.extern, warten.buendelung * 24) == (0, pytest.approx(3 * 119))
    assert warten.uebrig * 24 == pytest.approx(112)


def test_steady_work_is_no_series() -> None:
    zeiten = [MONTAG + TAG * (n // 3) + (n % 3) * 2 * STUNDE for n in range(12)]  # three a day, Monday to Thursday
    speicher = filled(
        [kopf(n, 0, z + STUNDE) for n, z in enumerate(zeiten)],
        [lauf(n, "a", z - STUNDE, z, z + STUNDE) for n, z in enumerate(zeiten)],
    )
    assert kennzahlen.buendelung(speicher, P) == {}


def test_the_engpass_is_where_most_working_time_lies_in_all() -> None:
    schritte = [lauf(n, "kurz", MONTAG, MONTAG + STUNDE, MONTAG + 2 * STUNDE) for n in range(10)]
    schritte.append(lauf(0, "lang", MONTAG, MONTAG + 7 * STUNDE, MONTAG + 8 * STUNDE))
    speicher = filled([kopf(n, MONTAG, MONTAG + AT) for n in range(10)], schritte)
    erster, zweiter = kennzahlen.engpass(speicher, P)
    assert (erster.knoten, erster.faelle, erster.summe_at) == ("kurz", 10, pytest.approx(10 / 8))
    assert (zweiter.knoten, zweiter.anteil) == ("lang", pytest.approx(7 / 17))


def test_a_deadline_is_kept_to_the_microsecond_and_open_ones_stand_beside() -> None:
    schritte = [
        lauf(1, "a", 0, 0, 10, frist_us=10),
        lauf(2, "a", 0, 0, 11, frist_us=10),
        lauf(3, "a", 0, 0, None, frist_us=10),
        lauf(4, "a", 0, 0, None, frist_us=99),
        lauf(5, "a", 0, 0, 5, ausgang="entfallen", frist_us=1),
        lauf(6, "a", 0, 0, 5),
    ]
    speicher = filled([kopf(n, 0, None) for n in range(1, 7)], schritte)
    treue = kennzahlen.termintreue(speicher, P, 50)["a"]
    assert (treue.rechtzeitig, treue.offen, treue.offen_ueber_frist) == (Anteil(1, 2), 2, 1)


def test_slack_of_the_concept_and_what_further_passes_take() -> None:
    speicher = filled([], [])
    speicher.replace(beispiel.parallel())
    schlupf = kennzahlen.schlupf(speicher, beispiel.AUSWAHL)
    assert set(schlupf) == {"x"}
    assert (schlupf["x"].kt.mittel or 0) * 24 == pytest.approx(1.75)
    wieder = filled(
        [kopf(1, 0, 6 * TAG)],
        [lauf(1, "a", 0, 0, TAG), zurueck(1, "b", TAG, 2 * TAG), lauf(1, "a", 2 * TAG, 3 * TAG, 5 * TAG, lauf=2)],
    )
    zeit = kennzahlen.ruecklaufzeit(wieder, P)
    assert set(zeit) == {"a"}
    assert (zeit["a"].laeufe, zeit["a"].faelle, zeit["a"].kt) == (1, 1, 3)


def test_figures_of_nothing_are_none_and_no_error() -> None:
    leer = Speicher()
    leer.replace(create_protokoll([], []))
    assert kennzahlen.gesamt_fpy(leer, P).rolled_cua is None
    assert kennzahlen.rueckgabequote(leer, P).anteil is None
    assert kennzahlen.schnittstellen(leer, P).mittel is None
    assert kennzahlen.alter_offener(leer, P, 0, Uhr.AT).zeit.at.median is None
    assert kennzahlen.little(leer, P, 0, TAG).verhaeltnis is None
    assert kennzahlen.warteursachen(leer, P) == {}
    assert kennzahlen.personenminuten(leer, P, {}).je_fall is None
    assert kennzahlen.wertschoepfungsanteil(leer, P, beispiel.ANGABEN).at is None
