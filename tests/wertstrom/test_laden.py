"""From the engine's own commands to figures, on both databases: incremental, complete, without persons."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, select

from engine import db, schutz
from engine.commands import abschluss, aufgaben, dienstzeiten, personen, prozesse, vorgaenge
from engine.dienstzeit import Dienstzeit
from engine.model import Aufgabe, Ereignis, Mandant, Rueckgabegrund, Vorgang, Wartegrund
from engine.queries.personen import akteur as load_akteur
from engine.rechte import Akteur, Rolle, rolle_name
from wertstrom import kennzahlen, laden
from wertstrom.ereignisprotokoll import as_us, create_protokoll
from wertstrom.kennzahlen import Auswahl, Uhr
from wertstrom.laden import Wertstrom
from wertstrom.laden.ereignisse import statement
from wertstrom.modell import Modell, Wertklasse
from wertstrom.speicher import Speicher

P = Auswahl("ablauf")
BPMN = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t" id="d">
<process id="ablauf" name="Ablauf" isExecutable="true"><startEvent id="s"/>
<userTask id="erfassen" name="Erfassen"/><userTask id="pruefen" name="Prüfen"/><endEvent id="e"/>
<sequenceFlow id="f1" sourceRef="s" targetRef="erfassen"/>
<sequenceFlow id="f2" sourceRef="erfassen" targetRef="pruefen"/>
<sequenceFlow id="f3" sourceRef="pruefen" targetRef="e"/></process></definitions>"""
EINRICHTUNG = {
    "meilensteine": {"erfassen": "m_triage", "pruefen": "m_bescheid"},
    "nachweise": {"K05": {"anlass": "erfassen", "schritte": ["pruefen"]}},
    "aufgaben": {"pruefen": {"pt_min": 30, "va": "V", "gesetzlich": True, "frist": "frist_at(eingang, 1)"}},
}
#: a Monday, 08:00 in Berlin
MONTAG = datetime(2026, 6, 15, 6, tzinfo=UTC)


def stunde(n: float) -> datetime:
    """Hours since Monday, 08:00."""
    return MONTAG + timedelta(hours=n)


@pytest.fixture(params=["sqlite", "postgresql"])
def db_engine(request: pytest.FixtureRequest) -> Engine:
    """Each test on both databases."""
    engine: Engine = request.getfixturevalue({"sqlite": "new_sqlite", "postgresql": "new_postgres"}[request.param])()
    return engine


@dataclass
class Amt:
    """A small office that works off Vorgänge."""

    sessions: db.SessionFactory
    schluessel: schutz.Schluesselbund
    mandant_id: int
    person_id: int
    prozess_id: int
    wertstrom: Wertstrom

    def akteur(self) -> Akteur:
        with db.reading(self.sessions) as session:
            gefunden = load_akteur(session, self.person_id, MONTAG)
        assert gefunden is not None
        return gefunden

    def start(self, wann: datetime, **mehr: Any) -> int:
        with db.transaction(self.sessions) as session:
            return vorgaenge.start_vorgang(session, self.akteur(), prozess_id=self.prozess_id, now=wann, **mehr).id

    def aufgabe(self, element: str) -> int:
        """The oldest open one of this step."""
        offene = select(Aufgabe.id).where(Aufgabe.fertig_am.is_(None), Aufgabe.element_id == element)
        with db.reading(self.sessions) as session:
            return session.execute(offene.order_by(Aufgabe.id)).scalars().first() or 0

    def do(self, befehl: Any, aufgabe: int, wann: datetime, **mehr: Any) -> None:
        with db.transaction(self.sessions) as session:
            befehl(session, self.akteur(), aufgabe, now=wann, **mehr)

    def complete(self, element: str, begonnen: datetime, fertig: datetime) -> None:
        aufgabe = self.aufgabe(element)
        self.do(aufgaben.begin_aufgabe, aufgabe, begonnen)
        self.do(abschluss.complete_aufgabe, aufgabe, fertig, eingaben={}, schluessel=self.schluessel)

    def speicher(self) -> Speicher:
        with db.reading(self.sessions) as session:
            return self.wertstrom.refresh(session, self.mandant_id)

    def schritte(self) -> list[dict[str, Any]]:
        spalten = "knoten, lauf, name, rolle, art, ausgang, bereit_us, begonnen_us, fertig_us, grund"
        zeiger = self.speicher()._verbindung.execute(f"select {spalten} from schritt order by bereit_us, knoten")
        return [dict(zip(spalten.split(", "), zeile, strict=True)) for zeile in zeiger.fetchall()]


