"""Rules about sequence flows: where they belong, what may not begin or end there, splits drawn without a gateway."""

from __future__ import annotations

from engine.bpmn.zeichnung import GATEWAYS, Bereich, Fluss, Knoten, Zeichnung


def ordne_fluesse_zu(zeichnung: Zeichnung) -> None:
    """Each flow goes to the scope of its two ends, wherever the tool has stored it."""
    heimat = {k: b for b in zeichnung.bereiche() for k in b.knoten}
    ueber_grenzen = []
    for bereich in zeichnung.bereiche():
        for fluss in bereich.lose:
            von, nach = heimat.get(fluss.von), heimat.get(fluss.nach)
            if von is None or nach is None:
                _melde_loses_ende(zeichnung, fluss)
            elif von is not nach:
                ueber_grenzen.append(fluss)
            else:
                von.connect(fluss)
        bereich.lose = []
    for fluss in ueber_grenzen:
        _fuehre_am_rand(zeichnung, heimat, fluss)


def _fuehre_am_rand(zeichnung: Zeichnung, heimat: dict[str, Bereich], fluss: Fluss) -> None:
    """A flow into or out of a sub-process belongs to the sub-process as a whole; no flow leaves a pool."""
    von, nach = _kette(heimat, fluss.von), _kette(heimat, fluss.nach)
    gemeinsam = next((b for b in von if b in nach), None)
    if gemeinsam is None or von[gemeinsam] == nach[gemeinsam]:
        _melde_grenze(zeichnung, fluss)
        return
    quelle = gemeinsam.knoten[von[gemeinsam]]
    if any(f.nach == nach[gemeinsam] for f in gemeinsam.ausgehend(quelle)):
        _melde_grenze(zeichnung, fluss)  # the way around the border is drawn as well
        return
    fluss.von, fluss.nach = quelle.id, nach[gemeinsam]
    gemeinsam.connect(fluss)
    zeichnung.warnung(
        "fluss_am_rand",
        fluss,
        "Der Sequenzfluss führt über die Grenze eines Teilprozesses. Er gilt für den Teilprozess als Ganzes:"
        " Dieser läuft immer von seinem Anfang bis zu seinem Ende.",
        "Führen Sie den Pfeil bis an den Rand des Teilprozesses.",
    )


def _kette(heimat: dict[str, Bereich], kennung: str) -> dict[Bereich, str]:
    """Every scope around a node, the innermost first, with the node that stands for it there."""
    kette: dict[Bereich, str] = {}
    while (bereich := heimat.get(kennung)) is not None:
        kette[bereich] = kennung
        if bereich.eltern is None:
            break
        kennung = bereich.eltern.id
    return kette


def _melde_loses_ende(zeichnung: Zeichnung, fluss: Fluss) -> None:
    zeichnung.warnung(
        "fluss_ohne_ende",
        fluss,
        "Der Sequenzfluss hat keinen Anfang oder kein Ziel. Er wird nicht ausgeführt.",
        "Verbinden Sie den Pfeil mit beiden Elementen oder löschen Sie ihn.",
    )


def _melde_grenze(zeichnung: Zeichnung, fluss: Fluss) -> None:
    zeichnung.warnung(
        "fluss_ueber_grenze",
        fluss,
        "Der Sequenzfluss führt über die Grenze eines Pools oder Teilprozesses. Er wird nicht ausgeführt.",
        "Führen Sie den Pfeil am Rand des Teilprozesses entlang oder verwenden Sie einen Nachrichtenfluss.",
    )


def trenne_randereignisse(zeichnung: Zeichnung, bereich: Bereich) -> None:
    """A boundary event is started by its activity; a flow into it means nothing."""
    for rand in bereich.vom_typ("boundaryEvent"):
        for fluss in bereich.eingehend(rand):
            zeichnung.warnung(
                "fluss_in_randereignis",
                fluss,
                "Der Sequenzfluss endet an einem angehefteten Ereignis. Er wird nicht ausgeführt.",
                "Verbinden Sie den Pfeil mit der Aktivität statt mit dem angehefteten Ereignis.",
            )
            bereich.disconnect(fluss)


def fuehre_rueckfluss_hinter_start(zeichnung: Zeichnung, bereich: Bereich) -> None:
    """A flow back to the start event goes to the point right behind it."""
    for start in bereich.vom_typ("startEvent"):
        zurueck = bereich.eingehend(start)
        if not zurueck:
            continue
        zeichnung.warnung(
            "fluss_in_start",
            start,
            "Ein Sequenzfluss führt zurück in das Startereignis. Er wird direkt dahinter fortgesetzt.",
            "Verbinden Sie den Pfeil mit dem ersten Schritt nach dem Start.",
        )
        stelle = zeichnung.ergaenze(bereich, f"{start.id}__danach", "exclusiveGateway", bei=start)
        zeichnung.setze_dahinter(bereich, start, stelle)
        for fluss in zurueck:
            if fluss.von == start.id:
                bereich.disconnect(fluss)
            else:
                bereich.redirect(fluss, nach=stelle.id)


