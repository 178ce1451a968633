"""Decision tables: rows of the wrong length, values of the wrong type, gaps, overlaps, rows that never decide."""

from __future__ import annotations

from collections.abc import Iterator

from engine import feel
from engine.dmn.befund import Befund, Ort, Stufe
from engine.dmn.entscheidungsmodell import Entscheidungsmodell
from engine.dmn.modell import Ausgangsspalte, Entscheidung, Regel, TabellenBox, Trefferregel
from engine.dmn.pruefung import abdeckung
from engine.dmn.pruefung.verweise import boxes
from engine.feel import baum
from engine.feel.typen import ANY, Grundtyp, Typ

_EINZELN = frozenset({Trefferregel.EINDEUTIG, Trefferregel.BELIEBIG, Trefferregel.PRIORITAET, Trefferregel.ERSTE})


def check(modell: Entscheidungsmodell) -> Iterator[Befund]:
    """Findings about all tables."""
    for element in modell.modell.elemente:
        if isinstance(element, Entscheidung):
            yield from _single_value(modell, element)
        for box in boxes(element):
            if isinstance(box, TabellenBox):
                yield from _Tabelle(modell, box, element.name).check()


def _single_value(modell: Entscheidungsmodell, element: Entscheidung) -> Iterator[Befund]:
    """Several outputs are a context: a decision that is said to be a text or a number is always null then."""
    tabelle = element.ausdruck
    if not isinstance(tabelle, TabellenBox) or len(tabelle.ausgaenge) < 2 or tabelle.verdichtung is not None:
        return
    if isinstance(typ := modell.typen.typ(element.variable.typ), Grundtyp) and typ.name not in ("context", "list"):
        yield Befund(
            Stufe.WARNUNG,
            "ausgaenge_passen_nicht",
            f"„{element.name}“ ist als „{typ.name}“ angelegt, die Tabelle hat aber {len(tabelle.ausgaenge)} Ausgänge; "
            "ihr Ergebnis ist deshalb immer leer.",
            "Entfernen Sie den Typ der Entscheidung, oder lassen Sie nur einen Ausgang stehen.",
            Ort(element.ort.zeile, element.ort.element or element.id, element.name),
        )


