"""Empty forms on paper, for when the computer does not work or the talk takes place elsewhere.

A form contains no data of anybody; what was written down is entered later, with the real time of the Eingang.
"""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from engine.queries import vordrucke as abfragen
from engine.rechte import Recht
from web import auth
from web.dienste import dienste

blueprint = Blueprint("vordrucke", __name__, url_prefix="/prozesse")


@blueprint.get("/<int:prozess_id>/vordrucke")
@auth.requires(Recht.PROZESS_SEHEN)
def liste(prozess_id: int) -> ResponseReturnValue:
    """Which forms does the process have?"""
    with dienste().reading() as session:
        found = abfragen.vordrucke(session, auth.akteur(), prozess_id)
    return render_template("vordrucke/liste.html", v=found)


@blueprint.get("/<int:prozess_id>/vordrucke/<element>")
@auth.requires(Recht.PROZESS_SEHEN)
def vordruck(prozess_id: int, element: str) -> ResponseReturnValue:
    """One form to print."""
    with dienste().reading() as session:
        found = abfragen.vordrucke(session, auth.akteur(), prozess_id)
    return render_template("vordrucke/vordruck.html", v=found, f=found.find(element))
