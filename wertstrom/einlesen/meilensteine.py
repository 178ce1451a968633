"""Milestones of an imported log: which activities reach them, said by the user, because a log has none.

Owns the reading of `NAME=AKTIVITAET` and the filling of the table; changes nothing else of a Protokoll.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from engine.errors import Invalid
from wertstrom.ereignisprotokoll import MEILENSTEINE, Protokoll
from wertstrom.faltung import EINGANG


def parse_meilensteine(angaben: Iterable[str]) -> dict[str, str]:
    """„m_bescheid=Bescheid erlassen“ → milestone and activity; raises `Invalid` for anything else."""
    zuordnung: dict[str, str] = {}
    for angabe in angaben:
        name, gleich, aktivitaet = (teil.strip() for teil in angabe.partition("="))
        if not gleich or not aktivitaet or not re.fullmatch(r"m_[a-z0-9_]{1,40}", name):
            raise Invalid(
                f"Der Meilenstein „{angabe[:60]}“ ist nicht verständlich. Erwartet wird NAME=AKTIVITÄT, "
                "z. B. m_bescheid=Bescheid erlassen."
            )
        zuordnung[name] = aktivitaet
    return zuordnung


def add_meilensteine(protokoll: Protokoll, zuordnung: Mapping[str, str]) -> Protokoll:
    """The same Protokoll with its milestones: the start of each Fall is the Eingang, the last end of an activity its.

    Raises `Invalid` when an activity does not occur.
    """
    faelle = protokoll.faelle
    teile = [_table(faelle["fall"], EINGANG, faelle["start_us"])] if EINGANG not in zuordnung else []
    for name, aktivitaet in zuordnung.items():
        ist_es = pc.and_(pc.equal(protokoll.schritte["name"], aktivitaet), pc.is_valid(protokoll.schritte["fertig_us"]))
        laeufe = protokoll.schritte.filter(ist_es).select(["fall", "fertig_us"])
        if not laeufe.num_rows:
            raise Invalid(
                f"Der Meilenstein {name} kann nicht gemessen werden: Die Aktivität „{aktivitaet[:60]}“ kommt im "
                "Protokoll nicht vor. Bitte prüfen Sie die Schreibung."
            )
        welche = "min" if name == EINGANG else "max"
        gruppen = laeufe.group_by("fall").aggregate([("fertig_us", welche)])
        teile.append(_table(gruppen["fall"], name, gruppen[f"fertig_us_{welche}"]))
    return dataclasses.replace(protokoll, meilensteine=pa.concat_tables(teile))


def _table(fall: pa.ChunkedArray, name: str, zeit: pa.ChunkedArray) -> pa.Table:
    return pa.table([fall, pa.repeat(name, len(fall)), zeit], schema=MEILENSTEINE)
