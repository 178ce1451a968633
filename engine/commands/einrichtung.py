"""Sets up a draft beside its drawing: steps, decisions, calls, events. What changes what runs is checked anew."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import errors, formulare
from engine.bpmn.ergebnis import GeprueftesModell, Schritt
from engine.bpmn.mitgebracht import read_ereignisse
from engine.bpmn.vorgaben import WAEHLBAR
from engine.commands import beilagen, entwuerfe
from engine.commands.modellpruefung import ModellAbgelehnt
from engine.katalog.bericht import Bericht, Tabelle
from engine.katalog.einrichtung import FELDER_AUFGABE, MEILENSTEINE, Einrichtung, read_aufgabe
from engine.katalog.ereignisse import read_ereignis
from engine.katalog.pruefung import Zusammenhang, check_aufgabe, check_verzweigung
from engine.katalog.verzweigungen import read_verzweigung
from engine.katalog.vorschlaege import propose_all
from engine.model import Prozessversion, VersionStatus
from engine.rechte import Akteur, Recht

#: settings that the form of a step shows; others (examples, proposals of tables …) stay as they are
FELDER = tuple(
    name
    for name in FELDER_AUFGABE
    if name not in ("dienst", "thema", "vorschlag", "zwingend", "bezeichnungen", "beispiel")
)
#: those that decide what runs
_WIRKSAM = ("formular", "entscheidung")


def set_aufgabe(
    session: Session,
    akteur: Akteur,
    *,
    prozess_id: int,
    nummer: int,
    element: str,
    angaben: Mapping[str, Any],
    meilenstein: str = "",
) -> None:
    """Set one step of a draft; `angaben` are keys of `FELDER`, a missing one is unset.

    Raises
    ------
    errors.Invalid
        With one message per field.
    """
    version, _ = _open(session, akteur, prozess_id, nummer, element)
    vorher = version.aufgaben_einstellung(element)
    bleibt = {k: v for k, v in vorher.items() if k not in FELDER}
    bericht = Bericht()
    gelesen = read_aufgabe(Tabelle({k: v for k, v in angaben.items() if k in FELDER}, "", "", bericht))
    if meilenstein and meilenstein not in MEILENSTEINE:
        bericht.add("", "meilenstein", "Diesen Meilenstein gibt es nicht.", "Bitte wählen Sie einen aus der Liste.")
    if not bericht.befunde:
        check_aufgabe(zusammenhang(version, bericht), element, gelesen)
    _refuse(bericht, f"aufgaben.{element}")
    neu = {**bleibt, **gelesen}
    if name := gelesen.get("formular"):
        neu["datenklasse"] = datenklasse(version, name)
    write(version, "aufgaben", element, neu)
    write(version, "meilensteine", element, meilenstein)
    if any(vorher.get(feld) != neu.get(feld) for feld in _WIRKSAM):
        recheck(session, akteur, version)


def merge_aufgabe(
    session: Session, akteur: Akteur, *, prozess_id: int, nummer: int, element: str, angaben: Mapping[str, Any]
) -> None:
    """Change some settings of one step of a draft; an empty value unsets, what is not named stays.

    Raises
    ------
    errors.Invalid
        With one message per field.
    """
    version, _ = _open(session, akteur, prozess_id, nummer, element)
    bisher = {k: v for k, v in version.aufgaben_einstellung(element).items() if k in FELDER}
    neu = {k: v for k, v in {**bisher, **angaben}.items() if v not in ("", None)}
    if neu.get("formular"):
        neu.pop("datenklasse", None)
    if neu.get("frist"):
        neu.setdefault("frist_art", "standard")
    else:
        neu.pop("frist_art", None)
    set_aufgabe(
        session,
        akteur,
        prozess_id=prozess_id,
        nummer=nummer,
        element=element,
        angaben=neu,
        meilenstein=version.einrichtung.get("meilensteine", {}).get(element, ""),
    )


def set_verzweigung(
    session: Session,
    akteur: Akteur,
    *,
    prozess_id: int,
    nummer: int,
    element: str,
    angaben: Mapping[str, Any] | None,
) -> None:
    """Set who or what chooses the exit of a gateway; None: as it is drawn.

    Raises
    ------
    errors.Invalid
        With one message per exit (key: id of the flow) or for ``sonst``.
    """
    version, schritt = _open(session, akteur, prozess_id, nummer, element)
    if schritt.bpmn_typ not in WAEHLBAR:
        raise errors.NotFound
    gelesen = None
    if angaben is not None:
        bericht = Bericht()
        gelesen = read_verzweigung(Tabelle(angaben, "", "", bericht))
        if gelesen is not None:
            check_verzweigung(zusammenhang(version, bericht), element, gelesen)
        _refuse(bericht, f"verzweigungen.{element}")
    write(version, "verzweigungen", element, gelesen)
    recheck(session, akteur, version)


def set_aufruf(session: Session, akteur: Akteur, *, prozess_id: int, nummer: int, element: str, kennung: str) -> None:
    """Set which stored process a call activity runs; an empty text: as it is drawn."""
    version, schritt = _open(session, akteur, prozess_id, nummer, element)
    if schritt.bpmn_typ != "callActivity":
        raise errors.NotFound
    if kennung and not _is_callable(session, akteur, kennung):
        raise errors.Invalid(felder={"aufruf": "Bitte wählen Sie einen Prozess aus der Liste."})
    write(version, "aufrufe", element, kennung)
    recheck(session, akteur, version)


def set_ereignis(
    session: Session, akteur: Akteur, *, prozess_id: int, nummer: int, element: str, angaben: Mapping[str, Any]
) -> None:
    """Set the message or the time of an event; nothing in `angaben`: as it is drawn.

    Raises
    ------
    errors.Invalid
        With one message per field (``nachricht``, ``schluessel``, ``zeit``, ``zeit_art``).
    """
    version, _ = _open(session, akteur, prozess_id, nummer, element)
    gezeichnet = read_ereignisse(version.original).get(element)
    if gezeichnet is None:
        raise errors.NotFound
    bericht = Bericht()
    erlaubt = ("zeit", "zeit_art") if gezeichnet.art == "timer" else ("nachricht", "schluessel")
    gelesen = read_ereignis(Tabelle({k: v for k, v in angaben.items() if k in erlaubt and v}, "", "", bericht))
    _refuse(bericht, "")
    write(version, "ereignisse", element, gelesen)
    recheck(session, akteur, version)


def _is_callable(session: Session, akteur: Akteur, kennung: str) -> bool:
    live = select(Prozessversion.id).where(
        Prozessversion.mandant_id == akteur.mandant_id,
        Prozessversion.kennung == kennung,
        Prozessversion.status == VersionStatus.IM_EINSATZ,
    )
    return session.execute(live.limit(1)).first() is not None


def accept_vorschlaege(
    session: Session, akteur: Akteur, *, prozess_id: int, nummer: int, schluessel: frozenset[str]
) -> int:
    """Take over proposals by their key; returns how many were still open."""
    akteur.require(Recht.PROZESS_BEARBEITEN)
    version = entwuerfe.draft_of(session, akteur, prozess_id, nummer, "Übernehmen")
    offen = propose_all(version.schrittliste(), version.einrichtung.get("aufgaben", {}), version.original)
    gewaehlt = [v for v in offen if v.schluessel in schluessel]
    for vorschlag in gewaehlt:
        write(
            version,
            "aufgaben",
            vorschlag.element,
            {**version.aufgaben_einstellung(vorschlag.element), **vorschlag.werte},
        )
    return len(gewaehlt)


def _open(
    session: Session, akteur: Akteur, prozess_id: int, nummer: int, element: str
) -> tuple[Prozessversion, Schritt]:
    akteur.require(Recht.PROZESS_BEARBEITEN)
    version = entwuerfe.draft_of(session, akteur, prozess_id, nummer, "Einrichten")
    schritt = version.schritt(element)
    if schritt is None:
        raise errors.NotFound
    return version, schritt


def zusammenhang(version: Prozessversion, bericht: Bericht) -> Zusammenhang:
    """Drawing, settings, forms and tables of a version, to be compared."""
    modell = GeprueftesModell(version.kennung, version.name or "", version.schrittliste(), version.lanes())
    einrichtung = Einrichtung(lanes={}, aufgaben={}, meilensteine={}, ziel=None)
    einrichtung["aufgaben"] = version.einrichtung.get("aufgaben", {})
    return Zusammenhang(
        modell,
        einrichtung,
        {name: formulare.read_schema(schema) for name, schema in version.formulare.items()},
        bericht,
        beilagen.ausgaben_of(version.entscheidungen),
    )


def datenklasse(version: Prozessversion, formular: str) -> str:
    """The highest class of data that a form holds."""
    felder = formulare.read_schema(version.formulare[formular]).felder
    return max((feld.datenklasse.value for feld in felder), default="S1")


def _refuse(bericht: Bericht, ort: str) -> None:
    """All findings as messages at their fields."""
    if not bericht.befunde:
        return
    felder: dict[str, str] = {}
    for befund in bericht.befunde:
        feld = befund.element.removeprefix(ort).removeprefix(".").removeprefix("bedingungen.")
        felder.setdefault(feld or "schritt", f"{befund.grund} {befund.abhilfe}")
    raise errors.Invalid(felder=felder)


def write(version: Prozessversion, tabelle: str, element: str, wert: Any) -> None:
    """One entry of a table of the settings; an empty value removes it. A new object: the old one may be shared."""
    eintraege = {k: v for k, v in version.einrichtung.get(tabelle, {}).items() if k != element}
    if wert:
        eintraege[element] = wert
    version.einrichtung = {**version.einrichtung, tabelle: eintraege}


def recheck(session: Session, akteur: Akteur, version: Prozessversion) -> None:
    """Check a draft anew with its settings; raises `errors.Invalid` with the reasons when it would not run any more."""
    try:
        entwuerfe.recheck(session, akteur, version)
    except ModellAbgelehnt as fehler:
        gruende = " ".join(b.text for b in fehler.befunde if b.stufe.value == "fehler")
        raise errors.Invalid(
            f"Speichern nicht möglich: Die Zeichnung läuft mit dieser Angabe nicht. {gruende} Wählen Sie eine andere."
        ) from None
