"""Counts in stacks of Faelle what looks implausible; the words stand in `bericht`."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from wertstrom.einlesen.aufbau import Stapel
from wertstrom.einlesen.bericht import DREI_JAHRE_US, LUECKE_US, TAG_US, Bericht
from wertstrom.ereignisprotokoll import Ausgang

Ganze = npt.NDArray[np.int64]
_GLEICH = ["idx", "name", "uebergang", "instanz", "bereit", "beginn", "ende"]
#: 1970-01-01 was a Thursday; days since then modulo 7 that are Saturday and Sunday
_WOCHENENDE = (2, 3)


def observe(bericht: Bericht, zeilen: pa.Table, stapel: Stapel) -> None:
    """Add one stack to the counts."""
    faelle, schritte = stapel.faelle, stapel.schritte
    gruppen = zeilen.group_by(_GLEICH).aggregate([([], "count_all")])
    bericht.doppelte += zeilen.num_rows - gruppen.num_rows
    start = faelle["start_us"].to_numpy()
    bericht.faelle += faelle.num_rows
    bericht.ueber_drei_jahre += int((stapel.ende_us - start > DREI_JAHRE_US).sum())
    bericht.von_us = min(int(start.min()), bericht.von_us if bericht.von_us is not None else int(start.min()))
    bericht.bis_us = max(int(stapel.ende_us.max()), bericht.bis_us or 0)
    _count_schritte(bericht, schritte)
    _count_enden(bericht, schritte)
    _count_faelle(bericht, schritte)


def _count_schritte(bericht: Bericht, schritte: pa.Table) -> None:
    je = schritte.group_by("name").aggregate([([], "count_all"), ("fall", "count_distinct")])
    for name, laeufe, faelle in zip(*(je[spalte].to_pylist() for spalte in je.column_names), strict=True):
        bisher = bericht.schritte.get(name, (0, 0))
        bericht.schritte[name] = (bisher[0] + laeufe, bisher[1] + faelle)


def _count_enden(bericht: Bericht, schritte: pa.Table) -> None:
    fertig = schritte["fertig_us"].drop_null()
    us = fertig.to_numpy()
    tage = us // TAG_US
    bericht.enden += len(us)
    bericht.ganze_tage += int((us % TAG_US == 0).sum())
    bericht.wochenende += int(np.isin(tage % 7, _WOCHENENDE).sum())
    bericht.am_ersten += pc.sum(pc.equal(pc.day(pc.cast(fertig, pa.timestamp("us"))), 1)).as_py() or 0


def _count_faelle(bericht: Bericht, schritte: pa.Table) -> None:
    """Faelle on one day, and such in which long nothing happens."""
    fertige = schritte.filter(pc.not_equal(schritte["ausgang"], Ausgang.OFFEN.value))
    fall, ende = fertige["fall"].to_numpy(), fertige["fertig_us"].to_numpy()
    beginn = pc.coalesce(fertige["begonnen_us"], fertige["fertig_us"]).to_numpy()
    if len(fall) < 2:
        return
    # Faelle stand together, whatever their numbers are.
    gruppe = np.append(0, np.cumsum(np.diff(fall) != 0))
    folge = np.lexsort((beginn, gruppe))
    gruppe, beginn, ende = gruppe[folge], beginn[folge], ende[folge]
    neu = np.append(True, np.diff(gruppe) != 0)
    anfang = np.flatnonzero(neu)
    einer = np.maximum.reduceat(ende // TAG_US, anfang) == np.minimum.reduceat(beginn // TAG_US, anfang)
    bericht.gleicher_tag += int((einer & (np.diff(np.append(anfang, len(fall))) > 1)).sum())
    still = ~neu[1:] & (beginn[1:] - ende[:-1] > LUECKE_US)
    bericht.mit_luecke += len(np.unique(gruppe[1:][still]))
