"""Parsed models, kept by the key of their Prozessversion and shared by all threads: a run never changes them."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from engine.spiff import bau, budget
from engine.spiff.ergebnis import Quelle, Startstelle
from engine.spiff.knoten import Prozessspez


@dataclass(frozen=True, slots=True)
class Modell:
    """What `start` and the other commands execute; made by `lade_modell` only."""

    schluessel: str
    haupt: Prozessspez
    #: every process and sub-process that can be reached, by `Prozessspez.name`
    spezifikationen: Mapping[str, Prozessspez]
    #: in the order of the file
    starts: tuple[Startstelle, ...] = ()


class _Speicher:
    """Bounded: the model that was unused longest leaves first."""

    def __init__(self, groesse: int) -> None:
        self._groesse = groesse
        self._modelle: OrderedDict[str, Modell] = OrderedDict()
        self._schloss = threading.Lock()

    def get(self, schluessel: str) -> Modell | None:
        with self._schloss:
            modell = self._modelle.get(schluessel)
            if modell is not None:
                self._modelle.move_to_end(schluessel)
            return modell

    def add(self, modell: Modell) -> Modell:
        """Keep a model; if another thread was faster, its model counts."""
        with self._schloss:
            modell = self._modelle.setdefault(modell.schluessel, modell)
            self._modelle.move_to_end(modell.schluessel)
            while len(self._modelle) > self._groesse:
                self._modelle.popitem(last=False)
            return modell

    def clear(self) -> None:
        with self._schloss:
            self._modelle.clear()

    def __len__(self) -> int:
        return len(self._modelle)


_ART = {"timer": "zeit"}
_SPEICHER = _Speicher(budget.MAX_MODELLE)


def bekanntes_modell(schluessel: str) -> Modell | None:
    """The model with this key if it is in memory, so that its source need not be read."""
    return _SPEICHER.get(schluessel)


def lade_modell(quelle: Quelle) -> Modell:
    """The executable form of a Prozessversion, from memory if possible.

    `quelle.schluessel` must be new for every content. Raises `engine.spiff.fehler.Modellfehler` (an
    `errors.Invalid`) that names the first element which cannot be executed.
    """
    modell = _SPEICHER.get(quelle.schluessel)
    if modell is None:
        haupt, alle = bau.baue(quelle)
        modell = _SPEICHER.add(Modell(quelle.schluessel, haupt, MappingProxyType(alle), _starts(haupt)))
    return modell


def _starts(spez: Prozessspez) -> tuple[Startstelle, ...]:
    starts = ((kennung, start.definition) for kennung, start in spez.starts.items())
    return tuple(
        Startstelle(k, _ART.get(d.ausloeser, d.ausloeser), d.name) if d else Startstelle(k, "") for k, d in starts
    )
