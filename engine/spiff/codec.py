"""The state of a Vorgang as one small blob: open tokens and nothing else.

JSON, so that a database may store it as text: the order of keys does not matter (SpiffWorkflow fault 5), values keep
their types (fault 6), and no key of user data has a meaning (fault 7). The checksum and the checks of the nodes refuse
whatever `dump` has not written for this model.

    {"format": "hilfefluss-zustand", "version": 2, "pruefsumme": hex,
     "inhalt": {"modell": key, "ebenen": [{"spez": name, "besitzer": token | null, "daten": {…}, "marken": [row, …]}]}}

A row is ``[nr, token, parent | null, node, state, data | null, internal | null]``: `nr` is the order of creation in
the whole Vorgang, a parent is named only where tokens belong together. What rests at the work of a person or at a join
stands in columns instead (`engine.spiff.ruhende`), under "arbeit" and "ankuenfte". Data of a level or token are the
names that live in there (`engine.spiff.bereich`). Version 1 had rows only, and data were copies of all that can be
read there, see `_hebe`.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any

import orjson

from engine.spiff import ruhende
from engine.spiff.ebene import Teilebene, Vorgangsebene
from engine.spiff.fehler import Zustandsfehler
from engine.spiff.lauf import Lauf
from engine.spiff.marke import BEREIT, VON, WARTET, Marke
from engine.spiff.modell import Modell

FORMAT, VERSION = "hilfefluss-zustand", 2
#: so many tokens are numbered anew at every step
_VIELE = 64
_TOKEN = re.compile(r"[0-9a-f]{32}", re.ASCII)


def dump(modell: Modell, oben: Vorgangsebene) -> bytes:
    """Write a state that `Vorgangsebene.verdichte` has reduced; equal states give equal bytes."""
    for ebene in oben.ebenen():
        _lege_zur_ruhe(ebene)
    nummern = _neue_nummern([nr for ebene in oben.ebenen() for nr in _nummern(ebene)])
    inhalt = {"modell": modell.schluessel, "ebenen": [_dump_ebene(ebene, nummern) for ebene in oben.ebenen()]}
    return orjson.dumps({"format": FORMAT, "version": VERSION, "pruefsumme": _pruefsumme(inhalt), "inhalt": inhalt})


def load(modell: Modell, zustand: bytes, lauf: Lauf) -> Vorgangsebene:
    """Bring a stored state to life; raises `Zustandsfehler`."""
    try:
        ebenen = {daten["besitzer"]: daten for daten in _lies(modell, zustand)["ebenen"]}
        oben = Vorgangsebene(modell.haupt, modell.spezifikationen, lauf)
        _lade_ebene(oben, ebenen.pop(None))
        _lade_teilebenen(oben, ebenen)
        _pruefe(oben)
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as grund:
        raise Zustandsfehler(
            "Der Vorgang kann nicht geöffnet werden: Sein gespeicherter Stand ist beschädigt. "
            "Bitte wenden Sie sich an den Betrieb."
        ) from grund
    lauf.beginne_mit_nr(1 + max((nr for ebene in oben.ebenen() for nr in _nummern(ebene)), default=0))
    return oben


def _lege_zur_ruhe(ebene: Any) -> None:
    """Move tokens into the columns that need nothing but their place."""
    arbeit, ankuenfte = [], []
    for marke in ebene.wache():
        eltern = None if marke._parent == ebene.task_tree.id else marke._parent
        if marke._state == BEREIT and marke.task_spec.name in ebene.spec.arbeit and not marke.internal_data:
            arbeit.append((marke.nr, marke.id, marke.task_spec.name, eltern, marke.data or None))
        elif marke._state == WARTET and VON in marke.internal_data and eltern is None:
            ankuenfte.append((marke.nr, marke.id, marke.internal_data[VON], None, None))
    for _, id_, _, _, _ in (*arbeit, *ankuenfte):
        del ebene.tasks[id_]
    ebene.arbeit.extend(arbeit)
    ebene.ankuenfte.extend(ankuenfte)


def _neue_nummern(alle: list[int]) -> dict[int, int] | None:
    """Without gaps, so that a state does not grow with age; of many tokens only now and then."""
    if len(alle) > _VIELE and max(alle) < 4 * len(alle):
        return None
    return {nr: neu for neu, nr in enumerate(sorted(alle))}


def _nummern(ebene: Any) -> list[int]:
    return [*(m.nr for m in ebene.tasks.values() if m.nr >= 0), *ebene.arbeit.nr, *ebene.ankuenfte.nr]


def _dump_ebene(ebene: Any, nummern: dict[int, int] | None) -> dict[str, Any]:
    wurzel: Marke = ebene.task_tree
    marken = sorted((m for m in ebene.tasks.values() if m is not wurzel), key=lambda marke: marke.nr)
    inhalt = {
        "spez": ebene.spec.name,
        "besitzer": ebene.parent_task_id,
        "daten": ebene.werte,
        "marken": [_dump_marke(marke, wurzel, nummern) for marke in marken],
    }
    spalten = {"arbeit": ebene.arbeit, "ankuenfte": ebene.ankuenfte}
    return inhalt | {name: spalte.dump(nummern) for name, spalte in spalten.items() if len(spalte)}


def _dump_marke(marke: Marke, wurzel: Marke, nummern: dict[int, int] | None) -> list[Any]:
    nr = marke.nr if nummern is None else nummern[marke.nr]
    eltern = None if marke._parent == wurzel.id else marke._parent
    return [nr, marke.id, eltern, marke.task_spec.name, marke._state, marke.data or None, marke.internal_data or None]


def _lies(modell: Modell, zustand: bytes) -> Any:
    """The checked content of a blob."""
    huelle = orjson.loads(zustand)
    if huelle["format"] != FORMAT:
        raise ValueError("not a state")
    if type(huelle["version"]) is not int or not 1 <= huelle["version"] <= VERSION:
        raise Zustandsfehler(
            "Der Vorgang kann nicht geöffnet werden: Sein Stand wurde von einer anderen Programmversion geschrieben. "
            "Bitte wenden Sie sich an den Betrieb."
        )
    inhalt = huelle["inhalt"]
    if huelle["pruefsumme"] != _pruefsumme(inhalt):
        raise ValueError("checksum differs")
    if inhalt["modell"] != modell.schluessel:
        raise Zustandsfehler(
            "Der Vorgang kann nicht geöffnet werden: Sein Stand gehört zu einer anderen Version des Prozesses. "
            "Bitte wenden Sie sich an den Betrieb."
        )
    return _hebe(inhalt) if huelle["version"] == 1 else inhalt


def _hebe(inhalt: Any) -> Any:
    """Content of version 1 as version 2: inner levels copied what their owner could read, nothing was their own."""
    return {**inhalt, "ebenen": [{**ebene, "daten": {}} for ebene in inhalt["ebenen"]]}


def _lade_teilebenen(oben: Vorgangsebene, ebenen: dict[str, Any]) -> None:
    offen: list[Any] = [oben]
    while offen:
        for besitzer in list(offen.pop().tasks.values()):
            if besitzer.id in ebenen:
                daten = ebenen.pop(besitzer.id)
                if not besitzer.lebt or besitzer.task_spec.spec != daten["spez"]:
                    raise ValueError("level at a wrong token")
                ebene = Teilebene(oben.subprocess_specs[daten["spez"]], besitzer)
                oben.subprocesses[besitzer.id] = ebene
                _lade_ebene(ebene, daten)
                offen.append(ebene)
    if ebenen:
        raise ValueError("level without owner")


def _lade_ebene(ebene: Any, daten: Any) -> None:
    if daten["spez"] != ebene.spec.name:
        raise ValueError("wrong process")
    ebene.beginne_leer()
    wurzel: Marke = ebene.task_tree
    ebene.werte = dict(daten["daten"])
    zeilen = sorted(daten["marken"], key=lambda zeile: zeile[0])
    for nr, id_, _, knoten, zustand, eigene, intern in zeilen:
        if not _TOKEN.fullmatch(id_) or id_ in ebene.tasks or type(nr) is not int:
            raise ValueError("bad token")
        marke = Marke(ebene, ebene.spec.task_specs[knoten], state=zustand, id=id_, nr=nr)
        marke.internal_data, marke.data = dict(intern or {}), dict(eigene or {})
    for nr, id_, eltern, *_ in zeilen:
        traeger = wurzel if eltern is None else ebene.tasks[eltern]
        if traeger.nr >= nr:
            raise ValueError("a token older than its parent")
        ebene.tasks[id_]._parent = traeger.id
        traeger._children.append(id_)
    _lade_ruhende(ebene, daten)


def _lade_ruhende(ebene: Any, daten: Any) -> None:
    if "arbeit" in daten:
        ebene.arbeit = ruhende.load(daten["arbeit"])
    if "ankuenfte" in daten:
        ebene.ankuenfte = ruhende.load(daten["ankuenfte"])
    ebene.mit_ruhenden = set(ebene.arbeit.eltern) - {None}
    ebene.offen += len(ebene.arbeit) + len(ebene.ankuenfte)
    if not (ebene.mit_ruhenden <= ebene.tasks.keys() and set(ebene.ankuenfte.eltern) <= {None}):
        raise ValueError("a resting token without its parent")
    if not (
        ebene.spec.arbeit.keys() >= set(ebene.arbeit.ort) and ebene.spec.verbindung.keys() >= set(ebene.ankuenfte.ort)
    ):
        raise ValueError("a token cannot rest there")


def _pruefe(oben: Vorgangsebene) -> None:
    """Every token must be one that its node can have left behind."""
    for ebene in oben.ebenen():
        for marke in ebene.tasks.values():
            if marke is not ebene.task_tree:
                marke.task_spec.pruefe(marke)


def _pruefsumme(inhalt: Any) -> str:
    """Over the content, not the bytes: a database may reorder keys."""
    kanonisch = orjson.dumps(inhalt, option=orjson.OPT_SORT_KEYS)
    return hashlib.blake2b(kanonisch, digest_size=16).hexdigest()
