"""Setting up a version beside its drawing: overview, proposals, one page for each step. Plain forms, no JavaScript."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
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
from web.sprache import _, _l
from web.zeitwahl import zeit_words

PFAD = "/prozesse/<int:prozess_id>/versionen/<int:nummer>/einrichten"
blueprint = Blueprint("einrichten", __name__, url_prefix=PFAD)
blueprint.add_app_template_filter(frist_words)
blueprint.add_app_template_filter(zeit_words)

WERTKLASSEN = {"V": _l("wertschöpfend"), "U": _l("unterstützend"), "N": _l("nicht wertschöpfend")}
_PRIORITAET = {"sofort": "sofort", "hoch": "hoch", "mittel": "mittel", "normal": "normal"}
_WORTE = {
    "meilensteine": {m: versionsworte.meilenstein(m) for m in MEILENSTEINE},
    "prioritaeten": {p: _PRIORITAET[p] for p in PRIORITAETEN},
    "fristarten": {"gesetzlich": _l("gesetzlich"), "standard": _l("Standard des Amts"), "intern": _l("intern")},
    "einheiten": {kurz: mehrere for kurz, (_eins, _kurz, mehrere) in EINHEITEN.items()},
    "beginn": BEGINN,
    "wertklassen": WERTKLASSEN,
    "datenklassen": {
        "S1": _l("Sozialdaten (S1)"),
        "S2": _l("anvertraut, § 65 SGB VIII (S2)"),
        "S3": _l("Gesundheit und Ähnliches (S3)"),
    },
}
assert set(_WORTE["fristarten"]) == set(FRISTARTEN)


@dataclass(frozen=True, slots=True)
class Abweisung:
    """What a page says about an input that was refused: one message per field, or one for all."""

    felder: Mapping[str, str] = field(default_factory=dict)
    fehler: str = ""
    status: int = 200

    @classmethod
    def of(cls, error: errors.Invalid, felder: Mapping[str, str]) -> Abweisung:
        """The words of a refusal, with the fields as the page calls them."""
        return cls(felder, "" if felder else error.text, 422)


KEINE = Abweisung()


@blueprint.get("")
@auth.requires(Recht.PROZESS_SEHEN)
def uebersicht(prozess_id: int, nummer: int) -> ResponseReturnValue:
    """What is set, what is missing, what do the words in the drawing suggest?"""
    with dienste().reading() as session:
        sicht = abfragen.einrichtung(session, auth.akteur(), prozess_id, nummer)
        ziele = prozesse.lane_ziele(session, auth.akteur())
        nahe = prozesse.lane_vorschlaege(session, auth.akteur(), sicht.version.lanes)
    return render_template(
        "einrichten/uebersicht.html",
        e=sicht,
        v=sicht.version,
        ziele=ziele,
        ziel_namen=dict(ziele),
        lane_vorschlaege=nahe,
        **_WORTE,
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
        flash(
            _("1 Vorschlag übernommen.") if anzahl == 1 else _("%(anzahl)s Vorschläge übernommen.", anzahl=anzahl),
            "erfolg",
        )
    else:
        flash(_("Nichts übernommen: Es war kein Vorschlag gewählt."), "hinweis")
    return redirect(target(prozess_id, nummer, request.form.get("zurueck", "")), code=303)


def target(prozess_id: int, nummer: int, element: str = "") -> str:
    """Address of the page of a step, else of the overview."""
    if element:
        return url_for("einrichten.schritt", prozess_id=prozess_id, nummer=nummer, element=element)
    return url_for("einrichten.uebersicht", prozess_id=prozess_id, nummer=nummer)


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
    flash(_("Version %(neu)s ist als Entwurf angelegt. Im Einsatz ändert sich nichts.", neu=neu), "erfolg")
    return redirect(target(prozess_id, neu), code=303)


@blueprint.get("/schritt")
@auth.requires(Recht.PROZESS_SEHEN)
def schritt(prozess_id: int, nummer: int) -> ResponseReturnValue:
    """What applies to this step?"""
    return _schritt_seite(prozess_id, nummer, request.args.get("element", ""))


def _schritt_seite(prozess_id: int, nummer: int, element: str, abweisung: Abweisung = KEINE) -> ResponseReturnValue:
    sicht = read(prozess_id, nummer)
    stelle = next((n for n, a in enumerate(sicht.aufgaben) if a.schritt.element == element), None)
    if stelle is None:
        raise errors.NotFound
    aufgabe = sicht.aufgaben[stelle]
    return page(
        "einrichten/schritt.html",
        sicht,
        abweisung,
        a=aufgabe,
        danach=sicht.aufgaben[stelle + 1].schritt if stelle + 1 < len(sicht.aufgaben) else None,
        werte=request.form if request.method == "POST" else _as_form(aufgabe),
    )


def read(prozess_id: int, nummer: int) -> abfragen.EinrichtungSicht:
    """The settings of one version."""
    with dienste().reading() as session:
        return abfragen.einrichtung(session, auth.akteur(), prozess_id, nummer)


def page(vorlage: str, sicht: abfragen.EinrichtungSicht, abweisung: Abweisung, **werte: Any) -> ResponseReturnValue:
    """A page about one part of the settings."""
    html = render_template(
        vorlage,
        e=sicht,
        v=sicht.version,
        aenderbar=sicht.version.status is VersionStatus.ENTWURF and auth.darf(Recht.PROZESS_BEARBEITEN),
        felder=abweisung.felder,
        fehler=abweisung.fehler,
        **{**_WORTE, **werte},
    )
    return html, abweisung.status


def _as_form(aufgabe: abfragen.AufgabeSicht) -> dict[str, str]:
    """What the fields of the page show for stored settings."""
    e = aufgabe.einstellung
    ausdruck = e.get("frist", "")
    wahl = read_fristwahl(ausdruck)
    werte = {name: str(e.get(name, "")) for name in ("formular", "entscheidung", "prioritaet", "va", "frist_art")}
    werte["datenklasse"] = "" if e.get("formular") else e.get("datenklasse", "")
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
        return _schritt_seite(prozess_id, nummer, element, Abweisung.of(error, _felder(error.felder)))
    flash(_("Einrichtung gespeichert."), "erfolg")
    return redirect(target(prozess_id, nummer, request.form.get("weiter", "")), code=303)


def _felder(felder: dict[str, str]) -> dict[str, str]:
    """Messages at the inputs of the page; the deadline has two."""
    ort = "ausdruck" if request.form.get("frist") == "ausdruck" else "anzahl"
    return {ort if name == "frist" else name: text for name, text in felder.items()}


def _read_schritt() -> dict[str, Any]:
    """The form as the settings of a step; raises `errors.Invalid` for numbers that are none."""
    form = request.form
    angaben: dict[str, Any] = {
        name: text
        for name in ("formular", "entscheidung", "prioritaet", "va", "datenklasse")
        if (text := form.get(name, "").strip())
    }
    if angaben.get("datenklasse") == "S1":  # what holds without any setting
        del angaben["datenklasse"]
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
                felder={"ausdruck": _("Bitte schreiben Sie einen Ausdruck oder wählen Sie „keine Frist“.")}
            )
        return text
    if art != "anzahl":
        return ""
    ab = request.form.get("ab", "")
    if ab not in BEGINN:
        raise errors.Invalid(felder={"anzahl": _("Bitte wählen Sie Einheit und Beginn der Frist aus der Liste.")})
    anzahl = whole_number(request.form.get("anzahl", "").strip(), "anzahl")
    return Fristwahl(anzahl, unit(request.form.get("einheit", ""), "anzahl"), ab).to_feel()


def whole_number(text: str, feld: str) -> int:
    """A number of units of a deadline; raises `errors.Invalid` at this field."""
    if not (text.isascii() and text.isdigit() and int(text[:9]) <= MAX_ANZAHL):
        raise errors.Invalid(
            felder={feld: _("Bitte geben Sie eine ganze Zahl von 0 bis %(MAX_ANZAHL)s an.", MAX_ANZAHL=MAX_ANZAHL)}
        )
    return int(text)


def unit(text: str, feld: str) -> str:
    """A unit of a deadline; raises `errors.Invalid` at this field."""
    if text not in EINHEITEN:
        raise errors.Invalid(felder={feld: _("Bitte wählen Sie die Einheit aus der Liste.")})
    return text


def _number(text: str, feld: str) -> float:
    try:
        zahl = float(text.replace(",", "."))
    except ValueError:
        zahl = math.nan
    if not math.isfinite(zahl):
        raise errors.Invalid(felder={feld: _("Bitte geben Sie eine Zahl an, zum Beispiel 15 oder 7,5.")})
    return zahl
