"""How values look on a page, in its language: dates with weekday and distance, durations, numbers.

Only here is local time. Registered as Jinja filters; no arithmetic of deadlines or figures.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Final

from babel import dates
from flask import Flask
from markupsafe import Markup

from engine import rechte
from engine.kalender import BERLIN
from engine.model import (
    AufgabeStatus,
    EreignisArt,
    Rueckgabegrund,
    Verschiebegrund,
    VersionStatus,
    VorgangStatus,
    Wartegrund,
    Weitergabegrund,
    Wiedervorlagegrund,
    zuweisung,
)
from engine.model.vorschlag import Abweichungsgrund
from engine.queries.fristen import Ampel, Frist
from web import sprache
from web.sprache import _, _l

_WOCHENTAGE: Final = (_l("Mo"), _l("Di"), _l("Mi"), _l("Do"), _l("Fr"), _l("Sa"), _l("So"))

_WOCHENTAGE_LANG: Final = (
    _l("Montag"),
    _l("Dienstag"),
    _l("Mittwoch"),
    _l("Donnerstag"),
    _l("Freitag"),
    _l("Samstag"),
    _l("Sonntag"),
)

#: how a day is written: in German by digits, elsewhere with the name of the month, which nobody reads the wrong way
_TAG: Final = ("%d.%m.%Y", "d MMM y")
_TAG_OHNE_JAHR: Final = ("%d.%m.", "d MMM")

#: symbol and word; words first, symbols second, colour last
AMPEL: Final[dict[Ampel, tuple[str, str]]] = {
    Ampel.IN_FRIST: ("●", _l("in Frist")),
    Ampel.LAEUFT_AB: ("▲", _l("läuft bald ab")),
    Ampel.UEBERSCHRITTEN: ("■", _l("überschritten")),
    Ampel.WARTET: ("◇", _l("wartet")),
    Ampel.OHNE_FRIST: ("○", _l("ohne Frist")),
}

WARTEGRUENDE: Final[dict[str, str]] = {
    Wartegrund.FAMILIE: _l("Warten auf die Familie"),
    Wartegrund.TRAEGER: _l("Warten auf den Träger"),
    Wartegrund.BEHOERDE: _l("Warten auf eine andere Behörde"),
    Wartegrund.GERICHT: _l("Warten auf das Gericht"),
    Wartegrund.UNTERLAGEN: _l("Warten auf Unterlagen"),
    Wartegrund.TERMIN: _l("Warten auf einen Termin"),
    Wartegrund.INTERN_VERTRETUNG: _l("Übergabe an die Vertretung"),
    Wartegrund.INTERN_RUECKSPRACHE: _l("Interne Rücksprache"),
    Wartegrund.INTERN_UNTERBRECHUNG: _l("Andere Arbeit geht vor"),
}

RUECKGABEGRUENDE: Final[dict[str, str]] = {
    Rueckgabegrund.UNVOLLSTAENDIG: _l("Unterlagen oder Angaben unvollständig (W05)"),
    Rueckgabegrund.FACHLICH: _l("Fachlich oder rechtlich zu ändern (W06)"),
}

ABWEICHUNGSGRUENDE: Final[dict[str, str]] = {
    Abweichungsgrund.EINZELFALL: _l("Besonderheit des Einzelfalls"),
    Abweichungsgrund.ERKENNTNISSE: _l("Erkenntnisse, die die Tabelle nicht kennt"),
    Abweichungsgrund.WUNSCH: _l("Wunsch der Familie oder des jungen Menschen"),
    Abweichungsgrund.LEITUNG: _l("Vorgabe der Leitung"),
    Abweichungsgrund.TABELLE: _l("Die Tabelle passt hier fachlich nicht"),
    Abweichungsgrund.SONSTIGES: _l("Anderer Grund"),
}

_STATUS: Final[dict[str, str]] = {
    AufgabeStatus.BEREIT: _l("frei"),
    AufgabeStatus.UEBERNOMMEN: _l("übernommen"),
    AufgabeStatus.BEGONNEN: _l("begonnen"),
    AufgabeStatus.UNTERBROCHEN: _l("unterbrochen"),
    AufgabeStatus.ERLEDIGT: _l("erledigt"),
    AufgabeStatus.ZURUECKGEGEBEN: _l("zurückgegeben"),
    AufgabeStatus.ENTFALLEN: _l("entfallen"),
    VorgangStatus.LAUFEND: _l("läuft"),
    VorgangStatus.BEENDET: _l("abgeschlossen"),
    VorgangStatus.ABGEBROCHEN: _l("abgebrochen"),
    VersionStatus.ENTWURF: _l("Entwurf"),
    VersionStatus.METHODISCH_FREI: _l("methodisch freigegeben"),
    VersionStatus.FACHLICH_FREI: _l("fachlich freigegeben"),
    VersionStatus.IM_EINSATZ: _l("im Einsatz"),
    VersionStatus.INAKTIV: _l("inaktiv"),
}

_EREIGNISSE: Final[dict[str, str]] = {
    EreignisArt.VORGANG_GESTARTET: _l("Vorgang gestartet"),
    EreignisArt.BEREIT: _l("bereitgestellt"),
    EreignisArt.UEBERNOMMEN: _l("übernommen"),
    EreignisArt.ZURUECKGELEGT: _l("zurückgelegt"),
    EreignisArt.BEGONNEN: _l("begonnen"),
    EreignisArt.UNTERBROCHEN: _l("unterbrochen"),
    EreignisArt.FORTGESETZT: _l("fortgesetzt"),
    EreignisArt.ERLEDIGT: _l("erledigt"),
    EreignisArt.ZURUECKGEGEBEN: _l("zurückgegeben"),
    EreignisArt.ENTFALLEN: _l("entfallen"),
    EreignisArt.WARTET: _l("wartet"),
    EreignisArt.EINGETRETEN: _l("eingetreten"),
    EreignisArt.FRIST_ABGELAUFEN: _l("Frist abgelaufen"),
    EreignisArt.ELEMENT_ERREICHT: _l("erreicht"),
    EreignisArt.ENTSCHEIDUNG_GETROFFEN: _l("nach Tabelle entschieden"),
    EreignisArt.VORGANG_BEENDET: _l("Vorgang abgeschlossen"),
    EreignisArt.VORGANG_ABGEBROCHEN: _l("Vorgang abgebrochen"),
    EreignisArt.STOERUNG: _l("Störung"),
    EreignisArt.NACHRICHT_GESENDET: _l("Nachricht gesendet"),
    EreignisArt.NACHRICHT_EINGETROFFEN: _l("eingetroffen"),
    EreignisArt.FRIST_VERSCHOBEN: _l("Frist verschoben"),
    EreignisArt.ZURUECKGENOMMEN: _l("erledigt und gleich wieder geöffnet"),
    EreignisArt.KOMMENTIERT: _l("Kommentar hinzugefügt"),
    EreignisArt.DOKUMENT_ANGEFUEGT: _l("Datei angefügt"),
    EreignisArt.DOKUMENT_GELOESCHT: _l("Datei gelöscht"),
    EreignisArt.WEITERGEGEBEN: _l("weitergegeben"),
    EreignisArt.WIEDERVORLAGE_GESETZT: _l("auf Wiedervorlage gelegt"),
    EreignisArt.WIEDERVORLAGE_ERLEDIGT: _l("Wiedervorlage erledigt"),
}

#: by whether it is German
_PROZENT: Final = {True: "\u202f%", False: "%"}
_WEITERGABE: Final[dict[str, str]] = {
    zuweisung.DELEGIERT: _l("zur Mitarbeit delegiert"),
    zuweisung.VORGELEGT: _l("wieder vorgelegt"),
}
_AUSLOESER: Final[dict[str, str]] = {"nachricht": _l("durch eine Nachricht"), "signal": _l("durch ein Signal")}


def lokal(instant: datetime) -> datetime:
    """Local time of an aware instant."""
    return instant.astimezone(BERLIN)


def datum(wert: date | datetime | None) -> str:
    """„Di, 16.06.2026“; instants in local time, „–“ for nothing."""
    if wert is None:
        return "–"
    tag = lokal(wert) if isinstance(wert, datetime) else wert
    return f"{_WOCHENTAGE[tag.weekday()]}, {_written(tag, _TAG)}"


def wochentag(tag: date) -> str:
    """„Montag“."""
    return str(_WOCHENTAGE_LANG[tag.weekday()])


def monat(tag: date) -> str:
    """„Juni 2026“."""
    return dates.format_date(tag, "MMMM y", locale=sprache.aktuelle())


def tag_im_monat(tag: date) -> str:
    """„16.“."""
    return f"{tag.day}." if sprache.aktuelle() == sprache.DEUTSCH else str(tag.day)


def mit_verweis(text: str, verweis: str, adresse: str) -> Markup:
    """A sentence and a link behind it; both texts are escaped."""
    return Markup('{} <a class="kern-link" href="{}">{}</a>').format(text, adresse, verweis)


def dateigroesse(anzahl: int) -> str:
    """„12 kB“, „1,4 MB“; a file is never „0 kB“."""
    if anzahl < 1_000_000:
        return f"{zahl(max(1, round(anzahl / 1000)))} kB"
    return f"{zahl(anzahl / 1_000_000, 1)} MB"


def datum_kurz(wert: date | datetime | None) -> str:
    """„16.06.2026“."""
    if wert is None:
        return "–"
    return _written(lokal(wert) if isinstance(wert, datetime) else wert, _TAG)


def datum_knapp(wert: datetime, jetzt: datetime) -> str:
    """„16.06.“, with the year if it is another one."""
    tag = lokal(wert)
    return _written(tag, _TAG_OHNE_JAHR if tag.year == lokal(jetzt).year else _TAG)


def _written(tag: date, muster: tuple[str, str]) -> str:
    german, other = muster
    language = sprache.aktuelle()
    return tag.strftime(german) if language == sprache.DEUTSCH else dates.format_date(tag, other, locale=language)


def uhrzeit(instant: datetime) -> str:
    """„09:31“."""
    return f"{lokal(instant):%H:%M}"


def zeitpunkt(instant: datetime | None) -> str:
    """„Di, 16.06.2026, 09:31 Uhr“."""
    return "–" if instant is None else _um(datum(instant), instant)


def _um(tag: str, instant: datetime) -> str:
    return _("%(tag)s, %(uhrzeit)s Uhr", tag=tag, uhrzeit=uhrzeit(instant))


def zeitpunkt_kurz(instant: datetime, jetzt: datetime) -> str:
    """„09:31“ today, else „Di, 16.06.2026, 09:31 Uhr“."""
    return uhrzeit(instant) if lokal(instant).date() == lokal(jetzt).date() else zeitpunkt(instant)


def iso(instant: datetime) -> str:
    """For the ``datetime`` attribute of ``<time>``."""
    return lokal(instant).isoformat(timespec="seconds")


def abstand(arbeitstage: int) -> str:
    """Distance of a day in words: „heute“, „in 3 AT“, „seit 1 AT“."""
    if arbeitstage == 0:
        return _("heute")
    return (
        _("in %(anzahl)s AT", anzahl=zahl(arbeitstage))
        if arbeitstage > 0
        else _("seit %(anzahl)s AT", anzahl=zahl(-arbeitstage))
    )


def frist_text(frist: Frist) -> str:
    """Deadline without its Ampel: „bis Di, 16.06.2026 · in 3 AT“, „seit Mo, 15.06.2026 · 1 AT“, „ohne Frist“."""
    return _("ohne Frist") if frist.am is None else _frist(frist, datum(frist.am), frist.am)


def frist_knapp(frist: Frist, jetzt: datetime) -> str:
    """The same without a year that is this year: „bis Di, 16.06. · in 3 AT“."""
    if frist.am is None:
        return _("ohne Frist")
    return _frist(frist, f"{_WOCHENTAGE[lokal(frist.am).weekday()]}, {datum_knapp(frist.am, jetzt)}", frist.am)


def _frist(frist: Frist, tag: str, am: datetime) -> str:
    if frist.ampel is not Ampel.UEBERSCHRITTEN:
        until = _("bis %(tag)s", tag=tag)
        return until if frist.abstand_at is None else f"{until} · {abstand(frist.abstand_at)}"
    since = _("seit %(tag)s", tag=tag)
    if frist.abstand_at:
        return f"{since} · {_('%(anzahl)s AT', anzahl=zahl(-frist.abstand_at))}"
    # Within a working day the hour counts, unless the deadline was the whole day.
    return since if uhrzeit(am) == "23:59" else _um(since, am)


def zahl(wert: float | None, stellen: int = 0) -> str:
    """Number as the language writes it: „1.234,5“; „–“ for nothing."""
    if wert is None:
        return "–"
    written = f"{wert:,.{stellen}f}"
    if sprache.aktuelle() != sprache.DEUTSCH:
        return written
    return written.replace(",", "\0").replace(".", ",").replace("\0", ".")


def prozent(anteil: float | None, stellen: int = 0) -> str:
    """Share 0–1 as „18 %“ (narrow no-break space)."""
    return "–" if anteil is None else f"{zahl(anteil * 100, stellen)}{_PROZENT[sprache.aktuelle() == sprache.DEUTSCH]}"


def arbeitstage(tage: float | None, stellen: int = 1) -> str:
    """„7,1 AT“."""
    return "–" if tage is None else _("%(anzahl)s\u202fAT", anzahl=zahl(tage, stellen))


def kalendertage(tage: float | None, stellen: int = 1) -> str:
    """„7,1 KT“."""
    return "–" if tage is None else _("%(anzahl)s\u202fKT", anzahl=zahl(tage, stellen))


def dauer(spanne: timedelta | None) -> str:
    """Clock time: „3 h 20 min“, from two days on „5 Tage“ (calendar); under a minute „unter 1 min“."""
    if spanne is None:
        return "–"
    minuten = int(spanne.total_seconds() // 60)
    if minuten < 1:
        return _("unter 1 min")
    stunden, rest = divmod(minuten, 60)
    if stunden >= 48:
        return _("%(anzahl)s\u202fTage", anzahl=zahl(stunden // 24))
    if stunden and rest:
        return f"{stunden}\u202fh {rest}\u202fmin"
    return f"{stunden}\u202fh" if stunden else f"{rest}\u202fmin"


def ampel_wort(ampel: Ampel) -> str:
    """Word of an Ampel."""
    return str(AMPEL[Ampel(ampel)][1])


def ampel_symbol(ampel: Ampel) -> str:
    """Symbol of an Ampel, for the eyes only."""
    return AMPEL[Ampel(ampel)][0]


def status_text(status: str) -> str:
    """State of an Aufgabe, a Vorgang or a Prozessversion in one word."""
    return str(_STATUS.get(status, status))


def ereignis_text(art: str) -> str:
    """What happened, in a timeline."""
    return str(_EREIGNISSE.get(art, art))


def grund_text(grund: str | None) -> str:
    """Reason of waiting or sending back in words."""
    if grund is None:
        return ""
    known = (WARTEGRUENDE, RUECKGABEGRUENDE, ABWEICHUNGSGRUENDE, _AUSLOESER)
    return next((str(texts[grund]) for texts in known if grund in texts), grund)


def ereignis_grund(grund: str | None, art: str) -> str:
    """Reason of an Ereignis in words; the same word may mean another thing for another kind of Ereignis."""
    if art == EreignisArt.FRIST_VERSCHOBEN and grund in set(Verschiebegrund):
        return _("weil %(grund)s", grund=sprache.von_unten(Verschiebegrund(grund).text))
    if grund in _WEITERGABE and art == EreignisArt.WEITERGEGEBEN:
        return str(_WEITERGABE[grund])
    if art == EreignisArt.WEITERGEGEBEN and grund in set(Weitergabegrund):
        return _("weil %(grund)s", grund=sprache.von_unten(Weitergabegrund(grund).text))
    if art in (EreignisArt.WIEDERVORLAGE_GESETZT, EreignisArt.WIEDERVORLAGE_ERLEDIGT):
        return sprache.von_unten(Wiedervorlagegrund(grund).text) if grund in set(Wiedervorlagegrund) else ""
    return grund_text(grund)


def rolle_name(rolle: str) -> str:
    """Label of a role."""
    return sprache.von_unten(rechte.rolle_name(rolle))


FILTER: Final[tuple[Callable[..., str], ...]] = (
    datum,
    datum_kurz,
    monat,
    tag_im_monat,
    wochentag,
    uhrzeit,
    zeitpunkt,
    zeitpunkt_kurz,
    dateigroesse,
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
