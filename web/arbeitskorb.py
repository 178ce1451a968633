"""The Arbeitskorb: what do I do now? One tab per Korb, its list as the address says, and the views one keeps."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine import errors
from engine.commands import korbfilter as filterbefehle
from engine.commands import persoenlich
from engine.kalender import lokales_datum
from engine.model import Weitergabegrund, Wiedervorlagegrund
from engine.model.mitglieder import mitglieder
from engine.model.persoenlich import ZEILEN
from engine.queries import arbeitskorb as abfragen
from engine.queries import korbfilter, mitteilungen, vertretungen, wiedervorlagen
from engine.queries.arbeitskorb import Besetzung, Fristlage, Korb, Seite, Spalte
from engine.rechte import Akteur, Recht
from web import auth, clock, eingaben, formats, korbansicht
from web.dienste import dienste
from web.korbansicht import Ansicht
from web.sprache import _, _l, ngettext, von_unten

blueprint = Blueprint("arbeitskorb", __name__, url_prefix="/arbeitskorb")

#: key in the session: the view that a change made elsewhere leads back to
_ZULETZT = "korb"
FRISTLAGEN: Final = {
    Fristlage.UEBERSCHRITTEN: _l("überschritten"),
    Fristlage.BIS_MORGEN: _l("bis zum nächsten Arbeitstag"),
    Fristlage.OHNE: _l("ohne Frist"),
}
BESETZUNGEN: Final = {
    Besetzung.FREI: _l("frei"),
    Besetzung.VERGEBEN: _l("vergeben"),
    Besetzung.ALLE: _l("alle"),
}


@blueprint.get("")
@auth.requires(Recht.ARBEITSKORB)
def liste() -> ResponseReturnValue:
    """One page of one Korb."""
    ansicht = korbansicht.read_ansicht(request.args)
    remember(ansicht)
    now, akteur, person = clock.now(), auth.akteur(), auth.angemeldet()
    with dienste().reading() as db_session:
        seite = abfragen.arbeitskorb(
            db_session,
            akteur,
            korb=ansicht.korb,
            now=now,
            auswahl=ansicht.auswahl,
            seite=ansicht.seite,
            je_seite=ansicht.je_seite or person.persoenlich.zeilen,
        )
        page = {
            "neues": mitteilungen.anzahl(db_session, akteur),
            "gespeichert": _gespeichert(db_session, akteur),
            "kollegen": _kollegen(db_session, akteur, ansicht.korb),
            "wiedervorlagen": (),
            "vertretungen": (),
        }
        if ansicht.korb is Korb.WIEDERVORLAGE:
            page["wiedervorlagen"] = wiedervorlagen.wiedervorlagen(db_session, akteur, now=now)
        if ansicht.korb is Korb.VERTRETUNG:
            page["vertretungen"] = vertretungen.vertretungen(db_session, akteur, now=now)
    return render_template(
        f"arbeitskorb/{'wiedervorlagen' if ansicht.korb is Korb.WIEDERVORLAGE else 'liste'}.html",
        seite=seite,
        ansicht=ansicht.with_seite(seite.seite),
        reiter_liste=_reiter(akteur, seite, ansicht),
        adresse=adresse,
        Korb=Korb,
        Spalte=Spalte,
        Besetzung=Besetzung,
        fristlagen=FRISTLAGEN,
        besetzungen=BESETZUNGEN,
        weitergabegruende=list(Weitergabegrund),
        wiedervorlagegruende=list(Wiedervorlagegrund),
        je_seite=ZEILEN,
        ohne_namen=person.persoenlich.ohne_namen,
        satz=dringend(seite, _naechster_tag(person)),
        **page,
    )


def adresse(ansicht: Ansicht) -> str:
    """The address that shows this view again."""
    query = ansicht.query
    return url_for("arbeitskorb.liste") + (f"?{query}" if query else "")


def adresse_of_form() -> str:
    """Where the page that sent this form was: its query stands in a field of ours, and is read before it is used."""
    return adresse(korbansicht.parse_query(request.form.get(eingaben.AKTION + "ansicht", "")))


@blueprint.app_template_global("korb_zuletzt")
def adresse_zuletzt() -> str:
    """The view of the Arbeitskorb that this person saw last, in whatever window."""
    return adresse(korbansicht.parse_query(str(session.get(_ZULETZT, ""))))


def remember(ansicht: Ansicht) -> None:
    """Keep in the session which view was seen, if it is another one than before."""
    if session.get(_ZULETZT, "") != ansicht.query:
        session[_ZULETZT] = ansicht.query


@blueprint.post("/namen")
@auth.requires(Recht.ARBEITSKORB)
def namen() -> ResponseReturnValue:
    """Hide names in the lists, or show them again; remembered until changed."""
    akteur, wahl = auth.akteur(), auth.persoenlich()
    chosen = replace(wahl, ohne_namen=not wahl.ohne_namen)
    dienste().run(lambda db_session: persoenlich.save(db_session, akteur, chosen))
    return redirect(adresse_of_form(), code=303)


@blueprint.post("/filter")
@auth.requires(Recht.ARBEITSKORB)
def speichern() -> ResponseReturnValue:
    """Keep the view that the form stands on, for oneself or for a Gruppe."""
    akteur, now, form = auth.akteur(), clock.now(), request.form
    view = korbansicht.parse_query(form.get(eingaben.AKTION + "ansicht", "")).aufgehoben
    shared = form.get("gruppe", type=int) or None

    def command(db_session: Session) -> str:
        name = form.get("name", "")
        row = filterbefehle.save_filter(db_session, akteur, name=name, ansicht=view.query, gruppe_id=shared, now=now)
        return row.name

    try:
        kept = dienste().run(command)
    except (errors.Invalid, errors.NotFound) as error:
        flash(von_unten(error.text), "warnung")
    else:
        flash(_("Die Ansicht ist gespeichert: %(name)s.", name=kept), "erfolg")
    return redirect(adresse_of_form(), code=303)


@blueprint.post("/filter/<int:filter_id>/loeschen")
@auth.requires(Recht.ARBEITSKORB)
def loeschen(filter_id: int) -> ResponseReturnValue:
    """Forget a kept view of one's own."""
    akteur = auth.akteur()
    dienste().run(lambda db_session: filterbefehle.delete_filter(db_session, akteur, filter_id))
    flash(_("Die gespeicherte Ansicht ist gelöscht."), "erfolg")
    return redirect(adresse_of_form(), code=303)


