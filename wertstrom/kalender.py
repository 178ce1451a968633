"""Working time of the office between instants: exact, vectorised, with holidays, closing days and daylight saving.

Calendar and office hours have versions with a first day: each day keeps those that were in force on it, so that a
change from tomorrow on moves no figure of the past. Owns the clock AT (Arbeitszeit).
The other two clocks live elsewhere: elapsed time is a subtraction, Fristen are `engine.kalender`. Never reads the
clock. Working time is a function W(t) of one instant, so that W(b) - W(a) is the working time between a and b, and
parts always add up to the whole, to the microsecond.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo

import numpy as np
import numpy.typing as npt

from engine.dienstzeit import Abschnitt, Dienstzeit
from engine.errors import Invalid
from engine.kalender import BERLIN, JAHR_MAX, JAHR_MIN, Kalender
from wertstrom.ereignisprotokoll import as_us

Zeiten = npt.NDArray[np.int64]

KT_US = 24 * 3_600_000_000
STUNDE_US = 3_600_000_000

#: W is 0 here, whatever years are asked for, so that stored values of W stay comparable
_NULLPUNKT = date(2020, 1, 1)
_ERSTES_JAHR, _LETZTES_JAHR = 1970, JAHR_MAX
#: instants that are looked up at a time
_BLOCK = 1 << 15


class Arbeitszeit:
    """Clock of one office. Immutable for its users; more years are added on demand, without moving any value.

    Public holidays and Schließtage of the Kalender are closed; holidays before 1991 are not known. Local times are
    those of `zone`. `spaeter`: versions that hold from a day on, in order; what counts as one Arbeitstag
    (`Dienstzeit.stunden_je_at`) is that of the first, because a unit must not change on the way.
    """

    def __init__(
        self,
        kalender: Kalender | None = None,
        dienstzeit: Dienstzeit | None = None,
        zone: tzinfo = BERLIN,
        spaeter: Sequence[Abschnitt] = (),
    ) -> None:
        erster = Abschnitt(date.min, kalender or Kalender(), dienstzeit or Dienstzeit())
        self.abschnitte = (erster, *sorted(spaeter, key=lambda abschnitt: abschnitt.ab))
        self.zone = zone
        self._ab = [abschnitt.ab for abschnitt in self.abschnitte]
        self._jahre: dict[int, list[tuple[int, int]]] = {}
        self.at_us = round(erster.dienstzeit.stunden_je_at * STUNDE_US)
        self._tafel = self._build(_NULLPUNKT.year, _NULLPUNKT.year)

    def stand_us(self, zeit_us: npt.ArrayLike) -> Zeiten:
        """W(t): working µs since the start of 2020 (negative before), for instants in µs.

        Raises `Invalid` outside the years 1970–2100.
        """
        zeiten = np.asarray(zeit_us, dtype=np.int64)
        if zeiten.size == 0:
            return zeiten.copy()
        return self._tafel_for(int(zeiten.min()), int(zeiten.max())).stand(zeiten)

    def arbeitszeit_us(self, von_us: npt.ArrayLike, bis_us: npt.ArrayLike) -> Zeiten:
        """Working µs between instants in µs; negative where `bis` lies before `von`.

        Formula
            W(bis) - W(von), W(t) = ∫ [office is open] dt

        Example
        -------
        >>> freitag, montag = (as_us(datetime(2026, 6, t, 10, tzinfo=UTC)) for t in (5, 8))  # 12:00 in Berlin
        >>> int(Arbeitszeit().arbeitszeit_us(freitag, montag)) / STUNDE_US
        8.0
        """
        return self.stand_us(bis_us) - self.stand_us(von_us)

    def zeitpunkt_us(self, stand_us: int) -> int:
        """The first instant (µs) at which W reaches this value: the inverse of `stand_us` within working time."""
        tafel, mehr = self._tafel, 1
        while not tafel.stand_von <= stand_us <= tafel.stand_bis:
            mehr *= 2
            jahre = max(tafel.jahr_von - mehr, _ERSTES_JAHR), min(tafel.jahr_bis + mehr, _LETZTES_JAHR)
            if jahre == (tafel.jahr_von, tafel.jahr_bis):
                raise _ausserhalb()
            tafel = self._tafel = self._build(*jahre)
        return tafel.zeitpunkt(stand_us)

    def _tafel_for(self, von_us: int, bis_us: int) -> _Tafel:
        tafel = self._tafel
        if tafel.von_us <= von_us and bis_us < tafel.bis_us:
            return tafel
        jahre = [_jahr(von_us), _jahr(bis_us)]
        tafel = self._build(min(jahre[0] - 1, tafel.jahr_von), max(jahre[1] + 1, tafel.jahr_bis))
        self._tafel = tafel  # one assignment: threads see the old table or the new one, both right
        return tafel

    def _build(self, jahr_von: int, jahr_bis: int) -> _Tafel:
        jahr_von, jahr_bis = max(jahr_von, _ERSTES_JAHR), min(jahr_bis, _LETZTES_JAHR)
        for jahr in range(jahr_von, jahr_bis + 1):
            if jahr not in self._jahre:
                self._jahre[jahr] = list(self._fenster(jahr))
        fenster = [paar for jahr in range(jahr_von, jahr_bis + 1) for paar in self._jahre[jahr]]
        paare = np.array(fenster, dtype=np.int64).reshape(-1, 2)
        return _Tafel(jahr_von, jahr_bis, paare, self._us(_NULLPUNKT, time()))

    def _fenster(self, jahr: int) -> Iterator[tuple[int, int]]:
        tag = date(jahr, 1, 1)
        while tag.year == jahr:
            abschnitt = self.abschnitte[bisect_right(self._ab, tag) - 1]
            # Holidays are known from this year on only; before it weekdays count.
            bekannt = tag.year >= JAHR_MIN
            for von, bis in abschnitt.fenster(tag) if bekannt else abschnitt.dienstzeit.fenster(tag):
                yield self._us(tag, von), self._us(tag, bis)
            tag += timedelta(days=1)

    def _us(self, tag: date, zeit: time) -> int:
        # Through UTC, because a subtraction inside one zone would ignore the change of the clocks.
        return as_us(datetime.combine(tag, zeit, self.zone).astimezone(UTC))


class _Tafel:
    """Breakpoints of W for whole years: opening instants, lengths, and W at each opening.

    Which window an instant belongs to is looked up by its UTC day and moved on by the few windows that open on one day:
    several times faster than a search among all of them.
    """

    def __init__(self, jahr_von: int, jahr_bis: int, fenster: Zeiten, nullpunkt_us: int) -> None:
        self.jahr_von, self.jahr_bis = jahr_von, jahr_bis
        # One day less on each side: a local year is not the UTC year.
        self.von_us = as_us(datetime(jahr_von, 1, 2, tzinfo=UTC)) if jahr_von > _ERSTES_JAHR else 0
        self.bis_us = as_us(datetime(jahr_bis, 12, 31, tzinfo=UTC) if jahr_bis < _LETZTES_JAHR else _ENDE)
        offen = np.maximum(fenster[:, 1] - fenster[:, 0], 0)
        weit = np.iinfo(np.int64)
        self.oeffnet = np.concatenate([[weit.min // 2], fenster[:, 0]])
        self.dauer = np.concatenate([[0], offen])
        self.davor = np.concatenate([[0], [0], np.cumsum(offen)[:-1]])[: len(self.oeffnet)]
        self._naechstes = np.append(self.oeffnet[1:], weit.max)
        # Room for the local midnight at which W is 0.
        self._tag = (self.von_us - 3 * KT_US) // KT_US
        mitternacht = np.arange(self._tag, (self.bis_us + KT_US) // KT_US + 1) * KT_US
        self._stelle = np.searchsorted(self.oeffnet, mitternacht, side="right") - 1
        self._je_tag = int(np.diff(self._stelle).max())
        self.davor = self.davor - self.stand(np.array([nullpunkt_us]))[0]
        self.stand_von, self.stand_bis = int(self.davor[0]), int(self.davor[-1] + self.dauer[-1])

    def stand(self, zeiten: Zeiten) -> Zeiten:
        """W for instants inside the table; block by block, so that what lies between stays in the cache."""
        flach = zeiten.reshape(-1)
        ergebnis = np.empty_like(flach)
        for ab in range(0, len(flach), _BLOCK):
            self._write(flach[ab : ab + _BLOCK], ergebnis[ab : ab + _BLOCK])
        return ergebnis.reshape(zeiten.shape)

    def _write(self, zeiten: Zeiten, ziel: Zeiten) -> None:
        stelle = self._stelle[zeiten // KT_US - self._tag]
        for _ in range(self._je_tag):
            stelle = stelle + (zeiten >= self._naechstes[stelle])
        np.subtract(zeiten, self.oeffnet[stelle], out=ziel)
        np.clip(ziel, 0, self.dauer[stelle], out=ziel)
        ziel += self.davor[stelle]

    def zeitpunkt(self, stand: int) -> int:
        """First instant at which W has this value."""
        stelle = int(np.searchsorted(self.davor[1:] + self.dauer[1:], stand, side="left")) + 1
        return int(self.oeffnet[stelle] + max(stand - int(self.davor[stelle]), 0))


_ENDE = datetime(2101, 1, 1, tzinfo=UTC)


def _jahr(us: int) -> int:
    jahr = 1970 + us // (365 * KT_US + KT_US // 4) if us >= 0 else 0
    if not _ERSTES_JAHR <= jahr <= _LETZTES_JAHR:
        raise _ausserhalb()
    return jahr


def _ausserhalb() -> Invalid:
    return Invalid(
        f"Die Arbeitszeit kann nicht berechnet werden: Ein Zeitpunkt liegt außerhalb der Jahre {_ERSTES_JAHR} bis "
        f"{_LETZTES_JAHR}. Bitte prüfen Sie die Daten."
    )
