"""Rules about what messages, signals, errors and escalations are called, and who reports what has no usable name."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn import ausdruecke
from engine.bpmn.zeichnung import Bereich, Definition, Knoten, Zeichnung

_WORT = {"message": "Die Nachricht", "signal": "Das Signal"}


ART_NAME = {
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
    "multiple": "Mehrere",
}


def name_der_art(knoten: Knoten) -> str:
    """German name of what an event reacts to."""
    return " oder ".join(dict.fromkeys(ART_NAME.get(d.art, d.art) for d in knoten.definitionen)) or "Ereignis"


def pruefe_verweise(zeichnung: Zeichnung, bereich: Bereich) -> None:
    """A reference to something that the file does not have gives the name; a computed name is taken as it stands."""
    for knoten, definition in _definitionen(bereich):
        if definition.verweis:
            zeichnung.hinweis(
                "verweis_ins_leere",
                knoten,
                f"Das Element verweist auf „{definition.verweis[:80]}“, das in der Datei fehlt."
                f" „{definition.verweis[:80]}“ gilt als Name.",
                "Legen Sie die Nachricht, das Signal oder den Fehler im Zeichenwerkzeug an.",
            )
        if definition.name.startswith("=") or "${" in definition.name:
            zeichnung.warnung(
                "name_woertlich",
                knoten,
                f"Der Name „{definition.name[:80]}“ wird nicht berechnet, er gilt wörtlich.",
                "Vergeben Sie einen festen Namen und unterscheiden Sie Nachrichten durch ihren Schlüssel.",
            )


def lies_schluessel(zeichnung: Zeichnung, bereich: Bereich) -> None:
    """A correlation key that can be computed finds the Vorgang; otherwise its Aktenzeichen does."""
    for knoten, definition in _definitionen(bereich):
        if not definition.schluessel:
            continue
        if knoten.als == "startEvent" and not bereich.ist_ereignis:
            definition.schluessel = ""  # a Vorgang that does not exist yet has no key
            continue
        urteil = ausdruecke.judge_ausdruck(definition.schluessel, zeichnung.variablen)
        if not urteil.brauchbar:
            zeichnung.warnung(
                "schluessel_nicht_ausfuehrbar",
                knoten,
                f"Der Schlüssel „{definition.schluessel[:120]}“ der Nachricht wird nicht ausgewertet: {urteil.grund}."
                " Die Nachricht findet den Vorgang über sein Aktenzeichen.",
                "Schreiben Sie den Schlüssel in FEEL mit Feldern der Formulare.",
            )
        definition.schluessel = urteil.feel


def _definitionen(bereich: Bereich) -> Iterator[tuple[Knoten, Definition]]:
    for knoten in bereich.knoten.values():
        eigene = [*knoten.definitionen, *([knoten.nachricht] if knoten.nachricht else [])]
        yield from ((knoten, definition) for definition in eigene)


def loest_selbst_aus(definition: Definition) -> bool:
    """Whether the event can be noticed without a person; times and conditions must have been judged before."""
    if definition.art == "timer":
        return bool(definition.zeittext)
    if definition.art in ("message", "signal"):
        return bool(definition.name)
    if definition.art == "conditional":
        return bool(definition.bedingung)
    return definition.art in ("error", "escalation", "cancel")


def lies_lauscher(zeichnung: Zeichnung, knoten: Knoten, definition: Definition, wo: Knoten | None) -> None:
    """Say what sets off an event at the border of `wo`, or of it as an event sub-process; who reports it if need be."""
    if not loest_selbst_aus(definition):
        melde_person(zeichnung, knoten, definition, wo)
    elif definition.art in _WORT:
        zeichnung.hinweis(
            "ereignis_durch_nachricht",
            knoten,
            f"{_WORT[definition.art]} „{definition.name}“ löst das Ereignis aus. Eine Person kann es auch melden.",
            "Es ist nichts zu tun.",
        )


def melde_person(zeichnung: Zeichnung, knoten: Knoten, definition: Definition, wo: Knoten | None) -> None:
    """Nobody but a person can know that this has happened: it becomes a message that she reports."""
    ort = (wo.name or wo.id) if wo else ""
    definition.name = knoten.name or f"{ART_NAME.get(definition.art, 'Ereignis')} bei {ort}".removesuffix(" bei ")
    definition.art = "message"
    definition.bedingung = definition.code = definition.schluessel = ""
    zeichnung.hinweis(
        "ereignis_durch_person",
        knoten,
        f"Eine Person meldet im Vorgang, wenn „{definition.name}“ eingetreten ist.",
        "Benennen Sie das Ereignis so, dass klar ist, wann es zu melden ist.",
    )
