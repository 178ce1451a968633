"""Milestones of an imported log: which activities reach them, said by the user, because a log has none.

Owns the reading of `NAME=AKTIVITAET` and the filling of the table.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from engine.errors import Invalid
from wertstrom.ereignisprotokoll import MEILENSTEINE
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


def find_meilensteine(faelle: pa.Table, schritte: pa.Table, gesagt: pa.Table, zuordnung: Mapping[str, str]) -> pa.Table:
    """Milestones of these Faelle: what the file itself says (`gesagt`), and the last end of each activity.

    The start of each Fall is its Eingang, unless somebody says otherwise.
    """
    bekannte = {*zuordnung, *gesagt["meilenstein"].unique().to_pylist()}
    teile = [gesagt.filter(pc.invert(pc.is_in(gesagt["meilenstein"], pa.array(list(zuordnung), pa.string()))))]
    if EINGANG not in bekannte:
        teile.append(_table(faelle["fall"], EINGANG, faelle["start_us"]))
    for name, aktivitaet in zuordnung.items():
        ist_es = pc.and_(pc.equal(schritte["name"], aktivitaet), pc.is_valid(schritte["fertig_us"]))
        laeufe = schritte.filter(ist_es).select(["fall", "fertig_us"])
        welche = "min" if name == EINGANG else "max"
        gruppen = laeufe.group_by("fall").aggregate([("fertig_us", welche)])
        teile.append(_table(gruppen["fall"], name, gruppen[f"fertig_us_{welche}"]))
    return pa.concat_tables(teile)


def _table(fall: pa.ChunkedArray, name: str, zeit: pa.ChunkedArray) -> pa.Table:
    return pa.table([fall, pa.repeat(name, len(fall)), zeit], schema=MEILENSTEINE)
