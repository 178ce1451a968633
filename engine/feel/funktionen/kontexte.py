"""Built-in functions on contexts. A context is never changed: the result is a new one."""

from __future__ import annotations

from engine.feel.funktionen.register import eingebaut
from engine.feel.lauf import Lauf

Kontext = dict[str, object]


@eingebaut("get value", "m: kontext, key: text")
def get_value(_lauf: Lauf, m: Kontext, key: str) -> object:
    """The entry, null if there is none."""
    return m.get(key)


@eingebaut("get value", "m: kontext, keys: liste")
def get_value_path(lauf: Lauf, m: Kontext, keys: list[object]) -> object:
    """The entry at the end of a path of keys."""
    lauf.charge(len(keys))
    wert: object = m
    for key in keys:
        wert = wert.get(key) if isinstance(wert, dict) and isinstance(key, str) else None
    return wert if keys else None


@eingebaut("get entries", "m: kontext")
def get_entries(lauf: Lauf, m: Kontext) -> list[object]:
    """A list of contexts with ``key`` and ``value``."""
    lauf.check_size(len(m))
    return [{"key": name, "value": wert} for name, wert in m.items()]


@eingebaut("context", "entries: liste")
def context(lauf: Lauf, entries: list[object]) -> Kontext | None:
    """The inverse of `get entries`; null for a doubled key or an entry that is none."""
    lauf.check_size(len(entries))
    ergebnis: Kontext = {}
    for eintrag in entries:
        if not isinstance(eintrag, dict) or not {"key", "value"} <= eintrag.keys():
            return None
        name = eintrag["key"]
        if not isinstance(name, str) or name in ergebnis:
            return None
        ergebnis[name] = eintrag["value"]
    return ergebnis


@eingebaut("context put", "context: kontext, key: text, value: alles")
def context_put(lauf: Lauf, context: Kontext, key: str, value: object) -> Kontext:
    """A copy with one entry set."""
    lauf.check_size(len(context) + 1)
    return {**context, key: value}


@eingebaut("context put", "context: kontext, keys: liste, value: alles")
def context_put_path(lauf: Lauf, context: Kontext, keys: list[object], value: object) -> Kontext | None:
    """A copy with the entry at the end of a path set; null if the path leads through something that is no context."""
    if not keys or not isinstance(keys[0], str):
        return None
    if len(keys) == 1:
        return context_put(lauf, context, keys[0], value)
    innen = context.get(keys[0])
    neu = context_put_path(lauf, innen, keys[1:], value) if isinstance(innen, dict) else None
    return None if neu is None else context_put(lauf, context, keys[0], neu)


@eingebaut("context merge", "contexts: liste")
def context_merge(lauf: Lauf, contexts: list[object]) -> Kontext | None:
    """One context of many; the last of equal keys wins."""
    ergebnis: Kontext = {}
    lauf.charge(3 * len(contexts))
    for teil in contexts:
        if not isinstance(teil, dict):
            return None
        lauf.check_size(len(ergebnis) + len(teil))
        ergebnis.update(teil)
    return ergebnis