@pytest.fixture
def amt(sessions: db.SessionFactory, tmp_path: Path) -> Amt:
    with db.transaction(sessions) as session:
        mandant = personen.create_mandant(session, kennung="amt", name="Amt", land="NW")
        einheit = personen.create_einheit(session, mandant, kennung="asd", name="ASD")
        gruppen = [
            personen.create_gruppe(session, einheit, kennung=rolle.value, name=rolle.value, rolle=rolle)
            for rolle in (Rolle.ASD_FACHKRAFT, Rolle.MODELLIERUNG)
        ]
        ids = [
            personen.create_person(
                session,
                einheit,
                kennung=name,
                name=name,
                passwort_hash="x",
                gruppen=tuple(gruppen) if not n else (gruppen[0],),
            ).id
            for n, name in enumerate(("anna", "ben"))
        ]
        mandant_id = mandant.id
    ring = schutz.open_schluesselbund(tmp_path / "schluessel.json")
    amt = Amt(sessions, ring, mandant_id, ids[0], 0, Wertstrom())
    with db.transaction(sessions) as session:
        [version] = prozesse.upload_modell(
            session, amt.akteur(), dateiname="ablauf.bpmn", inhalt=BPMN.encode(), now=MONTAG, einrichtung=EINRICHTUNG
        )
        amt.prozess_id = version.prozess_id
        lanes = dict.fromkeys(version.lanes(), "asd_fachkraft")
        prozesse.assign_lanes(session, amt.akteur(), prozess_id=version.prozess_id, nummer=1, lanes=lanes)
        prozesse.publish_version(session, amt.akteur(), prozess_id=version.prozess_id, nummer=1, now=MONTAG)
    return amt


def test_what_was_done_through_commands_is_what_the_figures_say(amt: Amt) -> None:
    amt.start(stunde(0), eingang_am=stunde(-1))
    amt.complete("erfassen", stunde(2), stunde(3))
    amt.complete("pruefen", stunde(24), stunde(26))
    speicher = amt.speicher()
    zeit = kennzahlen.durchlaufzeit(speicher, P)
    assert (zeit.n, zeit.at.mittel, zeit.kt.mittel) == (1, 10 / 8, 27 / 24)
    assert kennzahlen.liegezeit(speicher, P)["erfassen"].at.median == 2 / 8
    assert kennzahlen.bearbeitungsdauer(speicher, P)["pruefen"].at.median == 2 / 8
    stufen = kennzahlen.leiter(speicher, P, Uhr.KT)
    assert [round(s.summe * 24, 9) for s in stufen] == [4, 23]  # the hour before the entry belongs to the first step
    [erster, _] = kennzahlen.schritte(speicher, P)
    assert (erster.name, erster.rolle) == ("Erfassen", rolle_name(Rolle.ASD_FACHKRAFT))


