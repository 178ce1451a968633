"""The form for what a process is: name, purpose, owner, target, legal bases with the day they were checked."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import errors
from engine.commands import steckbrief as befehle
from engine.katalog.einrichtung import MEILENSTEINE
from engine.model import VersionStatus
from engine.queries import prozesse
from engine.rechte import Recht, Rolle, rolle_name
from web import auth, clock, versionsworte
from web.dienste import dienste
from web.sprache import _, _l

blueprint = Blueprint(
    "steckbrief", __name__, url_prefix="/prozesse/<int:prozess_id>/versionen/<int:nummer>/einrichten/steckbrief"
)
#: fields of a legal basis: key, title, whether it is a day
NORMFELDER = (
    ("norm", _l("Norm"), False),
    ("kurztext", _l("Inhalt"), False),
    ("stand", _l("Stand des Wortlauts"), True),
    ("quelle", _l("Quelle"), False),
    ("geprueft_am", _l("Zuletzt geprüft"), True),
    ("gueltig_bis", _l("Gültig bis (freiwillig)"), True),
)
#: empty rows below those that are there
_LEERE = 2


@blueprint.get("")
@auth.requires(Recht.PROZESS_BEARBEITEN)
def zeigen(prozess_id: int, nummer: int) -> ResponseReturnValue:
    """What is this process, and on what law does it stand?"""
    return _page(prozess_id, nummer)


def _page(
    prozess_id: int, nummer: int, *, felder: dict[str, str] | None = None, fehler: str = "", status: int = 200
) -> ResponseReturnValue:
    with dienste().reading() as session:
        sicht = prozesse.version(session, auth.akteur(), prozess_id, nummer)
    if sicht.status is not VersionStatus.ENTWURF:
        raise errors.Conflict(_("Ändern nicht möglich: Version %(nummer)s ist kein Entwurf mehr.", nummer=nummer))
    werte = request.form if request.method == "POST" else _as_form(sicht)
    html = render_template(
        "einrichten/steckbrief.html",
        v=sicht,
        werte=werte,
        normen=range(_rows(werte)),
        normfelder=NORMFELDER,
        rollen={rolle.value: rolle_name(rolle.value) for rolle in Rolle},
        meilensteine={m: versionsworte.meilenstein(m) for m in MEILENSTEINE},
        felder=felder or {},
        fehler=fehler,
    )
    return html, status


def _as_form(sicht: prozesse.VersionSicht) -> dict[str, str]:
    gespeichert = sicht.einrichtung.get("steckbrief") or {}
    ziel = sicht.einrichtung.get("ziel") or {}
    werte = {"name": sicht.name, "stand": gespeichert.get("stand") or clock.now().date().isoformat()}
    werte |= {name: gespeichert.get(name, "") for name in ("kurzbeschreibung", "verantwortlich")}
    werte |= {f"ziel_{name}": str(ziel.get(name, "")) for name in ("wert", "einheit", "von", "bis")}
    for n, norm in enumerate(gespeichert.get("rechtsgrundlagen", ())):
        werte |= {f"{name}-{n}": norm.get(name, "") for name, _titel, _ist_tag in NORMFELDER}
    return werte


def _rows(werte: Any) -> int:
    gefuellt = [
        n for n in range(befehle.MAX_NORMEN) if any(werte.get(f"{name}-{n}") for name, _titel, _ist_tag in NORMFELDER)
    ]
    return min((gefuellt[-1] + 1 if gefuellt else 0) + _LEERE, befehle.MAX_NORMEN)


@blueprint.post("")
@auth.requires(Recht.PROZESS_BEARBEITEN)
def speichern(prozess_id: int, nummer: int) -> ResponseReturnValue:
    """Store it with the draft; an empty row is left out."""
    try:
        angaben, zeilen = _read()
        dienste().run(
            lambda session: befehle.set_steckbrief(
                session, auth.akteur(), prozess_id=prozess_id, nummer=nummer, angaben=angaben
            )
        )
    except errors.Invalid as error:
        felder = {_field(name, zeilen): text for name, text in error.felder.items()}
        return _page(prozess_id, nummer, felder=felder, fehler="" if felder else error.text, status=422)
    flash(_("Steckbrief gespeichert."), "erfolg")
    return redirect(url_for("einrichten.uebersicht", prozess_id=prozess_id, nummer=nummer), code=303)


def _read() -> tuple[dict[str, Any], list[int]]:
    """The form as the head of ``prozess.toml``, and the number on the page of each legal basis in it."""
    form = {name: text.strip() for name, text in request.form.items()}
    angaben: dict[str, Any] = {
        name: form[name] for name in ("name", "kurzbeschreibung", "verantwortlich") if form.get(name)
    }
    angaben["stand"] = _day(form.get("stand", ""))
    if form.get("ziel_wert"):
        wert = form["ziel_wert"]
        angaben["ziel"] = {name: form.get(f"ziel_{name}", "") for name in ("einheit", "von", "bis")} | {
            "wert": int(wert) if wert.isascii() and wert.isdigit() and len(wert) < 6 else wert
        }
    zeilen = [
        n for n in range(befehle.MAX_NORMEN) if any(form.get(f"{name}-{n}") for name, _titel, _ist_tag in NORMFELDER)
    ]
    angaben["rechtsgrundlagen"] = [
        {name: _day(text) if tag else text for name, _, tag in NORMFELDER if (text := form.get(f"{name}-{n}", ""))}
        for n in zeilen
    ]
    return {name: wert for name, wert in angaben.items() if wert}, zeilen


def _day(text: str) -> date | str:
    """A day as date fields send it; anything else stays and is refused with its field."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text


def _field(name: str, zeilen: list[int]) -> str:
    """The field on the page that a message belongs to."""
    if name.startswith("ziel"):
        return "ziel_" + (name.partition(".")[2] or "wert")
    if not name.startswith("rechtsgrundlagen["):
        return name
    nummer, _, feld = name.removeprefix("rechtsgrundlagen[").partition("].")
    return f"{feld}-{zeilen[int(nummer) - 1]}"
