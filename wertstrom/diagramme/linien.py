"""Lines: months with their control chart, and the share of Vorgänge that is finished after so many days."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from wertstrom.diagramme.rahmen import HELL, Diagramm, Kopf, Palette, draw_ziel, finish
from wertstrom.formulierung import format_anteil, format_tage, format_zahl, format_ziel
from wertstrom.kennzahlen import Ziel
from wertstrom.offene import OffeneVorgaenge
from wertstrom.verlauf import Monat, Verlauf

_HOEHE_PX = 260


def draw_verlauf(verlauf: Verlauf, palette: Palette = HELL, *, mit_titel: bool = True) -> Diagramm:
    """Median per month of Beginn with the limits of usual variation (XmR); signals are marked and named.

    Months that are not final yet are hollow, and the line to them is dotted.
    """
    feste = [m for m in verlauf.monate if not m.vorlaeufig]
    signale = verlauf.karte.signale if verlauf.karte else {}
    figur = go.Figure()
    _draw_grenzen(figur, verlauf, palette)
    figur.add_scatter(
        x=[_monat(m) for m in verlauf.monate],
        y=[m.median for m in verlauf.monate],
        mode="lines+markers",
        line={"color": palette.faelle, "width": 2},
        marker={
            "size": [15 if n in signale else 10 for n in range(len(verlauf.monate))],
            "symbol": [_symbol(m, n in signale) for n, m in enumerate(verlauf.monate)],
            "color": palette.faelle,
            "line": {"color": palette.faelle, "width": 2},
        },
        hovertext=[_hover(m, verlauf, signale.get(n, "")) for n, m in enumerate(verlauf.monate)],
        hovertemplate="%{hovertext}<extra></extra>",
    )
    for stelle in signale:
        figur.add_annotation(x=_monat(feste[stelle]), y=feste[stelle].median, text="Signal", showarrow=False, yshift=16)
    figur.update_xaxes(type="category", title="Monat des Beginns", showgrid=False)
    figur.update_yaxes(title=f"Median in {verlauf.uhr}", rangemode="tozero")
    unter = (
        f"Median der Durchlaufzeit je Monat in {verlauf.uhr} · gestrichelt: übliche Schwankung (XmR) · hohl: vorläufig"
    )
    return finish(figur, Kopf(verlauf.befund, unter, (), mit_titel), palette, _HOEHE_PX)


def draw_ueberleben(
    offene: OffeneVorgaenge, ziel: Ziel, palette: Palette = HELL, *, mit_titel: bool = True
) -> Diagramm:
    """Share of Vorgänge that is finished after so many days, the open ones taken into account (Kaplan-Meier)."""
    punkte = ((0.0, 0.0), *offene.kurve)
    figur = go.Figure(
        go.Scatter(
            x=[tage for tage, _ in punkte],
            y=[anteil for _, anteil in punkte],
            mode="lines",
            line={"color": palette.bearbeitung, "width": 3, "shape": "hv"},
            hovertext=[
                f"bis {format_tage(tage, ziel.uhr)}: {format_anteil(anteil)}<br>"
                f"n = {format_zahl(offene.n)}, offene geschätzt<br>Quelle: gemessen"
                for tage, anteil in punkte
            ],
            hovertemplate="%{hovertext}<extra></extra>",
        )
    )
    draw_ziel(figur, ziel.tage, f"Ziel {format_ziel(ziel)}", palette)
    figur.update_xaxes(title=f"seit dem Eingang vergangen, in {ziel.uhr}", rangemode="tozero")
    figur.update_yaxes(title="davon fertig", tickformat=".0%", range=[0, 1.02])
    unter = f"Anteil fertiger Vorgänge nach Dauer, offene eingerechnet (Kaplan-Meier) · n = {format_zahl(offene.n)}"
    return finish(figur, Kopf(offene.befund, unter, (), mit_titel), palette, _HOEHE_PX)


def _draw_grenzen(figur: go.Figure, verlauf: Verlauf, palette: Palette) -> None:
    if verlauf.karte is None:
        return
    karte = verlauf.karte
    stil: dict[str, Any] = {"annotation_font_color": palette.leise}
    figur.add_hline(
        y=karte.mittel,
        line={"color": palette.leise, "width": 1},
        annotation_text=f"Mitte {format_tage(karte.mittel, verlauf.uhr)}",
        annotation_position="bottom right",
        **stil,
    )
    for grenze in (karte.unten, karte.oben):
        if grenze > 0:
            figur.add_hline(
                y=grenze,
                line={"color": palette.leise, "width": 1, "dash": "dash"},
                annotation_text=f"Grenze {format_tage(grenze, verlauf.uhr)}",
                annotation_position="top left" if grenze > karte.mittel else "bottom left",
                **stil,
            )


def _symbol(monat: Monat, ist_signal: bool) -> str:
    if monat.vorlaeufig:
        return "circle-open"
    return "diamond" if ist_signal else "circle"


def _monat(monat: Monat) -> str:
    return f"{monat.monat:02d}.{monat.jahr}"


def _hover(monat: Monat, verlauf: Verlauf, signal: str) -> str:
    teile = [_monat(monat), f"Median {format_tage(monat.median, verlauf.uhr)}", f"n = {format_zahl(monat.n)}"]
    teile += ["vorläufig"] * monat.vorlaeufig + [f"Signal: {signal}"] * bool(signal) + ["Quelle: gemessen"]
    return "<br>".join(teile)
