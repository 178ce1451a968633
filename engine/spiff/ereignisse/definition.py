"""What an event waits for or throws: messages, signals, conditions, errors, escalations, cancellation.

SpiffWorkflow's own definitions evaluate Python and keep their state in the spec; here a definition is data of the
model, and whatever one token has to remember lies in its `internal_data`.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from engine import feel
from engine.spiff.ereignisse import ausbreitung
from engine.spiff.ergebnis import Geworfen, WarteArt
from engine.spiff.lauf import fehler_bei
from engine.spiff.marke import WARTET, Marke

#: keys in a waiting token's `internal_data`: key of a message, last value of a condition
SCHLUESSEL, WAHR = "schluessel", "wahr"
_MAX_SCHLUESSEL = 200


class Definition:
    """Common to all; those without `art` never have a waiting token, they catch what is thrown."""

    __slots__ = ()
    ausloeser: ClassVar[str] = ""
    art: WarteArt | None = None
    name: str = ""

    def stelle(self, _marke: Marke) -> dict[str, Any]:
        """What a token that begins to wait now has to remember; raises `Ausfuehrungsfehler`."""
        return {}

    def weiter(self, _marke: Marke) -> dict[str, Any] | None:
        """What a token remembers that goes on waiting after its event; None if it waits no more."""
        return {}

    def pruefe(self, merkzettel: dict[str, Any]) -> None:
        """Raises `ValueError`, `LookupError` or `TypeError` for a stored note that `stelle` cannot have written."""


@dataclass(frozen=True, slots=True)
class _Benannt(Definition):
    """Messages and signals are known by their name."""

    name: str = ""

    def _sende(self, marke: Marke, schluessel: str | None) -> None:
        spez, ebene = marke.task_spec, marke.workflow
        assert self.art is not None
        ebene.lauf.geworfen.append(Geworfen(self.art, self.name, schluessel, spez.bpmn_id, ebene.spec.prozess_id))


@dataclass(frozen=True, slots=True)
class Nachricht(_Benannt):
    """A message; its key says for which Vorgang it is."""

    ausloeser = "nachricht"
    art = WarteArt.NACHRICHT
    schluessel: feel.Ausdruck | None = None

    def stelle(self, marke: Marke) -> dict[str, Any]:
        schluessel = self._schluessel(marke)
        return {} if schluessel is None else {SCHLUESSEL: schluessel}

    def pruefe(self, merkzettel: dict[str, Any]) -> None:
        if not isinstance(merkzettel.get(SCHLUESSEL), str | None):
            raise ValueError("the key of a message is a text")

    def wirf(self, marke: Marke) -> None:
        self._sende(marke, self._schluessel(marke))

    def _schluessel(self, marke: Marke) -> str | None:
        if self.schluessel is None:
            return None
        wert = marke.workflow.lauf.werte_aus(marke, self.schluessel)
        if isinstance(wert, int | Decimal) and not isinstance(wert, bool):
            # Every digit: 1E+35 is no key that another system would write.
            wert = format(wert, "f") if isinstance(wert, Decimal) else str(wert)
        if wert is None or (isinstance(wert, str) and 0 < len(wert) <= _MAX_SCHLUESSEL):
            return wert
        raise fehler_bei(marke, "Der Schlüssel der Nachricht ist kein kurzer Text und keine Zahl")


@dataclass(frozen=True, slots=True)
class Signal(_Benannt):
    """A signal: everybody who waits for its name gets it."""

    ausloeser = "signal"
    art = WarteArt.SIGNAL

    def wirf(self, marke: Marke) -> None:
        self._sende(marke, None)
        for wartende in marke.workflow.top_workflow.wache_marken():
            definition = wartende.task_spec.definition
            if isinstance(definition, Signal) and definition.name == self.name and wartende._state == WARTET:
                wartende.task_spec.ausloese(wartende)


@dataclass(frozen=True, slots=True)
class Bedingung(Definition):
    """Happens when the expression turns from false to true, and at once if it is true when the waiting begins."""

    ausdruck: feel.Ausdruck

    ausloeser = "bedingung"
    art = WarteArt.BEDINGUNG

    def weiter(self, _marke: Marke) -> dict[str, Any]:
        return {WAHR: True}

    def pruefe(self, merkzettel: dict[str, Any]) -> None:
        if merkzettel.get(WAHR, False) not in (True, False):
            raise ValueError("a condition is true or false")

    def is_eingetreten(self, marke: Marke) -> bool:
        """Whether the condition has become true since it was asked last."""
        wahr = marke.workflow.lauf.werte_aus(marke, self.ausdruck) is True
        vorher = marke.internal_data.get(WAHR, False)
        if vorher and not wahr:
            del marke.internal_data[WAHR]
        return wahr and not vorher


@dataclass(frozen=True, slots=True)
class _MitCode(Definition):
    code: str | None = None

    def passt(self, faenger: Definition) -> int:
        """How well somebody catches this: 2 by its code, 1 because he catches all, 0 not at all."""
        if not isinstance(faenger, type(self)):
            return 0
        return 1 if faenger.code is None else 2 * (faenger.code == self.code)

    def wirf(self, marke: Marke) -> None:
        ausbreitung.verbreite(marke, self)


@dataclass(frozen=True, slots=True)
class Fehler(_MitCode):
    """A BPMN error: it always interrupts who catches it."""

    ausloeser = "fehler"


@dataclass(frozen=True, slots=True)
class Eskalation(_MitCode):
    """An escalation: whoever threw it goes on unless it is interrupted."""

    ausloeser = "eskalation"


@dataclass(frozen=True, slots=True)
class Abbruch(Definition):
    """The cancellation of the transaction around it."""

    ausloeser = "abbruch"

    def passt(self, faenger: Definition) -> int:
        return int(isinstance(faenger, Abbruch))

    def wirf(self, marke: Marke) -> None:
        ausbreitung.brich_transaktion_ab(marke, self)
