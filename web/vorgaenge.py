"""Vorgänge: the list within reach, and one Vorgang with what is open, its timeline and its drawing.

Opening a Vorgang or its drawing writes the access log, so both run in a transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.kalender import Kalender, lokales_datum
from engine.model import VorgangStatus, Wartepunkt
from engine.queries import verlauf as verlauf_abfragen
from engine.queries import vorgaenge as abfragen
from engine.queries import vorgangsliste
from engine.queries.vorgangsliste import Auswahl
from engine.rechte import Recht
from web import auth, clock, formats
from web.dienste import dienste
from web.prozesse import as_download

blueprint = Blueprint("vorgaenge", __name__, url_prefix="/vorgaenge")

#: a page number that fits every database
_HOECHSTE_SEITE = 1_000_000


@dataclass(frozen=True, slots=True)
class WartenderTimer:
    """A timer as the page shows it."""

    name: str
    #: it watches an Aufgabe and holds nobody up
    angeheftet: bool
    seit: datetime
    faellig_am: datetime | None


@dataclass(frozen=True, slots=True)
class VerlaufZeile:
    """One line of the timeline with the length of its bar."""

    eintrag: verlauf_abfragen.Eintrag
    #: 0–100 of the longest wait of this Vorgang; 0 without a wait
    balken: float


@blueprint.get("")
@auth.requires(Recht.VORGANG_SEHEN)
def liste() -> ResponseReturnValue:
    """Which Vorgänge can I reach?"""
    with dienste().reading() as session:
        seite = vorgangsliste.vorgangsliste(
            session,
            auth.akteur(),
            now=clock.now(),
            auswahl=_auswahl(request.args.get("stand", "")),
            suche=request.args.get("suche", ""),
            seite=_seite(request.args.get("seite", "")),
        )
    return render_template("vorgaenge/liste.html", liste=seite, auswahlen=list(Auswahl), adresse=_adresse)


def _auswahl(text: str) -> Auswahl:
    return Auswahl(text) if text in set(Auswahl) else Auswahl.LAUFEND


def _seite(text: str) -> int:
    return min(int(text[:9]), _HOECHSTE_SEITE) if text.isascii() and text.isdigit() else 1


def _adresse(auswahl: Auswahl, suche: str) -> str:
    return url_for(".liste", stand=auswahl.value, suche=suche or None)


@blueprint.get("/<int:vorgang_id>")
@auth.requires(Recht.VORGANG_SEHEN)
def vorgang(vorgang_id: int) -> ResponseReturnValue:
    """How did it come here, and what is open?"""
    akteur, now = auth.akteur(), clock.now()
    with dienste().transaction() as session:
        found = abfragen.open_vorgang(session, akteur, vorgang_id, now=now, zweck="vorgang")
        sicht = abfragen.sicht_of(session, akteur, found, now)
        eintraege = verlauf_abfragen.verlauf(session, found)
        timer = tuple(_timer(auftrag, sicht) for auftrag in sicht.timer)
    return render_template(
        "vorgaenge/vorgang.html",
        s=sicht,
        satz=zusammenfassung(sicht, auth.angemeldet().mandant.kalender(), now),
        timer=timer,
        verlauf=verlauf_zeilen(eintraege),
    )


def _timer(auftrag: Wartepunkt, sicht: abfragen.VorgangSicht) -> WartenderTimer:
    names = (s.schritt.name for s in sicht.schritte if s.schritt.element == auftrag.element_id)
    return WartenderTimer(next(names, ""), auftrag.angeheftet, auftrag.seit, auftrag.faellig_am)


def zusammenfassung(sicht: abfragen.VorgangSicht, kalender: Kalender, now: datetime) -> str:
    """Where the Vorgang stands, in one or two sentences."""
    kopf = sicht.kopf
    days = kalender.arbeitstage_zwischen(lokales_datum(kopf.eingang_am), lokales_datum(kopf.beendet_am or now))
    if kopf.status is not VorgangStatus.LAUFEND:
        word = "Abgeschlossen" if kopf.status is VorgangStatus.BEENDET else "Abgebrochen"
        ende = f" mit „{kopf.ende}“" if kopf.ende else ""
        return f"{word} am {formats.datum(kopf.beendet_am)}{ende}, {formats.arbeitstage(days, 0)} nach dem Eingang."
    since = f"Läuft seit {formats.datum(kopf.eingang_am)} ({formats.arbeitstage(days, 0)})."
    return f"{since} {_jetzt(sicht)}"


def _jetzt(sicht: abfragen.VorgangSicht) -> str:
    if sicht.stoerungen:
        return "Ein Schritt ist gestört; der Vorgang geht weiter, sobald die Störung behoben ist."
    if sicht.aufgaben:
        first = sicht.aufgaben[0]
        more = f" und {len(sicht.aufgaben) - 1} weitere" if len(sicht.aufgaben) > 1 else ""
        return f"Jetzt: „{first.name}“ bei {first.gruppe}{more}."
    holding = [t for t in sicht.timer if not t.angeheftet and t.faellig_am]
    if holding:
        return f"Wartet bis {formats.zeitpunkt(holding[0].faellig_am)}."
    return "Zurzeit ist nichts offen."


def verlauf_zeilen(eintraege: tuple[verlauf_abfragen.Eintrag, ...]) -> tuple[VerlaufZeile, ...]:
    """Timeline with bars relative to the longest wait of the same Vorgang."""
    longest = max((e.lag for e in eintraege if e.lag), default=timedelta(0))
    return tuple(VerlaufZeile(e, round(100 * (e.lag / longest), 1) if e.lag and longest else 0.0) for e in eintraege)


@blueprint.get("/<int:vorgang_id>/diagramm")
@auth.requires(Recht.VORGANG_SEHEN)
def diagramm(vorgang_id: int) -> ResponseReturnValue:
    """The drawing on which the Vorgang runs."""
    with dienste().transaction() as session:
        content = abfragen.original(session, auth.akteur(), vorgang_id, now=clock.now())
    return as_download(content, "modell.bpmn")
