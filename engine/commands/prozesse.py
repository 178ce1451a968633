"""Brings a drawing into use: upload with its check, lanes to Gruppen, publication."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from engine import errors
from engine.bpmn.ergebnis import GeprueftesModell, Pruefergebnis
from engine.commands import beilagen, entwuerfe, freigaben, modelle, modellpruefung, starts, uebernahme
from engine.commands.modellpruefung import ModellAbgelehnt
from engine.katalog import ausgabe, mitgebracht
from engine.katalog.einrichtung import GRUPPE
from engine.model import Gruppe, Prozess, Prozessversion, VersionStatus
from engine.rechte import Akteur, Recht, rolle_name, rollen_with

__all__ = [
    "ModellAbgelehnt",
    "assign_lanes",
    "check_ahead",
    "check_zeichnung",
    "downloaded_version",
    "publish_version",
    "upload_modell",
]


def upload_modell(
    session: Session,
    akteur: Akteur,
    *,
    dateiname: str,
    inhalt: bytes,
    now: datetime,
    einrichtung: Mapping[str, Any] | None = None,
    formulare: Mapping[str, Any] | None = None,
    entscheidungen: Mapping[str, bytes] | None = None,
) -> list[Prozessversion]:
    """Check a drawing and store a new draft version for each process in it.

    A process that is known by its id gets a further version; settings made for the last version are kept where the
    drawing still has the lane or the element, and so are its forms and decision models (`entscheidungen`: DMN files by
    name without ending) unless the upload brings others. The same upload again is recognised.

    Raises
    ------
    ModellAbgelehnt
        With every finding; nothing was stored.
    beilagen.EntscheidungAbgelehnt
        When a decision model cannot be used; nothing was stored.
    """
    akteur.require(Recht.PROZESS_BEARBEITEN)
    given = Mitgebracht(einrichtung, formulare, entscheidungen)
    known = downloaded_version(session, akteur, inhalt) if given == Mitgebracht(None, None, None) else None
    if known is not None:
        return [known]
    brought, parts = _collect(session, akteur, inhalt, given)
    ergebnis = modellpruefung.check_modell(session, akteur, dateiname=dateiname, inhalt=inhalt, teile=parts)
    upload = Prozessversion(
        mandant_id=akteur.mandant_id,
        orga_einheit_id=akteur.orga_einheit_id,
        dateiname=dateiname,
        pruefsumme=hashlib.sha256(inhalt).hexdigest(),
        original=inhalt,
        befunde=modellpruefung.befunde_of(ergebnis, parts),
        entscheidungen=dict(parts.entscheidungen),
        hochgeladen_am=now,
        hochgeladen_von=akteur.person_id,
    )
    return [_store(session, akteur, upload, ergebnis, modell, given, brought) for modell in ergebnis.modelle]


@dataclass(frozen=True, slots=True)
class Mitgebracht:
    """What an upload brings besides the drawing; None: as it was."""

    einrichtung: Mapping[str, Any] | None
    formulare: Mapping[str, Any] | None
    entscheidungen: Mapping[str, bytes] | None


def _collect(
    session: Session, akteur: Akteur, inhalt: bytes, given: Mitgebracht
) -> tuple[mitgebracht.Mitgebracht, beilagen.Beilagen]:
    """What is set in the file itself, and all that decides how it is read."""
    brought = mitgebracht.read(inhalt) if given == Mitgebracht(None, None, None) else mitgebracht.Mitgebracht()
    parts = beilagen.collect(
        session,
        akteur,
        inhalt,
        einrichtung=given.einrichtung,
        formulare=given.formulare,
        entscheidungen=given.entscheidungen,
        mitgebracht=brought,
    )
    return brought, parts


def downloaded_version(session: Session, akteur: Akteur, inhalt: bytes) -> Prozessversion | None:
    """The version from which this very file, a drawing or a whole folder, was downloaded, if it was."""
    akteur.require(Recht.PROZESS_BEARBEITEN)
    herkunft = ausgabe.read_herkunft(inhalt)
    if herkunft is None:
        return None
    kennung, nummer, art = herkunft
    found = _latest(
        session,
        Prozessversion.mandant_id == akteur.mandant_id,
        Prozessversion.kennung == kennung,
        Prozessversion.nummer == nummer,
    )
    return found if found is not None and ausgabe.write(found, art) == inhalt else None


def check_zeichnung(session: Session, akteur: Akteur, *, dateiname: str, inhalt: bytes) -> Pruefergebnis:
    """What `upload_modell` would find in this drawing, with the settings of its processes; stores nothing.

    Raises
    ------
    errors.NotAllowed
        Without the right to change processes.
    """
    akteur.require(Recht.PROZESS_BEARBEITEN)
    _, parts = _collect(session, akteur, inhalt, Mitgebracht(None, None, None))
    return modellpruefung.read_auftrag(session, akteur, dateiname=dateiname, inhalt=inhalt, teile=parts).run()


def check_ahead(
    reading: Callable[[], AbstractContextManager[Session]],
    akteur: Akteur,
    *,
    dateiname: str,
    inhalt: bytes,
    einrichtung: Mapping[str, Any] | None = None,
    formulare: Mapping[str, Any] | None = None,
    entscheidungen: Mapping[str, bytes] | None = None,
) -> None:
    """Do the long part of `upload_modell` before its transaction, while nobody waits for the database.

    `upload_modell` asks again with what the database has then: the same question has its answer already, any other is
    checked anew. Raises `errors.NotAllowed` and `beilagen.EntscheidungAbgelehnt` as it does.
    """
    akteur.require(Recht.PROZESS_BEARBEITEN)
    with reading() as session:
        _, parts = _collect(session, akteur, inhalt, Mitgebracht(einrichtung, formulare, entscheidungen))
        auftrag = modellpruefung.read_auftrag(session, akteur, dateiname=dateiname, inhalt=inhalt, teile=parts)
    auftrag.run()


def _store(
    session: Session,
    akteur: Akteur,
    upload: Prozessversion,
    ergebnis: Pruefergebnis,
    modell: GeprueftesModell,
    given: Mitgebracht,
    brought: mitgebracht.Mitgebracht,
) -> Prozessversion:
    name = name_of(modell, upload.dateiname, allein=len(ergebnis.modelle) == 1)
    prozess = _prozess(session, akteur, modell, name)
    last = _latest(session, Prozessversion.prozess_id == prozess.id)
    same = last if last is not None and last.pruefsumme == upload.pruefsumme else None
    if same is None and given == Mitgebracht(None, None, None):
        same = _latest(session, Prozessversion.prozess_id == prozess.id, Prozessversion.pruefsumme == upload.pruefsumme)
    if same is not None and _same(same, upload, given):
        return same
    carried = uebernahme.carry_over(last, modell, brought) if not given.einrichtung else None
    version = Prozessversion(
        **{c: getattr(upload, c) for c in _UEBERNOMMEN},
        prozess_id=prozess.id,
        kennung=modell.prozess_id,
        name=name,
        nummer=(last.nummer if last else 0) + 1,
        status=VersionStatus.ENTWURF.value,
        einrichtung=dict(given.einrichtung or {}) if carried is None else carried.einrichtung,
        formulare=dict(given.formulare or (last.formulare if last else {}))
        | brought.formulare.get(modell.prozess_id, {}),
    )
    modellpruefung.write(version, ergebnis, modell)
    version.einrichtung = {**version.einrichtung, "lanes": _propose_lanes(session, akteur, version)}
    version.befunde = [*version.befunde, *(carried.befunde if carried else ())]
    session.add(version)
    session.flush()
    if not _was_used(session, prozess):
        prozess.name = name
    if carried is not None and carried.wirksam:
        entwuerfe.recheck(session, akteur, version)
    return version


def _was_used(session: Session, prozess: Prozess) -> bool:
    """Whether people know the process by its name: then only a publication may change it."""
    used = select(Prozessversion.id).where(
        Prozessversion.prozess_id == prozess.id, Prozessversion.veroeffentlicht_am.is_not(None)
    )
    return session.execute(used.limit(1)).first() is not None


def _latest(session: Session, *conditions: ColumnElement[bool]) -> Prozessversion | None:
    return session.execute(
        select(Prozessversion).where(*conditions).order_by(Prozessversion.nummer.desc()).limit(1)
    ).scalar_one_or_none()


_UEBERNOMMEN = (
    "mandant_id",
    "orga_einheit_id",
    "dateiname",
    "pruefsumme",
    "original",
    "befunde",
    "entscheidungen",
    "hochgeladen_am",
    "hochgeladen_von",
)


def _same(known: Prozessversion, upload: Prozessversion, given: Mitgebracht) -> bool:
    if given.entscheidungen is not None and known.entscheidungen != upload.entscheidungen:
        return False
    if given.einrichtung is None and given.formulare is None:
        return True
    settings = {k: v for k, v in known.einrichtung.items() if k != "lanes"}
    wanted = {k: v for k, v in (given.einrichtung or {}).items() if k != "lanes"}
    return settings == wanted and known.formulare == dict(given.formulare or {})


def name_of(modell: GeprueftesModell, dateiname: str, *, allein: bool) -> str:
    """What the drawing calls the process; without a name in it that of the file, which somebody chose."""
    if modell.name and modell.name != modell.prozess_id:
        return modell.name
    stem = re.sub(r"(\.bpmn20)?\.(bpmn2?|xml)$", "", dateiname, flags=re.IGNORECASE).strip() or modell.prozess_id
    return stem if allein else f"{stem}: {modell.prozess_id}"


def _prozess(session: Session, akteur: Akteur, modell: GeprueftesModell, name: str) -> Prozess:
    found = session.execute(
        select(Prozess)
        .where(Prozess.mandant_id == akteur.mandant_id, Prozess.kennung == modell.prozess_id)
        .with_for_update(key_share=True)
    ).scalar_one_or_none()
    if found is None:
        found = Prozess(
            mandant_id=akteur.mandant_id,
            orga_einheit_id=akteur.orga_einheit_id,
            kennung=modell.prozess_id,
            name=name,
        )
        session.add(found)
        session.flush()
    return found


def _propose_lanes(session: Session, akteur: Akteur, version: Prozessversion) -> dict[str, str]:
    """Lane -> role or Gruppe: what was set before, else what has the same name; the rest stays open."""
    targets = _lane_targets(session, akteur)
    settings = version.einrichtung.get("lanes", {})
    by_name = {_fold(name): key for key, name in targets.items()}
    proposed = {}
    for lane in version.lanes():
        chosen = settings.get(lane, "").removeprefix(GRUPPE)
        target = chosen if chosen in targets else by_name.get(_fold(lane))
        if target:
            proposed[lane] = target
    return proposed


def _lane_targets(session: Session, akteur: Akteur) -> dict[str, str]:
    """Key -> name of everything a lane can be assigned to: who has no Arbeitskorb could never take the Aufgaben."""
    rows = session.execute(
        select(Gruppe.kennung, Gruppe.name, Gruppe.rolle).where(
            Gruppe.mandant_id == akteur.mandant_id, Gruppe.rolle.in_(rollen_with(Recht.ARBEITSKORB))
        )
    ).all()
    return {row.kennung: row.name for row in rows} | {row.rolle: rolle_name(row.rolle) for row in rows}


def _fold(name: str) -> str:
    return re.sub(r"[^a-z0-9äöüß]", "", name.casefold())


def assign_lanes(session: Session, akteur: Akteur, *, prozess_id: int, nummer: int, lanes: Mapping[str, str]) -> None:
    """Say who gets the Aufgaben of each lane of a draft ("" = steps outside of lanes).

    Raises
    ------
    errors.Conflict
        When the version is no draft any more.
    errors.Invalid
        For lanes or targets that do not exist.
    """
    akteur.require(Recht.PROZESS_BEARBEITEN)
    version = entwuerfe.draft_of(session, akteur, prozess_id, nummer, "Ändern")
    targets = _lane_targets(session, akteur)
    wrong = {lane: "Bitte wählen Sie eine der angebotenen Gruppen." for lane, t in lanes.items() if t not in targets}
    wrong |= {lane: "Diese Lane gibt es in der Zeichnung nicht." for lane in lanes if lane not in version.lanes()}
    if wrong:
        raise errors.Invalid(felder=wrong)
    version.einrichtung = {**version.einrichtung, "lanes": {**version.einrichtung.get("lanes", {}), **lanes}}


def publish_version(session: Session, akteur: Akteur, *, prozess_id: int, nummer: int, now: datetime) -> Prozessversion:
    """Put a draft into use; the version before becomes inactive, its running Vorgänge stay on it.

    Raises
    ------
    errors.Conflict
        When the version was in use already.
    errors.Invalid
        When findings of level Fehler, lanes without Gruppe or missing releases stand in the way.
    """
    akteur.require(Recht.PROZESS_VEROEFFENTLICHEN)
    version = entwuerfe.version_of(session, akteur, prozess_id, nummer)
    freigaben.check_einsatz(session, version)
    _check_publishable(version)
    called = _pin_aufrufe(session, version)
    freigaben.check_gerufene(session, version, called.values())
    version.aufrufe = {kennung: item.id for kennung, item in called.items()}
    version.modell_schluessel = modelle.schluessel(version, called)
    versionen = modelle.load(session, version)  # a model that the engine refuses must not go into use
    session.execute(
        update(Prozessversion)
        .where(Prozessversion.prozess_id == version.prozess_id, Prozessversion.status == VersionStatus.IM_EINSATZ)
        .values(status=VersionStatus.INAKTIV.value)
    )
    version.status = VersionStatus.IM_EINSATZ.value
    version.veroeffentlicht_am = now
    version.veroeffentlicht_von = akteur.person_id
    version.prozess.name = version.name or version.prozess.name
    freigaben.note(session, akteur, version, now)
    starts.replace_startpunkte(session, version, versionen, now)
    session.flush()
    return version


def _check_publishable(version: Prozessversion) -> None:
    if any(b["stufe"] == "fehler" for b in version.befunde):
        raise errors.Invalid(
            "Veröffentlichen nicht möglich: Die Prüfung nennt Fehler. Bitte beheben Sie diese in der Zeichnung."
        )
    open_lanes = _open_lanes(version)
    if open_lanes:
        names = ", ".join(f"„{lane}“" if lane else "Schritte ohne Lane" for lane in open_lanes)
        raise errors.Invalid(
            f"Veröffentlichen nicht möglich: Ohne Gruppe sind noch {names}. "
            "Bitte ordnen Sie jeder Lane eine Gruppe zu.",
            felder={lane: "Bitte wählen Sie eine Gruppe." for lane in open_lanes},
        )


def _open_lanes(version: Prozessversion) -> list[str]:
    return [lane for lane in version.lanes() if not version.einrichtung.get("lanes", {}).get(lane)]


def _pin_aufrufe(session: Session, version: Prozessversion) -> dict[str, Prozessversion]:
    """Versions of all processes called on any level: from the same upload, else the one im Einsatz."""
    pinned: dict[str, Prozessversion] = {}
    waiting = set(version.aufrufe)
    while waiting:
        name = waiting.pop()
        if name in pinned or name == version.kennung:
            continue
        found = _find_called(session, version, name)
        if found is None:
            raise errors.Invalid(
                f"Veröffentlichen nicht möglich: Der aufgerufene Prozess „{name}“ ist nicht im Einsatz. "
                "Bitte veröffentlichen Sie ihn zuerst."
            )
        if _open_lanes(found):
            raise errors.Invalid(
                f"Veröffentlichen nicht möglich: Im aufgerufenen Prozess „{name}“ fehlen noch Gruppen. "
                "Bitte ordnen Sie dort jeder Lane eine Gruppe zu."
            )
        pinned[name] = found
        waiting |= set(found.aufrufe)
    return pinned


def _find_called(session: Session, version: Prozessversion, name: str) -> Prozessversion | None:
    return session.execute(
        select(Prozessversion)
        .where(
            Prozessversion.mandant_id == version.mandant_id,
            Prozessversion.kennung == name,
            (Prozessversion.pruefsumme == version.pruefsumme) | (Prozessversion.status == VersionStatus.IM_EINSATZ),
        )
        .order_by((Prozessversion.pruefsumme == version.pruefsumme).desc(), Prozessversion.nummer.desc())
        .limit(1)
    ).scalar_one_or_none()
