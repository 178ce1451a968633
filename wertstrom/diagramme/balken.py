"""Bars: the ladder of a process, its distribution, causes of waiting, two processes beside each other."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from wertstrom.diagramme.rahmen import (
    HELL,
    NAME_ZEICHEN,
    Diagramm,
    Kopf,
    Palette,
    Teil,
    describe,
    draw_ziel,
    finish,
    lines,
)
from wertstrom.formulierung import format_anteil, format_tage, format_zahl, format_ziel
from wertstrom.kennzahlen import Uhr
from wertstrom.schutz import Klasse
from wertstrom.uebersicht import ProzessUebersicht, Stufe, find_groesste
from wertstrom.unterschied import Schrittbeitrag, Unterschied
from wertstrom.vergleich import Seite, Vergleich
from wertstrom.warten import Wartebild, Wartezeile

_ZEILE_PX = 46
#: steps that a chart of differences shows one by one
_BEITRAEGE = 12

_TEILE = (
    Teil("liegezeit", "Liegezeit", ""),
    Teil("extern", "Wartezeit extern", "/"),
    Teil("bearbeitung", "Bearbeitung", "x"),
)
_URSACHEN = (
    Teil("extern", "auf Externe", "/"),
    Teil("buendelung", "auf Termine in Serien", "x"),
    Teil("liegezeit", "sonst im Korb", ""),
    Teil("dienstfrei", "dienstfrei", "."),
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
        draw_ziel(figur, _place(klassen, uebersicht.ziel.tage), f"Ziel {format_ziel(uebersicht.ziel)}", palette)
    titel = uebersicht.befund if not uebersicht.anteil else _share_title(uebersicht)
    kopf = Kopf(titel, describe("Durchlaufzeit", uebersicht), (), mit_titel)
    return finish(figur, kopf, palette, 260)


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
    untertitel = describe("Mittel je Vorgang auf dem kritischen Pfad", uebersicht)
    return finish(figur, Kopf(titel, untertitel, _TEILE, mit_titel), palette, _ZEILE_PX * max(len(stufen), 2))


def draw_vergleich(vergleich: Vergleich, palette: Palette = HELL, *, mit_titel: bool = True) -> Diagramm:
    """Both processes as stacked bars of mean days per Vorgang, with the target line."""
    seiten = [seite for seite in (vergleich.ist, vergleich.soll) if seite.mittel is not None]
    namen = [f"{seite.titel} (n = {format_zahl(seite.n)}, {format_zahl(seite.offen)} offen)" for seite in seiten]
    figur = _stacked(namen, seiten, vergleich.uhr, palette)
    if seiten:
        draw_ziel(figur, vergleich.ziel.tage, f"Ziel {format_ziel(vergleich.ziel)}", palette)
    untertitel = f"Mittlere Durchlaufzeit in {vergleich.uhr}, abgeschlossene Vorgänge · kein Wirkungsnachweis"
    return finish(figur, Kopf(vergleich.befund, untertitel, _TEILE, mit_titel), palette, 3 * _ZEILE_PX)


def draw_warten(bild: Wartebild, palette: Palette = HELL, *, mit_titel: bool = True) -> Diagramm:
    """Mean waiting per Vorgang and step by cause, in calendar days; nights and weekends stand apart."""
    figur = _stacked([zeile.name for zeile in bild.zeilen], bild.zeilen, Uhr.KT, palette, _URSACHEN)
    figur.update_xaxes(title="Mittel je Vorgang in KT")
    unter = "Warten je Vorgang und Schritt nach Ursache, ohne Personen · KT (verstrichene Zeit) · Quelle: gemessen"
    return finish(figur, Kopf(bild.befund, unter, _URSACHEN, mit_titel), palette, _ZEILE_PX * max(len(bild.zeilen), 2))


def draw_beitraege(u: Unterschied, palette: Palette = HELL, *, mit_titel: bool = True) -> Diagramm:
    """What each step adds to the difference of two selections: to the left shorter, to the right longer."""
    schritte = _largest(u.schritte)
    achse = [lines(schritt.name, NAME_ZEICHEN) for schritt in schritte]
    worte = [_signed(schritt.differenz, u.uhr) for schritt in schritte]
    figur = go.Figure(
        go.Bar(
            orientation="h",
            y=list(range(len(achse))),
            x=[schritt.differenz for schritt in schritte],
            marker={"color": [palette.bearbeitung if s.differenz < 0 else palette.liegezeit for s in schritte]},
            text=worte,
            textposition="outside",
            cliponaxis=False,
            hovertext=[
                f"{name}<br>{wort} je Vorgang<br>Quelle: gemessen" for name, wort in zip(achse, worte, strict=True)
            ],
            hovertemplate="%{hovertext}<extra></extra>",
        )
    )
    weite = 1.35 * max((abs(schritt.differenz) for schritt in schritte), default=1.0) or 1.0
    figur.update_xaxes(title=f"Unterschied je Vorgang in {u.uhr}", range=[-weite, weite], zeroline=True)
    figur.update_yaxes(autorange="reversed", showgrid=False, tickvals=list(range(len(achse))), ticktext=achse)
    unter = f"Mittel je Vorgang in {u.uhr}; alle zusammen sind der Unterschied der Mittel · kein Wirkungsnachweis"
    return finish(figur, Kopf(u.befund, unter, (), mit_titel), palette, _ZEILE_PX * max(len(schritte), 2))


def _largest(schritte: Sequence[Schrittbeitrag]) -> list[Schrittbeitrag]:
    """The first ones, and all others together, so that the bars still add up."""
    rest = schritte[_BEITRAEGE:]
    if len(rest) < 2:
        return list(schritte)
    zusammen = Schrittbeitrag("Alle übrigen zusammen", sum(s.ist for s in rest), sum(s.soll for s in rest))
    return [*schritte[:_BEITRAEGE], zusammen]


def _signed(tage: float, uhr: Uhr) -> str:
    return f"{'+' if tage > 0 else ''}{format_tage(tage, uhr)}"


def _stacked(
    namen: Sequence[str],
    zeilen: Sequence[Stufe | Seite | Wartezeile],
    uhr: Uhr,
    palette: Palette,
    teile: Sequence[Teil] = _TEILE,
) -> go.Figure:
    achse = [lines(name, NAME_ZEICHEN) for name in namen]
    figur = go.Figure()
    for teil in teile:
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
        summe = zeile.mittel if isinstance(zeile, Seite) else zeile.summe
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


def _share_title(uebersicht: ProzessUebersicht) -> str:
    assert uebersicht.anteil is not None
    return f"{format_anteil(uebersicht.anteil.anteil)} der Vorgänge sind nach {format_ziel(uebersicht.ziel)} fertig"


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
    return f"{lines(name, NAME_ZEICHEN)}<br>{teil}: {format_tage(wert, uhr)}<br>Quelle: gemessen"
