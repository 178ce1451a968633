"""Where a step may be sent back to without disturbing parallel branches.

Walks backwards through the executable copy; decides on structure only, not on what a Vorgang has really visited.
"""

from __future__ import annotations

from collections import deque

from engine.bpmn.zeichnung import Bereich, Knoten

MAX_ZIELE = 20
_MAX_BESUCHE = 500  # keeps a hostile drawing from costing the square of its size
_DURCHLAESSIG = frozenset(
    {
        "exclusiveGateway",
        "eventBasedGateway",
        "intermediateThrowEvent",
        "intermediateCatchEvent",
        "receiveTask",
        "businessRuleTask",
        "scriptTask",
    }
)


def rueckgabe_ziele(bereich: Bereich, schritt: Knoten) -> tuple[str, ...]:
    """Human steps from which `schritt` is reached over exclusive gateways, events and automatic steps, nearest first.

    Never across a parallel or inclusive gateway, a step that runs several times, a sub-process, a call, a service, an
    event that throws (nothing is sent twice), or out of the scope.

    Nor to what waits behind an event gateway: the others it races with would be missing. At most `MAX_ZIELE`; empty
    for anything but a human step that runs once, and in an ad-hoc sub-process, where every step can be done again.
    """
    if not schritt.ist_mensch or schritt.wiederholung is not None or bereich.ist_adhoc:
        return ()
    ziele: list[str] = []
    gesehen = {schritt.id}
    offen = deque([schritt])
    while offen and len(ziele) < MAX_ZIELE and len(gesehen) < _MAX_BESUCHE:
        for fluss in bereich.eingehend(offen.popleft()):
            vorher = bereich.knoten[fluss.von]
            if vorher.id in gesehen or not _is_passable(vorher):
                continue
            gesehen.add(vorher.id)
            offen.append(vorher)
            if vorher.ist_mensch and not _races(bereich, vorher):
                ziele.append(vorher.id)
    return tuple(ziele[:MAX_ZIELE])


def _races(bereich: Bereich, knoten: Knoten) -> bool:
    return any(bereich.knoten[f.von].als == "eventBasedGateway" for f in bereich.eingehend(knoten))


def _is_passable(knoten: Knoten) -> bool:
    wirft = knoten.als == "intermediateThrowEvent" and bool(knoten.definitionen)
    return (knoten.als in _DURCHLAESSIG or knoten.ist_mensch) and knoten.wiederholung is None and not wirft
