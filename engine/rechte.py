"""Who may do what: one table, role × right (roles of the domain, § 1.4).

A right alone never opens a Vorgang: `Sicht` says whose Vorgänge a role reaches. Contents of forms (S1–S3) follow from
taking part in the case, never from a leading or an administrative role.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from engine import errors


class Rolle(StrEnum):
    """Keys of the roles; a Gruppe holds exactly one."""

    ASD_FACHKRAFT = "asd_fachkraft"
    ASD_LEITUNG = "asd_leitung"
    WIJU_FACHKRAFT = "wiju_fachkraft"
    WIJU_LEITUNG = "wiju_leitung"
    TANDEM = "tandem"
    GESCHAEFTSZIMMER = "geschaeftszimmer"
    FACHTEAM = "fachteam"
    FALLKONFERENZ_TEILNAHME = "fallkonferenz_teilnahme"
    PROTOKOLL = "protokoll"
    ETHIKBOARD = "ethikboard"
    OMBUDSSTELLE = "ombudsstelle"
    QM_PRUEFUNG = "qm_pruefung"
    CONTROLLING = "controlling"
    LEITUNG_AMT = "leitung_amt"
    JOBCENTER_PARTNER = "jobcenter_partner"
    MODELLIERUNG = "modellierung"
    ADMIN_FACH = "admin_fach"
    ADMIN_TECHNIK = "admin_technik"
    DATENSCHUTZ = "datenschutz"
    PERSONALRAT = "personalrat"


_NAMEN = {
    Rolle.ASD_FACHKRAFT: "ASD-Fachkraft",
    Rolle.ASD_LEITUNG: "Teamleitung ASD",
    Rolle.WIJU_FACHKRAFT: "WiJu-Fachkraft",
    Rolle.WIJU_LEITUNG: "Leitung WiJu",
    Rolle.TANDEM: "Tandem",
    Rolle.GESCHAEFTSZIMMER: "Geschäftszimmer",
    Rolle.FACHTEAM: "Fachteam",
    Rolle.FALLKONFERENZ_TEILNAHME: "Teilnahme Fallkonferenz",
    Rolle.PROTOKOLL: "Protokollführung",
    Rolle.ETHIKBOARD: "Ethikboard",
    Rolle.OMBUDSSTELLE: "Ombudsstelle",
    Rolle.QM_PRUEFUNG: "QM-Prüfung",
    Rolle.CONTROLLING: "Controlling",
    Rolle.LEITUNG_AMT: "Amtsleitung",
    Rolle.JOBCENTER_PARTNER: "Jobcenter",
    Rolle.MODELLIERUNG: "Prozessmanagement",
    Rolle.ADMIN_FACH: "Fachadministration",
    Rolle.ADMIN_TECHNIK: "Systemadministration",
    Rolle.DATENSCHUTZ: "Datenschutz",
    Rolle.PERSONALRAT: "Personalrat",
}


def rolle_name(rolle: str) -> str:
    """German label of a role; an unknown key stays as it is."""
    return _NAMEN[Rolle(rolle)] if rolle in _NAMEN else rolle


class Recht(StrEnum):
    """What a view or command may ask for."""

    ARBEITSKORB = "arbeitskorb"  # see and work off Aufgaben of one's Gruppen
    TEAM_LEITEN = "team_leiten"  # give Aufgaben of one's unit to its members, set their Vertretungen
    VORGANG_SEHEN = "vorgang_sehen"  # open a Vorgang within one's Sicht
    VORGANG_STARTEN = "vorgang_starten"
    PROZESS_SEHEN = "prozess_sehen"
    PROZESS_BEARBEITEN = "prozess_bearbeiten"  # upload, set up
    PROZESS_VEROEFFENTLICHEN = "prozess_veroeffentlichen"
    PROZESS_FREIGEBEN = "prozess_freigeben"  # give the last release, for those who answer for the work
    AMT_EINRICHTEN = "amt_einrichten"  # rules of the office
    STOERUNG_BEHEBEN = "stoerung_beheben"  # see what does not run in the office and set it going again
    WERTSTROM_SEHEN = "wertstrom_sehen"
    WERTSTROM_EINLESEN = "wertstrom_einlesen"
    WERTSTROM_MARKIEREN = "wertstrom_markieren"  # set and remove marks of a workshop (Kaizen-Blitz)


class Sicht(StrEnum):
    """Which Vorgänge a role reaches."""

    KEINE = "keine"
    EIGENE = "eigene"  # an Aufgabe of the Vorgang is or was mine or my Gruppe's
    EINHEIT = "einheit"  # every Vorgang of my organisational unit and those under EIGENE


_FACHLICH = frozenset({Recht.ARBEITSKORB, Recht.VORGANG_SEHEN, Recht.PROZESS_SEHEN, Recht.WERTSTROM_SEHEN})
_GAST = frozenset({Recht.ARBEITSKORB, Recht.VORGANG_SEHEN})

#: the table: role -> (rights, reach)
RECHTE: dict[Rolle, tuple[frozenset[Recht], Sicht]] = {
    Rolle.ASD_FACHKRAFT: (_FACHLICH | {Recht.VORGANG_STARTEN}, Sicht.EIGENE),
    Rolle.ASD_LEITUNG: (
        _FACHLICH | {Recht.TEAM_LEITEN, Recht.VORGANG_STARTEN, Recht.PROZESS_FREIGEBEN, Recht.WERTSTROM_MARKIEREN},
        Sicht.EINHEIT,
    ),
    Rolle.WIJU_FACHKRAFT: (_FACHLICH, Sicht.EIGENE),
    Rolle.WIJU_LEITUNG: (
        _FACHLICH | {Recht.TEAM_LEITEN, Recht.PROZESS_FREIGEBEN, Recht.WERTSTROM_MARKIEREN},
        Sicht.EINHEIT,
    ),
    Rolle.TANDEM: (_FACHLICH, Sicht.EIGENE),
    Rolle.GESCHAEFTSZIMMER: (_GAST | {Recht.VORGANG_STARTEN, Recht.PROZESS_SEHEN}, Sicht.EIGENE),
    Rolle.FACHTEAM: (_FACHLICH, Sicht.EIGENE),
    Rolle.FALLKONFERENZ_TEILNAHME: (_GAST, Sicht.EIGENE),
    Rolle.PROTOKOLL: (_GAST, Sicht.EIGENE),
    Rolle.ETHIKBOARD: (_GAST, Sicht.EIGENE),
    Rolle.OMBUDSSTELLE: (_GAST, Sicht.EIGENE),
    Rolle.QM_PRUEFUNG: (frozenset({Recht.PROZESS_SEHEN}), Sicht.KEINE),
    Rolle.CONTROLLING: (
        frozenset({Recht.PROZESS_SEHEN, Recht.WERTSTROM_SEHEN, Recht.WERTSTROM_EINLESEN, Recht.WERTSTROM_MARKIEREN}),
        Sicht.KEINE,
    ),
    # A head of office decides and signs like others do, and sees only the cases in which he does.
    Rolle.LEITUNG_AMT: (_FACHLICH | {Recht.PROZESS_FREIGEBEN}, Sicht.EIGENE),
    Rolle.JOBCENTER_PARTNER: (_GAST, Sicht.EIGENE),
    Rolle.MODELLIERUNG: (
        frozenset(
            {
                Recht.PROZESS_SEHEN,
                Recht.PROZESS_BEARBEITEN,
                Recht.PROZESS_VEROEFFENTLICHEN,
                Recht.STOERUNG_BEHEBEN,
                Recht.WERTSTROM_SEHEN,
                Recht.WERTSTROM_MARKIEREN,
            }
        ),
        Sicht.KEINE,
    ),
    Rolle.ADMIN_FACH: (frozenset({Recht.AMT_EINRICHTEN, Recht.PROZESS_SEHEN, Recht.STOERUNG_BEHEBEN}), Sicht.KEINE),
    Rolle.ADMIN_TECHNIK: (frozenset({Recht.STOERUNG_BEHEBEN}), Sicht.KEINE),
    Rolle.DATENSCHUTZ: (frozenset({Recht.PROZESS_SEHEN}), Sicht.KEINE),
    Rolle.PERSONALRAT: (frozenset({Recht.PROZESS_SEHEN, Recht.WERTSTROM_SEHEN}), Sicht.KEINE),
}


def rechte_of(rollen: Iterable[str]) -> frozenset[Recht]:
    """Union of the rights of several roles; an unknown role has none."""
    rights: set[Recht] = set()
    for rolle in rollen:
        if rolle in RECHTE:
            rights |= RECHTE[Rolle(rolle)][0]
    return frozenset(rights)


def rollen_with(recht: Recht) -> frozenset[Rolle]:
    """Roles that have this right."""
    return frozenset(rolle for rolle, (rights, _) in RECHTE.items() if recht in rights)


def sicht_of(rollen: Iterable[str]) -> Sicht:
    """The widest reach among several roles."""
    ordered = list(Sicht)
    return max((RECHTE[Rolle(r)][1] for r in rollen if r in RECHTE), key=ordered.index, default=Sicht.KEINE)


#: data classes of form contents that a role may read in a Vorgang it reaches; S0 is steering data and always visible
LESBAR: dict[Rolle, frozenset[str]] = {
    Rolle.ASD_FACHKRAFT: frozenset({"S1", "S2", "S3"}),
    Rolle.ASD_LEITUNG: frozenset({"S1"}),
    Rolle.WIJU_FACHKRAFT: frozenset({"S1"}),
    Rolle.WIJU_LEITUNG: frozenset({"S1"}),
    Rolle.TANDEM: frozenset({"S1", "S3"}),
    Rolle.GESCHAEFTSZIMMER: frozenset({"S1"}),
    Rolle.FACHTEAM: frozenset({"S1", "S3"}),
    Rolle.FALLKONFERENZ_TEILNAHME: frozenset({"S1"}),
    Rolle.PROTOKOLL: frozenset({"S1"}),
    Rolle.OMBUDSSTELLE: frozenset({"S1", "S2"}),
    Rolle.JOBCENTER_PARTNER: frozenset({"S1"}),
    Rolle.LEITUNG_AMT: frozenset({"S1"}),
}


@dataclass(frozen=True, slots=True)
class Mitglied:
    """One membership of an Akteur."""

    gruppe_id: int
    name: str
    rolle: str
    orga_einheit_id: int | None


@dataclass(frozen=True, slots=True)
class Vertretener:
    """Somebody for whom an Akteur may act at this moment: her Aufgaben, never her rights."""

    person_id: int
    name: str
    #: None: in all processes
    prozess_id: int | None
    #: ids of her own Gruppen
    gruppen: frozenset[int]


@dataclass(frozen=True, slots=True)
class Akteur:
    """The person who acts, with everything that decides what she may do at this moment."""

    person_id: int
    mandant_id: int
    orga_einheit_id: int | None
    name: str
    mitglied: tuple[Mitglied, ...]
    #: one entry per Vertretung in force
    vertritt: tuple[Vertretener, ...] = ()

    @property
    def rollen(self) -> frozenset[str]:
        """Roles held through memberships."""
        return frozenset(m.rolle for m in self.mitglied)

    @property
    def gruppen(self) -> frozenset[int]:
        """Ids of the Gruppen."""
        return frozenset(m.gruppe_id for m in self.mitglied)

    @property
    def rechte(self) -> frozenset[Recht]:
        """Union of the rights of all roles."""
        return rechte_of(self.rollen)

    @property
    def sicht(self) -> Sicht:
        """Which Vorgänge are within reach."""
        return sicht_of(self.rollen)

    @property
    def einheiten(self) -> frozenset[int]:
        """Units of which every Vorgang is within reach: where a role with `Sicht.EINHEIT` is held, nowhere else."""
        leading = (m.orga_einheit_id for m in self.mitglied if sicht_of([m.rolle]) is Sicht.EINHEIT)
        return frozenset(unit for unit in leading if unit is not None)

    def vertritt_in(self, person_id: int, prozess_id: int) -> bool:
        """Whether this Akteur acts for the person in the process now."""
        return any(v.person_id == person_id and v.prozess_id in (None, prozess_id) for v in self.vertritt)

    def darf(self, recht: Recht) -> bool:
        """Whether one of the roles has this right."""
        return recht in self.rechte

    def require(self, recht: Recht) -> None:
        """Raise `errors.NotAllowed` without this right."""
        if not self.darf(recht):
            raise errors.NotAllowed

    def liest(self, datenklasse: str) -> bool:
        """Whether contents of this data class may be shown (in a Vorgang within reach)."""
        return datenklasse == "S0" or any(datenklasse in LESBAR.get(Rolle(r), ()) for r in self.rollen if r in RECHTE)
