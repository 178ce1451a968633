"""The figures K01–K28 that the concept names, each as one of the key figures with its arguments and target.

Owns which milestones, steps and targets stand behind each number of the concept; computes nothing itself but the
Zielerreichungsgrad. Figures that need a survey, money or a case file (K11, K13, K15, K24, K26, K27) are not here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from wertstrom.kennzahlen.masse import Anteil, Uhr, Ziel
from wertstrom.kennzahlen.verzeichnis import kennzahl

_K05_ANLASS: Final = "konferenz"
_K06_ANLASS: Final = "meldung"


@dataclass(frozen=True, slots=True)
class Meilensteinziel:
    """A time between two milestones with its target."""

    code: str
    titel: str
    von: str
    bis: str
    ziel: Ziel


@dataclass(frozen=True, slots=True)
class Zaehlziel:
    """A share of two counts, with the share that is aimed at: at least or at most so much; None without a target."""

    code: str
    titel: str
    zaehler: str
    nenner: str
    mindestens: float | None = None
    hoechstens: float | None = None

    def is_erreicht(self, anteil: float) -> bool | None:
        """Whether the target is reached; None without one."""
        if self.mindestens is None and self.hoechstens is None:
            return None
        return (self.mindestens or 0.0) <= anteil <= (1.0 if self.hoechstens is None else self.hoechstens)


@dataclass(frozen=True, slots=True)
class Nachweisziel:
    """Steps that have to follow another; which ones, the process says."""

    code: str
    titel: str
    anlass: str


#: K12 is K03 with another name; K03 has further lines
MEILENSTEINZIELE: Final = (
    Meilensteinziel("K01", "Erstkontakt bis Einschätzung", "m_eingang", "m_einschaetzung", Ziel(3, Uhr.AT)),
    Meilensteinziel("K02", "Erstkontakt bis Fallkonferenz", "m_eingang", "m_fallkonferenz", Ziel(10, Uhr.AT)),
    Meilensteinziel("K02a", "Erstkontakt bis Einladung", "m_eingang", "m_einladung", Ziel(10, Uhr.AT)),
    Meilensteinziel("K03", "Erstkontakt bis Bescheid", "m_eingang", "m_bescheid", Ziel(10, Uhr.AT)),
    Meilensteinziel("K03a", "Erstkontakt bis Hilfebeginn", "m_eingang", "m_hilfebeginn", Ziel(10, Uhr.AT)),
    Meilensteinziel("K03b", "Erstkontakt bis Hilfeende", "m_eingang", "m_hilfeende", Ziel(365, Uhr.KT)),
    Meilensteinziel("K09", "Beschwerde: Eingang bestätigt", "m_eingang", "m_eingangsbestaetigung", Ziel(2, Uhr.KT)),
    Meilensteinziel("K10", "Beschwerde: Antwort", "m_eingang", "m_antwort", Ziel(14, Uhr.KT)),
    Meilensteinziel("K25", "Ethikboard: Anmeldung bis Votum", "m_anmeldung", "m_votum", Ziel(1, Uhr.KT)),
)
ZAEHLZIELE: Final = (
    Zaehlziel("K07", "Leerfeldquote", "felder_leer", "felder_anwendbar", hoechstens=0.05),
    Zaehlziel("K08", "Selbst formulierte Ziele", "ziele_selbst_formuliert", "ziele_gesamt", mindestens=0.6),
    Zaehlziel("K23", "Kooperationsgrad", "instrumente_genutzt", "instrumente_moeglich"),
    Zaehlziel("K28", "Nutzung der Fallprüfung", "stichprobe_geprueft", "stichprobe_erforderlich", mindestens=1.0),
)
NACHWEISZIELE: Final = (
    Nachweisziel("K05", "Dokumentierte Fallkonferenzen", _K05_ANLASS),
    Nachweisziel("K06", "Dokumentierte Kinderschutzeinschätzungen", _K06_ANLASS),
)


@kennzahl(
    titel="Zielerreichungsgrad",
    einheit="Anteil 0–1",
    uhr="–",
    formel="Kennzahlen, die ihr Ziel erreichen / Kennzahlen mit Ziel und Messwert",
    quelle="Konzept § 1.3 K16",
)
def zielerreichungsgrad(erreicht: Mapping[str, bool | None] | Iterable[bool | None]) -> Anteil:
    """Share of the targets that are reached; what has no target or could not be measured (None) is left out.

    A time between milestones reaches its target when its median does.

    Formula
        # True / # (True or False)

    Source
        Fachkonzept § 1.3 K16 (target ≥ 80 %).

    Example
    -------
    >>> zielerreichungsgrad({"K01": True, "K02": False, "K07": None}).anteil
    0.5
    """
    werte = list(erreicht.values()) if isinstance(erreicht, Mapping) else list(erreicht)
    bekannt = [wert for wert in werte if wert is not None]
    return Anteil(sum(bekannt), len(bekannt))
