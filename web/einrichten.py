"""Setting up a version beside its drawing: overview, one page for each step, decision and call. Plain forms."""

from __future__ import annotations

import math
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import errors
from engine.commands import einrichtung as befehle
from engine.commands import entwuerfe
from engine.katalog.einrichtung import FRISTARTEN, MEILENSTEINE, PRIORITAETEN
from engine.katalog.fristwahl import BEGINN, EINHEITEN, MAX_ANZAHL, Fristwahl, frist_words, read_fristwahl
from engine.model import VersionStatus
from engine.queries import einrichtung as abfragen
from engine.queries import prozesse
from engine.rechte import Recht
from web import auth, clock, versionsworte
from web.dienste import dienste

blueprint = Blueprint("einrichten", __name__, url_prefix="/prozesse/<int:prozess_id>/versionen/<int:nummer>/einrichten")
blueprint.add_app_template_filter(frist_words)

WERTKLASSEN = {"V": "wertschöpfend", "U": "unterstützend", "N": "nicht wertschöpfend"}
_PRIORITAET = {"sofort": "sofort", "hoch": "hoch", "mittel": "mittel", "normal": "normal"}
_WORTE = {
    "meilensteine": {m: versionsworte.meilenstein(m) for m in MEILENSTEINE},
    "prioritaeten": {p: _PRIORITAET[p] for p in PRIORITAETEN},
    "fristarten": {"gesetzlich": "gesetzlich", "standard": "Standard des Amts", "intern": "intern"},
    "einheiten": {kurz: mehrere for kurz, (_, _, mehrere) in EINHEITEN.items()},
    "beginn": BEGINN,
    "wertklassen": WERTKLASSEN,
}
assert set(_WORTE["fristarten"]) == set(FRISTARTEN)


@blueprint.get("")
@auth.requires(Recht.PROZESS_SEHEN)
def uebersicht(prozess_id: int, nummer: int) -> ResponseReturnValue:
    """What is set, what is missing, what do the words in the drawing suggest?"""
    with dienste().reading() as session:
        sicht = abfragen.einrichtung(session, auth.akteur(), prozess_id, nummer)
        ziele = prozesse.lane_ziele(session, auth.akteur())
    return render_template(
        "einrichten/uebersicht.html", e=sicht, v=sicht.version, ziele=ziele, ziel_namen=dict(ziele), **_WORTE
    )


@blueprint.post("/vorschlaege")
@auth.requires(Recht.PROZESS_BEARBEITEN)
def vorschlaege(prozess_id: int, nummer: int) -> ResponseReturnValue:
    """Take over the ticked proposals."""
    gewaehlt = frozenset(request.form.getlist("vorschlag"))
    anzahl = dienste().run(
        lambda session: befehle.accept_vorschlaege(
            session, auth.akteur(), prozess_id=prozess_id, nummer=nummer, schluessel=gewaehlt
        )
    )
    if anzahl:
        flash("1 Vorschlag übernommen." if anzahl == 1 else f"{anzahl} Vorschläge übernommen.", "erfolg")
    else:
        flash("Nichts übernommen: Es war kein Vorschlag gewählt.", "hinweis")
    return redirect(_weiter(prozess_id, nummer, request.form.get("zurueck", "")), code=303)


def _weiter(prozess_id: int, nummer: int, element: str = "") -> str:
    """To the page of a step, else to the overview."""
    if element:
        return url_for(".schritt", prozess_id=prozess_id, nummer=nummer, element=element)
    return url_for(".uebersicht", prozess_id=prozess_id, nummer=nummer)


@blueprint.post("/entwurf")
@auth.requires(Recht.PROZESS_BEARBEITEN)
def entwurf(prozess_id: int, nummer: int) -> ResponseReturnValue:
    """Begin a draft from this version, to change what is set up."""
    neu = dienste().run(
        lambda session: (
            entwuerfe.create_entwurf(
                session, auth.akteur(), prozess_id=prozess_id, nummer=nummer, now=clock.now()
            ).nummer
        )
    )
    flash(f"Version {neu} ist als Entwurf angelegt. Im Einsatz ändert sich nichts.", "erfolg")
    return redirect(_weiter(prozess_id, neu), code=303)


@blueprint.get("/schritt")
@auth.requires(Recht.PROZESS_SEHEN)
def schritt(prozess_id: int, nummer: int) -> ResponseReturnValue:
    """What applies to this step?"""
    return _schritt_seite(prozess_id, nummer, request.args.get("element", ""))


