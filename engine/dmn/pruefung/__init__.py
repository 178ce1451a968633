"""Checks a decision model at upload: everything wrong or doubtful at once, each with line, element and remedy."""

from __future__ import annotations

from collections.abc import Iterable

from engine.dmn.befund import Befund, Ort, Stufe
from engine.dmn.entscheidungsmodell import Entscheidungsmodell
from engine.dmn.fehler import DmnError
from engine.dmn.pruefung import tabellen, texte, verweise

MAX_BEFUNDE = 200


def pruefe(
    daten: bytes, importe: Iterable[Entscheidungsmodell] = (), variablen: frozenset[str] | None = None
) -> tuple[Befund, ...]:
    """All findings of a file, by line; a file that cannot be read has exactly one.

    `variablen`: process variables that it may read by name without drawing them; None if they are not known.
    """
    try:
        modell = Entscheidungsmodell(daten, importe)
    except DmnError as fehler:
        abhilfe = "Öffnen Sie die Datei in Ihrem Werkzeug und speichern Sie sie erneut als DMN."
        return (Befund(Stufe.FEHLER, "nicht_lesbar", fehler.text, abhilfe, Ort()),)
    befunde = [*verweise.check(modell), *texte.check(modell, variablen), *tabellen.check(modell)]
    return tuple(sorted(befunde, key=lambda befund: befund.ort.zeile or 0)[:MAX_BEFUNDE])
