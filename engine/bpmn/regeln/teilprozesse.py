"""Rules about sub-processes: ad-hoc, transactions, collapsed ones, and about compensation handlers."""

from __future__ import annotations

from engine.bpmn import ausdruecke
from engine.bpmn.zeichnung import ADHOC, AKTIVITAETEN, MENSCH, Bereich, Knoten, Zeichnung


def entferne_kompensation(zeichnung: Zeichnung, bereich: Bereich) -> None:
    """A compensation handler is never reached by a flow, and compensation is not executed."""
    for knoten in list(bereich.knoten.values()):
        if knoten.ist_kompensation and not bereich.eingehend(knoten):
            zeichnung.warnung(
                "kompensation",
                knoten,
                "Die Kompensation wird nicht ausgeführt. Der Schritt bleibt nur im Bild.",
                "Zeichnen Sie das Rückgängigmachen als eigenen Weg, wenn es ausgeführt werden soll.",
            )
            bereich.remove(knoten)


def lies_leeren_teilprozess(zeichnung: Zeichnung, bereich: Bereich) -> None:
    """A collapsed sub-process without content is one step for a person."""
    for knoten in bereich.knoten.values():
        if knoten.inhalt is None or knoten.inhalt.knoten:
            continue
        zeichnung.hinweis(
            "teilprozess_ohne_inhalt",
            knoten,
            "Der Teilprozess ist ohne Inhalt gezeichnet. Er wird als eine Aufgabe ausgeführt.",
            "Zeichnen Sie seine Schritte, wenn sie einzeln bearbeitet werden sollen.",
        )
        knoten.als, knoten.inhalt = MENSCH, None


def lies_adhoc(zeichnung: Zeichnung, bereich: Bereich) -> None:
    """People start the steps of an ad-hoc sub-process as often as they want, until it is closed."""
    for knoten in bereich.vom_typ(ADHOC):
        assert knoten.inhalt is not None
        for start in knoten.inhalt.vom_typ("startEvent", "endEvent"):
            _entferne_aus_adhoc(zeichnung, knoten.inhalt, start)
        if not adhoc_beginn(knoten.inhalt):
            zeichnung.warnung(
                "adhoc_ohne_anfang",
                knoten,
                "Im Ad-hoc-Teilprozess führt zu jedem Schritt ein Pfeil. Er läuft wie ein gewöhnlicher Teilprozess ab.",
                "Löschen Sie die Pfeile zu den Schritten, die frei gewählt werden sollen.",
            )
            knoten.als = "subProcess"
            continue
        _lies_abschluss(zeichnung, knoten)


def adhoc_beginn(bereich: Bereich) -> list[Knoten]:
    """The steps of an ad-hoc sub-process that people may start."""
    return [
        k
        for k in bereich.knoten.values()
        if k.typ in AKTIVITAETEN and not k.ereignis_teilprozess and not bereich.eingehend(k)
    ]


def _entferne_aus_adhoc(zeichnung: Zeichnung, bereich: Bereich, knoten: Knoten) -> None:
    zeichnung.warnung(
        "adhoc_start_ende",
        knoten,
        "In einem Ad-hoc-Teilprozess wählen Personen, was beginnt. Start und Ende bleiben nur im Bild.",
        "Löschen Sie das Ereignis oder zeichnen Sie einen gewöhnlichen Teilprozess.",
    )
    bereich.remove(knoten)


def _lies_abschluss(zeichnung: Zeichnung, knoten: Knoten) -> None:
    urteil = ausdruecke.judge_bedingung(knoten.abschluss, "", zeichnung.variablen) if knoten.abschluss else None
    bis = f"bis „{urteil.feel[:120]}“ zutrifft" if urteil and urteil.feel else "bis eine Person ihn abschließt"
    if urteil and not urteil.brauchbar:
        zeichnung.warnung(
            "adhoc_abschluss_von_hand",
            knoten,
            f"Die Abschlussbedingung „{knoten.abschluss[:120]}“ wird nicht ausgewertet: {urteil.grund}."
            " Eine Person schließt den Ad-hoc-Teilprozess ab.",
            "Schreiben Sie die Bedingung in FEEL mit Feldern der Formulare.",
        )
    knoten.abschluss = urteil.feel if urteil else ""
    reihe = " Auch wenn „der Reihe nach“ gezeichnet ist, können mehrere gleichzeitig laufen."
    rest = " Beim Abschluss entfällt jedes Angebot, auch ein übernommenes. Was sonst begonnen ist, wird fertig."
    zeichnung.hinweis(
        "adhoc",
        knoten,
        f"Die Schritte ohne eingehenden Pfeil werden immer wieder angeboten, {bis}."
        + (reihe if knoten.der_reihe_nach else "")
        + ("" if knoten.bricht_offene_ab else rest),
        "Es ist nichts zu tun.",
    )


def lies_transaktion(zeichnung: Zeichnung, bereich: Bereich) -> None:
    """A transaction can be cancelled; what was done in it stays done."""
    for knoten in bereich.vom_typ("transaction"):
        zeichnung.hinweis(
            "transaktion",
            knoten,
            "Beim Abbruch der Transaktion endet alles, was in ihr läuft. Erledigtes wird nicht rückgängig gemacht.",
            "Zeichnen Sie das Rückgängigmachen als eigenen Weg, wenn es nötig ist.",
        )
