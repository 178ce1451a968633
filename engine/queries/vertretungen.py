"""Who acts for whom: what concerns a person, and what a lead has to know of her team."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, aliased

from engine.kalender import lokales_datum
from engine.model import Gruppe, Mitgliedschaft, Person, Prozess, Vertretung
from engine.model.mitglieder import kandidaten, mitglieder
from engine.rechte import Akteur, Recht

#: what ended is shown so long, so that both can look it up
_TAGE_DANACH = 30


@dataclass(frozen=True, slots=True)
class VertretungSicht:
    """One Vertretung as its page shows it."""

    vertretung_id: int
    vertretene_id: int
    vertretene: str
    vertreter_id: int
    vertreter: str
    #: None: all processes
    prozess: str | None
    von: datetime
    #: first instant after it
    bis: datetime
    vorzeitig_beendet: bool
    #: whether the Akteur may end it
    beendbar: bool

    @property
    def letzter_tag(self) -> date:
        """The last local day."""
        return lokales_datum(self.bis - timedelta(microseconds=1))

    def gilt(self, now: datetime) -> bool:
        """In force at this moment."""
        return self.von <= now < self.bis


def vertretungen(session: Session, akteur: Akteur, *, now: datetime) -> tuple[VertretungSicht, ...]:
    """Those in which the Akteur stands in or is stood in for, and those of the teams she leads; the next first."""
    akteur.require(Recht.ARBEITSKORB)
    hers, other = aliased(Person), aliased(Person)
    team = _team(akteur, now)
    rows = session.execute(
        select(Vertretung, hers.name, other.name, Prozess.name, Vertretung.vertretene_id.in_(team))
        .join(hers, hers.id == Vertretung.vertretene_id)
        .join(other, other.id == Vertretung.vertreter_id)
        .outerjoin(Prozess, Prozess.id == Vertretung.prozess_id)
        .where(
            Vertretung.mandant_id == akteur.mandant_id,
            Vertretung.bis > now - timedelta(days=_TAGE_DANACH),
            or_(
                Vertretung.vertretene_id == akteur.person_id,
                Vertretung.vertreter_id == akteur.person_id,
                Vertretung.vertretene_id.in_(team),
            ),
        )
        .order_by(Vertretung.von, Vertretung.id)
    )
    return tuple(
        VertretungSicht(
            vertretung_id=row.id,
            vertretene_id=row.vertretene_id,
            vertretene=name,
            vertreter_id=row.vertreter_id,
            vertreter=deputy,
            prozess=process,
            von=row.von,
            bis=row.bis,
            vorzeitig_beendet=row.beendet_von is not None,
            beendbar=row.bis > now and (leads or akteur.person_id in (row.vertretene_id, row.vertreter_id)),
        )
        for row, name, deputy, process, leads in rows
    )


def vertretbare(session: Session, akteur: Akteur, *, now: datetime) -> tuple[tuple[int, str], ...]:
    """For whom the Akteur may set a Vertretung, as (id, name): herself first, then the members of the led teams."""
    akteur.require(Recht.ARBEITSKORB)
    led = _led_groups(akteur)
    groups = list(session.execute(led).scalars()) if akteur.darf(Recht.TEAM_LEITEN) else []
    others = [m for m in mitglieder(session, groups, now) if m[0] != akteur.person_id] if groups else []
    return ((akteur.person_id, akteur.name), *others)


def kandidaten_for(session: Session, akteur: Akteur, person_id: int, *, now: datetime) -> tuple[tuple[int, str], ...]:
    """Who may stand in for a person for whom the Akteur may set it; empty for anybody else."""
    if person_id not in dict(vertretbare(session, akteur, now=now)):
        return ()
    return kandidaten(session, session.get_one(Person, person_id), now)


def prozesse(session: Session, akteur: Akteur) -> tuple[tuple[int, str], ...]:
    """Processes of the office as (id, name), by name."""
    rows = session.execute(
        select(Prozess.id, Prozess.name).where(Prozess.mandant_id == akteur.mandant_id).order_by(Prozess.name)
    )
    return tuple((row[0], row[1]) for row in rows)


def _led_groups(akteur: Akteur) -> Select[int]:
    return select(Gruppe.id).where(Gruppe.orga_einheit_id.in_(akteur.einheiten))


def _team(akteur: Akteur, now: datetime) -> Select[int]:
    groups = _led_groups(akteur) if akteur.darf(Recht.TEAM_LEITEN) else select(Gruppe.id).where(Gruppe.id.is_(None))
    return select(Mitgliedschaft.person_id).where(Mitgliedschaft.gruppe_id.in_(groups), Mitgliedschaft.gilt(now))
