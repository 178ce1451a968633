"""Rules about errors, escalations and cancellations: who catches what is thrown, who throws what is caught."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from engine.bpmn.regeln.nachrichten import melde_person, name_der_art
from engine.bpmn.zeichnung import Bereich, Definition, Knoten, Zeichnung

_ARTEN = ("error", "escalation", "cancel")
_MAX_EBENEN = 500


def pruefe_fang(zeichnung: Zeichnung) -> None:
    """What is thrown and not caught, and what is caught and never thrown."""
    netz = _Netz(zeichnung)
    for bereich in zeichnung.bereiche():
        for knoten in bereich.knoten.values():
            definition = next((d for d in knoten.definitionen if d.art in _ARTEN), None)
            if definition is None:
                continue
            if knoten.als in ("endEvent", "intermediateThrowEvent"):
                if not netz.wird_gefangen(bereich, definition):
                    _melde_werfenden(zeichnung, knoten, definition)
            elif not any(d is None or _passt(d, definition) for d in netz.geworfen_um(bereich, knoten)):
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


def _passt(geworfen: Definition, gefangen: Definition) -> bool:
    return geworfen.art == gefangen.art and gefangen.code in ("", geworfen.code)


class _Netz:
    """How scopes and processes lie in each other, and what catches or throws in them."""

    def __init__(self, zeichnung: Zeichnung) -> None:
        self._eltern: dict[str, Bereich] = {}
        self._aufrufe: dict[str, list[tuple[Bereich, Knoten]]] = defaultdict(list)
        self._prozesse = {p.id: p for p in zeichnung.prozesse}
        self._lauscher: dict[str, list[tuple[Knoten, Definition]]] = defaultdict(list)
        for bereich in zeichnung.bereiche():
            for knoten in bereich.knoten.values():
                self._add(bereich, knoten)

    def _add(self, bereich: Bereich, knoten: Knoten) -> None:
        if knoten.als == "callActivity":
            self._aufrufe[knoten.aufruf].append((bereich, knoten))
        if knoten.inhalt is None:
            return
        self._eltern[knoten.inhalt.id] = bereich
        if knoten.ereignis_teilprozess:
            starts = knoten.inhalt.vom_typ("startEvent")
            self._lauscher[bereich.id] += [(knoten, d) for s in starts for d in s.definitionen]

    def wird_gefangen(self, bereich: Bereich, definition: Definition) -> bool:
        """Whether an event around this scope, or around a call of its process, catches it."""
        offen: list[tuple[Bereich, Knoten | None]] = [(bereich, None)]
        for _ in range(_MAX_EBENEN):
            if not offen:
                return False
            ebene, innen = offen.pop()
            if any(_passt(definition, d) for d in self._faenger(ebene, innen)):
                return True
            if definition.art == "cancel" and innen is not None and innen.als == "transaction":
                continue  # the innermost transaction is meant
            if ebene.eltern is not None:
                offen.append((self._eltern[ebene.id], ebene.eltern))
            elif definition.art != "cancel":
                offen += self._aufrufe.get(ebene.id, [])
        return True  # too many calls to tell: no finding is better than a wrong one

    def _faenger(self, ebene: Bereich, innen: Knoten | None) -> Iterator[Definition]:
        """What catches at this level something that comes out of `innen`, or that is thrown here."""
        if innen is not None:
            yield from (d for rand in ebene.raender(innen) for d in rand.definitionen)
        yield from (d for knoten, d in self._lauscher.get(ebene.id, ()) if knoten is not innen)

    def ort(self, bereich: Bereich, faenger: Knoten) -> Knoten | None:
        """The activity at whose border this event hangs, or the event sub-process that it begins."""
        return bereich.knoten[faenger.angeheftet_an] if faenger.als == "boundaryEvent" else bereich.eltern

    def geworfen_um(self, bereich: Bereich, faenger: Knoten) -> Iterator[Definition | None]:
        """What may reach this catch event; None stands for anything."""
        if faenger.als == "boundaryEvent":
            return self._geworfen([bereich.knoten[faenger.angeheftet_an]])
        if bereich.eltern is None:
            return iter(())
        aussen = self._eltern[bereich.id]
        return self._geworfen([k for k in aussen.knoten.values() if k is not bereich.eltern])

    def _geworfen(self, offen: list[Knoten]) -> Iterator[Definition | None]:
        gerufen: set[str] = set()
        while offen:
            knoten = offen.pop()
            if knoten.als in ("endEvent", "intermediateThrowEvent"):
                yield from (d for d in knoten.definitionen if d.art in _ARTEN)
            elif knoten.als == "serviceTask":
                yield None
            elif knoten.als == "callActivity" and knoten.aufruf not in gerufen:
                gerufen.add(knoten.aufruf)
                if knoten.aufruf in self._prozesse:
                    offen.extend(self._prozesse[knoten.aufruf].knoten.values())
                else:
                    yield None
            if knoten.inhalt is not None:
                offen.extend(knoten.inhalt.knoten.values())
