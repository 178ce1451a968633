"""The rules that make a drawing run: one small function each, in the order in which they apply.

A rule sees the working copy and one scope; what it adds, drops or reads differently it reports as a finding at the
element. Later rules rely on earlier ones, so the order is part of the meaning.
"""

from __future__ import annotations

from collections.abc import Callable

from engine.bpmn.regeln import (
    ablauf,
    aktivitaeten,
    automatik,
    dienste,
    entscheidungen,
    ereignisse,
    ereignisteilprozesse,
    fang,
    fluesse,
    gateways,
    mehrfachereignisse,
    nachrichten,
    starts,
    teilprozesse,
    werfende,
    wiederholungen,
)
from engine.bpmn.zeichnung import Bereich, Zeichnung

Regel = Callable[[Zeichnung, Bereich], None]

REGELN: tuple[Regel, ...] = (
    # what runs by itself, and which variables it sets
    automatik.lies_entscheidungstabelle,
    automatik.lies_skript,
    wiederholungen.lies_wiederholung,
    dienste.lies_dienst,
    # what is not executed leaves first
    teilprozesse.entferne_kompensation,
    ereignisteilprozesse.pruefe_ereignis_teilprozess,
    aktivitaeten.lies_aufruf,
    dienste.lies_aufrufwerte,
    teilprozesse.lies_leeren_teilprozess,
    teilprozesse.lies_adhoc,
    teilprozesse.lies_transaktion,
    # what events wait for and throw
    nachrichten.pruefe_verweise,
    nachrichten.lies_schluessel,
    ereignisse.verbinde_links,
    ereignisse.pruefe_zeit,
    ereignisse.pruefe_bedingung,
    ereignisse.entferne_randereignis,
    fluesse.trenne_randereignisse,
    fluesse.lies_ende_mit_ausgang,
    mehrfachereignisse.teile_randereignis,
    mehrfachereignisse.teile_start,
    mehrfachereignisse.teile_fangendes_ereignis,
    mehrfachereignisse.teile_werfendes_ereignis,
    ereignisteilprozesse.waehle_ausloeser,
    # where a scope begins, and what can be reached from there
    starts.lies_start,
    starts.lies_mehrere_starts,
    fluesse.fuehre_rueckfluss_hinter_start,
    starts.ergaenze_start,
    starts.entferne_unerreichbares,
    # what each node is for people
    gateways.lies_komplexes_gateway,
    gateways.lies_ereignisbasiertes_gateway,
    ereignisse.lies_fangendes_ereignis,
    ereignisse.lies_empfang,
    werfende.lies_werfendes_ereignis,
    werfende.lies_ende,
    werfende.lies_versand,
    aktivitaeten.lies_aufgabe,
    ereignisse.lies_randereignis,
    aktivitaeten.lies_menge,
    aktivitaeten.nenne_schritte_ohne_lane,
    # how it goes on
    fluesse.lass_einzelne_bedingung_weg,
    fluesse.fuege_aufteilung_ein,
    fluesse.pruefe_standardfluss,
    fluesse.lass_bedingung_an_parallelem_weg,
    starts.ergaenze_ende,
    entscheidungen.lies_entscheidung,
    gateways.pruefe_endlose_schleife,
)


def apply_regeln(zeichnung: Zeichnung) -> None:
    """Make the working copy runnable; every scope sees a rule before any scope sees the next one."""
    fluesse.ordne_fluesse_zu(zeichnung)
    for regel in REGELN:
        for bereich in list(zeichnung.bereiche()):
            regel(zeichnung, bereich)
    fang.pruefe_fang(zeichnung)
    ablauf.pruefe_ablauf(zeichnung)
    zeichnung.prozesse = [p for p in zeichnung.prozesse if p.knoten]