def _schritt_seite(
    prozess_id: int,
    nummer: int,
    element: str,
    *,
    felder: dict[str, str] | None = None,
    fehler: str = "",
    status: int = 200,
) -> ResponseReturnValue:
    sicht = _read(prozess_id, nummer)
    stelle = next((n for n, a in enumerate(sicht.aufgaben) if a.schritt.element == element), None)
    if stelle is None:
        raise errors.NotFound
    aufgabe = sicht.aufgaben[stelle]
    danach = sicht.aufgaben[stelle + 1].schritt if stelle + 1 < len(sicht.aufgaben) else None
    html = render_template(
        "einrichten/schritt.html",
        e=sicht,
        v=sicht.version,
        a=aufgabe,
        danach=danach,
        werte=request.form if request.method == "POST" else _as_form(aufgabe),
        aenderbar=_aenderbar(sicht),
        felder=felder or {},
        fehler=fehler,
        **_WORTE,
    )
    return html, status


def _read(prozess_id: int, nummer: int) -> abfragen.EinrichtungSicht:
    with dienste().reading() as session:
        return abfragen.einrichtung(session, auth.akteur(), prozess_id, nummer)


def _aenderbar(sicht: abfragen.EinrichtungSicht) -> bool:
    return sicht.version.status is VersionStatus.ENTWURF and auth.darf(Recht.PROZESS_BEARBEITEN)


def _as_form(aufgabe: abfragen.AufgabeSicht) -> dict[str, str]:
    """What the fields of the page show for stored settings."""
    e = aufgabe.einstellung
    ausdruck = e.get("frist", "")
    wahl = read_fristwahl(ausdruck)
    werte = {name: str(e.get(name, "")) for name in ("formular", "entscheidung", "prioritaet", "va", "frist_art")}
    werte |= {"gesetzlich": "1" if e.get("gesetzlich") else "", "ueberwachung": "1" if e.get("ueberwachung") else ""}
    werte |= {
        "pt_min": f"{e['pt_min']:g}".replace(".", ",") if "pt_min" in e else "",
        "meilenstein": aufgabe.meilenstein,
    }
    werte["frist"] = "" if not ausdruck else "anzahl" if wahl else "ausdruck"
    werte |= {"anzahl": str(wahl.anzahl), "einheit": wahl.einheit, "ab": wahl.ab} if wahl else {"ausdruck": ausdruck}
    return werte


@blueprint.post("/schritt")
@auth.requires(Recht.PROZESS_BEARBEITEN)
def schritt_speichern(prozess_id: int, nummer: int) -> ResponseReturnValue:
    """Store the settings of one step, and go on to the next one if wished."""
    element = request.form.get("element", "")
    try:
        angaben = _read_schritt()
        dienste().run(
            lambda session: befehle.set_aufgabe(
                session,
                auth.akteur(),
                prozess_id=prozess_id,
                nummer=nummer,
                element=element,
                angaben=angaben,
                meilenstein=request.form.get("meilenstein", ""),
            )
        )
    except errors.Invalid as error:
        felder = _felder(error.felder)
        fehler = "" if felder else error.text
        return _schritt_seite(prozess_id, nummer, element, felder=felder, fehler=fehler, status=422)
    flash("Einrichtung gespeichert.", "erfolg")
    return redirect(_weiter(prozess_id, nummer, request.form.get("weiter", "")), code=303)


def _felder(felder: dict[str, str]) -> dict[str, str]:
    """Messages at the inputs of the page; the deadline has two."""
    ort = "ausdruck" if request.form.get("frist") == "ausdruck" else "anzahl"
    return {ort if name == "frist" else name: text for name, text in felder.items()}


def _read_schritt() -> dict[str, Any]:
    """The form as the settings of a step; raises `errors.Invalid` for numbers that are none."""
    form = request.form
    angaben: dict[str, Any] = {
        name: text for name in ("formular", "entscheidung", "prioritaet", "va") if (text := form.get(name, "").strip())
    }
    angaben |= {name: True for name in ("gesetzlich", "ueberwachung") if form.get(name)}
    if frist := _read_frist():
        angaben |= {"frist": frist, "frist_art": form.get("frist_art", "")}
    if minuten := form.get("pt_min", "").strip():
        angaben["pt_min"] = _number(minuten, "pt_min")
    return angaben


