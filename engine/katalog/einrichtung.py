"""The settings of a process: plain JSON that is stored beside a Prozessversion.

Reads the tables of ``prozess.toml`` and checks their types and words; whether they fit the drawing and the forms is
the business of `engine.katalog.pruefung`.
"""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict

from engine import feel
from engine.bpmn.regeln.automatik import is_setzbar
from engine.katalog.bericht import Tabelle, show
from engine.katalog.ereignisse import Ereignis, read_ereignisse
from engine.katalog.verzweigungen import Verzweigung, read_verzweigungen, tabellen_of

#: uniform names, so that figures work over all processes
MEILENSTEINE = (
    "m_eingang",
    "m_triage",
    "m_einschaetzung",
    "m_einladung",
    "m_fallkonferenz",
    "m_hilfeplan",
    "m_entscheidung",
    "m_bescheid",
    "m_hilfebeginn",
    "m_fortschreibung",
    "m_hilfeende",
    "m_abschluss",
    # of other processes: taken up again, Beschwerde, Ethikboard
    "m_wiederaufnahme",
    "m_eingangsbestaetigung",
    "m_antwort",
    "m_anmeldung",
    "m_votum",
)
#: figures of the concept that compare a step with the steps that have to follow it
NACHWEISE = ("K05", "K06")
FRISTARTEN = ("gesetzlich", "standard", "intern")
PRIORITAETEN = ("sofort", "hoch", "mittel", "normal")
#: before the Kennung of a Gruppe of the office in the lanes of a file; a role has no such mark
GRUPPE = "gruppe:"
#: wertschöpfend, unterstützend, nicht wertschöpfend
WERTKLASSEN = ("V", "U", "N")
#: of the note that a step without a form of its own asks for; free text is never steering data
DATENKLASSEN = ("S1", "S2", "S3")
EINHEITEN = ("AT", "KT")
#: shares of answers add up to 1, but for rounding
_SUMME_TOLERANZ = 0.005
_MAX_PT_MIN = 10_000

FELDER_AUFGABE = (
    "formular",
    "entscheidung",
    "dienst",
    "thema",
    "vorschlag",
    "zwingend",
    "vier_augen",
    "bezeichnungen",
    "frist",
    "frist_art",
    "prioritaet",
    "pt_min",
    "va",
    "gesetzlich",
    "ueberwachung",
    "datenklasse",
    "beispiel",
)


class BeispielVerteilung(TypedDict):
    """Estimates for demonstration data; never a survey."""

    #: waiting before the step in AT: smallest, most frequent, greatest
    liegezeit_at: NotRequired[list[float]]
    #: field key -> entered value -> share (adds up to 1)
    antworten: NotRequired[dict[str, dict[str, float]]]


class AufgabeEinrichtung(TypedDict):
    """Settings of one step; a missing key means "not set"."""

    #: name of the form, a key of `Prozesspaket.formulare`
    formular: NotRequired[str]
    #: id or name of the decision (DMN) that a business rule task makes by itself
    entscheidung: NotRequired[str]
    #: internal service, or topic of an external one, that does a service task
    dienst: NotRequired[str]
    thema: NotRequired[str]
    #: business rule task whose outcome this step shows beforehand; its person may deviate with a reason
    vorschlag: NotRequired[str]
    #: of a business rule task: nobody may deviate
    zwingend: NotRequired[bool]
    #: element ids of the steps whose people must not do this one
    vier_augen: NotRequired[list[str]]
    #: of a business rule task: output -> value -> words for people
    bezeichnungen: NotRequired[dict[str, dict[str, str]]]
    #: FEEL; sees ``eingang``, ``bereit`` and the process variables
    frist: NotRequired[str]
    frist_art: NotRequired[str]
    prioritaet: NotRequired[str]
    #: Standardzeit in person minutes
    pt_min: NotRequired[float]
    va: NotRequired[str]
    #: a statutory protection step: never shown as waste
    gesetzlich: NotRequired[bool]
    #: watches deadlines: neither work nor waiting of the Vorgang
    ueberwachung: NotRequired[bool]
    #: highest class of data in its form; without a form, of what people note there
    datenklasse: NotRequired[str]
    beispiel: NotRequired[BeispielVerteilung]


