"""The working copy of a drawing: scopes, nodes and flows that rules may change.

Plain Python objects, so that no foreign XML can reach the executable copy by accident: `ausgabe` writes only what
stands here. Knows neither lxml nor SpiffWorkflow, reads no file, decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from engine.bpmn.ergebnis import Befund, SchrittArt, Stufe

#: tag of the executable copy at which a person acts
MENSCH = "userTask"
ADHOC = "adHocSubProcess"
TEILPROZESSE = frozenset({"subProcess", "transaction", ADHOC})
AKTIVITAETEN = TEILPROZESSE | {
    "task",
    "userTask",
    "manualTask",
    "scriptTask",
    "serviceTask",
    "sendTask",
    "receiveTask",
    "businessRuleTask",
    "callActivity",
    "choreographyTask",
    "subChoreography",
    "callChoreography",
}
GATEWAYS = frozenset({"exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway"})
EREIGNISSE = frozenset({"startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"})
KNOTENTYPEN = AKTIVITAETEN | GATEWAYS | EREIGNISSE


@dataclass(slots=True)
class Definition:
    """One event definition; `art` is the BPMN name without its ending: timer, message, link, …"""

    art: str
    name: str = ""  # of a link, a message, a signal
    code: str = ""  # of an error, an escalation; empty at a catch: any
    schluessel: str = ""  # correlation key of a message, an expression
    bedingung: str = ""  # of a conditional event
    sprache: str = ""  # of the condition
    zeitfeld: str = ""  # timeDate, timeDuration or timeCycle
    zeittext: str = ""
    #: what the drawing refers to, if the file does not have it
    verweis: str = ""


@dataclass(slots=True)
class Wiederholung:
    """Marker of an activity that runs several times; texts as drawn until a rule has judged them."""

    mehrfach: bool  # multi-instance; otherwise a loop
    sequentiell: bool = False
    anzahl: str = ""  # loopCardinality or loopMaximum
    bedingung: str = ""  # loopCondition or completionCondition
    pruefe_vorher: bool = False
    #: multi-instance over a list: the list, and the variable that holds the item of one instance
    liste: str = ""
    posten: str = ""
    #: variable that an instance yields, and the list that collects it
    ergebnis: str = ""
    sammlung: str = ""


@dataclass(frozen=True, slots=True)
class Zuweisung:
    """One input or output of a service or a call: a variable and where its value comes from."""

    name: str
    text: str
    #: the text is a value as it stands, no expression
    woertlich: bool = False


@dataclass(slots=True, eq=False)
class Knoten:
    """One flow node: `typ` as drawn, `als` is its tag in the executable copy."""

    id: str
    typ: str
    name: str = ""
    zeile: int | None = None
    als: str = ""
    lane: str | None = None
    dokumentation: str = ""
    definitionen: list[Definition] = field(default_factory=list)
    angeheftet_an: str = ""
    unterbrechend: bool = True
    standardfluss: str = ""
    wiederholung: Wiederholung | None = None
    aufruf: str = ""
    #: of a business rule task: names under which its decision may be known, the first that is known counts
    entscheidungen: tuple[str, ...] = ()
    #: the variable that takes the result of a decision or a script
    ergebnis: str = ""
    #: of a script task: its text and the language it claims; FEEL assignments, one in a line, once a rule accepts them
    skript: str = ""
    skriptsprache: str = ""
    #: of a send or receive task: its message
    nachricht: Definition | None = None
    #: of a service task: names under which its service may be known, as ``dienst:name`` or ``thema:name``
    dienste: tuple[str, ...] = ()
    #: the one that does it, once a rule accepts it
    dienst: str = ""
    #: inputs and outputs of a service or a call
    eingaben: list[Zuweisung] = field(default_factory=list)
    ausgaben: list[Zuweisung] = field(default_factory=list)
    #: of an ad-hoc sub-process: when it is over, whether its open steps then fall away, whether they come one by one
    abschluss: str = ""
    bricht_offene_ab: bool = True
    der_reihe_nach: bool = False
    inhalt: Bereich | None = None
    ereignis_teilprozess: bool = False
    ist_kompensation: bool = False
    #: needs or makes another number of tokens than one
    mengen: bool = False
    parallel_mehrfach: bool = False
    art: SchrittArt | None = None
    entscheidet: dict[str, bool] = field(default_factory=dict)
    erzeugt: bool = False
    #: for a generated node: the drawn element that shows its findings
    bild: str = ""
    #: part of the list of steps; plumbing that a rule adds is not
    sichtbar: bool = True

    def __post_init__(self) -> None:
        self.als = self.als or self.typ

    @property
    def ist_mensch(self) -> bool:
        """Whether only a person brings this step to its end."""
        return self.als in (MENSCH, "sendTask")

    @property
    def ist_eingang(self) -> bool:
        """Whether a message or signal, or a person who has seen it, ends the waiting."""
        return self.als == "receiveTask" or (self.als == "intermediateCatchEvent" and self.hat("message", "signal"))

    @property
    def wird_geschlossen(self) -> bool:
        """Whether a person closes this ad-hoc sub-process."""
        return self.als == ADHOC and not self.abschluss

    @property
    def ist_gateway(self) -> bool:
        return self.als in GATEWAYS

    def hat(self, *arten: str) -> bool:
        """Whether one of the event definitions is of one of these kinds."""
        return any(d.art in arten for d in self.definitionen)

    @property
    def zeitdefinition(self) -> Definition | None:
        """The time of this event, if anybody can wait for it."""
        return next((d for d in self.definitionen if d.art == "timer" and d.zeittext), None)


@dataclass(slots=True, eq=False)
class Fluss:
    """One sequence flow."""

    id: str
    von: str
    nach: str
    name: str = ""
    zeile: int | None = None
    bedingung: str = ""
    sprache: str = ""
    #: taken whatever the other conditions say
    immer: bool = False
    erzeugt: bool = False


@dataclass(slots=True, eq=False)
class Bereich:
    """A scope: a process, or the content of a sub-process (then `eltern` is its node)."""

    id: str
    name: str = ""
    zeile: int | None = None
    eltern: Knoten | None = None
    #: id of the process around it, its own for a process
    prozess: str = ""
    #: 0 for a process, 1 for a sub-process in it, …
    tiefe: int = 0
    lanes: tuple[str, ...] = ()
    knoten: dict[str, Knoten] = field(default_factory=dict)
    fluesse: dict[str, Fluss] = field(default_factory=dict)
    #: flows as drawn, not yet known to connect two nodes of this scope
    lose: list[Fluss] = field(default_factory=list)
    _aus: dict[str, dict[str, Fluss]] = field(default_factory=dict)
    _ein: dict[str, dict[str, Fluss]] = field(default_factory=dict)
    _raender: dict[str, dict[str, Knoten]] = field(default_factory=dict)

    @property
    def ist_adhoc(self) -> bool:
        """Whether people start the steps of this scope, not the flow."""
        return self.eltern is not None and self.eltern.als == ADHOC

    @property
    def ist_ereignis(self) -> bool:
        """Whether this is the content of an event sub-process."""
        return self.eltern is not None and self.eltern.ereignis_teilprozess

    def add(self, knoten: Knoten) -> Knoten:
        self.knoten[knoten.id] = knoten
        self.attach(knoten, knoten.angeheftet_an)
        return knoten

    def attach(self, rand: Knoten, traeger_id: str) -> None:
        """Let `rand` be a boundary event of another node; an empty id detaches it."""
        self._raender.get(rand.angeheftet_an, {}).pop(rand.id, None)
        rand.angeheftet_an = traeger_id
        if traeger_id:
            self._raender.setdefault(traeger_id, {})[rand.id] = rand

    def connect(self, fluss: Fluss) -> Fluss:
        self.fluesse[fluss.id] = fluss
        self._aus.setdefault(fluss.von, {})[fluss.id] = fluss
        self._ein.setdefault(fluss.nach, {})[fluss.id] = fluss
        return fluss

    def disconnect(self, fluss: Fluss) -> None:
        del self.fluesse[fluss.id]
        del self._aus[fluss.von][fluss.id]
        del self._ein[fluss.nach][fluss.id]

    def redirect(self, fluss: Fluss, *, von: str = "", nach: str = "") -> None:
        """Hang one end of a flow to another node; its id stays."""
        self.disconnect(fluss)
        fluss.von, fluss.nach = von or fluss.von, nach or fluss.nach
        self.connect(fluss)

    def remove(self, knoten: Knoten) -> None:
        """Take a node out, with its flows; events attached to it stay, attached to nothing."""
        for rand in self.raender(knoten):
            self.attach(rand, "")
        for fluss in [*self.ausgehend(knoten), *self.eingehend(knoten)]:
            if fluss.id in self.fluesse:
                self.disconnect(fluss)
        self.attach(knoten, "")
        del self.knoten[knoten.id]

    def ausgehend(self, knoten: Knoten) -> list[Fluss]:
        return list(self._aus.get(knoten.id, {}).values())

    def eingehend(self, knoten: Knoten) -> list[Fluss]:
        return list(self._ein.get(knoten.id, {}).values())

    def raender(self, knoten: Knoten) -> list[Knoten]:
        """Boundary events attached to this node."""
        return list(self._raender.get(knoten.id, {}).values())

    def vom_typ(self, *tags: str) -> list[Knoten]:
        """Nodes that now run as one of these tags, in document order."""
        return [k for k in self.knoten.values() if k.als in tags]

    def bereiche(self) -> Iterator[Bereich]:
        """This scope and all scopes inside, outermost first."""
        yield self
        for knoten in list(self.knoten.values()):
            if knoten.inhalt is not None:
                yield from knoten.inhalt.bereiche()


@dataclass(slots=True, eq=False)
class Zeichnung:
    """All processes of one file while they are made runnable, and what is found on the way."""

    prozesse: list[Bereich] = field(default_factory=list)
    befunde: list[Befund] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    #: ids of processes elsewhere that a call activity may name
    bekannte_prozesse: frozenset[str] = frozenset()
    #: variables that forms and tables of the process can set; None = unknown
    variablen: frozenset[str] | None = None
    #: decisions by id or name -> the variables they set
    entscheidungen: Mapping[str, frozenset[str]] = field(default_factory=dict)
    #: element -> the decision or the service chosen for it beside the drawing
    zuordnung: Mapping[str, str] = field(default_factory=dict)
    #: internal services and topics of external ones that exist
    dienste: frozenset[str] = frozenset()
    themen: frozenset[str] = frozenset()
    globale_aufgaben: frozenset[str] = frozenset()
    #: calls (process, called process) that would lead a process back to itself; known once a rule asks for it
    aufrufkreise: frozenset[tuple[str, str]] | None = None
    #: last number given for a wished id
    _nummern: dict[str, int] = field(default_factory=dict)

    def bereiche(self) -> Iterator[Bereich]:
        for prozess in self.prozesse:
            yield from prozess.bereiche()

    def neue_id(self, wunsch: str) -> str:
        """An id that nothing in the drawing bears: the wish itself, or the wish with a number."""
        kandidat = wunsch
        while kandidat in self.ids:
            self._nummern[wunsch] = self._nummern.get(wunsch, 1) + 1
            kandidat = f"{wunsch}_{self._nummern[wunsch]}"
        self.ids.add(kandidat)
        return kandidat

    def melde(self, stufe: Stufe, art: str, ort: Knoten | Fluss | Bereich | None, text: str, abhilfe: str) -> None:
        """Record one finding at the element where it was found."""
        self.befunde.append(
            Befund(
                stufe=stufe,
                art=art,
                text=text,
                abhilfe=abhilfe,
                zeile=ort.zeile if ort else None,
                element=(ort.bild if isinstance(ort, Knoten) and ort.bild else ort.id) if ort else None,
                name=(ort.name or None) if ort else None,
            )
        )

    def warnung(self, art: str, ort: Knoten | Fluss | Bereich | None, text: str, abhilfe: str) -> None:
        self.melde(Stufe.WARNUNG, art, ort, text, abhilfe)

    def hinweis(self, art: str, ort: Knoten | Fluss | Bereich | None, text: str, abhilfe: str) -> None:
        self.melde(Stufe.HINWEIS, art, ort, text, abhilfe)

    def verbinde(self, bereich: Bereich, von: Knoten, nach: Knoten) -> Fluss:
        """Add a flow that is not drawn."""
        return bereich.connect(Fluss(self.neue_id(f"{von.id}__nach"), von.id, nach.id, erzeugt=True))

    def ergaenze(
        self, bereich: Bereich, wunsch_id: str, typ: str, name: str = "", *, bei: Knoten | None = None
    ) -> Knoten:
        """Add an invisible node that is not drawn, in the lane of `bei`."""
        return bereich.add(
            Knoten(
                self.neue_id(wunsch_id),
                typ,
                name,
                zeile=bei.zeile if bei else bereich.zeile,
                lane=bei.lane if bei else None,
                erzeugt=True,
                bild=(bei.bild or bei.id) if bei else bereich.id,
                sichtbar=False,
            )
        )

    def setze_davor(self, bereich: Bereich, knoten: Knoten, davor: Knoten) -> None:
        """All incoming flows of `knoten` go to `davor`, and from there one flow to `knoten`."""
        for fluss in bereich.eingehend(knoten):
            bereich.redirect(fluss, nach=davor.id)
        self.verbinde(bereich, davor, knoten)

    def setze_dahinter(self, bereich: Bereich, knoten: Knoten, dahinter: Knoten) -> None:
        """All outgoing flows of `knoten` start at `dahinter`, and one flow leads from `knoten` to it."""
        for fluss in bereich.ausgehend(knoten):
            bereich.redirect(fluss, von=dahinter.id)
        self.verbinde(bereich, knoten, dahinter)

    def frage_davor(self, bereich: Bereich, gateway: Knoten, name: str) -> Knoten:
        """A step of its own in which a person picks the exit of `gateway`, in its lane or that of a step before it."""
        vorher = [bereich.knoten[f.von] for f in bereich.eingehend(gateway)]
        frage = self.ergaenze(bereich, f"{gateway.id}__entscheidung", MENSCH, name, bei=gateway)
        frage.sichtbar = True
        frage.lane = gateway.lane or next((k.lane for k in vorher if k.lane), None)
        self.setze_davor(bereich, gateway, frage)
        return frage
