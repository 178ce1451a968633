"""What crosses the wall between the product and a check: bytes of JSON, and values of known types out of them.

A foreign value never becomes anything else than the dataclass, text or number that stands here; what does not fit is
no answer.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from enum import Enum
from functools import cache
from typing import Any

import orjson

from engine import dmn
from engine.bpmn.ergebnis import Pruefergebnis

_LAENGE = 8


Tabellenbefunde = dict[str, tuple[dmn.Befund, ...]]


def write_auftrag(inhalt: bytes, datei: str, vorgaben: Mapping[str, Any]) -> bytes:
    """A drawing that is to be checked, and what `bpmn.pruefe` is told besides."""
    return _pack({"datei": datei, "vorgaben": dict(vorgaben)}, inhalt)


def write_tabellenauftrag(dateien: Mapping[str, bytes], variablen: frozenset[str] | None) -> bytes:
    """Decision models that are to be checked together."""
    laengen = {name: len(inhalt) for name, inhalt in dateien.items()}
    return _pack({"laengen": laengen, "variablen": variablen}, b"".join(dateien.values()))


def read_auftrag(daten: bytes) -> tuple[bytes, str, dict[str, Any]] | None:
    """Inverse of `write_auftrag`; None if it is about decision models."""
    kopf, inhalt = _unpack(daten)
    if "datei" not in kopf:
        return None
    return inhalt, kopf["datei"], {name: _thaw(wert) for name, wert in kopf["vorgaben"].items()}


def read_tabellenauftrag(daten: bytes) -> tuple[dict[str, bytes], frozenset[str] | None]:
    """Inverse of `write_tabellenauftrag`."""
    kopf, inhalt = _unpack(daten)
    dateien, anfang = {}, 0
    for name, laenge in kopf["laengen"].items():
        dateien[name] = inhalt[anfang : anfang + laenge]
        anfang += laenge
    return dateien, _thaw(kopf["variablen"])


def write_tabellenantwort(befunde: Tabellenbefunde) -> bytes:
    """The findings of all decision models as data."""
    return _pack(befunde, b"")


def read_tabellenantwort(daten: bytes) -> Tabellenbefunde | None:
    """Inverse of `write_tabellenantwort`; None for anything else."""
    try:
        befunde: Tabellenbefunde = _build(Tabellenbefunde, _unpack(daten)[0])
        return befunde
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


def write_antwort(ergebnis: Pruefergebnis) -> bytes:
    """The result as data."""
    felder = {f.name: getattr(ergebnis, f.name) for f in dataclasses.fields(ergebnis) if f.name != "ausfuehrbar"}
    return _pack(felder, ergebnis.ausfuehrbar)


def read_antwort(daten: bytes) -> Pruefergebnis | None:
    """Inverse of `write_antwort`; None for anything else."""
    try:
        kopf, ausfuehrbar = _unpack(daten)
        ergebnis: Pruefergebnis = _build(Pruefergebnis, {**kopf, "ausfuehrbar": ausfuehrbar})
        return ergebnis
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


def _pack(kopf: Mapping[str, Any], anhang: bytes) -> bytes:
    roh = orjson.dumps(kopf, default=_freeze, option=orjson.OPT_NON_STR_KEYS)
    return len(roh).to_bytes(_LAENGE, "big") + roh + anhang


def _unpack(daten: bytes) -> tuple[dict[str, Any], bytes]:
    ende = _LAENGE + int.from_bytes(daten[:_LAENGE], "big")
    if len(daten) < ende:
        raise ValueError("cut off")
    return orjson.loads(daten[_LAENGE:ende]), daten[ende:]


def _freeze(wert: object) -> object:
    if isinstance(wert, frozenset | set):
        return sorted(wert)
    if isinstance(wert, Mapping):
        return dict(wert)
    raise TypeError(type(wert))


def _thaw(wert: Any) -> Any:
    """Lists of an order are sets: `bpmn.pruefe` takes no sequences."""
    if isinstance(wert, list):
        return frozenset(wert)
    if isinstance(wert, dict):
        return {name: _thaw(teil) for name, teil in wert.items()}
    return wert


def _build(typ: Any, wert: Any) -> Any:
    """The value of this type that the JSON stands for; raises TypeError or ValueError if it stands for none."""
    herkunft, teile = typing.get_origin(typ), typing.get_args(typ)
    if typ is Any:
        return wert
    if herkunft in (typing.Union, types.UnionType):
        return None if wert is None else _build(next(t for t in teile if t is not types.NoneType), wert)
    if herkunft in (tuple, frozenset):
        return herkunft(_build(teile[0], teil) for teil in _expect(wert, list))
    if herkunft in (dict, Mapping):
        return {_build(teile[0], name): _build(teile[1], teil) for name, teil in _expect(wert, dict).items()}
    if isinstance(typ, type) and dataclasses.is_dataclass(typ):
        arten = _types(typ)
        return typ(**{name: _build(arten[name], teil) for name, teil in _expect(wert, dict).items()})
    if issubclass(typ, Enum):
        return typ(wert)
    return float(wert) if typ is float and type(wert) is int else _expect(wert, typ)


def _expect(wert: Any, typ: Any) -> Any:
    if type(wert) is not typ:
        raise TypeError(f"{typ} expected")
    return wert


@cache
def _types(typ: type[object]) -> dict[str, Any]:
    return typing.get_type_hints(typ)
