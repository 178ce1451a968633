"""Runs the cases of a DMN Technology Compatibility Kit archive: ``python tests/conformance/dmn_tck.py ARCHIVE.zip``.

Prints one line per failing case and ``N passed, N failed`` last; exits with 1 if a case fails that is not known to.
A case passes when all its results are as expected; numbers may differ by 1e-8 of their size.
"""

from __future__ import annotations

import sys
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path, PurePosixPath

from lxml import etree

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from engine import dmn
from engine.dmn.lauf import DmnLauf
from engine.errors import EngineError
from engine.feel import vergleich
from engine.feel.werte import Funktion, parse_zahl
from engine.feel.zeit import lesen

XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
JETZT = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)

#: folder (or folder and case) -> why it cannot pass
BEKANNT = {
    "0076-feel-external-java": "calls Java methods: code that a model names is never run",
}


@dataclass(frozen=True)
class Fall:
    """One test case: where it stands, what goes in, what has to come out."""

    ordner: str
    nummer: str
    modell: bytes
    importe: tuple[bytes, ...]
    eingaben: dict[str, object]
    aufruf: str | None
    erwartet: tuple[tuple[str, object], ...]


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _kinder(element: etree._Element, name: str) -> list[etree._Element]:
    return [kind for kind in element if _local(kind) == name]


def wert(element: etree._Element) -> object:
    """The value that an input or expected node holds."""
    komponenten = _kinder(element, "component")
    if komponenten:
        return {kind.get("name", ""): wert(kind) for kind in komponenten}
    for kind in element:
        if _local(kind) == "list":
            return None if kind.get(f"{XSI}nil") == "true" else [wert(teil) for teil in _kinder(kind, "item")]
        if _local(kind) == "value":
            return _einfach(kind)
    return {} if element.get(f"{XSI}nil") != "true" and _local(element) == "item" else None


def _einfach(kind: etree._Element) -> object:
    if kind.get(f"{XSI}nil") == "true":
        return None
    text = kind.text or ""
    match (kind.get(f"{XSI}type") or "string").rpartition(":")[2]:
        case "decimal" | "double" | "integer" | "int" | "long" | "float" | "short":
            return parse_zahl(text.strip())
        case "boolean":
            return text.strip() == "true"
        case "date":
            return lesen.datum(text.strip())
        case "time":
            return lesen.uhrzeit(text.strip())
        case "dateTime":
            return lesen.zeitpunkt(text.strip())
        case "duration" | "dayTimeDuration" | "yearMonthDuration":
            return lesen.dauer(text.strip())
    return text


def gleich(erwartet: object, ist: object) -> bool:
    """Equality of the test kit: numbers within 1e-8, everything else exactly."""
    if isinstance(erwartet, Decimal) and isinstance(ist, Decimal):
        return abs(erwartet - ist) <= Decimal("1e-8") * max(Decimal(1), abs(erwartet))
    if isinstance(erwartet, list) and isinstance(ist, list):
        return len(erwartet) == len(ist) and all(map(gleich, erwartet, ist))
    if isinstance(erwartet, dict) and isinstance(ist, dict):
        return erwartet.keys() == ist.keys() and all(gleich(erwartet[name], ist[name]) for name in erwartet)
    if erwartet is None:
        return ist is None
    return vergleich.gleich(erwartet, ist, None) is True


def faelle(archiv: zipfile.ZipFile) -> Iterator[Fall]:
    """All cases, in the order of the archive."""
    namen = sorted(archiv.namelist())
    for name in namen:
        pfad = PurePosixPath(name)
        if pfad.suffix != ".xml":
            continue
        wurzel = etree.fromstring(archiv.read(name))
        modellname = next((kind.text or "" for kind in wurzel if _local(kind) == "modelName"), "").strip()
        modelle = {
            PurePosixPath(n).name: archiv.read(n)
            for n in namen
            if n.endswith(".dmn") and PurePosixPath(n).parent == pfad.parent
        }
        haupt = modelle.pop(modellname, None)
        if haupt is None:
            continue
        for kind in _kinder(wurzel, "testCase"):
            yield _fall(pfad.parent.name, kind, haupt, tuple(modelle.values()))


