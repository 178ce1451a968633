"""Pages of the value stream: what keeps us from the target, and where the days go."""

from __future__ import annotations

from flask import Blueprint, Flask, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from engine.model import Mandant
from engine.queries import ziele
from engine.rechte import Recht
from web import auth
from web.dienste import dienste
from web.wertstrom import auskunft, bild, importspeicher
from web.wertstrom.filter import ZEITRAEUME, Filter
from wertstrom import formulierung, verschwendung

blueprint = Blueprint("wertstrom", __name__, url_prefix="/wertstrom")
blueprint.add_app_template_filter(formulierung.format_tage, "tage")
blueprint.add_app_template_filter(bild.klasse, "klasse")


@blueprint.get("")
@auth.requires(Recht.WERTSTROM_SEHEN)
def liste() -> ResponseReturnValue:
    """What keeps us from the target? One card per process."""
    with dienste().reading() as session:
        prozesse = ziele.messbare(session, auth.akteur())
        quelle = auskunft.open_quelle(session)
    karten = []
    for prozess in prozesse:
        u = auskunft.measure(quelle, prozess, Filter(auskunft.ziel_of(prozess)))
        karten.append((prozess, u, bild.saeulen(u)))
    darf_einlesen = auth.darf(Recht.WERTSTROM_EINLESEN)
    eingelesene = importspeicher.importe().all(auth.akteur().mandant_id) if darf_einlesen else []
    return render_template("wertstrom/liste.html", karten=karten, eingelesene=eingelesene)


@blueprint.get("/<int:prozess_id>")
@auth.requires(Recht.WERTSTROM_SEHEN)
def prozess(prozess_id: int) -> ResponseReturnValue:
    """Where do the days go?"""
    quelle, gewaehlt = auskunft.open_prozess(prozess_id)
    frage = auskunft.ask(quelle, gewaehlt)
    u = auskunft.measure(quelle, gewaehlt, frage)
    genug = u.dauer is not None
    warten = auskunft.causes(quelle, gewaehlt, frage) if genug else None
    offene = auskunft.open_ones(quelle, gewaehlt, frage) if genug else None
    trend = auskunft.trend(quelle, gewaehlt, frage) if genug else None
    return render_template(
        "wertstrom/prozess.html",
        prozess=gewaehlt,
        u=u,
        warten=warten,
        offene=offene,
        trend=trend,
        luecken=auskunft.gaps(quelle, gewaehlt, frage) if genug else (),
        rang=auskunft.waste(quelle, gewaehlt, frage) if genug else None,
        weitere=auskunft.further(quelle, gewaehlt, frage) if genug else (),
        regeln=verschwendung.REGELN,
        verschwendung_hinweis=verschwendung.HINWEIS,
        frage=frage,
        zeitraeume=ZEITRAEUME,
        bilder=bild.draw_all(u) | bild.draw_more(warten, offene, trend, frage.ziel),
        figur=bild.figur,
        farben=bild.FARBEN,
    )


def prepare(app: Flask) -> None:
    """Read all events so far, so that nobody has to wait for it on the first page after a start."""
    with app.app_context(), dienste().reading() as session:
        for mandant_id in session.execute(select(Mandant.id)).scalars():
            auskunft.stores().refresh(session, mandant_id)
