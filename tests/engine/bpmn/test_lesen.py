"""Hostile and broken files: every one is refused or read with a warning, none is resolved, none takes long."""

from __future__ import annotations

import re
import zlib

import pytest

from engine import bpmn
from engine.bpmn import lesen

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
GUT = f'<definitions xmlns="{BPMN}"><process id="p"><task id="t" name="Prüfen"/></process></definitions>'


def only(inhalt: bytes) -> bpmn.Befund:
    """The one finding of a refused file."""
    ergebnis = bpmn.pruefe(inhalt, "x.bpmn")
    assert ergebnis.status is bpmn.Status.ABGELEHNT
    assert ergebnis.modelle == () and ergebnis.ausfuehrbar == b""
    (befund,) = ergebnis.befunde
    assert befund.stufe is bpmn.Stufe.FEHLER and befund.text.endswith(".") and befund.abhilfe.endswith(".")
    return befund


def test_a_good_file_is_read_without_a_finding() -> None:
    gelesen = lesen.lies_xml(GUT.encode())
    assert gelesen.befunde == ()


@pytest.mark.parametrize("inhalt", [b"", b"   \n\t", b"\xef\xbb\xbf", b"\xff\xfe", b"\x00\x00"])
def test_an_empty_file_is_refused(inhalt: bytes) -> None:
    assert only(inhalt).art == "datei_leer"


@pytest.mark.parametrize(
    "inhalt",
    [
        b"Hallo",
        b"PK\x03\x04" + bytes(range(256)),
        b"\x89PNG\r\n\x1a\n\x00\x00",
        b"{}",
        b"<<<<",
        b"<a><b></a>",
        b"\xff\xfe<\x00a",
        zlib.compress(GUT.encode()),
        b'<?xml version="1.0" encoding="utf-16"?>',
    ],
)
def test_what_is_not_xml_is_refused(inhalt: bytes) -> None:
    assert only(inhalt).art == "kein_xml"


@pytest.mark.parametrize(
    ("inhalt", "wort"),
    [
        (b"<html><body>Anmeldung</body></html>", "Webseite"),
        (b'<html xmlns="http://www.w3.org/1999/xhtml"/>', "Webseite"),
        (b'<Package xmlns="http://www.wfmc.org/2008/XPDL2.1"/>', "XPDL"),
        (b'<definitions xmlns="http://schema.omg.org/spec/BPMN/2.0"/>', "BPMN-Fassung"),
        (b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"/>', "kein BPMN"),
        (b"<definitions/>", "kein BPMN"),
        (b'<a:process xmlns:a="http://bpmi.org/BPML"/>', "kein BPMN"),
    ],
)
def test_other_languages_are_named_and_refused(inhalt: bytes, wort: str) -> None:
    befund = only(inhalt)
    assert befund.art == "kein_bpmn" and wort in befund.text and befund.zeile == 1


LACHEN = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))


