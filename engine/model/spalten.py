"""Columns that every table shares: the surrogate key, the Mandant and the organisational unit."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from engine.db import Schluessel


class MitSchluessel:
    """Surrogate key ``id``."""

    id: Mapped[int] = mapped_column(Schluessel, primary_key=True, autoincrement=True)


class MitMandant:
    """Belongs to one Mandant and, inside it, to an organisational unit (None: to the whole Mandant)."""

    @declared_attr
    def mandant_id(cls) -> Mapped[int]:
        """Every query filters by it."""
        return mapped_column(Schluessel, ForeignKey("mandant.id"))

    @declared_attr
    def orga_einheit_id(cls) -> Mapped[int | None]:
        """The unit that is responsible."""
        return mapped_column(Schluessel, ForeignKey("orga_einheit.id"))