class Ziel(TypedDict):
    """The target: at most ``wert`` ``einheit`` from one milestone to another."""

    wert: int
    einheit: str
    von: str
    bis: str


class Nachweis(TypedDict):
    """What has to follow a step for it to count as documented."""

    anlass: str
    schritte: list[str]


class Einrichtung(TypedDict):
    """Everything that is set up beside a drawing."""

    #: lane -> key of the role, or Kennung of the Gruppe, that gets its Aufgaben
    lanes: dict[str, str]
    #: element id -> settings
    aufgaben: dict[str, AufgabeEinrichtung]
    #: element id -> milestone it reaches when it is done (its last completion counts)
    meilensteine: dict[str, str]
    ziel: Ziel | None
    #: gateway -> who or what chooses its exit; missing = as drawn
    verzweigungen: NotRequired[dict[str, Verzweigung]]
    #: call activity -> id of the process it runs; missing = as drawn
    aufrufe: NotRequired[dict[str, str]]
    #: event -> its message or its time; missing = as drawn
    ereignisse: NotRequired[dict[str, Ereignis]]
    #: what the process is, for people (`steckbrief.to_json`)
    steckbrief: NotRequired[dict[str, Any]]
    #: process variables that messages and other systems bring
    variablen: NotRequired[list[str]]
    #: figure of the concept -> step, and the steps that prove it
    nachweise: NotRequired[dict[str, Nachweis]]


def read_einrichtung(tabelle: Tabelle) -> Einrichtung:
    """Settings of a whole process; wrong parts are reported and left out."""
    einrichtung = Einrichtung(
        lanes=_read_texte(tabelle, "lanes"),
        aufgaben=_read_aufgaben(tabelle),
        meilensteine=_read_texte(tabelle, "meilensteine"),
        ziel=read_ziel(tabelle),
    )
    if verzweigungen := read_verzweigungen(tabelle):
        einrichtung["verzweigungen"] = verzweigungen
    if aufrufe := _read_texte(tabelle, "aufrufe"):
        einrichtung["aufrufe"] = aufrufe
    if ereignisse := read_ereignisse(tabelle):
        einrichtung["ereignisse"] = ereignisse
    if variablen := _read_variablen(tabelle):
        einrichtung["variablen"] = variablen
    if nachweise := _read_nachweise(tabelle):
        einrichtung["nachweise"] = nachweise
    return einrichtung


def _read_nachweise(tabelle: Tabelle) -> dict[str, Nachweis]:
    eintraege = tabelle.get_tabelle("nachweise")
    if eintraege is None:
        return {}
    eintraege.check_namen(NACHWEISE)
    gelesen: dict[str, Nachweis] = {}
    for code in NACHWEISE:
        angaben = eintraege.get_tabelle(code) if code in eintraege.daten else None
        if angaben is None:
            continue
        anlass, schritte = angaben.get("anlass", str, pflicht=True), angaben.get_texte("schritte")
        if anlass and schritte:
            gelesen[code] = Nachweis(anlass=anlass, schritte=list(schritte))
        elif anlass:
            angaben.report("schritte", "Es fehlt, was folgen muss.", "Nennen Sie mindestens einen Schritt.")
    return gelesen


def _read_variablen(tabelle: Tabelle) -> list[str]:
    names = tabelle.get_texte("variablen")
    for name in names:
        if not is_setzbar(name):
            tabelle.report(
                "variablen", f"{show(name)} ist kein Name für eine Prozessvariable.", "Wählen Sie einen anderen Namen."
            )
    return [name for name in names if is_setzbar(name)]


