"""Days of the proleptic Gregorian calendar for every year, positive or negative."""

from __future__ import annotations

#: years that the standard demands
JAHR_MAX = 999_999_999

_MONATSLAENGEN = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_TAGE_JE_400_JAHRE = 146_097


def is_schaltjahr(jahr: int) -> bool:
    """True if February has 29 days."""
    return jahr % 4 == 0 and (jahr % 100 != 0 or jahr % 400 == 0)


def monatslaenge(jahr: int, monat: int) -> int:
    """Days of a month."""
    return 29 if monat == 2 and is_schaltjahr(jahr) else _MONATSLAENGEN[monat - 1]


def is_datum(jahr: int, monat: int, tag: int) -> bool:
    """True if the day exists within the years we know."""
    return abs(jahr) <= JAHR_MAX and 1 <= monat <= 12 and 1 <= tag <= monatslaenge(jahr, monat)


def to_tage(jahr: int, monat: int, tag: int) -> int:
    """Days since 1970-01-01. Source: H. Hinnant, chrono-Compatible Low-Level Date Algorithms, days_from_civil."""
    jahr -= monat <= 2
    aera, im_aera = divmod(jahr, 400)
    tag_im_jahr = (153 * (monat + (-3 if monat > 2 else 9)) + 2) // 5 + tag - 1
    return aera * _TAGE_JE_400_JAHRE + im_aera * 365 + im_aera // 4 - im_aera // 100 + tag_im_jahr - 719_468


def from_tage(tage: int) -> tuple[int, int, int]:
    """Year, month, day; inverse of `to_tage`. Source: as there, civil_from_days."""
    aera, im_aera = divmod(tage + 719_468, _TAGE_JE_400_JAHRE)
    jahr = (im_aera - im_aera // 1460 + im_aera // 36_524 - im_aera // 146_096) // 365
    tag_im_jahr = im_aera - (365 * jahr + jahr // 4 - jahr // 100)
    mp = (5 * tag_im_jahr + 2) // 153
    monat = mp + (3 if mp < 10 else -9)
    return jahr + aera * 400 + (monat <= 2), monat, tag_im_jahr - (153 * mp + 2) // 5 + 1


def wochentag(tage: int) -> int:
    """1 is Monday, 7 is Sunday."""
    return (tage + 3) % 7 + 1


def tag_im_jahr(jahr: int, monat: int, tag: int) -> int:
    """1 for 1 January."""
    return to_tage(jahr, monat, tag) - to_tage(jahr, 1, 1) + 1


def kalenderwoche(jahr: int, monat: int, tag: int) -> int:
    """Week of the year after ISO 8601."""
    tage = to_tage(jahr, monat, tag)
    donnerstag = tage - wochentag(tage) + 4
    jahr_der_woche = from_tage(donnerstag)[0]
    return (donnerstag - to_tage(jahr_der_woche, 1, 1)) // 7 + 1
