"""What a Prozessversion executes: its own process and the versions that its calls are pinned to.

Versions that left their draft never change, so a process reads each of them once.
"""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, event, inspect, select
from sqlalchemy.orm import Session

from engine import dmn, errors, spiff
from engine.model import Prozessversion, VersionStatus

#: read decision models by key of the executable content and process; the oldest leaves first
_SAMMLUNGEN: dict[str, dmn.Sammlung] = {}
_MAX_SAMMLUNGEN = 256
#: read versions by database and id; the oldest leaves first
_Gelesen = tuple[Prozessversion, dict[str, Prozessversion]]
_VERSIONEN: WeakKeyDictionary[Engine | Connection, dict[int, _Gelesen]] = WeakKeyDictionary()
_MAX_VERSIONEN = 256
#: needed only to read the model
_GROSS = frozenset({"original", "ausfuehrbar"})
_SCHLOSS = threading.Lock()


@dataclass(frozen=True, slots=True)
class Versionen:
    """The version a Vorgang runs on, with the versions of called processes by process id."""

    eigene: Prozessversion
    gerufene: dict[str, Prozessversion]
    modell: spiff.Modell

    def entscheidungen(self, prozess_id: str) -> dmn.Sammlung:
        """The decisions of a process, from memory if possible."""
        version = self.of_process(prozess_id)
        key = f"{self.eigene.modell_schluessel}/{version.kennung}"
        found = _SAMMLUNGEN.get(key)
        if found is None:
            found = dmn.Sammlung(version.entscheidungsdateien())
            with _SCHLOSS:
                while len(_SAMMLUNGEN) >= _MAX_SAMMLUNGEN:
                    del _SAMMLUNGEN[next(iter(_SAMMLUNGEN))]
                _SAMMLUNGEN[key] = found
        return found

    def of_process(self, prozess_id: str) -> Prozessversion:
        """The version in which an element of this process is drawn."""
        return self.gerufene.get(prozess_id, self.eigene)

    def by_id(self, version_id: int) -> Prozessversion:
        """One of these versions by its id."""
        return next(v for v in (self.eigene, *self.gerufene.values()) if v.id == version_id)

    def meilenstein(self, element: str) -> str | None:
        """Name of the milestone (``m_eingang`` …) that this element reaches, if any."""
        for version in (self.eigene, *self.gerufene.values()):
            milestone: str | None = version.einrichtung.get("meilensteine", {}).get(element)
            if milestone:
                return milestone
        return None


def load_by_id(session: Session, version_id: int) -> Versionen:
    """The same as `load`, without any statement when this process has read it before.

    Versions from memory belong to no session and have neither the drawing nor relationships.
    """
    known = _VERSIONEN.get(session.get_bind(), {}).get(version_id)
    modell = spiff.bekanntes_modell(known[0].modell_schluessel or "") if known else None
    if known and modell:
        return Versionen(*known, modell)
    read = load(session, session.get_one(Prozessversion, version_id))
    if all(v.status != VersionStatus.ENTWURF for v in (read.eigene, *read.gerufene.values())):
        copies = _copy(read.eigene), {kennung: _copy(v) for kennung, v in read.gerufene.items()}
        # What this transaction changed may still be undone.
        event.listen(session, "after_commit", lambda s: _keep(s.get_bind(), version_id, copies), once=True)
    return read


def _copy(version: Prozessversion) -> Prozessversion:
    columns = inspect(Prozessversion).column_attrs.keys()
    return Prozessversion(**{name: getattr(version, name) for name in columns if name not in _GROSS})


def _keep(bind: Engine | Connection, version_id: int, gelesen: _Gelesen) -> None:
    with _SCHLOSS:
        known = _VERSIONEN.setdefault(bind, {})
        while len(known) >= _MAX_VERSIONEN:
            del known[next(iter(known))]
        known[version_id] = gelesen


def load(session: Session, version: Prozessversion) -> Versionen:
    """Versions and executable model; one SQL statement more only when the process calls others.

    Raises
    ------
    errors.Conflict
        When the version was never published.
    """
    if version.modell_schluessel is None:
        raise errors.Conflict("Starten nicht möglich: Diese Version ist noch nicht veröffentlicht.")
    called: dict[str, Prozessversion] = {}
    if version.aufrufe:
        rows = session.execute(select(Prozessversion).where(Prozessversion.id.in_(version.aufrufe.values()))).scalars()
        called = {row.kennung: row for row in rows}
    modell = spiff.bekanntes_modell(version.modell_schluessel) or _parse(version, called)
    return Versionen(version, called, modell)


def _parse(version: Prozessversion, called: dict[str, Prozessversion]) -> spiff.Modell:
    copies = tuple(dict.fromkeys(v.ausfuehrbar for v in (version, *called.values())))
    return spiff.lade_modell(spiff.Quelle(version.modell_schluessel or "", version.kennung, copies))


def schluessel(version: Prozessversion, called: dict[str, Prozessversion]) -> str:
    """Name of the executable content: a hash over the copies and the decisions that are executed together."""
    digest = hashlib.sha256(version.kennung.encode())
    for item in (version, *(called[key] for key in sorted(called))):
        digest.update(hashlib.sha256(item.kennung.encode() + item.ausfuehrbar).digest())
        for name, pruefsumme in dmn.pruefsummen(item.entscheidungsdateien()).items():
            digest.update(hashlib.sha256(f"{name}\0{pruefsumme}".encode()).digest())
    return digest.hexdigest()
