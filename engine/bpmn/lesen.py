"""Reads hostile XML: bytes in, an element tree within fixed limits out, or a refusal in words.

Never resolves an entity, never opens a file or an address, never believes a declared encoding that does not fit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

from engine.bpmn.ergebnis import Befund, Stufe
from engine.bpmn.zeilen import Zeilen, read_zeilen

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
MAX_BYTES = 5_000_000
MAX_ELEMENTE = 20_000
MAX_TIEFE = 100
MAX_ATTRIBUTE = 100
MAX_NAMENSRAEUME = 5_000
_BISSEN = 16_384

_DEKLARATION = re.compile(r"\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_EINFACHE_KODIERUNG = re.compile(r"(iso-?8859-?\d+|latin-?\d|windows-?\d+|cp\d+|us-ascii|ascii|utf-?8)", re.IGNORECASE)
_BOMS = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


class Abgelehnt(Exception):
    """The file cannot be read; carries the one finding that says why."""

    def __init__(self, art: str, text: str, abhilfe: str, zeile: int | None = None) -> None:
        super().__init__(text)
        self.befund = Befund(Stufe.FEHLER, art, text, abhilfe, zeile)


@dataclass(frozen=True, slots=True)
class Gelesen:
    """A tree whose root is a BPMN 2.0 ``definitions`` element, and warnings about how it had to be read."""

    wurzel: etree._Element
    zeilen: Zeilen
    befunde: tuple[Befund, ...]


def lies_xml(inhalt: bytes) -> Gelesen:
    """Parse within the limits of this module.

    Raises `Abgelehnt` for what is no BPMN 2.0 XML or exceeds a limit.
    """
    if not inhalt.strip(b"\x00\r\n\t \xef\xbb\xbf\xff\xfe"):
        raise Abgelehnt(
            "datei_leer", "Die Datei ist leer.", "Bitte speichern Sie das Modell erneut und laden Sie es hoch."
        )
    if len(inhalt) > MAX_BYTES:
        raise zu_gross(f"Die Datei ist größer als {MAX_BYTES // 1_000_000} MB.")
    text, kodierung = _decode(inhalt)
    _refuse_doctype(text)
    if text.count("xmlns") > MAX_NAMENSRAEUME:
        raise zu_gross(f"Die Datei erklärt mehr als {MAX_NAMENSRAEUME} Namensräume.")
    roh = text.encode("utf-8")
    wurzel, reparatur = _parse(roh)
    _expect_bpmn(wurzel)
    return Gelesen(wurzel, read_zeilen(roh, wurzel), tuple(b for b in (kodierung, reparatur) if b))


def _decode(inhalt: bytes) -> tuple[str, Befund | None]:
    """The text of the file, with a warning when the declared encoding is not the real one."""
    for bom, name in _BOMS:
        if inhalt.startswith(bom):
            return _decode_as(inhalt, name), None
    if inhalt.startswith((b"<\x00", b"\x00<")):
        return _decode_as(inhalt, "utf-16-le" if inhalt.startswith(b"<") else "utf-16-be"), None
    treffer = _DEKLARATION.match(inhalt[:400].decode("latin-1"))
    angabe = treffer[1] if treffer else "utf-8"
    return _decode_declared(inhalt, angabe)


def _decode_declared(inhalt: bytes, angabe: str) -> tuple[str, Befund | None]:
    kandidaten = [angabe] if _EINFACHE_KODIERUNG.fullmatch(angabe) else []
    if not inhalt.isascii():  # text that is valid UTF-8 and not ASCII is UTF-8, whatever an eight-bit declaration says
        kandidaten.insert(0, "utf-8")
    for name in [*kandidaten, "utf-8", "cp1252", "latin-1"]:
        try:
            text = inhalt.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
        richtig = inhalt.isascii() and _EINFACHE_KODIERUNG.fullmatch(angabe)
        if richtig or _same_encoding(name, angabe):
            return text, None
        return text, _wrong_encoding(angabe, name)
    raise AssertionError("latin-1 decodes every byte")


def _same_encoding(name: str, angabe: str) -> bool:
    return re.sub("[-_]", "", name.lower()) == re.sub("[-_]", "", angabe.lower())


def _wrong_encoding(angabe: str, gelesen: str) -> Befund:
    return Befund(
        Stufe.WARNUNG,
        "kodierung_falsch",
        f"Die Datei nennt die Kodierung {angabe}, ist aber nicht so gespeichert. Sie wurde als {gelesen} gelesen.",
        "Bitte prüfen Sie die Umlaute in den Beschriftungen und speichern Sie das Modell als UTF-8.",
        1,
    )


def _decode_as(inhalt: bytes, name: str) -> str:
    try:
        return inhalt.decode(name)
    except UnicodeDecodeError:
        raise _not_xml(f"Die Zeichen der Datei passen nicht zu ihrer Kodierung {name}.", None) from None


def _refuse_doctype(text: str) -> None:
    """Find a document type wherever markup may stand; comments and quoted sections do not count."""
    stelle = text.find("<!")
    while stelle >= 0:
        ende = stelle + 2
        if text.startswith("<!--", stelle):
            ende = text.find("-->", stelle + 4)
        elif text.startswith("<![CDATA[", stelle):
            ende = text.find("]]>", stelle + 9)
        else:
            raise Abgelehnt(
                "doctype",
                "Die Datei enthält eine Dokumenttyp-Angabe (DOCTYPE oder ENTITY). Solche Angaben sind nicht erlaubt.",
                "Bitte exportieren Sie das Modell aus Ihrem Werkzeug als BPMN 2.0 ohne DOCTYPE.",
                text.count("\n", 0, stelle) + 1,
            )
        stelle = text.find("<!", ende) if ende >= 0 else -1


def _parse(roh: bytes) -> tuple[etree._Element, Befund | None]:
    """Strictly first; a file that is only slightly broken is repaired, with a warning."""
    try:
        return _read_tree(roh, recover=False), None
    except etree.XMLSyntaxError as streng:
        zeile, grund = streng.lineno, str(streng.msg or "")
    if not re.search(rb"<(?:[\w.-]+:)?definitions[\s>]", roh):
        raise _not_xml("Die Datei ist kein BPMN-Modell.", zeile)
    try:
        wurzel = _read_tree(roh, recover=True)
    except etree.XMLSyntaxError:
        raise _not_xml("Die Datei ist kein lesbares XML.", zeile) from None
    return wurzel, Befund(
        Stufe.WARNUNG,
        "xml_repariert",
        f"Die Datei ist kein fehlerfreies XML (Zeile {zeile}: {grund[:120]}). Sie wurde so weit wie möglich gelesen.",
        "Bitte vergleichen Sie das Bild mit Ihrer Zeichnung und exportieren Sie das Modell erneut.",
        zeile,
    )


def _read_tree(roh: bytes, *, recover: bool) -> etree._Element:
    """Feed the parser in small bites and stop it at the first limit that is passed."""
    parser = etree.XMLPullParser(
        ("start", "end"),
        encoding="utf-8",
        recover=recover,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    zaehler = _Zaehler()
    for anfang in range(0, len(roh), _BISSEN):
        parser.feed(roh[anfang : anfang + _BISSEN])
        zaehler.count(parser)
    wurzel = parser.close()
    zaehler.count(parser)
    if wurzel is None:
        raise etree.XMLSyntaxError("no root element", 0, 0, 0)
    if wurzel.getroottree().docinfo.internalDTD is not None:
        raise Abgelehnt("doctype", "Die Datei enthält einen DOCTYPE.", "Bitte exportieren Sie das Modell ohne DOCTYPE.")
    return wurzel


class _Zaehler:
    """Counts elements, depth and attributes while the parser runs."""

    def __init__(self) -> None:
        self.elemente = 0
        self.tiefe = 0

    def count(self, parser: etree.XMLPullParser) -> None:
        for ereignis, element in parser.read_events():
            self.tiefe += 1 if ereignis == "start" else -1
            if ereignis == "end" or not isinstance(element, etree._Element):
                continue
            self.elemente += 1
            if self.elemente > MAX_ELEMENTE:
                raise zu_gross(f"Die Datei enthält mehr als {MAX_ELEMENTE} Elemente.")
            if self.tiefe > MAX_TIEFE:
                raise zu_gross(f"Die Datei ist tiefer als {MAX_TIEFE} Ebenen geschachtelt.")
            if len(element.attrib) > MAX_ATTRIBUTE:
                raise zu_gross(f"Ein Element trägt mehr als {MAX_ATTRIBUTE} Attribute.")


def _expect_bpmn(wurzel: etree._Element) -> None:
    if wurzel.tag == f"{{{BPMN}}}definitions":
        return
    raum, _, name = str(wurzel.tag).removeprefix("{").rpartition("}")  # a repaired name may be no QName
    if name.lower() == "html":
        text, abhilfe = "Die Datei ist eine Webseite.", "Bitte exportieren Sie das Modell als BPMN 2.0 (Endung .bpmn)."
    elif "xpdl" in raum.lower() or name == "Package":
        text, abhilfe = (
            "Die Datei ist ein XPDL-Modell.",
            "Bitte exportieren Sie das Modell als BPMN 2.0 statt als XPDL.",
        )
    elif name == "definitions" and "bpmn" in raum.lower():
        text, abhilfe = "Die Datei folgt einer anderen BPMN-Fassung.", "Bitte exportieren Sie das Modell als BPMN 2.0."
    else:
        text, abhilfe = (
            "Die Datei ist kein BPMN-2.0-Modell.",
            "Bitte exportieren Sie das Modell als BPMN 2.0 (Endung .bpmn).",
        )
    raise Abgelehnt("kein_bpmn", text, abhilfe, 1)


def zu_gross(text: str) -> Abgelehnt:
    """The refusal of a file that is larger or deeper than any drawing needs to be."""
    return Abgelehnt("zu_gross", text, "Bitte teilen Sie das Modell auf mehrere Dateien auf.")


def _not_xml(text: str, zeile: int | None) -> Abgelehnt:
    return Abgelehnt("kein_xml", text, "Bitte exportieren Sie das Modell erneut als BPMN 2.0 (Endung .bpmn).", zeile)
