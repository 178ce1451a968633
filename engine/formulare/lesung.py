"""One reading of a form: every input with its value or its problem, what conditions hide, what is computed.

Values are kept by input name (``key`` or ``liste.n.key``) until the end, so that rows are fields like all others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from engine.formulare.abhaengigkeiten import Rechnung
from engine.formulare.felder import LEER, LEER_GRUENDE, Datenklasse, Feld, FeldTyp, Json
from engine.formulare.formular import Formular
from engine.formulare.werte import Fehlt, read_wert
from engine.formulare.zeiten import Ungueltig

#: inputs per field that are looked at, and digits of the number of a row
MAX_EINGABEN = 500
_MAX_ZIFFERN = 4
#: conditions that hang on each other, one after the other
_MAX_RUNDEN = 5

Eingaben = Mapping[str, Sequence[str]]


def row_numbers(feld: Feld, eingaben: Eingaben) -> list[int]:
    """Numbers of the rows that inputs name, in order; one more than the list may have, at most."""
    prefix, gefunden = f"{feld.key}.", set[int]()
    for name in eingaben:
        nummer = name.removeprefix(prefix).partition(".")[0] if name.startswith(prefix) else ""
        if nummer.isascii() and nummer.isdigit() and len(nummer) <= _MAX_ZIFFERN:
            gefunden.add(int(nummer))
    return sorted(gefunden)[: feld.max_zeilen + 1]


class Lesung:
    """Reads at once; asks for nothing twice."""

    def __init__(self, formular: Formular, eingaben: Eingaben, bekannt: Mapping[str, Json]) -> None:
        self._formular, self._eingaben, self._bekannt = formular, eingaben, bekannt
        self._rechnung = Rechnung()
        self._zeilen = {f.key: row_numbers(f, eingaben) for f in formular.felder if f.typ is FeldTyp.LISTE}
        self._flach: dict[str, Json] = {}
        self._fehler: dict[str, str] = {}
        self._gruende: dict[str, str] = {}
        for name, feld, _ in self._alle():
            if feld.ist_eingabe:
                self._read(name, feld)
        self._drop_empty_rows()

    def fehler(self) -> dict[str, str]:
        """One sentence for every input that does not fit, in the order of the page."""
        return {n: text for n, text in (self._fehler | self._fehler_der_listen()).items() if n not in self.verborgen}

    @cached_property
    def verborgen(self) -> frozenset[str]:
        """Names of the inputs that conditions hide; the input of a hidden list stands for its rows."""
        verborgen: frozenset[str] = frozenset()
        for _ in range(_MAX_RUNDEN):
            danach = frozenset(self._hide(self._nested(verborgen)))
            if danach == verborgen:
                break
            verborgen = danach
        return verborgen

    def werte(self) -> dict[str, Json]:
        """All values as they are stored, computed ones included."""
        werte = self._nested(self.verborgen)
        for feld in self._formular.felder:
            for nummer, zeile in enumerate(werte.get(feld.key) or ()) if feld.felder else ():
                for spalte in feld.felder:
                    if spalte.ausdruck is not None:
                        umgebung = self._umgebung(werte, feld, nummer, spalte.datenklasse)
                        zeile[spalte.key] = self._rechnung.evaluate(spalte.ausdruck, umgebung)
        for feld in self._formular.felder:
            if feld.ausdruck is not None:
                werte[feld.key] = self._rechnung.evaluate(feld.ausdruck, self._umgebung(werte, klasse=feld.datenklasse))
        return werte

    def tabellen(self, werte: Mapping[str, Json]) -> list[list[dict[str, Json]]]:
        """Rows of each table that is only shown."""
        umgebung = {**self._bekannt, **werte}
        listen = [self._rechnung.evaluate(tabelle.quelle, umgebung) for tabelle in self._formular.tabellen]
        return [[z for z in liste if isinstance(z, dict)] if isinstance(liste, list) else [] for liste in listen]

    def row_numbers(self, liste: Feld) -> list[int]:
        """Numbers, as typed, of the rows in which something was entered."""
        return self._zeilen.get(liste.key, [])

    def leer_gruende(self) -> dict[str, str]:
        """Reasons of empty Pflichtangaben; rows counted as in `werte`."""
        neu = {f"{key}.{n}.": f"{key}.{i}." for key, zeilen in self._zeilen.items() for i, n in enumerate(zeilen)}
        gruende = {}
        for name, grund in self._gruende.items():
            alt = next((prefix for prefix in neu if name.startswith(prefix)), "")
            if name not in self.verborgen:
                gruende[neu.get(alt, "") + name.removeprefix(alt)] = grund
        return gruende

    def zaehle(self) -> tuple[int, int, int]:
        """Fields that were shown; of them empty without, and with a reason. A box is never empty."""
        gezeigt = [
            name
            for name, feld, zeile in self._alle()
            if feld.ist_eingabe
            and feld.typ is not FeldTyp.KONTROLLKASTEN
            and not {name, zeile[0] if zeile else name} & self.verborgen
        ]
        leer = [name for name in gezeigt if self._flach.get(name) in (None, [], "")]
        begruendet = sum(name in self._gruende for name in leer)
        return len(gezeigt), len(leer) - begruendet, begruendet

    def _alle(self) -> Iterator[tuple[str, Feld, tuple[str, int] | None]]:
        for feld in self._formular.felder:
            if feld.typ is not FeldTyp.LISTE:
                yield feld.key, feld, None
            for nummer in self._zeilen.get(feld.key, ()):
                for spalte in feld.felder:
                    yield f"{feld.key}.{nummer}.{spalte.key}", spalte, (feld.key, nummer)

    def _read(self, name: str, feld: Feld) -> None:
        self._flach[name] = None
        try:
            self._flach[name] = read_wert(feld, _texte(self._eingaben.get(name)))
        except Fehlt as fehlt:
            grund = "".join(_texte(self._eingaben.get(name + LEER))[:1]).strip()
            if feld.leer_mit_grund and grund in LEER_GRUENDE:
                self._gruende[name] = grund
            else:
                self._fehler[name] = str(fehlt)
        except Ungueltig as ungueltig:
            self._fehler[name] = str(ungueltig)

    def _drop_empty_rows(self) -> None:
        for feld in self._formular.felder:
            for nummer in list(self._zeilen.get(feld.key, ())):
                if all(self._is_untouched(f"{feld.key}.{nummer}.{s.key}", s) for s in feld.felder):
                    self._zeilen[feld.key].remove(nummer)
                    for spalte in feld.felder:
                        self._fehler.pop(f"{feld.key}.{nummer}.{spalte.key}", None)

    def _is_untouched(self, name: str, spalte: Feld) -> bool:
        raw = any(text.strip() for text in _texte(self._eingaben.get(name)))
        wert = self._flach.get(name)
        nothing = wert in (None, False, [], "", spalte.vorgabe)
        return nothing and name not in self._gruende and not (raw and wert is None)

    def _fehler_der_listen(self) -> dict[str, str]:
        fehler = {}
        for feld in self._formular.felder:
            anzahl = len(self._zeilen.get(feld.key, ()))
            if feld.typ is FeldTyp.LISTE and anzahl < feld.min_zeilen:
                zeilen = "eine Zeile" if feld.min_zeilen == 1 else f"{feld.min_zeilen} Zeilen"
                fehler[feld.key] = f"Bitte füllen Sie mindestens {zeilen} aus."
            elif anzahl > feld.max_zeilen and feld.typ is FeldTyp.LISTE:
                fehler[feld.key] = f"Das sind zu viele Zeilen: Möglich sind {feld.max_zeilen}."
        return fehler

    def _hide(self, werte: Mapping[str, Json]) -> Iterator[str]:
        umgebung = {**self._bekannt, **werte}
        for feld in self._formular.felder:
            is_hidden = self._rechnung.holds(feld.verborgen_wenn, umgebung)
            if is_hidden:
                yield feld.key
            for i, nummer in enumerate(self._zeilen.get(feld.key, ())):
                zeile = umgebung[feld.key][i] if i < len(umgebung[feld.key]) else {}
                for spalte in feld.felder:
                    if is_hidden or self._rechnung.holds(spalte.verborgen_wenn, {**umgebung, **zeile}):
                        yield f"{feld.key}.{nummer}.{spalte.key}"

    def _nested(self, verborgen: frozenset[str]) -> dict[str, Json]:
        werte: dict[str, Json] = {}
        for feld in self._formular.felder:
            if feld.typ is FeldTyp.LISTE:
                zeilen = [] if feld.key in verborgen else self._zeilen[feld.key]
                werte[feld.key] = [self._zeile(feld, nummer, verborgen) for nummer in zeilen]
            elif feld.ist_eingabe:
                werte[feld.key] = None if feld.key in verborgen else self._flach[feld.key]
        return werte

    def _zeile(self, feld: Feld, nummer: int, verborgen: frozenset[str]) -> dict[str, Json]:
        namen = {spalte.key: f"{feld.key}.{nummer}.{spalte.key}" for spalte in feld.felder if spalte.ist_eingabe}
        return {key: None if name in verborgen else self._flach[name] for key, name in namen.items()}

    def _umgebung(
        self, werte: Mapping[str, Json], liste: Feld | None = None, zeile: int = 0, klasse: Datenklasse = Datenklasse.S3
    ) -> dict[str, Json]:
        """What an expression of this class may see: of lists the fields of its class and below."""
        sichtbar = {k for k in Datenklasse if k <= klasse}
        rows = {f.key: f for f in self._formular.felder if f.typ is FeldTyp.LISTE}
        listen = self._formular.project({key: werte[key] for key in rows}, sichtbar)
        own = listen[liste.key][zeile] if liste and liste.key in listen else {}
        return {**self._bekannt, **{k: w for k, w in werte.items() if k not in rows}, **listen, **own}


def _texte(eingabe: object) -> list[str]:
    if isinstance(eingabe, str):
        return [eingabe]
    if not isinstance(eingabe, Sequence):
        return []
    return [teil for teil in list(eingabe[:MAX_EINGABEN]) if isinstance(teil, str)]
