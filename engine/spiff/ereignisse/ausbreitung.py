"""Who catches an error or an escalation: the nearest, from the inside outwards.

On each level first its event sub-processes, then the boundary of the activity around the level; at each of these
places a matching code comes before a catch-all. An event sub-process never catches what is thrown inside of itself,
and one that has interrupted its level leaves nobody there who could. SpiffWorkflow starts error and escalation
handlers at once instead (SpiffWorkflow fault 14).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from engine.spiff.marke import Marke


def verbreite(marke: Marke, wurf: Any, *, am_rand: bool = False) -> bool:
    """Let somebody catch what a token throws; False if nobody does. `am_rand`: its own boundary comes first."""
    if am_rand and _fange_am_rand(marke, wurf):
        return True
    ebene, durch = marke.workflow, None
    while not _fange_in_ebene(ebene, durch, wurf):
        durch = ebene.besitzer
        if durch is None:
            return False
        if _fange_am_rand(durch, wurf):
            return True
        ebene = durch.workflow
    return True


def brich_transaktion_ab(marke: Marke, wurf: Any) -> bool:
    """Cancel the innermost transaction of this process around a token; False if there is none that expects it."""
    besitzer = marke.workflow.besitzer
    while besitzer is not None and not besitzer.task_spec.is_aufruf:
        if besitzer.task_spec.bpmn_typ == "transaction":
            return _fange_am_rand(besitzer, wurf)
        besitzer = besitzer.workflow.besitzer
    return False


def _fange_in_ebene(ebene: Any, durch: Marke | None, wurf: Any) -> bool:
    """`durch`: the token of this level out of whose inside it comes."""
    innen = None if durch is None else durch.task_spec
    if innen is not None and innen.is_behandlung and innen.unterbricht:
        return False
    faenger = _bester((f for f in ebene.spec.faenger if f is not innen), wurf)
    if faenger is not None:
        faenger.beginne(ebene)
    return faenger is not None


def _fange_am_rand(marke: Marke, wurf: Any) -> bool:
    eltern = marke.eltern
    traeger = eltern if eltern is not None and eltern.task_spec.is_mehrfach else marke
    rand = _bester(traeger.task_spec.raender, wurf)
    if rand is not None:
        rand.fange(traeger)
    return rand is not None


def _bester(faenger: Iterable[Any], wurf: Any) -> Any:
    """Who catches it best, the first of equals; None if nobody does."""
    bester, guete = None, 0
    for einer in faenger:
        if wurf.passt(einer.definition) > guete:
            bester, guete = einer, wurf.passt(einer.definition)
    return bester
