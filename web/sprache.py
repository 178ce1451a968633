"""The language of a page: German is written in the source, other languages stand in catalogues beside it.

Owns the choice of the language and the look-up of texts; holds no text itself. A catalogue is text
(``translations/<language>/LC_MESSAGES/*.po``) and is read when it is first needed, so that nothing has to be built.
Outside a request (command line, jobs) everything is German unless `in_sprache` says otherwise.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import cache
from pathlib import Path
from typing import Any, Final, cast

import flask_babel
import jinja2
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, request
from flask_babel.speaklater import LazyString
from jinja2.runtime import Context
from markupsafe import Markup, escape

from web.musterworte import Musterworte

DEUTSCH: Final = "de"
#: languages of the pages, each by its own name
SPRACHEN: Final = {DEUTSCH: "Deutsch", "en": "English"}
#: remembers the choice of somebody who is not logged in
COOKIE: Final = "hf_sprache"

KATALOGE: Final = Path(__file__).with_name("translations")


def _(text: str, /, **werte: Any) -> str:
    """The text in the language of this page, ``%(name)s`` filled with the values.

    Values that are `Markup` stay markup; every other value and the text itself are escaped then. Without values a
    ``%`` stands for itself.
    """
    return _filled(translations(aktuelle()).ugettext(text), werte)


def ngettext(singular: str, plural: str, num: int, /, **werte: Any) -> str:
    """The text for this number; ``%(num)s`` is the number itself."""
    return _filled(translations(aktuelle()).ungettext(singular, plural, num), {"num": num, **werte})


def _l(text: str) -> str:
    """A text of a table in a module: found in the language of the page each time it is shown. Takes no values."""
    return cast(str, LazyString(_, text))


def _filled(text: str, werte: dict[str, Any]) -> str:
    if not werte:
        return text
    return (escape(text) if any(isinstance(wert, Markup) for wert in werte.values()) else text) % werte


def von_unten(text: str) -> str:
    """A text that engine or wertstrom made, in the language of this page."""
    language = aktuelle()
    return text if not text or language == DEUTSCH else _von_unten(language).find(str(text))


@cache
def _von_unten(sprache: str) -> Musterworte:
    # What the pages say themselves is often said below as well, in one word.
    return Musterworte({**_words(sprache, "messages"), **_words(sprache, "unten")})


def aktuelle() -> str:
    """Language of this page, e.g. ``de``."""
    locale = flask_babel.get_locale()
    return DEUTSCH if locale is None else str(locale.language)


def in_sprache(sprache: str) -> AbstractContextManager[None]:
    """Within it texts are in this language; needs an application context."""
    return cast(AbstractContextManager[None], flask_babel.force_locale(sprache))


def gewuenscht() -> str | None:
    """Language that the browser remembers; None when nobody chose one."""
    chosen = request.cookies.get(COOKIE, "")
    return chosen if chosen in SPRACHEN else None


def skriptworte(sprache: str) -> dict[str, str]:
    """Texts of the scripts in a language, by their German text."""
    return _words(sprache, "skripte")


def _words(sprache: str, bereich: str) -> dict[str, str]:
    return {
        message.id: message.string
        for message in _catalog(sprache, bereich)
        if isinstance(message.id, str) and message.id and isinstance(message.string, str) and message.string
    }


def register(app: Flask, sprache_der_person: Callable[[], str | None]) -> None:
    """Give this application its languages; ``sprache_der_person`` says what the person chose, or None."""

    def choose() -> str:
        # `force_locale` and the command line have no request.
        return (sprache_der_person() or gewuenscht() or DEUTSCH) if request else DEUTSCH

    babel = flask_babel.Babel(configure_jinja=False)
    babel.init_app(app, default_locale=DEUTSCH, locale_selector=choose)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    # Not Jinja's newer style: it would treat each text as a format, so that „100 %“ could not be said.
    cast(Any, app.jinja_env).install_gettext_callables(_, ngettext, newstyle=False)
    app.jinja_env.globals.update(sprache=aktuelle, SPRACHEN=SPRACHEN)
    add_filter(app, von_unten)


def add_filter(app: Flask, function: Callable[..., Any]) -> None:
    """Make a function that says something in the language of the page a filter of the templates."""

    # With the context, else Jinja computes a filter of a constant once, in the language of whoever comes first.
    @jinja2.pass_context
    def spoken(_context: Context, *args: Any, **options: Any) -> Any:
        return function(*args, **options)

    app.add_template_filter(spoken, function.__name__)


@cache
def translations(sprache: str) -> NullTranslations:
    """Texts of a language; German is what the source says."""
    if sprache == DEUTSCH:
        return NullTranslations()
    compiled = io.BytesIO()
    write_mo(compiled, _catalog(sprache, "messages"))
    compiled.seek(0)
    return Translations(compiled)


def _catalog(sprache: str, bereich: str) -> Any:
    with (KATALOGE / sprache / "LC_MESSAGES" / f"{bereich}.po").open("rb") as file:
        return read_po(file, locale=sprache, domain=bereich)