def test_milestones_deadlines_and_merkmale_arrive_and_nothing_else_of_the_variables(amt: Amt) -> None:
    nummer = amt.start(stunde(0), eingang_am=stunde(-1))
    with db.transaction(amt.sessions) as session:
        vorgang = session.get_one(Vorgang, nummer)
        vorgang.variablen = vorgang.variablen | {
            "hilfeart": "SPFH",
            "bezirk": "N" * 200,
            "ziele_gesamt": 4,
        }
    amt.complete("erfassen", stunde(2), stunde(3))
    amt.complete("pruefen", stunde(24), stunde(50))
    speicher = amt.speicher()
    zeit = kennzahlen.meilensteinzeit(speicher, P, "m_eingang", "m_triage", kennzahlen.Ziel(1, Uhr.AT), 0)
    assert zeit.zeit.kt.mittel == pytest.approx(4 / 24)
    assert kennzahlen.meilensteinzeit(speicher, P, "m_triage", "m_bescheid", kennzahlen.Ziel(), 0).zeit.n == 1
    merkmale = speicher._verbindung.execute("select name, wert from merkmal order by name").fetchall()
    assert merkmale == [("hilfeart", "SPFH"), ("ziele_gesamt", "4")]
    [treue] = kennzahlen.termintreue(speicher, P, 0).values()
    assert (treue.rechtzeitig.treffer, treue.rechtzeitig.n) == (0, 1)  # until Tuesday, done on Wednesday


def test_what_was_set_up_for_the_steps(amt: Amt) -> None:
    with db.reading(amt.sessions) as session:
        modell = laden.modell_of(session, amt.mandant_id, "ablauf")
        assert laden.modell_of(session, amt.mandant_id, "fehlt") == Modell()
    angabe = modell.angaben["pruefen"]
    assert (angabe.pt_min, angabe.va, angabe.gesetzlich) == (30, Wertklasse.WERTSCHOEPFEND, True)
    assert modell.nachweise == {"K05": ("erfassen", ["pruefen"])}
    assert [(k.knoten, k.ziele) for k in modell.knoten] == [
        ("s", ("erfassen",)),
        ("erfassen", ("pruefen",)),
        ("pruefen", ("e",)),
        ("e", ()),
    ]


def test_pauses_and_returns_arrive_with_their_reasons(amt: Amt) -> None:
    amt.start(stunde(0))
    amt.complete("erfassen", stunde(0), stunde(1))
    pruefen = amt.aufgabe("pruefen")
    amt.do(aufgaben.begin_aufgabe, pruefen, stunde(1))
    amt.do(aufgaben.pause_aufgabe, pruefen, stunde(2), grund=Wartegrund.FAMILIE)
    amt.do(aufgaben.resume_aufgabe, pruefen, stunde(5))
    amt.do(abschluss.return_aufgabe, pruefen, stunde(6), grund=Rueckgabegrund.UNVOLLSTAENDIG, ziel="erfassen")
    schritte = amt.schritte()
    assert [(s["knoten"], s["lauf"], s["ausgang"], s["grund"]) for s in schritte] == [
        ("erfassen", 1, "erledigt", None),
        ("pruefen", 1, "zurueckgegeben", "W05"),
        ("erfassen", 2, "offen", None),
    ]
    speicher = amt.speicher()
    assert kennzahlen.wartezeit_extern(speicher, P)["pruefen"].at.mittel == 3 / 8
    assert kennzahlen.bearbeitungsdauer(speicher, P)["pruefen"].at.mittel == 2 / 8


def test_a_finished_task_is_seen_at_the_next_look_and_only_its_vorgang_is_read(amt: Amt) -> None:
    for _ in range(3):
        amt.start(stunde(0))
    stand = amt.speicher().stand
    with counted(amt) as statements:
        assert amt.speicher().stand == stand
    assert len(statements) == 2, "nothing new: the calendar of the office and one look at the watermark"
    amt.complete("erfassen", stunde(1), stunde(2))
    assert amt.speicher().stand == stand + 1
    assert kennzahlen.bearbeitungsdauer(amt.speicher(), P)["erfassen"].n == 1
    assert [s["ausgang"] for s in amt.schritte()].count("offen") == 3


@contextmanager
def counted(amt: Amt) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_c: Any, _k: Any, text: str, *_rest: Any) -> None:
        statements.extend([text] * (text != "BEGIN"))

    with amt.sessions() as session:
        engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)


