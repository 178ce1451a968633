"""The decision models of one process: found by id or name, evaluated with process variables, recorded as JSON."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from engine import feel
from engine.dmn import auskunft
from engine.dmn.befund import Befund
from engine.dmn.entscheidungsmodell import Entscheidungsmodell
from engine.dmn.fehler import DmnError
from engine.dmn.modell import Boxed, Entscheidung, KontextBox, TabellenBox, Trefferregel
from engine.dmn.pruefung import pruefe

MAX_DATEIEN = 100
_LISTEN = frozenset({Trefferregel.SAMMELN, Trefferregel.REIHENFOLGE, Trefferregel.AUSGABEFOLGE})
#: what a database or JSON cannot hold
_UNZULAESSIG = re.compile(r"[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Entscheid:
    """What one decision says: the process variables it sets, and the record for the Vorgang (JSON)."""

    variablen: Mapping[str, Any]
    protokoll: Mapping[str, Any]


class Sammlung:
    """All decisions of one process; immutable, shared by all threads."""

    def __init__(self, dateien: Mapping[str, bytes]) -> None:
        """`dateien`: content by file name. Raises `DmnError` for one that cannot be read, or too many."""
        if len(dateien) > MAX_DATEIEN:
            raise DmnError(f"Es sind zu viele Entscheidungsmodelle: Möglich sind {MAX_DATEIEN}.")
        self._nach_id: dict[str, tuple[Entscheidungsmodell, Entscheidung]] = {}
        self._nach_name: dict[str, tuple[Entscheidungsmodell, Entscheidung]] = {}
        for modell in _linked(dateien):
            for element in modell.modell.elemente:
                if isinstance(element, Entscheidung) and element.ausdruck is not None:
                    self._nach_id.setdefault(element.id, (modell, element))
                    self._nach_name.setdefault(element.name, (modell, element))

    @property
    def ausgaben(self) -> dict[str, frozenset[str]]:
        """Id or name of each decision -> the process variables that it sets."""
        alle = {**self._nach_name, **self._nach_id}
        return {key: frozenset(_ausgaben(element).values()) for key, (_, element) in alle.items()}

    def entscheide(
        self,
        name: str,
        variablen: Mapping[str, Any],
        *,
        ergebnis: str = "",
        funktionen: Mapping[str, Callable[..., object]] | None = None,
        now: datetime | None = None,
    ) -> Entscheid:
        """Make the decision with this id or name; a missing variable is null.

        Each output becomes a variable of its own; with `ergebnis` the whole result goes into that one. Raises
        `DmnError` or `FeelError`.
        """
        modell, element = self._find(name)
        ausgang = modell.evaluate(element.id, variablen, funktionen, now, umfeld=variablen)
        wert = storable(feel.to_json(ausgang.wert))
        return Entscheid(
            {ergebnis: wert} if ergebnis else _spread(element, wert),
            {"entscheidung": element.id, **_clean_dict(ausgang.to_json())},
        )

    def auskunft(self, name: str) -> auskunft.Auskunft | None:
        """What a person may know and choose of this decision; None when it is no table with one row as result."""
        gefunden = self._nach_id.get(name) or self._nach_name.get(name)
        return auskunft.read(gefunden[1]) if gefunden else None

    def weiche_ab(self, name: str, entscheid: Entscheid, zeile: int, *, ergebnis: str = "") -> Entscheid:
        """The same decision with the outcome of another row, as a person chose; the record keeps both.

        `zeile` as in `Auskunft.auswahl`. A row that leads to the same outcome, or to no fixed one, changes nothing.
        """
        _, element = self._find(name)
        bekannt = auskunft.read(element)
        gewaehlt = next((z for z in bekannt.auswahl if z.nummer == zeile), None) if bekannt else None
        if gewaehlt is None or gewaehlt.ergebnis is None:
            return entscheid
        werte = dict(gewaehlt.ergebnis)
        wert = storable(next(iter(werte.values())) if len(werte) == 1 else werte)
        if wert == entscheid.protokoll["ergebnis"]:
            return entscheid
        return Entscheid(
            {ergebnis: wert} if ergebnis else _spread(element, wert),
            {**entscheid.protokoll, "abweichung": {"zeile": zeile, "ergebnis": wert}},
        )

    def _find(self, name: str) -> tuple[Entscheidungsmodell, Entscheidung]:
        gefunden = self._nach_id.get(name) or self._nach_name.get(name)
        if gefunden is None:
            raise DmnError(f"Die Entscheidung „{name[:80]}“ gibt es nicht.")
        return gefunden


def pruefsummen(dateien: Mapping[str, bytes]) -> dict[str, str]:
    """SHA-256 (hex) of each file by its name."""
    return {name: sha256(daten).hexdigest() for name, daten in sorted(dateien.items())}


def pruefe_alle(dateien: Mapping[str, bytes], variablen: frozenset[str] | None = None) -> dict[str, tuple[Befund, ...]]:
    """Findings of each file by its name, each seen together with those it imports; `variablen` as in `pruefe`."""
    lesbar = {name: daten for name, daten in dateien.items() if _is_readable(daten)}
    importe = _importe(lesbar)
    if variablen is not None:
        variablen = variablen.union(*_gesetzt(lesbar))
    return {name: pruefe(daten, importe.get(name, ()), variablen) for name, daten in dateien.items()}


def _gesetzt(dateien: Mapping[str, bytes]) -> Iterable[frozenset[str]]:
    """Process variables that the decisions themselves set: one may read what another said before."""
    return () if len(dateien) > MAX_DATEIEN else Sammlung(dateien).ausgaben.values()


def _is_readable(daten: bytes) -> bool:
    try:
        Entscheidungsmodell(daten)
    except DmnError:
        return False
    return True


def _linked(dateien: Mapping[str, bytes]) -> Iterable[Entscheidungsmodell]:
    return [Entscheidungsmodell(dateien[name], importe) for name, importe in _importe(dateien).items()]


def _importe(dateien: Mapping[str, bytes]) -> dict[str, list[Entscheidungsmodell]]:
    """The models that each file imports; an import that closes a circle stays unresolved."""
    einzeln = {name: Entscheidungsmodell(daten) for name, daten in dateien.items()}
    datei = {modell.modell.namensraum: name for name, modell in reversed(einzeln.items())}
    importe: dict[str, list[Entscheidungsmodell]] = {}

    def find(name: str, unterwegs: frozenset[str]) -> list[Entscheidungsmodell]:
        if name not in importe:
            gesucht = [datei.get(eintrag.namensraum) for eintrag in einzeln[name].modell.importe]
            weiter = unterwegs | {name}
            importe[name] = [Entscheidungsmodell(dateien[n], find(n, weiter)) for n in gesucht if n and n not in weiter]
        return importe[name]

    return {name: find(name, frozenset()) for name in einzeln}


def _ausgaben(entscheidung: Entscheidung) -> dict[str, str]:
    """Entry of the result -> process variable; the empty entry means the result as a whole."""
    namen = _eintraege(entscheidung.ausdruck)
    if len(namen) == 1 and isinstance(entscheidung.ausdruck, TabellenBox):
        return {"": _variable(namen[0])}
    return {name: _variable(name) for name in namen} or {"": _variable(entscheidung.variable.name)}


def _eintraege(ausdruck: Boxed | None) -> list[str]:
    match ausdruck:
        case TabellenBox() if ausdruck.trefferregel not in _LISTEN:
            return [spalte.name for spalte in ausdruck.ausgaenge if spalte.name]
        case KontextBox() if all(variable for variable, _ in ausdruck.eintraege):
            return [variable.name for variable, _ in ausdruck.eintraege if variable]
    return []


def _variable(name: str) -> str:
    """A name that expressions can read."""
    sauber = re.sub(r"\W", "_", name)
    return sauber if sauber[:1].isalpha() or sauber[:1] == "_" else f"_{sauber}"


def _spread(entscheidung: Entscheidung, wert: object) -> dict[str, Any]:
    ausgaben = _ausgaben(entscheidung)
    if "" in ausgaben:
        return {ausgaben[""]: wert}
    werte = wert if isinstance(wert, dict) else {}
    return {variable: werte.get(name) for name, variable in ausgaben.items()}


def _clean_dict(werte: Mapping[str, object]) -> dict[str, Any]:
    return {_UNZULAESSIG.sub("\ufffd", name): storable(wert) for name, wert in werte.items()}


def storable(wert: object) -> object:
    """The same JSON without characters that no database holds."""
    if isinstance(wert, str):
        return _UNZULAESSIG.sub("\ufffd", wert)
    if isinstance(wert, list):
        return [storable(teil) for teil in wert]
    return _clean_dict(wert) if isinstance(wert, dict) else wert
