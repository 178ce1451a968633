"""What is due when? As a list, as a month, as a calendar file, and as a calendar to subscribe to.

The word in the address of a subscription is shown once and never logged (`web.protokoll` logs patterns).
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from urllib.parse import urlencode

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import errors
from engine.commands import kalenderabo
from engine.kalender import JAHR_MAX, JAHR_MIN, lokales_datum
from engine.queries import personen
from engine.queries import termine as abfragen
from engine.queries.fristen import Ampel
from engine.queries.terminsicht import Termin, Terminart, Terminliste, Umfang
from engine.rechte import Recht
from web import auth, clock, kalenderdatei, sprache
from web.dienste import dienste
from web.sprache import _, _l

blueprint = Blueprint("fristen", __name__)

UMFANG: Final = {
    Umfang.KORB: _l("Meine und freie meiner Gruppen"),
    Umfang.MEINE: _l("Nur meine"),
    Umfang.ALLE: _l("Alle, die ich sehen darf"),
}
#: days ahead that the list can show
TAGE: Final = {7: _l("7 Tage"), 30: _l("30 Tage"), 90: _l("90 Tage")}
#: entries of one day that the month shows
JE_TAG: Final = 4


@dataclass(frozen=True, slots=True)
class Filter:
    """What the list and the month show, as it stands in the address."""

    umfang: Umfang
    art: Terminart | None
    tage: int
    monat: date | None

    @property
    def davor(self) -> str:
        """The month before, as in the address."""
        return _next(self.monat, -1)

    @property
    def danach(self) -> str:
        """The month after, as in the address."""
        return _next(self.monat, 1)

    def adresse(self, **anders: object) -> str:
        """Address of the same page with something changed."""
        werte = {
            "umfang": self.umfang.value,
            "art": self.art.value if self.art else "",
            "tage": self.tage,
            "monat": f"{self.monat:%Y-%m}" if self.monat else "",
        } | anders
        return f"{url_for('fristen.seite')}?{urlencode({k: v for k, v in werte.items() if v})}"


@dataclass(frozen=True, slots=True)
class Tag:
    """One cell of the month."""

    tag: date
    im_monat: bool
    ist_heute: bool
    #: no working day
    ist_frei: bool
    feiertag: str | None
    termine: tuple[Termin, ...]


@blueprint.get("/fristen")
@auth.requires(Recht.VORGANG_SEHEN)
def seite() -> ResponseReturnValue:
    """What is due?"""
    chosen = _filter()
    heute = lokales_datum(clock.now())
    if chosen.monat is None:
        liste = _termine(chosen, None, heute + timedelta(days=chosen.tage))
        return _page("fristen/liste.html", chosen, liste, heute)
    wochen = calendar.Calendar().monthdatescalendar(chosen.monat.year, chosen.monat.month)
    liste = _termine(chosen, wochen[0][0], wochen[-1][-1])
    return _page("fristen/monat.html", chosen, liste, heute, wochen=_weeks(wochen, chosen.monat, liste, heute))


@blueprint.get("/fristen/aufgabe-<int:aufgabe_id>.ics")
@auth.requires(Recht.VORGANG_SEHEN)
def datei(aufgabe_id: int) -> ResponseReturnValue:
    """One deadline as a calendar file."""
    with dienste().reading() as session:
        found = abfragen.termin(session, auth.akteur(), aufgabe_id, now=clock.now())
    answer = _calendar((found,), auth.angemeldet().mandant.kennung)
    answer.headers["Content-Disposition"] = f'attachment; filename="frist-{found.kennung}.ics"'
    return answer


@blueprint.post("/fristen/abo")
@auth.requires(Recht.VORGANG_SEHEN)
def abonnieren() -> ResponseReturnValue:
    """A new address for my calendar; shown on this answer and never again."""
    akteur, now, umfang = auth.akteur(), clock.now(), _umfang(request.form.get("umfang"))
    word = dienste().run(lambda session: kalenderabo.open_abo(session, akteur, umfang.value, now=now))
    base = dienste().einstellungen.adresse or request.url_root.rstrip("/")
    return _abo_page(base + url_for("fristen.abruf", wort=word))


@blueprint.get("/fristen/abo")
@auth.requires(Recht.VORGANG_SEHEN)
def abo() -> ResponseReturnValue:
    """Do I have a calendar address?"""
    return _abo_page(None)


@blueprint.post("/fristen/abo/beenden")
@auth.requires(Recht.VORGANG_SEHEN)
def beenden() -> ResponseReturnValue:
    """My calendar address stops."""
    akteur = auth.akteur()
    dienste().run(lambda session: kalenderabo.close_abo(session, akteur))
    flash(_("Ihre Kalenderadresse gilt nicht mehr."), "erfolg")
    return redirect(url_for(".abo"), code=303)


@blueprint.get("/kalender/<wort>.ics")
@auth.public
@auth.limiter.limit("60 per minute")
def abruf(wort: str) -> ResponseReturnValue:
    """The subscribed calendar of whoever the word belongs to; her present rights count."""
    now = clock.now()
    with dienste().reading() as session:
        found = kalenderabo.find_abo(session, wort)
        akteur = personen.akteur(session, found.person_id, now) if found else None
        if found is None or akteur is None or not akteur.darf(Recht.VORGANG_SEHEN):
            raise errors.NotFound
        termine = abfragen.fuer_kalender(session, akteur, _umfang(found.umfang), now=now)
        kennung = personen.mandant(session, akteur).kennung
        language = personen.persoenlich(session, akteur).sprache
    with sprache.in_sprache(language or sprache.DEUTSCH):
        return _calendar(termine, kennung)


def _calendar(termine: tuple[Termin, ...], mandant: str) -> Response:
    base = dienste().einstellungen.adresse or request.url_root.rstrip("/")
    content = kalenderdatei.kalender(
        termine,
        name=_("Fristen"),
        stelle=f"{mandant}.hilfefluss",
        adresse=lambda termin: base + url_for("vorgaenge.vorgang", vorgang_id=termin.vorgang_id),
        jetzt=clock.now(),
    )
    return Response(content, mimetype=kalenderdatei.TYP)


def _abo_page(adresse: str | None) -> str:
    with dienste().reading() as session:
        found = kalenderabo.abo_of(session, auth.akteur())
    return render_template("fristen/abo.html", abo=found, adresse=adresse, umfang=UMFANG)


def _page(template: str, chosen: Filter, liste: Terminliste, heute: date, **mehr: object) -> str:
    late = sum(t.frist.ampel is Ampel.UEBERSCHRITTEN for t in liste.termine)
    return render_template(
        template,
        filter=chosen,
        liste=liste,
        heute=heute,
        ueberschritten=late,
        umfang=UMFANG,
        tage=TAGE,
        arten=kalenderdatei.ARTEN,
        je_tag=JE_TAG,
        **mehr,
    )


def _termine(chosen: Filter, von: date | None, bis: date) -> Terminliste:
    arten = (chosen.art,) if chosen.art else ()
    with dienste().reading() as session:
        return abfragen.termine(
            session, auth.akteur(), now=clock.now(), von=von, bis=bis, umfang=chosen.umfang, arten=arten
        )


def _weeks(wochen: list[list[date]], monat: date, liste: Terminliste, heute: date) -> list[list[Tag]]:
    kalender = auth.angemeldet().mandant.kalender()
    by_day: dict[date, list[Termin]] = {}
    for termin in liste.termine:
        by_day.setdefault(termin.am, []).append(termin)
    return [
        [
            Tag(
                tag=tag,
                im_monat=tag.month == monat.month,
                ist_heute=tag == heute,
                ist_frei=not kalender.ist_werktag(tag) or tag in kalender.schliesstage,
                feiertag=kalender.feiertag(tag),
                termine=tuple(by_day.get(tag, ())),
            )
            for tag in woche
        ]
        for woche in wochen
    ]


def _filter() -> Filter:
    args = request.args
    art, tage = args.get("art", ""), args.get("tage", type=int)
    return Filter(
        umfang=_umfang(args.get("umfang")),
        art=Terminart(art) if art in set(Terminart) else None,
        tage=tage if tage in TAGE else 30,
        monat=_month(args.get("monat", "")),
    )


def _umfang(text: str | None) -> Umfang:
    return Umfang(text) if text in set(Umfang) else Umfang.KORB


def _next(monat: date | None, um: int) -> str:
    if monat is None:
        return ""
    number = monat.year * 12 + monat.month - 1 + um
    return f"{number // 12}-{number % 12 + 1:02d}"


def _month(text: str) -> date | None:
    """„2026-06“; None for anything else."""
    year, _dash, month = text.partition("-")
    if not (text.isascii() and year.isdigit() and month.isdigit() and len(text) <= 7):
        return None
    fits = JAHR_MIN < int(year) < JAHR_MAX and 1 <= int(month) <= 12
    return date(int(year), int(month), 1) if fits else None
