"""Charts of the value stream as Plotly figures: the only importer of plotly.

Owns layout and words on charts. No arithmetic but layout: every value comes ready from `uebersicht` or `vergleich`, and
has passed `schutz`. Names come from uploaded drawings, so they are escaped. Colours come from a `Palette`; waiting and
processing differ in hue and in pattern, so that print and colour-blind readers see them too.
"""

from __future__ import annotations

import html
import json
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from wertstrom.formulierung import format_anteil, format_tage, format_zahl, format_ziel
from wertstrom.kennzahlen import Uhr
from wertstrom.schutz import Klasse
from wertstrom.uebersicht import ProzessUebersicht, Stufe, find_groesste
from wertstrom.vergleich import Seite, Vergleich

_ZEILE_PX = 46
_ZIEL_PX = 40
_UNTEN_PX = 64
_NAME_ZEICHEN = 30
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
class _Teil:
    """One part of stacked bars."""

    feld: str
    name: str
    muster: str


_TEILE = (
    _Teil("liegezeit", "Liegezeit", ""),
    _Teil("extern", "Wartezeit extern", "/"),
    _Teil("bearbeitung", "Bearbeitung", "x"),
)


def draw_verteilung(uebersicht: ProzessUebersicht, palette: Palette = HELL, *, mit_titel: bool = True) -> Diagramm:
    """How many Vorgänge took how long, with the target as a labelled line. One bar per class, counts above."""
    klassen = uebersicht.klassen
    namen = [_klassenname(klasse) for klasse in klassen]
    figur = go.Figure(
        go.Bar(
            name="Vorgänge",
            x=list(range(len(klassen))),
            y=[klasse.n for klasse in klassen],
            text=[format_zahl(klasse.n) if klasse.n else "" for klasse in klassen],
            textposition="outside",
            cliponaxis=False,
            marker={"color": palette.faelle},
            hovertext=[
                f"{name} {uebersicht.uhr}<br>{format_zahl(klasse.n)} Vorgänge<br>Quelle: gemessen"
                for name, klasse in zip(namen, klassen, strict=True)
            ],
            hovertemplate="%{hovertext}<extra></extra>",
        )
    )
    figur.update_xaxes(
        tickvals=list(range(len(klassen))), ticktext=namen, title=f"Durchlaufzeit in {uebersicht.uhr}", showgrid=False
    )
    figur.update_yaxes(title="Vorgänge", rangemode="tozero")
    if klassen:
        _draw_ziel(figur, _place(klassen, uebersicht.ziel.tage), f"Ziel {format_ziel(uebersicht.ziel)}", palette)
    titel = uebersicht.befund if not uebersicht.anteil else _share_title(uebersicht)
    kopf = _Kopf(titel, _untertitel("Durchlaufzeit", uebersicht), (), mit_titel)
    return _finish(figur, kopf, palette, 260)


def draw_leiter(uebersicht: ProzessUebersicht, palette: Palette = HELL, *, mit_titel: bool = True) -> Diagramm:
    """Mean days per Vorgang and step, in the order of the process; all bars together are the mean Durchlaufzeit."""
    stufen = uebersicht.leiter
    figur = _stacked([stufe.name for stufe in stufen], stufen, uebersicht.uhr, palette)
    groesste = find_groesste(stufen)
    titel = (
        f"Vor „{groesste.name}“ liegen Vorgänge {format_tage(groesste.liegezeit, uebersicht.uhr)}"
        if groesste
        else uebersicht.befund
    )
    untertitel = _untertitel("Mittel je Vorgang auf dem kritischen Pfad", uebersicht)
    return _finish(figur, _Kopf(titel, untertitel, _TEILE, mit_titel), palette, _ZEILE_PX * max(len(stufen), 2))


def draw_vergleich(vergleich: Vergleich, palette: Palette = HELL, *, mit_titel: bool = True) -> Diagramm:
    """Both processes as stacked bars of mean days per Vorgang, with the target line."""
    seiten = [seite for seite in (vergleich.ist, vergleich.soll) if seite.mittel is not None]
    namen = [f"{seite.titel} (n = {format_zahl(seite.n)}, {format_zahl(seite.offen)} offen)" for seite in seiten]
    figur = _stacked(namen, seiten, vergleich.uhr, palette)
    if seiten:
        _draw_ziel(figur, vergleich.ziel.tage, f"Ziel {format_ziel(vergleich.ziel)}", palette)
    untertitel = f"Mittlere Durchlaufzeit in {vergleich.uhr}, abgeschlossene Vorgänge · kein Wirkungsnachweis"
    return _finish(figur, _Kopf(vergleich.befund, untertitel, _TEILE, mit_titel), palette, 3 * _ZEILE_PX)


