"""Setting up what steers the flow of a version: decisions, calls, messages and times. Plain forms."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, flash, redirect, request
from flask.typing import ResponseReturnValue

from engine import errors
from engine.commands import einrichtung as befehle
from engine.katalog.ereignisse import ZEITARTEN
from engine.katalog.fristwahl import BEGINN, EINHEITEN, Fristwahl, read_fristwahl
from engine.queries import einrichtung as abfragen
from engine.rechte import Recht
from web import auth, einrichten
from web.dienste import dienste
from web.einrichten import KEINE, Abweisung
from web.sprache import _, _l
from web.zeitwahl import DAUERN, as_dauer, as_wiederholung, read_dauer, read_wiederholung

blueprint = Blueprint("ablauf", __name__, url_prefix=einrichten.PFAD)

_EINHEITEN = {kurz: mehrere for kurz, (_eins, _kurz, mehrere) in EINHEITEN.items()}
EREIGNISARTEN = {"message": _l("Nachricht"), "signal": _l("Signal"), "timer": _l("Zeit")}


@blueprint.get("/entscheidung")
@auth.requires(Recht.PROZESS_SEHEN)
def entscheidung(prozess_id: int, nummer: int) -> ResponseReturnValue:
    """Who or what decides here?"""
    return _entscheidung_seite(prozess_id, nummer, request.args.get("element", ""))


def _entscheidung_seite(
    prozess_id: int, nummer: int, element: str, abweisung: Abweisung = KEINE
) -> ResponseReturnValue:
    sicht = einrichten.read(prozess_id, nummer)
    verzweigung = _find_verzweigung(sicht, element)
    werte = request.form if request.method == "POST" else _as_choice(verzweigung)
    return einrichten.page("einrichten/entscheidung.html", sicht, abweisung, g=verzweigung, werte=werte)


def _find_verzweigung(sicht: abfragen.EinrichtungSicht, element: str) -> abfragen.VerzweigungSicht:
    found = next((g for g in sicht.verzweigungen if g.schritt.element == element), None)
    if found is None:
        raise errors.NotFound
    return found


def _as_choice(verzweigung: abfragen.VerzweigungSicht) -> dict[str, str]:
    werte = {"art": verzweigung.art, "sonst": verzweigung.sonst, "entscheidung": verzweigung.entscheidung}
    for n, ausgang in enumerate(verzweigung.ausgaenge):
        werte[f"bedingung-{n}"] = ausgang.bedingung or ausgang.gezeichnet
    return werte


@blueprint.post("/entscheidung")
@auth.requires(Recht.PROZESS_BEARBEITEN)
def entscheidung_speichern(prozess_id: int, nummer: int) -> ResponseReturnValue:
    """Store how a decision is made; exits are numbered, since their ids may be anything."""
    element = request.form.get("element", "")
    sicht = einrichten.read(prozess_id, nummer)
    verzweigung = _find_verzweigung(sicht, element)
    fluesse = [ausgang.fluss for ausgang in verzweigung.ausgaenge]
    try:
        dienste().run(
            lambda session: befehle.set_verzweigung(
                session,
                auth.akteur(),
                prozess_id=prozess_id,
                nummer=nummer,
                element=element,
                angaben=_read_entscheidung(sicht, verzweigung),
            )
        )
    except errors.Invalid as error:
        felder = {f"bedingung-{fluesse.index(k)}" if k in fluesse else k: text for k, text in error.felder.items()}
        if "bedingungen" in felder:
            felder["bedingung-0"] = felder.pop("bedingungen")
        return _entscheidung_seite(prozess_id, nummer, element, Abweisung.of(error, felder))
    flash(_("Entscheidung gespeichert."), "erfolg")
    return redirect(einrichten.target(prozess_id, nummer), code=303)


def _read_entscheidung(
    sicht: abfragen.EinrichtungSicht, verzweigung: abfragen.VerzweigungSicht
) -> dict[str, Any] | None:
    """The form as settings; a table with one output decides by the labels of the exits unless expressions say more."""
    art = request.form.get("art", "")
    if not art:
        return None
    if art == "person":
        return {"art": art}
    sonst, tabelle = request.form.get("sonst", ""), request.form.get("entscheidung", "")
    ausgaben = sicht.entscheidungen.get(tabelle, ()) if art == "tabelle" else ()
    bedingungen = {}
    for n, ausgang in enumerate(verzweigung.ausgaenge):
        text = request.form.get(f"bedingung-{n}", "").strip()
        if not text and len(ausgaben) == 1 and ausgang.name:
            text = f"{ausgaben[0]} = {json.dumps(ausgang.name, ensure_ascii=False)}"
        if text and ausgang.fluss != sonst:
            bedingungen[ausgang.fluss] = text
    angaben = {"art": art, "bedingungen": bedingungen} | ({"sonst": sonst} if sonst else {})
    return angaben | ({"entscheidung": tabelle} if art == "tabelle" and tabelle else {})


@blueprint.post("/aufruf")
@auth.requires(Recht.PROZESS_BEARBEITEN)
def aufruf_speichern(prozess_id: int, nummer: int) -> ResponseReturnValue:
    """Store which process a call runs."""
    try:
        dienste().run(
            lambda session: befehle.set_aufruf(
                session,
                auth.akteur(),
                prozess_id=prozess_id,
                nummer=nummer,
                element=request.form.get("element", ""),
                kennung=request.form.get("aufruf", ""),
            )
        )
    except errors.Invalid as error:
        flash(next(iter(error.felder.values()), error.text), "fehler")
    else:
        flash(_("Aufruf gespeichert."), "erfolg")
    return redirect(einrichten.target(prozess_id, nummer), code=303)


@blueprint.get("/ereignis")
@auth.requires(Recht.PROZESS_SEHEN)
def ereignis(prozess_id: int, nummer: int) -> ResponseReturnValue:
    """What does this event wait for?"""
    return _ereignis_seite(prozess_id, nummer, request.args.get("element", ""))


def _ereignis_seite(prozess_id: int, nummer: int, element: str, abweisung: Abweisung = KEINE) -> ResponseReturnValue:
    sicht = einrichten.read(prozess_id, nummer)
    found = next((x for x in sicht.ereignisse if x.schritt.element == element), None)
    if found is None:
        raise errors.NotFound
    werte = request.form if request.method == "POST" else _as_event(found)
    return einrichten.page(
        "einrichten/ereignis.html",
        sicht,
        abweisung,
        x=found,
        werte=werte,
        art_wort=EREIGNISARTEN[found.art],
        dauern=DAUERN,
        einheiten=_EINHEITEN,
        beginn={"eingang": BEGINN["eingang"]},
    )


def _as_event(x: abfragen.EreignisSicht) -> dict[str, str]:
    """What the fields of the page show: a plain choice where the stored text is one, else the text."""
    werte = {name: x.gesetzt.get(name, "") for name in ("nachricht", "schluessel")}
    text, art = x.gesetzt.get("zeit", ""), x.gesetzt.get("zeit_art", "")
    if not text:
        return werte | {"zeit": ""}
    if art == "dauer" and (dauer := read_dauer(text)):
        return werte | {"zeit": "dauer", "anzahl": dauer[0], "dauer_einheit": dauer[1]}
    if art == "zeitpunkt" and (wahl := read_fristwahl(text)) and wahl.ab == "eingang":
        return werte | {"zeit": "frist", "frist_anzahl": str(wahl.anzahl), "frist_einheit": wahl.einheit}
    if art == "wiederholung" and (wieder := read_wiederholung(text)):
        return werte | {"zeit": "wiederholung", "mal": wieder[0], "alle": wieder[1], "alle_einheit": wieder[2]}
    return werte | {"zeit": "ausdruck", "ausdruck": text, "ausdruck_art": art}


@blueprint.post("/ereignis")
@auth.requires(Recht.PROZESS_BEARBEITEN)
def ereignis_speichern(prozess_id: int, nummer: int) -> ResponseReturnValue:
    """Store the message or the time of an event."""
    element = request.form.get("element", "")
    try:
        angaben = _read_ereignis()
        dienste().run(
            lambda session: befehle.set_ereignis(
                session, auth.akteur(), prozess_id=prozess_id, nummer=nummer, element=element, angaben=angaben
            )
        )
    except errors.Invalid as error:
        ort = _ZEITFELD.get(request.form.get("zeit", ""), "zeit")
        felder = {ort if k in _ZEITNAMEN else k: text for k, text in error.felder.items()}
        return _ereignis_seite(prozess_id, nummer, element, Abweisung.of(error, felder))
    flash(_("Ereignis gespeichert."), "erfolg")
    return redirect(einrichten.target(prozess_id, nummer), code=303)


_ZEITNAMEN = frozenset({"zeit", "zeit_art"})
#: choice -> the field at which a message about the time stands
_ZEITFELD = {"dauer": "anzahl", "frist": "frist_anzahl", "wiederholung": "alle", "ausdruck": "ausdruck"}


def _read_ereignis() -> dict[str, str]:
    """The form as the settings of an event; raises `errors.Invalid` for numbers that are none."""
    form = {name: text.strip() for name, text in request.form.items()}
    angaben = {name: form.get(name, "") for name in ("nachricht", "schluessel")}
    match form.get("zeit", ""):
        case "dauer":
            zeit = as_dauer(form.get("anzahl", ""), form.get("dauer_einheit", ""), "anzahl")
            return angaben | {"zeit_art": "dauer", "zeit": zeit}
        case "frist":
            return angaben | {"zeit_art": "zeitpunkt", "zeit": _frist(form)}
        case "wiederholung":
            zeit = as_wiederholung(form.get("mal", ""), form.get("alle", ""), form.get("alle_einheit", ""))
            return angaben | {"zeit_art": "wiederholung", "zeit": zeit}
        case "ausdruck":
            if not form.get("ausdruck"):
                raise errors.Invalid(felder={"ausdruck": _("Bitte schreiben Sie, wann es so weit ist.")})
            art = form.get("ausdruck_art", "")
            return angaben | {"zeit_art": art if art in ZEITARTEN else "zeitpunkt", "zeit": form["ausdruck"]}
    return angaben


def _frist(form: dict[str, str]) -> str:
    anzahl = einrichten.whole_number(form.get("frist_anzahl", ""), "frist_anzahl")
    return Fristwahl(anzahl, einrichten.unit(form.get("frist_einheit", ""), "frist_anzahl"), "eingang").to_feel()
