"""Who may do what: the table as a whole, and what follows from several memberships."""

from __future__ import annotations

import pytest

from engine.rechte import LESBAR, RECHTE, Akteur, Mitglied, Recht, Rolle, Sicht, rolle_name, rollen_with

AMT, NORD, SUED = 1, 2, 3


def person(*rollen: tuple[str, int | None]) -> Akteur:
    return Akteur(7, 1, AMT, "P", tuple(Mitglied(n, rolle, rolle, unit) for n, (rolle, unit) in enumerate(rollen)))


def test_every_role_has_a_line_and_a_name():
    assert set(RECHTE) == set(Rolle)
    assert all(rolle_name(rolle) != rolle for rolle in Rolle)


@pytest.mark.parametrize("rolle", [r for r in Rolle if RECHTE[r][1] is Sicht.KEINE])
def test_who_reaches_no_vorgang_opens_none_works_on_none_and_reads_nothing(rolle):
    rights, _ = RECHTE[rolle]
    assert not rights & {Recht.VORGANG_SEHEN, Recht.ARBEITSKORB, Recht.VORGANG_STARTEN}
    assert rolle not in LESBAR
    assert [k for k in ("S0", "S1", "S2", "S3") if person((rolle, AMT)).liest(k)] == ["S0"]


def test_who_works_on_aufgaben_may_open_their_vorgang():
    assert rollen_with(Recht.ARBEITSKORB) <= rollen_with(Recht.VORGANG_SEHEN)


def test_entrusted_data_stay_with_the_fachkraft():
    assert {r for r, klassen in LESBAR.items() if "S2" in klassen} == {Rolle.ASD_FACHKRAFT, Rolle.OMBUDSSTELLE}


def test_a_lead_reaches_the_unit_she_leads_and_no_other_she_belongs_to():
    lead = person((Rolle.ASD_LEITUNG, NORD), (Rolle.FACHTEAM, AMT), (Rolle.ASD_FACHKRAFT, SUED))
    assert lead.sicht is Sicht.EINHEIT
    assert lead.einheiten == {NORD}


def test_a_role_that_nobody_knows_gives_nothing():
    stranger = person(("gibt_es_nicht", NORD))
    assert (stranger.rechte, stranger.sicht, stranger.einheiten) == (frozenset(), Sicht.KEINE, frozenset())
    assert not stranger.liest("S1")
