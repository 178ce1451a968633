"""Where the rows of the analysis are kept and who computes on them: one setting.

Owns the meaning of that setting: `arbeitsspeicher` (gone with the process), a folder (embedded DuckDB, any number of
processes on one machine), or `spark://…?ordner=…` (the same folder, read by a Spark cluster; `spark://local` is one in
this process; further parameters are settings of Spark, e.g. `&spark.executor.memory=8g`).
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from engine.errors import Invalid
from wertstrom.kalender import Arbeitszeit
from wertstrom.speicher import Speicher
from wertstrom.speicher.dauerhaft import Dauerspeicher

ARBEITSSPEICHER = "arbeitsspeicher"


def open_speicher(angabe: str, name: str, uhr: Arbeitszeit) -> Speicher:
    """The store `name` (a folder inside the named one). Raises `Invalid` for a setting that means nothing."""
    if angabe == ARBEITSSPEICHER:
        return Speicher(uhr)
    if not angabe.startswith("spark://"):
        return Dauerspeicher(Path(angabe) / name, uhr)
    teile = urlsplit(angabe)
    angaben = dict(parse_qsl(teile.query))
    if not teile.netloc or "ordner" not in angaben:
        raise Invalid(
            f"Der Speicher „{angabe[:80]}“ kann nicht verwendet werden: Erwartet wird "
            "spark://rechner:port?ordner=/pfad oder spark://local?ordner=/pfad."
        )
    from wertstrom.speicher.spark import SparkSpeicher

    ordner = Path(angaben.pop("ordner")) / name
    return SparkSpeicher(teile.netloc, ordner, uhr, angaben=angaben.items())
