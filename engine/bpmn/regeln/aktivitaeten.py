"""Rules about activities: who does them, what they call."""

from __future__ import annotations

from engine.bpmn.ergebnis import Stufe
from engine.bpmn.zeichnung import AKTIVITAETEN, MENSCH, Bereich, Knoten, Zeichnung

_VON_HAND = {
    "serviceTask": (Stufe.HINWEIS, "service", "Der Service ist an kein System angebunden. Eine Person erledigt ihn."),
    "sendTask": (Stufe.HINWEIS, "senden", "Der Versand ist an kein System angebunden. Eine Person versendet."),
    "choreographyTask": (Stufe.WARNUNG, "choreografie", "Der Austausch wird als Aufgabe einer Person ausgeführt."),
    "subChoreography": (Stufe.WARNUNG, "choreografie", "Der Austausch wird als Aufgabe einer Person ausgeführt."),
    "callChoreography": (Stufe.WARNUNG, "choreografie", "Der Austausch wird als Aufgabe einer Person ausgeführt."),
}


def lies_aufgabe(zeichnung: Zeichnung, bereich: Bereich) -> None:
    """Every task is done by a person."""
    for knoten in bereich.vom_typ("task", "manualTask"):
        knoten.als = MENSCH
    for knoten in bereich.vom_typ(*_VON_HAND):
        if knoten.dienst or (knoten.als == "sendTask" and knoten.nachricht):
            continue
        stufe, art, text = _VON_HAND[knoten.als]
        zeichnung.melde(stufe, f"{art}_von_hand", knoten, text, "Legen Sie fest, welche Gruppe den Schritt bearbeitet.")
        knoten.als = MENSCH


def lies_aufruf(zeichnung: Zeichnung, bereich: Bereich) -> None:
    """A call stays a call if the process exists; otherwise a person does the step."""
    rufe = bereich.vom_typ("callActivity")
    if not rufe:
        return
    eigene = {p.id for p in zeichnung.prozesse if p.knoten}
    if zeichnung.aufrufkreise is None:
        zeichnung.aufrufkreise = _find_aufrufkreise(zeichnung, eigene)
    for knoten in rufe:
        ziel = _aufgerufen(knoten.aufruf, eigene | zeichnung.bekannte_prozesse)
        if ziel and (bereich.prozess, ziel) not in zeichnung.aufrufkreise:
            knoten.aufruf = ziel
            continue
        if knoten.aufruf in zeichnung.globale_aufgaben:
            zeichnung.hinweis(
                "globale_aufgabe", knoten, "Die aufgerufene Aufgabe erledigt eine Person.", "Es ist nichts zu tun."
            )
        elif ziel:
            zeichnung.warnung(
                "aufruf_im_kreis",
                knoten,
                f"Der aufgerufene Prozess „{ziel}“ führt zurück zu diesem Aufruf. Eine Person erledigt den Schritt.",
                "Rufen Sie einen anderen Prozess auf oder zeichnen Sie den Weg zurück als Pfeil.",
            )
        else:
            _melde_unbekannten_aufruf(zeichnung, knoten)
        knoten.als, knoten.aufruf = MENSCH, ""


def _melde_unbekannten_aufruf(zeichnung: Zeichnung, knoten: Knoten) -> None:
    wen = f"„{knoten.aufruf[:80]}“ ist nicht bekannt" if knoten.aufruf else "ist nicht angegeben"
    zeichnung.warnung(
        "aufruf_unbekannt",
        knoten,
        f"Der aufgerufene Prozess {wen}. Eine Person erledigt den Schritt.",
        "Laden Sie den aufgerufenen Prozess hoch und prüfen Sie dieses Modell danach erneut.",
    )


def _aufgerufen(name: str, bekannt: set[str] | frozenset[str]) -> str:
    """The process that a call means; some tools write its id with a prefix."""
    return next((n for n in (name, name.rpartition(":")[2]) if n and n in bekannt), "")


def _find_aufrufkreise(zeichnung: Zeichnung, eigene: set[str]) -> frozenset[tuple[str, str]]:
    """Pairs (process, called process) whose call would close a circle, seen from the first process of the file on."""
    ruft: dict[str, list[str]] = {p.id: [] for p in zeichnung.prozesse}
    for bereich in zeichnung.bereiche():
        for knoten in bereich.vom_typ("callActivity"):
            if ziel := _aufgerufen(knoten.aufruf, eigene):
                ruft[bereich.prozess].append(ziel)
    kreise: set[tuple[str, str]] = set()
    fertig: set[str] = set()
    for beginn in ruft:
        weg = {beginn: iter(ruft[beginn])}  # from `beginn` to where the search stands
        while weg:
            name, weitere = next(reversed(weg.items()))
            ziel = next((z for z in weitere if z not in fertig), "")
            if not ziel:
                del weg[name]
                fertig.add(name)
            elif ziel in weg:
                kreise.add((name, ziel))
            else:
                weg[ziel] = iter(ruft[ziel])
    return frozenset(kreise)


def lies_menge(zeichnung: Zeichnung, bereich: Bereich) -> None:
    """An activity starts with one token and makes one."""
    for knoten in bereich.knoten.values():
        if knoten.mengen:
            zeichnung.warnung(
                "menge_nicht_beachtet",
                knoten,
                "Der Schritt nennt eine Start- oder Abschlussmenge. Sie wird nicht beachtet.",
                "Zeichnen Sie ein paralleles Gateway, wenn auf mehrere Zweige gewartet werden soll.",
            )


def nenne_schritte_ohne_lane(zeichnung: Zeichnung, bereich: Bereich) -> None:
    """In a drawing with lanes, a step outside of all of them belongs to nobody."""
    prozess = next(p for p in zeichnung.prozesse if p.id == bereich.prozess)
    for knoten in bereich.knoten.values() if prozess.lanes else ():
        angeboten = bereich.ist_adhoc and knoten.typ in AKTIVITAETEN and not bereich.eingehend(knoten)
        hat_aufgaben = knoten.ist_mensch or knoten.ist_eingang or knoten.wird_geschlossen or angeboten
        if hat_aufgaben and knoten.lane is None and not knoten.erzeugt:
            zeichnung.hinweis(
                "schritt_ohne_lane",
                knoten,
                "Der Schritt liegt in keiner Lane. Es ist noch offen, welche Gruppe ihn bearbeitet.",
                "Schieben Sie den Schritt in eine Lane oder legen Sie die Gruppe nach dem Hochladen fest.",
            )
