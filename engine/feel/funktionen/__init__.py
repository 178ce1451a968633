"""The built-in functions of FEEL, by the kind of value they work on."""

from engine.feel.funktionen import (
    bereiche,
    kontexte,
    listen,
    logik,
    statistik,
    texte,
    umwandeln,
    zahlen,
    zeiten,
)
from engine.feel.funktionen.register import EINGEBAUTE

__all__ = [
    "EINGEBAUTE",
    "bereiche",
    "kontexte",
    "listen",
    "logik",
    "statistik",
    "texte",
    "umwandeln",
    "zahlen",
    "zeiten",
]
