"""Forms of other tools as form-js schemas: JSON Schema, and the form fields of Camunda 7.

Pure; the result is read and judged by `engine.formulare` like any other schema. What has no counterpart becomes text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from engine.bpmn.mitgebracht import Formfeld

#: beyond these the form cannot be meant for people
MAX_FELDER, MAX_TIEFE = 300, 5
#: longer texts get several lines
_EINZEILIG = 200
_DATUM = {"date": "date", "time": "time", "date-time": "datetime"}
_CAMUNDA = {"long": "number", "boolean": "checkbox", "date": "datetime", "enum": "select"}
_REGELN = {"min": "min", "max": "max", "minlength": "minLength", "maxlength": "maxLength"}
Json = dict[str, Any]


def read_text(text: str) -> Json | None:
    """The form-js schema that a JSON text is or stands for; None for anything else."""
    try:
        daten = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return as_form(daten)


def as_form(daten: object) -> Json | None:
    """A form-js schema as it is, a JSON Schema converted; None for anything else."""
    if not isinstance(daten, dict):
        return None
    if isinstance(daten.get("components"), list):
        return daten
    if isinstance(daten.get("properties"), dict):
        teile = list(_components(daten, "", 0))[:MAX_FELDER]
        kopf = {"title": daten["title"]} if isinstance(daten.get("title"), str) else {}
        return {"type": "default", **kopf, "components": teile}
    return None


def _components(schema: Json, vorne: str, tiefe: int) -> Iterator[Json]:
    pflicht = schema.get("required")
    namen = set(pflicht) if isinstance(pflicht, list) and all(isinstance(n, str) for n in pflicht) else set()
    for name, teil in schema["properties"].items():
        if not isinstance(teil, dict):
            continue
        key = key_of(f"{vorne}{name}")
        if isinstance(teil.get("properties"), dict) and tiefe < MAX_TIEFE:
            innen = list(_components(teil, f"{key}_", tiefe + 1))
            yield {"type": "group", "label": _label(teil, name), "components": innen}
        else:
            yield _component(teil, key, name, name in namen)


def _component(teil: Json, key: str, name: str, pflicht: bool) -> Json:
    feld: Json = {"key": key, "label": _label(teil, name), **_type(teil)}
    if isinstance(teil.get("description"), str):
        feld["description"] = teil["description"]
    regeln: Json = {"required": True} if pflicht else {}
    regeln |= {
        ziel: teil[quelle]
        for quelle, ziel in (
            ("minimum", "min"),
            ("maximum", "max"),
            ("minLength", "minLength"),
            ("maxLength", "maxLength"),
            ("pattern", "pattern"),
        )
        if quelle in teil
    }
    if regeln:
        feld["validate"] = regeln
    if "default" in teil and feld["type"] not in ("datetime", "checklist"):
        feld["defaultValue"] = teil["default"]
    if teil.get("readOnly") is True:
        feld["readonly"] = True
    if isinstance(klasse := teil.get("x-datenklasse"), str):
        feld["properties"] = {"datenklasse": klasse}
    return feld


def _label(teil: Json, name: str) -> str:
    titel = teil.get("title")
    return titel if isinstance(titel, str) and titel.strip() else name


def _type(teil: Json) -> Json:
    """Kind of field, with its choices."""
    if auswahl := _options(teil):
        return {"type": "radio" if len(auswahl) <= 4 else "select", "values": auswahl}
    posten = teil.get("items")
    if teil.get("type") == "array" and isinstance(posten, dict) and (auswahl := _options(posten)):
        return {"type": "checklist", "values": auswahl}
    if teil.get("type") in ("integer", "number"):
        return {"type": "number"} | ({"decimalDigits": 0} if teil["type"] == "integer" else {})
    if teil.get("type") == "boolean":
        return {"type": "checkbox"}
    if (art := _DATUM.get(str(teil.get("format")))) is not None:
        return {"type": "datetime", "subtype": art}
    lang = teil.get("maxLength")
    return {"type": "textarea" if not isinstance(lang, int) or lang > _EINZEILIG else "textfield"}


def _options(teil: Json) -> list[Json]:
    werte = teil.get("enum")
    if isinstance(werte, list):
        return [{"value": str(w), "label": str(w)} for w in werte if w is not None]
    paare = teil.get("oneOf")
    if isinstance(paare, list) and paare and all(isinstance(p, dict) and "const" in p for p in paare):
        return [{"value": str(p["const"]), "label": _label(p, str(p["const"]))} for p in paare]
    return []


def from_form_fields(felder: Collection[Formfeld], gelesen: Collection[str]) -> Json:
    """The form of a Camunda 7 task; what conditions read (`gelesen`) and is no free text is steering data."""
    return {"type": "default", "components": [_from_field(feld, feld.kennung in gelesen) for feld in felder]}


def _from_field(feld: Formfeld, steuert: bool) -> Json:
    art = _CAMUNDA.get(feld.typ, "textfield")
    teil: Json = {"type": art, "key": key_of(feld.kennung), "label": feld.label or feld.kennung}
    if art == "select":
        teil["values"] = [{"value": wert, "label": text or wert} for wert, text in feld.werte]
    if art == "datetime":
        teil["subtype"] = "date"
    if regeln := _rules(feld.regeln):
        teil["validate"] = regeln
    if "readonly" in feld.regeln:
        teil["readonly"] = True
    if feld.vorgabe and (wert := _default(art, feld)) is not None:
        teil["defaultValue"] = wert
    if steuert and art != "textfield":
        teil["properties"] = {"datenklasse": "S0"}
    return teil


def _rules(regeln: Mapping[str, str]) -> Json:
    gelesen: Json = {"required": True} if "required" in regeln else {}
    for name, ziel in _REGELN.items():
        if re.fullmatch(r"-?\d{1,12}(\.\d{1,6})?", regeln.get(name, "")):
            gelesen[ziel] = float(regeln[name]) if "." in regeln[name] else int(regeln[name])
    return gelesen


def _default(art: str, feld: Formfeld) -> Any:
    text = feld.vorgabe
    if art == "number":
        return int(text) if re.fullmatch(r"-?\d{1,15}", text) else None
    if art == "checkbox":
        return text == "true"
    if art == "select":
        return text if text in {wert for wert, _ in feld.werte} else None
    return text if art == "textfield" and "${" not in text else None


def key_of(name: str) -> str:
    """A key that `engine.formulare` takes."""
    key = re.sub(r"[^A-Za-zÄÖÜäöüß0-9_]", "_", name)[:80]
    return key if re.match(r"[A-Za-zÄÖÜäöüß]", key) else f"f_{key}"[:80]
