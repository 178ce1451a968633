"""Rules about events that wait: what a person confirms, which times and conditions count, what hangs at a border."""

from __future__ import annotations

from collections.abc import Callable

from engine.bpmn import ausdruecke
from engine.bpmn.ergebnis import SchrittArt
from engine.bpmn.regeln import nachrichten
from engine.bpmn.regeln.nachrichten import name_der_art
from engine.bpmn.zeichnung import AKTIVITAETEN, MENSCH, Bereich, Definition, Knoten, Zeichnung


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
    """A timer whose time nobody can wait for is none: a person says when it has come."""
    for knoten in bereich.vom_typ("startEvent", "intermediateCatchEvent", "boundaryEvent"):
        for definition in list(knoten.definitionen):
            if definition.art == "timer" and not _setze_zeit(zeichnung, bereich, knoten, definition):
                definition.zeittext = ""
                if knoten.als == "startEvent" and not bereich.ist_ereignis:
                    knoten.definitionen.remove(definition)


def _lauscht(bereich: Bereich, knoten: Knoten) -> bool:
    """Whether this event may happen while something else runs."""
    return knoten.als == "boundaryEvent" or (knoten.als == "startEvent" and bereich.ist_ereignis)


def _setze_zeit(zeichnung: Zeichnung, bereich: Bereich, knoten: Knoten, definition: Definition) -> bool:
    zeit = ausdruecke.judge_zeitangabe(definition.zeitfeld, definition.zeittext, zeichnung.variablen)
    beginnt = knoten.als == "startEvent" and bereich.eltern is None
    if zeit is None or (beginnt and not ausdruecke.is_zeit_ohne_vorgang(zeit.text)):
        grund = (
            f"nennt eine Zeit, die hier nicht lesbar ist („{definition.zeittext[:120]}“)"
            if definition.zeittext
            else "nennt keine Zeit"
        )
        zeichnung.warnung(
            "zeit_unlesbar",
            knoten,
            f"Das Zeitereignis {grund}. {_folge_ohne_zeit(bereich, knoten)}",
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


def _folge_ohne_zeit(bereich: Bereich, knoten: Knoten) -> str:
    if _lauscht(bereich, knoten):
        return "Eine Person meldet, wenn es so weit ist."
    if knoten.als == "startEvent":
        return "Eine Person startet den Vorgang." if bereich.eltern is None else "Der Teilprozess beginnt sofort."
    return "Eine Person bestätigt, wann es weitergeht."


def pruefe_bedingung(zeichnung: Zeichnung, bereich: Bereich) -> None:
    """A condition that can be evaluated is watched; of any other a person says when it holds."""
    for knoten in bereich.vom_typ("intermediateCatchEvent", "boundaryEvent", "startEvent"):
        if knoten.als == "startEvent" and not bereich.ist_ereignis:
            continue
        for definition in knoten.definitionen:
            if definition.art == "conditional" and definition.bedingung:
                _setze_bedingung(zeichnung, knoten, definition)


def _setze_bedingung(zeichnung: Zeichnung, knoten: Knoten, definition: Definition) -> None:
    urteil = ausdruecke.judge_bedingung(definition.bedingung, definition.sprache, zeichnung.variablen)
    if not urteil.brauchbar:
        zeichnung.warnung(
            "ereignisbedingung_nicht_ausfuehrbar",
            knoten,
            f"Die Bedingung „{definition.bedingung[:200]}“ wird nicht ausgewertet: {urteil.grund}."
            " Eine Person sagt, wann sie zutrifft.",
            "Schreiben Sie die Bedingung in FEEL mit Feldern der Formulare, zum Beispiel: "
            f"{(urteil.vorschlag or 'betrag > 1000')[:300]}.",
        )
    elif urteil.uebersetzt:
        zeichnung.hinweis(
            "bedingung_uebersetzt",
            knoten,
            f"Die Bedingung „{definition.bedingung[:120]}“ wird als „{urteil.feel}“ ausgeführt.",
            "Prüfen Sie, ob dasselbe gemeint ist.",
        )
    definition.bedingung = urteil.feel


def lies_fangendes_ereignis(zeichnung: Zeichnung, bereich: Bereich) -> None:
    """Times and conditions are waited for; a message or signal arrives by itself or is confirmed by a person."""
    for knoten in bereich.vom_typ("intermediateCatchEvent"):
        definition = next(iter(knoten.definitionen), None)
        if definition is None or definition.art in ("error", "escalation", "cancel"):
            selbst = False
        else:
            selbst = nachrichten.loest_selbst_aus(definition)
        if not selbst:
            if not knoten.hat("timer"):
                _melde_bestaetigung(zeichnung, knoten)
            als_eingang(knoten)
        elif definition is not None and definition.art in ("message", "signal"):
            _melde_eingang(zeichnung, knoten, definition)
            knoten.art = SchrittArt.EINGANG


def _melde_bestaetigung(zeichnung: Zeichnung, knoten: Knoten) -> None:
    zeichnung.hinweis(
        "eingang_bestaetigen",
        knoten,
        f"Das Ereignis ({name_der_art(knoten)}) kommt von außen. Eine Person bestätigt, dass es eingetreten ist.",
        "Es ist nichts zu tun.",
    )


def _melde_eingang(zeichnung: Zeichnung, knoten: Knoten, definition: Definition) -> None:
    was = "die Nachricht" if definition.art == "message" else "das Signal"
    zeichnung.hinweis(
        "eingang_bestaetigen",
        knoten,
        f"Der Vorgang wartet, bis {was} „{definition.name}“ eintrifft oder eine Person den Eingang bestätigt.",
        "Es ist nichts zu tun.",
    )


def lies_empfang(zeichnung: Zeichnung, bereich: Bereich) -> None:
    """A receive task waits for its message; a person may confirm its arrival, or must if it names none."""
    for knoten in bereich.vom_typ("receiveTask"):
        if knoten.nachricht is not None:
            _melde_eingang(zeichnung, knoten, knoten.nachricht)
            knoten.art = SchrittArt.EINGANG
            continue
        zeichnung.hinweis(
            "eingang_bestaetigen",
            knoten,
            "Der Schritt wartet auf einen Eingang von außen. Eine Person bestätigt den Eingang.",
            "Es ist nichts zu tun.",
        )
        als_eingang(knoten)


def als_eingang(knoten: Knoten) -> None:
    """Let a person confirm that something from outside has arrived."""
    knoten.als, knoten.art, knoten.definitionen = MENSCH, SchrittArt.EINGANG, []


def entferne_randereignis(zeichnung: Zeichnung, bereich: Bereich) -> None:
    """What hangs at no activity, or at one where it cannot happen, stays in the drawing only."""
    for knoten in bereich.vom_typ("boundaryEvent"):
        traeger = bereich.knoten.get(knoten.angeheftet_an)
        if grund := _einwand(knoten, traeger):
            zeichnung.warnung(
                "randereignis_nicht_ausgefuehrt",
                knoten,
                f"{grund} Es wird nicht ausgeführt und bleibt nur im Bild.",
                "Zeichnen Sie den Fall als Ausgang eines Gateways nach der Aktivität, wenn er ausgeführt werden soll.",
            )
            bereich.remove(knoten)
            continue
        moeglich = _moegliche(knoten, traeger)
        if len(moeglich) < len(knoten.definitionen):
            zeichnung.warnung(
                "randereignis_teilweise",
                knoten,
                f"Von den Ereignissen am Rand ({name_der_art(knoten)}) können hier nicht alle eintreten."
                " Die anderen lösen aus.",
                "Entfernen Sie, was an dieser Aktivität nicht eintreten kann.",
            )
            knoten.definitionen = moeglich


def _einwand(knoten: Knoten, traeger: Knoten | None) -> str:
    """Why this event can never happen; empty if it can."""
    if traeger is None or traeger.typ not in AKTIVITAETEN:
        return "Das Ereignis ist an keine Aktivität angeheftet."
    if not knoten.definitionen:
        knoten.definitionen = [Definition("message")]
    return (
        ""
        if _moegliche(knoten, traeger)
        else f"Das angeheftete Ereignis ({name_der_art(knoten)}) kann hier nicht eintreten."
    )


def _moegliche(knoten: Knoten, traeger: Knoten | None) -> list[Definition]:
    nie = ["compensate", "link", "terminate"]
    if traeger is None or traeger.typ != "transaction":
        nie.append("cancel")
    return [d for d in knoten.definitionen if d.art not in nie]


def lies_randereignis(zeichnung: Zeichnung, bereich: Bereich) -> None:
    """Say what sets off an event at a border."""
    for knoten in bereich.vom_typ("boundaryEvent"):
        (definition,) = knoten.definitionen
        nachrichten.lies_lauscher(zeichnung, knoten, definition, bereich.knoten[knoten.angeheftet_an])