def lies_ende_mit_ausgang(zeichnung: Zeichnung, bereich: Bereich) -> None:
    """An end event with an outgoing flow does not end anything: it is passed."""
    for ende in bereich.vom_typ("endEvent"):
        if bereich.ausgehend(ende):
            zeichnung.warnung(
                "ende_mit_ausgang",
                ende,
                "Das Endereignis hat einen ausgehenden Pfeil. Es wird durchlaufen und beendet nichts.",
                "Löschen Sie den Pfeil oder zeichnen Sie ein Zwischenereignis.",
            )
            ende.als = "intermediateThrowEvent"


def fuege_aufteilung_ein(zeichnung: Zeichnung, bereich: Bereich) -> None:
    """Several flows out of a task or an event start all branches, or those whose conditions hold."""
    for knoten in list(bereich.knoten.values()):
        ausgaenge = bereich.ausgehend(knoten)
        if knoten.als in GATEWAYS or len(ausgaenge) < 2:
            continue
        if any(f.bedingung for f in ausgaenge):
            _teile_nach_bedingung(zeichnung, bereich, knoten, ausgaenge)
        else:
            _teile_parallel(zeichnung, bereich, knoten)


def _teile_parallel(zeichnung: Zeichnung, bereich: Bereich, knoten: Knoten) -> None:
    zeichnung.hinweis(
        "aufteilung_ohne_gateway",
        knoten,
        "Mehrere Pfeile verlassen das Element. Alle Zweige laufen gleichzeitig.",
        "Zeichnen Sie ein exklusives Gateway, wenn nur ein Zweig gemeint ist.",
    )
    aufteilung = zeichnung.ergaenze(bereich, f"{knoten.id}__aufteilung", "parallelGateway", bei=knoten)
    zeichnung.setze_dahinter(bereich, knoten, aufteilung)
    knoten.standardfluss = ""


def _teile_nach_bedingung(zeichnung: Zeichnung, bereich: Bereich, knoten: Knoten, ausgaenge: list[Fluss]) -> None:
    zeichnung.hinweis(
        "bedingung_ohne_gateway",
        knoten,
        "Mehrere Pfeile mit Bedingungen verlassen das Element. Es folgen alle Zweige, deren Bedingung zutrifft.",
        "Zeichnen Sie ein Gateway, um die Entscheidung sichtbar zu machen.",
    )
    aufteilung = zeichnung.ergaenze(bereich, f"{knoten.id}__aufteilung", "inclusiveGateway", knoten.name, bei=knoten)
    aufteilung.sichtbar = True
    aufteilung.standardfluss, knoten.standardfluss = knoten.standardfluss, ""
    zeichnung.setze_dahinter(bereich, knoten, aufteilung)
    for fluss in ausgaenge:
        fluss.immer = not fluss.bedingung and fluss.id != aufteilung.standardfluss


def lass_einzelne_bedingung_weg(zeichnung: Zeichnung, bereich: Bereich) -> None:
    """A condition at the only way on decides nothing."""
    for knoten in bereich.knoten.values():
        ausgaenge = bereich.ausgehend(knoten)
        if len(ausgaenge) != 1:
            continue
        knoten.standardfluss = ""
        if ausgaenge[0].bedingung:
            zeichnung.warnung(
                "bedingung_am_einzigen_weg",
                ausgaenge[0],
                "Die Bedingung steht am einzigen Weg. Sie wird nicht geprüft, der Ablauf geht immer weiter.",
                "Zeichnen Sie den zweiten Weg für den Fall, dass die Bedingung nicht zutrifft.",
            )
            ausgaenge[0].bedingung = ""


def pruefe_standardfluss(zeichnung: Zeichnung, bereich: Bereich) -> None:
    """A default flow must leave its own node, and has no condition."""
    for knoten in bereich.knoten.values():
        if not knoten.standardfluss:
            continue
        fluss = next((f for f in bereich.ausgehend(knoten) if f.id == knoten.standardfluss), None)
        if fluss is None:
            knoten.standardfluss = ""
            zeichnung.warnung(
                "standardfluss_unbekannt",
                knoten,
                "Der Standardausgang des Elements gehört nicht zu seinen Pfeilen. Er wird nicht beachtet.",
                "Bestimmen Sie einen ausgehenden Pfeil als Standardausgang.",
            )
        elif fluss.bedingung:
            zeichnung.hinweis(
                "bedingung_am_standardfluss",
                fluss,
                f"Der Standardausgang trägt eine Bedingung („{fluss.bedingung[:120]}“). Sie wird nicht geprüft.",
                "Löschen Sie die Bedingung am Standardausgang.",
            )
            fluss.bedingung = ""


def lass_bedingung_an_parallelem_weg(zeichnung: Zeichnung, bereich: Bereich) -> None:
    """A parallel gateway starts all its branches."""
    for gateway in bereich.vom_typ("parallelGateway"):
        gateway.standardfluss = ""
        for fluss in bereich.ausgehend(gateway):
            if fluss.bedingung and not gateway.erzeugt:
                zeichnung.warnung(
                    "bedingung_am_parallelen_weg",
                    fluss,
                    "Nach einem parallelen Gateway laufen alle Zweige. Die Bedingung am Pfeil wird nicht geprüft.",
                    "Zeichnen Sie ein inklusives Gateway, wenn die Bedingung gelten soll.",
                )
            fluss.bedingung = ""
