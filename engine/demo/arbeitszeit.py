"""Moves instants forward in the working time of the demo office: Monday to Friday, 8 to 16, without holidays."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from engine.kalender import BERLIN, Kalender

_OEFFNET, _SCHLIESST = time(8), time(16)
MINUTEN_JE_AT = 8 * 60


def add_arbeitszeit(kalender: Kalender, von: datetime, minuten: float) -> datetime:
    """The instant (UTC as given) after ``minuten`` of working time from ``von``; nights and holidays do not count."""
    moment = von.astimezone(BERLIN)
    rest = timedelta(minutes=minuten)
    while True:
        opens = datetime.combine(moment.date(), _OEFFNET, BERLIN)
        closes = datetime.combine(moment.date(), _SCHLIESST, BERLIN)
        moment = max(moment, opens)
        if kalender.ist_werktag(moment.date()) and moment < closes:
            if moment + rest <= closes:
                return (moment + rest).astimezone(von.tzinfo)
            rest -= closes - moment
        moment = opens + timedelta(days=1)
