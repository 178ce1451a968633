"""Reading the page of an Aufgabe as a browser would, and what the database says of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from engine.model import Aufgabe, Ereignis, Formularinhalt

AsPerson = Callable[[str], FlaskClient]

AUSGEFUELLT = {
    "lage": "Die Familie braucht Entlastung.",
    "termin": "22.6.26",
    "dringlichkeit": "bald",
    "stunden": "7,5",
    "einwilligung": ["", "true"],
    "beteiligt": ["", "kita"],
    "entscheidung_geeignet": "fluss_ja",
}


def text_of(page: str) -> str:
    body = re.sub(r"<(script|style|title)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)).strip()


def inputs_of(page: str) -> MultiDict[str, str]:
    """What a browser would send for the form as it is shown."""
    form = page[page.index('<form class="hf-aufgabe"') :].partition("</form>")[0]
    form = re.sub(r"<template>.*?</template>", "", form, flags=re.DOTALL)
    found: MultiDict[str, str] = MultiDict()
    for tag in re.finditer(r"<input\b[^>]*>|<textarea\b[^>]*>(.*?)</textarea>|<select\b.*?</select>", form, re.DOTALL):
        html = tag.group()
        name = re.search(r'\bname="([^"]*)"', html)
        if not name:
            continue
        if html.startswith("<textarea"):
            found.add(name.group(1), (tag.group(1) or "").removeprefix("\n"))
        elif html.startswith("<select"):
            chosen = re.search(r'<option value="([^"]*)"[^>]* selected', html)
            found.add(name.group(1), chosen.group(1) if chosen else "")
        elif not re.search(r'type="(checkbox|radio)"', html) or " checked" in html:
            value = re.search(r'\bvalue="([^"]*)"', html)
            found.add(name.group(1), value.group(1) if value else "")
    found.poplist("csrf_token")
    return found


def status_of(amt: Any, aufgabe_id: int) -> str:
    with amt.teile.reading() as session:
        return session.get_one(Aufgabe, aufgabe_id).status


def events_of(amt: Any, aufgabe_id: int) -> list[str]:
    with amt.teile.reading() as session:
        rows = session.query(Ereignis.art).filter(Ereignis.aufgabe_id == aufgabe_id).order_by(Ereignis.id)
        return [row.art for row in rows]


def drafts(amt: Any, aufgabe_id: int) -> int:
    with amt.teile.reading() as session:
        wanted = Formularinhalt.aufgabe_id == aufgabe_id, Formularinhalt.entwurf.is_(True)
        return session.query(Formularinhalt).filter(*wanted).count()