def test_a_row_committed_late_under_a_lower_id_is_not_lost(amt: Amt) -> None:
    """On PostgreSQL a transaction may commit after one that took its ids later."""
    erster, zweiter = amt.start(stunde(0)), amt.start(stunde(0))
    with amt.sessions() as session:
        zeilen = list(session.execute(select(Ereignis).where(Ereignis.vorgang_id == erster)).scalars())
        versteckt = [{c.key: getattr(z, c.key) for c in Ereignis.__table__.columns} for z in zeilen]
    stand = amt.wertstrom
    with db.reading(amt.sessions) as session:
        stand.refresh(session, amt.mandant_id)
        # As if the rows of the first Vorgang had not been visible yet.
        speicher = stand._staende[amt.mandant_id].speicher
        stand.forget(amt.mandant_id, [erster])
        unsichtbar = {zeile["id"] for zeile in versteckt}
        merke = dict(speicher.merke)
        with speicher.writing(merke | {"gesehen": [nummer for nummer in merke["gesehen"] if nummer not in unsichtbar]}):
            pass
    assert kennzahlen.bestand(amt.speicher(), P, kennzahlen.Ziel(), as_us(MONTAG)).faelle == 2
    assert erster < zweiter


def test_no_column_of_the_store_leads_back_to_people_or_vorgaenge(amt: Amt) -> None:
    nummer = amt.start(stunde(0))
    amt.complete("erfassen", stunde(1), stunde(2))
    with counted(amt) as statements:
        anderer = Wertstrom()
        with db.reading(amt.sessions) as session:
            faelle = anderer.refresh(session, amt.mandant_id)._verbindung.execute("select fall from fall").fetchall()
    gelesen = [s for s in statements if "ereignis" in s]
    assert gelesen
    assert not [s for s in gelesen if "person_id" in s or "aktenzeichen" in s]
    assert faelle != [(nummer,)]
    assert faelle != amt.speicher()._verbindung.execute("select fall from fall").fetchall(), "new in every store"


def test_another_mandant_sees_nothing_of_it(amt: Amt) -> None:
    amt.start(stunde(0))
    with db.transaction(amt.sessions) as session:
        fremd = personen.create_mandant(session, kennung="fremd", name="Fremd", land="SH").id
    with db.reading(amt.sessions) as session:
        speicher = amt.wertstrom.refresh(session, fremd)
    assert speicher.query("prozesse") == []
    assert amt.speicher().query("prozesse") != []


def test_a_changed_calendar_counts_everything_anew(amt: Amt) -> None:
    amt.start(stunde(0))
    amt.complete("erfassen", stunde(1), stunde(2))
    amt.complete("pruefen", stunde(48), stunde(49))
    assert kennzahlen.durchlaufzeit(amt.speicher(), P).at.mittel == pytest.approx(17 / 8)
    with db.transaction(amt.sessions) as session:
        session.get_one(Mandant, amt.mandant_id).schliesstage = [date(2026, 6, 16).isoformat()]
    assert kennzahlen.durchlaufzeit(amt.speicher(), P).at.mittel == pytest.approx(9 / 8)


def test_new_office_hours_move_no_figure_of_the_past(amt: Amt) -> None:
    for n in range(3):
        amt.start(stunde(24 * n))
        amt.complete("erfassen", stunde(24 * n + 1), stunde(24 * n + 2))
        amt.complete("pruefen", stunde(24 * n + 5), stunde(24 * n + 6))

    def figures() -> tuple[object, ...]:
        speicher = amt.speicher()
        return (
            kennzahlen.durchlaufzeit(speicher, P),
            kennzahlen.liegezeit(speicher, P),
            kennzahlen.schritte(speicher, P),
        )

    vorher, jetzt = figures(), stunde(60)
    kurz = Dienstzeit(dict.fromkeys(range(5), ((time(9), time(11)),)))
    vorgabe = dienstzeiten.Vorgabe(date(2026, 6, 18), kurz, frozenset({date(2026, 6, 15), date(2026, 6, 19)}))
    with db.transaction(amt.sessions) as session:
        admin = replace(amt.akteur(), mitglied=(replace(amt.akteur().mitglied[0], rolle=Rolle.ADMIN_FACH.value),))
        dienstzeiten.set_dienstzeit(session, admin, vorgabe=vorgabe, now=jetzt)
    assert figures() == vorher
    # From its first day on the new hours count: Thursday 9 to 11, Friday closed.
    amt.start(stunde(72))
    amt.complete("erfassen", stunde(73), stunde(74))
    amt.complete("pruefen", stunde(96), stunde(97))
    assert kennzahlen.durchlaufzeit(amt.speicher(), P).at.mittel == pytest.approx((3 * 6 + 2) / 4 / 8)


