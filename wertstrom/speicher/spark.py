"""The store on disk, read by Apache Spark: the same named queries in its dialect, for logs too big for one machine.

Owns the Spark session and the translation of the queries (sqlglot; the shared macros are written out here). Filling
is that of `dauerhaft`, into the same folder, which every machine of the cluster has to see. Needs pyspark and Java.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import sqlglot
from pyspark.sql import Column, SparkSession
from pyspark.sql import functions as sf
from sqlglot import exp

from wertstrom.kalender import Arbeitszeit
from wertstrom.speicher import Zeile
from wertstrom.speicher.ablage import ZEILEN, Verzeichnis
from wertstrom.speicher.dauerhaft import Dauerspeicher
from wertstrom.speicher.verdichtung import sql_text

#: in the place of a list without anything in it, whose type nobody knows
_NICHTS = "\x00"
_SERIEN = re.compile(r"\bserien\(([^()]*)\)")
_FACH = re.compile(r"\bfach\(([^,()]+), ([^()]+)\)")


class SparkSpeicher(Dauerspeicher):
    """Faelle and Schritte of one office in a folder that Spark reads.

    `meister`: host and port of the cluster, or `local` for one inside this process. `angaben`: settings of Spark.
    """

    def __init__(
        self,
        meister: str,
        ordner: Path,
        uhr: Arbeitszeit | None = None,
        *,
        angaben: Iterable[tuple[str, str]] = (),
    ) -> None:
        self._spark = open_spark(meister, tuple(angaben)).newSession()
        super().__init__(ordner, uhr)

    def _show(self, neu: Verzeichnis) -> None:
        super()._show(neu)
        for name in ZEILEN:
            dateien = self._files(neu.teile, name) or [self._empty(name)]
            self._spark.read.parquet(*dateien).createOrReplaceTempView(name)

    def _empty(self, name: str) -> str:
        datei = self.ablage.ordner / f"leer-{name}.parquet"
        pq.write_table(self._verbindung.table(f"leer.{name}").to_arrow_table(), datei)
        return str(datei)

    def _query(self, name: str, werte: dict[str, object]) -> list[Zeile]:
        sql = spark_sql(sql_text(f"abfragen/{name}.sql"))
        gefragt = {n: _literal(wert) for n, wert in werte.items() if f":{n}" in sql}
        zeilen = self._spark.sql(sql, args=gefragt).collect()
        return [{n: _plain(wert) for n, wert in zeile.asDict().items()} for zeile in zeilen]


@cache
def open_spark(meister: str, angaben: tuple[tuple[str, str], ...] = ()) -> SparkSession:
    """The session of this process; settings of the first call count."""
    hier = "127.0.0.1"
    fest = {"spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false", "spark.sql.session.timeZone": "UTC"}
    if meister == "local":
        partitionen = str(os.cpu_count() or 1)
        fest |= {
            "spark.driver.bindAddress": hier,
            "spark.driver.host": hier,
            "spark.sql.shuffle.partitions": partitionen,
        }
    adresse = "local[*]" if meister == "local" else f"spark://{meister}"
    bauen = SparkSession.builder.master(adresse).appName("hilfefluss-wertstrom")
    for name, wert in (fest | dict(angaben)).items():
        bauen = bauen.config(name, wert)
    sitzung: SparkSession = bauen.getOrCreate()
    sitzung.sparkContext.setLogLevel("OFF")
    return sitzung


@cache
def spark_sql(duckdb_sql: str) -> str:
    """A named query in the dialect of Spark, with the macros of `makros.sql` written out."""
    fach = r"cast((\1 + 4000000000000000) // greatest(\2, 1) as bigint)"
    text = _FACH.sub(fach, _SERIEN.sub(_expand_serien, duckdb_sql))
    baum = sqlglot.parse_one(text, read="duckdb").transform(_translate)
    ergebnis: str = baum.sql(dialect="spark")
    return ergebnis


def _expand_serien(treffer: re.Match[str]) -> str:
    rumpf = sql_text("makros.sql").split("create or replace macro serien(")[1]
    namen, koerper = rumpf.split(") as table (", 1)
    koerper = koerper.rsplit(");", 1)[0]
    for name, wert in zip(namen.split(","), treffer[1].split(","), strict=True):
        koerper = re.sub(rf"\b{name.strip()}\b(?! [*+-])", wert.strip(), koerper)
    return f"({koerper})"


def _translate(knoten: exp.Expression) -> exp.Expression:
    if isinstance(knoten, exp.Anonymous) and knoten.name.lower() == "quantil":
        # Spark's percentile interpolates linearly between order statistics: type 7, as in `makros.sql`.
        return exp.Anonymous(this="percentile", expressions=knoten.expressions)
    if isinstance(knoten, exp.Anonymous) and knoten.name.lower() == "make_timestamp":
        return exp.Anonymous(this="timestamp_micros", expressions=knoten.expressions)
    return knoten


def _literal(wert: object) -> object:
    if isinstance(wert, str | int | float) or wert is None:
        return wert
    if isinstance(wert, list | tuple | set | frozenset):
        return _array([str(teil) for teil in wert] or [_NICHTS])
    raise TypeError(f"no literal of {type(wert).__name__}")


def _array(werte: list[str]) -> Column:
    return sf.array(*(sf.lit(wert) for wert in werte))


def _plain(wert: Any) -> Any:
    if isinstance(wert, Decimal):
        return int(wert) if wert == wert.to_integral_value() else float(wert)
    return wert
