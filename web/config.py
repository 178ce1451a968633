"""Settings of an installation: one registry, read from environment variables ``HILFEFLUSS_*``.

Owns names, defaults and help texts; never reads a setting anywhere else and never logs a value.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PRAEFIX = "HILFEFLUSS_"
_JA = frozenset({"1", "ja", "true", "on"})
_TLS = frozenset({"starttls", "tls", "aus"})
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
    Einstellung("VIRENPRUEFUNG", "", "Befehl, der angefügte Dateien prüft (liest die Datei von der Standardeingabe)"),
    Einstellung("SCHULUNG", "nein", "ja: rotes Band „Schulung – Beispieldaten“ auf jeder Seite"),
    Einstellung(
        "ADRESSE", "", "Adresse, unter der die Seiten erreicht werden, z. B. https://hilfefluss.stadt.de; für E-Mails"
    ),
    Einstellung("MAIL_SERVER", "", "Rechner, der E-Mails annimmt, mit Port (mail.stadt.de:587); leer: keine E-Mails"),
    Einstellung("MAIL_ABSENDER", "", "Adresse, von der E-Mails kommen"),
    Einstellung("MAIL_BENUTZER", "", "Name beim Mailserver; leer: ohne Anmeldung"),
    Einstellung("MAIL_PASSWORT", "", "Passwort beim Mailserver"),
    Einstellung("MAIL_TLS", "starttls", "Verschlüsselung zum Mailserver: starttls, tls oder aus"),
    Einstellung("MAIL_DOMAENEN", "", "Domänen, an die E-Mails gehen dürfen, mit Komma; leer: die des Absenders"),
    Einstellung(
        "SPEICHER",
        "",
        "Wo der Wertstrom liegt: Ordner (leer: wertstrom im Ordner für Daten), arbeitsspeicher, oder "
        "spark://rechner:port?ordner=/pfad",
    ),
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
    virenpruefung: str = ""
    schulung: bool = False
    adresse: str = ""
    mail_server: str = ""
    mail_absender: str = ""
    mail_benutzer: str = ""
    mail_passwort: str = field(default="", repr=False)
    mail_tls: str = "starttls"
    mail_domaenen: frozenset[str] = frozenset()
    speicher: str = ""
    kontakt: str = ""

    @property
    def speicher_angabe(self) -> str:
        """Where the rows of the value stream are kept, see `wertstrom.speicher.wahl`."""
        return self.speicher or str(self.daten / "wertstrom")

    @property
    def datenbank_url(self) -> str:
        """URL for SQLAlchemy."""
        return self.datenbank or f"sqlite:///{self.daten / 'hilfefluss.db'}"

    @property
    def schluesselbund_datei(self) -> Path:
        """Key ring for form contents."""
        return self.daten / "schluesselbund.json"

    @property
    def mail_ist_eingerichtet(self) -> bool:
        """Whether notices by e-mail can be sent."""
        return bool(self.mail_server)

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
        virenpruefung=werte["VIRENPRUEFUNG"],
        schulung=_flag("SCHULUNG", werte),
        **_mail(werte),
        speicher=werte["SPEICHER"],
        kontakt=werte["KONTAKT"],
    )


def _mail(werte: Mapping[str, str]) -> dict[str, Any]:
    """Settings of notices; a server without sender or address of the pages is refused here, not at the first mail."""
    tls, absender = werte["MAIL_TLS"].lower(), werte["MAIL_ABSENDER"]
    if tls not in _TLS:
        raise UngueltigeEinstellung(f"{PRAEFIX}MAIL_TLS muss starttls, tls oder aus sein.")
    adresse = werte["ADRESSE"].rstrip("/")
    if adresse and not adresse.startswith(("https://", "http://")):
        raise UngueltigeEinstellung(f"{PRAEFIX}ADRESSE muss mit https:// oder http:// beginnen.")
    if werte["MAIL_SERVER"] and not (adresse and "@" in absender):
        raise UngueltigeEinstellung(f"{PRAEFIX}MAIL_SERVER braucht auch {PRAEFIX}MAIL_ABSENDER und {PRAEFIX}ADRESSE.")
    domains = (domain.strip().lower() for domain in werte["MAIL_DOMAENEN"].split(","))
    return {
        "adresse": adresse,
        "mail_server": werte["MAIL_SERVER"],
        "mail_absender": absender,
        "mail_benutzer": werte["MAIL_BENUTZER"],
        "mail_passwort": werte["MAIL_PASSWORT"],
        "mail_tls": tls,
        "mail_domaenen": frozenset(filter(None, domains)) or frozenset({absender.rpartition("@")[2].lower()} - {""}),
    }


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
