"""Pages of the value stream: what keeps us from the target, and where the days go."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import Blueprint, Flask, current_app, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.kalender import lokales_datum
from engine.model import Mandant
from engine.queries import blitze, ziele
from engine.queries.blitze import Blitz
from engine.queries.ziele import Messbar
from engine.rechte import Recht
from web import auth, clock
from web.dienste import dienste
from web.wertstrom import bild, importspeicher
from web.wertstrom.filter import ZEITRAEUME, Filter, read_filter
from wertstrom import (
    abgleich,
    formulierung,
    karte,
    kennzahlen,
    laden,
    schutz,
    uebersicht,
    unterschied,
    vergleich,
    verlauf,
    verschwendung,
)
from wertstrom.abgleich import Abgleich
from wertstrom.blatt import Frage
from wertstrom.ereignisprotokoll import as_us
from wertstrom.karte import Variante
from wertstrom.kennzahlen import Uhr, Ziel
from wertstrom.kurzblatt import Zeile, write_kurzblatt
from wertstrom.modell import Modell
from wertstrom.schutz import Schwellen
from wertstrom.speicher import Speicher
from wertstrom.uebersicht import ProzessUebersicht
from wertstrom.unterschied import Luecke, Unterschied
from wertstrom.vergleich import Vergleich
from wertstrom.verlauf import Verlauf
from wertstrom.verschwendung import Marke, Rangliste

blueprint = Blueprint("wertstrom", __name__, url_prefix="/wertstrom")
blueprint.add_app_template_filter(formulierung.format_tage, "tage")
blueprint.add_app_template_filter(bild.klasse, "klasse")

#: the shipped processes that are meant to be compared: as it is, as it should be
_PAARE = (("p01_hze_ist", "p02_hze_fasttrack"),)
_NAME = "hilfefluss.wertstrom"
#: ways that a page lists, and states of the replay that it waits for
_VARIANTEN = 5
_AUFWAND = 10_000


@dataclass(frozen=True, slots=True)
class Quelle:
    """The store of the office, and how many people hold each role."""

    speicher: Speicher
    besetzung: dict[str, int]
    #: what was set up for the steps of the process of this page
    modell: Modell = field(default_factory=Modell)
    #: what a workshop marked at steps of this process
    marken: tuple[Marke, ...] = ()


def open_quelle(session: Session, prozess: Messbar | None = None) -> Quelle:
    """Everything committed so far, as far as it can be shown; with Modell and marks of one process."""
    mandant_id = auth.akteur().mandant_id
    modell, marken = Modell(), tuple[Marke, ...]()
    if prozess:
        modell = laden.modell_of(session, mandant_id, prozess.kennung)
        marken = _marks(blitze.blitze(session, auth.akteur(), prozess.prozess_id), modell)
    menschen = laden.besetzung(session, mandant_id, clock.now())
    return Quelle(_stores().refresh(session, mandant_id), menschen, modell, marken)


def _marks(gesetzt: tuple[Blitz, ...], modell: Modell) -> tuple[Marke, ...]:
    namen = {k.knoten: k.name for k in modell.knoten}
    return tuple(Marke(b.code, b.knoten, b.text, namen.get(b.knoten, "")) for b in gesetzt)


def measure(quelle: Quelle, prozess: Messbar, frage: Filter) -> ProzessUebersicht:
    """The figures of one process for this question."""
    return uebersicht.uebersicht(
        quelle.speicher,
        frage.auswahl(prozess.kennung),
        titel=prozess.name,
        ziel=frage.ziel,
        jetzt_us=as_us(clock.now()),
        besetzung=quelle.besetzung,
    )


def ziel_of(prozess: Messbar) -> Ziel:
    """The target that was set up, else 10 AT."""
    if prozess.ziel is None or prozess.ziel[1] not in set(Uhr):
        return Ziel()
    return Ziel(prozess.ziel[0], Uhr(prozess.ziel[1]))


@blueprint.get("")
@auth.requires(Recht.WERTSTROM_SEHEN)
def liste() -> ResponseReturnValue:
    """What keeps us from the target? One card per process."""
    with dienste().reading() as session:
        prozesse = ziele.messbare(session, auth.akteur())
        quelle = open_quelle(session)
    karten = []
    for prozess in prozesse:
        u = measure(quelle, prozess, Filter(ziel_of(prozess)))
        karten.append((prozess, u, bild.saeulen(u)))
    darf_einlesen = auth.darf(Recht.WERTSTROM_EINLESEN)
    eingelesene = importspeicher.importe().all(auth.akteur().mandant_id) if darf_einlesen else []
    return render_template("wertstrom/liste.html", karten=karten, eingelesene=eingelesene)


@blueprint.get("/<int:prozess_id>")
@auth.requires(Recht.WERTSTROM_SEHEN)
def prozess(prozess_id: int) -> ResponseReturnValue:
    """Where do the days go?"""
    with dienste().reading() as session:
        prozesse = ziele.messbare(session, auth.akteur())
        gewaehlt = ziele.messbar(session, auth.akteur(), prozess_id)
        quelle = open_quelle(session, gewaehlt)
    frage = read_filter(request.args, standard=ziel_of(gewaehlt), heute=lokales_datum(clock.now()))
    u = measure(quelle, gewaehlt, frage)
    anderer = partner_of(gewaehlt, prozesse, frage.vergleich)
    v = compare(quelle, gewaehlt, u, anderer, frage) if anderer else None
    genau = weigh(quelle, gewaehlt, anderer, frage) if anderer and u.dauer else None
    charts = bild.draw_all(u, v)
    return render_template(
        "wertstrom/prozess.html",
        prozess=gewaehlt,
        u=u,
        v=v,
        genau=genau,
        luecken=gaps(quelle, gewaehlt, frage) if u.dauer else (),
        rang=waste(quelle, gewaehlt, frage) if u.dauer else None,
        varianten=ways(quelle, gewaehlt, frage) if u.dauer else (),
        abgleich=fit(quelle, gewaehlt, frage) if u.dauer else None,
        weitere=further(quelle, gewaehlt, frage) if u.dauer else (),
        trend=trend(quelle, gewaehlt, frage) if u.dauer else None,
        regeln=verschwendung.REGELN,
        verschwendung_hinweis=verschwendung.HINWEIS,
        frage=frage,
        zeitraeume=ZEITRAEUME,
        andere=[p for p in prozesse if p.prozess_id != prozess_id],
        anderer=anderer,
        bilder=charts,
        figur=bild.figur,
        farben=bild.FARBEN,
    )


def waste(quelle: Quelle, prozess: Messbar, frage: Filter) -> Rangliste:
    """Where time is lost, most first."""
    lage = verschwendung.Lage(quelle.speicher, frage.auswahl(prozess.kennung), quelle.modell.angaben)
    return verschwendung.rank(lage, quelle.marken, besetzung=quelle.besetzung)


def gaps(quelle: Quelle, prozess: Messbar, frage: Filter) -> tuple[Luecke, ...]:
    """What less waiting before each step would do for the target."""
    auswahl = frage.auswahl(prozess.kennung)
    return unterschied.find_luecken(quelle.speicher, auswahl, frage.ziel, besetzung=quelle.besetzung)


def ways(quelle: Quelle, prozess: Messbar, frage: Filter) -> tuple[Variante, ...]:
    """The most frequent ways through the process; none with a step that too few people do."""
    auswahl = frage.auswahl(prozess.kennung)
    schritte = kennzahlen.schritte(quelle.speicher, auswahl)
    if schutz.hidden_schritte(schritte, Schwellen(), quelle.besetzung):
        return ()
    return karte.find_varianten(quelle.speicher, auswahl, hoechstens=_VARIANTEN)


def fit(quelle: Quelle, prozess: Messbar, frage: Filter) -> Abgleich | None:
    """How the Vorgänge fit the drawing; None without one."""
    if not quelle.modell.knoten or not quelle.modell.ab_eingang:
        return None
    auswahl = frage.auswahl(prozess.kennung)
    return abgleich.replay(quelle.speicher, auswahl, quelle.modell, besetzung=quelle.besetzung, aufwand=_AUFWAND)


def further(quelle: Quelle, prozess: Messbar, frage: Filter) -> tuple[Zeile, ...]:
    """The other figures of the concept, as rows."""
    gefragt = Frage(frage.ziel, as_us(clock.now()), besetzung=quelle.besetzung, angaben=quelle.modell.angaben)
    return write_kurzblatt(quelle.speicher, frage.auswahl(prozess.kennung), gefragt)


def trend(quelle: Quelle, prozess: Messbar, frage: Filter) -> Verlauf:
    """Months with their median, signals and drift."""
    jetzt_us = as_us(clock.now())
    return verlauf.measure_verlauf(quelle.speicher, frage.auswahl(prozess.kennung), frage.ziel, jetzt_us)


def weigh(quelle: Quelle, prozess: Messbar, anderer: Messbar, frage: Filter) -> Unterschied:
    """How sure the difference to the other process is; the Soll of a known pair comes second."""
    ist, soll = (prozess, anderer) if (prozess.kennung, anderer.kennung) in _PAARE else (anderer, prozess)
    auswahlen = (frage.auswahl(ist.kennung), frage.auswahl(soll.kennung))
    return unterschied.compare(quelle.speicher, *auswahlen, frage.ziel, besetzung=quelle.besetzung)


def partner_of(prozess: Messbar, prozesse: tuple[Messbar, ...], gewaehlt: int | None) -> Messbar | None:
    """The process to compare with: the chosen one, else the other of a known pair."""
    others = [p for p in prozesse if p.prozess_id != prozess.prozess_id]
    if gewaehlt is not None:
        return next((p for p in others if p.prozess_id == gewaehlt), None)
    partners = {a: b for pair in _PAARE for a, b in (pair, pair[::-1])}
    return next((p for p in others if p.kennung == partners.get(prozess.kennung)), None)


def compare(quelle: Quelle, prozess: Messbar, u: ProzessUebersicht, anderer: Messbar, frage: Filter) -> Vergleich:
    """Both beside each other, by the same target and period; which one is the Soll is known for a pair only."""
    w = measure(quelle, anderer, frage)
    return vergleich.vergleiche(u, w) if (prozess.kennung, anderer.kennung) in _PAARE else vergleich.vergleiche(w, u)


def prepare(app: Flask) -> None:
    """Read all events so far, so that nobody has to wait for it on the first page after a start."""
    with app.app_context(), dienste().reading() as session:
        for mandant_id in session.execute(select(Mandant.id)).scalars():
            _stores().refresh(session, mandant_id)


def _stores() -> laden.Wertstrom:
    stores: laden.Wertstrom = current_app.extensions.setdefault(_NAME, laden.Wertstrom())
    return stores
