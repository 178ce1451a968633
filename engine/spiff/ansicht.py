"""Describes where the tokens of a Vorgang stand."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

from engine.spiff.dienste import EINGABEN
from engine.spiff.ebene import Vorgangsebene
from engine.spiff.ereignisse.definition import SCHLUESSEL
from engine.spiff.ergebnis import Bereit, Wartend
from engine.spiff.marke import WARTET, Marke


def bereit(oben: Vorgangsebene, wache: Sequence[Marke]) -> tuple[Bereit, ...]:
    """The tokens that a person may finish, in the order of creation."""
    nummern = [m.nr for m in wache if m.task_spec.is_offen(m)]
    offene = [Bereit(m.id, m.task_spec.bpmn_id, m.workflow.spec.prozess_id) for m in wache if m.task_spec.is_offen(m)]
    for ebene in oben.ebenen():
        arbeit, spez = ebene.arbeit, ebene.spec
        nummern += arbeit.nr
        offene += map(Bereit, arbeit.token, map(spez.arbeit.__getitem__, arbeit.ort), itertools.repeat(spez.prozess_id))
    return tuple([offene[stelle] for stelle in sorted(range(len(nummern)), key=nummern.__getitem__)])


def wartend(marken: Iterable[Marke]) -> tuple[Wartend, ...]:
    """The tokens that wait for an event or a service, in the given order."""
    return tuple(_wartend(m) for m in marken if is_wartend(m))


def is_wartend(marke: Marke) -> bool:
    """Whether a token waits for something that may happen; arrivals at a join do not."""
    definition = marke.task_spec.definition
    return marke._state == WARTET and definition is not None and definition.art is not None


def _wartend(marke: Marke) -> Wartend:
    spez = marke.task_spec
    return Wartend(
        marke.id,
        spez.bpmn_id,
        marke.workflow.spec.prozess_id,
        spez.definition.art,
        spez.faellig_am(marke),
        spez.angeheftet,
        spez.definition.name,
        marke.internal_data.get(SCHLUESSEL),
        marke.internal_data.get(EINGABEN, {}),
    )
