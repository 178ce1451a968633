"""Dates, times, instants and durations of FEEL: any year up to nine digits, nanoseconds, offsets and named zones.

Python's own classes end at the years 1 and 9999, so the arithmetic is ours; `zoneinfo` gives the offsets of zones.
"""

from engine.feel.zeit.klassen import Datum, MonatsDauer, TageDauer, Uhrzeit, Zeitpunkt
from engine.feel.zeit.zone import Zone

__all__ = ["Datum", "MonatsDauer", "TageDauer", "Uhrzeit", "Zeitpunkt", "Zone"]
