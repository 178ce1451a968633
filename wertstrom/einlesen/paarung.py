"""Events of one Fall with a lifecycle (schedule, start, suspend, complete …) become Laeufe with times.

Owns the pairing rules for logs of other systems. Tolerant: a start without schedule, a complete without start, repeated
starts and interleaved Laeufe of the same activity all give a run; nothing is dropped but pauses of nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from wertstrom.ereignisprotokoll import Ausgang


@dataclass(slots=True)
class Ereignis:
    """One event of a log; `name`, `instanz` and `rolle` are codes. `uebergang` as `find_wirkung` knows it."""

    zeit_us: int
    name: int
    wirkung: Wirkung
    instanz: int | None = None
    rolle: int | None = None
    #: where in the log it stands
    zeile: int = 0


@dataclass(slots=True)
class Lauf:
    """One run of an activity; unknown instants are None. A pause is [von_us, bis_us | None, row of its event]."""

    name: int
    rolle: int | None
    #: row of its last event that says something about the whole run
    zeile: int
    bereit_us: int | None = None
    begonnen_us: int | None = None
    fertig_us: int | None = None
    ausgang: Ausgang = Ausgang.OFFEN
    pausen: list[tuple[int, int | None, int]] = field(default_factory=list)


Wirkung = Callable[[Ereignis, list[Lauf], list[Lauf]], None]


def pair(ereignisse: Iterable[Ereignis]) -> list[Lauf]:
    """Laeufe of one Fall: ended ones in the order of their ends, as the log has it, then open ones by their beginnings.

    Per activity (and instance, if the log has it) the oldest run that fits takes the event: a start the oldest that
    nobody began, a complete the oldest begun one, else the oldest waiting one, else a new run. Events count in the
    order of their times; equal times keep the order of the log.
    """
    laeufe: list[Lauf] = []
    offene: dict[tuple[int, int | None], list[Lauf]] = {}
    for ereignis in sorted(ereignisse, key=lambda e: e.zeit_us):
        ereignis.wirkung(ereignis, offene.setdefault((ereignis.name, ereignis.instanz), []), laeufe)
    rest = [lauf for liste in offene.values() for lauf in liste]
    return laeufe + sorted(rest, key=lambda lauf: lauf.bereit_us or lauf.begonnen_us or 0)


def find_wirkung(uebergang: str | None) -> Wirkung:
    """What a lifecycle transition does; an unknown or missing one ends a run."""
    return _WIRKUNG.get((uebergang or "").strip().lower(), _complete)


def is_ende(uebergang: str | None) -> bool:
    """Whether this transition always ends a run as done."""
    return find_wirkung(uebergang) is _complete


def _create(ereignis: Ereignis, offene: list[Lauf]) -> Lauf:
    lauf = Lauf(ereignis.name, ereignis.rolle, ereignis.zeile)
    offene.append(lauf)
    return lauf


def _schedule(ereignis: Ereignis, offene: list[Lauf], _laeufe: list[Lauf]) -> None:
    _create(ereignis, offene).bereit_us = ereignis.zeit_us


def _assign(ereignis: Ereignis, offene: list[Lauf], laeufe: list[Lauf]) -> None:
    if not offene:
        _schedule(ereignis, offene, laeufe)


def _start(ereignis: Ereignis, offene: list[Lauf], _laeufe: list[Lauf]) -> None:
    lauf = next((lauf for lauf in offene if lauf.begonnen_us is None), None) or _create(ereignis, offene)
    lauf.begonnen_us = ereignis.zeit_us
    lauf.rolle = lauf.rolle if ereignis.rolle is None else ereignis.rolle


def _suspend(ereignis: Ereignis, offene: list[Lauf], _laeufe: list[Lauf]) -> None:
    lauf = next((lauf for lauf in offene if lauf.begonnen_us is not None and not _is_paused(lauf)), None)
    if lauf:
        lauf.pausen.append((ereignis.zeit_us, None, ereignis.zeile))


def _resume(ereignis: Ereignis, offene: list[Lauf], _laeufe: list[Lauf]) -> None:
    lauf = next((lauf for lauf in offene if _is_paused(lauf)), None)
    if lauf:
        von, _, zeile = lauf.pausen[-1]
        lauf.pausen[-1] = (von, ereignis.zeit_us, zeile)


def _complete(ereignis: Ereignis, offene: list[Lauf], laeufe: list[Lauf]) -> None:
    _end(ereignis, offene, laeufe, Ausgang.ERLEDIGT)


def _drop(ereignis: Ereignis, offene: list[Lauf], laeufe: list[Lauf]) -> None:
    _end(ereignis, offene, laeufe, Ausgang.ENTFALLEN)


def _end(ereignis: Ereignis, offene: list[Lauf], laeufe: list[Lauf], ausgang: Ausgang) -> None:
    begonnen = next((lauf for lauf in offene if lauf.begonnen_us is not None), None)
    lauf = begonnen or (offene[0] if offene else _create(ereignis, offene))
    lauf.fertig_us, lauf.ausgang, lauf.zeile = ereignis.zeit_us, ausgang, ereignis.zeile
    lauf.rolle = lauf.rolle if ereignis.rolle is None else ereignis.rolle
    offene.remove(lauf)
    laeufe.append(lauf)


def _is_paused(lauf: Lauf) -> bool:
    return bool(lauf.pausen) and lauf.pausen[-1][1] is None


#: the standard transitions of XES, and the words of spreadsheets; anything else ends a run
_WIRKUNG: dict[str, Wirkung] = {
    **dict.fromkeys(("schedule", "scheduled", "enable", "enabled", "bereit"), _schedule),
    **dict.fromkeys(("assign", "reassign", "assigned", "uebernommen", "übernommen"), _assign),
    **dict.fromkeys(("start", "started", "begin", "beginn", "begonnen"), _start),
    **dict.fromkeys(("suspend", "suspended", "unterbrochen"), _suspend),
    **dict.fromkeys(("resume", "resumed", "fortgesetzt"), _resume),
    **dict.fromkeys(("withdraw", "ate_abort", "pi_abort", "autoskip", "manualskip", "entfallen"), _drop),
}
