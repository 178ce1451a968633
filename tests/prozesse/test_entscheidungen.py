"""The decision tables of the shipped processes: every row by hand, and what is missing never leads to the easy way."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from engine import dmn, katalog

P02 = katalog.lade_paket("p02_hze_fasttrack")
TABELLEN = dmn.Sammlung(P02.entscheidungen)


def decide(name: str, **variablen: Any) -> tuple[int, tuple[Any, ...]]:
    """Number of the matched row and the outputs in their order."""
    entscheid = TABELLEN.entscheide(name, variablen)
    [tabelle] = entscheid.protokoll["tabellen"]
    [zeile] = tabelle["zeilen"]
    return zeile, tuple(entscheid.variablen.values())


def test_the_fast_track_brings_its_tables_without_a_finding() -> None:
    assert sorted(P02.entscheidungen) == ["d01_dringlichkeit", "d02_eignung", "d03_beratungsform", "d09_freigabestufe"]
    assert all(befunde == () for befunde in dmn.pruefe_alle(P02.entscheidungen).values())


@pytest.mark.parametrize(
    ("hinweis", "dringend", "alter", "gruppe", "zeile", "ergebnis"),
    [
        ("ja", "ja", 9, "klinik", 1, ("sofort", "sofort", "ja")),
        ("unklar", "ja", 9, "privat", 1, ("sofort", "sofort", "ja")),
        ("ja", "unklar", 9, "privat", 2, ("sofort", "24h", "ja")),
        ("unklar", "nein", 2, "privat", 3, ("hoch", "24h", "nein")),
        ("ja", "nein", 3, "klinik", 4, ("hoch", "24h", "nein")),
        ("ja", "nein", 3, "privat", 5, ("hoch", "3at", "nein")),
        ("unklar", "nein", 3, "klinik", 6, ("mittel", "7kt", "nein")),
        ("nein", "ja", 1, "klinik", 7, ("mittel", "keine", "nein")),
        ("nein", "nein", 1, "klinik", 8, ("normal", "keine", "nein")),
    ],
)
def test_d01_urgency(
    hinweis: str, dringend: str, alter: int, gruppe: str, zeile: int, ergebnis: tuple[str, ...]
) -> None:
    entschieden = decide(
        "d01_dringlichkeit",
        gefaehrdung_hinweis=hinweis,
        dringend=dringend,
        alter_juengstes_kind=alter,
        meldegruppe=gruppe,
    )
    assert entschieden == (zeile, ergebnis)


def test_d01_counts_what_is_missing_as_unclear_and_a_missing_age_as_small() -> None:
    assert decide("d01_dringlichkeit") == (2, ("sofort", "24h", "ja"))
    assert decide("d01_dringlichkeit", dringend="nein")[0] == 3
    assert decide("d01_dringlichkeit", gefaehrdung_hinweis="nein")[0] == 7


@pytest.mark.parametrize(
    ("werte", "zeile", "weg"),
    [
        (("ja", "ja", "nein", "nein", "ambulant", "ja"), 1, "regel"),
        (("nein", "nein", "nein", "nein", "ambulant", "ja"), 2, "unzustaendig"),
        (("nein", "unklar", "nein", "nein", "ambulant", "ja"), 3, "zustaendigkeit_pruefen"),
        (("nein", "ja", "unklar", "nein", "ambulant", "ja"), 4, "zustaendigkeit_pruefen"),
        (("nein", "ja", "nein", "ja", "offen", "offen"), 5, "beratung"),
        (("nein", "ja", "nein", "nein", "ambulant", "offen"), 6, "ja"),
        (("nein", "ja", "nein", "nein", "eingliederung_35a", "ja"), 7, "regel"),
        (("nein", "ja", "nein", "nein", "stationaer", "ja"), 8, "regel"),
        (("nein", "ja", "nein", "nein", "ambulant", "nein"), 9, "regel"),
    ],
)
def test_d02_suitability(werte: tuple[str, ...], zeile: int, weg: str) -> None:
    namen = (
        "gefaehrdung_hinweis",
        "ortszustaendig",
        "vorrang_anderer",
        "nur_beratung",
        "bedarf_art",
        "psb_einverstanden",
    )
    entschieden, (fasttrack, _) = decide("d02_eignung", **dict(zip(namen, werte, strict=True)))
    assert (entschieden, fasttrack) == (zeile, weg)


def test_d02_takes_the_fast_track_only_when_everything_is_known() -> None:
    alles = {
        "gefaehrdung_hinweis": "nein",
        "ortszustaendig": "ja",
        "vorrang_anderer": "nein",
        "nur_beratung": "nein",
        "bedarf_art": "ambulant",
        "psb_einverstanden": "ja",
    }
    assert decide("d02_eignung", **alles)[1][0] == "ja"
    for name, ersatz in product(alles, (None, "quatsch", 7, [], True)):
        assert decide("d02_eignung", **{**alles, name: ersatz})[1][0] != "ja", (name, ersatz)


@pytest.mark.parametrize(
    ("name", "wert", "form"),
    [
        ("ergebnis_8a", "latent", "fallkonferenz"),
        ("bedarf_art", "stationaer", "fallkonferenz"),
        ("kosten_klasse", "darueber", "fallkonferenz"),
        ("beteiligte_stellen", 3, "fallkonferenz"),
        ("ermessen_offen", "ja", "fallkonferenz"),
        ("hilfe_laenger", "unklar", "fachkraefteteam"),
        ("hilfe_laenger", "nein", "tandem"),
        ("beteiligte_stellen", None, "fallkonferenz"),
        ("ergebnis_8a", None, "fallkonferenz"),
        ("hilfe_laenger", None, "fachkraefteteam"),
    ],
)
def test_d03_form_of_consultation(name: str, wert: object, form: str) -> None:
    ruhig: dict[str, object] = {
        "ergebnis_8a": "keins",
        "bedarf_art": "ambulant",
        "kosten_klasse": "bis_wertgrenze",
        "beteiligte_stellen": 2,
        "ermessen_offen": "nein",
        "hilfe_laenger": "nein",
    }
    assert decide("d03_beratungsform", **{**ruhig, name: wert})[1] == (form,)


@pytest.mark.parametrize(
    ("art", "kosten", "fremd", "ergebnis"),
    [
        ("ablehnung", 90_000, "ja", ("teamleitung", 1)),
        ("bewilligung", 10_000, "nein", ("vier_augen", 1)),
        ("bewilligung", 10_000, "ja", ("leitung_wiju", 1)),
        ("teil", 10_000.01, "nein", ("leitung_wiju", 1)),
        ("bewilligung", 50_000, "ja", ("leitung_wiju", 1)),
        ("bewilligung", 50_000.01, "nein", ("amtsleitung", 2)),
        ("bewilligung", None, "nein", ("amtsleitung", 2)),
        (None, 5_000, None, ("leitung_wiju", 1)),
    ],
)
def test_d09_level_of_approval(
    art: str | None, kosten: float | None, fremd: str | None, ergebnis: tuple[str, int]
) -> None:
    entschieden = decide("d09_freigabestufe", bescheid_art=art, jahreskosten=kosten, fremdunterbringung=fremd)
    assert entschieden[1] == ergebnis
