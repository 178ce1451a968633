"""Collects the Laeufe of a file, Fall by Fall, and makes the Protokoll of them.

Owns what every kind of file has in common: numbering, the instants that a file leaves out (Fachkonzept § 5.3
rule 1), which
Faelle are finished, and what could not be used. Keeps no name of a Fall and no person.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from datetime import tzinfo

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from engine.errors import Invalid
from wertstrom.einlesen.paarung import Lauf
from wertstrom.ereignisprotokoll import FAELLE, PAUSEN, SCHRITTE, Art, Ausgang, FallAusgang, Protokoll
from wertstrom.pfad import Laeufe, find_vorgaenger

Ganze = npt.NDArray[np.int64]

#: stands for an instant that the file does not tell
_OHNE = -(1 << 62)
_AUSGAENGE = [ausgang.value for ausgang in Ausgang]
_OFFEN = _AUSGAENGE.index(Ausgang.OFFEN.value)
#: a suspend in a log has no reason; it is not known to be external
_PAUSENGRUND = "unterbrechung"


class Aufbau:
    """Columns that grow with the file."""

    def __init__(self) -> None:
        self.ereignisse = 0
        self.ohne_zeit = 0
        self.ohne_angabe = 0
        self.vertauscht = 0
        self._codes: dict[str | None, int] = {}
        self._start, self._ende = array("q"), array("q")
        self._zahlen = {s: array("q") for s in ("fall", "name", "rolle", "bereit", "begonnen", "fertig", "ausgang")}
        self._pausen: list[tuple[int, int, int | None]] = []

    def add_fall(self, start_us: int, ende_us: int, laeufe: Iterable[Lauf]) -> None:
        """One Fall with its first and last instant."""
        fall = len(self._start)
        self._start.append(start_us)
        self._ende.append(ende_us)
        for lauf in laeufe:
            self._pausen.extend((len(self._zahlen["fall"]), von, bis) for von, bis in lauf.pausen)
            werte = (
                fall,
                self._code(lauf.name),
                self._code(lauf.rolle),
                *(_OHNE if us is None else us for us in (lauf.bereit_us, lauf.begonnen_us, lauf.fertig_us)),
                _AUSGAENGE.index(lauf.ausgang.value),
            )
            for spalte, wert in zip(self._zahlen.values(), werte, strict=True):
                spalte.append(wert)

    def protokoll(self, prozess: str, enden: Sequence[str], zone: tzinfo) -> Protokoll:
        """Everything so far. `enden`: activities that finish a Fall; empty means that every Fall is finished.

        Raises `Invalid` when there is nothing to evaluate, or an activity of `enden` does not occur.
        """
        if not self._start:
            raise Invalid(
                "Das Protokoll kann nicht ausgewertet werden: Es enthält keinen Fall mit einem lesbaren Zeitpunkt. "
                "Bitte prüfen Sie Spalten und Datumsformat."
            )
        spalten = {name: np.frombuffer(werte, dtype=np.int64) for name, werte in self._zahlen.items()}
        spalten["bereit"] = self._fill_bereit(spalten)
        texte = pa.array(list(self._codes), pa.string())
        lauf = _laeufe_zaehlen(spalten)
        schritte = pa.table(
            [
                pa.array(spalten["fall"]),
                texte.take(pa.array(spalten["name"])),
                pa.array(lauf, pa.int32()),
                texte.take(pa.array(spalten["name"])),
                texte.take(pa.array(spalten["rolle"])),
                pa.repeat(Art.AUFGABE.value, len(lauf)),
                *(_instants(spalten[name]) for name in ("bereit", "begonnen", "fertig")),
                pa.array(_AUSGAENGE).take(pa.array(spalten["ausgang"])),
                pa.nulls(len(lauf), pa.string()),
                pa.nulls(len(lauf), pa.int64()),
            ],
            schema=SCHRITTE,
        )
        faelle = self._faelle(prozess, self._is_beendet(spalten, enden))
        return Protokoll(faelle, schritte, self._pausen_of(schritte), self.ereignisse, zone, self._hinweise())

    def _code(self, text: str | None) -> int:
        return self._codes.setdefault(text, len(self._codes))

    def _fill_bereit(self, spalten: dict[str, Ganze]) -> Ganze:
        """§ 5.3 rule 1: a run without bereit became so when its predecessor was fertig; the first one stays unknown."""
        bereit, begonnen, fertig = spalten["bereit"], spalten["begonnen"], spalten["fertig"]
        erste = np.where(begonnen == _OHNE, fertig, begonnen)
        frage = np.where(bereit == _OHNE, erste, bereit)
        laeufe = Laeufe(
            fall=spalten["fall"],
            bereit=frage,
            fertig=fertig,
            ist_fertig=fertig != _OHNE,
            ist_entfallen=np.zeros(len(fertig), dtype=bool),
            start=np.frombuffer(self._start, dtype=np.int64),
            ende=np.frombuffer(self._ende, dtype=np.int64),
            ist_abgeschlossen=np.zeros(len(self._start), dtype=bool),
        )
        vorgaenger = find_vorgaenger(laeufe)
        fehlt = (bereit == _OHNE) & (vorgaenger >= 0)
        ergebnis: Ganze = np.where(fehlt, fertig[np.maximum(vorgaenger, 0)], bereit) if len(fertig) else bereit
        return ergebnis

    def _is_beendet(self, spalten: dict[str, Ganze], enden: Sequence[str]) -> npt.NDArray[np.bool_]:
        beendet = np.zeros(len(self._start), dtype=bool)
        if not enden:
            return ~beendet
        namen = np.unique(spalten["name"])
        fehlend = [name for name in enden if self._codes.get(name, -1) not in namen]
        if fehlend:
            raise Invalid(
                "Das Protokoll kann so nicht ausgewertet werden: Die Aktivität "
                f"{', '.join(f'„{name[:60]}“' for name in fehlend)} kommt darin nicht vor. "
                "Bitte prüfen Sie die Schreibung."
            )
        ist_ende = np.isin(spalten["name"], [self._codes[name] for name in enden]) & (spalten["ausgang"] != _OFFEN)
        beendet[spalten["fall"][ist_ende]] = True
        return beendet

    def _faelle(self, prozess: str, beendet: npt.NDArray[np.bool_]) -> pa.Table:
        n = len(self._start)
        ausgang = np.where(beendet, FallAusgang.ABGESCHLOSSEN.value, FallAusgang.OFFEN.value)
        spalten = [
            pa.array(np.arange(n)),
            pa.repeat(prozess, n),
            pa.repeat(pa.scalar(1, pa.int32()), n),
            pa.array(np.frombuffer(self._start, dtype=np.int64)),
            pa.array(np.frombuffer(self._ende, dtype=np.int64), mask=~beendet),
            pa.array(ausgang.tolist(), pa.string()),
            pa.repeat(False, n),
        ]
        return pa.table(spalten, schema=FAELLE)

    def _pausen_of(self, schritte: pa.Table) -> pa.Table:
        zeilen = pa.array([zeile for zeile, _, _ in self._pausen], pa.int64())
        schluessel = schritte.select(["fall", "knoten", "lauf"]).take(zeilen)
        spalten = [
            *schluessel.columns,
            pa.array([von for _, von, _ in self._pausen], pa.int64()),
            pa.array([bis for _, _, bis in self._pausen], pa.int64()),
            pa.repeat(_PAUSENGRUND, len(zeilen)),
            pa.repeat(False, len(zeilen)),
        ]
        return pa.table(spalten, schema=PAUSEN)

    def _hinweise(self) -> tuple[str, ...]:
        texte = {
            "ohne lesbaren Zeitpunkt, nicht verwendet": self.ohne_zeit,
            "ohne Fall oder Aktivität, nicht verwendet": self.ohne_angabe,
            "mit Ende vor dem Beginn, vertauscht": self.vertauscht,
        }
        return tuple(f"{zahl} Ereignisse {text}." for text, zahl in texte.items() if zahl)


def _instants(werte: Ganze) -> pa.Array:
    return pa.array(werte, mask=werte == _OHNE)


def _laeufe_zaehlen(spalten: dict[str, Ganze]) -> Ganze:
    """Number of each run among those of the same activity in the same Fall, from 1, by its first known instant."""
    bereit, begonnen, fertig = spalten["bereit"], spalten["begonnen"], spalten["fertig"]
    erste = np.where(bereit != _OHNE, bereit, np.where(begonnen != _OHNE, begonnen, fertig))
    folge = np.lexsort((fertig, erste, spalten["name"], spalten["fall"]))
    schluessel = np.stack([spalten["fall"][folge], spalten["name"][folge]])
    neu = np.append(True, np.any(np.diff(schluessel, axis=1) != 0, axis=0)) if len(folge) else np.zeros(0, dtype=bool)
    platz = np.arange(len(folge))
    lauf = np.empty(len(folge), dtype=np.int64)
    lauf[folge] = platz - np.maximum.accumulate(np.where(neu, platz, 0)) + 1
    return lauf
