"""Login and logout pages; passwords are compared in `web.auth` only."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web import auth, errors, mitgenommen
from web.dienste import dienste
from web.sprache import _

blueprint = Blueprint("anmeldung", __name__)

#: people hold to these lengths; whoever sends more is not a person
MAX_KENNUNG = 200
MAX_PASSWORT = 1000


def unauthorized() -> ResponseReturnValue:
    """Answer for somebody without a session: to the login, and back to the page afterwards."""
    if errors.wants_json():
        return errors.page(401)
    if carried := mitgenommen.collect():
        path = f"/aufgaben/{(request.view_args or {})['aufgabe_id']}"
        return _page(kennung="", status=401, weiter=path, mit=carried)
    weiter = request.full_path.rstrip("?") if request.method == "GET" else _path_of(request.referrer)
    return redirect(url_for("anmeldung.formular") + (f"?weiter={quote(weiter)}" if weiter not in ("", "/") else ""))


@blueprint.get("/anmelden")
@auth.public
def formular() -> ResponseReturnValue:
    """The login form."""
    return _page(kennung="", status=200)


@blueprint.post("/anmelden")
@auth.public
@auth.limiter.limit(lambda: f"{dienste().einstellungen.anmeldeversuche} per minute", deduct_when=lambda r: _failed(r))
@auth.limiter.limit(
    "30 per minute", key_func=lambda: f"kennung:{_kennung().casefold()}", deduct_when=lambda r: _failed(r)
)
def anmelden() -> ResponseReturnValue:
    """Start a session, or show the form again without telling what was wrong."""
    passwort = request.form.get("passwort", "")
    kennung = _kennung()
    fits = len(kennung) <= MAX_KENNUNG and len(passwort) <= MAX_PASSWORT and kennung.isprintable()
    if fits and auth.log_in(kennung, passwort):
        target = mitgenommen.keep_as_entwurf() or auth.safe_target(request.form.get("weiter", "/"))
        return redirect(target, code=303)
    return _page(kennung=kennung[:MAX_KENNUNG], status=422)


@blueprint.post("/abmelden")
@auth.public
def abmelden() -> ResponseReturnValue:
    """End the session; also when it has already ended."""
    auth.log_out()
    flash(_("Sie sind abgemeldet."), "erfolg")
    return redirect(url_for("anmeldung.formular"), code=303)


def _page(
    *, kennung: str, status: int, weiter: str | None = None, mit: dict[str, list[str]] | None = None
) -> ResponseReturnValue:
    html = render_template(
        "anmeldung/anmelden.html",
        kennung=kennung,
        weiter=weiter or auth.safe_target(request.values.get("weiter", "/")),
        gescheitert=status == 422,
        mit=mitgenommen.carried() if mit is None else mit,
    )
    return html, status


def _kennung() -> str:
    return request.form.get("kennung", "").strip()


def _failed(response: Response) -> bool:
    return response.status_code == 422


def _path_of(url: str | None) -> str:
    parts = urlsplit(url or "")
    return parts.path if parts.netloc == request.host else ""
