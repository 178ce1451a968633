"""What the forms of an export have in common: instants as text, and the runs and events of each Fall.

Owns the names of our own attributes as they stand in files; `wertstrom.einlesen.attribute` reads them again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from wertstrom.einlesen.attribute import EIGENE
from wertstrom.ereignisprotokoll import Ausgang, Protokoll, as_zeit

#: characters that XML cannot hold
_VERBOTEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_UEBERGANG_ENDE = {Ausgang.ENTFALLEN.value: "withdraw"}


@dataclass(frozen=True, slots=True)
class Vorfall:
    """One event of a run, as process-mining tools know it."""

    name: str
    zeit: str
    #: lifecycle transition of the XES standard
    uebergang: str
    #: further attributes: name → text
    angaben: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Fall:
    """One Fall with its runs; attributes: name → text."""

    nummer: str
    angaben: Mapping[str, str]
    schritte: list[Mapping[str, Any]]
    #: pauses by (node, run)
    pausen: Mapping[tuple[str, int], list[Mapping[str, Any]]]
    hat_zone: bool

    def vorfaelle(self) -> list[Vorfall]:
        """Events of all runs in the order of their times."""
        roh = [vorfall for schritt in self.schritte for vorfall in self._vorfaelle_of(schritt)]
        return [vorfall for _, vorfall in sorted(roh, key=lambda paar: paar[0])]

    def zeit(self, us: int | None) -> str:
        """An instant as ISO 8601, with its zone unless the log has a clock of its own."""
        return write_zeit(us, self.hat_zone)

    def _vorfaelle_of(self, schritt: Mapping[str, Any]) -> Iterator[tuple[int, Vorfall]]:
        angaben = {
            "concept:instance": f"{schritt['knoten']}#{schritt['lauf']}",
            "org:role": schritt["rolle"],
            **{EIGENE + name: schritt[name] for name in ("knoten", "art", "ausgang", "grund")},
            f"{EIGENE}frist": self.zeit(schritt["frist_us"]),
        }
        ende = _UEBERGANG_ENDE.get(schritt["ausgang"], "complete")
        folge: list[tuple[int | None, str, Mapping[str, Any]]] = [
            (schritt["bereit_us"], "schedule", {}),
            (schritt["begonnen_us"], "start", {}),
        ]
        for pause in self.pausen.get((schritt["knoten"], schritt["lauf"]), ()):
            grund = {f"{EIGENE}grund": pause["grund"], f"{EIGENE}extern": "extern" if pause["extern"] else None}
            folge += [(pause["von_us"], "suspend", grund), (pause["bis_us"], "resume", {})]
        for us, uebergang, mehr in (*folge, (schritt["fertig_us"], ende, {})):
            if us is not None:
                texte = {name: str(wert) for name, wert in {**angaben, **mehr}.items() if wert}
                yield us, Vorfall(schritt["name"], self.zeit(us), uebergang, texte)


def faelle_of(protokoll: Protokoll) -> Iterator[Fall]:
    """Every Fall of a part, in its order."""
    hat_zone = protokoll.zone is not UTC
    schritte = _grouped(protokoll.schritte.to_pylist())
    pausen = _grouped(protokoll.pausen.to_pylist())
    meilensteine, merkmale = (_grouped(t.to_pylist()) for t in (protokoll.meilensteine, protokoll.merkmale))
    for zeile in protokoll.faelle.to_pylist():
        nummer = zeile["fall"]
        angaben = {
            f"{EIGENE}fallbeginn": write_zeit(zeile["start_us"], hat_zone),
            f"{EIGENE}fallende": write_zeit(zeile["ende_us"], hat_zone),
            f"{EIGENE}fallausgang": zeile["ausgang"],
            f"{EIGENE}version": str(zeile["version"]),
            **{
                f"{EIGENE}meilenstein:{m['meilenstein']}": write_zeit(m["zeit_us"], hat_zone)
                for m in meilensteine.get(nummer, ())
            },
            **{f"{EIGENE}merkmal:{m['name']}": m["wert"] for m in merkmale.get(nummer, ())},
        }
        je_lauf: dict[tuple[str, int], list[Mapping[str, Any]]] = {}
        for pause in pausen.get(nummer, ()):
            je_lauf.setdefault((pause["knoten"], pause["lauf"]), []).append(pause)
        yield Fall(str(nummer), {k: w for k, w in angaben.items() if w}, schritte.get(nummer, []), je_lauf, hat_zone)


def write_zeit(us: int | None, hat_zone: bool) -> str:
    """An instant as ISO 8601; empty when there is none."""
    if us is None:
        return ""
    zeit = as_zeit(us)
    return (zeit if hat_zone else zeit.replace(tzinfo=None)).isoformat()


def clean(text: str) -> str:
    """Text that XML can hold."""
    return _VERBOTEN.sub("�", text)


def _grouped(zeilen: list[dict[str, Any]]) -> dict[int, list[Mapping[str, Any]]]:
    gruppen: dict[int, list[Mapping[str, Any]]] = {}
    for zeile in zeilen:
        gruppen.setdefault(zeile["fall"], []).append(zeile)
    return gruppen
