"""``hilfefluss wertstrom warten``: why Vorgänge wait, by step and cause, and how old the open ones are.

Owns arguments and output. Computes nothing: every number comes from `wertstrom`.
"""

from __future__ import annotations

import dataclasses

import click

from web.cli.protokoll import Geladen, protokoll_options, write_json
from wertstrom import offene, warten
from wertstrom.formulierung import format_tage, format_zahl
from wertstrom.warten import Wartezeile


@click.command(name="warten")
@protokoll_options
def show_warten(geladen: Geladen, als_json: bool) -> None:
    """Warten je Schritt nach Ursache (extern, Serien, Korb, dienstfrei) und das Alter der offenen Vorgänge.

    Ohne Personen: Wer mit was beschäftigt war, wird nicht gefragt. Mittel je Vorgang in Kalendertagen (KT).
    """
    speicher, auswahl, schwellen = geladen.speicher, geladen.auswahl, geladen.schwellen
    bild = warten.explain_warten(speicher, auswahl, schwellen=schwellen)
    rest = offene.look_at_offene(speicher, auswahl, geladen.ziel, geladen.jetzt_us, schwellen)
    if als_json:
        write_json(
            {
                "warten": dataclasses.asdict(bild) if bild else None,
                "offene": dataclasses.asdict(rest) if rest else None,
            }
        )
        return
    zeilen = [bild.befund, *map(_line, bild.zeilen)] if bild else ["Kein Warten, das gezeigt werden darf."]
    if bild:
        zeilen += [f"In Serien: {name}, {format_zahl(n, 1)} Vorgänge je Serie" for name, n in bild.serien.items()]
    if rest:
        zeilen += ["", rest.befund, *(f"  {k.name}: {format_zahl(k.n)}" for k in rest.klassen)]
    click.echo("\n".join(zeilen))


def _line(zeile: Wartezeile) -> str:
    teile = {
        "extern": zeile.extern,
        "in Serien": zeile.buendelung,
        "im Korb": zeile.liegezeit,
        "dienstfrei": zeile.dienstfrei,
    }
    worte = ", ".join(f"{wort} {format_tage(zeit, 'KT')}" for wort, zeit in teile.items() if zeit)
    return f"  {zeile.name}: {format_tage(zeile.summe, 'KT')} ({worte})"
