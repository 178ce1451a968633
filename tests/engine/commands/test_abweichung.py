"""A person sees what a table will say and may deviate with a reason; the record keeps both."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest
from sqlalchemy import select

from engine import db, dmn, errors
from engine.commands import abschluss, aufgaben
from engine.commands.ereignisse import verify_kette
from engine.model import Ereignis, EreignisArt, Formularinhalt, Prozessversion, Vorgang, vorschlag
from engine.queries import aufgaben as abfragen
from engine.queries import verlauf
from engine.schutz import Verschluesselt

TABELLEN = runpy.run_path(str(Path(__file__).with_name("test_entscheidungstabellen.py")))
KNOTEN, FLUESSE, FORMULARE, tabelle = (TABELLEN[name] for name in ("KNOTEN", "FLUESSE", "FORMULARE", "tabelle"))
BEZEICHNUNGEN = {"prioritaet": {"hoch": "Hohe Priorität", "normal": "Normal"}}
ABWEICHEND = {"abweichung.zeile": "1", "abweichung.grund": "A01", "abweichung.text": "Frau Beispiel bittet darum"}


def einrichtung(**regel: object) -> dict[str, object]:
    return {
        "aufgaben": {
            "a": {"formular": "lage", "vorschlag": "d"},
            "d": {"entscheidung": "dringlichkeit", "bezeichnungen": BEZEICHNUNGEN, **regel},
        }
    }


def mit_anmerkung() -> bytes:
    return tabelle().replace(b"</rule>", "<annotationEntry><text>§ 8a</text></annotationEntry></rule>".encode(), 1)


@pytest.fixture
def publish(amt, zeichnung):
    def publish(**regel):
        return amt.publish(
            zeichnung(KNOTEN, *FLUESSE),
            einrichtung=einrichtung(**regel),
            formulare=FORMULARE,
            entscheidungen={"dringlichkeit": mit_anmerkung()},
        )

    return publish


def look(amt, vorgang, **entwurf):
    """What Anna sees of the decision, with this draft."""
    aufgabe, anna = amt.offene(vorgang)["a"], amt.akteur("anna")
    with db.transaction(amt.sessions) as session:
        aufgaben.begin_aufgabe(session, anna, aufgabe, now=amt.now)
        eingaben = {key: [value] for key, value in entwurf.items()}
        abschluss.save_entwurf(session, anna, aufgabe, eingaben=eingaben, schluessel=amt.schluessel, now=amt.now)
    with db.transaction(amt.sessions) as session:
        return abfragen.aufgabe(session, anna, aufgabe, schluessel=amt.schluessel, now=amt.now)


def decided(amt, vorgang):
    with db.reading(amt.sessions) as session:
        rows = session.execute(
            select(Ereignis).where(Ereignis.vorgang_id == vorgang, Ereignis.art == EreignisArt.ENTSCHEIDUNG_GETROFFEN)
        ).scalars()
        return [row.daten for row in rows]


def test_the_person_sees_what_the_table_will_say_and_why(amt, publish):
    vorgang = amt.start(publish())
    sicht = look(amt, vorgang, alter="2").vorschlag
    assert (sicht.worte, sicht.zeile, sicht.gruende) == ((("prioritaet", "Hohe Priorität"),), 1, ("§ 8a",))
    assert [(z.nummer, z.worte) for z in sicht.auswahl] == [(3, (("prioritaet", "Normal"),))]


def test_what_is_missing_is_named_instead_of_a_cautious_guess(amt, zeichnung):
    pflicht = {"lage": {**FORMULARE["lage"], "components": [dict(c) for c in FORMULARE["lage"]["components"]]}}
    pflicht["lage"]["components"][0]["validate"] = {"required": True}
    prozess = amt.publish(
        zeichnung(KNOTEN, *FLUESSE),
        einrichtung=einrichtung(),
        formulare=pflicht,
        entscheidungen={"dringlichkeit": tabelle()},
    )
    sicht = look(amt, amt.start(prozess), name="Kim").vorschlag
    assert (sicht.fehlt, sicht.worte, len(sicht.auswahl)) == (("Alter",), (), 2)


def test_a_deviation_holds_and_the_record_keeps_the_table_and_the_reason(amt, publish):
    vorgang = amt.start(publish())
    aufgabe = amt.offene(vorgang)["a"]
    amt.finish(vorgang, "a", alter="7", **ABWEICHEND)
    assert set(amt.offene(vorgang)) == {"c"} and amt.vorgang(vorgang).variablen["prioritaet"] == "hoch"
    [daten] = decided(amt, vorgang)
    assert daten["ergebnis"] == "normal" and daten["tabellen"][0]["zeilen"] == [3]
    assert daten["abweichung"] == {"zeile": 1, "ergebnis": "hoch", "grund": "A01", "aufgabe": aufgabe}
    with db.transaction(amt.sessions) as session:
        rows = session.query(Ereignis).filter(Ereignis.vorgang_id == vorgang).order_by(Ereignis.id).all()
        found = session.get_one(Vorgang, vorgang)
        assert verify_kette(found, rows) and "Beispiel" not in str([row.daten for row in rows])
        assert "Beispiel" not in str(found.variablen)
        inhalte = session.query(Formularinhalt).filter(Formularinhalt.aufgabe_id == aufgabe).all()
        [klartext] = [
            amt.schluessel.decrypt(Verschluesselt(row.schluessel_id, row.nonce, row.geheimtext), row.ort())
            for row in inhalte
            if row.datenklasse == "S1"
        ]
        assert klartext["abweichung_grund"] == ABWEICHEND["abweichung.text"]
        assert [e.grund for e in verlauf.verlauf(session, found) if e.art == EreignisArt.ENTSCHEIDUNG_GETROFFEN] == [
            "A01"
        ]


def test_a_deviation_to_what_the_table_says_anyway_is_none(amt, publish):
    vorgang = amt.start(publish())
    amt.finish(vorgang, "a", alter="2", **ABWEICHEND)
    [daten] = decided(amt, vorgang)
    assert "abweichung" not in daten and daten["ergebnis"] == "hoch"


def test_a_reason_alone_changes_nothing(amt, publish):
    vorgang = amt.start(publish())
    amt.finish(vorgang, "a", alter="7", **{**ABWEICHEND, "abweichung.zeile": ""})
    assert amt.vorgang(vorgang).variablen["prioritaet"] == "normal" and "abweichung" not in decided(amt, vorgang)[0]


def test_a_deviation_is_used_up(amt, publish):
    vorgang = amt.start(publish())
    amt.finish(vorgang, "a", alter="7", **ABWEICHEND)
    assert amt.vorgang(vorgang).variablen["abweichung_dringlichkeit"] is None


@pytest.mark.parametrize(
    ("eingaben", "feld"),
    [
        ({"abweichung.zeile": "1"}, "abweichung.grund"),
        ({"abweichung.zeile": "1", "abweichung.grund": "A09"}, "abweichung.text"),
        ({"abweichung.zeile": "1", "abweichung.grund": "A09", "abweichung.text": "x" * 2001}, "abweichung.text"),
        ({"abweichung.zeile": "2", "abweichung.grund": "A01"}, "abweichung.zeile"),  # the same outcome as row 1
        ({"abweichung.zeile": "99", "abweichung.grund": "A01"}, "abweichung.zeile"),
        ({"abweichung.zeile": "1; drop", "abweichung.grund": "W05"}, "abweichung.grund"),
    ],
)
def test_a_deviation_without_row_or_reason_is_refused_and_nothing_changes(amt, publish, eingaben, feld):
    vorgang = amt.start(publish())
    with pytest.raises(errors.Invalid) as refused:
        amt.finish(vorgang, "a", alter="7", **eingaben)
    assert feld in refused.value.felder
    assert set(amt.offene(vorgang)) == {"a"} and decided(amt, vorgang) == []


def test_nobody_deviates_from_what_the_law_decides(amt, publish):
    vorgang = amt.start(publish(zwingend=True))
    assert look(amt, vorgang, alter="7").vorschlag.zwingend
    with pytest.raises(errors.Invalid):
        amt.finish(vorgang, "a", alter="7", **ABWEICHEND)
    amt.finish(vorgang, "a", alter="7")
    assert "abweichung" not in decided(amt, vorgang)[0]


def test_the_draft_keeps_a_deviation_and_only_where_there_is_a_proposal(amt, publish, zeichnung):
    sicht = look(amt, amt.start(publish()), alter="7", **ABWEICHEND)
    assert {key: texte[0] for key, texte in sicht.eingaben.items() if "." in key} == ABWEICHEND
    ohne = amt.publish(
        zeichnung(KNOTEN, *FLUESSE),
        einrichtung={"aufgaben": {"a": {"formular": "lage"}, "d": {"entscheidung": "dringlichkeit"}}},
        formulare=FORMULARE,
        entscheidungen={"dringlichkeit": tabelle()},
    )
    sicht = look(amt, amt.start(ohne), alter="7", **ABWEICHEND)
    assert sicht.vorschlag is None and set(sicht.eingaben) <= {"alter", "name"}


def test_a_step_beside_the_table_that_is_decided_by_a_person_has_no_proposal(amt, zeichnung):
    prozess = amt.publish(zeichnung(KNOTEN, *FLUESSE), einrichtung=einrichtung(), formulare=FORMULARE)
    assert look(amt, amt.start(prozess), alter="7").vorschlag is None


def test_a_table_with_several_outputs_deviates_as_a_whole_row():
    mehrere = (
        tabelle()
        .replace(b'name="prioritaet" typeRef="string"/><informationR', b'name="prioritaet"/><informationR')
        .replace(b'<output id="o"', b'<output id="o2" name="bis" typeRef="number"/><output id="o"')
        .replace(b'<outputEntry id="o', b'<outputEntry id="p"><text>24</text></outputEntry><outputEntry id="o')
        .replace(b"<text>24</text>", b"<text>72</text>", 1)
    )
    sammlung = dmn.Sammlung({"d": mehrere})
    auskunft = sammlung.auskunft("dringlichkeit")
    assert [(z.nummer, z.ergebnis) for z in auskunft.auswahl] == [
        (1, {"bis": 72, "prioritaet": "hoch"}),
        (2, {"bis": 24, "prioritaet": "hoch"}),
        (3, {"bis": 24, "prioritaet": "normal"}),
    ]
    gesagt = sammlung.entscheide("dringlichkeit", {"alter": 1})
    gilt = sammlung.weiche_ab("dringlichkeit", gesagt, 3)
    assert gilt.variablen == {"bis": 24, "prioritaet": "normal"} and gesagt.variablen["bis"] == 72
    assert sammlung.weiche_ab("dringlichkeit", gesagt, 3, ergebnis="alles").variablen == {
        "alles": {"bis": 24, "prioritaet": "normal"}
    }
    assert sammlung.weiche_ab("dringlichkeit", gesagt, 77) is gesagt


def test_rows_that_compute_their_outcome_are_no_choice():
    rechnend = tabelle().replace(
        b'<text>"normal"</text>', b"<text>if alter &gt; 9 then &quot;a&quot; else &quot;b&quot;</text>"
    )
    auskunft = dmn.Sammlung({"d": rechnend}).auskunft("dringlichkeit")
    assert [z.nummer for z in auskunft.auswahl] == [1] and auskunft.liest == {"alter"}


@pytest.mark.parametrize("wert", ["1", 1, [], {}, {"zeile": 1}, {"zeile": "1", "grund": "A01", "aufgabe": 1}])
def test_what_no_person_chose_is_no_deviation(wert):
    sammlung = dmn.Sammlung({"d": tabelle()})
    gesagt = sammlung.entscheide("dringlichkeit", {"alter": 7})
    variablen = {"abweichung_dringlichkeit": wert}
    gilt = vorschlag.decide(sammlung, "dringlichkeit", gesagt, variablen, ergebnis="")
    assert gilt.variablen["prioritaet"] == "normal" and "abweichung" not in gilt.protokoll


def test_a_script_cannot_deviate(amt, zeichnung):
    skript = KNOTEN.replace("doppelt = alter * 2", "abweichung_dringlichkeit = alter")
    prozess = amt.publish(
        zeichnung(skript, *FLUESSE),
        einrichtung=einrichtung(),
        formulare=FORMULARE,
        entscheidungen={"dringlichkeit": tabelle()},
    )
    assert amt.start(prozess)
    with db.reading(amt.sessions) as session:
        assert "skript_von_hand" in [b["art"] for b in session.query(Prozessversion).one().befunde]
