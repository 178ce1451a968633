"""Kommentare, Dokumente and the early end of a Vorgang: who may, what is kept, what it looks like in the database."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import select

from engine import dateien, db, errors
from engine.commands import aufgaben, beitraege, rueckzug
from engine.model import (
    Aufgabe,
    Dokument,
    Ereignis,
    Kommentar,
    Rueckzugsgrund,
    VorgangStatus,
    Wartepunkt,
    Zugriff,
    ZugriffArt,
)
from engine.queries import beitraege as abfragen
from engine.queries import vorgaenge

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF"
EIN_SCHRITT = ('<userTask id="a" name="Erfassen"/>', "s>a", "a>e")


@pytest.fixture
def vorgang(amt, zeichnung):
    return amt.start(amt.publish(zeichnung(*EIN_SCHRITT)))


def kommentiere(amt, wer, vorgang, text="Bitte anrufen"):
    with db.transaction(amt.sessions) as session:
        return beitraege.add_kommentar(
            session, amt.akteur(wer), vorgang, text, schluessel=amt.schluessel, now=amt.now
        ).id


def fuege_an(amt, wer, vorgang, *, daten=PDF, name="Brief Müller.pdf", klasse="S2", pruefung=None):
    with db.transaction(amt.sessions) as session:
        datei = dateien.check(name, daten)
        return beitraege.add_dokument(
            session,
            amt.akteur(wer),
            vorgang,
            datei,
            datenklasse=klasse,
            pruefung=pruefung,
            schluessel=amt.schluessel,
            now=amt.now,
        ).id


def sieht(amt, wer, vorgang_id):
    akteur = amt.akteur(wer)
    with db.transaction(amt.sessions) as session:
        found = vorgaenge.open_vorgang(session, akteur, vorgang_id, now=amt.now, zweck="vorgang")
        return abfragen.beitraege(session, akteur, found, amt.schluessel)


def oeffne(amt, wer, vorgang_id, dokument_id):
    with db.transaction(amt.sessions) as session:
        return abfragen.open_dokument(
            session, amt.akteur(wer), vorgang_id, dokument_id, schluessel=amt.schluessel, now=amt.now
        )


def test_a_kommentar_is_encrypted_recorded_and_read_by_those_in_reach(amt, vorgang) -> None:
    kommentiere(amt, "ben", vorgang)
    [seen] = sieht(amt, "anna", vorgang).kommentare
    assert (seen.text, seen.wer, seen.loeschbar) == ("Bitte anrufen", "Ben", False)
    with db.reading(amt.sessions) as session:
        assert b"anrufen" not in session.query(Kommentar).one().geheimtext
        assert session.query(Ereignis).filter(Ereignis.art == "kommentiert").one().daten == {}
    for wer in ("cem", "fremd"):
        with pytest.raises(errors.NotFound):
            kommentiere(amt, wer, vorgang)
    with pytest.raises(errors.NotAllowed):
        kommentiere(amt, "modell", vorgang)


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 4001])
def test_an_empty_or_endless_kommentar_is_refused(amt, vorgang, text) -> None:
    with pytest.raises(errors.Invalid):
        kommentiere(amt, "anna", vorgang, text)


def test_only_the_author_deletes_a_kommentar(amt, vorgang) -> None:
    kommentar = kommentiere(amt, "ben", vorgang)
    for wer, fehler in (("anna", errors.Conflict), ("cem", errors.NotFound)):
        with pytest.raises(fehler), db.transaction(amt.sessions) as session:
            beitraege.delete_kommentar(session, amt.akteur(wer), vorgang, kommentar, now=amt.now)
    with db.transaction(amt.sessions) as session:
        beitraege.delete_kommentar(session, amt.akteur("ben"), vorgang, kommentar, now=amt.now)
    assert sieht(amt, "ben", vorgang).kommentare == ()


def test_a_dokument_comes_back_as_it_was_and_each_download_is_logged(amt, vorgang) -> None:
    dokument = fuege_an(amt, "anna", vorgang)
    found = oeffne(amt, "ben", vorgang, dokument)
    assert (found.daten, found.name, found.medientyp) == (PDF, "Brief Müller.pdf", "application/pdf")
    with db.reading(amt.sessions) as session:
        row = session.query(Dokument).one()
        assert b"PDF" not in row.geheimtext and "Müller".encode() not in row.name_geheim
        assert session.query(Zugriff).filter(Zugriff.art == ZugriffArt.HERUNTERLADEN).count() == 1


def test_who_may_not_read_the_class_learns_only_that_there_is_a_file(amt, vorgang) -> None:
    dokument = fuege_an(amt, "anna", vorgang, klasse="S2")
    [seen] = sieht(amt, "lea", vorgang).dokumente
    assert (seen.name, seen.groesse) == (None, len(PDF))
    with pytest.raises(errors.NotAllowed):
        oeffne(amt, "lea", vorgang, dokument)
    for wer in ("cem", "fremd"):
        with pytest.raises(errors.NotFound):
            oeffne(amt, wer, vorgang, dokument)


def test_a_file_moved_to_another_vorgang_cannot_be_opened(amt, zeichnung, vorgang) -> None:
    other = amt.start(amt.publish(zeichnung(*EIN_SCHRITT, prozess="q")))
    dokument = fuege_an(amt, "anna", vorgang)
    with pytest.raises(errors.NotFound):
        oeffne(amt, "anna", other, dokument)
    with db.transaction(amt.sessions) as session:
        session.query(Dokument).update({"vorgang_id": other})
    with pytest.raises(errors.EngineError, match="Schlüssel"):
        oeffne(amt, "anna", other, dokument)


def test_a_file_is_deleted_by_who_added_it_or_has_its_aufgabe(amt, vorgang) -> None:
    dokument = fuege_an(amt, "anna", vorgang)
    with pytest.raises(errors.Conflict), db.transaction(amt.sessions) as session:
        beitraege.delete_dokument(session, amt.akteur("ben"), vorgang, dokument, now=amt.now)
    with db.transaction(amt.sessions) as session:
        beitraege.delete_dokument(session, amt.akteur("anna"), vorgang, dokument, now=amt.now)
    assert sieht(amt, "anna", vorgang).dokumente == ()


def test_a_vorgang_has_room_for_so_much_and_the_scanner_is_asked_first(amt, vorgang, monkeypatch) -> None:
    monkeypatch.setattr(beitraege, "MAX_DOKUMENTE", 1)
    asked: list[bytes] = []
    fuege_an(amt, "anna", vorgang, pruefung=asked.append)
    assert asked == [PDF] and sieht(amt, "anna", vorgang).dokumente[0].geprueft
    with pytest.raises(errors.Conflict, match="fasst 1 Dateien"):
        fuege_an(amt, "anna", vorgang)
    with pytest.raises(errors.Invalid, match="wählen Sie"):
        fuege_an(amt, "anna", vorgang, klasse="S0")


def archive(**teile: bytes) -> bytes:
    inhalt = io.BytesIO()
    with zipfile.ZipFile(inhalt, "w") as archiv:
        for name, daten in teile.items():
            archiv.writestr(name.replace("__", "/").replace("_XML", ".xml").replace("_BIN", ".bin"), daten)
    return inhalt.getvalue()


@pytest.mark.parametrize(
    ("name", "daten"),
    [
        ("leer.pdf", b""),
        ("bild.pdf", b"\x89PNG\r\n\x1a\nrest"),
        ("programm.pdf", b"MZ\x90\x00"),
        ("seite.html", b"<script>alert(1)</script>"),
        ("bild.svg", b"<svg onload='x'/>"),
        ("steuer.txt", b"\x00\x01"),
        ("archiv.zip", archive(a=b"x")),
        ("kaputt.docx", b"PK\x03\x04rest"),
        ("makro.docx", archive(word__document_XML=b"x", word__vbaProject_BIN=b"x")),
        ("gross.txt", b"x" * (dateien.MAX_BYTES + 1)),
    ],
)
def test_files_that_are_not_what_they_say_are_refused(name: str, daten: bytes) -> None:
    with pytest.raises(errors.Invalid, match="Anfügen nicht möglich"):
        dateien.check(name, daten)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Akten\\Brief.PDF", "Brief.PDF"),
        ('a"b<c>.pdf', "a_b_c_.pdf"),
        ("x" * 500 + ".pdf", "x" * 116 + ".pdf"),
        ("\u202efdp.pdf", "fdp.pdf"),
    ],
)
def test_names_of_files_become_harmless(name: str, kept: str) -> None:
    assert dateien.check(name, PDF).name == kept


def test_office_files_are_known_by_their_parts() -> None:
    assert dateien.check("a.docx", archive(word__document_XML=b"x")).medientyp.endswith("wordprocessingml.document")
    odt = archive(mimetype=b"application/vnd.oasis.opendocument.text")
    assert dateien.check("a.odt", odt).medientyp == "application/vnd.oasis.opendocument.text"
    assert dateien.check("a.txt", "Grüße\n".encode()).medientyp == "text/plain"


def zieht_zurueck(amt, wer, vorgang):
    with db.transaction(amt.sessions) as session:
        rueckzug.withdraw_vorgang(session, amt.akteur(wer), vorgang, grund=Rueckzugsgrund.FAMILIE, now=amt.now)


def test_a_withdrawn_vorgang_is_over_and_nothing_of_it_waits(amt, zeichnung) -> None:
    bild = zeichnung(
        '<userTask id="a"/><parallelGateway id="g"/><intermediateCatchEvent id="t"><timerEventDefinition>'
        "<timeDuration>P9D</timeDuration></timerEventDefinition></intermediateCatchEvent>",
        "s>g",
        "g>a",
        "g>t",
        "a>e",
        "t>e",
    )
    vorgang = amt.start(amt.publish(bild))
    zieht_zurueck(amt, "lea", vorgang)
    over = amt.vorgang(vorgang)
    assert (over.status, over.beendet_am) == (VorgangStatus.ABGEBROCHEN, amt.now)
    with db.reading(amt.sessions) as session:
        assert session.query(Wartepunkt).count() == 0
        assert session.query(Aufgabe.status).one().status == "entfallen"
        rows = session.execute(select(Ereignis.art, Ereignis.grund).order_by(Ereignis.id)).all()
    assert [tuple(r) for r in rows[-3:]] == [
        ("entfallen", None),
        ("entfallen", None),
        ("vorgang_abgebrochen", "familie"),
    ]
    with pytest.raises(errors.Conflict, match="schon abgeschlossen"):
        zieht_zurueck(amt, "lea", vorgang)
    with pytest.raises(errors.Conflict, match="abgeschlossen"):
        kommentiere(amt, "anna", vorgang)


def test_only_who_works_on_it_began_it_or_leads_may_withdraw(amt, vorgang) -> None:
    with pytest.raises(errors.Conflict, match="Das macht"):
        zieht_zurueck(amt, "ben", vorgang)
    for wer in ("cem", "fremd"):
        with pytest.raises(errors.NotFound):
            zieht_zurueck(amt, wer, vorgang)
    with db.transaction(amt.sessions) as session:
        aufgaben.claim_aufgabe(session, amt.akteur("ben"), amt.offene(vorgang)["a"], now=amt.now + timedelta(minutes=1))
    zieht_zurueck(amt, "ben", vorgang)
