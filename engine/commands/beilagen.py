"""What belongs to a drawing besides itself: forms, decision models, and which step uses which decision.

An upload brings them along, or keeps those of the processes that it draws anew (known by their id in the file).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, undefer

from engine import dmn, errors, pruefstand
from engine.formulare import read_schema
from engine.katalog.ereignisse import ereignisse_of
from engine.katalog.mitgebracht import Mitgebracht, overlay
from engine.katalog.verzweigungen import bedingungen_of, tabellen_of
from engine.model import Prozessversion
from engine.rechte import Akteur


class EntscheidungAbgelehnt(errors.Invalid):
    """Hochladen nicht möglich: Eine Entscheidungstabelle ist nicht verwendbar. Die Befunde nennen Grund und Abhilfe."""

    def __init__(self, befunde: Mapping[str, tuple[dmn.Befund, ...]]) -> None:
        super().__init__()
        self.befunde = befunde


@dataclass(frozen=True, slots=True)
class Beilagen:
    """Everything that decides how a drawing is read."""

    formulare: Mapping[str, Any]
    #: decision models by file name without ending, UTF-8
    entscheidungen: Mapping[str, str]
    #: element -> decision, ``dienst:name`` or ``thema:name``
    zuordnung: Mapping[str, str]
    #: what messages and other systems bring
    von_aussen: frozenset[str]
    #: gateway -> exit -> FEEL, and call activity -> process
    bedingungen: Mapping[str, Mapping[str, str]]
    aufrufe: Mapping[str, str]
    #: event -> its message or its time
    ereignisse: Mapping[str, Mapping[str, str]]
    #: findings of the forms and, after `check`, of the decision models, as stored with a version
    befunde: list[dict[str, Any]]

    def check(self) -> None:
        """Check the decision models; before that nobody reads them.

        Raises `EntscheidungAbgelehnt` with the findings of all of them when one cannot be used.
        """
        dateien = {name: text.encode() for name, text in self.entscheidungen.items()}
        # Without forms nobody knows what the process will hold.
        self.befunde.extend(_check(dateien, self.variablen() if self.formulare else None))

    def variablen(self) -> frozenset[str]:
        """What conditions may use: steering data that the forms set or that come from outside."""
        fields = (feld for schema in self.formulare.values() for feld in read_schema(schema).felder)
        return self.von_aussen | frozenset({"eingang", *(feld.key for feld in fields if feld.ist_steuerdatum)})

    def ausgaben(self) -> dict[str, frozenset[str]]:
        """Decisions by id or name, with the variables they set."""
        return ausgaben_of(self.entscheidungen)


def ausgaben_of(entscheidungen: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """Decisions of these models by id or name, with the variables they set."""
    return dmn.Sammlung({name: text.encode() for name, text in entscheidungen.items()}).ausgaben


def collect(
    session: Session,
    akteur: Akteur,
    inhalt: bytes,
    *,
    einrichtung: Mapping[str, Any] | None,
    formulare: Mapping[str, Any] | None,
    entscheidungen: Mapping[str, bytes] | None,
    mitgebracht: Mitgebracht | None = None,
) -> Beilagen:
    """What comes with the upload, beside the drawing or in it (`mitgebracht`); the rest as kept. Not yet checked."""
    kept = [] if None not in (einrichtung, formulare, entscheidungen) else _kept(session, akteur, inhalt)
    if formulare is None:
        formulare = {name: schema for version in kept for name, schema in version.formulare.items()}
    if entscheidungen is None:
        entscheidungen = {n: d for version in kept for n, d in version.entscheidungsdateien().items()}
    settings = [einrichtung] if einrichtung is not None else [version.einrichtung for version in kept]
    if mitgebracht is not None and einrichtung is None:
        eigene = dict(mitgebracht.einrichtungen)
        settings = [overlay(version.einrichtung, eigene.pop(version.kennung, {})) for version in kept]
        settings += [overlay({}, rest) for rest in eigene.values()]
        formulare = {**formulare, **{n: s for einer in mitgebracht.formulare.values() for n, s in einer.items()}}
    chosen = {
        element: ziel
        for setting in settings
        for element, task in setting.get("aufgaben", {}).items()
        if (ziel := _ziel(task))
    }
    chosen |= {gateway: tabelle for setting in settings for gateway, tabelle in tabellen_of(setting).items()}
    brought = frozenset(name for setting in settings for name in setting.get("variablen", ()))
    return Beilagen(
        formulare=formulare,
        entscheidungen=_texts(entscheidungen),
        zuordnung=chosen,
        von_aussen=brought,
        bedingungen={gateway: texte for s in settings for gateway, texte in bedingungen_of(s).items()},
        aufrufe={element: name for s in settings for element, name in s.get("aufrufe", {}).items()},
        ereignisse={element: wert for s in settings for element, wert in ereignisse_of(s).items()},
        befunde=_ausgelassenes(formulare),
    )


def _ausgelassenes(formulare: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What forms have and no page shows, as findings."""
    return [
        {
            "stufe": dmn.Stufe.HINWEIS.value,
            "art": "formular_ausgelassen",
            "text": f"Formular „{name}“: {text}",
            "abhilfe": "Beschreiben Sie in einem Textbaustein, was das Bild zeigt.",
            "zeile": None,
            "element": None,
            "name": name,
        }
        for name, schema in formulare.items()
        for text in read_schema(schema).ausgelassen
    ]


def _ziel(task: Mapping[str, Any]) -> str:
    """What does a step by itself: a decision, a service of this product, or external work."""
    if task.get("dienst"):
        return f"dienst:{task['dienst']}"
    return f"thema:{task['thema']}" if task.get("thema") else task.get("entscheidung") or ""


def _kept(session: Session, akteur: Akteur, inhalt: bytes) -> list[Prozessversion]:
    """The newest version of each process whose id occurs in the file."""
    mine = Prozessversion.mandant_id == akteur.mandant_id
    newest = select(func.max(Prozessversion.id)).where(mine).group_by(Prozessversion.prozess_id)
    rows = session.execute(select(Prozessversion.id, Prozessversion.kennung).where(Prozessversion.id.in_(newest)))
    ids = [row.id for row in rows if row.kennung.encode() in inhalt]
    statement = select(Prozessversion).where(Prozessversion.id.in_(ids)).order_by(Prozessversion.id)
    return list(session.execute(statement.options(undefer(Prozessversion.entscheidungen))).scalars())


def _texts(entscheidungen: Mapping[str, bytes]) -> dict[str, str]:
    try:
        return {name: daten.decode("utf-8") for name, daten in entscheidungen.items()}
    except UnicodeDecodeError:
        raise errors.Invalid(
            "Hochladen nicht möglich: Eine Entscheidungstabelle ist nicht als UTF-8 gespeichert. "
            "Bitte speichern Sie die Datei in Ihrem Werkzeug erneut als DMN."
        ) from None


def _check(entscheidungen: Mapping[str, bytes], variablen: frozenset[str] | None) -> list[dict[str, Any]]:
    found = pruefstand.pruefe_entscheidungen(entscheidungen, variablen)
    if any(befund.stufe is dmn.Stufe.FEHLER for befunde in found.values() for befund in befunde):
        raise EntscheidungAbgelehnt(found)
    return [
        {
            "stufe": befund.stufe.value,
            "art": f"dmn_{befund.art}",
            "text": f"Entscheidungstabelle „{name}“: {befund.text}",
            "abhilfe": befund.abhilfe,
            "zeile": befund.ort.zeile,
            "element": None,
            "name": befund.ort.name,
        }
        for name, befunde in found.items()
        for befund in befunde
    ]
