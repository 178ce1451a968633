"""The text twin of a decision model: its tables row by row, its expressions, and what changed between two files.

Pure functions of a read model; no database and no request.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from engine.dmn import modell
from engine.dmn.modell import Entscheidung, Modell, TabellenBox, Text, Trefferregel, Verdichtung, Wissensmodell
from web.sprache import _, _l

TREFFERREGELN: Final[dict[Trefferregel, str]] = {
    Trefferregel.EINDEUTIG: _l("Eindeutig (U): genau eine Zeile trifft zu"),
    Trefferregel.BELIEBIG: _l("Beliebig (A): mehrere Zeilen dürfen zutreffen, alle mit demselben Ergebnis"),
    Trefferregel.PRIORITAET: _l("Priorität (P): das wichtigste Ergebnis gilt"),
    Trefferregel.ERSTE: _l("Erste (F): die oberste zutreffende Zeile gilt"),
    Trefferregel.REIHENFOLGE: _l("Reihenfolge (R): alle Ergebnisse in der Folge der Zeilen"),
    Trefferregel.AUSGABEFOLGE: _l("Ausgabefolge (O): alle Ergebnisse in der Folge ihrer Wichtigkeit"),
    Trefferregel.SAMMELN: _l("Sammeln (C): alle Ergebnisse"),
}
VERDICHTUNGEN: Final[dict[Verdichtung, str]] = {
    Verdichtung.SUMME: _l("Sammeln (C+): die Summe der Ergebnisse"),
    Verdichtung.ANZAHL: _l("Sammeln (C#): die Anzahl der Ergebnisse"),
    Verdichtung.KLEINSTES: _l("Sammeln (C<): das kleinste Ergebnis"),
    Verdichtung.GROESSTES: _l("Sammeln (C>): das größte Ergebnis"),
}


@dataclass(frozen=True, slots=True)
class Zeile:
    """One rule: its cells in the order of the columns, remarks last."""

    nummer: int
    zellen: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tabelle:
    """One decision table as text."""

    #: id of the table, as the protocol of an evaluation names it
    kennung: str
    name: str
    regel: str
    #: heads of the inputs, outputs and remarks; their order is that of the cells
    eingaenge: tuple[str, ...]
    ausgaenge: tuple[str, ...]
    anmerkungen: tuple[str, ...]
    zeilen: tuple[Zeile, ...]
    #: output and what it is when no row matches, where that is drawn
    sonst: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Ausdruck:
    """A FEEL expression outside of tables."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Aenderung:
    """One row before and after; None where there is none."""

    art: str  # gleich, geaendert, neu, entfallen
    alt: Zeile | None
    neu: Zeile | None

    def zellen(self) -> tuple[tuple[str, str | None], ...]:
        """Cells as they are now, each with its former text where that was another."""
        if self.alt is None or self.neu is None:
            return tuple((zelle, None) for zelle in (self.neu or self.alt or Zeile(0, ())).zellen)
        paare = zip(self.neu.zellen, self.alt.zellen, strict=False)
        return tuple((neu, alt if alt != neu else None) for neu, alt in paare)


@dataclass(frozen=True, slots=True)
class Tabellenvergleich:
    """One table in two files."""

    name: str
    #: the table as it is now, or as it was when it is gone
    tabelle: Tabelle
    #: columns, hit policy or defaults differ: rows cannot be laid side by side
    umgebaut: bool
    aenderungen: tuple[Aenderung, ...]


def _boxes(daten: Modell) -> Iterator[tuple[str, modell.Boxed]]:
    for element in daten.elemente:
        match element:
            case Entscheidung(ausdruck=inhalt) if inhalt is not None:
                yield from ((element.name, box) for box in modell.walk(inhalt))
            case Wissensmodell(funktion=inhalt) if inhalt is not None:
                yield from ((element.name, box) for box in modell.walk(inhalt))


def tabellen(daten: Modell) -> tuple[Tabelle, ...]:
    """All decision tables, those inside of other expressions included."""
    return tuple(_tabelle(name, box) for name, box in _boxes(daten) if isinstance(box, TabellenBox))