def _stacked(namen: Sequence[str], zeilen: Sequence[Stufe | Seite], uhr: Uhr, palette: Palette) -> go.Figure:
    achse = [_lines(name, _NAME_ZEICHEN) for name in namen]
    figur = go.Figure()
    for teil in _TEILE:
        werte = [getattr(zeile, teil.feld) for zeile in zeilen]
        figur.add_bar(
            name=teil.name,
            orientation="h",
            y=list(range(len(achse))),
            x=werte,
            marker={
                "color": getattr(palette, teil.feld),
                "pattern": {
                    "shape": teil.muster,
                    "fillmode": "overlay",
                    "fgcolor": palette.flaeche,
                    "size": 7,
                    "solidity": 0.2,
                },
            },
            hovertext=[_hover(name, teil.name, wert, uhr) for name, wert in zip(namen, werte, strict=True)],
            hovertemplate="%{hovertext}<extra></extra>",
        )
    for stelle, zeile in enumerate(zeilen):
        summe = zeile.summe if isinstance(zeile, Stufe) else zeile.mittel
        figur.add_annotation(
            x=summe,
            y=stelle,
            text=format_tage(summe, uhr),
            showarrow=False,
            xanchor="left",
            xshift=6,
            font_color=palette.text,
        )
    figur.update_layout(barmode="stack")
    figur.update_xaxes(title=f"Mittel je Vorgang in {uhr}", rangemode="tozero")
    # Positions, not names: two steps may bear the same name.
    figur.update_yaxes(autorange="reversed", showgrid=False, tickvals=list(range(len(achse))), ticktext=achse)
    return figur


def _draw_ziel(figur: go.Figure, stelle: float, text: str, palette: Palette) -> None:
    figur.add_vline(
        x=stelle,
        line={"color": palette.ziel, "width": 2, "dash": "dash"},
        annotation={"text": text, "font": {"color": palette.ziel}, "yanchor": "bottom", "xanchor": "center"},
        annotation_position="top",
    )


@dataclass(frozen=True, slots=True)
class _Kopf:
    """What stands above a chart."""

    titel: str
    untertitel: str
    teile: tuple[_Teil, ...]
    sichtbar: bool


def _finish(figur: go.Figure, kopf: _Kopf, palette: Palette, hoehe: int) -> Diagramm:
    """Title, the names of the parts in their colours instead of a legend, and room for both."""
    oben = _ZIEL_PX
    if kopf.sichtbar:
        farben = " ".join(
            f'<span style="color:{getattr(palette, teil.feld)}">■ {teil.name}</span>' for teil in kopf.teile
        )
        titel, unter = _lines(kopf.titel, _TITEL_ZEICHEN), _lines(kopf.untertitel, _UNTERTITEL_ZEICHEN)
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


def _share_title(uebersicht: ProzessUebersicht) -> str:
    assert uebersicht.anteil is not None
    return f"{format_anteil(uebersicht.anteil.anteil)} der Vorgänge sind nach {format_ziel(uebersicht.ziel)} fertig"


def _untertitel(mass: str, uebersicht: ProzessUebersicht) -> str:
    bestand = uebersicht.bestand
    teile = [
        f"{mass} in {uebersicht.uhr}",
        f"n = {format_zahl(bestand.abgeschlossen)}",
        f"{format_zahl(bestand.offen)} noch offen",
        uebersicht.zeitraum,
        *(["Beispieldaten"] if bestand.beispiel else []),
    ]
    return " · ".join(teile)


def _klassenname(klasse: Klasse) -> str:
    von, bis = (format_zahl(tage, 0 if tage == int(tage) else 1) for tage in (klasse.von, klasse.bis or 0.0))
    if klasse.bis is None:
        return f"über {von}"
    return f"bis {bis}" if klasse.von == 0 else f"{von}–{bis}"


def _place(klassen: Sequence[Klasse], tage: float) -> float:
    """Where a number of days lies between the bars, which stand at 0, 1, 2 … whatever their width in days."""
    for nummer, klasse in enumerate(klassen):
        if klasse.bis is None or tage <= klasse.bis:
            anteil = 0.5 if klasse.bis is None else (tage - klasse.von) / (klasse.bis - klasse.von)
            return nummer - 0.5 + min(max(anteil, 0.0), 1.0)
    return len(klassen) - 0.5


def _hover(name: str, teil: str, wert: float | None, uhr: Uhr) -> str:
    return f"{_lines(name, _NAME_ZEICHEN)}<br>{teil}: {format_tage(wert, uhr)}<br>Quelle: gemessen"


def _lines(text: str, breite: int) -> str:
    """Wrapped, with everything that Plotly could take for markup made harmless."""
    return "<br>".join(html.escape(zeile, quote=False) for zeile in textwrap.wrap(text, breite)) or "–"
