"""The five temporal values. Each is immutable; equality is FEEL's ``=``, `is_same` is FEEL's ``is()``."""

from __future__ import annotations

from dataclasses import dataclass

from engine.feel.zeit import tage
from engine.feel.zeit.zone import Zone

NANOS = 1_000_000_000
TAG_SEKUNDEN = 86_400
#: local times without a date take the offset that their zone has on this day
_BEZUGSTAG = (1970, 1, 1)


@dataclass(frozen=True, slots=True, order=True)
class Datum:
    """A day without time and zone."""

    jahr: int
    monat: int
    tag: int

    @property
    def tage(self) -> int:
        """Days since 1970-01-01."""
        return tage.to_tage(self.jahr, self.monat, self.tag)

    @staticmethod
    def of(tage_seit_1970: int) -> Datum | None:
        """Inverse of `tage`; None outside of the years that exist."""
        jahr, monat, tag = tage.from_tage(tage_seit_1970)
        return Datum(jahr, monat, tag) if abs(jahr) <= tage.JAHR_MAX else None


@dataclass(frozen=True, slots=True, eq=False)
class Uhrzeit:
    """A time of day. `sekunde` counts from midnight, `nanos` is the fraction."""

    sekunde: int
    nanos: int = 0
    zone: Zone | None = None

    @property
    def offset(self) -> int | None:
        """Seconds east of UTC, or None without a zone."""
        return None if self.zone is None else self.zone.offset(*_BEZUGSTAG, self.sekunde)

    def instant(self) -> int:
        """Nanoseconds since midnight UTC, or local midnight without a zone."""
        return (self.sekunde - (self.offset or 0)) * NANOS + self.nanos

    def comparable(self, andere: Uhrzeit) -> bool:
        """False if only one has a zone."""
        return (self.zone is None) is (andere.zone is None)

    def __eq__(self, andere: object) -> bool:
        # The standard compares whole seconds.
        return (
            isinstance(andere, Uhrzeit)
            and self.comparable(andere)
            and self.instant() // NANOS == andere.instant() // NANOS
        )

    def __hash__(self) -> int:
        return hash(self.instant() // NANOS)

    def is_same(self, andere: object) -> bool:
        """The same time in the same zone."""
        return (
            isinstance(andere, Uhrzeit)
            and (self.sekunde, self.nanos) == (andere.sekunde, andere.nanos)
            and self.zone == andere.zone
        )


@dataclass(frozen=True, slots=True, eq=False)
class Zeitpunkt:
    """A date and time, with or without a zone."""

    datum: Datum
    zeit: Uhrzeit

    @property
    def offset(self) -> int | None:
        """Seconds east of UTC, or None without a zone."""
        zone = self.zeit.zone
        return (
            None if zone is None else zone.offset(self.datum.jahr, self.datum.monat, self.datum.tag, self.zeit.sekunde)
        )

    def instant(self) -> int:
        """Nanoseconds since 1970-01-01 UTC, or local without a zone."""
        return (self.datum.tage * TAG_SEKUNDEN + self.zeit.sekunde - (self.offset or 0)) * NANOS + self.zeit.nanos

    def comparable(self, andere: Zeitpunkt) -> bool:
        """False if only one has a zone."""
        return self.zeit.comparable(andere.zeit)

    def __eq__(self, andere: object) -> bool:
        return (
            isinstance(andere, Zeitpunkt)
            and self.comparable(andere)
            and self.instant() // NANOS == andere.instant() // NANOS
        )

    def __hash__(self) -> int:
        return hash(self.instant() // NANOS)

    def is_same(self, andere: object) -> bool:
        """The same local time in the same zone."""
        return isinstance(andere, Zeitpunkt) and self.datum == andere.datum and self.zeit.is_same(andere.zeit)


@dataclass(frozen=True, slots=True, order=True)
class TageDauer:
    """A days and time duration."""

    nanos: int


@dataclass(frozen=True, slots=True, order=True)
class MonatsDauer:
    """A years and months duration."""

    monate: int


#: longest duration: the span of all years
MAX_NANOS = 2 * tage.JAHR_MAX * 366 * TAG_SEKUNDEN * NANOS
MAX_MONATE = 2 * tage.JAHR_MAX * 12