def ausdruecke(daten: Modell) -> tuple[Ausdruck, ...]:
    """All other FEEL expressions."""
    return tuple(Ausdruck(name, box.text) for name, box in _boxes(daten) if isinstance(box, Text) and box.text)


def _tabelle(name: str, box: TabellenBox) -> Tabelle:
    ausgaenge = tuple(
        spalte.label or spalte.name or f"Ergebnis {nr}" for nr, spalte in enumerate(box.ausgaenge, start=1)
    )
    koepfe = (_("Ergebnis"),) if ausgaenge == ("Ergebnis 1",) else ausgaenge
    regel = VERDICHTUNGEN[box.verdichtung] if box.verdichtung else TREFFERREGELN[box.trefferregel]
    breite = max((len(r.anmerkungen) for r in box.regeln), default=0)
    titel = [*box.anmerkungsspalten, *[_("Anmerkung")] * breite][: max(breite, len(box.anmerkungsspalten))]
    return Tabelle(
        kennung=box.ort.element or "",
        name=name,
        regel=regel,
        eingaenge=tuple(e.label or e.ausdruck.text for e in box.eingaenge),
        ausgaenge=koepfe,
        anmerkungen=tuple(text or _("Anmerkung") for text in titel),
        zeilen=tuple(_zeile(nr, regel_, len(titel)) for nr, regel_ in enumerate(box.regeln, start=1)),
        sonst=tuple((k, a.sonst.text) for k, a in zip(koepfe, box.ausgaenge, strict=True) if a.sonst),
    )


def _zeile(nummer: int, regel: modell.Regel, anmerkungen: int) -> Zeile:
    texte = [test.text or "-" for test in regel.tests] + [ergebnis.text for ergebnis in regel.ergebnisse]
    rest = [*regel.anmerkungen, *[""] * anmerkungen][:anmerkungen]
    return Zeile(nummer, (*texte, *rest))


def vergleich(alt: Modell, neu: Modell) -> tuple[Tabellenvergleich, ...]:
    """Every table of both files, row by row; tables belong together by id, else by name."""
    frueher = {t.kennung or t.name: t for t in tabellen(alt)}
    jetzt = {t.kennung or t.name: t for t in tabellen(neu)}
    alle = [*jetzt, *(key for key in frueher if key not in jetzt)]
    return tuple(_vergleich(frueher.get(key), jetzt.get(key)) for key in alle)


def _vergleich(alt: Tabelle | None, neu: Tabelle | None) -> Tabellenvergleich:
    zeigen = neu or alt
    assert zeigen is not None
    umgebaut = alt is not None and neu is not None and _head(alt) != _head(neu)
    if umgebaut:
        return Tabellenvergleich(zeigen.name, zeigen, umgebaut=True, aenderungen=())
    rows = _aligned(alt.zeilen if alt else (), neu.zeilen if neu else ())
    return Tabellenvergleich(zeigen.name, zeigen, umgebaut=False, aenderungen=tuple(rows))


def _head(tabelle: Tabelle) -> tuple[object, ...]:
    return (tabelle.regel, tabelle.eingaenge, tabelle.ausgaenge, tabelle.anmerkungen, tabelle.sonst)


def _aligned(alt: tuple[Zeile, ...], neu: tuple[Zeile, ...]) -> Iterator[Aenderung]:
    abgleich = SequenceMatcher(None, [z.zellen for z in alt], [z.zellen for z in neu], autojunk=False)
    for art, a, b, c, d in abgleich.get_opcodes():
        gleich = min(b - a, d - c)
        for nr in range(gleich):
            yield Aenderung("gleich" if art == "equal" else "geaendert", alt[a + nr], neu[c + nr])
        yield from (Aenderung("entfallen", zeile, None) for zeile in alt[a + gleich : b])
        yield from (Aenderung("neu", None, zeile) for zeile in neu[c + gleich : d])
