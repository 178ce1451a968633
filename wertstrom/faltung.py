"""Folds the Ereignisse of one Vorgang into its Fall: Schritte with times and Pausen, whatever the order of claims.

Owns the state machine between the engine's vocabulary and the contract. Pure: takes plain rows, never persons. It is
tolerant where the record is odd (claimed twice, begun twice, ended without begin) and never gives a negative time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from wertstrom.ereignisprotokoll import Art, Ausgang, FallAusgang

Zeile = dict[str, Any]

#: the milestone that every Vorgang reaches at its first contact
EINGANG = "m_eingang"
#: an Aufgabe that was begun and put back: nobody works on it, and nobody outside has to act
ZURUECKGELEGT = "zurueckgelegt"


class Vorfall(NamedTuple):
    """One Ereignis without its person. Rows of a Vorgang come in the order in which they were recorded."""

    #: `engine.model.EreignisArt`
    art: str
    zeit_us: int
    knoten: str | None = None
    lauf: int | None = None
    name: str = ""
    schritt_art: str = Art.AUFGABE
    rolle: str | None = None
    grund: str | None = None
    #: for a pause: whether somebody outside the office has to act
    extern: bool = False
    #: name of the milestone that was reached with it
    meilenstein: str | None = None
    frist_us: int | None = None


@dataclass(frozen=True, slots=True)
class Kopf:
    """What is known of a Vorgang besides its Ereignisse."""

    fall: int
    prozess: str
    version: int
    beispiel: bool


@dataclass(slots=True)
class Gefaltet:
    """Rows for `ereignisprotokoll.create_protokoll`."""

    faelle: list[Zeile] = field(default_factory=list)
    schritte: list[Zeile] = field(default_factory=list)
    pausen: list[Zeile] = field(default_factory=list)
    meilensteine: list[Zeile] = field(default_factory=list)
    merkmale: list[Zeile] = field(default_factory=list)
    ereignisse: int = 0


@dataclass(slots=True)
class _Lauf:
    knoten: str
    lauf: int
    name: str
    art: str
    rolle: str | None
    bereit: int | None
    zuletzt: int
    begonnen: int | None = None
    fertig: int | None = None
    ausgang: Ausgang = Ausgang.OFFEN
    grund: str | None = None
    #: von, bis, grund, extern
    pausen: list[tuple[int, int | None, str, bool]] = field(default_factory=list)
    wieder_uebernommen: int | None = None
    frist: int | None = None

    @property
    def has_zeit(self) -> bool:
        return (self.bereit, self.begonnen, self.fertig) != (None, None, None)

    @property
    def ist_unterbrochen(self) -> bool:
        return bool(self.pausen) and self.pausen[-1][1] is None

    def pause(self, zeit: int, grund: str, extern: bool) -> None:
        if not self.ist_unterbrochen:
            self.pausen.append((zeit, None, grund, extern))
            self.wieder_uebernommen = None

    def resume(self, zeit: int) -> None:
        if self.ist_unterbrochen:
            von, _, grund, extern = self.pausen[-1]
            self.pausen[-1] = (von, max(zeit, von), grund, extern)

    def end(self, zeit: int, ausgang: Ausgang, grund: str | None) -> None:
        in_korb = self.ist_unterbrochen and self.pausen[-1][2] == ZURUECKGELEGT
        # Taken out of the basket again and finished: work went on when it was claimed, at the latest.
        self.resume(self.wieder_uebernommen if in_korb and self.wieder_uebernommen is not None else zeit)
        self.fertig, self.ausgang, self.grund = zeit, ausgang, grund


class _Fall:
    def __init__(self, kopf: Kopf, start: int) -> None:
        self.kopf, self.start = kopf, start
        self.ende: int | None = None
        self.ausgang = FallAusgang.OFFEN
        self.laeufe: dict[tuple[str, int], _Lauf] = {}

    def open_lauf(self, v: Vorfall, knoten: str) -> _Lauf:
        nummer = v.lauf or 1
        if (knoten, nummer) in self.laeufe:
            nummer = 1 + max(lauf for anderer, lauf in self.laeufe if anderer == knoten)
        lauf = _Lauf(knoten, nummer, v.name or knoten, v.schritt_art, v.rolle, v.zeit_us, v.zeit_us)
        lauf.frist = v.frist_us
        self.laeufe[(knoten, nummer)] = lauf
        return lauf

    def find_lauf(self, v: Vorfall, knoten: str) -> _Lauf:
        """The run that is meant: the numbered one while it is open, else the newest open one, else one without past."""
        genau = self.laeufe.get((knoten, v.lauf or 1))
        if genau and genau.fertig is None:
            return genau
        offene = [lauf for lauf in self.laeufe.values() if lauf.knoten == knoten and lauf.fertig is None]
        if offene:
            return offene[-1]
        lauf = self.open_lauf(v, knoten)
        lauf.bereit = None
        return lauf

    def close(self, ende: int, ausgang: FallAusgang) -> None:
        for lauf in self.laeufe.values():
            if lauf.fertig is None:
                lauf.end(max(ende, lauf.zuletzt), Ausgang.ENTFALLEN, None)
        self.ende, self.ausgang = ende, ausgang

    def settle(self) -> None:
        """What came after the end counts: an open run opens the Fall again, a later end moves it."""
        bekannt = {k: lauf for k, lauf in self.laeufe.items() if lauf.has_zeit}
        self.laeufe = bekannt
        if self.ende is None or any(lauf.fertig is None for lauf in bekannt.values()):
            self.ende, self.ausgang = None, FallAusgang.OFFEN
        else:
            self.ende = max([self.ende, *(lauf.fertig for lauf in bekannt.values() if lauf.fertig is not None)])


def fold(kopf: Kopf, vorfaelle: Iterable[Vorfall], ziel: Gefaltet) -> None:
    """Add the Fall of one Vorgang to `ziel`; without any Vorfall nothing is added."""
    zeilen = list(vorfaelle)
    if not zeilen:
        return
    start = next((v.zeit_us for v in zeilen if v.art == "vorgang_gestartet"), zeilen[0].zeit_us)
    fall = _Fall(kopf, start)
    for vorfall in zeilen:
        _apply(fall, vorfall._replace(zeit_us=max(vorfall.zeit_us, start)))
    fall.settle()
    ziel.ereignisse += len(zeilen)
    _write(fall, ziel)


def fold_meilensteine(kopf: Kopf, vorfaelle: Iterable[Vorfall], ziel: Gefaltet) -> None:
    """Add when the Vorgang reached its milestones, the whole record of it; the Eingang counts first, all others last.

    A milestone may be reached after the end of what is measured as Durchlaufzeit, e.g. the beginning of the Hilfe.
    """
    erreicht: dict[str, int] = {}
    for v in vorfaelle:
        if v.art == "vorgang_gestartet":
            erreicht.setdefault(EINGANG, v.zeit_us)
        if v.meilenstein == EINGANG:
            erreicht.setdefault(EINGANG, v.zeit_us)
        elif v.meilenstein:
            erreicht[v.meilenstein] = v.zeit_us
    ziel.meilensteine += [{"fall": kopf.fall, "meilenstein": name, "zeit_us": us} for name, us in erreicht.items()]


def _apply(fall: _Fall, v: Vorfall) -> None:
    if v.art in _ENDEN:
        fall.close(v.zeit_us, _ENDEN[v.art])
    elif v.knoten is not None and v.art in _BEREIT:
        lauf = fall.open_lauf(v, v.knoten)
        if v.art == "wartet":
            lauf.art = Art.WARTEN
    elif v.knoten is not None and v.art in _WIRKUNG:
        lauf = fall.find_lauf(v, v.knoten)
        # Instants of one run only move forward; a late entry (begun when claimed) may name an earlier one.
        zeit = lauf.zuletzt = max(v.zeit_us, lauf.zuletzt)
        _WIRKUNG[v.art](lauf, v._replace(zeit_us=zeit))


def _claim(lauf: _Lauf, v: Vorfall) -> None:
    lauf.rolle = v.rolle or lauf.rolle
    lauf.wieder_uebernommen = v.zeit_us


def _release(lauf: _Lauf, v: Vorfall) -> None:
    if lauf.begonnen is not None:
        lauf.pause(v.zeit_us, ZURUECKGELEGT, False)


def _begin(lauf: _Lauf, v: Vorfall) -> None:
    if lauf.begonnen is None:
        lauf.begonnen = v.zeit_us
    lauf.resume(v.zeit_us)


def _pause(lauf: _Lauf, v: Vorfall) -> None:
    if lauf.begonnen is None:
        lauf.begonnen = v.zeit_us
    lauf.pause(v.zeit_us, v.grund or "ohne_grund", v.extern)


def _resume(lauf: _Lauf, v: Vorfall) -> None:
    lauf.resume(v.zeit_us)


def _complete(lauf: _Lauf, v: Vorfall) -> None:
    lauf.end(v.zeit_us, Ausgang.ERLEDIGT, None)


def _return(lauf: _Lauf, v: Vorfall) -> None:
    lauf.end(v.zeit_us, Ausgang.ZURUECKGEGEBEN, v.grund)


def _drop(lauf: _Lauf, v: Vorfall) -> None:
    lauf.end(v.zeit_us, Ausgang.ENTFALLEN, None)


_BEREIT = frozenset({"bereit", "wartet"})
_ENDEN = {"vorgang_beendet": FallAusgang.ABGESCHLOSSEN, "vorgang_abgebrochen": FallAusgang.ABGEBROCHEN}
_WIRKUNG: dict[str, Callable[[_Lauf, Vorfall], None]] = {
    "uebernommen": _claim,
    "zurueckgelegt": _release,
    "weitergegeben": _release,
    "begonnen": _begin,
    "unterbrochen": _pause,
    "fortgesetzt": _resume,
    "erledigt": _complete,
    "zurueckgegeben": _return,
    "entfallen": _drop,
    "eingetreten": _complete,
}


def _write(fall: _Fall, ziel: Gefaltet) -> None:
    kopf = fall.kopf
    ziel.faelle.append(
        {
            "fall": kopf.fall,
            "prozess": kopf.prozess,
            "version": kopf.version,
            "start_us": fall.start,
            "ende_us": fall.ende,
            "ausgang": fall.ausgang.value,
            "beispiel": kopf.beispiel,
        }
    )
    for lauf in fall.laeufe.values():
        schluessel = {"fall": kopf.fall, "knoten": lauf.knoten, "lauf": lauf.lauf}
        ziel.schritte.append(
            {
                **schluessel,
                "name": lauf.name,
                "rolle": lauf.rolle,
                "art": str(lauf.art),
                "bereit_us": lauf.bereit,
                "begonnen_us": lauf.begonnen,
                "fertig_us": lauf.fertig,
                "ausgang": lauf.ausgang.value,
                "grund": lauf.grund,
                "frist_us": lauf.frist,
            }
        )
        for von, bis, grund, extern in lauf.pausen:
            ziel.pausen.append({**schluessel, "von_us": von, "bis_us": bis, "grund": grund, "extern": extern})
