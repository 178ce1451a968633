"""The usable decision model: read once, kept, evaluated often."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from engine import feel
from engine.dmn import graph, leser, modell, typen
from engine.dmn.fehler import DmnError
from engine.dmn.lauf import DmnLauf, Tabellenlauf
from engine.dmn.modell import Boxed, Dienst, Entscheidung, KontextBox, Modell, Wissensmodell
from engine.feel import umwandlung
from engine.feel.werte import Funktion

Json = object
Funktionen = Mapping[str, Callable[..., object]]


@dataclass(frozen=True, slots=True)
class Ergebnis:
    """What was decided, and the record of how: plain Python and JSON values."""

    wert: object
    #: SHA-256 of the file that decided
    modell_hash: str
    protokoll: tuple[Tabellenlauf, ...]

    def to_json(self) -> dict[str, Json]:
        """The record for a Vorgang: hash of the model, and per table its inputs, matched rows and result."""
        return {
            "modell": self.modell_hash,
            "ergebnis": feel.to_json(self.wert),
            "tabellen": [
                {
                    "tabelle": lauf.tabelle,
                    "eingaben": {name: feel.to_json(wert) for name, wert in lauf.eingaenge},
                    "zeilen": list(lauf.treffer),
                    "ergebnis": feel.to_json(lauf.ergebnis),
                }
                for lauf in self.protokoll
            ],
        }


class Entscheidungsmodell:
    """One file of decisions, with the files it imports."""

    def __init__(self, daten: bytes, importe: Iterable[Entscheidungsmodell] = ()) -> None:
        self.modell: Modell = leser.read(daten)
        self.hash = sha256(daten).hexdigest()
        andere = {anderes.modell.namensraum: anderes for anderes in importe}
        namen = _names(self.modell).union(*(anderes.namen for anderes in andere.values()))
        self.namen: frozenset[str] = frozenset(name for name in namen if not name.isidentifier())
        self.typen = typen.Verzeichnis(self.modell.typen, self.namen)
        for eintrag in self.modell.importe:
            if eintrag.namensraum in andere:
                self.typen.add_import(eintrag.name, andere[eintrag.namensraum].typen)
        self.teil: graph.Teilmodell = graph.link(
            self.modell, {ns: a.teil for ns, a in andere.items()}, self.namen, self.typen
        )

    @property
    def entscheidungen(self) -> tuple[str, ...]:
        """Names of the decisions."""
        return tuple(e.name for e in self.modell.elemente if isinstance(e, Entscheidung))

    @property
    def eingaben(self) -> tuple[str, ...]:
        """Names of the input data."""
        return tuple(e.name for e in self.modell.elemente if isinstance(e, modell.Eingabe))

    def evaluate(
        self,
        name: str,
        eingaben: Mapping[str, object],
        funktionen: Funktionen | None = None,
        jetzt: datetime | None = None,
        umfeld: Mapping[str, object] | None = None,
    ) -> Ergebnis:
        """Make the decision of this name or id, or call the decision service or knowledge model of this name.

        `eingaben` are plain Python or JSON values by name; a missing one is null. `umfeld` are variables that a table
        may read without a drawn requirement, as tools write that draw none. Raises `DmnError` if there is no such
        decision, `FeelError` if an expression cannot be evaluated.
        """
        lauf = DmnLauf(funktionen or {}, jetzt)
        wert = self._evaluate(name, eingaben, lauf, umfeld)
        return Ergebnis(umwandlung.result(wert, lauf), self.hash, tuple(lauf.protokoll))

    def evaluate_wert(self, name: str, eingaben: Mapping[str, object], lauf: DmnLauf) -> object:
        """The same as a FEEL value."""
        return self._evaluate(name, eingaben, lauf)

    def _evaluate(
        self, name: str, eingaben: Mapping[str, object], lauf: DmnLauf, umfeld: Mapping[str, object] | None = None
    ) -> object:
        element = self.teil.nach_name.get(name) or self.teil.nach_id.get(name)
        if element is None:
            raise DmnError(f"Die Entscheidung „{name[:80]}“ gibt es in diesem Modell nicht.")
        feel_werte = {key: umwandlung.to_feel(wert, lauf) for key, wert in eingaben.items()}
        auswertung = graph.Auswertung(lauf, feel.root(umfeld or {}, lauf), feel_werte, {})
        try:
            wert = auswertung.value(self.teil, element)
            if isinstance(element, Dienst | Wissensmodell) and isinstance(wert, Funktion):
                return wert.call_named(lauf, {p: feel_werte.get(p) for p in wert.parameter or ()})
        except RecursionError:
            raise DmnError("Die Entscheidung kann nicht berechnet werden: Sie ist zu tief geschachtelt.") from None
        return wert


def _names(modell_: Modell) -> set[str]:
    """Every name that may occur in an expression of the model."""
    namen = typen.component_names(modell_.typen) | {eintrag.name for eintrag in modell_.importe}
    for element in modell_.elemente:
        namen |= {element.name, element.variable.name}
        if isinstance(element, Entscheidung | Wissensmodell):
            inhalt = element.ausdruck if isinstance(element, Entscheidung) else element.funktion
            namen.update(*(_own_names(box) for box in modell.walk(inhalt)))
    return namen


def _own_names(box: Boxed) -> set[str]:
    match box:
        case KontextBox():
            return {variable.name for variable, _ in box.eintraege if variable}
        case modell.FunktionBox():
            return {parameter.name for parameter in box.parameter}
        case modell.RelationBox():
            return {spalte.name for spalte in box.spalten}
        case modell.SchleifeBox():
            return {box.variable}
        case modell.TabellenBox():
            return {spalte.name for spalte in box.ausgaenge if spalte.name}
    return set()
