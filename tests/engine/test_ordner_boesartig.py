"""Process folders that want to harm: each zip is refused in words, or read within the limits; nothing leaves it."""

from __future__ import annotations

import io
import json
import zipfile
from importlib.resources import files

import boesartig
import pytest

from engine import errors
from engine.katalog import archiv
from engine.katalog.bericht import PaketFehler

KENNUNG = "p02_hze_fasttrack"
ZEICHNUNG, EINSTELLUNGEN, FORMULAR = f"{KENNUNG}.bpmn", "prozess.toml", "formulare/x.form"
_WURZEL = files("prozesse") / KENNUNG
GRUPPE = b'{"type":"group","components":['
FELDER = [{"type": "textfield", "key": f"k{n}", "label": "x"} for n in range(20_000)]


def folder(name: str, inhalt: bytes) -> bytes:
    """The process folder of the product with one file exchanged or added."""
    dateien = {n: (_WURZEL / n).read_bytes() for n in (ZEICHNUNG, EINSTELLUNGEN)}
    return packed({f"{KENNUNG}/{n}": d for n, d in {**dateien, name: inhalt}.items()})


def packed(dateien: dict[str, bytes]) -> bytes:
    strom = io.BytesIO()
    with zipfile.ZipFile(strom, "w", zipfile.ZIP_DEFLATED) as zip_datei:
        for name, inhalt in dateien.items():
            zip_datei.writestr(name, inhalt)
    return strom.getvalue()


#: name -> (zip, part of what is said)
FAELLE: dict[str, tuple[bytes, str]] = {
    "form_tief": (folder(FORMULAR, b'{"components":' * 50_000 + b"1" + b"}" * 50_000), "zu tief geschachtelt"),
    "form_listen": (folder(FORMULAR, b"[" * 200_000), "zu tief geschachtelt"),
    "form_gross": (folder(FORMULAR, b'"' + b"x" * 4_900_000 + b'"'), "kein form-js-Schema"),
    "form_viele": (folder(FORMULAR, json.dumps({"type": "default", "components": FELDER}).encode()), "mehr als 500"),
    "form_gruppen": (folder(FORMULAR, b'{"type":"default","components":[' + GRUPPE * 300 + b"]}" * 301), "tiefer als"),
    "toml_tief": (folder(EINSTELLUNGEN, b"a = " + b"[" * 100_000), "zu tief geschachtelt"),
    "toml_gross": (folder(EINSTELLUNGEN, b'x = "' + b"y" * 4_900_000 + b'"'), "größer als 200 kB"),
    "toml_punkte": (folder(EINSTELLUNGEN, b".".join([b"a"] * 50_000) + b" = 1"), "mehr als 40 Punkte"),
    "toml_punkte_innen": (
        folder(EINSTELLUNGEN, b"x = {" + b".".join([b"a"] * 50_000) + b" = 1}"),
        "mehr als 40 Punkte",
    ),
    "zeichnung_bombe": (folder(ZEICHNUNG, boesartig.FAELLE["entitaeten_bombe"][0]), "DOCTYPE"),
    "tabelle_bombe": (folder("entscheidungen/x.dmn", boesartig.FAELLE["entitaet_datei"][0]), "DOCTYPE"),
    "zip_bombe": (folder(ZEICHNUNG, b"\0" * 20_000_000), "größer als 50 MB"),
    "viele_dateien": (packed({f"p/{n}": b"" for n in range(2_000)}), "mehr als 500 Dateien"),
    "pfad_hinaus": (packed({"../../etc/passwd": b"x"}), "aus dem Ordner heraus"),
    "pfad_absolut": (packed({"/etc/passwd": b"x"}), "aus dem Ordner heraus"),
    "leer": (packed({}), "keine prozess.toml"),
    "abgeschnitten": (folder(FORMULAR, b"{}")[:2_000], "beschädigt"),
}


@pytest.mark.parametrize("name", FAELLE)
def test_a_hostile_folder_is_refused_in_words(name: str) -> None:
    inhalt, erwartet = FAELLE[name]
    with pytest.raises((PaketFehler, errors.Invalid)) as gefangen:
        archiv.lade_archiv(inhalt)
    fehler = gefangen.value
    gesagt = " ".join(b.grund for b in fehler.befunde) if isinstance(fehler, PaketFehler) else fehler.text
    assert erwartet in gesagt
    assert "root:" not in gesagt and "recursion" not in gesagt
