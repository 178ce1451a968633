"""Words for the life and the settings of a Prozessversion, shared by all pages that show one."""

from __future__ import annotations

from typing import Final

from engine.model import VersionStatus
from web.sprache import _l

STATUS: Final[dict[VersionStatus, str]] = {
    VersionStatus.ENTWURF: _l("Entwurf"),
    VersionStatus.METHODISCH_FREI: _l("methodisch freigegeben"),
    VersionStatus.FACHLICH_FREI: _l("fachlich freigegeben"),
    VersionStatus.IM_EINSATZ: _l("im Einsatz"),
    VersionStatus.INAKTIV: _l("inaktiv"),
}


def version_status(status: str) -> str:
    """The state of a version in words."""
    return STATUS[VersionStatus(status)]


def meilenstein(name: str) -> str:
    """A milestone in words."""
    return name.removeprefix("m_").replace("ae", "ä").capitalize()
