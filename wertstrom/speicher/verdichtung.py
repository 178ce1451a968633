"""What can be added up over parts of the store: counts, sums, and how values are spread; computed once per part.

Owns the list of times that are spread (`MASSE`), the classes they fall into, and the tables `lage`, `stufen` and
`summe`. Adding parts up gives the same numbers as reading all rows: counts and sums are exact, and from the classes an
exact quantile needs only the rows of the one class it lies in (`rang`).
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import cache
from importlib import resources

import duckdb
import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Mass:
    """One time in both clocks: where it stands, and by which columns it is grouped ('' for nothing)."""

    name: str
    quelle: str
    von: str
    nach: str
    #: column with {takt} for the clock
    wert: str
    bedingung: str = "true"

    def us(self, takt: str) -> str:
        """Column in one clock, in µs."""
        return self.wert.format(takt=takt)


_NEBEN = "not auf_pfad and fall_ausgang = 'abgeschlossen' and ausgang <> 'entfallen'"
_ZEITEN = ("liegezeit", "bearbeitung", "extern")
_DAVOR = {"zeit": "coalesce(zuvor_knoten, '')", "ursache": "coalesce(davor_knoten, '')"}
MASSE = {
    mass.name: mass
    for mass in (
        *(Mass(name, "schritt", "knoten", "''", f"{name}_{{takt}}_us") for name in _ZEITEN),
        Mass("schlupf", "schritt", "knoten", "''", "schlupf_{takt}_us", _NEBEN),
        *(
            Mass(f"abstand_{art}", "schritt", davor, "knoten", f"abstand_{art}_{{takt}}_us", "folge is not null")
            for art, davor in _DAVOR.items()
        ),
        *(
            Mass(f"fall_{name}", "fall", "''", "''", f"{name}_{{takt}}_us", "ausgang = 'abgeschlossen'")
            for name in ("durchlaufzeit", *_ZEITEN, "rest")
        ),
    )
}
_ROHE = ("fall", "schritt")
_TABELLEN = ("lage", "stufen")
#: columns that conditions read
_BEDINGT = {"fall": ("ausgang",), "schritt": ("auf_pfad", "fall_ausgang", "ausgang", "folge")}

# Groups become small numbers first: counting by a number is several times as fast as by texts.
_GRUPPEN = """
create or replace temp table gruppe as
select row_number() over () as nr, teil, prozess, version, von, nach
from (select distinct teil, prozess, version, {von} as von, {nach} as nach from {quelle})
"""
_ZEILEN = """
create or replace temp table zeile as
select cast(g.nr as integer) as nr, {spalten}
from (select *, {von} as von, {nach} as nach from {quelle}) as t
join gruppe as g using (teil, prozess, version, von, nach)
"""
_LAGE = """
insert into lage
select teil, {nummer} * 1000000 + g.nr, '{name}', prozess, version, von, nach, zeilen, n, faelle, faelle_n, kt_us, at_us
from (
  select nr, sum(zeilen) as zeilen, sum(n) as n, count(*) as faelle, count(*) filter (n > 0) as faelle_n,
    sum(kt_us) as kt_us, sum(at_us) as at_us
  from (
    select nr, fall, count(*) as zeilen, count({kt}) as n, sum({kt}) as kt_us, sum({at}) as at_us
    from zeile where {bedingung} group by nr, fall
  ) group by nr
) join gruppe as g using (nr)
"""
_STUFEN = """
insert into stufen
select g.teil, {nummer} * 1000000 + nr, {in_at}, stufe, n, von_us, bis_us
from (
  select nr, stufe({wert}) as stufe, count(*) as n, min({wert}) as von_us, max({wert}) as bis_us
  from zeile where {bedingung} and {wert} is not null group by nr, stufe
) join gruppe as g using (nr)
order by nr, stufe
"""


def verdichte(tabellen: dict[str, pa.Table]) -> dict[str, pa.Table]:
    """The tables `lage`, `stufen` and `summe` of parts, from their rows `fall` and `schritt` with the column `teil`."""
    with duckdb.connect(":memory:", config={"python_enable_replacements": False}) as verbindung:
        verbindung.execute(sql_text("verdichtung.sql"))
        for name in _ROHE:
            verbindung.register(name, tabellen[name])
        nummern = itertools.count()
        for (quelle, von, nach), masse in itertools.groupby(MASSE.values(), key=lambda m: (m.quelle, m.von, m.nach)):
            gleiche = list(masse)
            for vorlage in (_GRUPPEN, _ZEILEN):
                spalten = ", ".join(
                    ["fall", *_BEDINGT[quelle], *(m.us(takt) for m in gleiche for takt in ("kt", "at"))]
                )
                verbindung.execute(vorlage.format(quelle=quelle, von=von, nach=nach, spalten=spalten))
            for mass in gleiche:
                _measure(verbindung, mass, next(nummern))
        summe = verbindung.sql(sql_text("summe.sql")).to_arrow_table()
        return {"summe": summe} | {name: verbindung.table(name).to_arrow_table() for name in _TABELLEN}


def _measure(verbindung: duckdb.DuckDBPyConnection, mass: Mass, nummer: int) -> None:
    werte = {"nummer": nummer, "name": mass.name, "bedingung": mass.bedingung}
    verbindung.execute(_LAGE.format(kt=mass.us("kt"), at=mass.us("at"), **werte))
    for in_at, takt in ((False, "kt"), (True, "at")):
        verbindung.execute(_STUFEN.format(in_at=in_at, wert=mass.us(takt), **werte))


@cache
def sql_text(name: str) -> str:
    """One of the SQL files of this package."""
    return (resources.files(__package__) / name).read_text(encoding="utf-8")
