"""A process folder that comes as a zip file: unpacked in memory within limits, then read like any folder.

Never writes a file; names that leave the folder, huge contents and repeated names are refused.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources.abc import Traversable
from pathlib import PurePosixPath
from typing import cast

from engine import errors
from engine.katalog.bericht import PaketFehler
from engine.katalog.lesen import MAX_BYTES, MAX_DATEIEN, pruefe_ordner
from engine.katalog.paket import Prozesspaket

MAX_GESAMT = 50_000_000
#: of an archive with entries, and of an empty one
_KENNZEICHEN = (b"PK\x03\x04", b"PK\x05\x06")
_VERSCHLUESSELT = 0x1
#: what systems put into archives by themselves
_BEIWERK = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")


def is_archiv(inhalt: bytes) -> bool:
    """Whether a file is a zip archive, whatever its name."""
    return inhalt.startswith(_KENNZEICHEN)


def lade_archiv(inhalt: bytes) -> Prozesspaket:
    """The checked package in a zip file.

    Raises
    ------
    errors.Invalid
        When the archive is no process folder or breaks a limit.
    PaketFehler
        With every finding of the package, unless all of them can be made up for after the upload.
    """
    ordner = _folder(_unpack(inhalt))
    paket, befunde = pruefe_ordner(cast(Traversable, ordner))
    if paket is None or any(not b.nachholbar for b in befunde):
        raise PaketFehler(ordner.name, befunde)
    return paket


def _unpack(inhalt: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(inhalt)) as archiv:
            eintraege = [e for e in archiv.infolist() if not e.is_dir() and not _is_beiwerk(e.filename)]
            _check(eintraege)
            return {e.filename: _read(archiv, e) for e in eintraege}
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError) as fehler:
        raise errors.Invalid(
            "Hochladen nicht möglich: Das Archiv ist beschädigt oder anders verpackt. "
            "Bitte packen Sie den Ordner neu als Zip ohne Kennwort."
        ) from fehler


def _is_beiwerk(name: str) -> bool:
    return name.startswith(_BEIWERK[0]) or name.endswith(_BEIWERK[1:])


def _check(eintraege: list[zipfile.ZipInfo]) -> None:
    """Refuse before anything is unpacked."""
    if len(eintraege) > MAX_DATEIEN:
        raise _too_much(f"Es enthält mehr als {MAX_DATEIEN} Dateien")
    if any(e.file_size > MAX_BYTES for e in eintraege) or sum(e.file_size for e in eintraege) > MAX_GESAMT:
        raise _too_much(f"Ausgepackt ist es größer als {MAX_GESAMT // 1_000_000} MB, oder eine Datei ist zu groß")
    namen = [e.filename for e in eintraege]
    if len(set(namen)) < len(namen):
        raise _too_much("Ein Dateiname kommt mehrfach vor")
    for eintrag in eintraege:
        pfad = PurePosixPath(eintrag.filename)
        if pfad.is_absolute() or ".." in pfad.parts or "\\" in eintrag.filename or ":" in eintrag.filename:
            raise _too_much("Ein Dateiname führt aus dem Ordner heraus")
        if eintrag.flag_bits & _VERSCHLUESSELT:
            raise _too_much("Es ist mit einem Kennwort geschützt")


def _too_much(grund: str) -> errors.Invalid:
    return errors.Invalid(
        f"Hochladen nicht möglich: {grund}. Bitte packen Sie nur den Ordner des Prozesses in das Archiv."
    )


def _read(archiv: zipfile.ZipFile, eintrag: zipfile.ZipInfo) -> bytes:
    """Not more than the entry says: what an archive claims about itself need not be true."""
    with archiv.open(eintrag) as strom:
        inhalt = strom.read(eintrag.file_size + 1)
    if len(inhalt) > eintrag.file_size:
        raise _too_much("Eine Datei ist größer, als das Archiv angibt")
    return inhalt


def _folder(dateien: Mapping[str, bytes]) -> Archivordner:
    """The folder that holds ``prozess.toml``, wherever it lies in the archive."""
    orte = [PurePosixPath(name).parent for name in dateien if PurePosixPath(name).name == "prozess.toml"]
    if len(orte) != 1:
        grund = "Das Archiv enthält keine prozess.toml" if not orte else "Das Archiv enthält mehrere Prozesse"
        raise errors.Invalid(
            f"Hochladen nicht möglich: {grund}. Bitte packen Sie einen Ordner mit Zeichnung (.bpmn) und prozess.toml."
        )
    wurzel = orte[0]
    innen = {
        str(PurePosixPath(name).relative_to(wurzel)): inhalt
        for name, inhalt in dateien.items()
        if PurePosixPath(name).is_relative_to(wurzel)
    }
    zeichnungen = [name for name in innen if "/" not in name and name.endswith(".bpmn")]
    kennung = wurzel.name or (zeichnungen[0].removesuffix(".bpmn") if len(zeichnungen) == 1 else "")
    if f"{kennung}.bpmn" not in innen and len(zeichnungen) == 1:
        kennung = zeichnungen[0].removesuffix(".bpmn")
    return Archivordner(kennung or "paket", innen)


@dataclass(frozen=True)
class Archivordner:
    """A folder or file of the archive, with what `katalog.lesen` asks of one."""

    name: str
    dateien: Mapping[str, bytes]
    pfad: tuple[str, ...] = field(default=())

    @property
    def _ort(self) -> str:
        return "/".join(self.pfad)

    def is_file(self) -> bool:
        """Whether there is a file at this place."""
        return self._ort in self.dateien

    def is_dir(self) -> bool:
        """Whether something lies below this place."""
        return not self.pfad or any(name.startswith(f"{self._ort}/") for name in self.dateien)

    def iterdir(self) -> Iterator[Archivordner]:
        """What lies directly below this place."""
        tiefe = len(self.pfad)
        teile = {tuple(name.split("/")) for name in self.dateien}
        for teil in sorted({t[tiefe] for t in teile if t[:tiefe] == self.pfad and len(t) > tiefe}):
            yield self.joinpath(teil)

    def joinpath(self, *teile: str) -> Archivordner:
        """A place below this one."""
        pfad = (*self.pfad, *teile)
        return Archivordner(pfad[-1], self.dateien, pfad)

    def __truediv__(self, teil: str) -> Archivordner:
        """The same, as paths write it."""
        return self.joinpath(teil)

    def open(self, mode: str = "rb") -> io.BytesIO:
        """The content of the file, for reading."""
        if mode != "rb" or not self.is_file():
            raise FileNotFoundError(self._ort)
        return io.BytesIO(self.dateien[self._ort])
