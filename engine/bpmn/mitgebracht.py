"""What a drawing brings along for its setting up: our own properties, forms of Camunda, and what is drawn for them.

The counterpart of `export`: reads what that writes, and the places where Camunda 7 and 8 keep forms. Returns texts as
they stand in the file, bounded; what they mean and whether they are right is the business of `engine.katalog`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from engine.bpmn import definitionen, elemente, lesen
from engine.bpmn.export import CAMUNDA, PRAEFIX_EIGEN
from engine.bpmn.zeichnung import Definition

MAX_TEXT = 200_000
MAX_FELDER = 200
#: how Camunda 8 names a form that stands in the same file
_EINGEBETTET = "camunda-forms:bpmn:"


@dataclass(frozen=True, slots=True)
class Formfeld:
    """One ``camunda:formField``."""

    kennung: str
    label: str
    typ: str
    vorgabe: str
    #: value and label of each choice
    werte: tuple[tuple[str, str], ...]
    #: constraint -> its configuration
    regeln: dict[str, str]


@dataclass(frozen=True, slots=True)
class Gezeichnet:
    """What an event of the drawing waits for or throws."""

    #: message, signal or timer
    art: str
    name: str = ""
    schluessel: str = ""
    zeitfeld: str = ""
    zeittext: str = ""


@dataclass(slots=True)
class Mitgebracht:
    """Everything in one file, by process or element."""

    #: process -> our properties of it, without their prefix
    prozesse: dict[str, dict[str, str]] = field(default_factory=dict)
    #: element -> process in which it lies
    heimat: dict[str, str] = field(default_factory=dict)
    #: element -> our properties of it
    angaben: dict[str, dict[str, str]] = field(default_factory=dict)
    formfelder: dict[str, list[Formfeld]] = field(default_factory=dict)
    #: element -> name of a form that the file holds
    formulare: dict[str, str] = field(default_factory=dict)
    #: name -> JSON
    eingebettet: dict[str, str] = field(default_factory=dict)
    #: sequence flow -> condition; call -> process; gateway -> default flow
    bedingungen: dict[str, str] = field(default_factory=dict)
    aufrufe: dict[str, str] = field(default_factory=dict)
    standard: dict[str, str] = field(default_factory=dict)
    ereignisse: dict[str, Gezeichnet] = field(default_factory=dict)

    @property
    def leer(self) -> bool:
        """Whether the file says nothing about its setting up."""
        return not (self.prozesse or self.angaben or self.formfelder or self.formulare)


def read_mitgebracht(inhalt: bytes) -> Mitgebracht:
    """Everything that a file brings; nothing for a file that cannot be read."""
    gefunden = Mitgebracht()
    try:
        wurzel = lesen.lies_xml(inhalt).wurzel
    except lesen.Abgelehnt:
        return gefunden
    verzeichnis = definitionen.Verzeichnis(wurzel, lambda ref: (ref or "").strip())
    for prozess in elemente.kinder(wurzel, "process"):
        kennung = prozess.get("id", "")
        if eigene := _properties(prozess):
            gefunden.prozesse[kennung] = eigene
        for form in elemente.erweiterungen(prozess, "userTaskForm"):
            gefunden.eingebettet[form.get("id", "")] = (form.text or "")[:MAX_TEXT]
        for element in prozess.iter(f"{elemente.PRAEFIX}*"):
            if element.get("id"):
                gefunden.heimat[element.get("id", "")] = kennung
                _read(gefunden, element, verzeichnis)
    return gefunden


def read_ereignisse(inhalt: bytes) -> dict[str, Gezeichnet]:
    """Event -> the message, signal or time that is drawn at it."""
    return read_mitgebracht(inhalt).ereignisse


def _read(gefunden: Mitgebracht, element: etree._Element, verzeichnis: definitionen.Verzeichnis) -> None:
    kennung, art = element.get("id", ""), elemente.tag(element)
    if art != "process" and (eigene := _properties(element)):
        gefunden.angaben[kennung] = eigene
    if felder := list(_form_fields(element))[:MAX_FELDER]:
        gefunden.formfelder[kennung] = felder
    if verweis := _form_reference(element):
        gefunden.formulare[kennung] = verweis
    if text := elemente.text(element, "conditionExpression"):
        gefunden.bedingungen[kennung] = text
    if element.get("default"):
        gefunden.standard[kennung] = element.get("default", "")
    if art == "callActivity":
        gefunden.aufrufe[kennung] = element.get("calledElement", "")
    if art.endswith("Event") or art in ("receiveTask", "sendTask"):
        gezeichnet = _event(element, art, verzeichnis)
        if gezeichnet is not None:
            gefunden.ereignisse[kennung] = gezeichnet


def _event(element: etree._Element, art: str, verzeichnis: definitionen.Verzeichnis) -> Gezeichnet | None:
    if art in ("receiveTask", "sendTask"):
        nachricht = verzeichnis.read_nachricht(element) or Definition("message")
        return Gezeichnet("message", nachricht.name, nachricht.schluessel)
    for d in verzeichnis.read(element):
        if d.art in ("message", "signal", "timer"):
            return Gezeichnet(d.art, d.name, d.schluessel, d.zeitfeld, d.zeittext)
    return None


def _properties(element: etree._Element) -> dict[str, str]:
    """Ours among the properties of Camunda 7."""
    eigene = {}
    for erweiterung in elemente.kinder(element, "extensionElements"):
        for liste in erweiterung.findall(f"{{{CAMUNDA}}}properties"):
            for angabe in liste.findall(f"{{{CAMUNDA}}}property"):
                name = str(angabe.get("name", ""))
                if name.startswith(PRAEFIX_EIGEN):
                    eigene[name.removeprefix(PRAEFIX_EIGEN)] = str(angabe.get("value", ""))[:MAX_TEXT]
    return eigene


def _form_reference(element: etree._Element) -> str:
    """The form in the same file that Camunda 8 (``formDefinition``) or 7 (``formKey``) names."""
    genannt = elemente.erweiterung(element, "formDefinition").get("formKey", "") or elemente.fremdattribut(
        element, "formKey"
    )
    return genannt.removeprefix(_EINGEBETTET) if genannt.startswith(_EINGEBETTET) else ""


def _form_fields(element: etree._Element) -> Iterator[Formfeld]:
    for feld in elemente.erweiterungen(element, "formField"):
        teile = [kind for kind in feld.iter() if isinstance(kind.tag, str)]
        yield Formfeld(
            kennung=feld.get("id", ""),
            label=elemente.zeile(feld.get("label")),
            typ=feld.get("type", "string"),
            vorgabe=feld.get("defaultValue", ""),
            werte=tuple(
                (kind.get("id", ""), elemente.zeile(kind.get("name")))
                for kind in teile
                if elemente.lokal(kind) == "value"
            ),
            regeln={
                kind.get("name", ""): kind.get("config", "") for kind in teile if elemente.lokal(kind) == "constraint"
            },
        )