class _Tabelle:
    def __init__(self, modell: Entscheidungsmodell, box: TabellenBox, name: str) -> None:
        self._modell = modell
        self._box = box
        self._name = name

    def check(self) -> Iterator[Befund]:
        """Everything about one table; what cannot be measured is left out."""
        krumm = list(self._lengths())
        yield from krumm
        yield from self._types()
        if krumm or not self._box.regeln or not self._box.eingaenge:
            return
        raum = abdeckung.measure(self._box, self._modell)
        if raum is None:
            return
        yield from self._rows(raum)
        yield from self._overlaps(raum)
        yield from self._gaps(raum)

    def _befund(self, stufe: Stufe, art: str, text: str, abhilfe: str, regel: Regel | None = None) -> Befund:
        ort = regel.ort if regel else self._box.ort
        return Befund(stufe, art, text, abhilfe, Ort(ort.zeile, ort.element or self._box.ort.element, self._name))

    def _lengths(self) -> Iterator[Befund]:
        for nummer, regel in enumerate(self._box.regeln, 1):
            if len(regel.tests) != len(self._box.eingaenge) or len(regel.ergebnisse) != len(self._box.ausgaenge):
                yield self._befund(
                    Stufe.FEHLER,
                    "zeile_unvollstaendig",
                    f"Zeile {nummer} der Tabelle hat nicht so viele Felder, wie die Tabelle Spalten hat.",
                    "Ergänzen Sie die fehlenden Felder; „-“ steht für „beliebig“.",
                    regel,
                )

    # --- types ------------------------------------------------------------------------------------------------

    def _types(self) -> Iterator[Befund]:
        for nummer, regel in enumerate(self._box.regeln, 1):
            for spalte, test in zip(self._box.eingaenge, regel.tests, strict=False):
                typ = self._modell.typen.typ(spalte.ausdruck.typ)
                if any(not typ.passt(wert) for wert in _test_literals(test.text or "-")):
                    yield self._wrong_type(nummer, test.text, spalte.label, regel)
            for ausgang, ergebnis in zip(self._box.ausgaenge, regel.ergebnisse, strict=False):
                if not _fits(self._output_type(ausgang), ergebnis.text):
                    yield self._wrong_type(nummer, ergebnis.text, ausgang.name or self._name, regel)

    def _output_type(self, ausgang: Ausgangsspalte) -> Typ:
        return self._modell.typen.typ(ausgang.typ)

    def _wrong_type(self, nummer: int, text: str, spalte: str, regel: Regel) -> Befund:
        return self._befund(
            Stufe.FEHLER,
            "typfehler",
            f"Zeile {nummer}: „{text[:60]}“ passt nicht zum Typ der Spalte „{spalte[:60]}“.",
            "Ändern Sie den Wert oder den Typ der Spalte.",
            regel,
        )

    # --- rows, overlaps, gaps ---------------------------------------------------------------------------------

    def _rows(self, raum: abdeckung.Raum) -> Iterator[Befund]:
        erste = self._box.trefferregel is Trefferregel.ERSTE
        for nummer, regel in enumerate(self._box.regeln):
            if raum.is_empty(nummer):
                grund = "Ihre Bedingungen kann keine Angabe erfüllen."
            elif erste and raum.is_covered(nummer):
                grund = "Die Zeilen darüber treffen vorher zu."
            else:
                continue
            yield self._befund(
                Stufe.WARNUNG,
                "zeile_unerreichbar",
                f"Zeile {nummer + 1} der Tabelle kommt nie zum Zug: {grund}",
                "Ändern Sie die Bedingungen, verschieben Sie die Zeile oder löschen Sie sie.",
                regel,
            )

    def _overlaps(self, raum: abdeckung.Raum) -> Iterator[Befund]:
        if self._box.trefferregel not in (Trefferregel.EINDEUTIG, Trefferregel.BELIEBIG):
            return
        eindeutig = self._box.trefferregel is Trefferregel.EINDEUTIG
        for i, j in raum.overlaps():
            gleich = [e.text for e in self._box.regeln[i].ergebnisse] == [
                e.text for e in self._box.regeln[j].ergebnisse
            ]
            if eindeutig or not gleich:
                yield self._befund(
                    Stufe.FEHLER,
                    "ueberschneidung",
                    f"Zeile {i + 1} und Zeile {j + 1} treffen zugleich zu ({raum.common(i, j)}); "
                    "dann hat die Tabelle kein Ergebnis.",
                    "Grenzen Sie die Zeilen voneinander ab, oder wählen Sie die Trefferregel „erste“ (F).",
                    self._box.regeln[j],
                )

    def _gaps(self, raum: abdeckung.Raum) -> Iterator[Befund]:
        if self._box.trefferregel not in _EINZELN or any(ausgang.sonst for ausgang in self._box.ausgaenge):
            return
        luecke = raum.gap()
        if luecke is not None:
            yield self._befund(
                Stufe.WARNUNG,
                "luecke",
                f"Für {luecke} trifft keine Zeile zu; das Ergebnis ist dann leer.",
                "Ergänzen Sie eine Zeile, am sichersten eine letzte mit „-“ in allen Feldern.",
            )
            return
        luecke = raum.gap(auch_leer=True)
        if luecke is not None:
            yield self._befund(
                Stufe.HINWEIS,
                "luecke_ohne_angabe",
                f"Für {luecke} trifft keine Zeile zu; das Ergebnis ist dann leer.",
                "Ergänzen Sie eine vorsichtige letzte Zeile mit „-“ in allen Feldern.",
            )


def _test_literals(text: str) -> list[object]:
    """Values that a cell compares with, as far as they stand there literally."""
    try:
        tests = feel.compile_unary_tests(text).baum
    except feel.FeelError:
        return []
    werte: list[object] = []
    for test in tests.positive:
        knoten = test.wert if isinstance(test, baum.TestVergleich) else test
        enden = (knoten.von, knoten.bis) if isinstance(knoten, baum.Bereich) else (knoten,)
        werte += [ende.wert for ende in enden if isinstance(ende, baum.Literal) and ende.wert is not None]
    return werte


def _fits(typ: Typ, text: str) -> bool:
    if typ is ANY or not text:
        return True
    try:
        knoten = feel.compile(text).baum
    except feel.FeelError:
        return True
    return not isinstance(knoten, baum.Literal) or knoten.wert is None or typ.passt(knoten.wert)