def zuordnung(einrichtung: Einrichtung) -> dict[str, str]:
    """Element -> decision, ``dienst:name`` or ``thema:name``, for those steps that have one."""
    ziele = {element: _ziel(aufgabe) for element, aufgabe in einrichtung["aufgaben"].items()}
    return {element: ziel for element, ziel in ziele.items() if ziel} | tabellen_of(einrichtung)


def _ziel(aufgabe: AufgabeEinrichtung) -> str:
    if "dienst" in aufgabe:
        return f"dienst:{aufgabe['dienst']}"
    return f"thema:{aufgabe['thema']}" if "thema" in aufgabe else aufgabe.get("entscheidung", "")


def _read_aufgaben(tabelle: Tabelle) -> dict[str, AufgabeEinrichtung]:
    aufgaben = tabelle.get_tabelle("aufgaben")
    if aufgaben is None:
        return {}
    eintraege = {element: aufgaben.get_tabelle(element) for element in aufgaben.daten}
    return {element: read_aufgabe(eintrag) for element, eintrag in eintraege.items() if eintrag is not None}


def _read_texte(tabelle: Tabelle, name: str) -> dict[str, str]:
    texte = tabelle.get_tabelle(name)
    if texte is None:
        return {}
    return {key: wert for key in texte.daten if (wert := texte.get(key, str)) is not None}


def read_aufgabe(tabelle: Tabelle) -> AufgabeEinrichtung:
    """Settings of one step; wrong parts are reported and left out."""
    tabelle.check_namen(FELDER_AUFGABE)
    aufgabe = AufgabeEinrichtung()
    if formular := tabelle.get("formular", str):
        aufgabe["formular"] = formular
    _read_automatik(tabelle, aufgabe)
    _read_regeln(tabelle, aufgabe)
    _read_frist(tabelle, aufgabe)
    if prioritaet := tabelle.get_auswahl("prioritaet", PRIORITAETEN):
        aufgabe["prioritaet"] = prioritaet
    if va := tabelle.get_auswahl("va", WERTKLASSEN):
        aufgabe["va"] = va
    if datenklasse := tabelle.get_auswahl("datenklasse", DATENKLASSEN):
        aufgabe["datenklasse"] = datenklasse
    if tabelle.get("gesetzlich", bool):
        aufgabe["gesetzlich"] = True
    if tabelle.get("ueberwachung", bool):
        aufgabe["ueberwachung"] = True
    pt_min = tabelle.get("pt_min", float)
    if pt_min is not None and not 0 <= pt_min <= _MAX_PT_MIN:
        tabelle.report("pt_min", f"„{pt_min}“ ist keine Standardzeit.", f"Möglich sind 0 bis {_MAX_PT_MIN} Minuten.")
    elif pt_min is not None:
        aufgabe["pt_min"] = pt_min
    beispiel = tabelle.get_tabelle("beispiel")
    if beispiel is not None:
        aufgabe["beispiel"] = _read_beispiel(beispiel)
    return aufgabe


def _read_regeln(tabelle: Tabelle, aufgabe: AufgabeEinrichtung) -> None:
    if vorschlag := tabelle.get("vorschlag", str):
        aufgabe["vorschlag"] = vorschlag
    if tabelle.get("zwingend", bool):
        aufgabe["zwingend"] = True
    if vier_augen := tabelle.get_texte("vier_augen"):
        aufgabe["vier_augen"] = list(vier_augen)
    bezeichnungen = tabelle.get_tabelle("bezeichnungen")
    if bezeichnungen is not None:
        aufgabe["bezeichnungen"] = {name: _read_texte(bezeichnungen, name) for name in bezeichnungen.daten}


