"""States written by earlier versions of the codec still load and run to their end exactly as then.

`zustaende/v<n>_*.json`: model, state and the moves that follow, each with what the code of that time made of it. They
are never written anew: a new version of the codec adds files of its own.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from engine import spiff
from engine.spiff import codec

ORDNER = Path(__file__).parent / "zustaende"
DATEIEN = sorted(ORDNER.glob("v*.json"))


def _tu(spiel: Any, zug: list[Any]) -> None:
    match zug:
        case ["erledige", element, zeit, eingaben]:
            spiel.erledige(element, now=datetime.fromisoformat(zeit), **eingaben)
        case ["loese_aus", element, zeit, eingaben]:
            spiel.loese_aus(element, now=datetime.fromisoformat(zeit), **eingaben)
        case ["warte", zeit]:
            spiel.warte(datetime.fromisoformat(zeit))
        case ["melde", element, ergebnis]:
            spiel.melde(element, **ergebnis)
        case ["melde_fehler", element, code]:
            spiel.melde_fehler(element, code)
        case _:
            raise AssertionError(zug)


@pytest.mark.parametrize("datei", DATEIEN, ids=lambda datei: datei.stem)
def test_a_vorgang_of_an_earlier_version_runs_to_its_end_as_it_would_have(datei, setze_fort):
    akte = orjson.loads(datei.read_bytes())
    modell = spiff.lade_modell(spiff.Quelle(akte["schluessel"], "p", tuple(x.encode() for x in akte["xml"])))
    spiel = setze_fort(modell, orjson.dumps(akte["zustand"]), akte["variablen"])
    assert [[b.token, b.element] for b in spiel.stand.bereit] == akte["bereit"]
    assert [[w.token, w.element, w.faellig_am and w.faellig_am.isoformat()] for w in spiel.stand.wartend] == akte[
        "wartend"
    ]
    for schritt in akte["zuege"]:
        _tu(spiel, schritt["zug"])
        faellig = {element: zeit.isoformat() for element, zeit in spiel.faellig.items()}
        ist = {"bereit": spiel.bereit, "passiert": spiel.passiert, "faellig": faellig}
        assert {**ist, "variablen": spiel.stand.variablen, "zug": schritt["zug"]} == schritt
    assert spiel.stand.beendet and spiel.stand.ende == akte["ende"]


def test_every_version_of_the_codec_has_frozen_states():
    assert set(range(1, codec.VERSION + 1)) == {int(datei.stem[1:].partition("_")[0]) for datei in DATEIEN}
