"""The people of Musterstadt (invented, Fachkonzept § 7): Mandant, units, Gruppen, Personen and the logins to try."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from engine.commands import personen
from engine.model import Gruppe, Mandant, OrgaEinheit
from engine.rechte import Rolle

MANDANT = "musterstadt"
#: one password for all demo logins; the demonstration listens on this machine only
PASSWORT = "musterstadt"

_BEZIRKE = ("Nord", "Süd", "Ost", "West")
_ASD_JE_TEAM = 6
_VORNAMEN = (
    "Alva Bela Cleo Dario Edda Finn Greta Hanno Ida Jaron Kaja Levi Mira Nuri Oda Pelle Quirin Ronja Sanna Taro Ulla "
    "Veit Wanda Xaver Yuna Zeno Arvid Bente Carlo Dunja Elif Fiete Gesa Hilke Immo Jette Kilian Lale Milan Neele Ole "
    "Pina Rune Selin Thies"
).split()
_NACHNAMEN = (
    "Ahorn Birke Distel Efeu Farn Ginster Holunder Iris Jasmin Kiefer Linde Mohn Nelke Oleander Pappel Quitte Rose "
    "Salbei Tanne Ulme Veilchen Weide Ysop Zeder"
).split()


@dataclass(frozen=True, slots=True)
class Zugang:
    """A login of the demonstration."""

    kennung: str
    wer: str
    zeigt: str


ZUGAENGE = (
    Zugang("asd", "ASD-Fachkraft, Team Nord", "Arbeitskorb und Aufgaben"),
    Zugang("leitung", "Teamleitung ASD Nord", "Verteilung, Freigaben, Vorgänge des Teams"),
    Zugang("wiju", "WiJu-Fachkraft", "Prüfung und Bescheid"),
    Zugang("prozesse", "Prozessmanagement", "Modelle hochladen, prüfen, veröffentlichen"),
    Zugang("controlling", "Controlling", "Wertstrom"),
)


@dataclass(frozen=True, slots=True)
class Buero:
    """The office that was set up."""

    mandant: Mandant
    einheiten: dict[str, OrgaEinheit]
    gruppen: dict[str, Gruppe]


def create_buero(session: Session) -> Buero:
    """Set up Musterstadt: 24 ASD-Fachkräfte in four teams, WiJu, Leitung and the roles around them."""
    mandant = personen.create_mandant(
        session,
        kennung=MANDANT,
        name="Jugendamt Musterstadt",
        land="NW",
        schliesstage=tuple(f"{year}-12-{day}" for year in range(2024, 2031) for day in (24, 31)),
        schulung=True,
    )
    units = _create_einheiten(session, mandant)
    groups = _create_gruppen(session, units)
    _create_personen(session, units, groups)
    return Buero(mandant, units, groups)


def _create_einheiten(session: Session, mandant: Mandant) -> dict[str, OrgaEinheit]:
    office = personen.create_einheit(session, mandant, kennung="jugendamt", name="Jugendamt")
    units = {"jugendamt": office}
    names = {f"asd_{_key(b)}": f"ASD {b}" for b in _BEZIRKE} | {"wiju": "Wirtschaftliche Jugendhilfe"}
    for kennung, name in names.items():
        units[kennung] = personen.create_einheit(session, mandant, kennung=kennung, name=name, eltern=office)
    return units


def _create_gruppen(session: Session, units: dict[str, OrgaEinheit]) -> dict[str, Gruppe]:
    wanted = [
        ("jugendamt", "geschaeftszimmer", "Geschäftszimmer", Rolle.GESCHAEFTSZIMMER),
        ("jugendamt", "fachteam", "Fachteam", Rolle.FACHTEAM),
        ("jugendamt", "amtsleitung", "Amtsleitung", Rolle.LEITUNG_AMT),
        ("jugendamt", "controlling", "Controlling", Rolle.CONTROLLING),
        ("jugendamt", "prozessmanagement", "Prozessmanagement", Rolle.MODELLIERUNG),
        ("jugendamt", "datenschutz", "Datenschutz", Rolle.DATENSCHUTZ),
        ("jugendamt", "personalrat", "Personalrat", Rolle.PERSONALRAT),
        ("wiju", "wiju", "WiJu", Rolle.WIJU_FACHKRAFT),
        ("wiju", "leitung_wiju", "Leitung WiJu", Rolle.WIJU_LEITUNG),
    ]
    for bezirk in _BEZIRKE:
        unit = f"asd_{_key(bezirk)}"
        wanted.append((unit, unit, f"ASD {bezirk}", Rolle.ASD_FACHKRAFT))
        wanted.append((unit, f"leitung_{unit}", f"Teamleitung ASD {bezirk}", Rolle.ASD_LEITUNG))
        wanted.append((unit, f"tandem_{unit}", f"Tandem und Fallteam {bezirk}", Rolle.TANDEM))
    return {
        kennung: personen.create_gruppe(session, units[unit], kennung=kennung, name=name, rolle=rolle)
        for unit, kennung, name, rolle in wanted
    }


def _create_personen(session: Session, units: dict[str, OrgaEinheit], groups: dict[str, Gruppe]) -> None:
    shared_hash = personen.hash_passwort(PASSWORT)
    for number, (unit, kennung, memberships) in enumerate(_posts()):
        personen.create_person(
            session,
            units[unit],
            kennung=kennung,
            name=f"{_VORNAMEN[number % len(_VORNAMEN)]} {_NACHNAMEN[number % len(_NACHNAMEN)]}",
            passwort_hash=shared_hash,
            gruppen=tuple(groups[g] for g in memberships),
        )


def _posts() -> list[tuple[str, str, tuple[str, ...]]]:
    """Unit, login and Gruppen of everybody."""
    posts: list[tuple[str, str, tuple[str, ...]]] = [
        ("jugendamt", "prozesse", ("prozessmanagement",)),
        ("jugendamt", "controlling", ("controlling",)),
        ("jugendamt", "datenschutz", ("datenschutz",)),
        ("jugendamt", "personalrat", ("personalrat",)),
        ("jugendamt", "amtsleitung", ("amtsleitung", "fachteam")),
        ("jugendamt", "geschaeftszimmer", ("geschaeftszimmer",)),
        ("jugendamt", "geschaeftszimmer2", ("geschaeftszimmer",)),
        ("wiju", "leitung-wiju", ("leitung_wiju",)),
        ("wiju", "wiju", ("wiju",)),
    ]
    posts += [("wiju", f"wiju{n}", ("wiju",)) for n in range(2, 7)]
    for bezirk in _BEZIRKE:
        unit, key = f"asd_{_key(bezirk)}", _key(bezirk)
        first = bezirk == _BEZIRKE[0]
        posts.append((unit, "leitung" if first else f"leitung-{key}", (f"leitung_{unit}", "fachteam")))
        for n in range(1, _ASD_JE_TEAM + 1):
            # Two of each team sit in the Fachteam.
            memberships = (unit, f"tandem_{unit}") + (("fachteam",) if n <= 2 else ())
            posts.append((unit, "asd" if first and n == 1 else f"asd-{key}{n}", memberships))
    return posts


def _key(bezirk: str) -> str:
    return bezirk.lower().replace("ü", "ue")
