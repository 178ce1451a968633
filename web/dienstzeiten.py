"""When the office works, from which day on: shown with its past, changed for days to come."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import errors
from engine.commands import dienstzeiten as befehle
from engine.dienstzeit import ANFANG, Abschnitt, Dienstzeit, Fenster, format_fenster, parse_fenster
from engine.formulare.zeiten import parse_datum
from engine.kalender import lokales_datum
from engine.queries import dienstzeiten
from engine.rechte import Recht
from web import auth, clock, formats
from web.dienste import dienste
from web.sprache import _, _l

blueprint = Blueprint("dienstzeiten", __name__, url_prefix="/verwaltung/dienstzeiten")

WOCHENTAGE: Final = (
    _l("Montag"),
    _l("Dienstag"),
    _l("Mittwoch"),
    _l("Donnerstag"),
    _l("Freitag"),
    _l("Samstag"),
    _l("Sonntag"),
)
TAGE: Final = {
    "schliesstage": (_l("Schließtage"), _l("Ein Tag je Zeile, zum Beispiel 24.12.2026. Die Behörde ist geschlossen.")),
    "gemeindefeiertage": (_l("Feiertage der Gemeinde"), _l("Ein Tag je Zeile, nur solche, die das Land nicht kennt.")),
    "abweichend": (
        _l("Tage mit anderen Zeiten"),
        _l("Ein Tag je Zeile mit seinen Zeiten, zum Beispiel 31.10.2026 08:00–12:00."),
    ),
}
_MAX_ZEICHEN = 20_000


@blueprint.get("")
@auth.requires(Recht.AMT_EINRICHTEN)
def zeigen() -> ResponseReturnValue:
    """Which hours hold, and since when?"""
    return _page({}, 200)


@blueprint.post("")
@auth.requires(Recht.AMT_EINRICHTEN)
def setzen() -> ResponseReturnValue:
    """Add a version for days to come."""
    felder: dict[str, str] = {}
    vorgabe = _read(request.form, felder)
    if vorgabe is None:
        return _page(felder, 422)
    now = clock.now()
    try:
        dienste().run(lambda session: befehle.set_dienstzeit(session, auth.akteur(), vorgabe=vorgabe, now=now))
    except errors.Invalid as error:
        return _page(error.felder or {"gilt_ab": error.text}, 422)
    flash(
        _("Gespeichert: Die Dienstzeiten gelten ab dem %(gilt_ab)s.", gilt_ab=formats.datum_kurz(vorgabe.gilt_ab)),
        "erfolg",
    )
    return redirect(url_for(".zeigen"), code=303)


def _page(felder: Mapping[str, str], status: int) -> ResponseReturnValue:
    with dienste().reading() as session:
        staende = dienstzeiten.staende(session, auth.akteur())
    heute = lokales_datum(clock.now())
    newest = staende[0].abschnitt
    html = render_template(
        "dienstzeiten/dienstzeiten.html",
        staende=staende,
        worte=words,
        wochentage=WOCHENTAGE,
        tage=TAGE,
        heute=heute,
        anfang=ANFANG,
        felder=felder,
        eingaben=request.form if request.method == "POST" else _as_form(newest, heute),
    )
    return html, status


def words(abschnitt: Abschnitt) -> list[str]:
    """The hours of one version in lines: weekdays with the same hours stand together."""
    groups: list[tuple[list[str], str]] = []
    for number, name in enumerate(WOCHENTAGE):
        text = format_fenster(abschnitt.dienstzeit.woche.get(number, ())) or "geschlossen"
        if groups and groups[-1][1] == text:
            groups[-1][0].append(name)
        else:
            groups.append(([name], text))
    lines = [f"{names[0]}{f' bis {names[-1]}' if len(names) > 1 else ''}: {text}" for names, text in groups]
    for title, count in (
        (_("Schließtage"), len(abschnitt.kalender.schliesstage)),
        (_("Feiertage der Gemeinde"), len(abschnitt.kalender.feiertage)),
        (_("Tage mit anderen Zeiten"), len(abschnitt.dienstzeit.abweichend)),
    ):
        if count:
            lines.append(f"{title}: {count}")
    return lines


def _as_form(abschnitt: Abschnitt, heute: date) -> dict[str, str]:
    form = {"gilt_ab": (heute + timedelta(days=1)).isoformat()}
    form |= {f"tag-{n}": format_fenster(abschnitt.dienstzeit.woche.get(n, ())) for n in range(7)}
    form["schliesstage"] = "\n".join(f"{tag:%d.%m.%Y}" for tag in sorted(abschnitt.kalender.schliesstage))
    form["gemeindefeiertage"] = "\n".join(f"{tag:%d.%m.%Y}" for tag in sorted(abschnitt.kalender.feiertage))
    form["abweichend"] = "\n".join(
        f"{tag:%d.%m.%Y} {format_fenster(fenster) or 'geschlossen'}"
        for tag, fenster in sorted(abschnitt.dienstzeit.abweichend.items())
    )
    return form


def _read(form: Mapping[str, str], felder: dict[str, str]) -> befehle.Vorgabe | None:
    """The form as a version; None and a message per field when something cannot be read."""
    gilt_ab = _day(form.get("gilt_ab", ""), "gilt_ab", felder)
    woche = {n: _windows(form.get(f"tag-{n}", ""), f"tag-{n}", felder) for n in range(7)}
    schliesstage = [_day(line, "schliesstage", felder) for line in _lines(form, "schliesstage")]
    feiertage = [_day(line, "gemeindefeiertage", felder) for line in _lines(form, "gemeindefeiertage")]
    abweichend = {}
    for line in _lines(form, "abweichend"):
        tag, _blank, zeiten = line.partition(" ")
        abweichend[_day(tag, "abweichend", felder)] = _windows(zeiten, "abweichend", felder)
    if not felder and not any(woche.values()):
        felder["tag-0"] = _("Bitte nennen Sie mindestens für einen Wochentag Zeiten.")
    if felder:
        return None
    return befehle.Vorgabe(gilt_ab, Dienstzeit(woche, abweichend), frozenset(schliesstage), frozenset(feiertage))


def _lines(form: Mapping[str, str], name: str) -> list[str]:
    text = form.get(name, "")[:_MAX_ZEICHEN]
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()][: befehle.MAX_TAGE + 1]


def _day(text: str, field: str, felder: dict[str, str]) -> date:
    try:
        return date.fromisoformat(parse_datum(text.strip()[:20]))
    except ValueError:
        felder[field] = _("Bitte schreiben Sie Tage wie 24.12.2026; „%(text)s“ ist keiner.", text=text[:20])
        return ANFANG


def _windows(text: str, field: str, felder: dict[str, str]) -> tuple[Fenster, ...]:
    try:
        return parse_fenster(text[:200])
    except errors.Invalid as error:
        felder[field] = error.text
        return ()
