"""Blocks of text become rows of numbers in the Lager: instants, codes of texts, pseudonyms.

Owns what a value means, whatever file it came from; knows no format.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from engine.errors import Invalid
from wertstrom.einlesen.bericht import Bericht
from wertstrom.einlesen.block import Block
from wertstrom.einlesen.lager import EREIGNIS, KOPF, MEILENSTEIN, MERKMAL, PAUSE, Lager
from wertstrom.einlesen.pseudonym import Pseudonyme
from wertstrom.einlesen.spalten import MERKMALE, ZEITEN
from wertstrom.einlesen.zeitangaben import Zeitleser
from wertstrom.ereignisprotokoll import MERKMAL_ZEICHEN

Ganze = npt.NDArray[np.int64]
Masken = npt.NDArray[np.bool_]
#: stands for an instant that the file does not tell
OHNE = -(1 << 62)
#: different texts in all columns of steps; more are remarks or names of people
_TEXTE_HOECHSTENS = 200_000
#: longer names of steps are remarks
_NAME_ZEICHEN = 200
_TEXTSPALTEN = {
    "aktivitaet": "name",
    "knoten": "knoten",
    "rolle": "rolle",
    "lebenszyklus": "uebergang",
    "instanz": "instanz",
    "art": "art",
    "ausgang": "ausgang",
    "grund": "grund",
    "extern": "extern",
}


class Texte:
    """Codes of texts; a text has the same one in the whole import."""

    def __init__(self) -> None:
        self._codes: dict[str, int] = {}

    def encode(self, spalte: pa.Array) -> pa.Array:
        """int32 codes; null stays null. Raises `Invalid` when there are too many different texts."""
        kodiert = spalte.dictionary_encode()
        codes = pa.array([self.code(text) for text in kodiert.dictionary.to_pylist()], pa.int32())
        return codes.take(kodiert.indices)

    def code(self, text: str) -> int:
        """The code of one text."""
        code = self._codes.setdefault(text, len(self._codes))
        if code >= _TEXTE_HOECHSTENS:
            raise Invalid(
                f"Das Protokoll kann so nicht ausgewertet werden: Es hat mehr als {_TEXTE_HOECHSTENS} verschiedene "
                "Schritte, Rollen und Merkmale. Bitte prüfen Sie, ob dafür die richtigen Spalten gewählt sind."
            )
        return code

    def find(self, text: str) -> int | None:
        """The code of a text that occurred."""
        return self._codes.get(text)

    def all(self) -> Sequence[str]:
        """Texts by code."""
        return list(self._codes)


class Umsetzung:
    """Fills a Lager, block by block."""

    def __init__(
        self, lager: Lager, zeiten: Zeitleser, pseudonyme: Pseudonyme, bericht: Bericht, jetzt_us: int | None = None
    ) -> None:
        self.texte = Texte()
        #: whether a row is a whole run, with begin and end; None before the first one
        self.sind_laeufe: bool | None = None
        self._lager, self._zeiten, self._pseudonyme = lager, zeiten, pseudonyme
        self._bericht, self._jetzt_us = bericht, jetzt_us

    def add(self, block: Block) -> None:
        """Take in a block."""
        erste_nr = self._bericht.zeilen
        self._bericht.zeilen += block.zeilen
        us = {b: self._instants(block, b) for b in (*ZEITEN, "frist") if b in block.spalten}
        beginn, ende = us.get("beginn"), us.get("ende", us.get("zeit"))
        self._set_form(beginn is not None and ende is not None)
        if beginn is not None and ende is not None:
            self._turn_round(beginn, ende, block.zeilennummern())
        else:
            ende, beginn = (ende if ende is not None else beginn), None
        werte = {"bereit": us.get("bereit"), "beginn": beginn, "ende": ende, "frist": us.get("frist")}
        brauchbar, fall = self._usable(block, [w for n, w in werte.items() if w is not None and n != "frist"])
        self._add_ereignisse(block, werte, fall, erste_nr, brauchbar)
        self._add_beilagen(block, fall, erste_nr, brauchbar)

    def _set_form(self, sind_laeufe: bool) -> None:
        if self.sind_laeufe not in (None, sind_laeufe):
            raise Invalid(
                "Einlesen nicht möglich: Nur in einem Teil der Dateien stehen Beginn und Ende in einer Zeile. "
                "Bitte lesen Sie Dateien verschiedener Form einzeln ein."
            )
        self.sind_laeufe = sind_laeufe

    def _instants(self, block: Block, bedeutung: str) -> Ganze:
        spalte = block.spalten[bedeutung]
        gelesen = self._zeiten.read_spalte(spalte)
        unlesbar = gelesen.null_count - spalte.null_count
        self._bericht.add_lesbarkeit(block.namen.get(bedeutung, bedeutung), len(spalte) - gelesen.null_count, unlesbar)
        self._bericht.ausserhalb, self._bericht.doppelstunde = self._zeiten.ausserhalb, self._zeiten.doppelstunde
        if self._jetzt_us is not None and bedeutung != "frist":
            self._bericht.zukunft += pc.sum(pc.greater(gelesen, self._jetzt_us)).as_py() or 0
        # A copy: what Arrow hands out cannot be written to.
        werte: Ganze = np.array(pc.fill_null(gelesen, OHNE).to_numpy(zero_copy_only=False))
        return werte

    def _turn_round(self, beginn: Ganze, ende: Ganze, nummern: Ganze) -> None:
        falsch = (beginn != OHNE) & (ende != OHNE) & (ende < beginn)
        if self._bericht.add_stellen("vertauscht", falsch, nummern):
            beginn[falsch], ende[falsch] = ende[falsch], beginn[falsch]

    def _usable(self, block: Block, zeiten: list[Ganze]) -> tuple[Masken, Ganze]:
        fall = self._pseudonyme.of(block.spalten["fall"])
        ohne_angabe = (fall < 0) | pc.is_null(block.spalten["aktivitaet"]).to_numpy(zero_copy_only=False)
        ohne_zeit = np.all([werte == OHNE for werte in zeiten], axis=0) & ~ohne_angabe
        self._bericht.add_stellen("ohne_angabe", ohne_angabe, block.zeilennummern())
        self._bericht.add_stellen("ohne_zeit", ohne_zeit, block.zeilennummern())
        return ~(ohne_angabe | ohne_zeit), fall

    def _add_ereignisse(
        self, block: Block, werte: dict[str, Ganze | None], fall: Ganze, erste_nr: int, brauchbar: Masken
    ) -> None:
        n = block.zeilen
        spalten: dict[str, pa.Array] = {"fall": pa.array(fall), "nr": pa.array(np.arange(erste_nr, erste_nr + n))}
        spalten |= {name: pa.nulls(n, pa.int64()) if w is None else _instants(w) for name, w in werte.items()}
        for bedeutung, name in _TEXTSPALTEN.items():
            text = block.spalten.get(bedeutung)
            spalten[name] = pa.nulls(n, pa.int32()) if text is None else self.texte.encode(_clean(text))
        tabelle = pa.table([spalten[feld.name] for feld in EREIGNIS], schema=EREIGNIS)
        self._lager.add("ereignis", tabelle.filter(pa.array(brauchbar)))

    def _add_beilagen(self, block: Block, fall: Ganze, erste_nr: int, brauchbar: Masken) -> None:
        self._add_koepfe(block, fall, brauchbar)
        if "pausen" in block.spalten and self.sind_laeufe:
            self._add_pausen(block.spalten["pausen"], fall, erste_nr, brauchbar)
        for bedeutung, spalte in block.spalten.items():
            art, _, name = bedeutung.rpartition(":")
            if art == "meilenstein":
                self._add_meilenstein(name, spalte, fall, brauchbar)
            elif art == "merkmal" or bedeutung in MERKMALE:
                self._add_merkmal(name, spalte, fall, erste_nr, brauchbar)

    def _add_koepfe(self, block: Block, fall: Ganze, brauchbar: Masken) -> None:
        if not {"fallbeginn", "fallende", "fallausgang", "version"} & set(block.spalten):
            return
        leer = pa.nulls(block.zeilen, pa.string())
        start, schluss, version, ausgang = (
            block.spalten.get(name, leer) for name in ("fallbeginn", "fallende", "version", "fallausgang")
        )
        spalten = [
            pa.array(fall),
            self._zeiten.read_spalte(start),
            self._zeiten.read_spalte(schluss),
            pc.cast(pc.if_else(pc.match_substring_regex(version, r"^\d{1,6}$"), version, None), pa.int64()),
            self.texte.encode(ausgang),
        ]
        self._lager.add("kopf", _unique(pa.table(spalten, schema=KOPF).filter(pa.array(brauchbar))))

    def _add_pausen(self, spalte: pa.Array, fall: Ganze, erste_nr: int, brauchbar: Masken) -> None:
        zeilen = np.flatnonzero(brauchbar & spalte.is_valid().to_numpy(zero_copy_only=False))
        texte = spalte.take(pa.array(zeilen)).to_pylist()
        teile = [(zeile, *pause) for zeile, text in zip(zeilen, texte, strict=True) for pause in parse_pausen(text)]
        welche = [zeile for zeile, *_ in teile]
        von, bis, grund, extern = (pa.array([teil[n] for teil in teile], pa.string()) for n in (1, 2, 3, 4))
        spalten = [
            pa.array(fall[welche]),
            pa.array(np.array(welche, dtype=np.int64) + erste_nr),
            self._zeiten.read_spalte(von),
            self._zeiten.read_spalte(bis),
            self.texte.encode(grund),
            self.texte.encode(extern),
        ]
        self._lager.add("pause", pa.table(spalten, schema=PAUSE))

    def _add_meilenstein(self, name: str, spalte: pa.Array, fall: Ganze, brauchbar: Masken) -> None:
        zeit = self._zeiten.read_spalte(spalte)
        code = pa.repeat(pa.scalar(self.texte.code(name), pa.int32()), len(fall))
        tabelle = pa.table([pa.array(fall), code, zeit], schema=MEILENSTEIN)
        self._lager.add("meilenstein", _unique(tabelle.filter(pc.and_(pa.array(brauchbar), pc.is_valid(zeit)))))

    def _add_merkmal(self, name: str, spalte: pa.Array, fall: Ganze, erste_nr: int, brauchbar: Masken) -> None:
        text = _plain(spalte)
        zu_lang = pc.fill_null(pc.greater(pc.utf8_length(text), MERKMAL_ZEICHEN), False)
        self._bericht.merkmal_verworfen += pc.sum(zu_lang).as_py() or 0
        taugt = pc.and_(pc.fill_null(pc.greater(pc.utf8_length(text), 0), False), pc.invert(zu_lang))
        maske = pc.and_(pa.array(brauchbar), taugt)
        fall_, text = pa.array(fall).filter(maske), text.filter(maske)
        nr = pa.array(np.arange(erste_nr, erste_nr + len(fall))).filter(maske)
        code = pa.repeat(pa.scalar(self.texte.code(name), pa.int32()), len(fall_))
        tabelle = pa.table([fall_, nr, code, self.texte.encode(text)], schema=MERKMAL)
        erste = tabelle.group_by(["fall", "name", "wert"]).aggregate([("nr", "min")])
        self._lager.add("merkmal", erste.rename_columns(["fall", "name", "wert", "nr"]))


def parse_pausen(text: str) -> list[tuple[str, str | None, str, str | None]]:
    """Begin, end, reason and whether external of „von/bis grund[ extern] | …“, as `wertstrom.ausgabe` writes them."""
    pausen = []
    for teil in text.split("|"):
        spanne, _, rest = teil.strip().partition(" ")
        von, _, bis = spanne.partition("/")
        grund, _, extern = rest.strip().partition(" ")
        if von and grund:
            pausen.append((von, bis or None, grund, extern or None))
    return pausen


def _unique(tabelle: pa.Table) -> pa.Table:
    """Each row once: rows of a Fall repeat what is said of it."""
    return tabelle.group_by(tabelle.schema.names).aggregate([])


def _clean(spalte: pa.Array) -> pa.Array:
    """Names, cut where they become remarks."""
    return pc.utf8_slice_codeunits(_plain(spalte), 0, _NAME_ZEICHEN)


def _plain(spalte: pa.Array) -> pa.Array:
    """Texts without control characters and blanks around them."""
    sauber = pc.utf8_trim_whitespace(pc.replace_substring_regex(spalte, r"[\x00-\x1f\x7f]+", " "))
    # What `wertstrom.ausgabe` puts before a text that a spreadsheet would take for a formula.
    return pc.replace_substring_regex(sauber, r"^'([=+\-@])", r"\1")


def _instants(werte: Ganze) -> pa.Array:
    return pa.array(werte, mask=werte == OHNE)
