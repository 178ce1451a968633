"""Intervals, tests and control charts for figures that others will doubt. Pure: numbers in, numbers out.

Owns the methods and their seeds: the same numbers always give the same interval. `scipy.stats` does the mathematics; it
is imported where it is needed, because the import alone takes most of a second.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Werte = npt.NDArray[np.float64]

SICHERHEIT = 0.95
#: resamples of a bootstrap; the interval moves by about a tenth of its width between seeds
WIEDERHOLUNGEN = 1_000
#: larger samples are thinned at random before: the interval then is wider than it had to be, never narrower
_STICHPROBE_HOECHSTENS = 5_000
_SAAT = 20_260_601
#: Wheeler's constant for individual values: 3 / d2(2)
_XMR = 2.66
#: for the upper limit of the moving range: D4(2)
_MR_OBEN = 3.268
#: so many values on one side of the centre line are a signal
_LAUF = 8


@dataclass(frozen=True, slots=True)
class Intervall:
    """Confidence interval, 95 % unless said otherwise."""

    von: float
    bis: float


@dataclass(frozen=True, slots=True)
class Rangtest:
    """Mann-Whitney: whether values of one side tend to be smaller; says nothing about by how much."""

    p: float
    #: probability that a value drawn from b is smaller than one from a, ties half
    kleiner: float


@dataclass(frozen=True, slots=True)
class Regelkarte:
    """XmR chart of individual values in their order."""

    werte: tuple[float, ...]
    mittel: float
    unten: float
    oben: float
    spannweite_mittel: float
    spannweite_oben: float
    #: index of a value → why it is a signal
    signale: dict[int, str]


@dataclass(frozen=True, slots=True)
class Drift:
    """Trend over time: slope per unit of time (Theil-Sen) with its interval, and Kendall's test for any trend."""

    je_einheit: float
    intervall: Intervall
    p: float


def anteil_intervall(treffer: int, n: int) -> Intervall | None:
    """Wilson interval of a share; None without anything counted.

    Source
        Wilson: JASA 22 (1927) 209–212.

    Example
    -------
    >>> i = anteil_intervall(8, 10)
    >>> round(i.von, 3), round(i.bis, 3)
    (0.49, 0.943)
    """
    if not n:
        return None
    grenzen = _stats().binomtest(treffer, n).proportion_ci(SICHERHEIT, method="wilson")
    return Intervall(float(grenzen.low), float(grenzen.high))


def differenz_der_mediane(a: Sequence[float], b: Sequence[float]) -> Intervall | None:
    """Bootstrap interval (percentile) of median(b) - median(a); None with fewer than two values on a side.

    Source
        Efron, Tibshirani: An Introduction to the Bootstrap (1993), chapter 13.

    Example
    -------
    >>> i = differenz_der_mediane([10.0] * 40, [7.0] * 40)
    >>> (i.von, i.bis)
    (-3.0, -3.0)
    """
    if min(len(a), len(b)) < 2:
        return None
    zufall = np.random.default_rng(_SAAT)
    seiten = tuple(_thinned(np.asarray(seite, dtype=np.float64), zufall) for seite in (a, b))
    if all(np.ptp(seite) == 0 for seite in seiten):
        fest = float(seiten[1][0] - seiten[0][0])
        return Intervall(fest, fest)
    ergebnis = _stats().bootstrap(
        seiten,
        lambda x, y, axis: np.median(y, axis=axis) - np.median(x, axis=axis),
        n_resamples=WIEDERHOLUNGEN,
        batch=100,
        vectorized=True,
        confidence_level=SICHERHEIT,
        method="percentile",
        rng=zufall,
    )
    grenzen = ergebnis.confidence_interval
    return Intervall(float(grenzen.low), float(grenzen.high))


def rangtest(a: Sequence[float], b: Sequence[float]) -> Rangtest | None:
    """Mann-Whitney U test, two-sided; None with an empty side.

    Source
        Mann, Whitney: Annals of Mathematical Statistics 18 (1947) 50–60.

    Example
    -------
    >>> t = rangtest([4.0, 5.0, 6.0], [1.0, 2.0, 3.0])
    >>> round(t.p, 3), t.kleiner
    (0.1, 1.0)
    """
    if not len(a) or not len(b):
        return None
    ergebnis = _stats().mannwhitneyu(a, b, alternative="two-sided")
    return Rangtest(float(ergebnis.pvalue), float(ergebnis.statistic) / (len(a) * len(b)))


def regelkarte(werte: Sequence[float]) -> Regelkarte | None:
    """XmR chart: limits are mean ± 2,66 · mean moving range; None with fewer than two values.

    Signals: a value outside the limits; 8 in a row on one side of the mean; 3 of 4 in a row nearer to the same limit
    than to the mean. The lower limit may be negative; a Durchlaufzeit then has none.

    Source
        Wheeler: Understanding Variation (1993).

    Example
    -------
    >>> karte = regelkarte([10, 12, 11, 13, 30])
    >>> round(karte.mittel, 2), round(karte.oben, 2), karte.signale
    (15.2, 29.83, {4: 'außerhalb der Grenzen'})
    """
    if len(werte) < 2:
        return None
    reihe = np.asarray(werte, dtype=np.float64)
    mittel, spanne = float(reihe.mean()), float(np.abs(np.diff(reihe)).mean())
    weite = _XMR * spanne
    return Regelkarte(
        tuple(reihe.tolist()), mittel, mittel - weite, mittel + weite, spanne, _MR_OBEN * spanne, _signals(reihe, weite)
    )


def drift(zeiten: Sequence[float], werte: Sequence[float]) -> Drift | None:
    """Whether values rise or fall over time; None with fewer than four values or without any spread of time.

    Source
        Theil 1950, Sen: JASA 63 (1968) 1379–1389; Kendall 1938.

    Example
    -------
    >>> d = drift([0, 1, 2, 3, 4], [10.0, 12.0, 14.0, 16.0, 18.0])
    >>> d.je_einheit, round(d.p, 3)
    (2.0, 0.017)
    """
    if len(werte) < 4 or len(set(zeiten)) < 2 or len(set(werte)) < 2:
        return None
    stats = _stats()
    steigung = stats.theilslopes(werte, zeiten, SICHERHEIT)
    p = float(stats.kendalltau(zeiten, werte).pvalue)
    return Drift(float(steigung.slope), Intervall(float(steigung.low_slope), float(steigung.high_slope)), p)


def _signals(reihe: Werte, weite: float) -> dict[int, str]:
    abstand = reihe - reihe.mean()
    signale: dict[int, str] = {}
    seite, laenge = 0.0, 0
    for i, wert in enumerate(abstand):
        laenge = laenge + 1 if np.sign(wert) == seite and wert != 0 else int(wert != 0)
        seite = float(np.sign(wert))
        nah = [math.copysign(1, w) for w in abstand[max(0, i - 3) : i + 1] if abs(w) > weite / 2]
        if abs(wert) > weite:
            signale[i] = "außerhalb der Grenzen"
        elif laenge >= _LAUF:
            signale[i] = f"{_LAUF} in Folge auf einer Seite"
        elif abs(wert) > weite / 2 and nah.count(seite) >= 3:
            signale[i] = "3 von 4 nahe einer Grenze"
    return signale


def _thinned(werte: Werte, zufall: np.random.Generator) -> Werte:
    if len(werte) <= _STICHPROBE_HOECHSTENS:
        return werte
    return zufall.choice(werte, _STICHPROBE_HOECHSTENS, replace=False)


def _stats() -> Any:
    from scipy import stats

    return stats