def _read_frist() -> str:
    art = request.form.get("frist", "")
    if art == "ausdruck":
        text = request.form.get("ausdruck", "").strip()
        if not text:
            raise errors.Invalid(
                felder={"ausdruck": "Bitte schreiben Sie einen Ausdruck oder wählen Sie „keine Frist“."}
            )
        return text
    if art != "anzahl":
        return ""
    anzahl = request.form.get("anzahl", "").strip()
    if not (anzahl.isascii() and anzahl.isdigit() and int(anzahl[:9]) <= MAX_ANZAHL):
        raise errors.Invalid(felder={"anzahl": f"Bitte geben Sie eine ganze Zahl von 0 bis {MAX_ANZAHL} an."})
    einheit, ab = request.form.get("einheit", ""), request.form.get("ab", "")
    if einheit not in EINHEITEN or ab not in BEGINN:
        raise errors.Invalid(felder={"anzahl": "Bitte wählen Sie Einheit und Beginn der Frist aus der Liste."})
    return Fristwahl(int(anzahl), einheit, ab).to_feel()


def _number(text: str, feld: str) -> float:
    try:
        zahl = float(text.replace(",", "."))
    except ValueError:
        zahl = math.nan
    if not math.isfinite(zahl):
        raise errors.Invalid(felder={feld: "Bitte geben Sie eine Zahl an, zum Beispiel 15 oder 7,5."})
    return zahl


@blueprint.get("/entscheidung")
@auth.requires(Recht.PROZESS_SEHEN)
def entscheidung(prozess_id: int, nummer: int) -> ResponseReturnValue:
    """Who or what decides here?"""
    return _entscheidung_seite(prozess_id, nummer, request.args.get("element", ""))


def _entscheidung_seite(
    prozess_id: int,
    nummer: int,
    element: str,
    *,
    felder: dict[str, str] | None = None,
    fehler: str = "",
    status: int = 200,
) -> ResponseReturnValue:
    sicht = _read(prozess_id, nummer)
    verzweigung = next((g for g in sicht.verzweigungen if g.schritt.element == element), None)
    if verzweigung is None:
        raise errors.NotFound
    gewaehlt = request.form if request.method == "POST" else _as_choice(verzweigung)
    html = render_template(
        "einrichten/entscheidung.html",
        e=sicht,
        v=sicht.version,
        g=verzweigung,
        werte=gewaehlt,
        aenderbar=_aenderbar(sicht),
        felder=felder or {},
        fehler=fehler,
    )
    return html, status


def _as_choice(verzweigung: abfragen.VerzweigungSicht) -> dict[str, str]:
    werte = {"art": verzweigung.art, "sonst": verzweigung.sonst}
    for n, ausgang in enumerate(verzweigung.ausgaenge):
        werte[f"bedingung-{n}"] = ausgang.bedingung or ausgang.gezeichnet
    return werte


@blueprint.post("/entscheidung")
@auth.requires(Recht.PROZESS_BEARBEITEN)
def entscheidung_speichern(prozess_id: int, nummer: int) -> ResponseReturnValue:
    """Store how a decision is made; exits are numbered, since their ids may be anything."""
    element = request.form.get("element", "")
    sicht = _read(prozess_id, nummer)
    verzweigung = next((g for g in sicht.verzweigungen if g.schritt.element == element), None)
    if verzweigung is None:
        raise errors.NotFound
    fluesse = [ausgang.fluss for ausgang in verzweigung.ausgaenge]
    try:
        dienste().run(
            lambda session: befehle.set_verzweigung(
                session,
                auth.akteur(),
                prozess_id=prozess_id,
                nummer=nummer,
                element=element,
                angaben=_read_entscheidung(fluesse),
            )
        )
    except errors.Invalid as error:
        felder = {f"bedingung-{fluesse.index(k)}" if k in fluesse else k: text for k, text in error.felder.items()}
        if "bedingungen" in felder:
            felder["bedingung-0"] = felder.pop("bedingungen")
        fehler = "" if felder else error.text
        return _entscheidung_seite(prozess_id, nummer, element, felder=felder, fehler=fehler, status=422)
    flash("Entscheidung gespeichert.", "erfolg")
    return redirect(_weiter(prozess_id, nummer), code=303)


def _read_entscheidung(fluesse: list[str]) -> dict[str, Any] | None:
    art = request.form.get("art", "")
    if not art:
        return None
    if art == "person":
        return {"art": art}
    sonst = request.form.get("sonst", "")
    texte = {fluss: request.form.get(f"bedingung-{n}", "").strip() for n, fluss in enumerate(fluesse)}
    bedingungen = {fluss: text for fluss, text in texte.items() if text and fluss != sonst}
    return {"art": art, "bedingungen": bedingungen} | ({"sonst": sonst} if sonst else {})


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
        flash("Aufruf gespeichert.", "erfolg")
    return redirect(_weiter(prozess_id, nummer), code=303)
