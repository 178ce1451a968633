"""What is set up beside a drawing, as the pages of Einrichten show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from engine import dmn, formulare
from engine.bpmn.beiblatt import read_anmerkungen, read_bedingungen
from engine.bpmn.ergebnis import Schritt
from engine.bpmn.mitgebracht import Gezeichnet, read_ereignisse
from engine.bpmn.vorgaben import WAEHLBAR
from engine.formulare import Datenklasse
from engine.katalog.vorschlaege import Vorschlag, propose_all
from engine.model import Prozessversion
from engine.queries import prozesse
from engine.rechte import Akteur


@dataclass(frozen=True, slots=True)
class AufgabeSicht:
    """One step that can be set up."""

    schritt: Schritt
    einstellung: dict[str, Any]
    meilenstein: str
    anmerkungen: tuple[str, ...]
    vorschlaege: tuple[Vorschlag, ...]


@dataclass(frozen=True, slots=True)
class AusgangSicht:
    """One exit of a decision."""

    fluss: str
    name: str
    ziel: Schritt | None
    #: expression that was set, else the one that is drawn
    bedingung: str
    gezeichnet: str


@dataclass(frozen=True, slots=True)
class VerzweigungSicht:
    """One decision of the drawing."""

    schritt: Schritt
    #: empty: as drawn; else person or ausdruck
    art: str
    ausgaenge: tuple[AusgangSicht, ...]
    sonst: str
    #: decision table that is asked first, if one is
    entscheidung: str
    #: at present a person chooses
    waehlt_person: bool


@dataclass(frozen=True, slots=True)
class EreignisSicht:
    """One event that waits for, or throws, a message, a signal or a time."""

    schritt: Schritt
    #: message, signal or timer
    art: str
    gezeichnet: Gezeichnet
    gesetzt: dict[str, str]

    @property
    def faengt(self) -> bool:
        """Whether it waits, instead of throwing."""
        return self.schritt.bpmn_typ not in ("intermediateThrowEvent", "endEvent", "sendTask")

    @property
    def beginnt(self) -> bool:
        """Whether it starts a Vorgang: nothing of one is known yet."""
        return self.schritt.bpmn_typ == "startEvent" and self.schritt.eltern is None

    @property
    def gilt(self) -> str:
        """Name or time that counts now; empty when there is none."""
        if self.art == "timer":
            return self.gesetzt.get("zeit") or self.gezeichnet.zeittext
        return self.gesetzt.get("nachricht") or self.gezeichnet.name


@dataclass(frozen=True, slots=True)
class FormularSicht:
    """One stored form."""

    name: str
    titel: str
    felder: int
    #: highest class of data in it
    datenklasse: str
    schritte: tuple[Schritt, ...]


@dataclass(frozen=True, slots=True)
class EinrichtungSicht:
    """Everything that can be set up in one version."""

    version: prozesse.VersionSicht
    aufgaben: tuple[AufgabeSicht, ...]
    verzweigungen: tuple[VerzweigungSicht, ...]
    #: call activities with the process that was chosen
    aufrufe: tuple[tuple[Schritt, str], ...]
    #: name -> title of the stored forms
    formulare: dict[str, str]
    #: decisions by id or name, with the variables they set
    entscheidungen: dict[str, tuple[str, ...]]
    #: steering data that expressions may use: key -> label
    variablen: dict[str, str]
    #: processes that a call may run
    aufrufbar: dict[str, str]
    ereignisse: tuple[EreignisSicht, ...]
    #: form-js schemas by name
    schemas: dict[str, Any]

    @property
    def vorschlaege(self) -> tuple[Vorschlag, ...]:
        """All open proposals, in reading order."""
        return tuple(v for aufgabe in self.aufgaben for v in aufgabe.vorschlaege)

    def name_of(self, element: str) -> str:
        """Label of a step."""
        return next((s.name or s.element for s in self.version.schritte if s.element == element), element)


def einrichtung(session: Session, akteur: Akteur, prozess_id: int, nummer: int) -> EinrichtungSicht:
    """The settings of one version; raises `errors.NotFound`."""
    sicht = prozesse.version(session, akteur, prozess_id, nummer)
    version = prozesse.find_version(session, akteur, prozess_id, nummer)
    ausgaben = dmn.Sammlung(version.entscheidungsdateien()).ausgaben
    return EinrichtungSicht(
        version=sicht,
        aufgaben=_aufgaben(version),
        verzweigungen=_verzweigungen(version),
        aufrufe=tuple(
            (s, version.einrichtung.get("aufrufe", {}).get(s.element, ""))
            for s in version.schrittliste()
            if s.bpmn_typ == "callActivity"
        ),
        formulare={name: _title(name, schema) for name, schema in sorted(version.formulare.items())},
        entscheidungen={name: tuple(sorted(namen)) for name, namen in sorted(ausgaben.items())},
        variablen=_variablen(version) | {name: name for namen in ausgaben.values() for name in sorted(namen)},
        aufrufbar=prozesse.aufrufbare(session, akteur),
        ereignisse=_ereignisse(version),
        schemas=version.formulare,
    )


def _aufgaben(version: Prozessversion) -> tuple[AufgabeSicht, ...]:
    anmerkungen = read_anmerkungen(version.original)
    offen: dict[str, list[Vorschlag]] = {}
    for vorschlag in propose_all(version.schrittliste(), version.einrichtung.get("aufgaben", {}), version.original):
        offen.setdefault(vorschlag.element, []).append(vorschlag)
    return tuple(
        AufgabeSicht(
            schritt,
            version.aufgaben_einstellung(schritt.element),
            version.einrichtung.get("meilensteine", {}).get(schritt.element, ""),
            anmerkungen.get(schritt.element, ()),
            tuple(offen.get(schritt.element, ())),
        )
        for schritt in version.schrittliste()
        if schritt.hat_aufgaben or schritt.bpmn_typ == "businessRuleTask"
    )


def _ereignisse(version: Prozessversion) -> tuple[EreignisSicht, ...]:
    gezeichnet = read_ereignisse(version.original)
    gesetzt = version.einrichtung.get("ereignisse", {})
    return tuple(
        EreignisSicht(s, gezeichnet[s.element].art, gezeichnet[s.element], gesetzt.get(s.element, {}))
        for s in version.schrittliste()
        if s.element in gezeichnet
    )


def _verzweigungen(version: Prozessversion) -> tuple[VerzweigungSicht, ...]:
    schritte = version.schrittliste()
    ziele = {s.element: s for s in schritte}
    gezeichnet = read_bedingungen(version.original)
    personen = {gateway for s in schritte for gateway in s.entscheidet}
    return tuple(
        _verzweigung(s, version.einrichtung.get("verzweigungen", {}).get(s.element, {}), ziele, gezeichnet, personen)
        for s in schritte
        if s.bpmn_typ in WAEHLBAR and len(s.ausgaenge) > 1
    )


def _verzweigung(
    schritt: Schritt,
    gesetzt: dict[str, Any],
    ziele: dict[str, Schritt],
    gezeichnet: dict[str, str],
    personen: set[str],
) -> VerzweigungSicht:
    texte = gesetzt.get("bedingungen", {})
    return VerzweigungSicht(
        schritt=schritt,
        art=gesetzt.get("art", ""),
        ausgaenge=tuple(
            AusgangSicht(a.fluss, a.name, ziele.get(a.ziel), texte.get(a.fluss, ""), gezeichnet.get(a.fluss, ""))
            for a in schritt.ausgaenge
        ),
        entscheidung=gesetzt.get("entscheidung", ""),
        sonst=gesetzt.get("sonst", "") if gesetzt else _drawn_default(schritt, gezeichnet),
        waehlt_person=schritt.element in personen,
    )


def _drawn_default(schritt: Schritt, gezeichnet: dict[str, str]) -> str:
    """The only exit without a drawn condition, if the others have one."""
    ohne = [a.fluss for a in schritt.ausgaenge if not gezeichnet.get(a.fluss)]
    return ohne[0] if len(ohne) == 1 else ""


def formulare_of(sicht: EinrichtungSicht) -> tuple[FormularSicht, ...]:
    """The stored forms with the steps that show them."""
    return tuple(_form(sicht, name, formulare.read_schema(schema)) for name, schema in sorted(sicht.schemas.items()))


def _form(sicht: EinrichtungSicht, name: str, form: formulare.Formular) -> FormularSicht:
    return FormularSicht(
        name,
        form.titel or name,
        len(form.felder),
        max((feld.datenklasse.value for feld in form.felder), default="–"),
        tuple(a.schritt for a in sicht.aufgaben if a.einstellung.get("formular") == name),
    )


def _title(name: str, schema: dict[str, Any]) -> str:
    return formulare.read_schema(schema).titel or name


def _variablen(version: Prozessversion) -> dict[str, str]:
    felder = (feld for schema in version.formulare.values() for feld in formulare.read_schema(schema).felder)
    return {"eingang": "Eingang des Vorgangs"} | {
        feld.key: feld.label for feld in felder if feld.datenklasse is Datenklasse.S0
    }
