"""What of a Protokoll may leave the store: small groups merged, Faelle numbered anew.

Owns the thresholds of an export. An export has single Faelle, so that no name, role or Merkmal in it may point at one
person.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from wertstrom.einlesen.pseudonym import Pseudonyme
from wertstrom.ereignisprotokoll import Protokoll

#: stands for groups that are too small to be told apart
UEBRIGE = "übrige"
_MIT_FALL = ("faelle", "schritte", "pausen", "meilensteine", "merkmale")


@dataclass(frozen=True)
class Schonung:
    """What one export does to each part of a Protokoll."""

    #: (Merkmal, value) of too few Faelle
    merkmale: frozenset[tuple[str, str]] = frozenset()
    #: roles of too few people
    rollen: frozenset[str] = frozenset()
    #: None: numbers stay, because they were made for this very store
    pseudonyme: Pseudonyme | None = field(default_factory=Pseudonyme)

    @classmethod
    def keine(cls) -> Schonung:
        """Nothing is changed: for what does not leave."""
        return cls(pseudonyme=None)

    def apply(self, teil: Protokoll) -> Protokoll:
        """The part as it may leave."""
        teil = dataclasses.replace(teil, schritte=self._hide_rollen(teil.schritte), merkmale=self._merge(teil.merkmale))
        pseudonyme = self.pseudonyme
        if pseudonyme is None:
            return teil
        neu = {name: self._renumber(getattr(teil, name), pseudonyme) for name in _MIT_FALL}
        return dataclasses.replace(teil, **neu)

    def _renumber(self, tabelle: pa.Table, pseudonyme: Pseudonyme) -> pa.Table:
        neu = pseudonyme.of(pc.cast(tabelle["fall"].combine_chunks(), pa.string()))
        return tabelle.set_column(0, tabelle.schema.field("fall"), pa.array(neu))

    def _hide_rollen(self, schritte: pa.Table) -> pa.Table:
        zu_klein = pc.is_in(schritte["rolle"], pa.array(sorted(self.rollen), pa.string()))
        rolle = pc.if_else(zu_klein, UEBRIGE, schritte["rolle"])
        return schritte.set_column(schritte.schema.get_field_index("rolle"), schritte.schema.field("rolle"), rolle)

    def _merge(self, merkmale: pa.Table) -> pa.Table:
        paare = zip(merkmale["name"].to_pylist(), merkmale["wert"].to_pylist(), strict=True)
        werte = [UEBRIGE if paar in self.merkmale else paar[1] for paar in paare]
        stelle = merkmale.schema.get_field_index("wert")
        return merkmale.set_column(stelle, merkmale.schema.field("wert"), pa.array(werte, pa.string()))


def find_schonung(
    teile: Iterable[Protokoll], k_faelle: int, k_personen: int = 0, besetzung: Mapping[str, int] | None = None
) -> Schonung:
    """What has to be merged so that each group keeps `k_faelle` Faelle and each role `k_personen` people.

    Complementary: when one small group would stand alone as „übrige“, the next larger one goes with it.
    """
    zahlen: Counter[tuple[str, str]] = Counter()
    for teil in teile:
        gruppen = teil.merkmale.group_by(["name", "wert"]).aggregate([([], "count_all")])
        for name, wert, zahl in zip(*(gruppen[s].to_pylist() for s in ("name", "wert", "count_all")), strict=True):
            zahlen[name, wert] += zahl
    kleine: set[tuple[str, str]] = set()
    for merkmal in {name for name, _ in zahlen}:
        kleine |= _small(sorted((zahl, paar) for paar, zahl in zahlen.items() if paar[0] == merkmal), k_faelle)
    rollen = frozenset(rolle for rolle, anzahl in (besetzung or {}).items() if anzahl < k_personen)
    return Schonung(frozenset(kleine), rollen)


def _small(gruppen: list[tuple[int, tuple[str, str]]], k_faelle: int) -> set[tuple[str, str]]:
    """The smallest groups, until together they are large enough."""
    summen = np.cumsum([zahl for zahl, _ in gruppen])
    anzahl = sum(zahl < k_faelle for zahl, _ in gruppen)
    while 0 < anzahl < len(gruppen) and summen[anzahl - 1] < k_faelle:
        anzahl += 1
    return {paar for _, paar in gruppen[:anzahl]}
