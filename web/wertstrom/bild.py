"""What the templates of the value stream draw: charts as JSON for Plotly, and the small distribution of a card.

No figure is computed here. Charts carry the light palette; `FARBEN` tells the script what to put in its place.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, Final

from wertstrom import diagramme, formulierung
from wertstrom.diagramme import DUNKEL, HELL, Diagramm
from wertstrom.kennzahlen import Ziel
from wertstrom.offene import OffeneVorgaenge
from wertstrom.uebersicht import ProzessUebersicht
from wertstrom.unterschied import Unterschied
from wertstrom.vergleich import Vergleich
from wertstrom.verlauf import Verlauf
from wertstrom.warten import Wartebild

#: fields of the palette that follow the design tokens of the page
_TOKENS: Final[dict[str, str]] = {
    "text": "--kern-color-layout-text-default",
    "leise": "--kern-color-layout-text-muted",
    "flaeche": "--kern-color-layout-background-default",
    "raster": "--kern-color-decorative-border-default",
}

#: colour in the chart -> [design token or "", colour in the dark]
FARBEN: Final[dict[str, list[str]]] = {
    getattr(HELL, f.name): [_TOKENS.get(f.name, ""), getattr(DUNKEL, f.name)]
    for f in reversed(dataclasses.fields(HELL))
    if f.name != "schrift"
}


@dataclass(frozen=True, slots=True)
class Saeule:
    """One bar of the small distribution, in units of its box of 100 × 32."""

    x: float
    breite: float
    hoehe: float
    #: within the target
    im_ziel: bool


def draw_all(u: ProzessUebersicht) -> dict[str, Diagramm]:
    """The charts that have something to show, by name."""
    charts = {}
    if u.leiter:
        charts["leiter"] = diagramme.draw_leiter(u, mit_titel=False)
    if u.klassen:
        charts["verteilung"] = diagramme.draw_verteilung(u, mit_titel=False)
    return charts


def draw_more(
    warten: Wartebild | None, offene: OffeneVorgaenge | None, trend: Verlauf | None, ziel: Ziel
) -> dict[str, Diagramm]:
    """Charts of causes, open Vorgänge and months, by name."""
    charts = {}
    if warten:
        charts["warten"] = diagramme.draw_warten(warten, mit_titel=False)
    if offene and len(offene.kurve) > 1:
        charts["offene"] = diagramme.draw_ueberleben(offene, ziel, mit_titel=False)
    if trend and len(trend.monate) > 1:
        charts["trend"] = diagramme.draw_verlauf(trend, mit_titel=False)
    return charts


def draw_vergleich(v: Vergleich, u: Unterschied) -> dict[str, Diagramm]:
    """Charts of a comparison, by name; none where too few Vorgänge stand on one side."""
    charts = {}
    if v.ist.mittel is not None and v.soll.mittel is not None:
        charts["vergleich"] = diagramme.draw_vergleich(v, mit_titel=False)
    if u.schritte:
        charts["beitraege"] = diagramme.draw_beitraege(u, mit_titel=False)
    return charts


def figur(diagramm: Diagramm) -> dict[str, Any]:
    """What ``Plotly.newPlot`` takes; title and subtitle stand in the page, where they wrap and can be read aloud."""
    layout = {name: value for name, value in diagramm.figur["layout"].items() if name != "title"}
    return {"data": diagramm.figur["data"], "layout": layout}


def saeulen(u: ProzessUebersicht) -> tuple[Saeule, ...]:
    """The distribution as bars of equal width."""
    largest = max((k.n for k in u.klassen), default=0)
    if not largest:
        return ()
    width = 100 / len(u.klassen)
    return tuple(
        Saeule(
            x=round(number * width, 2),
            breite=round(width * 0.86, 2),
            hoehe=round(32 * k.n / largest, 2),
            im_ziel=k.bis is not None and k.bis <= u.ziel.tage,
        )
        for number, k in enumerate(u.klassen)
    )


def klasse(tage: float) -> str:
    """Border of a class: „10“, „7,5“."""
    return formulierung.format_zahl(tage, 0 if tage == int(tage) else 1)
