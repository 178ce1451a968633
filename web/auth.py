"""Who is asking, and whether the page is theirs: login, the current Akteur, rights of views.

Views are closed unless they say otherwise: `@requires` names a right, `@public` opens; the check runs before each
request, so that a forgotten decorator shows nothing to anybody.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

import argon2
from argon2.exceptions import InvalidHashError, VerificationError
from flask import Flask, current_app, request, session
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager, current_user, login_user, logout_user
from flask_wtf import CSRFProtect

from engine import errors
from engine.model import Mandant
from engine.model.persoenlich import Persoenlich
from engine.queries import personen
from engine.rechte import Akteur, Recht
from web import clock
from web.dienste import dienste

_View = TypeVar("_View", bound=Callable[..., Any])

csrf = CSRFProtect()
limiter = Limiter(get_remote_address, storage_uri="memory://", headers_enabled=True)
_login_manager = LoginManager()
_hasher = argon2.PasswordHasher()


@dataclass(frozen=True, slots=True)
class Angemeldet:
    """The logged-in person of this request (Flask-Login's user)."""

    akteur: Akteur
    mandant: Mandant
    persoenlich: Persoenlich
    sitzungs_nummer: int

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """What the session keeps: person and number of the session generation."""
        return f"{self.akteur.person_id}:{self.sitzungs_nummer}"


def requires(*rechte: Recht) -> Callable[[_View], _View]:
    """The view is for logged-in people who have all these rights (none named: for every logged-in person)."""

    def mark(view: _View) -> _View:
        view.zugang = frozenset(rechte)  # type: ignore[attr-defined]
        return view

    return mark


def public(view: _View) -> _View:
    """The view is for everybody, logged in or not."""
    view.zugang = None  # type: ignore[attr-defined]
    return view


#: what a view may say: rights of a person, None for everybody, or a check of its own (keys of other systems)
Zugang = frozenset[Recht] | Callable[[], None] | None


def zugang_of(endpoint: str) -> Zugang:
    """Rights that an endpoint asks for, None when it is public, or its own check when it is not for people.

    Raises
    ------
    LookupError
        When the view does not say: it must not be shown.
    """
    if endpoint == "static":
        return None
    view = current_app.view_functions[endpoint]
    if not hasattr(view, "zugang"):
        raise LookupError(f"view {endpoint} names no right")
    return cast("Zugang", view.zugang)


def akteur() -> Akteur:
    """Who acts in this request; only for views that are not public."""
    return angemeldet().akteur


def angemeldet() -> Angemeldet:
    """The logged-in person of this request."""
    if not current_user.is_authenticated:
        raise errors.NotAllowed
    return cast(Angemeldet, current_user._get_current_object())


def is_logged_in() -> bool:
    """Whether somebody is logged in."""
    return bool(current_user.is_authenticated)


def darf(recht: Recht) -> bool:
    """Whether somebody is logged in and has this right (for templates)."""
    return bool(current_user.is_authenticated) and angemeldet().akteur.darf(recht)


def sprache() -> str | None:
    """Language that the logged-in person chose; None when nobody did."""
    return angemeldet().persoenlich.sprache or None if is_logged_in() else None


def persoenlich() -> Persoenlich:
    """What the logged-in person has set for herself; the defaults for everybody else."""
    return angemeldet().persoenlich if is_logged_in() else Persoenlich()


def log_in(kennung: str, passwort: str) -> bool:
    """Start a session when the password fits; takes the same time whether or not the Kennung exists."""
    with dienste().reading() as db_session:
        found = personen.anmeldung(db_session, kennung)
    fits = _fits(found.passwort_hash if found else _decoy(), passwort)
    if found is None or not fits:
        return False
    user = _load(f"{found.person_id}:{found.sitzungs_nummer}")
    if user is None:
        return False
    session.clear()  # a session prepared by somebody else must not become ours
    session.permanent = True
    login_user(user)
    return True


def log_out() -> None:
    """End the session."""
    logout_user()
    session.clear()


def safe_target(weiter: str) -> str:
    """A path on this server; anything else leads to the start page."""
    parts = urlsplit(weiter)
    is_path = weiter.startswith("/") and not weiter.startswith(("//", "/\\")) and not parts.scheme and not parts.netloc
    return weiter if is_path and weiter.isprintable() else "/"


def _fits(passwort_hash: str, passwort: str) -> bool:
    try:
        return _hasher.verify(passwort_hash, passwort)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _decoy() -> str:
    return _hasher.hash("niemand")


def _load(user_id: str) -> Angemeldet | None:
    person, _, number = user_id.partition(":")
    if not (person.isdigit() and number.isdigit()):
        return None
    with dienste().reading() as db_session:
        found = personen.akteur(db_session, int(person), clock.now(), int(number))
        if found is None:
            return None
        wahl = personen.persoenlich(db_session, found)
        return Angemeldet(found, personen.mandant(db_session, found), wahl, int(number))


def _check_access() -> Any:
    """Refuse what the current person may not see; runs before every request."""
    if request.endpoint is None:
        return None
    zugang = zugang_of(request.endpoint)
    if zugang is None:
        return None
    if callable(zugang):
        return zugang()
    if not current_user.is_authenticated:
        return _login_manager.unauthorized()
    for recht in zugang:
        angemeldet().akteur.require(recht)
    return None


def register(app: Flask, unauthorized: Callable[[], Any]) -> None:
    """Protect all views of this application; ``unauthorized`` answers somebody who is not logged in."""
    _login_manager.init_app(app)
    _login_manager.user_loader(_load)
    _login_manager.unauthorized_handler(unauthorized)
    # Before CSRF: somebody whose session ended is sent to the login, not told about a token.
    app.before_request(_check_access)
    csrf.init_app(app)
    limiter.init_app(app)
