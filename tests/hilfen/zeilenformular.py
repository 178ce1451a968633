"""Kleinstadt with a form that has rows, a condition and a computed field, as a new version of its tiny process."""

from __future__ import annotations

from typing import Any

from kleinstadt import KLEINSTADT

from engine.commands import prozesse

FORMULAR: dict[str, Any] = {
    "type": "default",
    "id": "beschluesse",
    "components": [
        {
            "type": "group",
            "label": "Beschlüsse",
            "components": [
                {
                    "type": "dynamiclist",
                    "path": "beschluesse",
                    "label": "Beschlüsse",
                    "properties": {"zeile": "Beschluss", "mindestens": "1", "hoechstens": "3"},
                    "components": [
                        {
                            "type": "textarea",
                            "key": "ergebnis",
                            "label": "Ergebnis",
                            "validate": {"required": True},
                            "properties": {"glossar": "Beschluss"},
                        },
                        {"type": "textfield", "key": "verantwortlichkeit", "label": "Verantwortlich"},
                        {
                            "type": "datetime",
                            "subtype": "date",
                            "key": "termin",
                            "label": "Termin",
                            "validate": {"required": True},
                            "properties": {"datenklasse": "S0", "leer_grund": "ja"},
                        },
                    ],
                },
                {
                    "type": "expression",
                    "key": "zahl_beschluesse",
                    "label": "Zahl der Beschlüsse",
                    "expression": "=count(beschluesse)",
                    "properties": {"datenklasse": "S0"},
                },
            ],
        },
        {"type": "separator"},
        {
            "type": "radio",
            "key": "dolmetschen",
            "label": "Wird gedolmetscht?",
            "values": [{"label": "Ja", "value": "ja"}, {"label": "Nein", "value": "nein"}],
            "properties": {"datenklasse": "S0"},
        },
        {
            "type": "textfield",
            "key": "sprache",
            "label": "Sprache",
            "validate": {"required": True},
            "conditional": {"hide": '=dolmetschen != "ja"'},
        },
    ],
}


def publish(amt: Any) -> None:
    """Put the version with these rows im Einsatz."""
    akteur = amt.akteur("prozesse")
    with amt.teile.transaction() as session:
        [version] = prozesse.upload_modell(
            session,
            akteur,
            dateiname="bedarf.bpmn",
            inhalt=KLEINSTADT["MODELL"],
            now=amt.uhr.jetzt,
            einrichtung=KLEINSTADT["EINRICHTUNG"],
            formulare={"bedarf": FORMULAR},
        )
        prozesse.publish_version(
            session, akteur, prozess_id=version.prozess_id, nummer=version.nummer, now=amt.uhr.jetzt
        )