def dringend(seite: Seite, naechster_tag: str) -> str:
    """The sentence above the list, over the whole Korb."""
    if seite.korb is Korb.WIEDERVORLAGE:
        count = seite.anzahl[Korb.WIEDERVORLAGE]
        return ngettext("%(num)s Wiedervorlage ist dran.", "%(num)s Wiedervorlagen sind dran.", count) if count else ""
    if seite.korb is Korb.ERLEDIGT or not (seite.ueberschritten or seite.bis_morgen):
        return "" if seite.korb is Korb.ERLEDIGT else _("Nichts ist überschritten oder in Eile.")
    parts = []
    if seite.ueberschritten:
        parts.append(_("%(zahl)s überschritten", zahl=formats.zahl(seite.ueberschritten)))
    if seite.bis_morgen:
        parts.append(_("%(zahl)s bis %(tag)s", zahl=formats.zahl(seite.bis_morgen), tag=naechster_tag))
    return ", ".join(parts) + "."


def _naechster_tag(person: auth.Angemeldet) -> str:
    now = clock.now()
    morgen = person.mandant.kalender().frist_at(now, 1)
    return _("morgen") if morgen == lokales_datum(now) + timedelta(days=1) else formats.wochentag(morgen)


def _reiter(akteur: Akteur, seite: Seite, ansicht: Ansicht) -> list[tuple[str, int | None, str, bool]]:
    """Tabs that are of use to this person: text, number, address, whether it is shown."""
    groups = [m.name for m in akteur.mitglied]
    texts = {
        Korb.MEINE: _("Meine"),
        Korb.GRUPPE: _("Gruppe %(name)s", name=groups[0]) if len(groups) == 1 else _("Gruppen"),
        Korb.TEAM: _("Team"),
        Korb.VERTRETUNG: _("Vertretung"),
        Korb.WIEDERVORLAGE: _("Wiedervorlage"),
        Korb.WARTET: _("Wartet"),
        Korb.ERLEDIGT: _("Erledigt"),
    }
    if not akteur.darf(Recht.TEAM_LEITEN):
        del texts[Korb.TEAM]
    return [
        (text, seite.anzahl.get(korb), adresse(ansicht.with_korb(korb)), korb is seite.korb)
        for korb, text in texts.items()
    ]


def _gespeichert(db_session: Session, akteur: Akteur) -> list[tuple[korbfilter.Filterzeile, str, int]]:
    """Kept views with their address and number."""
    kept = korbfilter.korbfilter(db_session, akteur)
    views = [korbansicht.parse_query(row.ansicht) for row in kept]
    lage = abfragen.lage_of(db_session, akteur, clock.now())
    numbers = korbfilter.anzahlen(db_session, lage, [(view.korb, view.auswahl) for view in views])
    return [(row, adresse(view), number) for row, view, number in zip(kept, views, numbers, strict=True)]


def _kollegen(db_session: Session, akteur: Akteur, korb: Korb) -> tuple[tuple[int, str], ...]:
    """To whom the selection of this Korb may go on, perhaps."""
    if korb is Korb.TEAM:
        return tuple(p for p in vertretungen.vertretbare(db_session, akteur, now=clock.now()))
    if korb in (Korb.MEINE, Korb.WARTET):
        others = mitglieder(db_session, akteur.gruppen, clock.now())
        return tuple(p for p in others if p[0] != akteur.person_id)
    return ()
