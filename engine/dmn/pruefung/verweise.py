"""References between elements: targets that do not exist, circles, types that nobody defined, foreign code."""

from __future__ import annotations

from collections.abc import Iterator

from engine.dmn.befund import Befund, Ort, Stufe
from engine.dmn.entscheidungsmodell import Entscheidungsmodell
from engine.dmn.modell import Boxed, Dienst, Element, Entscheidung, FunktionBox, Verweis, Wissensmodell, walk


def check(modell: Entscheidungsmodell) -> Iterator[Befund]:
    """Findings about references, types and foreign functions."""
    yield from _doubles(modell)
    for element in modell.modell.elemente:
        yield from _targets(modell, element)
        yield from _typ(modell, element.variable.typ, element.ort)
        for box in boxes(element):
            yield from _typ(modell, box.typ, box.ort)
            yield from _foreign(box)
        if isinstance(element, Entscheidung) and element.ausdruck is None:
            yield Befund(
                Stufe.WARNUNG,
                "ohne_inhalt",
                f"Die Entscheidung „{element.name}“ hat keine Tabelle und keinen Ausdruck; ihr Ergebnis ist leer.",
                "Ergänzen Sie eine Tabelle oder einen Ausdruck.",
                element.ort,
            )
    yield from _circles(modell)


def _doubles(modell: Entscheidungsmodell) -> Iterator[Befund]:
    for feld, nach in (("Kennung", modell.teil.nach_id), ("Namen", modell.teil.nach_name)):
        for element in modell.modell.elemente:
            wert = element.id if feld == "Kennung" else element.name
            if nach.get(wert) is not element:
                yield Befund(
                    Stufe.FEHLER,
                    "doppelt",
                    f"Zwei Elemente haben dieselbe Angabe „{wert[:60]}“ als {feld}.",
                    "Geben Sie einem der beiden Elemente eine andere Angabe.",
                    element.ort,
                )


def boxes(element: Element) -> Iterator[Boxed]:
    """Every expression of an element, at any depth."""
    if isinstance(element, Entscheidung):
        yield from walk(element.ausdruck)
    elif isinstance(element, Wissensmodell):
        yield from walk(element.funktion)


def _verweise(element: Element) -> tuple[Verweis, ...]:
    match element:
        case Entscheidung():
            return (*element.braucht, *element.wissen)
        case Wissensmodell():
            return element.wissen
        case Dienst():
            return (*element.ausgaben, *element.gekapselt, *element.eingabe_entscheidungen, *element.eingaben)
    return ()


def _targets(modell: Entscheidungsmodell, element: Element) -> Iterator[Befund]:
    for verweis in _verweise(element):
        if modell.teil.resolve(verweis) is None:
            yield Befund(
                Stufe.FEHLER,
                "verweis_ins_leere",
                f"„{element.name}“ verweist auf „{verweis.id[:60]}“; dieses Element gibt es nicht.",
                "Verbinden Sie die Elemente neu, oder laden Sie das Modell dazu, aus dem das Element stammt.",
                element.ort,
            )


def _typ(modell: Entscheidungsmodell, typ: str | None, ort: Ort) -> Iterator[Befund]:
    if typ is not None and not modell.typen.is_known(typ):
        yield Befund(
            Stufe.WARNUNG,
            "typ_unbekannt",
            f"Den Typ „{typ[:60]}“ gibt es nicht; die Werte werden nicht geprüft.",
            "Wählen Sie einen vorhandenen Typ, oder legen Sie diesen an.",
            ort,
        )


def _foreign(box: Boxed) -> Iterator[Befund]:
    if isinstance(box, FunktionBox) and box.art != "FEEL":
        yield Befund(
            Stufe.FEHLER,
            "fremder_code",
            f"Eine Funktion ist in {box.art[:20]} geschrieben. Fremder Code wird nie ausgeführt.",
            "Schreiben Sie die Funktion in FEEL.",
            box.ort,
        )


def _circles(modell: Entscheidungsmodell) -> Iterator[Befund]:
    """Decisions that need each other; knowledge models may call each other."""
    fertig: set[str] = set()
    for element in modell.modell.elemente:
        if isinstance(element, Entscheidung) and element.id not in fertig and _in_circle(modell, element, fertig):
            yield Befund(
                Stufe.FEHLER,
                "kreis",
                f"Die Entscheidung „{element.name}“ braucht ihr eigenes Ergebnis.",
                "Lösen Sie den Kreis zwischen den Entscheidungen auf.",
                element.ort,
            )


def _in_circle(modell: Entscheidungsmodell, start: Entscheidung, fertig: set[str]) -> bool:
    offen, gesehen = [start], set()
    while offen:
        element = offen.pop()
        for verweis in element.braucht:
            gefunden = modell.teil.resolve(verweis)
            ziel = gefunden[1] if gefunden and gefunden[0] is modell.teil else None
            if ziel is start:
                return True
            if isinstance(ziel, Entscheidung) and ziel.id not in gesehen and ziel.id not in fertig:
                gesehen.add(ziel.id)
                offen.append(ziel)
    fertig.add(start.id)
    return False
