"""Who works here: Mandant, organisational units, Personen, Gruppen and the roles people hold."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Index, UniqueConstraint, and_, or_
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base, Schluessel
from engine.kalender import Kalender
from engine.model.spalten import MitMandant, MitSchluessel


class Mandant(MitSchluessel, Base):
    """One Jugendamt with its own calendar; data of two Mandanten never meet."""

    __tablename__ = "mandant"

    kennung: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    #: two letters, ISO 3166-2:DE
    land: Mapped[str]
    #: ISO dates of municipal holidays
    gemeindefeiertage: Mapped[list[Any]] = mapped_column(default=list)
    #: ISO dates on which the office is closed
    schliesstage: Mapped[list[Any]] = mapped_column(default=list)
    #: parameters of the office (domain parameter table); missing ones have the shipped default
    einstellungen: Mapped[dict[str, Any]] = mapped_column(default=dict)
    #: a training office: its Vorgänge are marked „Beispieldaten“
    schulung: Mapped[bool] = mapped_column(default=False)

    def kalender(self) -> Kalender:
        """Working-day calendar of the office."""
        return Kalender(
            land=self.land,
            feiertage=frozenset(date.fromisoformat(tag) for tag in self.gemeindefeiertage),
            schliesstage=frozenset(date.fromisoformat(tag) for tag in self.schliesstage),
        )


class OrgaEinheit(MitSchluessel, Base):
    """Organisational unit, e.g. „ASD Nord“; forms a tree."""

    __tablename__ = "orga_einheit"
    __table_args__ = (UniqueConstraint("mandant_id", "kennung"),)

    mandant_id: Mapped[int] = mapped_column(Schluessel, ForeignKey("mandant.id"))
    kennung: Mapped[str]
    name: Mapped[str]
    eltern_id: Mapped[int | None] = mapped_column(Schluessel, ForeignKey("orga_einheit.id"))


class Person(MitSchluessel, MitMandant, Base):
    """Somebody who can log in."""

    __tablename__ = "person"

    #: login name, unique over all Mandanten: nobody names an office to log in
    kennung: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    #: argon2 hash
    passwort_hash: Mapped[str]
    aktiv: Mapped[bool] = mapped_column(default=True)
    #: rises with each change of password or rights; a session with an older one ends
    sitzungs_nummer: Mapped[int] = mapped_column(default=1)
    #: where notices go; an address of the office
    email: Mapped[str | None]
    #: what she set for herself, see `engine.model.persoenlich.Persoenlich`
    einstellungen: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Gruppe(MitSchluessel, MitMandant, Base):
    """People who may take the same Aufgaben: a role in an organisational unit (a Gruppenkorb)."""

    __tablename__ = "gruppe"
    __table_args__ = (UniqueConstraint("mandant_id", "kennung"),)

    kennung: Mapped[str]
    name: Mapped[str]
    #: key of `engine.rechte.Rolle`
    rolle: Mapped[str]


class Mitgliedschaft(MitSchluessel, MitMandant, Base):
    """A Person belongs to a Gruppe and thereby holds its role, from – to."""

    __tablename__ = "mitgliedschaft"
    __table_args__ = (
        UniqueConstraint("person_id", "gruppe_id"),
        Index("ix_mitgliedschaft_gruppe", "gruppe_id"),
    )

    person_id: Mapped[int] = mapped_column(Schluessel, ForeignKey("person.id"))
    gruppe_id: Mapped[int] = mapped_column(Schluessel, ForeignKey("gruppe.id"))
    von: Mapped[datetime | None] = mapped_column(default=None)
    bis: Mapped[datetime | None] = mapped_column(default=None)

    @classmethod
    def gilt(cls, now: datetime) -> ColumnElement[bool]:
        """SQL condition: in force at ``now``."""
        return and_(or_(cls.von.is_(None), cls.von <= now), or_(cls.bis.is_(None), cls.bis > now))
