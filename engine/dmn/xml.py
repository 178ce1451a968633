"""Reads XML of strangers: no entities, no DTD, no network, limited in size and depth."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.dmn.fehler import DmnError

MAX_BYTES = 5_000_000
MAX_ELEMENTE = 100_000
MAX_TIEFE = 100

#: namespaces of the model in DMN 1.1 to 1.5
NAMENSRAEUME = {
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd": "1.1",
    "http://www.omg.org/spec/DMN/20180521/MODEL/": "1.2",
    "https://www.omg.org/spec/DMN/20191111/MODEL/": "1.3",
    "https://www.omg.org/spec/DMN/20211108/MODEL/": "1.4",
    "https://www.omg.org/spec/DMN/20230324/MODEL/": "1.5",
}

Element = etree._Element


def read(daten: bytes) -> tuple[Element, str]:
    """The root element and the version of DMN. Raises `DmnError`."""
    if len(daten) > MAX_BYTES:
        raise DmnError(f"Das Entscheidungsmodell kann nicht gelesen werden: Es ist größer als {MAX_BYTES // 10**6} MB.")
    if b"<!DOCTYPE" in daten or b"<!ENTITY" in daten:
        raise DmnError("Das Entscheidungsmodell kann nicht gelesen werden: Eine DOCTYPE-Angabe ist nicht erlaubt.")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        wurzel = etree.fromstring(daten, parser)
    except (etree.XMLSyntaxError, ValueError) as fehler:
        zeile = getattr(fehler, "lineno", None)
        ort = f" (Zeile {zeile})" if zeile else ""
        raise DmnError(
            f"Das Entscheidungsmodell kann nicht gelesen werden: Die Datei ist kein gültiges XML{ort}."
        ) from None
    _check_size(wurzel)
    name = etree.QName(wurzel)
    version = NAMENSRAEUME.get(name.namespace or "")
    if name.localname != "definitions" or version is None:
        raise DmnError("Das Entscheidungsmodell kann nicht gelesen werden: Die Datei ist kein DMN 1.1 bis 1.5.")
    return wurzel, version


def _check_size(wurzel: Element) -> None:
    if wurzel.getroottree().docinfo.internalDTD is not None:
        raise DmnError("Das Entscheidungsmodell kann nicht gelesen werden: Eine DOCTYPE-Angabe ist nicht erlaubt.")
    tiefe = anzahl = 0
    for ereignis, _ in etree.iterwalk(wurzel, events=("start", "end")):
        tiefe += 1 if ereignis == "start" else -1
        anzahl += ereignis == "start"
        if tiefe > MAX_TIEFE or anzahl > MAX_ELEMENTE:
            raise DmnError(
                "Das Entscheidungsmodell kann nicht gelesen werden: Es ist zu groß oder zu tief geschachtelt."
            )


def local(element: Element) -> str:
    """Name of the element without its namespace; empty for what is no DMN of ours."""
    name = etree.QName(element)
    return name.localname if name.namespace in NAMENSRAEUME else ""


def children(element: Element, *namen: str) -> Iterator[Element]:
    """Children of the DMN namespace with one of these names, or all of them."""
    for kind in element:
        if isinstance(kind.tag, str) and (name := local(kind)) and (not namen or name in namen):
            yield kind


def child(element: Element, *namen: str) -> Element | None:
    """The first of these children."""
    return next(children(element, *namen), None)


def text_of(element: Element | None) -> str | None:
    """Text of the ``text`` child, without white space around it; None if there is none."""
    if element is None:
        return None
    kind = child(element, "text")
    return None if kind is None else content(kind)


def content(element: Element) -> str:
    """All text inside, without white space around it."""
    return "".join(str(teil) for teil in element.itertext()).strip()


def line(element: Element) -> int | None:
    """1-based line in the file."""
    zeile: object = element.sourceline
    return zeile if isinstance(zeile, int) else None
