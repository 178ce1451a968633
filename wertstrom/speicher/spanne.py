"""Answers of named queries from what was added up per part: counts, sums, and exact quantiles.

Owns the forms in `addiert/` and the values of the few classes that decide about a quantile, which are read once per
part and kept. Every answer equals that of the query of the same name in `abfragen/`.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from wertstrom.speicher import Zeile, as_rows
from wertstrom.speicher.ablage import Ablage, Teil
from wertstrom.speicher.rang import ANTEILE, Fach, Gruppe, Stufen, Werte, needed, quantiles
from wertstrom.speicher.verdichtung import MASSE, Mass, sql_text

#: values of classes that are kept; beyond, all are forgotten and read again when needed
_WERTE_HOECHSTENS = 30_000_000
_LEER = dict.fromkeys((f"{takt}_{name}" for takt in ("kt", "at") for name in ANTEILE), None)
_Gesuchte = set[tuple[str, Fach]]


class Spannen:
    """What a reading process knows of the parts besides their rows."""

    def __init__(self, verbindung: duckdb.DuckDBPyConnection, ablage: Ablage) -> None:
        self._verbindung, self._ablage = verbindung, ablage
        self._teile: set[Teil] = set()
        self._sperre = threading.RLock()
        #: per process: mass, and classes of it whose values are known for every part
        self._bekannt: dict[str, _Gesuchte] = defaultdict(set)
        verbindung.execute(
            "create table genau (teil integer, mass varchar, prozess varchar, version integer, von varchar,"
            " nach varchar, in_at boolean, stufe smallint, us bigint, n bigint)"
        )

    def change(self, zeiger: duckdb.DuckDBPyConnection, neue: set[Teil], alte: list[int]) -> None:
        """Parts came and went."""
        with self._sperre:
            if alte:
                zeiger.execute("delete from genau where list_contains(?, teil)", [alte])
                self._teile = {teil for teil in self._teile if teil.nr not in set(alte)}
            for prozess, faecher in self._bekannt.items():
                self._read(zeiger, prozess, faecher, neue)
            self._teile |= neue

    def answer(self, name: str, werte: Mapping[str, Any]) -> list[Zeile] | None:
        """Rows of the named query; None where only the rows of the parts can tell."""
        form = _FORMEN.get(name)
        with self._sperre, self._verbindung.cursor() as zeiger:
            return form(self, zeiger, werte) if form else None

    def run(self, zeiger: duckdb.DuckDBPyConnection, form: str, werte: Mapping[str, Any], *namen: str) -> list[Zeile]:
        """Rows of one form with the usual parameters."""
        gebraucht = ("prozess", "version", "teile", *namen)
        return as_rows(zeiger.execute(sql_text(f"addiert/{form}.sql"), {n: werte[n] for n in gebraucht}))

    def spread(self, zeiger: duckdb.DuckDBPyConnection, mass: str, werte: Mapping[str, Any]) -> list[Zeile]:
        """Count, mean and quantiles of one time per group, in both clocks."""
        werte = {**werte, "mass": mass}
        zeilen = self.run(zeiger, "lage", werte, "mass")
        gruppen = _stufen(self.run(zeiger, "stufen", werte, "mass"))
        faecher = needed(gruppen)
        self._learn(zeiger, werte["prozess"], {(mass, fach) for fach in faecher})
        inhalt = self._contents(zeiger, werte, faecher)
        for zeile in zeilen:
            zeile |= _LEER
            for in_at, takt in ((False, "kt"), (True, "at")):
                gruppe = (zeile["von"], zeile["nach"], in_at)
                if gruppe in gruppen:
                    lagen = quantiles(gruppe, gruppen[gruppe], inhalt)
                    zeile |= {f"{takt}_{name}": us for name, us in lagen.items()}
        return zeilen

    def _learn(self, zeiger: duckdb.DuckDBPyConnection, prozess: str, gesucht: _Gesuchte) -> None:
        neu = gesucht - self._bekannt[prozess]
        if not neu:
            return
        [(zahl,)] = zeiger.execute("select count(*) from genau").fetchall()
        if zahl > _WERTE_HOECHSTENS:
            zeiger.execute("delete from genau")
            self._bekannt.clear()
            neu = gesucht
        self._read(zeiger, prozess, neu, self._teile)
        self._bekannt[prozess] |= neu

    def _read(self, zeiger: duckdb.DuckDBPyConnection, prozess: str, gesucht: _Gesuchte, teile: Iterable[Teil]) -> None:
        """The values of these classes from the rows of these parts."""
        je_mass: dict[tuple[str, bool], list[Fach]] = defaultdict(list)
        for name, fach in gesucht:
            je_mass[name, fach[2]].append(fach)
        dateien = {q: [self._ablage.datei(teil, q) for teil in teile] for q in ("fall", "schritt")}
        for (name, in_at), faecher in je_mass.items():
            mass = MASSE[name]
            if dateien[mass.quelle]:
                zeiger.register("gesucht", _as_table(faecher))
                zeiger.execute(_fetch(mass, in_at, dateien[mass.quelle]), {"prozess": prozess, "mass": name})
                zeiger.unregister("gesucht")

    def _contents(
        self, zeiger: duckdb.DuckDBPyConnection, werte: Mapping[str, Any], faecher: set[Fach]
    ) -> dict[Fach, Werte]:
        if not faecher:
            return {}
        folge = sorted(faecher)
        zeiger.register("gesucht", _as_table(folge).append_column("nr", pa.array(range(len(folge)), pa.int32())))
        gefragt = [werte["mass"], werte["prozess"], werte["version"], werte["teile"]]
        nr, us, n = (np.asarray(s) for s in zeiger.execute(_INHALT, gefragt).fetchnumpy().values())
        zeiger.unregister("gesucht")
        grenzen = np.searchsorted(nr, np.arange(len(folge) + 1))
        return {
            fach: Werte(us[von:bis], np.cumsum(n[von:bis]))
            for fach, von, bis in zip(folge, grenzen[:-1], grenzen[1:], strict=True)
        }


def _as_table(faecher: list[Fach]) -> pa.Table:
    typen = {"von": pa.string(), "nach": pa.string(), "in_at": pa.bool_(), "stufe": pa.int16()}
    return pa.table({n: pa.array([f[i] for f in faecher], t) for i, (n, t) in enumerate(typen.items())})


_INHALT = """
select f.nr, g.us, cast(sum(g.n) as bigint) as n
from genau as g
join gesucht as f using (von, nach, in_at, stufe)
where g.mass = $1 and g.prozess = $2 and g.version = coalesce($3, g.version) and list_contains($4, g.teil)
group by f.nr, g.us
order by f.nr, g.us
"""


def _fetch(mass: Mass, in_at: bool, dateien: list[str]) -> str:
    wert = mass.us("at" if in_at else "kt")
    return (
        f"insert into genau select r.teil, $mass, r.prozess, r.version, r.von, r.nach, {in_at}, r.stufe, r.us, count(*)"  # noqa: S608 -- own expressions and paths
        f" from (select teil, prozess, version, {mass.von} as von, {mass.nach} as nach, {wert} as us,"
        f" stufe({wert}) as stufe from read_parquet({dateien}) where prozess = $prozess and {mass.bedingung}) as r"
        " semi join gesucht as g on g.von = r.von and g.nach = r.nach and g.stufe = r.stufe group by all"
    )


def _stufen(zeilen: list[Zeile]) -> dict[Gruppe, Stufen]:
    je_gruppe: dict[Gruppe, list[tuple[int, ...]]] = defaultdict(list)
    for z in zeilen:
        je_gruppe[z["von"], z["nach"], z["in_at"]].append((z["stufe"], z["n"], z["von_us"], z["bis_us"]))
    return {
        gruppe: Stufen(*(np.array(spalte, dtype=np.int64) for spalte in zip(*werte, strict=True)))
        for gruppe, werte in je_gruppe.items()
    }


_Form = Callable[[Spannen, duckdb.DuckDBPyConnection, Mapping[str, Any]], list[Zeile] | None]
_ZEIT = ("kt_mittel", "kt_median", "kt_p80", "at_mittel", "at_median", "at_p80")


def _zeit(zeile: Zeile) -> Zeile:
    return {name: zeile[name] for name in _ZEIT}


def _simple(form: str) -> _Form:
    return lambda spannen, zeiger, werte: spannen.run(zeiger, form, werte)


def _schritt_zeiten(s: Spannen, zeiger: duckdb.DuckDBPyConnection, werte: Mapping[str, Any]) -> list[Zeile]:
    return [
        {"knoten": z["von"], "n": z["n"], "faelle": z["faelle_n"], **_zeit(z)}
        for z in s.spread(zeiger, werte["mass"], werte)
    ]


def _fall_zeiten(s: Spannen, zeiger: duckdb.DuckDBPyConnection, werte: Mapping[str, Any]) -> list[Zeile]:
    zeilen = s.spread(zeiger, f"fall_{werte['mass']}", werte)
    leer = [{"n": 0} | dict.fromkeys(_ZEIT, None)]
    return [{"n": z["n"], **_zeit(z)} for z in zeilen] or leer


def _durchlaufzeit(s: Spannen, zeiger: duckdb.DuckDBPyConnection, werte: Mapping[str, Any]) -> list[Zeile]:
    [zeile] = _fall_zeiten(s, zeiger, {**werte, "mass": "durchlaufzeit"})
    return [zeile | s.run(zeiger, "bis_ziel", werte, "ziel_at", "ziel_us")[0]]


def _kanten(s: Spannen, zeiger: duckdb.DuckDBPyConnection, werte: Mapping[str, Any]) -> list[Zeile]:
    zeilen = s.spread(zeiger, "abstand_zeit" if werte["nach_zeit"] else "abstand_ursache", werte)
    return [
        {"von": z["von"] or None, "nach": z["nach"], "n": z["zeilen"], "faelle": z["faelle"], **_zeit(z)}
        for z in zeilen
    ]


def _pfad_je_schritt(s: Spannen, zeiger: duckdb.DuckDBPyConnection, werte: Mapping[str, Any]) -> list[Zeile]:
    schlupf = {z["von"]: z for z in s.spread(zeiger, "schlupf", werte)}
    ohne = {"n": 0, "faelle_n": 0} | dict.fromkeys(_ZEIT, None)
    zeilen = []
    for zeile in s.run(zeiger, "pfad_je_schritt", werte):
        z = schlupf.get(zeile["knoten"], ohne)
        zeilen.append({**zeile, "faelle": z["faelle_n"], "n": z["n"], **_zeit(z)})
    return zeilen


_FORMEN: dict[str, _Form] = {
    "durchlaufzeit": _durchlaufzeit,
    "schritte": _simple("schritte"),
    "leiter": _simple("leiter"),
    "qualitaet": _simple("qualitaet"),
    "pfad_je_schritt": _pfad_je_schritt,
    "schritt_zeiten": _schritt_zeiten,
    "fall_zeiten": _fall_zeiten,
    "kanten": _kanten,
}
