"""Measures which inputs the rows of a decision table cover.

Every column is cut at the values that its cells name, into pieces in which no cell can tell two values apart. A cell is
tried on one value of each piece, so it becomes a set of pieces, and a row a box of such sets.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from engine import feel
from engine.dmn.entscheidungsmodell import Entscheidungsmodell
from engine.dmn.modell import Eingangsspalte, TabellenBox
from engine.feel import baum, schreiben
from engine.feel.freie_namen import freie_namen
from engine.feel.lauf import Lauf
from engine.feel.typen import GRUNDTYPEN
from engine.feel.zeit import Datum

MAX_ZEILEN = 500
MAX_STUECKE = 200
#: places that the search for a gap may look at
MAX_SCHRITTE = 20_000

_FREMDER_TEXT = "\ue000"


@dataclass(frozen=True, slots=True)
class Stueck:
    """A piece of a column: a value in it, and its description."""

    probe: object
    text: str

    @property
    def leer(self) -> bool:
        """True for the piece that holds no value."""
        return self.probe is None


@dataclass
class Raum:
    """All rows as boxes: per row and column the set of piece numbers."""

    spalten: list[list[Stueck]]
    zeilen: list[list[frozenset[int]]]
    labels: list[str]
    _gesehen: set[tuple[int, frozenset[int]]] = field(default_factory=set)
    _rest: int = MAX_SCHRITTE

    def is_empty(self, zeile: int) -> bool:
        """True if no value passes one of the cells."""
        return any(not menge for menge in self.zeilen[zeile])

    def overlaps(self) -> Iterator[tuple[int, int]]:
        """Pairs of rows that have a place in common."""
        for j in range(len(self.zeilen)):
            for i in range(j):
                if all(a & b for a, b in zip(self.zeilen[i], self.zeilen[j], strict=True)):
                    yield i, j

    def common(self, i: int, j: int) -> str:
        """A place that both rows cover, in words."""
        return self._words([min(a & b) for a, b in zip(self.zeilen[i], self.zeilen[j], strict=True)])

    def is_covered(self, zeile: int) -> bool:
        """True if the rows above cover this one completely."""
        return zeile > 0 and self._search(self.zeilen[zeile], frozenset(range(zeile))) is None and self._rest > 0

    def gap(self, *, auch_leer: bool = False) -> str | None:
        """A place that no row covers, in words; None if there is none, or if the table is too large to tell."""
        grenzen = [
            frozenset(nummer for nummer, stueck in enumerate(spalte) if auch_leer or not stueck.leer)
            for spalte in self.spalten
        ]
        ort = self._search(grenzen, frozenset(range(len(self.zeilen))))
        return None if ort is None else self._words(ort)

    def _search(self, grenzen: list[frozenset[int]], zeilen: frozenset[int]) -> list[int] | None:
        self._gesehen.clear()
        self._rest = MAX_SCHRITTE
        return self._descend(0, grenzen, zeilen)

    def _descend(self, spalte: int, grenzen: list[frozenset[int]], zeilen: frozenset[int]) -> list[int] | None:
        """Pieces of a place inside the limits that none of the rows covers; a set of rows is looked at once."""
        if not zeilen:
            return [min(menge) for menge in grenzen[spalte:]]
        if spalte == len(grenzen) or (spalte, zeilen) in self._gesehen or self._rest <= 0:
            return None
        self._gesehen.add((spalte, zeilen))
        self._rest -= 1
        for stueck in sorted(grenzen[spalte]):
            uebrig = frozenset(zeile for zeile in zeilen if stueck in self.zeilen[zeile][spalte])
            ort = self._descend(spalte + 1, grenzen, uebrig)
            if ort is not None:
                return [stueck, *ort]
        return None

    def _words(self, ort: list[int]) -> str:
        teile = zip(self.labels, self.spalten, ort, strict=True)
        return " und ".join(f"„{label[:40]}“ {stuecke[nummer].text}" for label, stuecke, nummer in teile)


def measure(tabelle: TabellenBox, modell: Entscheidungsmodell) -> Raum | None:
    """The boxes of a table, or None if a cell depends on more than its input, or the table is too large."""
    if len(tabelle.regeln) > MAX_ZEILEN:
        return None
    spalten: list[list[Stueck]] = []
    mengen: list[list[frozenset[int]]] = []
    for nummer, eingang in enumerate(tabelle.eingaenge):
        zellen = _tests([regel.tests[nummer].text or "-" for regel in tabelle.regeln], modell)
        stuecke = None if zellen is None else _pieces(eingang, zellen, modell)
        if zellen is None or stuecke is None:
            return None
        spalten.append(stuecke)
        mengen.append([frozenset(i for i, s in enumerate(stuecke) if zelle.evaluate(s.probe, {})) for zelle in zellen])
    zeilen = [[mengen[spalte][zeile] for spalte in range(len(spalten))] for zeile in range(len(tabelle.regeln))]
    return Raum(spalten, zeilen, [eingang.label for eingang in tabelle.eingaenge])


def _tests(texte: list[str], modell: Entscheidungsmodell) -> list[feel.UnaryTests] | None:
    """Compiled cells, or None if one names anything but values."""
    zellen = []
    for text in texte:
        try:
            zelle = feel.UnaryTests(text, modell.namen, modell.typen)
        except feel.FeelError:
            return None
        if freie_namen(zelle.baum) - {"date", "time", "date and time", "duration"}:
            return None
        zellen.append(zelle)
    return zellen


def _pieces(eingang: Eingangsspalte, zellen: list[feel.UnaryTests], modell: Entscheidungsmodell) -> list[Stueck] | None:
    erlaubt = _tests([eingang.werte], modell) if eingang.werte else None
    genannt = {_key(wert): wert for zelle in [*zellen, *(erlaubt or [])] for wert in _values(zelle)}
    if not all(isinstance(wert, bool | str | Decimal | Datum) for wert in genannt.values()):
        return None
    typ = modell.typen.typ(eingang.ausdruck.typ)
    if typ is GRUNDTYPEN["boolean"] or any(isinstance(wert, bool) for wert in genannt.values()):
        stuecke = [Stueck(True, "= true"), Stueck(False, "= false")]
    else:
        stuecke = _cut(list(genannt.values()))
    if len(stuecke) > MAX_STUECKE:
        return None
    if erlaubt:
        stuecke = [stueck for stueck in stuecke if erlaubt[0].evaluate(stueck.probe, {})]
    return [*stuecke, Stueck(None, "ohne Angabe")]


def _key(wert: object) -> tuple[str, object]:
    return type(wert).__name__, wert if isinstance(wert, bool | str | Decimal | Datum) else None


def _values(zelle: feel.UnaryTests) -> list[object]:
    """Every value that a cell names, calls such as ``date("…")`` worked out."""
    werte: list[object] = []
    offen: list[baum.Knoten] = [zelle.baum]
    while offen:
        knoten = offen.pop()
        if isinstance(knoten, baum.Literal | baum.Aufruf | baum.Minus):
            werte.append(feel.Ausdruck.of(knoten).evaluate_wert({}, Lauf({})))
        else:
            offen.extend(baum.children(knoten))
    return [wert for wert in werte if wert is not None]


def _cut(werte: list[object]) -> list[Stueck]:
    """Pieces for ordered values: each value, and what lies below, between and above; for texts also any other text."""
    zahlen = sorted(wert for wert in werte if isinstance(wert, Decimal))
    tage = sorted(wert for wert in werte if isinstance(wert, Datum))
    texte = sorted(wert for wert in werte if isinstance(wert, str) and len(wert) < 1000)
    stuecke = [Stueck(text, f"= „{text}“") for text in texte]
    if texte or not (zahlen or tage):
        stuecke.append(Stueck(_FREMDER_TEXT, "mit einem anderen Wert"))
    stuecke += _between([Decimal(tag.tage) for tag in tage], datum=True)
    return stuecke + _between(zahlen, datum=False)


def _between(grenzen: list[Decimal], *, datum: bool) -> list[Stueck]:
    if not grenzen:
        return []
    schritt = Decimal(1)
    stuecke = [_piece(grenzen[0] - schritt, f"kleiner als {_show(grenzen[0], datum)}", datum)]
    for links, rechts in zip(grenzen, [*grenzen[1:], None], strict=True):
        stuecke.append(_piece(links, f"= {_show(links, datum)}", datum))
        if rechts is None:
            stuecke.append(_piece(links + schritt, f"größer als {_show(links, datum)}", datum))
        elif not datum or rechts - links > 1:
            mitte = links + schritt if datum else (links + rechts) / 2
            stuecke.append(_piece(mitte, f"zwischen {_show(links, datum)} und {_show(rechts, datum)}", datum))
    return stuecke


def _piece(wert: Decimal, text: str, datum: bool) -> Stueck:
    return Stueck(Datum.of(int(wert)) if datum else wert, text)


def _show(wert: Decimal, datum: bool) -> str:
    if not datum:
        return schreiben.number(wert).replace(".", ",")
    tag = Datum.of(int(wert))
    return "?" if tag is None else f"{tag.tag:02}.{tag.monat:02}.{tag.jahr}"
