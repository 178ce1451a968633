"""Looks at uploaded files: what they are says their content, not their name or the browser. Nothing is executed."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass

from engine import errors
from engine.formulare.text import clean

MAX_BYTES = 10 * 2**20
_MAX_NAME = 120
_MAX_EINTRAEGE = 5_000

#: media type -> endings of names
ARTEN = {
    "application/pdf": ("pdf",),
    "image/png": ("png",),
    "image/jpeg": ("jpg", "jpeg"),
    "image/tiff": ("tif", "tiff"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ("docx",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ("xlsx",),
    "application/vnd.oasis.opendocument.text": ("odt",),
    "application/vnd.oasis.opendocument.spreadsheet": ("ods",),
    "text/plain": ("txt",),
}
#: what a file input offers
ENDUNGEN = tuple(f".{endung}" for endungen in ARTEN.values() for endung in endungen)
_ANFAENGE = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
)
_OFFICE = {
    "word/document.xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/workbook.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_STEUERZEICHEN = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Datei:
    """A file that may be kept."""

    name: str
    medientyp: str
    daten: bytes


def check(name: str, daten: bytes) -> Datei:
    """The file with a safe name and the type that its content shows.

    Raises
    ------
    errors.Invalid
        When it is empty, too large, of another kind, carries macros, or its name promises something else.
    """
    name = _safe_name(name)
    if not daten:
        raise _refused(f"„{name}“ ist leer")
    if len(daten) > MAX_BYTES:
        raise _refused(f"„{name}“ ist größer als {MAX_BYTES // 2**20} MiB")
    medientyp = _detect(daten, name)
    if name.rpartition(".")[2].lower() not in ARTEN[medientyp]:
        raise _refused(f"Die Endung von „{name}“ passt nicht zum Inhalt")
    return Datei(name, medientyp, daten)


def _safe_name(name: str) -> str:
    last = re.split(r"[\\/]", clean(name[-1000:], einzeilig=True))[-1].strip(" .")
    stamm, punkt, endung = last.rpartition(".")
    safe = re.sub(r'[<>:"|?*\x00-\x1f]', "_", stamm or endung)[: _MAX_NAME - len(endung) - 1] if punkt else last
    return (f"{safe}.{endung[:10]}" if punkt else safe[:_MAX_NAME]) or "Dokument"


def _detect(daten: bytes, name: str) -> str:
    for anfang, medientyp in _ANFAENGE:
        if daten.startswith(anfang):
            return medientyp
    if daten.startswith(b"PK\x03\x04"):
        return _detect_office(daten, name)
    try:
        text = daten.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _unknown(name) from None
    if _STEUERZEICHEN.search(text):
        raise _unknown(name)
    return "text/plain"


def _detect_office(daten: bytes, name: str) -> str:
    """An office document by the names of its parts; nothing but the few bytes of ``mimetype`` is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(daten)) as archiv:
            teile = archiv.namelist()
            mimetype = archiv.open("mimetype").read(100).decode("ascii") if "mimetype" in teile else ""
    except (zipfile.BadZipFile, RuntimeError, ValueError, NotImplementedError, EOFError, OSError):
        raise _unknown(name) from None
    if len(teile) > _MAX_EINTRAEGE:
        raise _unknown(name)
    if any(
        teil.rpartition("/")[2].lower() in ("vbaproject.bin", "vbadata.xml") or teil.startswith("Basic/")
        for teil in teile
    ):
        raise _refused(f"„{name}“ enthält Makros")
    gefunden = next((art for teil, art in _OFFICE.items() if teil in teile), mimetype)
    if gefunden not in ARTEN:
        raise _unknown(name)
    return gefunden


def _unknown(name: str) -> errors.Invalid:
    return _refused(f"„{name}“ ist keine Datei der erlaubten Arten (PDF, Bild, Word, Excel, OpenDocument, Text)")


def _refused(grund: str) -> errors.Invalid:
    text = f"Anfügen nicht möglich: {grund}. Bitte wählen Sie eine andere Datei."
    return errors.Invalid(text, felder={"datei": text})
