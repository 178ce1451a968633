"""Rules about events with several definitions: the copy has one event for each, with the same exits.

The drawn event keeps its id and takes the first definition; the others get ids of their own.
"""

from __future__ import annotations

from engine.bpmn.regeln.nachrichten import loest_selbst_aus, name_der_art
from engine.bpmn.zeichnung import Bereich, Definition, Knoten, Zeichnung

#: what an end keeps for itself, the strongest first
_BEENDEND = ("terminate", "error", "cancel")


def teile_randereignis(zeichnung: Zeichnung, bereich: Bereich) -> None:
    """Any of the events at one border sets it off; all of them together only a person can report."""
    for rand in bereich.vom_typ("boundaryEvent"):
        if len(rand.definitionen) > 1 and rand.parallel_mehrfach:
            rand.definitionen = [Definition("multiple")]
        weitere = _nimm_weitere(zeichnung, rand)
        if weitere:
            _melde(zeichnung, rand, "Jedes der Ereignisse löst für sich aus")
        for definition in weitere:
            kopie = _kopiere(zeichnung, bereich, rand, definition)
            kopie.unterbrechend = rand.unterbrechend
            bereich.attach(kopie, rand.angeheftet_an)


def teile_fangendes_ereignis(zeichnung: Zeichnung, bereich: Bereich) -> None:
    """Of several events the first one counts, or all are awaited."""
    for knoten in bereich.vom_typ("intermediateCatchEvent"):
        weitere = _nimm_weitere(zeichnung, knoten)
        if not weitere:
            continue
        if knoten.parallel_mehrfach:
            _melde(zeichnung, knoten, "Es geht weiter, wenn alle Ereignisse eingetreten sind")
            _warte_auf_alle(zeichnung, bereich, knoten, weitere)
        else:
            _melde(zeichnung, knoten, "Es geht weiter, sobald eines der Ereignisse eingetreten ist")
            _warte_auf_eines(zeichnung, bereich, knoten, weitere)


def _warte_auf_alle(zeichnung: Zeichnung, bereich: Bereich, knoten: Knoten, weitere: list[Definition]) -> None:
    davor = zeichnung.ergaenze(bereich, f"{knoten.id}__alle", "parallelGateway", bei=knoten)
    danach = zeichnung.ergaenze(bereich, f"{knoten.id}__danach", "parallelGateway", bei=knoten)
    zeichnung.setze_davor(bereich, knoten, davor)
    zeichnung.setze_dahinter(bereich, knoten, danach)
    for definition in weitere:
        kopie = _neue(zeichnung, bereich, knoten, definition)
        zeichnung.verbinde(bereich, davor, kopie)
        zeichnung.verbinde(bereich, kopie, danach)


def _warte_auf_eines(zeichnung: Zeichnung, bereich: Bereich, knoten: Knoten, weitere: list[Definition]) -> None:
    vorher = [bereich.knoten[f.von] for f in bereich.eingehend(knoten)]
    wartet_schon = vorher and all(k.als == "eventBasedGateway" and not k.parallel_mehrfach for k in vorher)
    if not wartet_schon:
        davor = zeichnung.ergaenze(bereich, f"{knoten.id}__eines", "eventBasedGateway", bei=knoten)
        zeichnung.setze_davor(bereich, knoten, davor)
        vorher = [davor]
    for definition in weitere:
        kopie = _kopiere(zeichnung, bereich, knoten, definition)
        for gateway in vorher:
            zeichnung.verbinde(bereich, gateway, kopie)


def teile_werfendes_ereignis(zeichnung: Zeichnung, bereich: Bereich) -> None:
    """Several things to throw are thrown one after the other."""
    for knoten in bereich.vom_typ("intermediateThrowEvent"):
        while len(knoten.definitionen) > 1:
            kopie = _neue(zeichnung, bereich, knoten, knoten.definitionen.pop())
            zeichnung.setze_dahinter(bereich, knoten, kopie)
    for ende in bereich.vom_typ("endEvent"):
        ende.definitionen.sort(key=lambda d: _BEENDEND.index(d.art) if d.art in _BEENDEND else len(_BEENDEND))
        while len(ende.definitionen) > 1:
            kopie = _neue(zeichnung, bereich, ende, ende.definitionen.pop())
            kopie.typ = kopie.als = "intermediateThrowEvent"
            zeichnung.setze_davor(bereich, ende, kopie)


def teile_start(zeichnung: Zeichnung, bereich: Bereich) -> None:
    """Each of several events starts a Vorgang; in a sub-process nothing is awaited anyway."""
    for start in bereich.vom_typ("startEvent") if bereich.eltern is None else []:
        weitere = _nimm_weitere(zeichnung, start)
        if weitere and start.parallel_mehrfach:
            zeichnung.warnung(
                "start_durch_eines",
                start,
                f"Der Start ({name_der_art(start)}) wartet nicht auf alle Ereignisse. Jedes startet einen Vorgang.",
                "Zeichnen Sie hinter den Start Zwischenereignisse, auf die gewartet werden soll.",
            )
        for definition in weitere:
            _kopiere(zeichnung, bereich, start, definition)


def _nimm_weitere(zeichnung: Zeichnung, knoten: Knoten) -> list[Definition]:
    """Leave the first definition at the node; what only a person can report counts once."""
    eigene = [d for d in knoten.definitionen if loest_selbst_aus(d)]
    von_hand = [d for d in knoten.definitionen if not loest_selbst_aus(d)]
    if len(von_hand) > 1:
        _melde(zeichnung, knoten, f"Was nur eine Person feststellen kann ({name_der_art(knoten)}), gilt als eines")
    alle = [*eigene, *von_hand[:1]]
    if len(alle) > 1:
        knoten.bild = knoten.bild or knoten.id
    knoten.definitionen = alle[:1]
    return alle[1:]


def _kopiere(zeichnung: Zeichnung, bereich: Bereich, knoten: Knoten, definition: Definition) -> Knoten:
    """A further event with the exits of the drawn one; they leave from a point behind both."""
    kopie = _neue(zeichnung, bereich, knoten, definition)
    ausgaenge = bereich.ausgehend(knoten)
    if ausgaenge:
        stelle = bereich.knoten[ausgaenge[0].nach]
        if len(ausgaenge) > 1 or not stelle.id.startswith(f"{knoten.id}__danach"):
            stelle = zeichnung.ergaenze(bereich, f"{knoten.id}__danach", "exclusiveGateway", bei=knoten)
            zeichnung.setze_dahinter(bereich, knoten, stelle)
        zeichnung.verbinde(bereich, kopie, stelle)
    return kopie


def _neue(zeichnung: Zeichnung, bereich: Bereich, knoten: Knoten, definition: Definition) -> Knoten:
    kopie = zeichnung.ergaenze(bereich, f"{knoten.id}__2", knoten.typ, knoten.name, bei=knoten)
    kopie.definitionen, kopie.als, kopie.sichtbar = [definition], knoten.als, True
    kopie.name = f"{knoten.name} ({name_der_art(kopie)})".strip()
    return kopie


def _melde(zeichnung: Zeichnung, knoten: Knoten, was: str) -> None:
    zeichnung.hinweis(
        "mehrfachereignis",
        knoten,
        f"Das Ereignis ist mehrfach bestimmt. {was}.",
        "Prüfen Sie, ob das so gemeint ist.",
    )
