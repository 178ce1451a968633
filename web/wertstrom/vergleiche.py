"""Two selections beside each other: another process, or the same one before and after a month; how sure that is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from flask import render_template, request
from flask.typing import ResponseReturnValue

from engine.queries import ziele
from engine.queries.ziele import Messbar
from engine.rechte import Recht
from web import auth
from web.dienste import dienste
from web.sprache import _l
from web.wertstrom import auskunft, bild
from web.wertstrom.auskunft import Quelle
from web.wertstrom.filter import ZEITRAEUME, Filter
from web.wertstrom.seiten import blueprint
from wertstrom import unterschied, vergleich
from wertstrom.ereignisprotokoll import as_zeit
from wertstrom.kennzahlen import Auswahl

#: the shipped processes that are meant to be compared: as it is, as it should be
_PAARE: Final = (("p01_hze_ist", "p02_hze_fasttrack"),)
#: by which the mix of both sides may be made equal
MERKMALE: Final = {
    "hilfeart": _l("Hilfeart"),
    "track": "Verfahren (Track)",
    "bezirk": _l("Bezirk"),
    "pilot": _l("Pilot und übrige"),
}


@dataclass(frozen=True, slots=True)
class Gegenueber:
    """What stands beside the process: the first of the two is the Ist."""

    #: as in the address: p7 (process 7), m1767225600000000 (the month that begins then)
    wert: str
    titel: tuple[str, str]
    auswahlen: tuple[Auswahl, Auswahl]


@blueprint.get("/<int:prozess_id>/vergleich")
@auth.requires(Recht.WERTSTROM_SEHEN)
def vergleichen(prozess_id: int) -> ResponseReturnValue:
    """What is different, by how much, and how sure is that?"""
    quelle, prozess = auskunft.open_prozess(prozess_id)
    frage = auskunft.ask(quelle, prozess)
    with dienste().reading() as session:
        prozesse = ziele.messbare(session, auth.akteur())
    moeglich = choices(quelle, prozess, prozesse, frage)
    gewaehlt = chosen(moeglich, prozess, prozesse, request.args.get("mit", ""))
    merkmal = request.args.get("merkmal", "")
    merkmal = merkmal if merkmal in MERKMALE else "hilfeart"
    v = u = None
    if gewaehlt:
        ist, soll = (
            auskunft.measure_auswahl(quelle, titel, auswahl, frage.ziel)
            for titel, auswahl in zip(gewaehlt.titel, gewaehlt.auswahlen, strict=True)
        )
        v = vergleich.vergleiche(ist, soll)
        u = unterschied.compare(
            quelle.speicher, *gewaehlt.auswahlen, frage.ziel, merkmal=merkmal, besetzung=quelle.besetzung
        )
    return render_template(
        "wertstrom/vergleich.html",
        prozess=prozess,
        frage=frage,
        zeitraeume=ZEITRAEUME,
        moeglich=moeglich,
        gewaehlt=gewaehlt,
        merkmale=MERKMALE,
        merkmal=merkmal,
        v=v,
        u=u,
        bilder=bild.draw_vergleich(v, u) if v and u else {},
        figur=bild.figur,
        farben=bild.FARBEN,
    )


def choices(quelle: Quelle, prozess: Messbar, prozesse: tuple[Messbar, ...], frage: Filter) -> list[Gegenueber]:
    """Other processes, and the own one before and from each month that may be a border."""
    eigene = frage.auswahl(prozess.kennung)
    found = [_beside(prozess, other, quelle, frage) for other in prozesse if other.prozess_id != prozess.prozess_id]
    for border in frage.grenzen or ():
        if eigene.von_us < border <= eigene.bis_us:
            tag = f"{as_zeit(border):%m.%Y}"
            titel = (f"{prozess.name} vor {tag}", f"{prozess.name} ab {tag}")
            sides = replace(eigene, bis_us=border - 1), replace(eigene, von_us=border)
            found.append(Gegenueber(f"m{border}", titel, sides))
    return found


def _beside(prozess: Messbar, other: Messbar, quelle: Quelle, frage: Filter) -> Gegenueber:
    ist, soll = (prozess, other) if (other.kennung, prozess.kennung) not in _PAARE else (other, prozess)
    sides = tuple(auskunft.with_borders(quelle.speicher, frage, p.kennung).auswahl(p.kennung) for p in (ist, soll))
    return Gegenueber(f"p{other.prozess_id}", (ist.name, soll.name), (sides[0], sides[1]))


def chosen(moeglich: list[Gegenueber], prozess: Messbar, prozesse: tuple[Messbar, ...], wert: str) -> Gegenueber | None:
    """The one that the address names, else the other of a known pair, else the latest border, else any."""
    partner = {a: b for pair in _PAARE for a, b in (pair, pair[::-1])}.get(prozess.kennung)
    pair = next((f"p{p.prozess_id}" for p in prozesse if p.kennung == partner), "")
    by_wert = {g.wert: g for g in moeglich}
    return by_wert.get(wert) or by_wert.get(pair) or (moeglich[-1] if moeglich else None)
