"""Encryption of form contents S1–S3 (AES-256-GCM) with a key ring that lies outside the database.

The ring is a JSON file, readable by its owner only: ``{"aktuell": "k1", "schluessel": {"k1": "<base64>"}}``. New
contents use the current key; older keys stay until nothing is encrypted with them. A row is bound to its place: moved
to another Vorgang or Aufgabe it cannot be read.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from engine import errors

_NONCE_BYTES = 12


class SchluesselFehlt(errors.EngineError):
    """Die Inhalte lassen sich nicht öffnen: Der Schlüssel fehlt oder passt nicht. Ihre Systemadministration hilft."""


@dataclass(frozen=True, slots=True)
class Verschluesselt:
    """What is stored of one form content."""

    schluessel_id: str
    nonce: bytes
    geheimtext: bytes


class Schluesselbund:
    """All keys of an installation, and which one is current."""

    def __init__(self, aktuell: str, schluessel: dict[str, bytes]) -> None:
        if aktuell not in schluessel or any(len(key) != 32 for key in schluessel.values()):
            raise SchluesselFehlt
        self._aktuell = aktuell
        self._schluessel = schluessel

    def encrypt(self, werte: dict[str, Any], ort: str) -> Verschluesselt:
        """Encrypt JSON values; ``ort`` (e.g. ``vorgang/7/aufgabe/3/S1``) is authenticated with them."""
        return self.encrypt_bytes(orjson.dumps(werte), ort)

    def encrypt_bytes(self, daten: bytes, ort: str) -> Verschluesselt:
        """The same for a file."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        text = AESGCM(self._schluessel[self._aktuell]).encrypt(nonce, daten, ort.encode())
        return Verschluesselt(self._aktuell, nonce, text)

    def pseudonym(self, text: str) -> str:
        """The same 32 hex digits for the same text, made with the oldest key; without the keys nobody can guess."""
        oldest = self._schluessel[min(self._schluessel)]
        return hmac.new(oldest, b"pseudonym\0" + text.encode(), hashlib.sha256).hexdigest()[:32]

    def decrypt(self, inhalt: Verschluesselt, ort: str) -> dict[str, Any]:
        """Inverse of `encrypt`.

        Raises
        ------
        SchluesselFehlt
            When the key is unknown, or the row was changed or moved.
        """
        werte: dict[str, Any] = orjson.loads(self.decrypt_bytes(inhalt, ort))
        return werte

    def decrypt_bytes(self, inhalt: Verschluesselt, ort: str) -> bytes:
        """Inverse of `encrypt_bytes`; raises as `decrypt`."""
        key = self._schluessel.get(inhalt.schluessel_id)
        if key is None:
            raise SchluesselFehlt
        try:
            return AESGCM(key).decrypt(inhalt.nonce, inhalt.geheimtext, ort.encode())
        except InvalidTag as error:
            raise SchluesselFehlt from error


def open_schluesselbund(datei: Path) -> Schluesselbund:
    """Read the key ring; a missing file is created with a fresh key (mode 0600).

    Two processes that start at once agree: the file gets its name only when complete, and the first one wins.
    """
    if not datei.exists():
        _create(datei)
    ring = json.loads(datei.read_text())
    return Schluesselbund(ring["aktuell"], {name: base64.b64decode(key) for name, key in ring["schluessel"].items()})


def _create(datei: Path) -> None:
    datei.parent.mkdir(parents=True, exist_ok=True)
    key = base64.b64encode(AESGCM.generate_key(256)).decode()
    draft = datei.with_name(f".{datei.name}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump({"aktuell": "k1", "schluessel": {"k1": key}}, file)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, datei)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
