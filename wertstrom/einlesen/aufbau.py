"""Makes Faelle, Schritte and Pausen of rows that belong together.

Owns what every kind of file has in common: the instants that a file leaves out (Fachkonzept § 5.3 rule 1), which Faelle
are finished, and how Laeufe are counted. Pure arithmetic on one stack of whole Faelle at a time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from wertstrom.einlesen.laeufe import AUSGAENGE, OFFEN, Spalten, Vorlage, form_laeufe
from wertstrom.einlesen.umsetzung import OHNE
from wertstrom.ereignisprotokoll import FAELLE, PAUSEN, SCHRITTE, Art, Ausgang, FallAusgang
from wertstrom.pfad import Laeufe, find_vorgaenger

Ganze = npt.NDArray[np.int64]
Masken = npt.NDArray[np.bool_]

#: a suspend in a log without a reason; it is not known to be external
_PAUSENGRUND = "unterbrechung"


@dataclass(frozen=True)
class Stapel:
    """Tables of a Protokoll, and the numbers that plausibility asks for."""

    faelle: pa.Table
    schritte: pa.Table
    pausen: pa.Table
    ende_us: Ganze


def build(stapel: pa.Table, kopf: pa.Table, pausen: pa.Table, nummern: Ganze, vorlage: Vorlage) -> Stapel:
    """One stack of whole Faelle; `nummern` are the numbers that they bear, `kopf` what the file says of each."""
    idx = stapel["idx"].to_numpy()
    fall = idx - idx[0]
    zeiten = {name: _as_int(stapel[name]) for name in ("bereit", "beginn", "ende")}
    laeufe = form_laeufe(stapel, fall, zeiten, pausen, vorlage)
    start, ende = _spanne(fall, zeiten)
    start, ende, beendet, ausgaenge, version = _faelle_of(kopf, int(idx[0]), start, ende, laeufe, stapel, vorlage)
    laeufe.bereit = _fill_bereit(laeufe, start, ende)
    schritte = _schritte(laeufe, stapel, nummern, vorlage)
    spalten = [
        pa.array(nummern),
        pa.repeat(vorlage.prozess, len(nummern)),
        pa.array(version, pa.int32()),
        pa.array(start),
        pa.array(ende, mask=~beendet),
        pa.array(ausgaenge, pa.string()),
        pa.repeat(False, len(nummern)),
    ]
    return Stapel(pa.table(spalten, schema=FAELLE), schritte, _pausen(laeufe, schritte, vorlage), ende)


def _spanne(fall: Ganze, zeiten: Mapping[str, Ganze]) -> tuple[Ganze, Ganze]:
    """First and last known instant of each Fall."""
    grenzen = np.append(0, np.flatnonzero(np.diff(fall)) + 1)
    alle = np.stack(list(zeiten.values()))
    frueheste = np.where(alle == OHNE, np.iinfo(np.int64).max, alle).min(axis=0)
    return np.minimum.reduceat(frueheste, grenzen), np.maximum.reduceat(alle.max(axis=0), grenzen)


def _faelle_of(
    kopf: pa.Table, erster: int, start: Ganze, ende: Ganze, laeufe: Spalten, stapel: pa.Table, vorlage: Vorlage
) -> tuple[Ganze, Ganze, Masken, list[str], Ganze]:
    """Begin, end, whether finished, outcome and version of each Fall; what the file says of it goes first."""
    beendet = np.ones(len(start), dtype=bool)
    if vorlage.enden:
        name = stapel["name"].combine_chunks().take(pa.array(laeufe.zeile)).to_numpy(zero_copy_only=False)
        ist_ende = np.isin(name, vorlage.enden) & (laeufe.ausgang != OFFEN)
        beendet[:] = False
        beendet[laeufe.fall[ist_ende]] = True
    fertig, offen = FallAusgang.ABGESCHLOSSEN.value, FallAusgang.OFFEN.value
    ausgaenge = [fertig if ist else offen for ist in beendet]
    version = np.ones(len(start), dtype=np.int64)
    for zeile in kopf.to_pylist():
        n = zeile["idx"] - erster
        start[n] = min(start[n], start[n] if zeile["start"] is None else zeile["start"])
        ende[n] = max(ende[n], ende[n] if zeile["schluss"] is None else zeile["schluss"])
        version[n] = zeile["version"] or 1
        gesagt = None if zeile["ausgang"] is None else vorlage.texte[zeile["ausgang"]]
        if gesagt in set(FallAusgang) and not vorlage.enden:
            ausgaenge[n], beendet[n] = gesagt, gesagt != FallAusgang.OFFEN.value
    return start, ende, beendet, ausgaenge, version


def _fill_bereit(laeufe: Spalten, start: Ganze, ende: Ganze) -> Ganze:
    """§ 5.3 rule 1: a run without bereit became so when its predecessor was fertig; the first one stays unknown."""
    bereit, fertig = laeufe.bereit, laeufe.fertig
    erste = np.where(laeufe.begonnen == OHNE, fertig, laeufe.begonnen)
    vorgaenger = find_vorgaenger(
        Laeufe(
            fall=laeufe.fall,
            bereit=np.where(bereit == OHNE, erste, bereit),
            fertig=fertig,
            ist_fertig=fertig != OHNE,
            ist_entfallen=np.zeros(len(fertig), dtype=bool),
            start=start,
            ende=ende,
            ist_abgeschlossen=np.zeros(len(start), dtype=bool),
        )
    )
    fehlt = (bereit == OHNE) & (vorgaenger >= 0)
    ergebnis: Ganze = np.where(fehlt, fertig[np.maximum(vorgaenger, 0)], bereit) if len(fertig) else bereit
    return ergebnis


def _schritte(laeufe: Spalten, stapel: pa.Table, nummern: Ganze, vorlage: Vorlage) -> pa.Table:
    zeile = pa.array(laeufe.zeile)

    def codes(name: str) -> pa.Array:
        return stapel[name].combine_chunks().take(zeile)

    name = codes("name")
    knoten = pc.coalesce(codes("knoten"), name)
    erste = np.where(
        laeufe.bereit != OHNE, laeufe.bereit, np.where(laeufe.begonnen != OHNE, laeufe.begonnen, laeufe.fertig)
    )
    lauf = _laeufe_zaehlen(laeufe.fall, knoten.to_numpy(zero_copy_only=False), erste, laeufe.fertig)
    art, grund = vorlage.worte(codes("art")), vorlage.worte(codes("grund"))
    zurueck = pa.array(laeufe.ausgang == AUSGAENGE.index(Ausgang.ZURUECKGEGEBEN.value))
    return pa.table(
        [
            pa.array(nummern[laeufe.fall]),
            vorlage.worte(knoten),
            pa.array(lauf, pa.int32()),
            vorlage.worte(name),
            vorlage.worte(laeufe.rolle),
            pc.if_else(pc.is_in(art, pa.array([a.value for a in Art])), art, Art.AUFGABE.value),
            *(_instants(werte) for werte in (laeufe.bereit, laeufe.begonnen, laeufe.fertig)),
            pa.array(AUSGAENGE).take(pa.array(laeufe.ausgang)),
            pc.if_else(
                pc.and_(zurueck, pc.match_substring_regex(grund, r"^W\d\d$")), grund, pa.scalar(None, pa.string())
            ),
            codes("frist"),
        ],
        schema=SCHRITTE,
    )


def _laeufe_zaehlen(fall: Ganze, knoten: Ganze, erste: Ganze, fertig: Ganze) -> Ganze:
    """Number of each run among those of the same node in the same Fall, from 1, by its first known instant."""
    folge = np.lexsort((fertig, erste, knoten, fall))
    schluessel = np.stack([fall[folge], knoten[folge]])
    neu = np.append(True, np.any(np.diff(schluessel, axis=1) != 0, axis=0)) if len(folge) else np.zeros(0, dtype=bool)
    platz = np.arange(len(folge))
    lauf = np.empty(len(folge), dtype=np.int64)
    lauf[folge] = platz - np.maximum.accumulate(np.where(neu, platz, 0)) + 1
    return lauf


def _pausen(laeufe: Spalten, schritte: pa.Table, vorlage: Vorlage) -> pa.Table:
    pausen = laeufe.pausen
    schluessel = schritte.select(["fall", "knoten", "lauf"]).take(pa.array([p.lauf for p in pausen], pa.int64()))
    spalten = [
        *(spalte.combine_chunks() for spalte in schluessel.columns),
        pa.array([p.von_us for p in pausen], pa.int64()),
        pa.array([p.bis_us for p in pausen], pa.int64()),
        pc.fill_null(vorlage.worte(pa.array([p.grund for p in pausen], pa.int32())), _PAUSENGRUND),
        pa.array([p.extern for p in pausen], pa.bool_()),
    ]
    return pa.table(spalten, schema=PAUSEN)


def _instants(werte: Ganze) -> pa.Array:
    return pa.array(werte, mask=werte == OHNE)


def _as_int(spalte: pa.ChunkedArray) -> Ganze:
    zahlen: Ganze = pc.fill_null(spalte, OHNE).to_numpy()
    return zahlen