def _read_automatik(tabelle: Tabelle, aufgabe: AufgabeEinrichtung) -> None:
    """Who does the step if nobody has to: at most one decision, service or topic."""
    genannt: list[str] = []
    if entscheidung := tabelle.get("entscheidung", str):
        aufgabe["entscheidung"] = entscheidung
        genannt.append("entscheidung")
    if dienst := tabelle.get("dienst", str):
        aufgabe["dienst"] = dienst
        genannt.append("dienst")
    if thema := tabelle.get("thema", str):
        aufgabe["thema"] = thema
        genannt.append("thema")
    if len(genannt) > 1:
        tabelle.report(genannt[1], f"Der Schritt hat schon „{genannt[0]}“.", "Geben Sie nur eines davon an.")


def _read_frist(tabelle: Tabelle, aufgabe: AufgabeEinrichtung) -> None:
    frist = tabelle.get("frist", str)
    frist_art = tabelle.get_auswahl("frist_art", FRISTARTEN, pflicht=frist is not None)
    if frist is None:
        if frist_art:
            tabelle.report("frist_art", "Es gibt eine Art der Frist, aber keine Frist.", "Geben Sie „frist“ an.")
        return
    try:
        feel.compile(frist)
    except feel.FeelError as fehler:
        tabelle.report("frist", f"Die Frist ist nicht lesbar: {fehler}", "Schreiben Sie z. B. frist_at(eingang, 3).")
        return
    aufgabe["frist"] = frist
    aufgabe["frist_art"] = frist_art or "standard"


def _read_beispiel(tabelle: Tabelle) -> BeispielVerteilung:
    tabelle.check_namen(("liegezeit_at", "antworten"))
    verteilung = BeispielVerteilung()
    if liegezeit := _read_liegezeit(tabelle):
        verteilung["liegezeit_at"] = liegezeit
    antworten = tabelle.get_tabelle("antworten")
    if antworten is not None:
        verteilung["antworten"] = {
            key: anteile for key in antworten.daten if (anteile := _read_anteile(antworten, key)) is not None
        }
    return verteilung


def _read_liegezeit(tabelle: Tabelle) -> list[float] | None:
    liste = tabelle.get("liegezeit_at", list)
    if liste is None:
        return None
    zahlen = [float(wert) for wert in liste if isinstance(wert, int | float) and not isinstance(wert, bool)]
    if len(zahlen) != 3 or len(liste) != 3 or not 0 <= zahlen[0] <= zahlen[1] <= zahlen[2] < float("inf"):
        tabelle.report(
            "liegezeit_at",
            f"„{show(liste)}“ ist keine Liegezeit.",
            "Erwartet werden drei Zahlen in AT: kleinste, häufigste, größte.",
        )
        return None
    return zahlen


def _read_anteile(tabelle: Tabelle, key: str) -> dict[str, float] | None:
    werte = tabelle.get_tabelle(key)
    if werte is None:
        return None
    anteile = {wert: anteil for wert in werte.daten if (anteil := werte.get(wert, float)) is not None}
    if any(not 0 <= anteil <= 1 for anteil in anteile.values()) or abs(sum(anteile.values()) - 1) > _SUMME_TOLERANZ:
        tabelle.report(
            key, "Die Anteile ergeben zusammen nicht 1.", "Geben Sie je Antwort einen Anteil von 0 bis 1 an."
        )
        return None
    return anteile


def read_ziel(tabelle: Tabelle) -> Ziel | None:
    """The target of a process; None without one, or when it is wrong (and reported)."""
    ziel = tabelle.get_tabelle("ziel")
    if ziel is None:
        return None
    ziel.check_namen(("wert", "einheit", "von", "bis"))
    wert, einheit = ziel.get("wert", int, pflicht=True), ziel.get_auswahl("einheit", EINHEITEN, pflicht=True)
    von, bis = (ziel.get_auswahl(name, MEILENSTEINE, pflicht=True) for name in ("von", "bis"))
    if wert is not None and wert < 1:
        ziel.report("wert", f"„{wert}“ ist kein Ziel.", "Erwartet wird eine ganze Zahl ab 1.")
        return None
    return Ziel(wert=wert, einheit=einheit, von=von, bis=bis) if wert and einheit and von and bis else None
