"""A draft that changes hands: what the next person must not read stays in it, closed, for who may."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine.formulare import Formular
from engine.model.aufgabe import Aufgabe
from engine.rechte import Akteur

#: key of the closed part beside the inputs; no input can have it
VERDECKT = "\0verdeckt"
#: input name -> texts
Eingaben = dict[str, list[str]]


def readable(akteur: Akteur, aufgabe: Aufgabe, formular: Formular) -> Callable[[str], bool]:
    """Whether inputs of another person may be shown: by role, and nothing entrusted (S2) to who only stands in."""

    def may_read(name: str) -> bool:
        feld = formular.feld_of(name)
        if feld is None:
            return True
        return akteur.liest(feld.datenklasse) and (feld.datenklasse != "S2" or aufgabe.vertretung_fuer_id is None)

    return may_read


def shown(inhalt: Mapping[str, Any], may_read: Callable[[str], bool], *, eigener: bool) -> Eingaben:
    """The inputs of a draft for one person; ``eigener``: she wrote it last."""
    closed: Eingaben = inhalt.get(VERDECKT, {})
    typed = {k: v for k, v in inhalt.items() if k != VERDECKT and (eigener or may_read(k))}
    return typed | {k: v for k, v in closed.items() if may_read(k) and not _is_filled(typed.get(k))}


def kept(old: Mapping[str, Any], typed: Eingaben, may_read: Callable[[str], bool], *, eigener: bool) -> dict[str, Any]:
    """What is stored of the inputs of a person over an older draft: its closed part stays unless she typed there."""
    closed: Eingaben = dict(old.get(VERDECKT, {}))
    if not eigener:
        closed |= {k: v for k, v in old.items() if k != VERDECKT}
    closed = {k: v for k, v in closed.items() if not may_read(k) and not _is_filled(typed.get(k))}
    return {**typed, VERDECKT: closed} if closed else dict(typed)


def _is_filled(texts: list[str] | None) -> bool:
    return any(text.strip() for text in texts or ())
