"""Where everything stands on the wall picture: an A3 sheet in landscape, in units of a fifth of a millimetre.

Only layout and words; the template draws it as SVG, and the same content stands in a table below it.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import Final

from web.sprache import _
from wertstrom.formulierung import format_anteil, format_tage, format_zahl, format_ziel
from wertstrom.kennzahlen import Uhr
from wertstrom.wandbild import Datenkasten, Wandbild

BREITE: Final = 2100
HOEHE: Final = 1060
_RAND = 40
_OBEN, _KOPF, _ZEILE = 320, 112, 24
_DREIECK = 34
_LEITER = 900
_NAME_ZEICHEN, _NAME_ZEILEN = 13.5, 5


@dataclass(frozen=True, slots=True)
class Feld:
    """One box with its place: x is its left side, `links` where its triangle and the upper rung begin."""

    kasten: Datenkasten
    links: float
    x: float
    breite: float
    name: tuple[str, ...]
    rolle: str
    zeilen: tuple[tuple[str, str], ...]
    warten: str
    arbeit: str
    codes: str

    @property
    def mitte(self) -> float:
        """Middle of the box."""
        return self.x + self.breite / 2


@dataclass(frozen=True, slots=True)
class Wand:
    """The whole sheet."""

    titel: str
    felder: tuple[Feld, ...]
    ausloeser: tuple[str, ...]
    kunde: tuple[str, ...]
    summen: tuple[tuple[str, str], ...]
    #: heights that the template shares
    oben: int = _OBEN
    kopf: int = _KOPF
    zeile: int = _ZEILE
    leiter: int = _LEITER
    breite: int = BREITE
    hoehe: int = HOEHE


def paint(bild: Wandbild, titel: str) -> Wand:
    """Places and words for the map of a process."""
    platz = (BREITE - 2 * _RAND - 210) / max(len(bild.kaesten), 1)
    felder = [_field(kasten, _RAND + n * platz, platz, bild) for n, kasten in enumerate(bild.kaesten)]
    uhr = bild.uhr
    bedarf = _("%(bedarf)s je Monat", bedarf=format_zahl(bild.bedarf, 1)) if bild.bedarf else "–"
    ziel = f"Ziel {format_ziel(bild.ziel)}"
    geschafft = f"{format_anteil(bild.anteil.anteil)} geschafft" if bild.anteil else _("Anteil: zu wenige Vorgänge")
    summen = (
        (_("Durchlaufzeit, Mittel"), format_tage(bild.mittel, uhr)),
        (_("davon Bearbeitung"), format_tage(bild.bearbeitung, uhr)),
        (_("Prozesswirkungsgrad"), format_anteil(bild.wirkungsgrad, 1)),
        (_("Flussgrad"), f"1 : {format_zahl(bild.flussgrad, 1)}" if bild.flussgrad else "–"),
    )
    kunde = (_("Junger Mensch, Familie"), bedarf, ziel, geschafft)
    ausloeser = (
        _("Anfrage, Meldung"),
        f"{format_zahl(bild.n)} abgeschlossen",
        _("%(offen)s noch offen", offen=format_zahl(bild.offen)),
    )
    return Wand(titel, tuple(felder), ausloeser, kunde, summen)


def _field(kasten: Datenkasten, links: float, platz: float, bild: Wandbild) -> Feld:
    breite = platz - _DREIECK - 8
    zeichen = max(8, round(_NAME_ZEICHEN * breite / 110))
    name = textwrap.wrap(_hyphened(kasten.name, zeichen), zeichen, max_lines=_NAME_ZEILEN, placeholder=" …")
    rolle = textwrap.shorten(kasten.rolle or "", zeichen + 4, placeholder=" …")
    return Feld(
        kasten=kasten,
        links=round(links, 1),
        x=round(links + _DREIECK, 1),
        breite=round(breite, 1),
        name=tuple(name),
        rolle=rolle,
        zeilen=tuple(lines_of(kasten, bild)),
        warten=_short(kasten.warten, bild.uhr),
        arbeit=_short(kasten.bearbeitung, bild.uhr),
        codes=" ".join(sorted({m.code for m in kasten.blitze})),
    )


def _hyphened(text: str, zeichen: int) -> str:
    """Words that are too long for a line, broken with a hyphen."""
    worte = []
    for wort in text.split():
        stuecke = textwrap.wrap(wort, zeichen - 1) if len(wort) > zeichen else [wort]
        worte += [f"{stueck}-" for stueck in stuecke[:-1]] + stuecke[-1:]
    return " ".join(worte)


def _short(tage: float | None, uhr: Uhr) -> str:
    """Like `format_tage`, for little room: „1,9 h“ instead of hours and minutes."""
    stunden = (tage or 0.0) * (8 if uhr is Uhr.AT else 24)
    return f"{format_zahl(stunden, 1)} h" if abs(tage or 0.0) < 1 <= abs(stunden) else format_tage(tage, uhr)


def lines_of(kasten: Datenkasten, bild: Wandbild) -> list[tuple[str, str]]:
    """The lines of a data box: short name and value; what is not known has no line."""
    uhr = bild.uhr
    werte = [
        ("n", format_zahl(kasten.faelle) if kasten.faelle is not None else ""),
        (_("Liegen"), _short(kasten.liegezeit, uhr)),
        (_("Extern"), _short(kasten.extern, uhr) if kasten.extern else ""),
        ("P80", _short(kasten.liegen.in_uhr(uhr).p80, uhr) if kasten.liegen else ""),
        (_("Arbeit"), _short(kasten.bearbeitung, uhr)),
        ("PT", f"{format_zahl(kasten.pt_min)} min" if kasten.pt_min is not None else ""),
        ("V&R", format_anteil(kasten.vollstaendig.anteil) if kasten.vollstaendig else ""),
        (_("Frist"), format_anteil(kasten.termintreue.rechtzeitig.anteil) if kasten.termintreue else ""),
        (_("Serie"), format_zahl(kasten.losgroesse, 1) if kasten.losgroesse else ""),
        (_("Klasse"), kasten.wertklasse or ""),
        (_("Gesetz"), "ja" if kasten.gesetzlich else ""),
        (_("Freigabe"), "ja" if kasten.freigabe else ""),
        (_("Bruch"), _("Medien") if kasten.medienbruch else ""),
    ]
    return [(name, wert) for name, wert in werte if wert]
