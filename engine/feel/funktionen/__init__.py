"""The built-in functions of FEEL, by the kind of value they work on."""

from engine.feel.funktionen import listen, logik, texte, zahlen
from engine.feel.funktionen.register import EINGEBAUTE

__all__ = ["EINGEBAUTE", "listen", "logik", "texte", "zahlen"]
