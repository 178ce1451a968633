"""What a process is, for people: owner, purpose, assumptions, legal bases with the day they were checked."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from engine.katalog.bericht import Tabelle

_RECHTSGRUNDLAGE = ("norm", "kurztext", "stand", "quelle", "geprueft_am", "gueltig_bis")


@dataclass(frozen=True, slots=True)
class Rechtsgrundlage:
    """A norm as data with its state: never printed without the day it was checked."""

    norm: str
    kurztext: str
    #: day of the wording that was read
    stand: date
    quelle: str
    geprueft_am: date
    gueltig_bis: date | None = None


@dataclass(frozen=True, slots=True)
class Steckbrief:
    """Everything about a process that is not needed to run it."""

    name: str
    kurzbeschreibung: str
    #: key of the role that answers for the process
    verantwortlich: str
    stand: date | None
    #: marked (A): proposals of this package, no survey
    annahmen: tuple[str, ...] = ()
    #: where the drawing differs from the specification, and why
    abweichungen: tuple[str, ...] = ()
    rechtsgrundlagen: tuple[Rechtsgrundlage, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As it is stored beside a version: dates in ISO form, without what is empty; the name is the version's."""
        return {
            "kurzbeschreibung": self.kurzbeschreibung,
            "verantwortlich": self.verantwortlich,
            "stand": self.stand.isoformat() if self.stand else "",
            "annahmen": list(self.annahmen),
            "abweichungen": list(self.abweichungen),
            "rechtsgrundlagen": [
                {k: v.isoformat() if isinstance(v, date) else v for k, v in asdict(norm).items() if v is not None}
                for norm in self.rechtsgrundlagen
            ],
        }


def read_steckbrief(tabelle: Tabelle, rollen: Collection[str]) -> Steckbrief:
    """The head of ``prozess.toml``; wrong parts are reported and left empty."""
    return Steckbrief(
        name=tabelle.get("name", str, pflicht=True) or "",
        kurzbeschreibung=tabelle.get("kurzbeschreibung", str, pflicht=True) or "",
        verantwortlich=tabelle.get_auswahl("verantwortlich", rollen, pflicht=True) or "",
        stand=tabelle.get("stand", date, pflicht=True),
        annahmen=tabelle.get_texte("annahmen"),
        abweichungen=tabelle.get_texte("abweichungen"),
        rechtsgrundlagen=tuple(
            norm for eintrag in tabelle.get_tabellen("rechtsgrundlagen") if (norm := _read_rechtsgrundlage(eintrag))
        ),
    )


def _read_rechtsgrundlage(tabelle: Tabelle) -> Rechtsgrundlage | None:
    tabelle.check_namen(_RECHTSGRUNDLAGE)
    norm, kurztext = tabelle.get("norm", str, pflicht=True), tabelle.get("kurztext", str, pflicht=True)
    quelle = tabelle.get("quelle", str, pflicht=True)
    stand, geprueft_am = tabelle.get("stand", date, pflicht=True), tabelle.get("geprueft_am", date, pflicht=True)
    gueltig_bis = tabelle.get("gueltig_bis", date)
    if not (norm and kurztext and quelle and stand and geprueft_am):
        return None
    if geprueft_am < stand:
        tabelle.report("geprueft_am", "Die Prüfung liegt vor dem Stand.", "Prüfen Sie beide Daten.")
    return Rechtsgrundlage(norm, kurztext, stand, quelle, geprueft_am, gueltig_bis)
