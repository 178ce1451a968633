"""The map: the wall picture of the value stream, the ways that Vorgänge really take, and how they fit the drawing."""

from __future__ import annotations

from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue

from engine.rechte import Recht
from web import auth
from web.sprache import _
from web.wertstrom import auskunft, wandmalerei
from web.wertstrom.filter import ZEITRAEUME
from web.wertstrom.seiten import blueprint
from wertstrom import kartenbild
from wertstrom.abgleich import Abgleich

#: deviations that a page marks on the drawing
_ABWEICHUNGEN = 12


@blueprint.get("/<int:prozess_id>/karte")
@auth.requires(Recht.WERTSTROM_SEHEN)
def karte(prozess_id: int) -> ResponseReturnValue:
    """How does it flow, on one sheet?"""
    quelle, prozess = auskunft.open_prozess(prozess_id)
    frage = auskunft.ask(quelle, prozess)
    bild = auskunft.wall(quelle, prozess, frage)
    ablauf = auskunft.follows(quelle, prozess, frage)
    abgleich = auskunft.fit(quelle, prozess, frage) if bild else None
    return render_template(
        "wertstrom/karte.html",
        prozess=prozess,
        frage=frage,
        zeitraeume=ZEITRAEUME,
        bild=bild,
        wand=wandmalerei.paint(bild, prozess.name) if bild else None,
        u=auskunft.measure(quelle, prozess, frage),
        ablauf=ablauf,
        ablaufbild_=kartenbild.arrange(ablauf),
        masse=kartenbild,
        namen={s.knoten: s.name for s in ablauf.schritte},
        varianten=auskunft.ways(quelle, prozess, frage) if bild else (),
        abgleich=abgleich,
        abweichungen=marks_of(abgleich) if abgleich else [],
        nummer=quelle.modell.nummer,
    )


def marks_of(abgleich: Abgleich) -> list[dict[str, Any]]:
    """Deviations as findings of the drawing: the most frequent first, each at its step."""
    alle = [("warnung", _("Ausgelassen"), a) for a in abgleich.ausgelassen]
    alle += [("hinweis", _("Zusätzlich"), a) for a in abgleich.zusaetzlich]
    alle.sort(key=lambda eintrag: -eintrag[2].faelle)
    return [
        {
            "stufe": stufe,
            "element": a.knoten,
            "name": a.name,
            "wort": wort,
            "nach": a.nach,
            "faelle": a.faelle,
            "nr": nr,
        }
        for nr, (stufe, wort, a) in enumerate(alle[:_ABWEICHUNGEN], 1)
    ]
