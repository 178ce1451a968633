"""A Vorgang decides by its tables: outcome in the variables, record in the Ereignisse, model pinned at publication."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from engine import ausfuehrung, db, errors, spiff
from engine.commands import abschluss, aufgaben, beilagen, entscheidungen, prozesse
from engine.commands.ereignisse import verify_kette
from engine.model import Ereignis, EreignisArt, Prozessversion, Stoerung, Vorgang

KNOTEN = (
    '<userTask id="a" name="Erfassen"/><businessRuleTask id="d" name="Dringlichkeit"/>'
    '<scriptTask id="k"><script>doppelt = alter * 2</script></scriptTask>'
    '<exclusiveGateway id="g" default="f5"/><userTask id="b" name="Sofort"/><userTask id="c" name="Später"/>'
    '<sequenceFlow id="fx" sourceRef="g" targetRef="b"><conditionExpression>prioritaet = "hoch" and doppelt &lt; 9'
    "</conditionExpression></sequenceFlow>"
)
FLUESSE = ("s>a", "a>d", "d>k", "k>g", "g>c", "b>e", "c>e")
EINRICHTUNG = {"aufgaben": {"a": {"formular": "lage"}, "d": {"entscheidung": "dringlichkeit"}}}
FORMULARE = {
    "lage": {
        "type": "default",
        "components": [
            {"type": "number", "key": "alter", "label": "Alter", "properties": {"datenklasse": "S0"}},
            {"type": "textfield", "key": "name", "label": "Name"},
        ],
    }
}


def tabelle(sonst: str = "normal", zeile: str = "&lt; 3") -> bytes:
    regeln = "".join(
        f'<rule id="r{n}"><inputEntry id="i{n}"><text>{test}</text></inputEntry>'
        f'<outputEntry id="o{n}"><text>"{wert}"</text></outputEntry></rule>'
        for n, (test, wert) in enumerate([(zeile, "hoch"), ("null", "hoch"), ("-", sonst)])
    )
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="m" name="m" namespace="urn:m">'
        '<inputData id="alter" name="alter"><variable id="va" name="alter" typeRef="number"/></inputData>'
        '<decision id="dringlichkeit" name="Dringlichkeit"><variable id="vd" name="prioritaet" typeRef="string"/>'
        '<informationRequirement id="ir"><requiredInput href="#alter"/></informationRequirement>'
        '<decisionTable id="dt" hitPolicy="FIRST"><input id="i"><inputExpression id="ie" typeRef="number">'
        '<text>alter</text></inputExpression></input><output id="o" name="prioritaet" typeRef="string"/>'
        f"{regeln}</decisionTable></decision></definitions>"
    ).encode()


@pytest.fixture
def prozess(amt, zeichnung):
    return amt.publish(
        zeichnung(KNOTEN, *FLUESSE),
        einrichtung=EINRICHTUNG,
        formulare=FORMULARE,
        entscheidungen={"dringlichkeit": tabelle()},
    )


def events(amt, vorgang, *arten):
    with db.reading(amt.sessions) as session:
        rows = session.execute(select(Ereignis).where(Ereignis.vorgang_id == vorgang).order_by(Ereignis.id)).scalars()
        return [row for row in rows if not arten or row.art in arten]


def version(amt, prozess, nummer):
    with db.reading(amt.sessions) as session:
        found = session.execute(
            select(Prozessversion).where(Prozessversion.prozess_id == prozess, Prozessversion.nummer == nummer)
        ).scalar_one()
        found.entscheidungsdateien()
        return found


@pytest.mark.parametrize(("alter", "zeile", "prioritaet", "danach"), [("2", 1, "hoch", "b"), ("7", 3, "normal", "c")])
def test_a_table_decides_and_leaves_its_record(amt, prozess, alter, zeile, prioritaet, danach):
    vorgang = amt.start(prozess)
    amt.finish(vorgang, "a", alter=alter, name="Kim Beispiel")
    assert set(amt.offene(vorgang)) == {danach}
    assert amt.vorgang(vorgang).variablen["prioritaet"] == prioritaet
    [event] = events(amt, vorgang, EreignisArt.ENTSCHEIDUNG_GETROFFEN)
    assert (event.element_id, event.lauf, event.aufgabe_id) == ("d", 1, None)
    [eintrag] = event.daten["tabellen"]
    assert event.daten["entscheidung"] == "dringlichkeit" and len(event.daten["modell"]) == 64
    assert eintrag == {"tabelle": "dt", "eingaben": {"alter": int(alter)}, "zeilen": [zeile], "ergebnis": prioritaet}
    assert "Kim" not in str([row.daten for row in events(amt, vorgang)])


def test_a_missing_answer_leads_to_the_cautious_row(amt, prozess):
    vorgang = amt.start(prozess)
    amt.finish(vorgang, "a")
    [event] = events(amt, vorgang, EreignisArt.ENTSCHEIDUNG_GETROFFEN)
    assert event.daten["tabellen"][0]["zeilen"] == [2] and amt.vorgang(vorgang).variablen["prioritaet"] == "hoch"


def test_the_record_is_part_of_the_chain(amt, prozess):
    vorgang = amt.start(prozess)
    amt.finish(vorgang, "a", alter="2")
    with db.reading(amt.sessions) as session:
        rows = session.query(Ereignis).filter(Ereignis.vorgang_id == vorgang).order_by(Ereignis.id).all()
        assert verify_kette(session.get_one(Vorgang, vorgang), rows)


def test_a_decision_and_a_script_make_no_aufgabe(amt, prozess):
    vorgang = amt.start(prozess)
    amt.finish(vorgang, "a", alter="2")
    assert {row.element_id for row in events(amt, vorgang, EreignisArt.BEREIT)} == {"a", "b"}


def test_a_vorgang_stays_on_the_table_it_began_with(amt, prozess, zeichnung):
    earlier = amt.start(prozess)
    amt.publish(zeichnung(KNOTEN, *FLUESSE), entscheidungen={"dringlichkeit": tabelle("hoch")})
    later = amt.start(prozess)
    for vorgang in (earlier, later):
        amt.finish(vorgang, "a", alter="8")
    assert amt.vorgang(earlier).variablen["prioritaet"] == "normal"
    assert amt.vorgang(later).variablen["prioritaet"] == "hoch"
    assert version(amt, prozess, 1).modell_schluessel != version(amt, prozess, 2).modell_schluessel


def test_a_new_drawing_keeps_tables_forms_and_their_steps(amt, prozess, zeichnung):
    amt.publish(zeichnung(KNOTEN, *FLUESSE, name="Neuer Name"))
    kept = version(amt, prozess, 2)
    assert kept.entscheidungsdateien() == {"dringlichkeit": tabelle()}
    assert kept.schritt("d").art == "automatik" and kept.aufgaben_einstellung("d")["entscheidung"] == "dringlichkeit"


def test_the_same_upload_again_is_no_new_version(amt, prozess, zeichnung):
    with db.transaction(amt.sessions) as session:
        [again] = prozesse.upload_modell(
            session,
            amt.akteur("modell"),
            dateiname="test.bpmn",
            inhalt=zeichnung(KNOTEN, *FLUESSE).encode(),
            now=amt.now,
            entscheidungen={"dringlichkeit": tabelle()},
        )
        assert again.nummer == 1


def test_without_its_table_a_person_decides(amt, zeichnung):
    prozess = amt.publish(zeichnung(KNOTEN, *FLUESSE), einrichtung=EINRICHTUNG, formulare=FORMULARE)
    vorgang = amt.start(prozess)
    amt.finish(vorgang, "a", alter="2")
    assert set(amt.offene(vorgang)) == {"d"}
    assert "entscheidungstabelle_von_hand" in [b["art"] for b in version(amt, prozess, 1).befunde]


@pytest.mark.parametrize("kaputt", [b"<", "<ä/>".encode("latin-1"), b"<!DOCTYPE x>" + tabelle()])
def test_an_unusable_table_is_refused_and_nothing_is_stored(amt, zeichnung, kaputt):
    with pytest.raises(beilagen.errors.Invalid), db.transaction(amt.sessions) as session:
        prozesse.upload_modell(
            session,
            amt.akteur("modell"),
            dateiname="x.bpmn",
            inhalt=zeichnung(KNOTEN, *FLUESSE).encode(),
            now=amt.now,
            entscheidungen={"kaputt": kaputt},
        )
    with db.reading(amt.sessions) as session:
        assert session.query(Prozessversion).count() == 0


def test_findings_of_a_table_are_findings_of_the_version(amt, zeichnung):
    luecke = tabelle().replace(b"<text>-</text>", b"<text>5</text>")
    prozess = amt.publish(
        zeichnung(KNOTEN, *FLUESSE), einrichtung=EINRICHTUNG, formulare=FORMULARE, entscheidungen={"d": luecke}
    )
    befunde = [b for b in version(amt, prozess, 1).befunde if b["art"].startswith("dmn_")]
    assert befunde and all("Entscheidungstabelle „d“" in b["text"] and b["zeile"] for b in befunde)


def test_a_table_that_cannot_be_computed_leaves_a_stoerung_and_the_aufgabe_as_it_was(amt, zeichnung):
    endlos = tabelle().replace(b"<text>-</text>", b"<text>count(for i in 1..999999 return i) &gt; 1</text>")
    prozess = amt.publish(
        zeichnung(KNOTEN, *FLUESSE), einrichtung=EINRICHTUNG, formulare=FORMULARE, entscheidungen={"d": endlos}
    )
    vorgang = amt.start(prozess)
    aufgabe, anna = amt.offene(vorgang)["a"], amt.akteur("anna")
    with db.transaction(amt.sessions) as session:
        aufgaben.begin_aufgabe(session, anna, aufgabe, now=amt.now)
    with pytest.raises(spiff.Ausfuehrungsfehler, match=r"„Dringlichkeit“.*lässt sich nicht treffen"):
        ausfuehrung.run_step(
            amt.sessions,
            lambda session: abschluss.complete_aufgabe(
                session, anna, aufgabe, eingaben={"alter": ["7"]}, schluessel=amt.schluessel, now=amt.now
            ),
            aufgabe_id=aufgabe,
            now=amt.now,
        )
    with db.reading(amt.sessions) as session:
        assert session.query(Stoerung).filter(Stoerung.behoben_am.is_(None)).count() == 1
    assert set(amt.offene(vorgang)) == {"a"} and "prioritaet" not in amt.vorgang(vorgang).variablen


def delete(amt, prozess, nummer, name):
    with db.transaction(amt.sessions) as session:
        return entscheidungen.delete_entscheidung(
            session, amt.akteur("modell"), prozess_id=prozess, nummer=nummer, name=name, now=amt.now
        ).nummer


def test_a_model_that_no_step_needs_is_left_out_of_a_new_draft(amt, prozess):
    with db.transaction(amt.sessions) as session:
        neu = entscheidungen.save_entscheidung(
            session,
            amt.akteur("modell"),
            prozess_id=prozess,
            nummer=1,
            name="zweite",
            inhalt=tabelle().replace(b'id="m"', b'id="m2"').replace(b'"dringlichkeit"', b'"zweite"'),
            now=amt.now,
        ).nummer
    nummer = delete(amt, prozess, neu, "zweite")
    assert nummer == neu + 1 and set(version(amt, prozess, nummer).entscheidungsdateien()) == {"dringlichkeit"}
    assert set(version(amt, prozess, neu).entscheidungsdateien()) == {"dringlichkeit", "zweite"}


def test_a_model_by_which_a_step_decides_stays(amt, prozess):
    with pytest.raises(errors.Invalid, match="Der Schritt „Dringlichkeit“ entscheidet nach diesem Modell"):
        delete(amt, prozess, 1, "dringlichkeit")
    with pytest.raises(errors.NotFound):
        delete(amt, prozess, 1, "fehlt")
    with pytest.raises(errors.NotFound):
        delete(amt, prozess, 99, "dringlichkeit")
    with db.reading(amt.sessions) as session:
        assert session.query(Prozessversion).count() == 1
