"""Rules about services and calls: who does a service, and which values go in and out."""

from __future__ import annotations

import json

from engine.bpmn import ausdruecke
from engine.bpmn.regeln import automatik
from engine.bpmn.zeichnung import MENSCH, Bereich, Knoten, Zeichnung, Zuweisung


def lies_dienst(zeichnung: Zeichnung, bereich: Bereich) -> None:
    """A service that exists does its step; otherwise a person does."""
    bekannt = {f"dienst:{name}" for name in zeichnung.dienste} | {f"thema:{name}" for name in zeichnung.themen}
    for knoten in bereich.vom_typ("serviceTask", "sendTask"):
        dienst = next((name for name in knoten.dienste if name in bekannt), "")
        if not dienst:
            _pruefe_gewaehlten(zeichnung, knoten)
            continue
        fehler = [*_lies_werte(zeichnung, knoten, "eingaben"), *_lies_werte(zeichnung, knoten, "ausgaben")]
        if fehler:
            zeichnung.warnung(
                "dienst_von_hand",
                knoten,
                f"Der Service „{dienst.partition(':')[2]}“ wird nicht aufgerufen: {fehler[0]}."
                " Eine Person erledigt den Schritt.",
                "Schreiben Sie Ein- und Ausgaben in FEEL mit Feldern der Formulare.",
            )
            knoten.als = MENSCH
            continue
        knoten.als, knoten.dienst = "serviceTask", dienst
        automatik.setzt(zeichnung, frozenset(z.name for z in knoten.ausgaben))
        _melde_dienst(zeichnung, knoten)


def _pruefe_gewaehlten(zeichnung: Zeichnung, knoten: Knoten) -> None:
    """What a tool wrote for its own engine may be unknown here; what was chosen for us should not be."""
    gewaehlt = next(
        (n for n in knoten.dienste if n.startswith("dienst:") or n == zeichnung.zuordnung.get(knoten.id)), ""
    )
    if gewaehlt:
        zeichnung.warnung(
            "dienst_unbekannt",
            knoten,
            f"Der Service „{gewaehlt.partition(':')[2][:80]}“ ist nicht bekannt. Eine Person erledigt den Schritt.",
            "Prüfen Sie den Namen des Service.",
        )
        knoten.als = MENSCH


def _melde_dienst(zeichnung: Zeichnung, knoten: Knoten) -> None:
    art, _, name = knoten.dienst.partition(":")
    wer = f"Der Service „{name}“" if art == "dienst" else f"Ein angeschlossenes System (Thema „{name}“)"
    versand = f" Er verschickt die Nachricht „{knoten.nachricht.name}“." if knoten.nachricht else ""
    zeichnung.hinweis("dienst", knoten, f"{wer} erledigt den Schritt.{versand}", "Es ist nichts zu tun.")


def lies_aufrufwerte(zeichnung: Zeichnung, bereich: Bereich) -> None:
    """Values for a called process and out of it; what cannot be computed is left out, variables are shared anyway."""
    for knoten in bereich.vom_typ("callActivity"):
        for grund in (*_lies_werte(zeichnung, knoten, "eingaben"), *_lies_werte(zeichnung, knoten, "ausgaben")):
            zeichnung.warnung(
                "aufrufwert_nicht_uebergeben",
                knoten,
                f"Ein Wert für den Aufruf wird nicht übergeben: {grund}.",
                "Schreiben Sie den Wert in FEEL mit Feldern der Formulare.",
            )
        automatik.setzt(zeichnung, frozenset(z.name for z in (*knoten.eingaben, *knoten.ausgaben)))


def _lies_werte(zeichnung: Zeichnung, knoten: Knoten, feld: str) -> list[str]:
    """Keep the values of this side that can be computed; returns what is wrong with the others."""
    brauchbar: list[Zuweisung] = []
    fehler: list[str] = []
    #: what a service or a called process yields is known to nobody before it has run
    variablen = zeichnung.variablen if feld == "eingaben" else None
    for zuweisung in getattr(knoten, feld):
        urteil = ausdruecke.judge_ausdruck(_feel(zuweisung), variablen)
        if not automatik.is_setzbar(zuweisung.name):
            fehler.append(f"„{zuweisung.name[:80]}“ ist kein Name einer Variable")
        elif not urteil.brauchbar:
            fehler.append(f"der Ausdruck „{zuweisung.text[:80]}“ ist nicht verwendbar ({urteil.grund})")
        else:
            brauchbar.append(Zuweisung(zuweisung.name, urteil.feel))
    setattr(knoten, feld, brauchbar)
    return fehler


def _feel(zuweisung: Zuweisung) -> str:
    return json.dumps(zuweisung.text, ensure_ascii=False) if zuweisung.woertlich else zuweisung.text
