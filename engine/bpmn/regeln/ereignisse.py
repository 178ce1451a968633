"""Rules about intermediate and end events: what a person confirms, what is only passed, which timers can wait."""

from __future__ import annotations

from collections.abc import Callable

from engine.bpmn import ausdruecke
from engine.bpmn.ergebnis import SchrittArt
from engine.bpmn.zeichnung import MENSCH, Bereich, Definition, Knoten, Zeichnung

_ART_NAME = {
    "message": "Nachricht",
    "signal": "Signal",
    "conditional": "Bedingung",
    "error": "Fehler",
    "escalation": "Eskalation",
    "compensate": "Kompensation",
    "cancel": "Abbruch",
    "link": "Link",
    "timer": "Zeit",
    "terminate": "Beendigung",
}


def name_der_art(knoten: Knoten) -> str:
    """German name of what an event reacts to."""
    return " oder ".join(dict.fromkeys(_ART_NAME.get(d.art, d.art) for d in knoten.definitionen)) or "Ereignis"


def verbinde_links(zeichnung: Zeichnung, bereich: Bereich) -> None:
    """A link throw event goes on at the link catch event of the same name."""
    quellen = [k for k in bereich.vom_typ("intermediateThrowEvent") if k.hat("link")]
    ziele = [k for k in bereich.vom_typ("intermediateCatchEvent") if k.hat("link")]
    finde = _link_ziele(ziele)
    for quelle in quellen:
        ziel = finde(quelle)
        if ziel is None and len(quellen) == len(ziele) == 1:
            ziel = ziele[0]
            zeichnung.warnung(
                "link_angenommen",
                quelle,
                f"Die beiden Link-Ereignisse heißen verschieden. Der Ablauf geht bei „{ziel.name or ziel.id}“ weiter.",
                "Geben Sie beiden Link-Ereignissen denselben Namen.",
            )
        if ziel is None:
            _melde_einzelnen_link(zeichnung, bereich, quelle)
        else:
            _trenne_nach_link(zeichnung, bereich, quelle)
            zeichnung.verbinde(bereich, quelle, ziel)
    for knoten in bereich.vom_typ("intermediateThrowEvent", "intermediateCatchEvent"):
        if knoten.hat("link"):
            knoten.als, knoten.definitionen = "intermediateThrowEvent", []


def _melde_einzelnen_link(zeichnung: Zeichnung, bereich: Bereich, quelle: Knoten) -> None:
    weiter = "Es geht am gezeichneten Pfeil weiter." if bereich.ausgehend(quelle) else "Der Weg endet hier."
    zeichnung.warnung(
        "link_ohne_ziel",
        quelle,
        f"Zu diesem Link gibt es kein Gegenstück mit demselben Namen. {weiter}",
        "Geben Sie beiden Link-Ereignissen denselben Namen.",
    )


def _trenne_nach_link(zeichnung: Zeichnung, bereich: Bereich, quelle: Knoten) -> None:
    for fluss in bereich.ausgehend(quelle):
        zeichnung.warnung(
            "fluss_nach_link",
            fluss,
            "Nach einem werfenden Link geht es nur am Gegenstück weiter. Der Sequenzfluss wird nicht ausgeführt.",
            "Löschen Sie den Pfeil oder das Link-Ereignis.",
        )
        bereich.disconnect(fluss)


def _link_ziele(ziele: list[Knoten]) -> Callable[[Knoten], Knoten | None]:
    """Finds the partner of a link by the name of the link, else by the label of the event; the first of equal ones."""
    nach_link = {_link_name(z): z for z in reversed(ziele) if _link_name(z)}
    nach_beschriftung = {_beschriftung(z): z for z in reversed(ziele) if _beschriftung(z)}
    return lambda quelle: nach_link.get(_link_name(quelle)) or nach_beschriftung.get(_beschriftung(quelle))


def _link_name(knoten: Knoten) -> str:
    return next((d.name for d in knoten.definitionen if d.art == "link"), "").casefold()


def _beschriftung(knoten: Knoten) -> str:
    return knoten.name.casefold().replace(" ", "")


def pruefe_zeit(zeichnung: Zeichnung, bereich: Bereich) -> None:
    """A timer whose time nobody can wait for is none: a person confirms it, or at a border nothing happens."""
    for knoten in bereich.vom_typ("intermediateCatchEvent", "boundaryEvent"):
        hatte_zeit = knoten.hat("timer")
        for definition in list(knoten.definitionen):
            if definition.art == "timer" and not _setze_zeit(zeichnung, knoten, definition):
                knoten.definitionen.remove(definition)
        if knoten.als == "boundaryEvent" and hatte_zeit and not knoten.definitionen:
            bereich.remove(knoten)


