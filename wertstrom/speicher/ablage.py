"""The store on disk: Parquet parts by month of the start of their Faelle, and one directory of parts.

Owns files, the lock between processes and the rule which Fall lies in which part; knows neither clocks nor figures. A
Fall lies whole in one part. A part is never changed: what changes is written as a new part, and takes effect when the
directory (`stand.json`) is replaced in one step. Whatever stops in between leaves the old state.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

Tabellen = dict[str, pa.Table]
Nummern = npt.NDArray[np.int64]

#: tables of a part that hold rows of Faelle; others are computed from them
ZEILEN = ("fall", "schritt", "meilenstein", "merkmal")
#: Faelle up to which a part takes in more: one changed Fall rewrites no more than these
_WACHSEN_BIS = 4_000
#: Faelle of a part that is written at once
_HOECHSTENS = 40_000
#: how long replaced parts stay, for readers that still look at the old directory
_NACHLAUF_S = 60.0
_FORMAT = 3


@dataclass(frozen=True, slots=True)
class Teil:
    """One part: its number, which never comes again, its month, and the starts of its Faelle (µs, inclusive)."""

    nr: int
    monat: str
    faelle: int
    von_us: int
    bis_us: int


@dataclass(frozen=True)
class Verzeichnis:
    """What belongs to the store at one moment."""

    #: rises with every change
    stand: int = 0
    naechste: int = 1
    teile: tuple[Teil, ...] = ()
    #: what the filling side wants to remember, in step with the rows
    merke: Mapping[str, Any] = field(default_factory=dict)
    #: replaced parts, and since when (seconds)
    alte: tuple[tuple[str, float], ...] = ()


class Ablage:
    """The parts in one folder, shared by any number of processes on one machine."""

    def __init__(self, ordner: Path, verdichte: Callable[[Tabellen], Tabellen]) -> None:
        self.ordner = ordner
        self._verdichte = verdichte
        self._gelesen: tuple[object, Verzeichnis] = (None, Verzeichnis())
        self._faelle: dict[int, Nummern] = {}
        ordner.mkdir(parents=True, exist_ok=True, mode=0o700)

    def verzeichnis(self) -> Verzeichnis:
        """The present directory; read again only when it was replaced."""
        try:
            angaben = (self.ordner / "stand.json").stat()
        except FileNotFoundError:
            return Verzeichnis()
        kennung = (angaben.st_ino, angaben.st_mtime_ns, angaben.st_size)
        if self._gelesen[0] != kennung:
            self._gelesen = (kennung, _parse(json.loads((self.ordner / "stand.json").read_bytes())))
        return self._gelesen[1]

    def datei(self, teil: Teil, tabelle: str) -> str:
        """Path of one table of a part."""
        return str(self._pfad(teil) / f"{tabelle}.parquet")

    @contextlib.contextmanager
    def sperre(self, warten_s: float | None = None) -> Iterator[bool]:
        """Be the only process that writes; False when another one still does after `warten_s` (None: wait for ever)."""
        datei = os.open(self.ordner / "sperre", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            yield _lock(datei, warten_s)
        finally:
            os.close(datei)

    def write(self, verzeichnis: Verzeichnis, neu: Tabellen, betroffen: Nummern) -> Verzeichnis:
        """New parts with these rows instead of all rows of the Faelle `betroffen`; not valid before `commit`.

        Needs the lock. `neu` may be empty: then the Faelle are only taken out.
        """
        alle, weg, werk = np.unique(betroffen), list[Teil](), list[tuple[str, Tabellen]]()
        frische = neu["fall"]["fall"].to_numpy() if neu else np.empty(0, dtype=np.int64)
        bekannt = np.empty(0, dtype=np.int64)
        for teil in verzeichnis.teile:
            hier = _common(self._fall_nummern(teil), alle)
            if len(hier):
                zeilen = _without(self._load(teil), alle)
                auch = np.intersect1d(hier, frische)
                bekannt = np.concatenate([bekannt, hier])
                # A big part is split when something in it changes, so that the next change is small.
                werk += _split(teil.monat, _join(zeilen, _only(neu, auch)) if len(auch) else zeilen, _WACHSEN_BIS)
                weg.append(teil)
        neue = np.setdiff1d(frische, bekannt)
        if len(neue):
            werk += self._place(neu if len(neue) == len(frische) else _only(neu, neue), verzeichnis, weg)
        teile = self._write(werk, verzeichnis.naechste)
        bleibt = [teil for teil in verzeichnis.teile if teil not in weg] + teile
        return replace(
            verzeichnis,
            naechste=verzeichnis.naechste + len(teile),
            teile=tuple(sorted(bleibt, key=lambda teil: (teil.monat, teil.nr))),
            alte=verzeichnis.alte + tuple((f"{teil.monat}/{teil.nr}", time.time()) for teil in weg),
        )

    def commit(self, verzeichnis: Verzeichnis, merke: Mapping[str, Any] | None = None, *, sofort: bool = False) -> None:
        """Make this the present directory, in one step. `sofort`: nothing of what was replaced may stay on disk."""
        grenze = time.time() - (0 if sofort else _NACHLAUF_S)
        faellig = {name for name, seit in verzeichnis.alte if seit <= grenze}
        neu = replace(
            verzeichnis,
            stand=verzeichnis.stand + 1,
            merke=verzeichnis.merke if merke is None else merke,
            alte=tuple(paar for paar in verzeichnis.alte if paar[0] not in faellig),
        )
        vorlaeufig = self.ordner / "stand.json.neu"
        with vorlaeufig.open("w", encoding="utf-8") as datei:
            json.dump(asdict(neu) | {"format": _FORMAT}, datei)
            datei.flush()
            os.fsync(datei.fileno())
        vorlaeufig.replace(self.ordner / "stand.json")
        self._sweep(neu)

    def _sweep(self, verzeichnis: Verzeichnis) -> None:
        """Delete parts that nobody names: replaced long ago, or left behind by a writer that was stopped."""
        bekannt = {f"{teil.monat}/{teil.nr}" for teil in verzeichnis.teile} | {name for name, _ in verzeichnis.alte}
        for pfad in (self.ordner / "teile").glob("*/*"):
            if f"{pfad.parent.name}/{pfad.name}" not in bekannt:
                shutil.rmtree(pfad, ignore_errors=True)
        self._faelle = {teil.nr: self._faelle[teil.nr] for teil in verzeichnis.teile if teil.nr in self._faelle}

    def _place(self, neu: Tabellen, verzeichnis: Verzeichnis, weg: list[Teil]) -> list[tuple[str, Tabellen]]:
        """Faelle that no part holds yet: with the newest part of their month while it is small, else on their own."""
        start = neu["fall"]["start_us"].to_numpy()
        monate = (start.astype("datetime64[us]")).astype("datetime64[M]")
        werk = []
        for monat in np.unique(monate):
            maske = monate == monat
            zeilen = neu if maske.all() else _only(neu, neu["fall"]["fall"].to_numpy()[maske])
            hier = [teil for teil in verzeichnis.teile if teil.monat == str(monat) and teil not in weg]
            letzter = max(hier, key=lambda teil: teil.nr, default=None)
            if letzter and letzter.faelle + len(zeilen["fall"]) <= _WACHSEN_BIS:
                zeilen = _join(self._load(letzter), zeilen)
                weg.append(letzter)
            werk += _split(str(monat), zeilen, _HOECHSTENS)
        return werk

    def _write(self, werk: list[tuple[str, Tabellen]], nr: int) -> list[Teil]:
        """Files of new parts, numbered from `nr`."""
        if not werk:
            return []
        nummern = list(range(nr, nr + len(werk)))
        zeilen = [_number(tabellen, teil) for teil, (_, tabellen) in zip(nummern, werk, strict=True)]
        verdichtet = self._verdichte({name: pa.concat_tables([z[name] for z in zeilen]) for name in ZEILEN})
        teile = []
        for nummer, (monat, _), tabellen in zip(nummern, werk, zeilen, strict=True):
            start = pc.min_max(tabellen["fall"]["start_us"]).as_py()
            teil = Teil(nummer, monat, len(tabellen["fall"]), start["min"], start["max"])
            mit_summen = {
                name: tabelle.filter(pc.equal(tabelle["teil"], nummer)) for name, tabelle in verdichtet.items()
            }
            self._write_files(teil, tabellen | mit_summen)
            self._faelle[nummer] = np.sort(tabellen["fall"]["fall"].to_numpy())
            teile.append(teil)
        return teile

    def _write_files(self, teil: Teil, tabellen: Tabellen) -> None:
        pfad = self._pfad(teil)
        shutil.rmtree(pfad, ignore_errors=True)
        pfad.mkdir(parents=True, mode=0o700)
        for name, tabelle in tabellen.items():
            pq.write_table(tabelle, pfad / f"{name}.parquet", compression="zstd", compression_level=1)

    def _load(self, teil: Teil) -> Tabellen:
        return {name: pq.read_table(self.datei(teil, name)).drop_columns(["teil"]) for name in ZEILEN}

    def _fall_nummern(self, teil: Teil) -> Nummern:
        if teil.nr not in self._faelle:
            spalte = pq.read_table(self.datei(teil, "fall"), columns=["fall"])["fall"]
            self._faelle[teil.nr] = np.sort(spalte.to_numpy())
        return self._faelle[teil.nr]

    def _pfad(self, teil: Teil) -> Path:
        return self.ordner / "teile" / teil.monat / str(teil.nr)


def _lock(datei: int, warten_s: float | None) -> bool:
    if warten_s is None:
        fcntl.flock(datei, fcntl.LOCK_EX)
        return True
    bis = time.monotonic() + warten_s
    while True:
        try:
            fcntl.flock(datei, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > bis:
                return False
            time.sleep(0.02)
        else:
            return True


def _parse(roh: dict[str, Any]) -> Verzeichnis:
    if roh.pop("format", None) != _FORMAT:
        # Written by another release: everything in it can be computed again.
        return Verzeichnis(stand=int(roh.get("stand", 0)), naechste=int(roh.get("naechste", 1)))
    teile = tuple(Teil(**teil) for teil in roh.pop("teile"))
    return Verzeichnis(**roh | {"teile": teile, "alte": tuple((name, seit) for name, seit in roh["alte"])})


def _common(nummern: Nummern, gesucht: Nummern) -> Nummern:
    """Numbers that are in both; both ascending, `nummern` not empty."""
    nahe = gesucht[np.searchsorted(gesucht, nummern[0]) : np.searchsorted(gesucht, nummern[-1], side="right")]
    gefunden: Nummern = nahe[nummern[np.searchsorted(nummern, nahe)] == nahe]
    return gefunden


def _only(tabellen: Tabellen, faelle: Nummern) -> Tabellen:
    menge = pa.array(faelle)
    return {name: tabelle.filter(pc.is_in(tabelle["fall"], menge)) for name, tabelle in tabellen.items()}


def _without(tabellen: Tabellen, faelle: Nummern) -> Tabellen:
    menge = pa.array(faelle)
    return {name: tabelle.filter(pc.invert(pc.is_in(tabelle["fall"], menge))) for name, tabelle in tabellen.items()}


def _split(monat: str, tabellen: Tabellen, groesse: int) -> list[tuple[str, Tabellen]]:
    """Rows of one month in pieces of so many Faelle at most, in the order of their starts."""
    anzahl = len(tabellen["fall"])
    if anzahl <= groesse:
        return [(monat, tabellen)] if anzahl else []
    folge = np.argsort(tabellen["fall"]["start_us"].to_numpy(), kind="stable")
    nummern = tabellen["fall"]["fall"].to_numpy()[folge]
    return [(monat, _only(tabellen, stueck)) for stueck in np.array_split(nummern, -(-anzahl // groesse))]


def _number(tabellen: Tabellen, nr: int) -> Tabellen:
    """With the number of the part as a column."""
    return {
        name: tabelle.append_column("teil", pa.repeat(pa.scalar(nr, pa.int32()), len(tabelle)))
        for name, tabelle in tabellen.items()
    }


def _join(links: Tabellen, rechts: Tabellen) -> Tabellen:
    return {
        name: pa.concat_tables([tabelle, rechts[name].select(tabelle.schema.names).cast(tabelle.schema)])
        for name, tabelle in links.items()
    }