def test_erased_vorgaenge_leave_the_figures(amt: Amt) -> None:
    nummer = amt.start(stunde(0))
    amt.speicher()
    amt.wertstrom.forget(amt.mandant_id, [nummer])
    assert amt.schritte() == []


def test_besetzung_counts_people_per_role(amt: Amt) -> None:
    with db.reading(amt.sessions) as session:
        assert laden.besetzung(session, amt.mandant_id, MONTAG) == {
            rolle_name(Rolle.ASD_FACHKRAFT): 2,
            rolle_name(Rolle.MODELLIERUNG): 1,
        }


def test_the_store_on_disk_is_read_by_others_and_belongs_to_its_database(amt: Amt, tmp_path: Path) -> None:
    ordner = str(tmp_path / "wertstrom")
    erster, zweiter = Wertstrom(ordner), Wertstrom(ordner)

    def faelle(wertstrom: Wertstrom) -> list[int]:
        with db.reading(amt.sessions) as session:
            return sorted(wertstrom.refresh(session, amt.mandant_id).faelle())

    nummer = amt.start(stunde(0))
    amt.start(stunde(1))
    vorher = faelle(erster)
    with counted(amt) as statements:
        assert faelle(zweiter) == vorher, "the same pseudonyms: they lie with the store"
    assert not [s for s in statements if "aufgabe" in s], "read from the disk, not from the database"
    amt.complete("erfassen", stunde(1), stunde(2))
    assert faelle(zweiter) == vorher
    with db.reading(amt.sessions) as session:
        assert kennzahlen.bearbeitungsdauer(erster.refresh(session, amt.mandant_id), P)["erfassen"].n == 1
    erster.forget(amt.mandant_id, [nummer])
    assert len(faelle(zweiter)) == 1
    speicher = erster._staende[amt.mandant_id].speicher
    for anders in ({"herkunft": "another database"}, {"marke": 10**9}):
        with speicher.writing(dict(speicher.merke) | anders):
            pass
        neu = faelle(Wertstrom(ordner))
        assert len(neu) == 2, "everything is read anew"
        assert not set(neu) & set(vorher)


def test_vorgaenge_that_are_no_longer_in_the_database_leave_the_figures(amt: Amt) -> None:
    amt.start(stunde(0))
    [fall] = amt.speicher().faelle()
    speicher = amt.wertstrom._staende[amt.mandant_id].speicher
    schritt = {"fall": 7, "knoten": "a", "lauf": 1, "name": "A", "art": "aufgabe", "bereit_us": 0, "ausgang": "offen"}
    kopf = {"fall": 7, "prozess": "ablauf", "version": 1, "start_us": 0, "ausgang": "offen", "beispiel": False}
    speicher.replace(create_protokoll([kopf], [schritt]))
    # As if the Vorgang behind it had been there at the last look.
    anzahl, summe, groesste = speicher.merke["vorgaenge"]
    with speicher.writing(dict(speicher.merke) | {"vorgaenge": [anzahl + 1, summe + 7, groesste]}):
        pass
    amt.complete("erfassen", stunde(1), stunde(2))
    assert amt.speicher().faelle() == [fall]


def test_no_column_that_is_read_names_a_person() -> None:
    text = str(statement(Ereignis.mandant_id == 1)).lower()
    spalten = text.split(" from ")[0]
    assert not [wort for wort in ("person", "aktenzeichen", "kette", "variablen", "inhalt") if wort in spalten]
