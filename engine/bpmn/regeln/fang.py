"""Rules about errors, escalations and cancellations: who catches what is thrown, who throws what is caught."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from engine.bpmn.regeln.nachrichten import melde_person, name_der_art
from engine.bpmn.zeichnung import Bereich, Definition, Knoten, Zeichnung

_ARTEN = ("error", "escalation", "cancel")
_MAX_EBENEN = 500


def pruefe_fang(zeichnung: Zeichnung) -> None:
    """What is thrown and not caught, and what is caught and never thrown."""
    netz = Fangnetz(zeichnung)
    for bereich in zeichnung.bereiche():
        for knoten in bereich.knoten.values():
            definition = next((d for d in knoten.definitionen if d.art in _ARTEN), None)
            if definition is None:
                continue
            if knoten.als in ("endEvent", "intermediateThrowEvent"):
                if not netz.wird_gefangen(bereich, definition):
                    _melde_werfenden(zeichnung, knoten, definition)
            elif not netz.wird_geworfen(bereich, knoten, definition):
                _melde_fangenden(zeichnung, knoten, definition, netz.ort(bereich, knoten))


def _melde_werfenden(zeichnung: Zeichnung, knoten: Knoten, definition: Definition) -> None:
    benannt = f" „{definition.code}“" if definition.code else ""
    if definition.art == "cancel":
        zeichnung.warnung(
            "abbruch_ohne_transaktion",
            knoten,
            "Keine Transaktion um dieses Ende hat ein angeheftetes Abbruchereignis. Das Ende beendet nur den Weg.",
            "Zeichnen Sie das Ende in eine Transaktion und heften Sie an sie ein Abbruchereignis.",
        )
    elif definition.art == "error":
        zeichnung.warnung(
            "fehler_ohne_faenger",
            knoten,
            f"Kein Ereignis in dieser Datei fängt den Fehler{benannt}. Das Ende beendet nur den Weg.",
            "Heften Sie an den Teilprozess ein Fehlerereignis, oder zeichnen Sie einen Ereignis-Teilprozess.",
        )
    else:
        zeichnung.hinweis(
            "eskalation_ohne_faenger",
            knoten,
            f"Kein Ereignis in dieser Datei fängt die Eskalation{benannt}. Sie bleibt ohne Wirkung.",
            "Heften Sie an den Teilprozess ein Eskalationsereignis, oder zeichnen Sie einen Ereignis-Teilprozess.",
        )


def _melde_fangenden(zeichnung: Zeichnung, knoten: Knoten, definition: Definition, wo: Knoten | None) -> None:
    """Nothing in the file sets it off: a person reports errors and escalations, a cancellation never happens."""
    if definition.art != "cancel":
        melde_person(zeichnung, knoten, definition, wo)
        return
    zeichnung.hinweis(
        "niemand_wirft",
        knoten,
        f"Nichts in der Transaktion löst das Ereignis ({name_der_art(knoten)}) aus. Es tritt nie ein.",
        "Zeichnen Sie in der Transaktion ein Endereignis mit Abbruch.",
    )


def _schluessel(definition: Definition) -> tuple[str, str]:
    return definition.art, definition.code


class Fangnetz:
    """How scopes and processes lie in each other, and what catches or throws in them.

    Everything is counted by kind and code once, so that a hostile drawing does not cost the square of its size.
    """

    def __init__(self, zeichnung: Zeichnung) -> None:
        self._eltern: dict[str, Bereich] = {}
        self._aufrufe: dict[str, list[tuple[Bereich, Knoten]]] = defaultdict(list)
        self._prozesse = {p.id: p for p in zeichnung.prozesse}
        #: what event sub-processes of a scope catch, what boundary events of an activity catch
        self._lauscher: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
        self._raender: dict[str, set[tuple[str, str]]] = defaultdict(set)
        self._geworfen: dict[str, frozenset[tuple[str, str]]] = {}
        self._summen: dict[str, Counter[tuple[str, str]]] = {}
        for bereich in zeichnung.bereiche():
            for knoten in bereich.knoten.values():
                self._add(bereich, knoten)

    def _add(self, bereich: Bereich, knoten: Knoten) -> None:
        if knoten.als == "callActivity":
            self._aufrufe[knoten.aufruf].append((bereich, knoten))
        if knoten.als == "boundaryEvent":
            self._raender[knoten.angeheftet_an].update(_schluessel(d) for d in knoten.definitionen)
        if knoten.inhalt is not None:
            self._eltern[knoten.inhalt.id] = bereich
            self._lauscher[bereich.id].update(_lauscht(knoten))

    def wird_gefangen(self, bereich: Bereich, definition: Definition) -> bool:
        """Whether an event around this scope, or around a call of its process, catches it."""
        offen: list[tuple[Bereich, Knoten | None]] = [(bereich, None)]
        for _ in range(_MAX_EBENEN):
            if not offen:
                return False
            ebene, innen = offen.pop()
            if self._faengt(ebene, innen, definition):
                return True
            if definition.art == "cancel" and innen is not None and innen.als == "transaction":
                continue  # the innermost transaction is meant
            if ebene.eltern is not None:
                offen.append((self._eltern[ebene.id], ebene.eltern))
            elif definition.art != "cancel":
                offen += self._aufrufe.get(ebene.id, [])
        return True  # too many calls to tell: no finding is better than a wrong one

    def _faengt(self, ebene: Bereich, innen: Knoten | None, definition: Definition) -> bool:
        """Whether something at this level catches what comes out of `innen`, or is thrown here."""
        passend = {(definition.art, ""), _schluessel(definition)}
        if innen is not None and self._raender.get(innen.id, set()) & passend:
            return True
        eigene = _lauscht(innen) if innen is not None else []
        lauscher = self._lauscher.get(ebene.id, Counter())
        return any(lauscher[schluessel] > eigene.count(schluessel) for schluessel in passend)

    def ort(self, bereich: Bereich, faenger: Knoten) -> Knoten | None:
        """The activity at whose border this event hangs, or the event sub-process that it begins."""
        return bereich.knoten[faenger.angeheftet_an] if faenger.als == "boundaryEvent" else bereich.eltern

    def wird_geworfen(self, bereich: Bereich, faenger: Knoten, definition: Definition) -> bool:
        """Whether something may reach this catch event; a service or an unknown process may throw anything."""
        gesucht = {(definition.art, definition.code), _ALLES}
        if faenger.als == "boundaryEvent":
            return bool(self._aus(bereich.knoten[faenger.angeheftet_an]) & gesucht)
        if bereich.eltern is None:
            return False
        summe, eigene = self._summe(self._eltern[bereich.id]), self._aus(bereich.eltern)
        return any(summe[schluessel] > (schluessel in eigene) for schluessel in gesucht)

    def _summe(self, bereich: Bereich) -> Counter[tuple[str, str]]:
        if bereich.id not in self._summen:
            self._summen[bereich.id] = Counter(s for k in bereich.knoten.values() for s in self._aus(k))
        return self._summen[bereich.id]

    def _aus(self, knoten: Knoten) -> frozenset[tuple[str, str]]:
        """What can come out of a node: kind and code, and kind alone."""
        if knoten.id not in self._geworfen:
            self._geworfen[knoten.id] = frozenset(self._sammle(knoten))
        return self._geworfen[knoten.id]

    def _sammle(self, wurzel: Knoten) -> Iterator[tuple[str, str]]:
        offen, gerufen = [wurzel], set[str]()
        while offen:
            knoten = offen.pop()
            if knoten.als in ("endEvent", "intermediateThrowEvent"):
                for definition in knoten.definitionen:
                    yield from {(definition.art, ""), _schluessel(definition)}
            elif knoten.als == "serviceTask" or (knoten.als == "callActivity" and knoten.aufruf not in self._prozesse):
                yield _ALLES
            elif knoten.als == "callActivity" and knoten.aufruf not in gerufen:
                gerufen.add(knoten.aufruf)
                offen.extend(self._prozesse[knoten.aufruf].knoten.values())
            if knoten.inhalt is not None:
                offen.extend(knoten.inhalt.knoten.values())


#: stands for any error or escalation
_ALLES = ("", "")


def _lauscht(knoten: Knoten) -> list[tuple[str, str]]:
    """What sets an event sub-process off."""
    if not knoten.ereignis_teilprozess or knoten.inhalt is None:
        return []
    return [_schluessel(d) for start in knoten.inhalt.vom_typ("startEvent") for d in start.definitionen]
