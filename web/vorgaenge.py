"""Vorgänge: the list within reach, and one Vorgang with what is open, its timeline and its drawing.

Opening a Vorgang or its drawing writes the access log, so both run in a transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import ausfuehrung, errors
from engine.commands import eintreffen, verschiebung
from engine.kalender import Kalender, lokales_datum
from engine.model import Verschiebegrund, VorgangStatus, Wartepunkt
from engine.queries import verlauf as verlauf_abfragen
from engine.queries import vorgaenge as abfragen
from engine.queries import vorgangsliste
from engine.queries.vorgangsliste import Auswahl
from engine.rechte import Recht
from engine.spiff import WarteArt
from web import auth, clock, eingaben, formats
from web.dienste import dienste
from web.prozesse import as_download

blueprint = Blueprint("vorgaenge", __name__, url_prefix="/vorgaenge")

#: a page number that fits every database
_HOECHSTE_SEITE = 1_000_000


@dataclass(frozen=True, slots=True)
class WartenderTimer:
    """A timer as the page shows it."""

    token: str
    name: str
    #: it watches an Aufgabe and holds nobody up
    angeheftet: bool
    seit: datetime
    faellig_am: datetime | None


@dataclass(frozen=True, slots=True)
class Erwartetes:
    """What the Vorgang waits for besides people and instants."""

    token: str
    name: str
    seit: datetime
    #: what it is and how it goes on
    text: str
    #: a person may say that it has happened
    bestaetigbar: bool


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
    return _page(vorgang_id)


def _page(vorgang_id: int, *, refusal: errors.EngineError | None = None, status: int = 200) -> ResponseReturnValue:
    akteur, now = auth.akteur(), clock.now()
    with dienste().transaction() as session:
        found = abfragen.open_vorgang(session, akteur, vorgang_id, now=now, zweck="vorgang")
        sicht = abfragen.sicht_of(session, akteur, found, now)
        eintraege = verlauf_abfragen.verlauf(session, found)
        timer = tuple(_timer(auftrag, sicht) for auftrag in sicht.timer)
        erwartet = tuple(_erwartetes(punkt, sicht) for punkt in sicht.wartet)
    html = render_template(
        "vorgaenge/vorgang.html",
        s=sicht,
        satz=zusammenfassung(sicht, auth.angemeldet().mandant.kalender(), now),
        timer=timer,
        erwartet=erwartet,
        verlauf=verlauf_zeilen(eintraege),
        verschiebegruende=list(Verschiebegrund),
        ablehnung=refusal.text if refusal else "",
    )
    return html, status


def _timer(auftrag: Wartepunkt, sicht: abfragen.VorgangSicht) -> WartenderTimer:
    return WartenderTimer(auftrag.token, _label(auftrag, sicht), auftrag.angeheftet, auftrag.seit, auftrag.faellig_am)


def _label(punkt: Wartepunkt, sicht: abfragen.VorgangSicht) -> str:
    return next((s.schritt.name for s in sicht.schritte if s.schritt.element == punkt.element_id), "")


#: what is awaited, and how the Vorgang goes on
_ERWARTET = {
    WarteArt.NACHRICHT: "Kann jederzeit eintreffen, von selbst oder weil Sie es hier bestätigen",
    WarteArt.SIGNAL: "Kann jederzeit eintreten, von selbst oder weil Sie es hier bestätigen",
    WarteArt.BEDINGUNG: "Geschieht von selbst, sobald die Bedingung der Zeichnung zutrifft",
    WarteArt.DIENST: "Läuft von selbst",
    WarteArt.THEMA: "Erledigt ein anderes System",
}


def _erwartetes(punkt: Wartepunkt, sicht: abfragen.VorgangSicht) -> Erwartetes:
    art = WarteArt(punkt.art)
    return Erwartetes(
        token=punkt.token,
        name=_label(punkt, sicht) or punkt.name or "Ereignis ohne Namen",
        seit=punkt.seit,
        text=_ERWARTET[art],
        bestaetigbar=art in (WarteArt.NACHRICHT, WarteArt.SIGNAL) and auth.darf(Recht.ARBEITSKORB),
    )


@blueprint.post("/<int:vorgang_id>/ereignisse/<token>")
@auth.requires(Recht.VORGANG_SEHEN, Recht.ARBEITSKORB)
def eingetreten(vorgang_id: int, token: str) -> ResponseReturnValue:
    """Say that a message or signal has arrived; the Vorgang goes on as drawn."""
    akteur, now = auth.akteur(), clock.now()
    try:
        ausfuehrung.run_arrival(
            dienste().sessions,
            lambda session: eintreffen.trigger_ereignis(session, akteur, vorgang_id, token, now=now),
            vorgang_id=vorgang_id,
            token=token,
            now=now,
        )
    except errors.Conflict as error:
        return _page(vorgang_id, refusal=error, status=409)
    flash("Bestätigt. Sie sehen jetzt, wie es weitergeht.", "erfolg")
    return redirect(url_for(".vorgang", vorgang_id=vorgang_id), code=303)


@blueprint.post("/<int:vorgang_id>/termine/<token>")
@auth.requires(Recht.VORGANG_SEHEN, Recht.ARBEITSKORB)
def verschieben(vorgang_id: int, token: str) -> ResponseReturnValue:
    """Set a timer that waits for another day, with the reason."""
    akteur, now = auth.akteur(), clock.now()
    try:
        bis, grund = eingaben.read_verschiebung(request.form)
        dienste().run(
            lambda session: verschiebung.move_timer(session, akteur, vorgang_id, token, bis=bis, grund=grund, now=now)
        )
    except (errors.Conflict, errors.Invalid) as error:
        return _page(vorgang_id, refusal=error, status=409 if isinstance(error, errors.Conflict) else 422)
    flash("Frist verschoben.", "erfolg")
    return redirect(url_for(".vorgang", vorgang_id=vorgang_id), code=303)


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
    if any(not w.angeheftet for w in sicht.wartet):
        return "Wartet, bis etwas von außen kommt."
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