def _setze_zeit(zeichnung: Zeichnung, knoten: Knoten, definition: Definition) -> bool:
    zeit = ausdruecke.judge_zeitangabe(definition.zeitfeld, definition.zeittext, zeichnung.variablen)
    if zeit is None:
        grund = (
            f"nennt eine Zeit, die nicht lesbar ist („{definition.zeittext[:120]}“)"
            if definition.zeittext
            else "nennt keine Zeit"
        )
        folge = (
            "Es wird nicht ausgelöst."
            if knoten.als == "boundaryEvent"
            else "Eine Person bestätigt, wann es weitergeht."
        )
        zeichnung.warnung(
            "zeit_unlesbar",
            knoten,
            f"Das Zeitereignis {grund}. {folge}",
            "Tragen Sie eine Dauer (zum Beispiel P3D), einen Zeitpunkt oder frist_at(eingang, 3) ein.",
        )
        return False
    if zeit.feld != definition.zeitfeld:
        zeichnung.hinweis(
            "zeit_falsches_feld",
            knoten,
            f"Die Zeitangabe „{zeit.text}“ steht als {definition.zeitfeld}, ist aber {zeit.feld}. Sie wird so gelesen.",
            "Wählen Sie im Zeichenwerkzeug die passende Art der Zeitangabe.",
        )
    definition.zeitfeld, definition.zeittext = zeit.feld, zeit.text
    return True


def lies_fangendes_ereignis(zeichnung: Zeichnung, bereich: Bereich) -> None:
    """Everything but a timer is confirmed by a person when it has happened."""
    for knoten in bereich.vom_typ("intermediateCatchEvent"):
        if knoten.definitionen and all(d.art == "timer" for d in knoten.definitionen):
            knoten.definitionen = knoten.definitionen[:1]
            continue
        zeichnung.hinweis(
            "eingang_bestaetigen",
            knoten,
            f"Das Ereignis ({name_der_art(knoten)}) kommt von außen. Eine Person bestätigt, dass es eingetreten ist.",
            "Es ist nichts zu tun.",
        )
        als_eingang(knoten)


def als_eingang(knoten: Knoten) -> None:
    """Let a person confirm that something from outside has arrived."""
    knoten.als, knoten.art, knoten.definitionen = MENSCH, SchrittArt.EINGANG, []


def lies_werfendes_ereignis(zeichnung: Zeichnung, bereich: Bereich) -> None:
    """A throw event is passed; what it throws is not sent yet."""
    for knoten in bereich.vom_typ("intermediateThrowEvent"):
        if knoten.definitionen:
            zeichnung.warnung(
                "ereignis_nicht_gesendet",
                knoten,
                f"Das Ereignis ({name_der_art(knoten)}) wird durchlaufen. Es wird noch nichts ausgelöst oder versandt.",
                _abhilfe_fuer_werfendes(knoten),
            )
            knoten.definitionen = []


def _abhilfe_fuer_werfendes(knoten: Knoten) -> str:
    if knoten.hat("message", "signal"):
        return "Zeichnen Sie eine Aufgabe davor, wenn eine Person etwas versenden soll."
    return "Zeichnen Sie den Fall als Ausgang eines Gateways, wenn danach ein anderer Weg folgen soll."


def lies_ende(zeichnung: Zeichnung, bereich: Bereich) -> None:
    """An end event ends its path, or with terminate everything in its scope; nothing else is thrown yet."""
    for knoten in bereich.vom_typ("endEvent"):
        beendend = [d for d in knoten.definitionen if d.art == "terminate"]
        if len(beendend) < len(knoten.definitionen):
            zeichnung.warnung(
                "ende_nicht_gesendet",
                knoten,
                f"Das Endereignis ({name_der_art(knoten)}) beendet nur den Weg. Es wird noch nichts ausgelöst.",
                _abhilfe_fuer_werfendes(knoten),
            )
        knoten.definitionen = beendend[:1]


def entferne_randereignis(zeichnung: Zeichnung, bereich: Bereich) -> None:
    """Only timers are executed at the border of an activity yet."""
    for knoten in bereich.vom_typ("boundaryEvent"):
        traeger = bereich.knoten.get(knoten.angeheftet_an)
        zeit = knoten.zeitdefinition
        if traeger is None or traeger.typ.endswith(("Event", "Gateway")):
            text, abhilfe = (
                "Das Ereignis ist an keine Aktivität angeheftet. Es wird nicht ausgeführt.",
                ("Heften Sie das Ereignis an den Rand einer Aktivität."),
            )
        elif zeit is None or (knoten.parallel_mehrfach and len(knoten.definitionen) > 1):
            text = (
                f"Das angeheftete Ereignis ({name_der_art(knoten)}) wird noch nicht ausgeführt. Es bleibt nur im Bild."
            )
            abhilfe = (
                "Zeichnen Sie den Fall als Ausgang eines Gateways nach der Aktivität, wenn er ausgeführt werden soll."
            )
        else:
            _behalte_zeit(zeichnung, knoten, zeit)
            continue
        zeichnung.warnung("randereignis_nicht_ausgefuehrt", knoten, text, abhilfe)
        bereich.remove(knoten)


def _behalte_zeit(zeichnung: Zeichnung, knoten: Knoten, zeit: Definition) -> None:
    if len(knoten.definitionen) > 1:
        zeichnung.warnung(
            "randereignis_nur_zeit",
            knoten,
            f"Das angeheftete Ereignis ({name_der_art(knoten)}) reagiert vorerst nur auf die Zeit.",
            "Zeichnen Sie die anderen Fälle als Ausgänge eines Gateways.",
        )
    knoten.definitionen = [zeit]