@pytest.mark.parametrize(
    "kopf",
    [
        f'<!DOCTYPE definitions [<!ENTITY l0 "lol">{LACHEN}]>',
        '<!DOCTYPE definitions [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE definitions SYSTEM "http://127.0.0.1:9/x.dtd">',
        '<!DOCTYPE definitions [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]>',
        "<!DOCTYPE definitions>",
        "<!-- " + "x" * 9_000 + " -->\n<!DOCTYPE definitions>",
        '<!-- <!DOCTYPE a> --><?pi <x> ?>\n<!DOCTYPE definitions [<!ENTITY l0 "x">]>',
    ],
)
@pytest.mark.parametrize("kodierung", ["utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_a_doctype_is_refused_wherever_it_stands(kopf: str, kodierung: str) -> None:
    befund = only((kopf + GUT.replace("Prüfen", "&l9;&x;")).encode(kodierung))
    assert befund.art == "doctype"
    assert befund.zeile == kopf[: kopf.rindex("<!DOCTYPE")].count("\n") + 1


def test_the_word_doctype_in_a_comment_or_a_text_harms_nobody() -> None:
    doku = "<documentation><![CDATA[<!DOCTYPE html> &#x26;]]></documentation></task>"
    inhalt = "<!-- <!DOCTYPE a> -->" + GUT.replace('"/>', f'">{doku}').replace("</task>", "</task>", 1)
    ergebnis = bpmn.pruefe(inhalt.encode())
    assert ergebnis.status is bpmn.Status.LAUFFAEHIG
    assert next(s for s in ergebnis.modelle[0].schritte if s.element == "t").dokumentation == "<!DOCTYPE html> &#x26;"


def test_undeclared_entities_leave_no_trace() -> None:
    ergebnis = bpmn.pruefe(GUT.replace("Prüfen", "&geheim;Prüfen").encode())
    assert "xml_repariert" in {b.art for b in ergebnis.befunde}
    assert b"geheim" not in ergebnis.ausfuehrbar


def test_a_file_that_is_too_large_is_refused_unread() -> None:
    assert only(b"<" * (lesen.MAX_BYTES + 1)).art == "zu_gross"


@pytest.mark.parametrize(
    ("inhalt", "wort"),
    [
        (GUT.replace("<process", "<x/>" * lesen.MAX_ELEMENTE + "<process"), "Elemente"),
        (GUT.replace("<process", "<a>" * 101 + "</a>" * 101 + "<process"), "Ebenen"),
        (GUT.replace("<process", "<a " + " ".join(f'b{i}=""' for i in range(101)) + "/><process"), "Attribute"),
        (GUT.replace("<process", "<a " + " ".join(f'xmlns:b{i}="u"' for i in range(5001)) + "/><process"), "Namens"),
    ],
)
def test_each_limit_refuses(inhalt: str, wort: str) -> None:
    befund = only(inhalt.encode())
    assert befund.art == "zu_gross" and wort in befund.text


@pytest.mark.parametrize("tiefe", [5_000, 200_000])
def test_nesting_without_end_is_refused(tiefe: int) -> None:
    assert only(b"<definitions>" + b"<a>" * tiefe).art in ("zu_gross", "kein_xml")


def test_very_many_attributes_are_refused() -> None:
    attribute = " ".join(f'a{i}="{i}"' for i in range(100_000))
    assert only(GUT.replace("<task ", f"<task {attribute} ").encode()).art == "zu_gross"


def test_very_many_comment_openings_do_not_cost_the_square() -> None:
    only(b"<definitions>" + b"<!--" * 1_000_000)


@pytest.mark.parametrize("kodierung", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_in_any_form_is_read_as_it_is(kodierung: str) -> None:
    gelesen = lesen.lies_xml(GUT.encode(kodierung))
    assert gelesen.befunde == ()
    assert gelesen.wurzel[0][0].get("name") == "Prüfen"


@pytest.mark.parametrize(
    ("angabe", "wirklich"),
    [
        ("UTF-8", "cp1252"),
        ("utf-16", "utf-8"),
        ("UTF-16", "cp1252"),
        ("iso-8859-1", "utf-8"),
        ("windows-1252", "utf-8"),
        ("x-klingonisch", "utf-8"),
        ("unicode_escape", "utf-8"),
    ],
)
def test_a_wrong_encoding_is_recognised_with_a_warning(angabe: str, wirklich: str) -> None:
    kopf = f'<?xml version="1.0" encoding="{angabe}"?>\n'
    gelesen = lesen.lies_xml((kopf + GUT).encode(wirklich))
    assert [b.art for b in gelesen.befunde] == ["kodierung_falsch"]
    assert gelesen.befunde[0].stufe is bpmn.Stufe.WARNUNG and angabe in gelesen.befunde[0].text
    assert gelesen.wurzel[0][0].get("name") == "Prüfen"
    assert gelesen.wurzel[0][0].sourceline == 2


@pytest.mark.parametrize("angabe", ["iso-8859-1", "ISO-8859-15", "windows-1252", "latin1"])
def test_a_true_eight_bit_encoding_is_read_in_silence(angabe: str) -> None:
    kopf = f'<?xml version="1.0" encoding="{angabe}"?>\n'
    gelesen = lesen.lies_xml((kopf + GUT).encode(angabe))
    assert gelesen.befunde == ()
    assert gelesen.wurzel[0][0].get("name") == "Prüfen"


def test_a_slightly_broken_file_is_repaired_with_a_warning_at_its_line() -> None:
    kaputt = GUT.replace("<process", '\n<process xmlns:v="http://a/Initial Import"')
    ergebnis = bpmn.pruefe(kaputt.encode())
    assert ergebnis.status is bpmn.Status.LAUFFAEHIG
    (befund,) = [b for b in ergebnis.befunde if b.art == "xml_repariert"]
    assert befund.stufe is bpmn.Stufe.WARNUNG and befund.zeile == 2


def test_control_characters_never_reach_the_copy() -> None:
    ergebnis = bpmn.pruefe(GUT.replace("Prüfen", "Prü&#1;fen\x02").encode())
    assert ergebnis.status is bpmn.Status.LAUFFAEHIG
    assert not re.search(rb"[\x00-\x08]|&#1;", ergebnis.ausfuehrbar)


def test_comments_and_instructions_are_no_content() -> None:
    ergebnis = bpmn.pruefe(GUT.replace('"/>', '"><!-- x --><?y z?></task>').encode())
    assert ergebnis.status is bpmn.Status.LAUFFAEHIG


def test_a_damaged_namespace_is_refused() -> None:
    assert only(GUT.replace("www.omg", "\x06}ww.omg").encode()).art == "kein_bpmn"
