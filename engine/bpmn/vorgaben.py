"""What was set up beside the drawing and changes what runs: conditions of decisions, calls, messages and times.

Applied to the working copy before the rules, so that they judge it like everything that is drawn.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.bpmn.definitionen import ZEITFELDER
from engine.bpmn.zeichnung import Bereich, Definition, Fluss, Knoten, Zeichnung

#: gateways whose exits a condition or a person can choose
WAEHLBAR = frozenset({"exclusiveGateway", "inclusiveGateway", "complexGateway"})


def apply_vorgaben(
    zeichnung: Zeichnung,
    bedingungen: Mapping[str, Mapping[str, str]],
    aufrufe: Mapping[str, str],
    ereignisse: Mapping[str, Mapping[str, str]],
) -> None:
    """Put the settings in the place of what is drawn, with a finding at each element that they change.

    `bedingungen`: gateway -> exit -> FEEL; an exit without text is the one that holds otherwise, no exit at all means
    that a person chooses. `aufrufe`: call activity -> id of the process. `ereignisse`: event -> ``name`` and
    ``schluessel`` of its message or signal, or the field of its time (``timeDate`` …) with the text.
    """
    for bereich in zeichnung.bereiche():
        for knoten in list(bereich.knoten.values()):
            if knoten.typ in WAEHLBAR and knoten.id in bedingungen:
                _decide(zeichnung, bereich, knoten, bedingungen[knoten.id])
            elif knoten.typ == "callActivity" and knoten.id in aufrufe:
                _call(zeichnung, knoten, aufrufe[knoten.id])
            elif knoten.id in ereignisse:
                _wait(zeichnung, knoten, ereignisse[knoten.id])


def _decide(zeichnung: Zeichnung, bereich: Bereich, gateway: Knoten, texte: Mapping[str, str]) -> None:
    ausgaenge = [fluss for fluss in bereich.lose if fluss.von == gateway.id]
    gateway.standardfluss = next((f.id for f in ausgaenge if f.id in texte and not texte[f.id]), "")
    if tabelle := zeichnung.zuordnung.get(gateway.id):
        _ask(zeichnung, bereich, gateway, tabelle)
    for fluss in ausgaenge:
        fluss.bedingung, fluss.sprache = texte.get(fluss.id, ""), ""
    zeichnung.hinweis(
        "entscheidung_eingerichtet",
        gateway,
        f"Der Ausgang ist in der Einrichtung festgelegt: {_words(ausgaenge, texte)}.",
        "Unter „Einrichten“ können Sie das ändern.",
    )


def _ask(zeichnung: Zeichnung, bereich: Bereich, gateway: Knoten, tabelle: str) -> None:
    """A step of its own before the gateway, in which the table decides; where it cannot, a person does."""
    schritt = bereich.add(
        Knoten(
            zeichnung.neue_id(f"{gateway.id}__tabelle"),
            "businessRuleTask",
            gateway.name or f"Tabelle „{tabelle}“",
            zeile=gateway.zeile,
            lane=gateway.lane,
            entscheidungen=(tabelle,),
            erzeugt=True,
            bild=gateway.id,
        )
    )
    for scope in zeichnung.bereiche():
        for fluss in scope.lose:
            if fluss.nach == gateway.id:
                fluss.nach = schritt.id
    bereich.lose.append(Fluss(zeichnung.neue_id(f"{schritt.id}__nach"), schritt.id, gateway.id, erzeugt=True))


def _words(ausgaenge: list[Fluss], texte: Mapping[str, str]) -> str:
    if not texte:
        return "eine Person wählt"
    teile = (
        f"„{f.name or f.id}“, wenn {texte[f.id]}" if texte[f.id] else f"sonst „{f.name or f.id}“"
        for f in ausgaenge
        if f.id in texte
    )
    return "; ".join(teile)[:500]


def _call(zeichnung: Zeichnung, knoten: Knoten, prozess: str) -> None:
    if knoten.aufruf == prozess:
        return
    knoten.aufruf = prozess
    zeichnung.hinweis(
        "aufruf_eingerichtet",
        knoten,
        f"Der Schritt ruft den Prozess „{prozess}“ auf, wie in der Einrichtung festgelegt.",
        "Unter „Einrichten“ können Sie das ändern.",
    )


def _wait(zeichnung: Zeichnung, knoten: Knoten, angabe: Mapping[str, str]) -> None:
    zeit = next(((feld, angabe[feld]) for feld in ZEITFELDER if angabe.get(feld)), None)
    definition = _definition(knoten, ("timer",) if zeit else ("message", "signal"))
    if definition is None:
        return
    if zeit is not None:
        definition.zeitfeld, definition.zeittext = zeit
        worte = f"die Zeit „{zeit[1][:120]}“"
    else:
        if angabe.get("name"):
            definition.name, definition.verweis = angabe["name"], ""
        definition.schluessel = angabe.get("schluessel", definition.schluessel)
        worte = f"„{definition.name[:80]}“" + (
            f", gefunden über {definition.schluessel[:120]}" if definition.schluessel else ""
        )
    zeichnung.hinweis(
        "ereignis_eingerichtet",
        knoten,
        f"In der Einrichtung ist für das Ereignis festgelegt: {worte}.",
        "Unter „Einrichten“ können Sie das ändern.",
    )


def _definition(knoten: Knoten, arten: tuple[str, ...]) -> Definition | None:
    """What the setting is about: the first definition of these kinds, or the message of a task."""
    if knoten.typ in ("receiveTask", "sendTask") and "message" in arten:
        knoten.nachricht = knoten.nachricht or Definition("message")
        return knoten.nachricht
    return next((d for d in knoten.definitionen if d.art in arten), None)
