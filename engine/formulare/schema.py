"""Reads a form-js schema. The schema is uploaded, so every part of it may be wrong: all problems are reported at once.

The keys of `Invalid.felder` are places in the schema, such as ``components[2]`` or the key of a field.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from engine.errors import Invalid
from engine.formulare import abhaengigkeiten, bauteile
from engine.formulare.bauteile import Bericht
from engine.formulare.felder import Feld, FeldTyp, Hinweistext, Json, Trenner
from engine.formulare.formular import Abschnitt, Formular, Inhalt

MAX_BAUTEILE = 500
MAX_TIEFE = 6

#: what form-js draws without an input, and what pages and paper need not show
_OHNE_WIRKUNG = frozenset({"spacer", "button"})

_TYPEN = {
    "textfield": FeldTyp.TEXT,
    "textarea": FeldTyp.TEXTBEREICH,
    "number": FeldTyp.ZAHL,
    "checkbox": FeldTyp.KONTROLLKASTEN,
    "checklist": FeldTyp.CHECKLISTE,
    "radio": FeldTyp.RADIO,
    "select": FeldTyp.AUSWAHL,
    "taglist": FeldTyp.MEHRFACHAUSWAHL,
    "expression": FeldTyp.AUSDRUCK,
    "filepicker": FeldTyp.DATEI,
}
_DATUMSTYPEN = {"date": FeldTyp.DATUM, "time": FeldTyp.UHRZEIT, "datetime": FeldTyp.ZEITPUNKT}

#: no backtracking: one class, one closing sign
_MARKUP = re.compile(r"<[^<>]{0,2000}>")


def read_schema(schema: object) -> Formular:
    """The form behind a form-js schema (``{"components": […]}``, already parsed JSON).

    Groups become sections. Raises `Invalid` with all problems, one sentence per place.
    """
    leser = _Leser()
    if not isinstance(schema, Mapping):
        raise Invalid("Das Formular kann nicht gelesen werden: Es ist kein form-js-Schema.")
    bauteile_liste = schema.get("components")
    if not isinstance(bauteile_liste, list):
        raise Invalid("Das Formular kann nicht gelesen werden: Die Liste „components“ fehlt.")
    leser.read_liste(bauteile_liste, "", 0)
    leser.finish()
    leser.check_ausdruecke()
    leser.bericht.raise_if_any()
    kennung = bauteile.as_text(schema.get("id"), 100)
    titel = bauteile.as_text(schema.get("title"), 300) or bauteile.as_text(schema.get("name"), 300)
    return Formular(kennung, titel, tuple(leser.abschnitte), tuple(leser.ausgelassen))


@dataclass
class _Leser:
    """Walks the components in order; a group closes the section before it and opens its own."""

    bericht: Bericht = field(default_factory=Bericht)
    abschnitte: list[Abschnitt] = field(default_factory=list)
    inhalte: list[Inhalt] = field(default_factory=list)
    ausgelassen: list[str] = field(default_factory=list)
    titel: str = ""
    hinweis: str = ""
    anzahl: int = 0
    felder: dict[str, Feld] = field(default_factory=dict)
    verborgen_wenn: tuple[str, ...] = ()
    in_liste: bool = False

    def read_liste(self, teile: list[Json], ort: str, tiefe: int) -> None:
        """Components of the form or of one group; stops when there are too many."""
        for nummer, teil in enumerate(teile):
            self.anzahl += 1
            if self.anzahl > MAX_BAUTEILE:
                self.bericht.add("components", f"Das Formular hat mehr als {MAX_BAUTEILE} Bauteile. Teilen Sie es auf.")
                return
            self._read(teil, f"{ort}components[{nummer}]", tiefe)

    def finish(self) -> None:
        """Close the open section."""
        if self.inhalte or self.titel:
            self.abschnitte.append(Abschnitt(self.titel, tuple(self.inhalte), self.hinweis))
        self.inhalte, self.titel, self.hinweis = [], "", ""

    def check_ausdruecke(self) -> None:
        """A computed field shows what it is made of, so its class is at least that of its sources."""
        for feld in self.felder.values():
            if feld.ausdruck is None:
                continue
            for quelle in abhaengigkeiten.uses(feld.ausdruck, self.felder):
                # Of a list an expression sees what belongs to its own class and below.
                if quelle.datenklasse > feld.datenklasse and quelle.typ is not FeldTyp.LISTE:
                    self.bericht.add(
                        feld.key,
                        f"Feld „{feld.key}“ hat die Datenklasse {feld.datenklasse}, verwendet aber „{quelle.key}“ "
                        f"mit {quelle.datenklasse}. Wählen Sie {quelle.datenklasse}.",
                    )

    def _read(self, teil: Json, ort: str, tiefe: int) -> None:
        if not isinstance(teil, Mapping):
            self.bericht.add(ort, "Dieses Bauteil ist nicht lesbar.")
            return
        art = bauteile.as_text(teil.get("type"), 40)
        if art in ("text", "html"):
            self.inhalte += _hinweistexte(teil)
        elif art == "separator":
            self.inhalte.append(Trenner())
        elif art == "group":
            self._read_gruppe(teil, ort, tiefe)
        elif art == "dynamiclist":
            self._read_liste(teil, ort, tiefe)
        elif art == "table":
            self.inhalte += filter(None, [bauteile.read_tabelle(teil, ort, self.bericht)])
        elif art == "image":
            self._leave_out(teil, ort)
        elif art not in _OHNE_WIRKUNG:
            self._read_feld(teil, art, ort)

    def _leave_out(self, teil: Mapping[str, Json], ort: str) -> None:
        name = bauteile.as_text(teil.get("alt") or teil.get("label"), 100)
        nennung = f"„{name}“" if name else f"an der Stelle {ort}"
        text = f"Das Bild {nennung} erscheint nicht im Formular: Es wird nichts von außen geladen."
        if len(self.ausgelassen) < bauteile.MAX_PROBLEME:
            self.ausgelassen.append(text)

    def _read_liste(self, teil: Mapping[str, Json], ort: str, tiefe: int) -> None:
        """Rows have keys of their own; groups in a row are only looks."""
        zeile = _Leser(bericht=self.bericht, anzahl=self.anzahl, in_liste=True)
        kinder = teil.get("components")
        if self.in_liste or not isinstance(kinder, list):
            self.bericht.add(ort, "Diese Liste ist nicht lesbar oder liegt in einer anderen. Lösen Sie sie heraus.")
            return
        zeile.read_liste(kinder, f"{ort}.", tiefe + 1)
        zeile.finish()
        zeile.check_ausdruecke()
        self.anzahl = zeile.anzahl
        if len(zeile.felder) > bauteile.MAX_SPALTEN:
            self.bericht.add(ort, f"Eine Zeile hat mehr als {bauteile.MAX_SPALTEN} Felder. Teilen Sie die Liste auf.")
        self._add(bauteile.read_liste(teil, ort, tuple(zeile.felder.values()), self.bericht), ort)

    def _read_gruppe(self, teil: Mapping[str, Json], ort: str, tiefe: int) -> None:
        kinder = teil.get("components", [])
        if tiefe >= MAX_TIEFE or not isinstance(kinder, list):
            self.bericht.add(ort, f"Diese Gruppe ist nicht lesbar oder tiefer als {MAX_TIEFE} Ebenen geschachtelt.")
            return
        if teil.get("path"):
            self.bericht.add(ort, "Eine Gruppe mit „path“ wird nicht unterstützt. Entfernen Sie den Pfad der Gruppe.")
        self.finish()
        self.titel = bauteile.as_text(teil.get("label"), 300)
        self.hinweis = bauteile.as_text(teil.get("description"), 2000)
        aussen = self.verborgen_wenn
        bedingung = bauteile.read_bedingung(teil, ort, self.bericht)
        self.verborgen_wenn = (*aussen, bedingung) if bedingung else aussen
        self.read_liste(kinder, f"{ort}.", tiefe + 1)
        self.verborgen_wenn = aussen
        self.finish()

    def _read_feld(self, teil: Mapping[str, Json], art: str, ort: str) -> None:
        typ = _typ(teil, art)
        if typ is None:
            self.bericht.add(
                ort,
                f"Das Bauteil „{art or '?'}“ wird nicht unterstützt. Ersetzen Sie es durch ein Eingabefeld.",
            )
            return
        self._add(bauteile.read_feld(teil, typ, ort, self.bericht), ort)

    def _add(self, feld: Feld | None, ort: str) -> None:
        if feld is None:
            return
        if feld.key in self.felder:
            self.bericht.add(ort, f"Den Schlüssel „{feld.key}“ gibt es mehrfach. Jedes Feld braucht einen eigenen.")
        bedingungen = [*self.verborgen_wenn, *filter(None, [feld.verborgen_wenn])]
        if bedingungen:
            feld = replace(feld, verborgen_wenn=" or ".join(f"({text})" for text in bedingungen))
        self.felder[feld.key] = feld
        self.inhalte.append(feld)


def _typ(teil: Mapping[str, Json], art: str) -> FeldTyp | None:
    if art == "datetime":
        subtyp = teil.get("subtype", "date")
        return _DATUMSTYPEN.get(subtyp) if isinstance(subtyp, str) else None
    return _TYPEN.get(art)


def _hinweistexte(teil: Mapping[str, Json]) -> Iterator[Hinweistext]:
    roh = bauteile.as_text(teil.get("text") or teil.get("content"), 10_000)
    text = html.unescape(_MARKUP.sub(" " if teil.get("type") == "html" else "", roh)).strip()
    if text:
        yield Hinweistext(text)
