"""A form as a plain table of fields: rows out of a form-js schema, and a schema out of rows that were changed.

What the table does not show (rules, conditions, groups, texts between the fields) stays in the schema as it is. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from engine.katalog.fremdformulare import key_of
from web.sprache import _l

Json = dict[str, Any]
#: kind of a field on the page -> type and subtype of form-js
TYPEN: Final[dict[str, tuple[str, str]]] = {
    "textfield": ("textfield", ""),
    "textarea": ("textarea", ""),
    "number": ("number", ""),
    "checkbox": ("checkbox", ""),
    "radio": ("radio", ""),
    "select": ("select", ""),
    "checklist": ("checklist", ""),
    "taglist": ("taglist", ""),
    "date": ("datetime", "date"),
    "time": ("datetime", "time"),
    "datetime": ("datetime", "datetime"),
    "filepicker": ("filepicker", ""),
}
TYPWORTE: Final = {
    "textfield": _l("Text, eine Zeile"),
    "textarea": _l("Text, mehrere Zeilen"),
    "number": _l("Zahl"),
    "checkbox": _l("Kontrollkästchen"),
    "radio": _l("Auswahl, alle sichtbar"),
    "select": _l("Auswahl aus Liste"),
    "checklist": _l("Mehrere, alle sichtbar"),
    "taglist": _l("Mehrere aus Liste"),
    "date": _l("Datum"),
    "time": _l("Uhrzeit"),
    "datetime": _l("Datum und Uhrzeit"),
    "filepicker": _l("Datei"),
}
MIT_OPTIONEN: Final = frozenset({"radio", "select", "checklist", "taglist"})
#: deeper groups are not shown; the engine refuses them anyway
_TIEFE = 6
MAX_ZEILEN = 200


@dataclass(frozen=True, slots=True)
class Zeile:
    """One field as the table shows it."""

    #: place in the schema, e.g. ``2.0``; empty for a new row
    ort: str
    platz: str
    key: str
    label: str
    typ: str
    pflicht: bool
    klasse: str
    optionen: str
    #: title of the group around it
    gruppe: str = ""
    #: not to be kept
    weg: bool = False

    @property
    def leer(self) -> bool:
        """Whether nothing was typed into a new row."""
        return not (self.ort or self.key or self.label)


def rows_of(schema: Mapping[str, Any]) -> list[Zeile]:
    """The fields of a schema in the order of the page; what the table cannot show is left out."""
    return [
        _row(teil, ort, gruppe, str(10 * n)) for n, (ort, gruppe, teil) in enumerate(_walk(schema, "", "", 0), start=1)
    ][:MAX_ZEILEN]


def _walk(schema: Mapping[str, Any], vorne: str, gruppe: str, tiefe: int) -> Iterator[tuple[str, str, Json]]:
    for nummer, teil in enumerate(_list(schema, "components") if tiefe <= _TIEFE else []):
        if isinstance(teil, dict) and _kind(teil):
            yield f"{vorne}{nummer}", gruppe, teil
        elif isinstance(teil, dict) and teil.get("type") == "group":
            yield from _walk(teil, f"{vorne}{nummer}.", str(teil.get("label") or ""), tiefe + 1)


def _kind(teil: Mapping[str, Any]) -> str:
    art, unterart = teil.get("type"), str(teil.get("subtype") or "date") if teil.get("type") == "datetime" else ""
    return next((name for name, typ in TYPEN.items() if typ == (art, unterart)), "")


def _row(teil: Json, ort: str, gruppe: str, platz: str) -> Zeile:
    return Zeile(
        ort=ort,
        platz=platz,
        key=str(teil.get("key") or ""),
        label=str(teil.get("label") or ""),
        typ=_kind(teil),
        pflicht=_mapping(teil, "validate").get("required") is True,
        klasse=str(_mapping(teil, "properties").get("datenklasse") or "S1"),
        optionen="\n".join(_options(teil)),
        gruppe=gruppe,
    )


def _options(teil: Mapping[str, Any]) -> Iterator[str]:
    for option in _list(teil, "values"):
        if isinstance(option, dict):
            wert, text = _text(option.get("value")), str(option.get("label") or "")
            yield text if wert == key_of(text).lower() else f"{wert} = {text}"


def _mapping(teil: Mapping[str, Any], name: str) -> Json:
    wert = teil.get(name)
    return wert if isinstance(wert, dict) else {}


def _list(teil: Mapping[str, Any], name: str) -> list[Any]:
    wert = teil.get(name)
    return wert if isinstance(wert, list) else []


def _text(wert: object) -> str:
    return str(wert).lower() if isinstance(wert, bool) else str(wert)


def read_rows(form: Mapping[str, str]) -> list[Zeile]:
    """The rows as the page sent them."""
    nummern = [n for n in range(MAX_ZEILEN) if f"label-{n}" in form]
    return [
        Zeile(
            ort=form.get(f"ort-{n}", ""),
            platz=form.get(f"platz-{n}", ""),
            key=form.get(f"key-{n}", "").strip(),
            label=form.get(f"label-{n}", "").strip(),
            typ=form.get(f"typ-{n}", ""),
            pflicht=bool(form.get(f"pflicht-{n}")),
            klasse=form.get(f"klasse-{n}", "S1"),
            optionen=form.get(f"optionen-{n}", "").replace("\r\n", "\n"),
            gruppe=form.get(f"gruppe-{n}", ""),
            weg=bool(form.get(f"weg-{n}")),
        )
        for n in nummern
    ]


def to_schema(schema: Mapping[str, Any], zeilen: Sequence[Zeile], titel: str) -> Json:
    """The schema with the fields as the rows say; new ones stand at the end, or where their number puts them."""
    nach_ort = {zeile.ort: zeile for zeile in zeilen if zeile.ort}
    neu = _rebuild(schema, "", nach_ort, 0)
    frische = [zeile for zeile in zeilen if not zeile.ort and not zeile.leer and not zeile.weg]
    neue = [(_place(zeile, 10_000_000 + n), _patched({}, zeile)) for n, zeile in enumerate(frische)]
    oben = [(wo, teil) for wo, teil in neu["components"]]
    neu["components"] = [teil for _, teil in sorted([*oben, *neue], key=lambda paar: paar[0])]
    return neu | {"type": "default"} | ({"title": titel} if titel else {})


def _rebuild(schema: Mapping[str, Any], vorne: str, zeilen: Mapping[str, Zeile], tiefe: int) -> Json:
    """The same group with its fields changed; at the top the parts keep their numbers, for the new ones."""
    teile: list[tuple[float, Any]] = []
    stelle = 0.0
    for nummer, teil in enumerate(_list(schema, "components")):
        zeile = zeilen.get(f"{vorne}{nummer}")
        if isinstance(teil, dict) and teil.get("type") == "group" and tiefe <= _TIEFE:
            innen = [z for ort, z in zeilen.items() if ort.startswith(f"{vorne}{nummer}.")]
            stelle = max(stelle, min((_place(z, stelle) for z in innen), default=stelle))
            teile.append((stelle, _rebuild(teil, f"{vorne}{nummer}.", zeilen, tiefe + 1)))
        elif zeile is None:
            teile.append((stelle, teil))
        else:
            stelle = _place(zeile, stelle)
            if not zeile.weg:
                teile.append((stelle, _patched(teil, zeile)))
    geordnet = sorted(teile, key=lambda paar: paar[0])
    return {**schema, "components": [teil for _, teil in geordnet] if tiefe else geordnet}


def _place(zeile: Zeile, sonst: float) -> float:
    text = zeile.platz.strip()
    return float(text[:6]) if text.isascii() and text.isdigit() else float(sonst)


def _patched(teil: Json, zeile: Zeile) -> Json:
    """A component as its row says; rules of another kind of field do not survive a change of the kind."""
    art, unterart = TYPEN.get(zeile.typ, ("textfield", ""))
    bleibt = teil if teil.get("type") == art else {k: v for k, v in teil.items() if k in ("id", "description")}
    neu = {**bleibt, "type": art, "key": zeile.key or key_of(zeile.label).lower(), "label": zeile.label}
    if unterart:
        neu["subtype"] = unterart
    regeln = {k: v for k, v in _mapping(bleibt, "validate").items() if k != "required"}
    neu["validate"] = regeln | ({"required": True} if zeile.pflicht else {})
    neu["properties"] = {**_mapping(bleibt, "properties"), "datenklasse": zeile.klasse}
    if art in MIT_OPTIONEN:
        neu["values"] = _values(zeile.optionen, bleibt)
    return {k: v for k, v in neu.items() if k != "validate" or v}


def _values(text: str, teil: Mapping[str, Any]) -> list[Json]:
    """One choice a line: „wert = Text“, or the text alone; a value that was a number or a truth value stays one."""
    bisher = {_text(o.get("value")): o.get("value") for o in _list(teil, "values") if isinstance(o, dict)}
    optionen = []
    for zeile in filter(None, (zeile.strip() for zeile in text.split("\n"))):
        wert, gleich, wort = (teil.strip() for teil in zeile.partition("="))
        wert, wort = (wert, wort or wert) if gleich else (key_of(zeile).lower(), zeile)
        optionen.append({"label": wort, "value": bisher.get(wert, wert)})
    return optionen
