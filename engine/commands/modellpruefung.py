"""Checks a drawing together with everything set up beside it, and writes what came out into a version."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import dienste, errors, pruefstand
from engine.bpmn.ergebnis import Befund, GeprueftesModell, Pruefergebnis, Status, schritt_to_json
from engine.commands.beilagen import Beilagen
from engine.model import Prozess, Prozessversion, Zugangsschluessel
from engine.rechte import Akteur


class ModellAbgelehnt(errors.Invalid):
    """Hochladen nicht möglich: Die Datei enthält kein Modell, das laufen kann. Die Befunde nennen Grund und Abhilfe."""

    def __init__(self, ergebnis: Pruefergebnis) -> None:
        super().__init__()
        self.befunde: tuple[Befund, ...] = ergebnis.befunde


@dataclass(frozen=True, slots=True)
class Pruefauftrag:
    """A drawing and everything that decides how it is read, as the database has it at this moment."""

    dateiname: str
    inhalt: bytes
    teile: Beilagen
    bekannte_prozesse: frozenset[str]
    themen: frozenset[str]

    def run(self) -> Pruefergebnis:
        """The result; needs no database. Raises `beilagen.EntscheidungAbgelehnt`."""
        self.teile.check()
        return pruefstand.pruefe(
            self.inhalt,
            self.dateiname,
            bekannte_prozesse=self.bekannte_prozesse,
            variablen=self.teile.variablen(),
            entscheidungen=self.teile.ausgaben(),
            zuordnung=self.teile.zuordnung,
            dienste=frozenset(dienste.DIENSTE),
            themen=self.themen,
            bedingungen=self.teile.bedingungen,
            aufrufe=self.teile.aufrufe,
            ereignisse=self.teile.ereignisse,
        )


def check_modell(session: Session, akteur: Akteur, *, dateiname: str, inhalt: bytes, teile: Beilagen) -> Pruefergebnis:
    """The result of the check; raises `ModellAbgelehnt` with every finding when nothing can run."""
    ergebnis = read_auftrag(session, akteur, dateiname=dateiname, inhalt=inhalt, teile=teile).run()
    if ergebnis.status is not Status.LAUFFAEHIG:
        raise ModellAbgelehnt(ergebnis)
    return ergebnis


def read_auftrag(session: Session, akteur: Akteur, *, dateiname: str, inhalt: bytes, teile: Beilagen) -> Pruefauftrag:
    """As the process of this office would run: its other processes, its forms, tables, services and topics."""
    known = frozenset(session.execute(select(Prozess.kennung).where(Prozess.mandant_id == akteur.mandant_id)).scalars())
    return Pruefauftrag(dateiname, inhalt, teile, known, _themen(session, akteur))


def _themen(session: Session, akteur: Akteur) -> frozenset[str]:
    """Topics that another system may fetch."""
    keys = select(Zugangsschluessel.themen).where(
        Zugangsschluessel.mandant_id == akteur.mandant_id, Zugangsschluessel.gesperrt_am.is_(None)
    )
    return frozenset(thema for themen in session.execute(keys).scalars() for thema in themen)


def befund_to_json(befund: Befund) -> dict[str, Any]:
    """A finding as it is stored with a version."""
    return asdict(befund) | {"stufe": befund.stufe.value}


def befunde_of(ergebnis: Pruefergebnis, teile: Beilagen) -> list[dict[str, Any]]:
    """All findings of drawing and decision models, as stored."""
    return [*(befund_to_json(b) for b in ergebnis.befunde), *teile.befunde]


def write(version: Prozessversion, ergebnis: Pruefergebnis, modell: GeprueftesModell) -> None:
    """What the check made of the drawing goes into the version."""
    version.ausfuehrbar = ergebnis.ausfuehrbar
    version.schritte = [schritt_to_json(s) for s in modell.schritte]
    version.aufrufe = dict.fromkeys(modell.aufrufe)
    version.starts = [asdict(s) | {"art": s.art.value} for s in modell.starts]
