"""Hands uploaded files to the scanner of the office before they are kept: a command that reads the file from its input.

Exit code 0: clean; 1: refused; anything else: could not look. What was not looked at is not kept.
"""

from __future__ import annotations

import shlex
import subprocess

from engine import errors
from engine.commands.beitraege import Virenpruefung
from web.sprache import _, _l

_SEKUNDEN = 60


def create_pruefung(befehl: str) -> Virenpruefung | None:
    """The check behind a command line such as ``clamdscan --no-summary -``; None without one."""
    worte = shlex.split(befehl)
    if not worte:
        return None

    def pruefe(daten: bytes) -> None:
        try:
            lauf = subprocess.run(  # noqa: S603 - the command is a setting of the operator, no shell reads it
                worte, input=daten, capture_output=True, timeout=_SEKUNDEN, check=False
            )
        except (OSError, subprocess.TimeoutExpired):
            raise errors.Conflict(_UNGEPRUEFT) from None
        if lauf.returncode == 1:
            text = _("Anfügen nicht möglich: Die Virenprüfung hat die Datei abgewiesen. Bitte fragen Sie Ihre IT.")
            raise errors.Invalid(text, felder={"datei": text})
        if lauf.returncode != 0:
            raise errors.Conflict(_UNGEPRUEFT)

    return pruefe


_UNGEPRUEFT = _l(
    "Anfügen nicht möglich: Die Virenprüfung antwortet nicht. Bitte versuchen Sie es später noch einmal, oder sagen "
    "Sie Ihrer Systemadministration Bescheid."
)
