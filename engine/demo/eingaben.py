"""Fills forms with neutral invented values („Beispielanlass A“): no stories, no names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from random import Random

from engine.formulare import Feld, FeldTyp
from engine.kalender import Kalender, lokales_datum
from engine.model import Prozessversion
from engine.model.formular import formular_of
from engine.model.wahl import wahlen_of

Gewichte = Mapping[str, Mapping[str, float]]


def answer(
    version: Prozessversion, element: str, gewichte: Gewichte, zufall: Random, kalender: Kalender, moment: datetime
) -> dict[str, Sequence[str]]:
    """Inputs for the form and the decisions of one step, as a browser would send them."""
    given: dict[str, Sequence[str]] = {}
    for feld in formular_of(version, element).felder:
        for name, teil in _inputs(feld, zufall):
            key = f"{feld.key}.{teil.key}" if feld.felder else feld.key
            given[name] = _values(teil, gewichte.get(key), zufall, kalender, moment)
    for wahl in wahlen_of(version, element):
        options = [value for value, _ in wahl.optionen]
        given[wahl.feld] = [_choose(options, gewichte.get(wahl.feld), zufall)]
    return given


def _inputs(feld: Feld, zufall: Random) -> Iterator[tuple[str, Feld]]:
    """Names of inputs with their fields; of a list those of one to three rows."""
    if feld.felder:
        rows = zufall.choice((1, 1, 2, 2, 3))
        yield from ((f"{feld.key}.{n}.{s.key}", s) for n in range(rows) for s in feld.felder if s.ist_eingabe)
    elif feld.ist_eingabe and feld.typ is not FeldTyp.DATEI:
        yield feld.key, feld


def _values(
    feld: Feld, weights: Mapping[str, float] | None, zufall: Random, kalender: Kalender, moment: datetime
) -> Sequence[str]:
    if feld.optionen:
        return [_choose([option.eingabe for option in feld.optionen], weights, zufall)]
    if feld.typ is FeldTyp.KONTROLLKASTEN:
        return ["true"] if feld.pflicht or _choose(["true", "false"], weights, zufall) == "true" else []
    if feld.typ is FeldTyp.ZAHL:
        return [_number(feld, weights, zufall)]
    today = lokales_datum(moment)
    if feld.typ is FeldTyp.DATUM:
        # What has happened („…_am“) happened today; everything else is planned.
        day = today if feld.key.endswith("_am") else kalender.frist_at(today, zufall.randint(1, 10))
        return [day.isoformat()]
    if feld.typ is FeldTyp.ZEITPUNKT:
        return [f"{today.isoformat()}T10:00"]
    if feld.typ is FeldTyp.UHRZEIT:
        return ["10:00"]
    return [_text(feld, zufall)]


def _choose(options: Sequence[str], weights: Mapping[str, float] | None, zufall: Random) -> str:
    if not weights:
        return zufall.choice(options)
    return zufall.choices(options, [weights.get(option, 0.0) for option in options])[0]


def _number(feld: Feld, weights: Mapping[str, float] | None, zufall: Random) -> str:
    if weights:
        return zufall.choices(list(weights), list(weights.values()))[0]
    low = int(feld.min) if feld.min is not None else 1
    high = int(feld.max) if feld.max is not None else max(low + 10, 1000)
    return str(zufall.randint(low, min(high, low + 2000)))


def _text(feld: Feld, zufall: Random) -> str:
    text = f"Beispielangabe {zufall.choice('ABCDEFGH')}"
    return text.ljust(feld.min_laenge or 0, ".")[: feld.max_laenge or 200]
