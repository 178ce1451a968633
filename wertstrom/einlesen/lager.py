"""Where the rows of a file wait until all rows of a Fall are together: a temporary DuckDB on disk, bounded in memory.

Owns that file and its end: it goes with the block that opened it, also after an error or an interruption. Holds numbers
only: names of Faelle are hashed before, texts are codes.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

from wertstrom.einlesen.attribute import EREIGNISSE_HOECHSTENS, too_many

#: one row per event or run; instants in µs, texts as codes of `Texte`
EREIGNIS = pa.schema(
    [(name, pa.int64()) for name in ("fall", "nr", "bereit", "beginn", "ende", "frist")]
    + [(name, pa.int32()) for name in ("name", "knoten", "rolle", "uebergang", "instanz")]
    + [(name, pa.int32()) for name in ("art", "ausgang", "grund", "extern")]
)
#: what is said of a Fall as a whole
KOPF = pa.schema([(name, pa.int64()) for name in ("fall", "start", "schluss", "version")] + [("ausgang", pa.int32())])
MERKMAL = pa.schema([("fall", pa.int64()), ("nr", pa.int64()), ("name", pa.int32()), ("wert", pa.int32())])
MEILENSTEIN = pa.schema([("fall", pa.int64()), ("name", pa.int32()), ("zeit", pa.int64())])
#: of rows that are whole runs; `nr` names the row
PAUSE = pa.schema(
    [(n, pa.int64()) for n in ("fall", "nr", "von", "bis")] + [(n, pa.int32()) for n in ("grund", "extern")]
)
_TABELLEN = {"ereignis": EREIGNIS, "kopf": KOPF, "merkmal": MERKMAL, "meilenstein": MEILENSTEIN, "pause": PAUSE}

_SQL_TYP = {pa.int64(): "bigint", pa.int32(): "integer"}
_STAPEL = 120_000
#: smaller files do not need a database on disk, which takes longer to open than they to be read
_IM_SPEICHER = 16 << 20


class Lager:
    """Rows in, whole Faelle out, in the order in which the file first names them."""

    def __init__(self, verbindung: duckdb.DuckDBPyConnection) -> None:
        self._verbindung = verbindung
        for name, schema in _TABELLEN.items():
            spalten = ", ".join(f"{feld.name} {_SQL_TYP[feld.type]}" for feld in schema)
            verbindung.execute(f"create table {name} ({spalten})")

    def add(self, name: str, tabelle: pa.Table) -> None:
        """Append rows to one of the tables."""
        if tabelle.num_rows:
            self._verbindung.register("neu", tabelle)
            self._verbindung.execute(f"insert into {name} by name select * from neu")  # noqa: S608 - our own names
            self._verbindung.unregister("neu")

    def codes(self, spalte: str) -> list[int]:
        """Codes that occur in a column of the rows."""
        frage = f"select distinct {spalte} from ereignis where {spalte} is not null"  # noqa: S608 - our own names
        return [code for (code,) in self._verbindung.execute(frage).fetchall()]

    def werte(self) -> dict[int, list[int]]:
        """Codes of the values of each Merkmal, by the code of its name."""
        return dict(self._verbindung.execute("select name, list(distinct wert) from merkmal group by name").fetchall())

    def arrange(self) -> int:
        """Give each Fall its number, from 0, by its first row; returns how many there are."""
        self._verbindung.execute(
            "create table folge as "
            "select fall, row_number() over (order by min(nr)) - 1 as idx from ereignis group by fall"
        )
        anzahl, groesste = self._verbindung.execute(
            "select count(*), max(zahl) from (select count(*) as zahl from ereignis group by fall)"
        ).fetchone() or (0, None)
        if groesste and groesste > EREIGNISSE_HOECHSTENS:
            raise too_many(groesste)
        for name, frage in _BEILAGEN.items():
            self._verbindung.execute(f"create table {name}_je_fall as {frage}")
        return int(anzahl)

    def faelle(self) -> Iterator[pa.Table]:
        """Tables of whole Faelle with the columns of `EREIGNIS` and `idx`, sorted by `idx`, then as the file has it."""
        leser = self._verbindung.sql(
            "select idx, ereignis.* from ereignis join folge using (fall) order by idx, nr"
        ).to_arrow_reader(_STAPEL)
        rest: pa.Table | None = None
        for stapel in leser:
            tabelle = pa.Table.from_batches([stapel])
            tabelle = tabelle if rest is None else pa.concat_tables([rest, tabelle])
            letzter = tabelle["idx"][-1].as_py()
            grenze = _first_of(tabelle["idx"], letzter)
            if grenze:
                yield tabelle.slice(0, grenze).combine_chunks()
            rest = tabelle.slice(grenze)
        if rest is not None:
            yield rest.combine_chunks()

    def beilage(self, name: str, von: int, bis: int) -> pa.Table:
        """Rows of `kopf`, `merkmal`, `meilenstein` or `pause` of the Faelle with these numbers, sorted by them."""
        frage = f"select * from {name}_je_fall where idx between $von and $bis"  # noqa: S608 - our own names
        return self._verbindung.cursor().sql(frage, params={"von": von, "bis": bis}).to_arrow_table()


#: what is said of a Fall as a whole, put together once and sorted, so that a stack finds its rows side by side
_BEILAGEN = {
    "kopf": """
        select idx, min(start) as start, max(schluss) as schluss, max(version) as version, max(ausgang) as ausgang
        from kopf join folge using (fall) group by idx order by idx""",
    # Of different values the one that the file says first.
    "merkmal": """
        select idx, name, arg_min(wert, nr) as wert
        from merkmal join folge using (fall) group by idx, name order by idx, name""",
    "meilenstein": """
        select idx, name, max(zeit) as zeit
        from meilenstein join folge using (fall) group by idx, name order by idx, name""",
    "pause": "select idx, pause.* exclude (fall) from pause join folge using (fall) order by idx, nr, von",
}


def _first_of(spalte: pa.ChunkedArray, wert: int) -> int:
    """Place of the first row with this value in a sorted column."""
    return int(spalte.to_numpy().searchsorted(wert))


@contextmanager
def open_lager(groesse: int, arbeitsspeicher: str = "600MB", auslagerung: str = "60GB") -> Iterator[Lager]:
    """A Lager in a folder of its own, which goes at the end whatever happens; for `groesse` bytes of files."""
    with tempfile.TemporaryDirectory(prefix="hilfefluss-einlesen-") as ordner:
        verbindung = duckdb.connect(
            str(Path(ordner) / "lager.duckdb") if groesse > _IM_SPEICHER else ":memory:",
            config={
                "memory_limit": arbeitsspeicher,
                "temp_directory": str(Path(ordner) / "temp"),
                "max_temp_directory_size": auslagerung,
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
                "python_enable_replacements": False,
            },
        )
        try:
            yield Lager(verbindung)
        finally:
            verbindung.close()
