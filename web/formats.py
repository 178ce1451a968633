"""How values look on a page: dates with weekday and distance, durations, German numbers. Only here is local time.

Pure functions of their arguments, registered as Jinja filters; no arithmetic of deadlines or figures.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Final

from flask import Flask
from markupsafe import Markup

from engine.kalender import BERLIN
from engine.model import (
    AufgabeStatus,
    EreignisArt,
    Rueckgabegrund,
    Verschiebegrund,
    VersionStatus,
    VorgangStatus,
    Wartegrund,
)
from engine.model.vorschlag import Abweichungsgrund
from engine.queries.fristen import Ampel, Frist
from engine.rechte import rolle_name
from web import sprache

_WOCHENTAGE: Final = ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So")

_WOCHENTAGE_LANG: Final = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")

#: symbol and word; words first, symbols second, colour last
AMPEL: Final[dict[Ampel, tuple[str, str]]] = {
    Ampel.IN_FRIST: ("●", "in Frist"),
    Ampel.LAEUFT_AB: ("▲", "läuft bald ab"),
    Ampel.UEBERSCHRITTEN: ("■", "überschritten"),
    Ampel.WARTET: ("◇", "wartet"),
    Ampel.OHNE_FRIST: ("○", "ohne Frist"),
}

WARTEGRUENDE: Final[dict[str, str]] = {
    Wartegrund.FAMILIE: "Warten auf die Familie",
    Wartegrund.TRAEGER: "Warten auf den Träger",
    Wartegrund.BEHOERDE: "Warten auf eine andere Behörde",
    Wartegrund.GERICHT: "Warten auf das Gericht",
    Wartegrund.UNTERLAGEN: "Warten auf Unterlagen",
    Wartegrund.TERMIN: "Warten auf einen Termin",
    Wartegrund.INTERN_VERTRETUNG: "Übergabe an die Vertretung",
    Wartegrund.INTERN_RUECKSPRACHE: "Interne Rücksprache",
    Wartegrund.INTERN_UNTERBRECHUNG: "Andere Arbeit geht vor",
}

RUECKGABEGRUENDE: Final[dict[str, str]] = {
    Rueckgabegrund.UNVOLLSTAENDIG: "Unterlagen oder Angaben unvollständig (W05)",
    Rueckgabegrund.FACHLICH: "Fachlich oder rechtlich zu ändern (W06)",
}

ABWEICHUNGSGRUENDE: Final[dict[str, str]] = {
    Abweichungsgrund.EINZELFALL: "Besonderheit des Einzelfalls",
    Abweichungsgrund.ERKENNTNISSE: "Erkenntnisse, die die Tabelle nicht kennt",
    Abweichungsgrund.WUNSCH: "Wunsch der Familie oder des jungen Menschen",
    Abweichungsgrund.LEITUNG: "Vorgabe der Leitung",
    Abweichungsgrund.TABELLE: "Die Tabelle passt hier fachlich nicht",
    Abweichungsgrund.SONSTIGES: "Anderer Grund",
}

_STATUS: Final[dict[str, str]] = {
    AufgabeStatus.BEREIT: "frei",
    AufgabeStatus.UEBERNOMMEN: "übernommen",
    AufgabeStatus.BEGONNEN: "begonnen",
    AufgabeStatus.UNTERBROCHEN: "unterbrochen",
    AufgabeStatus.ERLEDIGT: "erledigt",
    AufgabeStatus.ZURUECKGEGEBEN: "zurückgegeben",
    AufgabeStatus.ENTFALLEN: "entfallen",
    VorgangStatus.LAUFEND: "läuft",
    VorgangStatus.BEENDET: "abgeschlossen",
    VorgangStatus.ABGEBROCHEN: "abgebrochen",
    VersionStatus.ENTWURF: "Entwurf",
    VersionStatus.METHODISCH_FREI: "methodisch freigegeben",
    VersionStatus.FACHLICH_FREI: "fachlich freigegeben",
    VersionStatus.IM_EINSATZ: "im Einsatz",
    VersionStatus.INAKTIV: "nicht mehr im Einsatz",
}

_EREIGNISSE: Final[dict[str, str]] = {
    EreignisArt.VORGANG_GESTARTET: "Vorgang gestartet",
    EreignisArt.BEREIT: "bereitgestellt",
    EreignisArt.UEBERNOMMEN: "übernommen",
    EreignisArt.ZURUECKGELEGT: "zurückgelegt",
    EreignisArt.BEGONNEN: "begonnen",
    EreignisArt.UNTERBROCHEN: "unterbrochen",
    EreignisArt.FORTGESETZT: "fortgesetzt",
    EreignisArt.ERLEDIGT: "erledigt",
    EreignisArt.ZURUECKGEGEBEN: "zurückgegeben",
    EreignisArt.ENTFALLEN: "entfallen",
    EreignisArt.WARTET: "wartet",
    EreignisArt.EINGETRETEN: "eingetreten",
    EreignisArt.FRIST_ABGELAUFEN: "Frist abgelaufen",
    EreignisArt.ELEMENT_ERREICHT: "erreicht",
    EreignisArt.ENTSCHEIDUNG_GETROFFEN: "nach Tabelle entschieden",
    EreignisArt.VORGANG_BEENDET: "Vorgang abgeschlossen",
    EreignisArt.VORGANG_ABGEBROCHEN: "Vorgang abgebrochen",
    EreignisArt.STOERUNG: "Störung",
    EreignisArt.NACHRICHT_GESENDET: "Nachricht gesendet",
    EreignisArt.NACHRICHT_EINGETROFFEN: "eingetroffen",
    EreignisArt.FRIST_VERSCHOBEN: "Frist verschoben",
}

_AUSLOESER: Final[dict[str, str]] = {"nachricht": "durch eine Nachricht", "signal": "durch ein Signal"}


def lokal(instant: datetime) -> datetime:
    """Local time of an aware instant."""
    return instant.astimezone(BERLIN)


def datum(wert: date | datetime | None) -> str:
    """„Di, 16.06.2026“; instants in local time, „–“ for nothing."""
    if wert is None:
        return "–"
    tag = lokal(wert) if isinstance(wert, datetime) else wert
    return f"{_WOCHENTAGE[tag.weekday()]}, {tag:%d.%m.%Y}"


def wochentag(tag: date) -> str:
    """„Montag“."""
    return _WOCHENTAGE_LANG[tag.weekday()]


def mit_verweis(text: str, verweis: str, adresse: str) -> Markup:
    """A sentence and a link behind it; both texts are escaped."""
    return Markup('{} <a class="kern-link" href="{}">{}</a>').format(text, adresse, verweis)


def datum_kurz(wert: date | datetime | None) -> str:
    """„16.06.2026“."""
    if wert is None:
        return "–"
    return f"{lokal(wert) if isinstance(wert, datetime) else wert:%d.%m.%Y}"


def datum_knapp(wert: datetime, jetzt: datetime) -> str:
    """„16.06.“, with the year if it is another one."""
    tag = lokal(wert)
    return f"{tag:%d.%m.}" if tag.year == lokal(jetzt).year else f"{tag:%d.%m.%Y}"


def uhrzeit(instant: datetime) -> str:
    """„09:31“."""
    return f"{lokal(instant):%H:%M}"


def zeitpunkt(instant: datetime | None) -> str:
    """„Di, 16.06.2026, 09:31 Uhr“."""
    return "–" if instant is None else f"{datum(instant)}, {uhrzeit(instant)} Uhr"


def zeitpunkt_kurz(instant: datetime, jetzt: datetime) -> str:
    """„09:31“ today, else „Di, 16.06.2026, 09:31 Uhr“."""
    return uhrzeit(instant) if lokal(instant).date() == lokal(jetzt).date() else zeitpunkt(instant)


def iso(instant: datetime) -> str:
    """For the ``datetime`` attribute of ``<time>``."""
    return lokal(instant).isoformat(timespec="seconds")


def abstand(arbeitstage: int) -> str:
    """Distance of a day in words: „heute“, „in 3 AT“, „seit 1 AT“."""
    if arbeitstage == 0:
        return "heute"
    return f"in {zahl(arbeitstage)} AT" if arbeitstage > 0 else f"seit {zahl(-arbeitstage)} AT"


def frist_text(frist: Frist) -> str:
    """Deadline without its Ampel: „bis Di, 16.06.2026 · in 3 AT“, „seit Mo, 15.06.2026 · 1 AT“, „ohne Frist“."""
    return "ohne Frist" if frist.am is None else _frist(frist, datum(frist.am), frist.am)


def frist_knapp(frist: Frist, jetzt: datetime) -> str:
    """The same without a year that is this year: „bis Di, 16.06. · in 3 AT“."""
    if frist.am is None:
        return "ohne Frist"
    return _frist(frist, f"{_WOCHENTAGE[lokal(frist.am).weekday()]}, {datum_knapp(frist.am, jetzt)}", frist.am)


def _frist(frist: Frist, tag: str, am: datetime) -> str:
    if frist.ampel is not Ampel.UEBERSCHRITTEN:
        return f"bis {tag}" + ("" if frist.abstand_at is None else f" · {abstand(frist.abstand_at)}")
    if frist.abstand_at:
        return f"seit {tag} · {zahl(-frist.abstand_at)} AT"
    # Within a working day the hour counts, unless the deadline was the whole day.
    return f"seit {tag}" if uhrzeit(am) == "23:59" else f"seit {tag}, {uhrzeit(am)} Uhr"


def zahl(wert: float | None, stellen: int = 0) -> str:
    """German number: „1.234,5“; „–“ for nothing."""
    if wert is None:
        return "–"
    return f"{wert:,.{stellen}f}".replace(",", "\0").replace(".", ",").replace("\0", ".")


def prozent(anteil: float | None, stellen: int = 0) -> str:
    """Share 0–1 as „18 %“ (narrow no-break space)."""
    return "–" if anteil is None else f"{zahl(anteil * 100, stellen)}\u202f%"


def arbeitstage(tage: float | None, stellen: int = 1) -> str:
    """„7,1 AT“."""
    return "–" if tage is None else f"{zahl(tage, stellen)}\u202fAT"


def kalendertage(tage: float | None, stellen: int = 1) -> str:
    """„7,1 KT“."""
    return "–" if tage is None else f"{zahl(tage, stellen)}\u202fKT"


def dauer(spanne: timedelta | None) -> str:
    """Clock time: „3 h 20 min“, from two days on „5 Tage“ (calendar); under a minute „unter 1 min“."""
    if spanne is None:
        return "–"
    minuten = int(spanne.total_seconds() // 60)
    if minuten < 1:
        return "unter 1 min"
    stunden, rest = divmod(minuten, 60)
    if stunden >= 48:
        return f"{zahl(stunden // 24)}\u202fTage"
    if stunden and rest:
        return f"{stunden}\u202fh {rest}\u202fmin"
    return f"{stunden}\u202fh" if stunden else f"{rest}\u202fmin"


def ampel_wort(ampel: Ampel) -> str:
    """Word of an Ampel."""
    return AMPEL[ampel][1]


def ampel_symbol(ampel: Ampel) -> str:
    """Symbol of an Ampel, for the eyes only."""
    return AMPEL[ampel][0]


def status_text(status: str) -> str:
    """State of an Aufgabe, a Vorgang or a Prozessversion in one word."""
    return _STATUS.get(status, status)


def ereignis_text(art: str) -> str:
    """What happened, in a timeline."""
    return _EREIGNISSE.get(art, art)


def grund_text(grund: str | None) -> str:
    """Reason of waiting or sending back in words."""
    if grund is None:
        return ""
    known = (WARTEGRUENDE, RUECKGABEGRUENDE, ABWEICHUNGSGRUENDE, _AUSLOESER)
    return next((texts[grund] for texts in known if grund in texts), grund)


def ereignis_grund(grund: str | None, art: str) -> str:
    """Reason of an Ereignis in words; the same word may mean another thing for another kind of Ereignis."""
    if art == EreignisArt.FRIST_VERSCHOBEN and grund in set(Verschiebegrund):
        return f"weil {Verschiebegrund(grund).text}"
    return grund_text(grund)


FILTER: Final[tuple[Callable[..., str], ...]] = (
    datum,
    datum_kurz,
    uhrzeit,
    zeitpunkt,
    zeitpunkt_kurz,
    iso,
    abstand,
    frist_text,
    frist_knapp,
    datum_knapp,
    zahl,
    prozent,
    arbeitstage,
    kalendertage,
    dauer,
    ampel_wort,
    ampel_symbol,
    status_text,
    ereignis_text,
    grund_text,
    ereignis_grund,
    rolle_name,
)


def register(app: Flask) -> None:
    """Make every format a filter of the templates, under its own name."""
    for function in FILTER:
        sprache.add_filter(app, function)
