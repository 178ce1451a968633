"""Settings of an installation: one registry, read from environment variables ``HILFEFLUSS_*``.

Owns names, defaults and help texts; never reads a setting anywhere else and never logs a value.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PRAEFIX = "HILFEFLUSS_"
_JA = frozenset({"1", "ja", "true", "on"})
_NEIN = frozenset({"", "0", "nein", "false", "off"})


class UngueltigeEinstellung(ValueError):
    """A setting that cannot be used; its text is German and names the variable."""


@dataclass(frozen=True, slots=True)
class Einstellung:
    """One setting as an operator sees it."""

    name: str
    standard: str
    hilfe: str

    @property
    def variable(self) -> str:
        """Name of the environment variable."""
        return PRAEFIX + self.name


EINSTELLUNGEN = (
    Einstellung("DATEN", "daten", "Ordner für Datenbank, Schlüssel und Wertstrom-Daten"),
    Einstellung("DATENBANK", "", "Adresse der Datenbank; leer: SQLite-Datei im Ordner für Daten"),
    Einstellung("SITZUNGSSCHLUESSEL", "", "Schlüssel der Sitzungen; leer: Datei im Ordner für Daten"),
    Einstellung("HOST", "127.0.0.1", "Adresse, auf der die Seiten angeboten werden"),
    Einstellung("PORT", "8000", "Port, auf dem die Seiten angeboten werden"),
    Einstellung("HTTPS", "nein", "ja, wenn die Seiten über HTTPS erreicht werden"),
    Einstellung("PROXYS", "0", "Zahl der eigenen Vermittler (Reverse Proxys) vor der Anwendung"),
    Einstellung("SITZUNG_STUNDEN", "10", "Stunden, nach denen eine Sitzung ohne Handlung endet"),
    Einstellung("ANMELDEVERSUCHE", "10", "Fehlversuche je Minute und Rechner, danach wird gewartet"),
    Einstellung("UPLOAD_MIB", "20", "Größe, bis zu der Dateien angenommen werden, in MiB"),
    Einstellung("SCHULUNG", "nein", "ja: rotes Band „Schulung – Beispieldaten“ auf jeder Seite"),
    Einstellung("KONTAKT", "", "Wer bei Fragen hilft; erscheint auf den Seiten Hilfe und Fehler"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Einstellungen:
    """All settings with their types."""

    daten: Path = Path("daten")
    datenbank: str = ""
    sitzungsschluessel: str = ""
    host: str = "127.0.0.1"
    port: int = 8000
    https: bool = False
    proxys: int = 0
    sitzung_stunden: int = 10
    anmeldeversuche: int = 10
    upload_mib: int = 20
    schulung: bool = False
    kontakt: str = ""

    @property
    def datenbank_url(self) -> str:
        """URL for SQLAlchemy."""
        return self.datenbank or f"sqlite:///{self.daten / 'hilfefluss.db'}"

    @property
    def schluesselbund_datei(self) -> Path:
        """Key ring for form contents."""
        return self.daten / "schluesselbund.json"

    def secret_key(self) -> str:
        """Key that signs sessions; without a setting it is kept in a file that only the owner reads."""
        return self.sitzungsschluessel or _secret_in(self.daten / "sitzungsschluessel")


def from_environment(umgebung: Mapping[str, str] | None = None) -> Einstellungen:
    """Settings from the environment (or the given mapping).

    Raises
    ------
    UngueltigeEinstellung
        When a value does not fit.
    """
    source = os.environ if umgebung is None else umgebung
    werte = {e.name: source.get(e.variable, "").strip() or e.standard for e in EINSTELLUNGEN}
    return Einstellungen(
        daten=Path(werte["DATEN"]).absolute(),
        datenbank=werte["DATENBANK"],
        sitzungsschluessel=werte["SITZUNGSSCHLUESSEL"],
        host=werte["HOST"],
        port=_number("PORT", werte, 1, 65_535),
        https=_flag("HTTPS", werte),
        proxys=_number("PROXYS", werte, 0, 10),
        sitzung_stunden=_number("SITZUNG_STUNDEN", werte, 1, 24),
        anmeldeversuche=_number("ANMELDEVERSUCHE", werte, 1, 1000),
        upload_mib=_number("UPLOAD_MIB", werte, 1, 500),
        schulung=_flag("SCHULUNG", werte),
        kontakt=werte["KONTAKT"],
    )


def _number(name: str, werte: Mapping[str, str], least: int, most: int) -> int:
    text = werte[name]
    if not (text.isascii() and text.isdigit() and least <= int(text[:9]) <= most):
        raise UngueltigeEinstellung(f"{PRAEFIX}{name} muss eine Zahl von {least} bis {most} sein.")
    return int(text)


def _flag(name: str, werte: Mapping[str, str]) -> bool:
    text = werte[name].lower()
    if text not in _JA | _NEIN:
        raise UngueltigeEinstellung(f"{PRAEFIX}{name} muss ja oder nein sein.")
    return text in _JA


def _secret_in(datei: Path) -> str:
    """Read the secret; create it first (mode 0600). Two processes that start at once agree on the first one."""
    if not datei.exists():
        datei.parent.mkdir(parents=True, exist_ok=True)
        draft = datei.with_name(f".{datei.name}.{secrets.token_hex(4)}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            os.link(draft, datei)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return datei.read_text()
