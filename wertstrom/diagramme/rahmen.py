"""What all charts share: palette, frame, title, target line, and texts that Plotly cannot take for markup.

No arithmetic but layout. Names come from uploaded drawings, so they are escaped. Colours come from a `Palette`.
"""

from __future__ import annotations

import html
import json
import textwrap
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from wertstrom.formulierung import format_zahl
from wertstrom.uebersicht import ProzessUebersicht

NAME_ZEICHEN = 30
_ZIEL_PX = 40
_UNTEN_PX = 64
_TITEL_ZEICHEN = 90
_UNTERTITEL_ZEICHEN = 110


@dataclass(frozen=True, slots=True)
class Palette:
    """CSS colours (values of design tokens, not their names) and the font of one appearance."""

    text: str = "#171a2b"
    leise: str = "#565a6e"
    flaeche: str = "#ffffff"
    raster: str = "#d9dbe3"
    liegezeit: str = "#b85c0e"
    extern: str = "#7a68ad"
    bearbeitung: str = "#1a5fa8"
    buendelung: str = "#0f7b6c"
    dienstfrei: str = "#767b8c"
    faelle: str = "#3d6d8f"
    ziel: str = "#171a2b"
    schrift: str = "Fira Sans, Arial, sans-serif"


HELL = Palette()
DUNKEL = Palette(
    text="#f2f3f8",
    leise="#b9bdcc",
    flaeche="#14161f",
    raster="#3a3e4d",
    liegezeit="#f0a35e",
    extern="#b8a8ea",
    bearbeitung="#7db4f0",
    buendelung="#5cc9b5",
    dienstfrei="#9aa0b4",
    faelle="#8fbbd9",
    ziel="#f2f3f8",
)


@dataclass(frozen=True, slots=True)
class Diagramm:
    """A chart: `figur` is JSON for ``Plotly.newPlot``; title and subtitle also as plain text.

    `teile` names the stacked parts in their order; a page that draws the title itself draws their legend as well.
    """

    titel: str
    untertitel: str
    teile: tuple[str, ...]
    figur: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Teil:
    """One part of stacked bars."""

    feld: str
    name: str
    muster: str


@dataclass(frozen=True, slots=True)
class Kopf:
    """What stands above a chart."""

    titel: str
    untertitel: str
    teile: tuple[Teil, ...]
    sichtbar: bool


def finish(figur: go.Figure, kopf: Kopf, palette: Palette, hoehe: int) -> Diagramm:
    """Title, the names of the parts in their colours instead of a legend, and room for both."""
    oben = _ZIEL_PX
    if kopf.sichtbar:
        farben = " ".join(
            f'<span style="color:{getattr(palette, teil.feld)}">■ {teil.name}</span>' for teil in kopf.teile
        )
        titel, unter = lines(kopf.titel, _TITEL_ZEICHEN), lines(kopf.untertitel, _UNTERTITEL_ZEICHEN)
        unter = f"{unter}<br>{farben}" if farben else unter
        figur.update_layout(title={"text": titel, "subtitle": {"text": unter}})
        oben += 24 * (1 + titel.count("<br>")) + 20 * (1 + unter.count("<br>"))
    figur.update_layout(template=_template(palette, oben), height=oben + hoehe + _UNTEN_PX)
    for update in (figur.update_xaxes, figur.update_yaxes):  # the template does not carry these two over
        update(automargin=True, title={"font": {"size": 14, "color": palette.leise}, "standoff": 12})
    namen = tuple(teil.name for teil in kopf.teile)
    return Diagramm(kopf.titel, kopf.untertitel, namen, json.loads(figur.to_json()))


def _template(palette: Palette, oben: int) -> go.layout.Template:
    achse = {
        "gridcolor": palette.raster,
        "linecolor": palette.leise,
        "zerolinecolor": palette.leise,
        "fixedrange": True,
    }
    return go.layout.Template(
        layout={
            "font": {"family": palette.schrift, "size": 15, "color": palette.text},
            "paper_bgcolor": palette.flaeche,
            "plot_bgcolor": palette.flaeche,
            "separators": ",.",
            "showlegend": False,
            "bargap": 0.25,
            "margin": {"l": 16, "r": 72, "t": oben, "b": _UNTEN_PX},
            "xaxis": achse,
            "yaxis": achse,
            "hoverlabel": {"bgcolor": palette.flaeche, "font": {"color": palette.text}, "align": "left"},
            "title": {
                "x": 0,
                "xref": "container",
                "xanchor": "left",
                "y": 1,
                "yref": "container",
                "yanchor": "top",
                "pad": {"l": 16, "t": 12},
                "font": {"size": 18, "color": palette.text},
                "subtitle": {"font": {"size": 14, "color": palette.leise}},
            },
        }
    )


def draw_ziel(figur: go.Figure, stelle: float, text: str, palette: Palette) -> None:
    """The target as a labelled dashed line."""
    figur.add_vline(
        x=stelle,
        line={"color": palette.ziel, "width": 2, "dash": "dash"},
        annotation={"text": text, "font": {"color": palette.ziel}, "yanchor": "bottom", "xanchor": "center"},
        annotation_position="top",
    )


def describe(mass: str, uebersicht: ProzessUebersicht) -> str:
    """Measure, clock, n, open ones and period, as a subtitle."""
    bestand = uebersicht.bestand
    teile = [
        f"{mass} in {uebersicht.uhr}",
        f"n = {format_zahl(bestand.abgeschlossen)}",
        f"{format_zahl(bestand.offen)} noch offen",
        uebersicht.zeitraum,
        *(["Beispieldaten"] if bestand.beispiel else []),
    ]
    return " · ".join(teile)


def lines(text: str, breite: int) -> str:
    """Wrapped, with everything that Plotly could take for markup made harmless."""
    return "<br>".join(html.escape(zeile, quote=False) for zeile in textwrap.wrap(text, breite)) or "–"
