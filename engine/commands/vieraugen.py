"""Four eyes: nobody decides on what she did herself, in her own name or in that of somebody else.

Looks at the person who acts and at the one she acts for. A step may name the steps whose people it must not be done by
(``vier_augen``); beyond that no Vertretung ever joins two Gruppen of one Vorgang in one hand.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import errors
from engine.model import Aufgabe, AufgabeStatus, Prozessversion


def check(session: Session, person_id: int, aufgabe: Aufgabe, *, fuer: int | None = None) -> None:
    """Refuse an Aufgabe to somebody who had a part in what it decides on; ``fuer``: the person she acts for.

    Raises
    ------
    errors.Conflict
        Saying who can do it instead.
    """
    done = session.execute(
        select(Aufgabe.element_id, Aufgabe.gruppe_id, Aufgabe.person_id, Aufgabe.vertretung_fuer_id).where(
            Aufgabe.vorgang_id == aufgabe.vorgang_id, Aufgabe.status == AufgabeStatus.ERLEDIGT
        )
    ).all()
    acting = {person_id, fuer} - {None}
    own = [row for row in done if acting & {row.person_id, row.vertretung_fuer_id}]
    if not own:
        return
    version = session.get_one(Prozessversion, aufgabe.prozessversion_id)
    demanded = version.aufgaben_einstellung(aufgabe.element_id).get("vier_augen", ())
    if any(row.element_id in demanded for row in own):
        raise errors.Conflict(
            "Das ist nicht möglich: Diesen Schritt macht eine andere Person als den, den er prüft (vier Augen). "
            "Eine Kollegin oder ein Kollege kann ihn übernehmen."
        )
    if any(row.gruppe_id != aufgabe.gruppe_id and (fuer or row.vertretung_fuer_id) for row in own):
        raise errors.Conflict(
            "Das ist nicht möglich: In diesem Vorgang hat diese Person, oder wen sie vertritt, schon für eine andere "
            "Gruppe gehandelt. Damit sich niemand selbst prüft, macht diesen Schritt eine dritte Person."
        )
