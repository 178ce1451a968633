"""A decision model that cannot be used."""

from __future__ import annotations

from engine.dmn.befund import Befund
from engine.errors import Invalid


class DmnError(Invalid):
    """The file is no usable decision model; `befunde` says where and why."""

    def __init__(self, text: str, befunde: tuple[Befund, ...] = ()) -> None:
        super().__init__(text)
        self.befunde = befunde
