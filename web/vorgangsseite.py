"""The page of a Vorgang as an answer: on the screen, on paper, and shown again after a refusal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine import dateien, errors
from engine.commands.rueckzug import may_withdraw
from engine.kalender import Kalender, lokales_datum
from engine.model import Rueckzugsgrund, Verschiebegrund, VorgangStatus, Wartepunkt, ZugriffArt
from engine.queries import akteninhalt, beitraege
from engine.queries import verlauf as verlauf_abfragen
from engine.queries import verwandte as verwandte_abfragen
from engine.queries import vorgaenge as abfragen
from engine.rechte import Recht
from engine.spiff import WarteArt
from web import auth, clock, formats, standort
from web.aufgabenseite import KLASSEN, KOMMENTAR
from web.dienste import dienste
from web.sprache import _, _l


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


#: reasons to end a Vorgang before its end
RUECKZUGSGRUENDE = {
    Rueckzugsgrund.FAMILIE: _l("Die Familie möchte nicht mehr"),
    Rueckzugsgrund.DOPPELT: _l("Es gibt ihn schon (doppelt angelegt)"),
    Rueckzugsgrund.IRRTUM: _l("Versehentlich begonnen"),
    Rueckzugsgrund.ANDERES_VERFAHREN: _l("Ein anderes Verfahren ist das richtige"),
    Rueckzugsgrund.WEGZUG: _l("Die Familie ist weggezogen"),
}
#: a command on one Vorgang
Befehl = Callable[[Session], object]


def page(vorgang_id: int, *, refusal: errors.EngineError | None = None, status: int = 200) -> ResponseReturnValue:
    """The page with the fresh state; after a refusal it says why."""
    problems = refusal.felder if isinstance(refusal, errors.Invalid) else {}
    data = _load(vorgang_id, ZugriffArt.LESEN)
    html = render_template(
        "vorgaenge/vorgang.html",
        **data,
        verschiebegruende=list(Verschiebegrund),
        rueckzugsgruende=RUECKZUGSGRUENDE,
        klassen=KLASSEN,
        endungen=",".join(dateien.ENDUNGEN),
        hoechstens_mib=dateien.MAX_BYTES // 2**20,
        kommentar=request.form.get(KOMMENTAR, "") if refusal else "",
        fehler=problems,
        ablehnung=refusal.text if refusal else "",
    )
    return html, status


def druck(vorgang_id: int) -> ResponseReturnValue:
    """The same for paper; the access log says that it was printed."""
    return render_template("vorgaenge/druck.html", **_load(vorgang_id, ZugriffArt.DRUCKEN))


def _load(vorgang_id: int, art: ZugriffArt) -> dict[str, Any]:
    akteur, now, keys = auth.akteur(), clock.now(), dienste().schluessel
    with dienste().transaction() as session:
        found = abfragen.open_vorgang(session, akteur, vorgang_id, now=now, zweck="vorgang", art=art)
        sicht = abfragen.sicht_of(session, akteur, found, now)
        holders = [a.person_id for a in sicht.aufgaben]
        running = sicht.kopf.status is VorgangStatus.LAUFEND and auth.darf(Recht.ARBEITSKORB)
        return {
            "s": sicht,
            "satz": zusammenfassung(sicht, auth.angemeldet().mandant.kalender(), now),
            "timer": tuple(_timer(auftrag, sicht) for auftrag in sicht.timer),
            "erwartet": tuple(_erwartetes(punkt, sicht) for punkt in sicht.wartet),
            "danach": standort.standort(sicht.schritte, sicht.offene_elemente[0]).danach
            if sicht.offene_elemente
            else (),
            "verlauf": verlauf_zeilen(verlauf_abfragen.verlauf(session, found)),
            "akte": akteninhalt.akteninhalt(session, akteur, found, keys, now),
            "beitraege": beitraege.beitraege(session, akteur, found, keys),
            "verwandte": verwandte_abfragen.verwandte(session, akteur, found),
            "zustaendig": verwandte_abfragen.zustaendigkeit(session, akteur, found),
            "darf_zurueckziehen": running and may_withdraw(akteur, found, holders),
        }


def _timer(auftrag: Wartepunkt, sicht: abfragen.VorgangSicht) -> WartenderTimer:
    return WartenderTimer(auftrag.token, _label(auftrag, sicht), auftrag.angeheftet, auftrag.seit, auftrag.faellig_am)


def _label(punkt: Wartepunkt, sicht: abfragen.VorgangSicht) -> str:
    return next((s.schritt.name for s in sicht.schritte if s.schritt.element == punkt.element_id), "")


#: what is awaited, and how the Vorgang goes on
_ERWARTET = {
    WarteArt.NACHRICHT: _l("Kann jederzeit eintreffen, von selbst oder weil Sie es hier bestätigen"),
    WarteArt.SIGNAL: _l("Kann jederzeit eintreten, von selbst oder weil Sie es hier bestätigen"),
    WarteArt.BEDINGUNG: _l("Geschieht von selbst, sobald die Bedingung der Zeichnung zutrifft"),
    WarteArt.DIENST: _l("Läuft von selbst"),
    WarteArt.THEMA: _l("Erledigt ein anderes System"),
}


def _erwartetes(punkt: Wartepunkt, sicht: abfragen.VorgangSicht) -> Erwartetes:
    art = WarteArt(punkt.art)
    return Erwartetes(
        token=punkt.token,
        name=_label(punkt, sicht) or punkt.name or _("Ereignis ohne Namen"),
        seit=punkt.seit,
        text=_ERWARTET[art],
        bestaetigbar=art in (WarteArt.NACHRICHT, WarteArt.SIGNAL) and auth.darf(Recht.ARBEITSKORB),
    )


def zusammenfassung(sicht: abfragen.VorgangSicht, kalender: Kalender, now: datetime) -> str:
    """Where the Vorgang stands, in one or two sentences."""
    kopf = sicht.kopf
    days = kalender.arbeitstage_zwischen(lokales_datum(kopf.eingang_am), lokales_datum(kopf.beendet_am or now))
    if kopf.status is not VorgangStatus.LAUFEND:
        word = _("Abgeschlossen") if kopf.status is VorgangStatus.BEENDET else _("Abgebrochen")
        ende = _(" mit „%(ende)s“", ende=kopf.ende) if kopf.ende else ""
        return _(
            "%(word)s am %(beendet_am)s%(ende)s, %(days)s nach dem Eingang.",
            word=word,
            beendet_am=formats.datum(kopf.beendet_am),
            ende=ende,
            days=formats.arbeitstage(days, 0),
        )
    since = _(
        "Läuft seit %(eingang_am)s (%(days)s).",
        eingang_am=formats.datum(kopf.eingang_am),
        days=formats.arbeitstage(days, 0),
    )
    return f"{since} {_jetzt(sicht)}"


def _jetzt(sicht: abfragen.VorgangSicht) -> str:
    if sicht.stoerungen:
        return _("Ein Schritt ist gestört; der Vorgang geht weiter, sobald die Störung behoben ist.")
    if sicht.aufgaben:
        first = sicht.aufgaben[0]
        more = f" und {len(sicht.aufgaben) - 1} weitere" if len(sicht.aufgaben) > 1 else ""
        return _("Jetzt: „%(name)s“ bei %(gruppe)s%(more)s.", name=first.name, gruppe=first.gruppe, more=more)
    holding = [t for t in sicht.timer if not t.angeheftet and t.faellig_am]
    if holding:
        return _("Wartet bis %(faellig_am)s.", faellig_am=formats.zeitpunkt(holding[0].faellig_am))
    if any(not w.angeheftet for w in sicht.wartet):
        return _("Wartet, bis etwas von außen kommt.")
    return _("Zurzeit ist nichts offen.")


def verlauf_zeilen(eintraege: tuple[verlauf_abfragen.Eintrag, ...]) -> tuple[VerlaufZeile, ...]:
    """Timeline with bars relative to the longest wait of the same Vorgang."""
    longest = max((e.lag for e in eintraege if e.lag), default=timedelta(0))
    return tuple(VerlaufZeile(e, round(100 * (e.lag / longest), 1) if e.lag and longest else 0.0) for e in eintraege)
