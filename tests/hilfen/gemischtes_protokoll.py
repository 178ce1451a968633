"""A seeded log in which everything occurs: rework, returns, pauses, parallel steps, open and cancelled Faelle."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from wertstrom.ereignisprotokoll import Protokoll, as_us, create_protokoll
from wertstrom.kennzahlen import Auswahl
from wertstrom.speicher import Speicher, Zeile

MINUTE, STUNDE, TAG = 60_000_000, 3_600_000_000, 86_400_000_000
START_US = as_us(datetime(2025, 11, 3, 7, tzinfo=UTC))
JETZT_US = START_US + 300 * TAG
_SCHRITTE = ("erfassen", "pruefen", "konferenz", "freigabe", "bescheid")
_ROLLEN = {"erfassen": "ASD", "pruefen": "WJH", "konferenz": "ASD", "freigabe": "Leitung", "bescheid": "WJH"}
#: parameters of every named query besides the selection
FRAGEN: tuple[tuple[str, dict[str, Any]], ...] = (
    *(("alter", {"in_at": a, "jetzt_us": JETZT_US, "jetzt_stand_us": JETZT_US // 4}) for a in (True, False)),
    ("bestand", {"ziel_at": True, "ziel_us": 10 * TAG, "jetzt_us": JETZT_US, "jetzt_stand_us": JETZT_US // 4}),
    ("dauern", {"in_at": False, "jetzt_us": JETZT_US, "jetzt_stand_us": 0, "merkmal": "track"}),
    ("doppelte_arbeit", {}),
    *(("durchlaufzeit", {"ziel_at": a, "ziel_us": 5 * TAG}) for a in (True, False)),
    ("durchsatz", {"t0_us": START_US, "t1_us": START_US + 60 * TAG}),
    ("ende", {}),
    *(("fall_zeiten", {"mass": mass}) for mass in ("liegezeit", "bearbeitung", "extern")),
    *(
        ("je_fall", {"was": was, "knoten": ("freigabe",)})
        for was in ("freigaben", "eingaben", "schnittstellen", "ruecklaeufe", "laeufe")
    ),
    ("je_merkmal", {"merkmal": "track"}),
    *(("kanten", {"nach_zeit": a}) for a in (True, False)),
    ("leiter", {}),
    ("letzte_schritte", {}),
    ("meilensteine", {}),
    (
        "meilensteinzeit",
        {"von": "m_eingang", "bis": "m_bescheid", "ziel_at": False, "ziel_us": 9 * TAG, "jetzt_us": JETZT_US}
        | {"jetzt_stand_us": 0},
    ),
    ("monate", {"in_at": True, "ziel_us": 5 * TAG}),
    ("nachweise", {"anlass": "pruefen", "nachweise": ("konferenz",), "noetig": 1}),
    ("ohne_protokoll", {"gremien": ("konferenz",), "protokolle": ("bescheid",)}),
    ("ohne_warten", {"in_at": True, "ziel_us": 3 * TAG, "rest": 0.5}),
    ("pfad_je_schritt", {}),
    ("qualitaet", {}),
    ("schritte", {}),
    *(("schritt_zeiten", {"mass": mass}) for mass in ("liegezeit", "bearbeitung", "extern")),
    ("termintreue", {"jetzt_us": JETZT_US}),
    *(("uebergaben", {"mindestens": m, "geschuetzt": ("bescheid",)}) for m in (None, 1)),
    ("varianten", {}),
    (
        "verlorene_zeit",
        {"luecke_us": 4 * STUNDE, "ruhe_us": 8 * STUNDE, "schwelle_us": STUNDE, "gewollt": (), "gesetzlich": ()}
        | {"freigaben": ("freigabe",), "gremien": ("konferenz",)},
    ),
    ("verteilung", {"ziel_at": True, "breite_us": TAG}),
    ("warteursachen", {"luecke_us": 4 * STUNDE, "ruhe_us": 8 * STUNDE}),
    ("wege", {}),
    ("weitere_freigaben", {"freigaben": ("freigabe", "bescheid"), "hoechstens": 1, "geschuetzt": ()}),
    ("wiederaufnahme", {"ende": "m_bescheid", "wieder": "m_wieder", "frist_us": 60 * TAG, "jetzt_us": JETZT_US}),
    ("zaehlungen", {"zaehler": "ziele_erreicht", "nenner": "ziele_gesamt"}),
)
ALLES = Auswahl("p")


def shown_rows(speicher: Speicher, name: str, werte: dict[str, Any]) -> list[dict[str, Any]]:
    """Rows of an answer in an order of their own, numbers rounded to what doubles keep."""
    return sorted((_shown(zeile) for zeile in speicher.query(name, **werte)), key=repr)


def _shown(zeile: Zeile) -> dict[str, Any]:
    return {k: float(f"{v:.11g}") if isinstance(v, int | float | Decimal) else v for k, v in sorted(zeile.items())}


def mixed(faelle: int, *, saat: int = 7, ab: int = 0) -> Protokoll:
    """So many Faelle of process p (versions 1 and 2) and a few of process q, over eight months."""
    zufall = random.Random(saat)
    zeilen: dict[str, list[dict[str, Any]]] = {n: [] for n in ("faelle", "schritte", "pausen", "steine", "merkmale")}
    for nummer in range(ab, ab + faelle):
        _add_fall(zufall, nummer, zeilen)
    return create_protokoll(
        zeilen["faelle"],
        zeilen["schritte"],
        zeilen["pausen"],
        meilensteine=zeilen["steine"],
        merkmale=zeilen["merkmale"],
    )


def _add_fall(zufall: random.Random, fall: int, zeilen: dict[str, list[dict[str, Any]]]) -> None:
    start = START_US + zufall.randrange(240 * TAG)
    ausgang = zufall.choices(("abgeschlossen", "offen", "abgebrochen"), (8, 2, 1))[0]
    schritte = _schritte(zufall, fall, start, zeilen["pausen"])
    if ausgang == "offen":
        schritte[-1] |= {"fertig_us": None, "ausgang": "offen"}
        zeilen["pausen"] = [p for p in zeilen["pausen"] if p["fall"] != fall or p["knoten"] != schritte[-1]["knoten"]]
    elif ausgang == "abgebrochen":
        schritte[-1]["ausgang"] = "entfallen"
    letzte = max(s["fertig_us"] or s["bereit_us"] for s in schritte)
    ende = None if ausgang == "offen" else letzte + zufall.choice((0, 0, STUNDE))
    kopf = {"fall": fall, "prozess": "q" if fall % 17 == 3 else "p", "version": 1 + fall % 2, "start_us": start}
    zeilen["faelle"].append(kopf | {"ende_us": ende, "ausgang": ausgang, "beispiel": False})
    zeilen["schritte"] += schritte
    zeilen["steine"].append({"fall": fall, "meilenstein": "m_eingang", "zeit_us": start})
    if ausgang == "abgeschlossen":
        zeilen["steine"].append({"fall": fall, "meilenstein": "m_bescheid", "zeit_us": letzte})
    if fall % 9 == 0:
        zeilen["steine"].append({"fall": fall, "meilenstein": "m_wieder", "zeit_us": letzte + 40 * TAG})
    if fall % 3:
        zeilen["merkmale"].append({"fall": fall, "name": "track", "wert": zufall.choice(("A", "B"))})
    zeilen["merkmale"].append({"fall": fall, "name": "ziele_gesamt", "wert": str(zufall.randrange(1, 6))})
    zeilen["merkmale"].append({"fall": fall, "name": "ziele_erreicht", "wert": zufall.choice(("1", "2", "viele"))})


def _schritte(zufall: random.Random, fall: int, start: int, pausen: list[dict[str, Any]]) -> list[dict[str, Any]]:
    schritte: list[dict[str, Any]] = []
    laeufe: dict[str, int] = {}
    jetzt, stelle = start, 0
    while stelle < len(_SCHRITTE):
        knoten = _SCHRITTE[stelle]
        laeufe[knoten] = laeufe.get(knoten, 0) + 1
        zurueck = stelle > 0 and laeufe[knoten] < 3 and zufall.random() < 0.2
        begonnen = jetzt + int(zufall.expovariate(1 / (20 * STUNDE)))
        fertig = begonnen + zufall.randrange(5 * MINUTE, 5 * STUNDE)
        schluessel = {"fall": fall, "knoten": knoten, "lauf": laeufe[knoten]}
        if zufall.random() < 0.2:
            mitte = begonnen + (fertig - begonnen) // 2
            pausen.append(
                schluessel | {"von_us": begonnen, "bis_us": mitte, "grund": "familie", "extern": fall % 2 == 0}
            )
        zeiten = {"bereit_us": jetzt, "begonnen_us": begonnen if zufall.random() < 0.9 else None, "fertig_us": fertig}
        if zeiten["begonnen_us"] is None:
            pausen[:] = [p for p in pausen if (p["fall"], p["knoten"], p["lauf"]) != tuple(schluessel.values())]
        rest = {
            "name": knoten.title(),
            "rolle": _ROLLEN[knoten],
            "art": "eingang" if knoten == "bescheid" else "aufgabe",
        }
        ende = {"ausgang": "zurueckgegeben" if zurueck else "erledigt", "grund": "W05" if zurueck else None}
        frist = {"frist_us": jetzt + 2 * TAG if fall % 4 == 0 else None}
        schritte.append(schluessel | zeiten | rest | ende | frist)
        # Every third goes on before the one before is done: steps side by side.
        jetzt = fertig if zufall.random() < 0.8 else begonnen
        stelle = stelle - 1 if zurueck else stelle + 1
    return schritte
