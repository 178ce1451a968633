"""All key figures of one selection on one sheet, as plain values for programs; small cells are already gone.

Owns which arguments each figure gets and how its value is written down: durations in days of their clock, shares 0–1,
None where too few Faelle stand behind it or nothing was measured. Computes no figure itself.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from wertstrom import kennzahlen, schutz
from wertstrom.kennzahlen import KENNZAHLEN, Anteil, Auswahl, Lagemass, Meilensteinzeit, Uhr, Zeit, Ziel
from wertstrom.modell import Angaben
from wertstrom.schutz import Schwellen
from wertstrom.speicher import Speicher

Wert = Any


@dataclass(frozen=True)
class Frage:
    """What the sheet is about, besides the selection."""

    ziel: Ziel
    jetzt_us: int
    schwellen: Schwellen = field(default_factory=Schwellen)
    #: how many people hold each role; None where nothing is known
    besetzung: Mapping[str, int] | None = None
    angaben: Angaben = field(default_factory=dict)
    #: by which Faelle are grouped
    merkmale: Sequence[str] = ("pilot", "track", "hilfeart", "bezirk")
    #: for `beschleunigung`: what to compare with
    vorher: Auswahl | None = None
    #: code of a `Nachweisziel` → step, and the steps that have to follow it
    nachweise: Mapping[str, tuple[str, Sequence[str]]] = field(default_factory=dict)


class _Blatt:
    """One sheet; every method named like a Kennzahl gives its value."""

    def __init__(self, speicher: Speicher, auswahl: Auswahl, frage: Frage) -> None:
        self.s, self.a, self.f = speicher, auswahl, frage
        self.schritt_liste = kennzahlen.schritte(speicher, auswahl)
        self.verdeckt = schutz.hidden_schritte(self.schritt_liste, frage.schwellen, frage.besetzung)
        self.stand = kennzahlen.bestand(speicher, auswahl, frage.ziel, frage.jetzt_us)
        self.genug = self.stand.abgeschlossen >= frage.schwellen.k_faelle

    # --- Faelle ---

    def durchlaufzeit(self) -> Wert:
        return self._zeit(kennzahlen.durchlaufzeit(self.s, self.a))

    def durchlaufzeit_nach_merkmal(self) -> Wert:
        return {merkmal: self._groups(merkmal) for merkmal in self.f.merkmale}

    def anteil_bis_ziel(self) -> Wert:
        return self._anteil(kennzahlen.anteil_bis_ziel(self.s, self.a, self.f.ziel))

    def bestand(self) -> Wert:
        namen = ("faelle", "abgeschlossen", "abgebrochen", "offen", "offen_ueber_ziel")
        return {name: self._zahl(getattr(self.stand, name)) for name in namen}

    def prozesswirkungsgrad(self) -> Wert:
        grad = kennzahlen.prozesswirkungsgrad(self.s, self.a)
        fluss = {f"flussgrad_{uhr.value.lower()}": grad.flussgrad(uhr) for uhr in Uhr}
        return {"at": grad.at, "kt": grad.kt, **fluss, "n": grad.n} if self.genug else None

    def verteilung(self) -> Wert:
        if not self.genug:
            return None
        breite = self.f.ziel.tage / 5
        zahlen = kennzahlen.verteilung(self.s, self.a, self.f.ziel, breite)
        klassen = [schutz.Klasse(k * breite, (k + 1) * breite, zahlen[k]) for k in sorted(zahlen)]
        return [dataclasses.asdict(k) for k in schutz.merge_klassen(klassen, self.f.ziel.tage, self.f.schwellen)]

    def wertschoepfungsanteil(self) -> Wert:
        anteil = kennzahlen.wertschoepfungsanteil(self.s, self.a, self.f.angaben)
        return {"at": anteil.at, "kt": anteil.kt} if self.genug else None

    def personenminuten(self) -> Wert:
        minuten = kennzahlen.personenminuten(self.s, self.a, self.f.angaben)
        return {"je_fall": minuten.je_fall, "ohne_standard": list(minuten.ohne_standard)} if self.genug else None

    def zeiten_je_fall(self) -> Wert:
        return {mass: self._zeit(zeit) for mass, zeit in kennzahlen.zeiten_je_fall(self.s, self.a).items()}

    # --- Fluss ---

    def durchsatz(self) -> Wert:
        fluss = kennzahlen.durchsatz(self.s, self.a, *self._zeitraum(), self.f.ziel.uhr)
        if min(fluss.zugang, fluss.abgang) < self.f.schwellen.k_faelle:
            return None
        werte = dataclasses.asdict(fluss) | {"durchsatz": fluss.durchsatz, "eingangstakt": fluss.eingangstakt}
        return werte | {"uhr": fluss.uhr.value, "bestand_am_ende": self._zahl(fluss.bestand_am_ende)}

    def little(self) -> Wert:
        probe = kennzahlen.little(self.s, self.a, *self._zeitraum())
        werte = {"gemessen": probe.gemessen, "erwartet": probe.erwartet, "verhaeltnis": probe.verhaeltnis}
        return werte if self.genug else None

    def alter_offener(self) -> Wert:
        alter = kennzahlen.alter_offener(self.s, self.a, self.f.jetzt_us, self.f.ziel.uhr)
        zeit = self._zeit(alter.zeit)
        ueber = {n: self._zahl(getattr(alter, n)) for n in ("ueber_p50", "ueber_p80", "ueber_p95")}
        return None if zeit is None else zeit | ueber

    def ueberleben(self) -> Wert:
        kurve = kennzahlen.ueberleben(self.s, self.a, self.f.jetzt_us, self.f.ziel.uhr)
        if kurve.ereignisse < self.f.schwellen.k_faelle:
            return None
        quantile = {f"p{round(p * 100)}": kurve.tage(p) for p in (0.5, 0.8)}
        bis_ziel = kurve.fertig_bis(self.f.ziel.tage)
        return {"uhr": kurve.uhr.value, "n": kurve.n, "ereignisse": kurve.ereignisse, **quantile, "bis_ziel": bis_ziel}

    # --- Meilensteine und Zählungen ---

    def meilensteinzeit(self) -> Wert:
        return {m.code: self._meilenstein(self._milestone_time(m)) | {"titel": m.titel} for m in _MEILENSTEINZIELE}

    def beschleunigung(self) -> Wert:
        if self.f.vorher is None:
            return None
        b = kennzahlen.beschleunigung(self.s, self.f.vorher, self.a, self.f.ziel.uhr)
        if min(b.n_vorher, b.n_nachher) < self.f.schwellen.k_faelle:
            return None
        return dataclasses.asdict(b) | {"tage": b.tage, "relativ": b.relativ}

    def wiederaufnahmequote(self) -> Wert:
        return self._anteil(kennzahlen.wiederaufnahmequote(self.s, self.a, self.f.jetzt_us))

    def dokumentationsquote(self) -> Wert:
        gefragt = {z.code: self.f.nachweise.get(z.code) for z in kennzahlen.NACHWEISZIELE}
        return {code: self._proof(*angabe) if angabe else None for code, angabe in gefragt.items()}

    def zaehlquote(self) -> Wert:
        return {
            z.code: self._anteil(kennzahlen.zaehlquote(self.s, self.a, z.zaehler, z.nenner))
            for z in kennzahlen.ZAEHLZIELE
        }

    def zielerreichungsgrad(self) -> Wert:
        erreicht: dict[str, bool | None] = {}
        for m in _MEILENSTEINZIELE:
            median = self._milestone_time(m).zeit.in_uhr(m.ziel.uhr).median
            erreicht[m.code] = None if median is None else median <= m.ziel.tage
        for z in kennzahlen.ZAEHLZIELE:
            anteil = kennzahlen.zaehlquote(self.s, self.a, z.zaehler, z.nenner).anteil
            erreicht[z.code] = None if anteil is None else z.is_erreicht(anteil)
        grad = kennzahlen.zielerreichungsgrad(erreicht)
        return {"anteil": grad.anteil, "treffer": grad.treffer, "n": grad.n} if self.genug else None

    # --- Qualität ---

    def gesamt_fpy(self) -> Wert:
        ertrag = kennzahlen.gesamt_fpy(self.s, self.a)
        rolled = {"rolled_cua": ertrag.rolled_cua, "rolled_fpy": ertrag.rolled_fpy}
        return (rolled | {"gemessen": self._anteil(ertrag.gemessen)}) if self.genug else None

    def rueckgabequote(self) -> Wert:
        return self._anteil(kennzahlen.rueckgabequote(self.s, self.a))

    def unterschriftenzyklen(self) -> Wert:
        return self._anzahl(kennzahlen.unterschriftenzyklen(self.s, self.a, self.f.angaben))

    def dokumentationsschritte(self) -> Wert:
        return self._anzahl(kennzahlen.dokumentationsschritte(self.s, self.a))

    def doppelt_erfasst(self) -> Wert:
        felder = kennzahlen.doppelt_erfasst(self.s, self.a, self.f.angaben)
        return {feld: list(knoten) for feld, knoten in felder.items()}

    def schnittstellen(self) -> Wert:
        return self._anzahl(kennzahlen.schnittstellen(self.s, self.a))

    # --- je Schritt ---

    def schritte(self) -> Wert:
        zahlen, kleine = ("laeufe", "faelle", "beendet"), ("offen", "zurueckgegeben")
        return {
            s.knoten: {"name": s.name, "art": s.art}
            | {zahl: None if s.knoten in self.verdeckt else getattr(s, zahl) for zahl in zahlen}
            | {zahl: None if s.knoten in self.verdeckt else self._zahl(getattr(s, zahl)) for zahl in kleine}
            for s in self.schritt_liste
        }

    def leiter(self) -> Wert:
        beitraege = kennzahlen.leiter(self.s, self.a, self.f.ziel.uhr) if self.genug else ()
        zusammen = schutz.hidden_beitraege(beitraege, self.verdeckt, self.f.schwellen)
        stufen: dict[str, dict[str, float]] = {}
        for b in beitraege:
            name = "bis_zum_abschluss" if b.knoten is None else "uebrige" if b.knoten in zusammen else b.knoten
            stufe = stufen.setdefault(name, dict.fromkeys(("liegezeit", "extern", "bearbeitung"), 0.0))
            for teil in stufe:
                stufe[teil] += getattr(b, teil)
        return stufen

    def engpass(self) -> Wert:
        alle = kennzahlen.engpass(self.s, self.a)
        gross = [e for e in alle if e.knoten not in self.verdeckt and e.faelle >= self.f.schwellen.k_faelle]
        # The shares add up to 1: a single hidden one could be worked out.
        gezeigt = gross[:-1] if len(alle) - len(gross) == 1 else gross
        return [dataclasses.asdict(e) for e in gezeigt]

    def __getattr__(self, name: str) -> Callable[[], Wert]:
        """Figures per step that need no arguments, or only the present."""
        if name not in _JE_SCHRITT:
            raise AttributeError(name)
        funktion: Callable[..., Mapping[str, object]] = getattr(kennzahlen, name)
        return lambda: self._je_schritt(funktion(self.s, self.a, *([self.f.jetzt_us] if name == "termintreue" else [])))

    def _je_schritt(self, werte: Mapping[str, object]) -> Wert:
        gezeigt = {}
        for knoten in sorted(werte.keys() - self.verdeckt):
            wert = werte[knoten]
            if isinstance(wert, Zeit):
                gezeigt[knoten] = self._zeit(wert)
            elif isinstance(wert, Anteil):
                gezeigt[knoten] = self._anteil(wert)
            elif isinstance(wert, kennzahlen.Termintreue):
                zahlen = {"offen": self._zahl(wert.offen), "offen_ueber_frist": self._zahl(wert.offen_ueber_frist)}
                gezeigt[knoten] = {"rechtzeitig": self._anteil(wert.rechtzeitig), **zahlen}
            else:
                gezeigt[knoten] = self._record(wert)
        return gezeigt

    def _record(self, wert: Any) -> Wert:
        if isinstance(wert, kennzahlen.Warten):
            wert = schutz.merge_ursachen(wert, self.f.schwellen)
        faelle: int = wert.faelle_in_serien if isinstance(wert, kennzahlen.Buendelung) else wert.faelle
        return dataclasses.asdict(wert) if faelle >= self.f.schwellen.k_faelle else None

    def _milestone_time(self, m: kennzahlen.Meilensteinziel) -> Meilensteinzeit:
        return kennzahlen.meilensteinzeit(self.s, self.a, m.von, m.bis, m.ziel, self.f.jetzt_us)

    def _meilenstein(self, m: Meilensteinzeit) -> dict[str, Wert]:
        offen = {"offen": self._zahl(m.offen), "offen_ueber_ziel": self._zahl(m.offen_ueber_ziel)}
        return {"zeit": self._zeit(m.zeit), "anteil": self._anteil(m.anteil), **offen}

    def _proof(self, anlass: str, nachweise: Sequence[str]) -> Wert:
        return self._anteil(kennzahlen.dokumentationsquote(self.s, self.a, anlass, nachweise))

    def _groups(self, merkmal: str) -> Wert:
        gruppen = kennzahlen.durchlaufzeit_nach_merkmal(self.s, self.a, merkmal)
        # One row of a table: the groups add up to all Faelle.
        geheim = schutz.hidden_zellen({(merkmal, wert): z.n for wert, z in gruppen.items()}, self.f.schwellen)
        return {wert: self._zeit(z) for wert, z in gruppen.items() if (merkmal, wert) not in geheim}

    def _zeitraum(self) -> tuple[int, int]:
        return self.stand.von_us or 0, (self.stand.bis_us or 0) + 1

    def _zahl(self, zahl: int) -> int | None:
        return schutz.shown_zahl(zahl, self.f.schwellen)

    def _zeit(self, zeit: Zeit) -> Wert:
        gezeigt = schutz.shown_zeit(zeit, self.f.schwellen)
        return None if gezeigt is None else {"at": _lage(zeit.at), "kt": _lage(zeit.kt), "n": zeit.n}

    def _anteil(self, anteil: Anteil) -> Wert:
        gezeigt = schutz.shown_anteil(anteil, self.f.schwellen)
        return None if gezeigt is None else {"anteil": gezeigt.anteil, "treffer": gezeigt.treffer, "n": gezeigt.n}

    def _anzahl(self, anzahl: kennzahlen.Anzahl) -> Wert:
        gezeigt = schutz.shown_anzahl(anzahl, self.f.schwellen)
        return None if gezeigt is None else dataclasses.asdict(gezeigt)


_MEILENSTEINZIELE = kennzahlen.MEILENSTEINZIELE
_JE_SCHRITT = frozenset(
    """liegezeit bearbeitungsdauer wartezeit_extern vollstaendig_und_richtig first_pass_yield wiederholung
    warteursachen buendelung schlupf ruecklaufzeit termintreue""".split()
)


def write_blatt(speicher: Speicher, auswahl: Auswahl, frage: Frage) -> dict[str, dict[str, Wert]]:
    """Every registered figure by name, with title, unit, clock and value."""
    blatt = _Blatt(speicher, auswahl, frage)
    return {
        name: {"titel": k.titel, "einheit": k.einheit, "uhr": k.uhr, "wert": getattr(blatt, name)()}
        for name, k in KENNZAHLEN.items()
    }


def _lage(lage: Lagemass) -> dict[str, float | None]:
    return {"mittel": lage.mittel, "median": lage.median, "p80": lage.p80}