def _fall(ordner: str, kind: etree._Element, modell: bytes, importe: tuple[bytes, ...]) -> Fall:
    erwartet = []
    for knoten in _kinder(kind, "resultNode"):
        soll = next(iter(_kinder(knoten, "expected")), None)
        erwartet.append((knoten.get("name", ""), None if soll is None else wert(soll)))
    return Fall(
        ordner,
        kind.get("id", "?"),
        modell,
        importe,
        {knoten.get("name", ""): wert(knoten) for knoten in _kinder(kind, "inputNode")},
        kind.get("invocableName") if kind.get("type") in ("decisionService", "bkm") else None,
        tuple(erwartet),
    )


class Lader:
    """Compiles every model once, imported models first."""

    def __init__(self) -> None:
        self._fertig: dict[tuple[bytes, tuple[bytes, ...]], dmn.Entscheidungsmodell] = {}

    def load(self, fall: Fall) -> dmn.Entscheidungsmodell:
        """The model of a case."""
        schluessel = (fall.modell, fall.importe)
        if schluessel not in self._fertig:
            self._fertig[schluessel] = dmn.Entscheidungsmodell(fall.modell, self._importe(fall.importe))
        return self._fertig[schluessel]

    @staticmethod
    def _importe(daten: Iterable[bytes]) -> list[dmn.Entscheidungsmodell]:
        geladen: list[dmn.Entscheidungsmodell] = []
        offen = list(daten)
        while offen:
            for text in list(offen):
                try:
                    modell = dmn.Entscheidungsmodell(text, geladen)
                except EngineError:
                    offen.remove(text)
                    continue
                braucht = {eintrag.namensraum for eintrag in modell.modell.importe}
                if braucht <= {anderes.modell.namensraum for anderes in geladen} or len(offen) == 1:
                    geladen.append(modell)
                    offen.remove(text)
                    break
            else:
                break
        return geladen


def pruefe(fall: Fall, lader: Lader) -> str | None:
    """What is wrong with a case, or None if it passes."""
    for name, soll in fall.erwartet:
        try:
            modell = lader.load(fall)
            ist = modell.evaluate_wert(fall.aufruf or name, fall.eingaben, DmnLauf({}, JETZT))
            if fall.aufruf and isinstance(ist, dict) and name in ist and name != fall.aufruf:
                ist = ist[name]
        except EngineError as fehler:
            if soll is not None:
                return f"{name}: {fehler.text}"
            ist = None
        if isinstance(ist, Funktion) and soll is not None:
            return f"{name}: a function"
        if not gleich(soll, ist):
            return f"{name}: expected {soll!r}, got {ist!r}"
    return None


def run(pfad: Path) -> tuple[int, list[tuple[Fall, str]]]:
    """Number of passed cases, and the failed ones with their reason."""
    lader, bestanden, fehler = Lader(), 0, []
    with zipfile.ZipFile(pfad) as archiv:
        for fall in faelle(archiv):
            grund = pruefe(fall, lader)
            if grund is None:
                bestanden += 1
            else:
                fehler.append((fall, grund))
    return bestanden, fehler


def main(argumente: list[str]) -> int:
    """The command line."""
    if len(argumente) != 1:
        sys.stdout.write(f"{__doc__}\n")
        return 2
    bestanden, fehler = run(Path(argumente[0]))
    for fall, grund in fehler:
        bekannt = f" [known: {BEKANNT[fall.ordner]}]" if fall.ordner in BEKANNT else ""
        sys.stdout.write(f"{fall.ordner} {fall.nummer}: {' '.join(grund.split())[:300]}{bekannt}\n")
    sys.stdout.write(f"{bestanden} passed, {len(fehler)} failed\n")
    return int(any(fall.ordner not in BEKANNT for fall, _ in fehler))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
