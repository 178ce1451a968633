"""What somebody draws in the browser and has not saved as a version yet: kept for her, for a while."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base, Schluessel
from engine.model.spalten import MitMandant, MitSchluessel


class Zeichnungsentwurf(MitSchluessel, MitMandant, Base):
    """The unsaved drawing of one person for one process; deleted when it becomes a version, or after 30 days."""

    __tablename__ = "zeichnungsentwurf"
    __table_args__ = (UniqueConstraint("prozess_id", "person_id"),)

    prozess_id: Mapped[int] = mapped_column(Schluessel, ForeignKey("prozess.id"))
    person_id: Mapped[int] = mapped_column(Schluessel, ForeignKey("person.id"))
    #: number of the version from which it began
    nummer: Mapped[int]
    #: as the editor sent it, UTF-8; checked when it is saved as a version
    xml: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    #: settings that were changed beside the drawing: element -> keys of `commands.einrichtung.FELDER`
    angaben: Mapped[dict[str, Any]] = mapped_column(default=dict)
    #: counts the saves: an old window does not overwrite a newer one
    stand: Mapped[int] = mapped_column(default=1)
    gespeichert_am: Mapped[datetime]
