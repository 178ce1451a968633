"""How an Aufgabe and a person belong together, and why an Aufgabe goes from one person to another."""

from __future__ import annotations

from enum import StrEnum


class Verhaeltnis(StrEnum):
    """What an Akteur is to an Aufgabe."""

    #: she has it (perhaps in Vertretung or by delegation)
    MEINE = "meine"
    #: it lies free in one of her Gruppen
    FREI = "frei"
    #: she gave it away, by delegation or to her Vertretung, and may take it back
    ZURUECK = "zurueck"
    #: it belongs to somebody for whom she acts now
    VERTRETUNG = "vertretung"
    #: a colleague of her Gruppe has it
    KOLLEGIN = "kollegin"
    #: it belongs to a team that she leads
    LEITUNG = "leitung"


class Weitergabegrund(StrEnum):
    """Why an Aufgabe changes hands; a fixed list, because free text could hold data of the case."""

    ABWESEND = "abwesend"
    DRINGEND = "dringend"
    ABSPRACHE = "absprache"
    ZUSTAENDIG = "zustaendig"
    FACHKUNDE = "fachkunde"
    AUSGLEICH = "ausgleich"

    @property
    def text(self) -> str:
        """In words, after „weil“."""
        return _TEXTE[self]


_TEXTE = {
    Weitergabegrund.ABWESEND: "die Person nicht da ist",
    Weitergabegrund.DRINGEND: "die Sache nicht warten kann",
    Weitergabegrund.ABSPRACHE: "es so abgesprochen ist",
    Weitergabegrund.ZUSTAENDIG: "die Zuständigkeit gewechselt hat",
    Weitergabegrund.FACHKUNDE: "besondere Fachkunde gebraucht wird",
    Weitergabegrund.AUSGLEICH: "die Arbeit im Team neu verteilt wird",
}

#: reasons that commands note themselves
DELEGIERT = "delegiert"
VORGELEGT = "vorgelegt"
ZURUECKGEHOLT = "zurueckgeholt"
