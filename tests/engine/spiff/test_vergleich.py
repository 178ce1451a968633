"""Random plays of random models: against an independent token game, against ourselves without storage, against stock.

The token game below is written from the BPMN 2.0 execution semantics (chapter 13.4) on flows and knows nothing of
SpiffWorkflow; it covers flat graphs of any shape. Stock SpiffWorkflow is the measure where it is right: block
structured models without joins inside loops.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from engine import spiff
from engine.spiff import schritt
from engine.spiff.ebene import Vorgangsebene
from engine.spiff.lauf import Lauf

JETZT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
HOECHSTENS = 300  # automatic steps and tokens after which a play is given up: the graph multiplies tokens


class Ueberlauf(Exception):
    pass


@dataclass
class Graph:
    """Nodes in the order of the file; the id says what a node is."""

    fluesse: list[tuple[str, str, str]] = field(default_factory=list)  # from, to, condition ("" = none, "*" = default)

    def text(self) -> str:
        pfeile = {"": "->", "*": "-*->"}
        return "\n".join(f"{von} {pfeile.get(wenn, f'-[{wenn}]->')} {nach}" for von, nach, wenn in self.fluesse)

    def von(self, knoten: str) -> list[int]:
        return [nr for nr, (quelle, _, _) in enumerate(self.fluesse) if quelle == knoten]

    def nach(self, knoten: str) -> list[int]:
        return [nr for nr, (_, ziel, _) in enumerate(self.fluesse) if ziel == knoten]


def zufaelliger_graph(zufall: random.Random) -> Graph:
    """Any wiring of tasks, ends and gateways; every node can be reached."""
    arten = zufall.choices(["a", "xor", "and", "or", "ende"], [5, 3, 3, 3, 1], k=zufall.randint(3, 11))
    knoten = [f"{art}_{nr}" for nr, art in enumerate(arten)]
    graph = Graph([("start", knoten[0], "")])
    offen = [k for k in knoten if not k.startswith("ende")]
    for nr, ziel in enumerate(knoten[1:], 1):  # a tree first, then more
        frei = [k for k in knoten[:nr] if k in offen and (not k.startswith("a_") or not graph.von(k))]
        if frei:
            graph.fluesse.append((zufall.choice(frei), ziel, ""))
    for _ in range(zufall.randint(0, 6)):
        quelle = zufall.choice(offen or ["start"])
        if quelle != "start" and (not quelle.startswith("a_") or not graph.von(quelle)):
            graph.fluesse.append((quelle, zufall.choice(knoten), ""))
    return _mit_bedingungen(graph)


def _mit_bedingungen(graph: Graph) -> Graph:
    erreicht = {"start"}
    while neu := {nach for von, nach, _ in graph.fluesse if von in erreicht} - erreicht:
        erreicht |= neu
    graph.fluesse = [f for f in graph.fluesse if f[0] in erreicht]
    for quelle in {von for von, _, _ in graph.fluesse if von.startswith(("xor", "or"))}:
        nummern = graph.von(quelle)
        for stelle, nr in enumerate(nummern):
            wenn = "*" if stelle == len(nummern) - 1 else f"w_{quelle}_{stelle} = true"
            graph.fluesse[nr] = (*graph.fluesse[nr][:2], wenn)
    return graph


class Spielmarken:
    """The token game: tokens on flows, and tasks that people work on."""

    def __init__(self, graph: Graph, variablen: dict[str, bool]) -> None:
        self.graph, self.variablen = graph, variablen
        self.fluesse: Counter[int] = Counter(graph.von("start"))
        self.bereit: Counter[str] = Counter()
        self.schritte = 0
        self.knoten = list(dict.fromkeys(k for von, nach, _ in graph.fluesse for k in (von, nach)))
        self._laufe()

    def erledige(self, aufgabe: str) -> None:
        self.bereit -= Counter([aufgabe])
        self.fluesse.update(self.graph.von(aufgabe))
        self._laufe()

    @property
    def steht_still(self) -> bool:
        return not self.bereit and bool(+self.fluesse)

    def _laufe(self) -> None:
        while self._bewege() or any(self._oder(k) for k in self.knoten if k.startswith("or_")):
            self.schritte += 1
            if self.schritte > HOECHSTENS or self.fluesse.total() + self.bereit.total() > HOECHSTENS:
                raise Ueberlauf

    def _bewege(self) -> bool:
        for knoten in self.knoten:
            eingang = self.graph.nach(knoten)
            belegt = [nr for nr in eingang if self.fluesse[nr]]
            verbindet = len(eingang) > 1
            if not belegt or (knoten.startswith("or_") and verbindet):
                continue
            if knoten.startswith("and_"):
                if len(belegt) == len(eingang):
                    return self._feuere(knoten, belegt)
            else:
                return self._feuere(knoten, belegt[:1])
        return False

    def _feuere(self, knoten: str, verbraucht: list[int]) -> bool:
        self.fluesse -= Counter(verbraucht)
        if knoten.startswith("a_"):
            self.bereit[knoten] += 1
        else:
            self.fluesse.update(self._ausgaenge(knoten))
        return True

    def _ausgaenge(self, knoten: str) -> list[int]:
        nummern = self.graph.von(knoten)
        if not knoten.startswith(("xor", "or")):
            return nummern
        wahr = [nr for stelle, nr in enumerate(nummern[:-1]) if self.variablen.get(f"w_{knoten}_{stelle}")]
        return (wahr or nummern[-1:])[: 1 if knoten.startswith("xor") else None]

    def _oder(self, knoten: str) -> bool:
        eingang = self.graph.nach(knoten)
        belegt = [nr for nr in eingang if self.fluesse[nr]]
        if not belegt or len(eingang) < 2:
            return False
        leer = [nr for nr in eingang if not self.fluesse[nr]]
        orte = {self.graph.fluesse[nr][1] for nr in +self.fluesse} | set(+self.bereit)
        for ort in orte - {knoten}:
            if self._fuehrt(ort, leer, knoten) and not self._fuehrt(ort, belegt, knoten):
                return False
        return self._feuere(knoten, belegt)

    def _fuehrt(self, ort: str, ziele: list[int], ohne: str) -> bool:
        gesehen, offen = {ort}, [ort]
        while offen:
            for nr in self.graph.von(offen.pop()):
                if nr in ziele:
                    return True
                nach = self.graph.fluesse[nr][1]
                if nach != ohne and nach not in gesehen:
                    gesehen.add(nach)
                    offen.append(nach)
        return False


@pytest.mark.parametrize("block", range(5))
def test_any_graph_plays_as_the_token_game_says(spiele, zeichne, lade, block):
    gespielt, stillstand = 0, 0
    for keim in range(block * 100, block * 100 + 100):
        zufall = random.Random(keim)
        graph = zufaelliger_graph(zufall)
        namen = sorted(set(re.findall(r"w_\w+", graph.text())))
        modell = lade(zeichne(graph.text()))
        for _ in range(2):
            variablen = {name: zufall.random() < 0.5 for name in namen}
            try:
                still = _spiele_vergleichend(spiele, modell, graph, variablen, zufall)
                gespielt, stillstand = gespielt + 1, stillstand + still
            except Ueberlauf:
                continue
    assert gespielt > 100 and 0 < stillstand < gespielt


def _spiele_vergleichend(spiele, modell, graph: Graph, variablen: dict[str, bool], zufall: random.Random) -> bool:
    """True if both come to a stand-still."""
    soll = Spielmarken(graph, variablen)
    if soll.steht_still:
        with pytest.raises(spiff.Ausfuehrungsfehler, match="bliebe stehen"):
            spiele(modell, variablen=variablen)
        return True
    ist = spiele(modell, variablen=variablen)
    for _ in range(25):
        assert ist.bereit == sorted(soll.bereit.elements()), graph.text()
        assert ist.stand.beendet == (not soll.bereit)
        if not soll.bereit:
            return False
        aufgabe = zufall.choice(ist.bereit)
        neu = {name: zufall.random() < 0.5 for name in variablen if zufall.random() < 0.3}
        soll.variablen = {**soll.variablen, **neu}
        soll.erledige(aufgabe)
        if soll.steht_still:
            with pytest.raises(spiff.Ausfuehrungsfehler, match="bliebe stehen"):
                ist.erledige(aufgabe, **neu)
            return True
        ist.erledige(aufgabe, **neu)
    return False


@dataclass
class Blockmodell:
    """A block structured model; `schleifen_um_verbindungen` allows joins inside loops."""

    zufall: random.Random
    schleifen_um_verbindungen: bool
    mit_zeit: bool
    zeilen: list[str] = field(default_factory=list)
    teile: dict[str, str] = field(default_factory=dict)
    timer: dict[str, tuple[str, str]] = field(default_factory=dict)
    rand: dict[str, tuple[str, str, str, bool]] = field(default_factory=dict)
    zusatz: dict[str, str] = field(default_factory=dict)
    zaehler: int = 0

    def neu(self, art: str) -> str:
        self.zaehler += 1
        return f"{art}_{self.zaehler}"

    def block(self, tiefe: int, in_schleife: bool = False) -> tuple[str, str]:
        """Append the lines of a random block; returns its first and last node."""
        arten = ["aufgabe"] * 3 + (["folge", "xor", "teil", "und", "oder", "schleife"] if tiefe else [])
        if in_schleife and not self.schleifen_um_verbindungen:
            arten = [a for a in arten if a not in ("und", "oder", "teil")]
        if self.mit_zeit:
            arten += ["timer", "rand", "mehrfach"]
        return getattr(self, f"_{self.zufall.choice(arten)}")(tiefe - 1, in_schleife)

    def _aufgabe(self, _tiefe: int, _in_schleife: bool) -> tuple[str, str]:
        aufgabe = self.neu("a")
        return aufgabe, aufgabe

    def _mehrfach(self, tiefe: int, in_schleife: bool) -> tuple[str, str]:
        art, anzahl = self.zufall.choice(["true", "false", "schleife"]), self.zufall.randint(0, 3)
        ziel = self._teil(max(tiefe, 0), in_schleife)[0] if self.zufall.random() < 0.5 else self.neu("a")
        mehrfach, schleife = "multiInstanceLoopCharacteristics", "standardLoopCharacteristics"
        self.zusatz[ziel] = (
            f'<{schleife} loopMaximum="{anzahl}"/>'
            if art == "schleife"
            else f'<{mehrfach} isSequential="{art}"><loopCardinality>{anzahl}</loopCardinality></{mehrfach}>'
        )
        return ziel, ziel

    def _timer(self, _tiefe: int, _in_schleife: bool) -> tuple[str, str]:
        timer = self.neu("timer")
        self.timer[timer] = ("timeDuration", f"PT{self.zufall.randint(1, 5)}H")
        return timer, timer

    def _rand(self, tiefe: int, in_schleife: bool) -> tuple[str, str]:
        (innen, aussen), ende = self._verzweigt("xor"), self.neu("ende")
        aufgabe, ereignis = self.neu("a"), self.neu("r")
        art = self.zufall.choice([("timeDuration", "PT2H", True), ("timeCycle", "R2/PT3H", False)])
        self.rand[ereignis] = (aufgabe, *art)
        self.zeilen.append(f"{innen} -*-> {aufgabe} -> {aussen}")
        anfang, letzter = self.block(max(tiefe, 0), in_schleife)
        self.zeilen.append(f"{ereignis} -> {anfang}\n{letzter} -> {aussen if art[2] else ende}")
        return innen, aussen

    def _folge(self, tiefe: int, in_schleife: bool) -> tuple[str, str]:
        (a, b), (c, d) = self.block(tiefe, in_schleife), self.block(tiefe, in_schleife)
        self.zeilen.append(f"{b} -> {c}")
        return a, d

    def _verzweigt(self, art: str) -> tuple[str, str]:
        return self.neu(art), self.neu(art)

    def _zweige(self, art: str, tiefe: int, in_schleife: bool) -> tuple[str, str]:
        auf, zu = self._verzweigt(art)
        entscheider = self.neu("a")
        self.zeilen.append(f"{entscheider} -> {auf}")
        anzahl = self.zufall.randint(2, 3)
        for nr in range(anzahl):
            anfang, ende = self.block(tiefe, in_schleife)
            pfeil = "->" if art == "and" else "-*->" if nr == anzahl - 1 else f"-[w_{auf}_{nr} = true]->"
            self.zeilen.append(f"{auf} {pfeil} {anfang}\n{ende} -> {zu}")
        return entscheider, zu

    def _xor(self, tiefe: int, in_schleife: bool) -> tuple[str, str]:
        return self._zweige("xor", tiefe, in_schleife)

    def _und(self, tiefe: int, in_schleife: bool) -> tuple[str, str]:
        return self._zweige("and", tiefe, in_schleife)

    def _oder(self, tiefe: int, in_schleife: bool) -> tuple[str, str]:
        return self._zweige("or", tiefe, in_schleife)

    def _schleife(self, tiefe: int, _in_schleife: bool) -> tuple[str, str]:
        oben, unten = self._verzweigt("xor")
        anfang, ende = self.block(tiefe, in_schleife=True)
        pruefer, weiter = self.neu("a"), self.neu("a")
        self.zeilen += [f"{oben} -*-> {anfang}", f"{ende} -> {pruefer} -> {unten}", f"{unten} -*-> {weiter}"]
        self.zeilen.append(f"{unten} -[w_{unten}_0 = true]-> {oben}")
        return oben, weiter

    def _teil(self, tiefe: int, in_schleife: bool) -> tuple[str, str]:
        teil, vorher, self.zeilen = self.neu("tp"), self.zeilen, []
        anfang, ende = self.block(tiefe, in_schleife)
        self.zeilen.append(f"{self.neu('start')} -> {anfang}\n{ende} -> {self.neu('ende')}")
        self.teile[teil], self.zeilen = "\n".join(self.zeilen), vorher
        return teil, teil

    def zeichnung(self, zeichne):
        anfang, ende = self._folge(4, False)
        text = "\n".join([*self.zeilen, f"start -> {anfang}", f"{ende} -> ende"])
        return zeichne(text, teile=self.teile, timer=self.timer, rand=self.rand, zusatz=self.zusatz)


class OhneSpeicher:
    """Our engine with one living workflow for the whole play: no storage, nothing forgotten."""

    def __init__(self, modell, variablen) -> None:
        self.lauf = Lauf(dict(variablen), spiff.Umgebung(), JETZT)
        self.oben = Vorgangsebene(modell.haupt, modell.spezifikationen, self.lauf)
        self.oben.begin({})
        self._laufe(self.lauf.neue_timer)

    def _laufe(self, kandidaten) -> None:
        self.oben.laufe()
        self.oben.feuere_timer(kandidaten if kandidaten is not None else self.oben.marken())

    def _beginne(self, now, variablen) -> None:
        self.lauf.now, self.lauf.variablen = now, dict(variablen)
        self.lauf.passiert, self.lauf.neue_timer, self.lauf.schritte_frei = [], [], 2000

    def erledige(self, element, nr, now, variablen) -> None:
        self._beginne(now, variablen)
        marken = [m for m in self.oben.marken() if m.task_spec.manual and m._state == 16]
        [m for m in marken if m.task_spec.bpmn_id == element][nr].run()
        self._laufe(self.lauf.neue_timer)

    def warte(self, now, variablen) -> None:
        self._beginne(now, variablen)
        self._laufe(None)

    def bild(self):
        marken = self.oben.marken()
        wartend = [(m.task_spec.bpmn_id, m.task_spec.faellig_am(m)) for m in marken if schritt._wartend(m)]
        bereit = [m.task_spec.bpmn_id for m in marken if m.task_spec.manual and m._state == 16]
        return bereit, wartend, self.lauf.passiert, self.oben.completed


@pytest.mark.parametrize("block", range(4))
def test_storing_and_loading_after_every_step_changes_nothing(spiele, zeichne, lade, block):
    schritte = 0
    for keim in range(block * 20, block * 20 + 20):
        zufall = random.Random(keim)
        zeichnung = Blockmodell(zufall, schleifen_um_verbindungen=True, mit_zeit=True).zeichnung(zeichne)
        modell, namen = (
            lade(zeichnung),
            sorted(set(re.findall(r"w_\w+", zeichnung.text + "".join(zeichnung.teile.values())))),
        )
        ist, ohne, now = spiele(modell), OhneSpeicher(modell, {}), JETZT
        for _ in range(40):
            stand = ist.stand
            bild = (
                [b.element for b in stand.bereit],
                [(w.element, w.faellig_am) for w in stand.wartend],
                list(stand.passiert),
                stand.beendet,
            )
            assert bild == ohne.bild(), zeichnung.text
            if stand.beendet:
                break
            schritte += 1
            variablen = {**stand.variablen, **{name: zufall.random() < 0.5 for name in namen}}
            if stand.bereit and (not stand.wartend or zufall.random() < 0.7):
                stelle = zufall.randrange(len(stand.bereit))
                element = stand.bereit[stelle].element
                nr = [b.element for b in stand.bereit[:stelle]].count(element)
                token = stand.bereit[stelle].token
                ist.stand = spiff.complete(modell, stand.zustand, variablen, token, umgebung=ist.umgebung, now=now)
                ohne.erledige(element, nr, now, variablen)
            else:
                now += timedelta(hours=zufall.randint(1, 4))
                ist.stand = spiff.fire_timers(modell, stand.zustand, variablen, umgebung=ist.umgebung, now=now)
                ohne.warte(now, variablen)
    assert schritte > 100


class Stock:
    """SpiffWorkflow as it comes, with Python conditions."""

    def __init__(self, xml: bytes) -> None:
        parser = BpmnParser()
        parser.add_bpmn_str(re.sub(rb"(w_\w+) = true", rb"\1", xml))
        self.workflow = BpmnWorkflow(parser.get_spec("p"), parser.get_subprocess_specs("p"))
        self.workflow.do_engine_steps()

    @property
    def bereit(self) -> list[str]:
        return sorted(t.task_spec.name for t in self.workflow.get_tasks(state=TaskState.READY, manual=True))

    def erledige(self, element: str, **eingaben: bool) -> None:
        aufgaben = self.workflow.get_tasks(state=TaskState.READY, manual=True)
        aufgabe = next(t for t in aufgaben if t.task_spec.name == element)
        aufgabe.data.update(eingaben)
        aufgabe.run()
        self.workflow.do_engine_steps()


@pytest.mark.parametrize("block", range(4))
def test_where_stock_spiffworkflow_is_right_we_agree(spiele, zeichne, lade, block):
    beendet = 0
    for keim in range(block * 12, block * 12 + 12):
        zufall = random.Random(keim)
        zeichnung = Blockmodell(zufall, schleifen_um_verbindungen=False, mit_zeit=False).zeichnung(zeichne)
        namen = sorted(set(re.findall(r"w_\w+", zeichnung.text + "".join(zeichnung.teile.values()))))
        ist, soll = spiele(lade(zeichnung)), Stock(zeichnung.xml())
        for _ in range(25):
            assert ist.bereit == soll.bereit, zeichnung.text
            assert ist.stand.beendet == soll.workflow.is_completed()
            if ist.stand.beendet:
                beendet += 1
                break
            aufgabe = zufall.choice(ist.bereit)
            eingaben = {name: zufall.random() < 0.5 for name in namen}
            ist.erledige(aufgabe, **eingaben)
            soll.erledige(aufgabe, **eingaben)
    assert beendet > 3


def test_stock_spiffworkflow_still_fails_where_we_do_not(spiele, zeichne, lade):
    """Should a new release of SpiffWorkflow repair item 1, this test says so."""
    text = """
        start -> xor_m -> and_s
        and_s -> a -> and_j
        and_s -> b -> and_j
        and_j -> c -> xor_x
        xor_x -[w_x = true]-> xor_m
        xor_x -*-> ende
    """
    zeichnung = zeichne(text)
    ist, soll = spiele(lade(zeichnung)), Stock(zeichnung.xml())
    for spiel in (ist, soll):
        for aufgabe in "abcb":
            spiel.erledige(aufgabe, w_x=True)
    assert ist.bereit == ["a"] and soll.bereit == ["a", "c"]
