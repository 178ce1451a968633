"""Charts of the value stream as Plotly figures: the only importer of plotly.

Owns layout and words on charts. No arithmetic but layout: every value comes ready from the modules that measure, and
has passed `schutz`. Waiting and processing differ in hue and in pattern, so that print and colour-blind readers see
them too.
"""

from wertstrom.diagramme.balken import draw_beitraege, draw_leiter, draw_vergleich, draw_verteilung, draw_warten
from wertstrom.diagramme.linien import draw_ueberleben, draw_verlauf
from wertstrom.diagramme.rahmen import DUNKEL, HELL, Diagramm, Palette

__all__ = [
    "DUNKEL",
    "HELL",
    "Diagramm",
    "Palette",
    "draw_beitraege",
    "draw_leiter",
    "draw_ueberleben",
    "draw_vergleich",
    "draw_verlauf",
    "draw_verteilung",
    "draw_warten",
]
