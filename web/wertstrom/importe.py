"""Logs of other systems in the browser: what was uploaded, how far it is, and the logs that came of it.

Owns the folder `wertstrom/eingelesen` beside the database, which all processes of an installation share. An upload is
encrypted, seen by the one who brought it only, and goes after an hour or when it was read in; a log without persons
stays until somebody deletes it.
"""

from __future__ import annotations

import re
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import orjson

from engine.schutz import Schluesselbund, Verschluesselt
from web.sprache import _

#: how long an upload waits for its mapping
DAUER: Final = timedelta(hours=1)
#: as long without a sign of life, and a job is taken for dead
_STILL_S: Final = 300
_SCHLUESSEL = re.compile(r"[0-9a-f]{20}")
_DATEI, _STAND, _LOG = "datei", "stand.json", "protokoll"
#: characters of the name of a key before its nonce; the rest of the file is the text
_KOPF = 32


class Zustand(StrEnum):
    """How far an import is."""

    OFFEN = "offen"  # the mapping is to be confirmed
    LAEUFT = "laeuft"
    FERTIG = "fertig"


@dataclass
class Import:
    """One upload, or the log that came of it."""

    schluessel: str
    mandant_id: int
    person_id: int
    dateiname: str
    am: datetime
    zustand: Zustand = Zustand.OFFEN
    #: how it is to be read, as TOML
    profil: str = ""
    anteil: float = 0.0
    zeilen: int = 0
    #: why it could not be read; shown above the mapping
    fehler: str = ""
    #: what `wertstrom.einlesen.Bericht` says, as JSON
    bericht: dict[str, Any] = field(default_factory=dict)


class Importe:
    """All imports of an installation; safe to use from several threads and processes."""

    def __init__(self, ordner: Path, bund: Schluesselbund) -> None:
        self._ordner, self._bund = ordner, bund

    def create(self, mandant_id: int, person_id: int, dateiname: str, inhalt: bytes, now: datetime) -> Import:
        """Keep an upload, encrypted."""
        neu = Import(secrets.token_hex(10), mandant_id, person_id, dateiname, now)
        ordner = self._place(neu)
        ordner.mkdir(parents=True, mode=0o700)
        kiste = self._bund.encrypt_bytes(inhalt, self._ort(neu))
        name = kiste.schluessel_id.encode().ljust(_KOPF)
        (ordner / _DATEI).write_bytes(name + kiste.nonce + kiste.geheimtext)
        self.save(neu)
        return neu

    def save(self, stand: Import) -> None:
        """Write how far it is; nothing happens when it was deleted meanwhile."""
        ordner = self._place(stand)
        entwurf = ordner / f"{_STAND}.{secrets.token_hex(4)}"
        with suppress(FileNotFoundError):
            entwurf.write_bytes(orjson.dumps(asdict(stand)))
            entwurf.replace(ordner / _STAND)

    def get(self, mandant_id: int, person_id: int, schluessel: str) -> Import | None:
        """One import, if this person may know it: a finished log of her office, or her own upload."""
        if not _SCHLUESSEL.fullmatch(schluessel):
            return None
        stand = self._read(self._ordner / str(mandant_id) / schluessel)
        if stand is None or (stand.zustand != Zustand.FERTIG and stand.person_id != person_id):
            return None
        return stand

    def all(self, mandant_id: int) -> list[Import]:
        """Finished logs of an office, the newest first."""
        gefunden = (self._read(ordner) for ordner in (self._ordner / str(mandant_id)).glob("*"))
        fertige = [stand for stand in gefunden if stand and stand.zustand == Zustand.FERTIG]
        return sorted(fertige, key=lambda stand: stand.am, reverse=True)

    def drop_old(self, mandant_id: int, now: datetime) -> None:
        """Uploads that nobody finished go."""
        for ordner in (self._ordner / str(mandant_id)).glob("*"):
            stand = self._read(ordner)
            # Without a stand it is just being made, or was never finished.
            verlassen = stand is None and _age_s(ordner) > DAUER.total_seconds()
            if verlassen or (stand and stand.zustand == Zustand.OFFEN and now - stand.am > DAUER):
                shutil.rmtree(ordner, ignore_errors=True)

    def delete(self, stand: Import) -> None:
        """Upload and log are gone."""
        shutil.rmtree(self._place(stand), ignore_errors=True)

    @contextmanager
    def opened(self, stand: Import) -> Iterator[Path]:
        """The uploaded file in the clear, for as long as the block; raises `SchluesselFehlt`."""
        roh = (self._place(stand) / _DATEI).read_bytes()
        kiste = Verschluesselt(roh[:_KOPF].decode().strip(), roh[_KOPF : _KOPF + 12], roh[_KOPF + 12 :])
        with TemporaryDirectory(prefix="hilfefluss-") as ordner:
            datei = Path(ordner) / "protokoll"
            datei.write_bytes(self._bund.decrypt_bytes(kiste, self._ort(stand)))
            yield datei

    def log_of(self, stand: Import) -> Path:
        """Folder of the log."""
        return self._place(stand) / _LOG

    def finish(self, stand: Import) -> None:
        """The log is there: the upload goes."""
        stand.zustand, stand.anteil, stand.fehler = Zustand.FERTIG, 1.0, ""
        self.save(stand)
        (self._place(stand) / _DATEI).unlink(missing_ok=True)

    def _read(self, ordner: Path) -> Import | None:
        try:
            datei = ordner / _STAND
            werte = orjson.loads(datei.read_bytes())
            still_s = time.time() - datei.stat().st_mtime
            werte |= {"am": datetime.fromisoformat(werte["am"]), "zustand": Zustand(werte["zustand"])}
            stand = Import(**werte)
        except (OSError, ValueError, TypeError, KeyError):
            return None
        if stand.zustand == Zustand.LAEUFT and still_s > _STILL_S:
            stand.zustand = Zustand.OFFEN
            stand.fehler = _("Das Einlesen wurde unterbrochen. Bitte starten Sie es noch einmal.")
        return stand

    def _place(self, stand: Import) -> Path:
        return self._ordner / str(stand.mandant_id) / stand.schluessel

    def _ort(self, stand: Import) -> str:
        return f"import/{stand.mandant_id}/{stand.schluessel}"


def _age_s(ordner: Path) -> float:
    try:
        return time.time() - ordner.stat().st_mtime
    except OSError:
        return 0.0
