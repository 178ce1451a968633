"""What was set up for a process, as the analysis takes it: its drawing, its steps, and how many people hold a role.

Owns the only question about people: how many hold a role; never who.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.bpmn.ergebnis import MENSCHLICH, Schritt
from engine.model import Gruppe, Mitgliedschaft, Person, Prozess, Prozessversion, VersionStatus
from engine.rechte import rolle_name
from wertstrom.laden.versionen import read_strecke
from wertstrom.modell import Angabe, Knoten, Modell, Wertklasse, is_freigabe
from wertstrom.strecke import EINGANG


def besetzung(session: Session, mandant_id: int, now: datetime) -> dict[str, int]:
    """How many people hold each role, by the label that Schritte carry: the size that thresholds need, no names."""
    zeilen = session.execute(
        select(Gruppe.rolle, func.count(Mitgliedschaft.person_id.distinct()))
        .join(Mitgliedschaft, Mitgliedschaft.gruppe_id == Gruppe.id)
        .join(Person, Person.id == Mitgliedschaft.person_id)
        .where(Gruppe.mandant_id == mandant_id, Person.aktiv.is_(True), Mitgliedschaft.gilt(now))
        .group_by(Gruppe.rolle)
    )
    return {rolle_name(rolle): anzahl for rolle, anzahl in zeilen}


def modell_of(session: Session, mandant_id: int, kennung: str, nummer: int | None = None) -> Modell:
    """The drawing of a process and what was set up for its steps: this version, else im Einsatz, else the newest.

    An unknown process has an empty Modell.
    """
    version = (
        session.execute(
            select(Prozessversion)
            .join(Prozess, Prozess.id == Prozessversion.prozess_id)
            .where(
                Prozess.mandant_id == mandant_id,
                Prozess.kennung == kennung,
                Prozessversion.status != VersionStatus.ENTWURF,
                *([] if nummer is None else [Prozessversion.nummer == nummer]),
            )
            .order_by((Prozessversion.status == VersionStatus.IM_EINSATZ).desc(), Prozessversion.nummer.desc())
            .limit(1)
        )
        .scalars()
        .first()
    )
    if version is None:
        return Modell()
    schritte, strecke = version.schrittliste(), read_strecke(version.einrichtung)
    return Modell(
        knoten_of(schritte),
        {s.element: _angabe(version, s.element, s.name) for s in schritte if s.art in MENSCHLICH},
        ab_eingang=strecke.von == EINGANG,
        bis_schluss=strecke.bis is None,
        nachweise={code: (n["anlass"], n["schritte"]) for code, n in version.einrichtung.get("nachweise", {}).items()},
        nummer=version.nummer,
    )


def knoten_of(schritte: Iterable[Schritt]) -> tuple[Knoten, ...]:
    """The nodes of a checked drawing as the comparison with what happened takes them."""
    return tuple(
        Knoten(s.element, s.name, s.art.value, tuple(a.ziel for a in s.ausgaenge), s.eltern, s.bpmn_typ)
        for s in schritte
    )


def _angabe(version: Prozessversion, element: str, name: str) -> Angabe:
    einstellung = version.aufgaben_einstellung(element)
    va, minuten = einstellung.get("va"), einstellung.get("pt_min")
    schema = version.formulare.get(einstellung.get("formular") or "") or {}
    return Angabe(
        va=Wertklasse(va) if va in set(Wertklasse) else None,
        pt_min=float(minuten) if isinstance(minuten, int | float) else None,
        gesetzlich=bool(einstellung.get("gesetzlich")),
        freigabe=is_freigabe(name),
        felder=frozenset(_eingabefelder(schema.get("components", []))),
        ueberwachung=bool(einstellung.get("ueberwachung")),
    )


def _eingabefelder(teile: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Keys that a form-js schema lets people fill in; what it only shows is no input."""
    for teil in teile:
        if teil.get("type") == "dynamiclist":
            yield str(teil.get("path"))  # its rows have keys of their own
            continue
        if teil.get("key") and not (teil.get("readonly") or teil.get("disabled")):
            yield str(teil["key"])
        yield from _eingabefelder(teil.get("components", []))
