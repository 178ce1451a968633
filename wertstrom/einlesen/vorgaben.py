"""What the user says about a file; everything has a default."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from engine.errors import Invalid


@dataclass(frozen=True)
class Vorgaben:
    """Everything that can be said about a file, from its encoding to what finishes a Fall."""

    #: activities that finish a Fall; empty: every Fall counts as finished
    enden: Sequence[str] = ()
    #: milestone → activity whose last end reaches it
    meilensteine: Mapping[str, str] = field(default_factory=dict)
    #: meaning → column or attribute (`spalten.BEDEUTUNGEN`); the others are found by name
    spalten: Mapping[str, str] = field(default_factory=dict)
    #: columns that are left out whatever they are called
    verworfen: Sequence[str] = ()
    #: columns that look like people, and somebody who knows them says that they are not
    geprueft: Sequence[str] = ()
    #: „lang“ (one row per step) or „breit“ (one row per Fall); None: found
    form: str | None = None
    #: of a wide table: the columns that are steps; empty: all that hold dates
    schritte: Sequence[str] = ()
    zeichensatz: str | None = None
    trenner: str | None = None
    #: line of the heading, from 1; None: found
    kopfzeile: int | None = None
    #: sheet of a workbook; None: the first one with a table
    blatt: str | None = None
    #: of an OCEL: the type of object that is a Fall
    objekttyp: str | None = None
    #: zone of instants that have none; None: a clock of the file itself, without summer time
    zone: tzinfo | None = None
    #: name of the process in the store
    prozess: str = "protokoll"
    #: makes the same pseudonym of the same name in each import; None: running numbers, and nothing is kept
    schluessel: bytes | None = None
    #: until when instants are plausible; None: not asked
    jetzt_us: int | None = None
    #: unpacked size from which a file is refused
    hoechstens_bytes: int = 64 << 30


def read_zone(name: str) -> ZoneInfo:
    """A time zone by its name; raises `Invalid` for an unknown one."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Invalid(f"Die Zeitzone „{name[:40]}“ ist nicht bekannt. Erwartet wird z. B. Europe/Berlin.") from None
