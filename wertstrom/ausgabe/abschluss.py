"""Files that appear only when they are complete: written under another name, and renamed at the end."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.errors import Invalid


@contextmanager
def finished(ziel: Path) -> Iterator[Path]:
    """A place beside `ziel` that becomes it at the end of the block, and goes when the block fails.

    Raises `Invalid` when there is already something at `ziel`.
    """
    if ziel.exists():
        raise Invalid(f"Schreiben nicht möglich: „{ziel.name}“ gibt es schon. Bitte nennen Sie einen neuen Namen.")
    entwurf = ziel.with_name(f".{ziel.name}.{secrets.token_hex(4)}.teil")
    try:
        yield entwurf
        entwurf.rename(ziel)
    finally:
        if entwurf.is_dir():
            shutil.rmtree(entwurf)
        else:
            entwurf.unlink(missing_ok=True)
