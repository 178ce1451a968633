"""Reads files of any size into Protokolle of whole Faelle: recognise, map, refuse people, collect, pair, hand out.

Owns the order of the steps and the progress. Memory holds a few blocks and a bounded cache, whatever the file's size;
what lies on disk meanwhile goes at the end, also after an error or an interruption.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path

import numpy as np
import pyarrow as pa

from engine.errors import Invalid
from engine.kalender import BERLIN
from wertstrom.einlesen import ocel, parquet, personen
from wertstrom.einlesen.aufbau import Stapel, build
from wertstrom.einlesen.bericht import Bericht
from wertstrom.einlesen.block import Quelle
from wertstrom.einlesen.breit import Breit
from wertstrom.einlesen.datei import Dateiart
from wertstrom.einlesen.erkennen import BREIT, Erkannt, mapping_of, recognise, steps_of
from wertstrom.einlesen.laeufe import Vorlage
from wertstrom.einlesen.lager import Lager, open_lager
from wertstrom.einlesen.mappe import Mappe
from wertstrom.einlesen.meilensteine import find_meilensteine
from wertstrom.einlesen.plausibel import observe
from wertstrom.einlesen.pseudonym import Pseudonyme
from wertstrom.einlesen.tabelle import Tabelle
from wertstrom.einlesen.umsetzung import Umsetzung
from wertstrom.einlesen.vorgaben import Vorgaben
from wertstrom.einlesen.xes import Xes
from wertstrom.einlesen.zeitangaben import Zeitleser
from wertstrom.ereignisprotokoll import MEILENSTEINE, MERKMALE, Protokoll, check


@dataclass(frozen=True, slots=True)
class Fortschritt:
    """How far an import is."""

    #: „lesen“ or „zuordnen“
    schritt: str
    #: 0–1, of this step
    anteil: float
    zeilen: int
    faelle: int = 0


Melder = Callable[[Fortschritt], None]


def _silent(_fortschritt: Fortschritt) -> None:
    """Nobody wants to know."""


class Lesung:
    """One import of one or several files of the same kind.

    Iterate `teile` once; afterwards `bericht` is complete. Whatever a `melder` raises ends the import cleanly.
    """

    def __init__(self, dateien: Sequence[Path], vorgaben: Vorgaben, melder: Melder = _silent) -> None:
        self.bericht = Bericht()
        #: what each file was taken for
        self.erkannt: list[Erkannt] = []
        #: meaning → column, as it was read
        self.zuordnung: dict[str, str] = {}
        #: columns that were not read
        self.weggelassen: tuple[str, ...] = ()
        self._dateien, self._vorgaben, self._melder = dateien, vorgaben, melder
        self._zeiten = Zeitleser(vorgaben.zone)

    @property
    def zone(self) -> tzinfo:
        """Local time of the office whose instants these are; known when the first part was handed out."""
        return self._zeiten.zone_of_file(BERLIN)

    def teile(self) -> Iterator[Protokoll]:
        """Parts with whole Faelle, each checked. Raises `NotFound` or `Invalid`."""
        quellen = [self._open(datei) for datei in self._dateien]
        pseudonyme = Pseudonyme(self._vorgaben.schluessel)
        with open_lager(sum(datei.stat().st_size for datei in self._dateien)) as lager:
            umsetzung = Umsetzung(lager, self._zeiten, pseudonyme, self.bericht, self._vorgaben.jetzt_us)
            self._collect(quellen, umsetzung)
            faelle = lager.arrange()
            if not faelle:
                raise Invalid(
                    "Das Protokoll kann nicht ausgewertet werden: Es enthält keinen Fall mit einem lesbaren Zeitpunkt. "
                    "Bitte prüfen Sie Spalten und Datumsformat."
                )
            self._check_werte(lager, umsetzung, faelle)
            vorlage = self._vorlage(lager, umsetzung)
            zone = self.zone
            for tabelle in lager.faelle():
                yield self._teil(lager, tabelle, vorlage, zone, pseudonyme.ist_bleibend)
                self._melder(
                    Fortschritt("zuordnen", self.bericht.faelle / faelle, self.bericht.zeilen, self.bericht.faelle)
                )

    def _open(self, datei: Path) -> Quelle:
        v = self._vorgaben
        erkannt = recognise(datei, v)
        self.erkannt.append(erkannt)
        if erkannt.schreibweise is not None:
            return self._open_tabelle(datei, erkannt)
        if erkannt.art == Dateiart.XES:
            mit_namen = v.schluessel is not None or len(self._dateien) > 1
            return Xes(datei, v.spalten, mit_namen, v.hoechstens_bytes)
        typ = ocel.choose_objekttyp(dict(erkannt.objekttypen), v.objekttyp)
        return ocel.Ocel(datei, erkannt.art, typ, v.spalten, v.hoechstens_bytes)

    def _open_tabelle(self, datei: Path, erkannt: Erkannt) -> Quelle:
        v, wie = self._vorgaben, erkannt.schreibweise
        assert wie is not None, "the caller looked"
        zuordnung = mapping_of(erkannt, v)
        schritte: dict[str, str] = {}
        if erkannt.form == BREIT:
            datumsspalten = [s.name for s in erkannt.spalten if s.ist_datum]
            schritte = {f"schritt{n}": name for n, name in enumerate(steps_of(datumsspalten, v))}
        personen.check_spalten({**zuordnung, **schritte}, v.geprueft)
        self.zuordnung = {**zuordnung, **{name: name for name in schritte.values()}}
        gelesen = {**zuordnung, **schritte}
        self.weggelassen = tuple(spalte for spalte in wie.kopf if spalte not in set(gelesen.values()))
        quelle: Quelle
        if erkannt.art == Dateiart.MAPPE:
            quelle = Mappe(datei, v.blatt, wie, gelesen, v.hoechstens_bytes)
        else:
            quelle = Tabelle(datei, wie, gelesen, self.bericht, v.hoechstens_bytes)
        return Breit(quelle, schritte) if schritte else quelle

    def _collect(self, quellen: Sequence[Quelle], umsetzung: Umsetzung) -> None:
        groessen = [datei.stat().st_size for datei in self._dateien]
        alle = max(1, sum(groessen))
        for nummer, quelle in enumerate(quellen):
            for block in quelle.bloecke():
                umsetzung.add(block)
                anteil = (sum(groessen[:nummer]) + block.gelesen) / alle
                self._melder(Fortschritt("lesen", min(1.0, anteil), self.bericht.zeilen))

    def _check_werte(self, lager: Lager, umsetzung: Umsetzung, faelle: int) -> None:
        """What would be kept must not name people, wherever in the file it stands."""
        texte = umsetzung.texte.all()
        werte = {
            bedeutung: (self.zuordnung.get(bedeutung, bedeutung), [texte[code] for code in lager.codes(spalte)])
            for bedeutung, spalte in (("aktivitaet", "name"), ("rolle", "rolle"))
        }
        kennzeichen: dict[str, str] = {}
        for name, codes in lager.werte().items():
            bedeutung = texte[name] if texte[name] in self.zuordnung else f"merkmal:{texte[name]}"
            spalte = self.zuordnung.get(bedeutung, texte[name])
            werte[bedeutung] = (spalte, [texte[code] for code in codes])
            if spalte not in self._vorgaben.geprueft:
                kennzeichen[spalte] = personen.find_kennzeichen(len(codes), faelle)
        personen.check_werte(werte, self._vorgaben.geprueft)
        personen.check_zeichen(kennzeichen)

    def _vorlage(self, lager: Lager, umsetzung: Umsetzung) -> Vorlage:
        texte, v = umsetzung.texte, self._vorgaben
        namen = set(lager.codes("name"))
        fehlend = {name: f"Die Aktivität „{name[:60]}“" for name in v.enden if texte.find(name) not in namen}
        fehlend |= {
            name: f"Die Aktivität „{name[:60]}“ des Meilensteins {meilenstein}"
            for meilenstein, name in v.meilensteine.items()
            if texte.find(name) not in namen
        }
        if fehlend:
            raise Invalid(
                "Das Protokoll kann so nicht ausgewertet werden: "
                f"{', '.join(fehlend.values())} kommt darin nicht vor. Bitte prüfen Sie die Schreibung."
            )
        enden = [code for name in v.enden if (code := texte.find(name)) is not None]
        return Vorlage(texte.all(), v.prozess, enden, bool(umsetzung.sind_laeufe))

    def _teil(self, lager: Lager, tabelle: pa.Table, vorlage: Vorlage, zone: tzinfo, bleibend: bool) -> Protokoll:
        von, bis = tabelle["idx"][0].as_py(), tabelle["idx"][-1].as_py()
        nummern = _first_of_each(tabelle, "fall") if bleibend else np.arange(von, bis + 1)
        stapel = build(tabelle, lager.beilage("kopf", von, bis), lager.beilage("pause", von, bis), nummern, vorlage)
        observe(self.bericht, tabelle, stapel)
        ereignisse = tabelle.num_rows
        if self.bericht.faelle == stapel.faelle.num_rows:
            ereignisse += self.bericht.ohne_zeit + self.bericht.ohne_angabe
        return check(
            Protokoll(
                stapel.faelle,
                stapel.schritte,
                stapel.pausen,
                ereignisse,
                zone,
                meilensteine=self._meilensteine(lager, stapel, von, bis, nummern, vorlage),
                merkmale=_merkmale(lager.beilage("merkmal", von, bis), von, nummern, vorlage),
            )
        )

    def _meilensteine(
        self, lager: Lager, stapel: Stapel, von: int, bis: int, nummern: np.ndarray, vorlage: Vorlage
    ) -> pa.Table:
        roh = lager.beilage("meilenstein", von, bis)
        spalten = [pa.array(nummern[roh["idx"].to_numpy() - von]), vorlage.worte(_joined(roh["name"])), roh["zeit"]]
        gesagt = pa.table(spalten, schema=MEILENSTEINE)
        return find_meilensteine(stapel.faelle, stapel.schritte, gesagt, self._vorgaben.meilensteine)


def _merkmale(roh: pa.Table, von: int, nummern: np.ndarray, vorlage: Vorlage) -> pa.Table:
    worte = (vorlage.worte(_joined(roh[name])) for name in ("name", "wert"))
    return pa.table([pa.array(nummern[roh["idx"].to_numpy() - von]), *worte], schema=MERKMALE)


def _joined(spalte: pa.ChunkedArray) -> pa.Array:
    return spalte.combine_chunks()


def _first_of_each(tabelle: pa.Table, name: str) -> np.ndarray:
    idx = tabelle["idx"].to_numpy()
    anfang = np.append(0, np.flatnonzero(np.diff(idx)) + 1)
    werte: np.ndarray = tabelle[name].to_numpy()[anfang]
    return werte


def read_teile(dateien: Sequence[Path], vorgaben: Vorgaben) -> Iterator[Protokoll]:
    """Parts of one or several files, or of a folder that was read in before."""
    if len(dateien) == 1 and dateien[0].is_dir():
        yield from parquet.read_teile(dateien[0])
    else:
        yield from Lesung(dateien, vorgaben).teile()
