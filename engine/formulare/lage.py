"""How a form looks with what was typed so far: which inputs are hidden, what is computed, what tables show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.formulare.anzeige import format_wert
from engine.formulare.felder import FeldTyp, Json
from engine.formulare.formular import Formular
from engine.formulare.lesung import Lesung


@dataclass(frozen=True, slots=True)
class Lage:
    """What a page shows beside the inputs."""

    #: input names
    verborgen: frozenset[str]
    #: input name -> text
    berechnet: dict[str, str]
    #: rows of each `Formular.tabellen`, cells as text
    tabellen: tuple[tuple[tuple[str, ...], ...], ...]


def lage_of(formular: Formular, eingaben: Mapping[str, Sequence[str]], *, bekannt: Mapping[str, Json]) -> Lage:
    """The look of a form with these inputs; ``bekannt`` are the steering data (S0) of the Vorgang."""
    lesung = Lesung(formular, eingaben, bekannt)
    werte = lesung.werte()
    berechnet = {f.key: format_wert(f, werte.get(f.key)) for f in formular.felder if f.ausdruck is not None}
    for liste in (feld for feld in formular.felder if feld.typ is FeldTyp.LISTE):
        for nummer, zeile in zip(lesung.row_numbers(liste), werte.get(liste.key) or (), strict=False):
            for spalte in liste.felder:
                if spalte.typ is FeldTyp.AUSDRUCK:
                    berechnet[f"{liste.key}.{nummer}.{spalte.key}"] = format_wert(spalte, zeile.get(spalte.key))
    rows = zip(formular.tabellen, lesung.tabellen(werte), strict=True)
    return Lage(
        verborgen=lesung.verborgen,
        berechnet=berechnet,
        tabellen=tuple(
            tuple(tuple(_cell(zeile.get(key)) for key, _ in tabelle.spalten) for zeile in zeilen)
            for tabelle, zeilen in rows
        ),
    )


def _cell(wert: Json) -> str:
    if isinstance(wert, bool):
        return "ja" if wert else "nein"
    if isinstance(wert, float):
        return str(wert).replace(".", ",")
    return "–" if wert in (None, "") or isinstance(wert, dict | list) else str(wert)
