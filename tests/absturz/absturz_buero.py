"""The office under attack: people with logins, one process of everything that can go wrong half-way, its settings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from engine import db, schutz
from engine.commands import personen, prozesse, zugaenge
from engine.queries import personen as abfragen
from engine.rechte import Rolle

PASSWORT = "Absturz-2026"
THEMA = "draussen"
#: two parallel steps, a watching and a holding timer of a second, a way back; in the end a service, work of another
#: system, and a message that starts a second process
BPMN = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t" id="d"
 xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"><message id="m" name="Fertig"/>
<process id="absturz" name="Absturz" isExecutable="true"><startEvent id="s"/>
<userTask id="aufnehmen" name="Aufnehmen"/><parallelGateway id="teilung"/><userTask id="links" name="Links"/>
<userTask id="rechts" name="Rechts"/><userTask id="nachfassen" name="Nachfassen"/><parallelGateway id="vereinigung"/>
<boundaryEvent id="mahnung" attachedToRef="links" cancelActivity="false"><timerEventDefinition id="t1">
<timeDuration>PT1S</timeDuration></timerEventDefinition></boundaryEvent>
<intermediateCatchEvent id="pause" name="Pause"><timerEventDefinition id="t2"><timeDuration>PT1S</timeDuration>
</timerEventDefinition></intermediateCatchEvent><userTask id="entscheiden" name="Entscheiden"/>
<exclusiveGateway id="gut" name="Gut?" default="f9"/>
<serviceTask id="melden" name="Melden" implementation="hilfefluss:benachrichtigen"/>
<serviceTask id="draussen" name="Draußen"><extensionElements><zeebe:taskDefinition type="draussen"/></extensionElements>
</serviceTask><endEvent id="e"><messageEventDefinition id="md" messageRef="m"/></endEvent><endEvent id="e2"/>
<sequenceFlow id="f1" sourceRef="s" targetRef="aufnehmen"/>
<sequenceFlow id="f2" sourceRef="aufnehmen" targetRef="teilung"/>
<sequenceFlow id="f3" sourceRef="teilung" targetRef="links"/>
<sequenceFlow id="f4" sourceRef="teilung" targetRef="rechts"/>
<sequenceFlow id="f5" sourceRef="links" targetRef="vereinigung"/>
<sequenceFlow id="f6" sourceRef="rechts" targetRef="vereinigung"/>
<sequenceFlow id="f7" sourceRef="vereinigung" targetRef="pause"/>
<sequenceFlow id="f8" sourceRef="pause" targetRef="entscheiden"/>
<sequenceFlow id="f8b" sourceRef="entscheiden" targetRef="gut"/>
<sequenceFlow id="f9" sourceRef="gut" targetRef="melden"/>
<sequenceFlow id="f9b" sourceRef="melden" targetRef="draussen"/>
<sequenceFlow id="f9c" sourceRef="draussen" targetRef="e"/>
<sequenceFlow id="f10" sourceRef="gut" targetRef="aufnehmen">
<conditionExpression>urteil = "nochmal"</conditionExpression></sequenceFlow>
<sequenceFlow id="f11" sourceRef="mahnung" targetRef="nachfassen"/>
<sequenceFlow id="f12" sourceRef="nachfassen" targetRef="e2"/>
</process><process id="empfang" name="Empfang" isExecutable="true">
<startEvent id="es"><messageEventDefinition id="md2" messageRef="m"/></startEvent>
<userTask id="ablegen" name="Ablegen"/><endEvent id="ee"/><sequenceFlow id="g1" sourceRef="es" targetRef="ablegen"/>
<sequenceFlow id="g2" sourceRef="ablegen" targetRef="ee"/></process></definitions>"""


def _feld(art: str, key: str, klasse: str, **mehr: object) -> dict[str, object]:
    return {"type": art, "key": key, "label": key.title(), "properties": {"datenklasse": klasse}, **mehr}


_WERTE = [{"label": wert, "value": wert} for wert in ("ja", "nochmal")]
FORMULARE = {
    "aufnehmen": {"type": "default", "components": [_feld("textarea", "anlass", "S1", validate={"required": True})]},
    "entscheiden": {
        "type": "default",
        "components": [_feld("select", "urteil", "S0", values=_WERTE, validate={"required": True})],
    },
}
EINRICHTUNG: dict[str, object] = {"aufgaben": {name: {"formular": name} for name in FORMULARE}}


@dataclass(frozen=True)
class Buero:
    """What the clients need: who they are and what they start."""

    prozess: int
    kennungen: tuple[str, ...]
    #: of the other system
    schluessel: str


def create(url: str, ordner: Path, leute: int) -> Buero:
    """Set it up on a migrated database; the key ring lies in the folder, as the product expects it."""
    schutz.open_schluesselbund(ordner / "schluesselbund.json")
    db_engine = db.create_db_engine(url)
    sessions = db.create_sessions(db_engine)
    now = datetime.now(UTC)
    kennungen = tuple(f"person{nr}" for nr in range(leute))
    geheim = personen.hash_passwort(PASSWORT)
    with db.transaction(sessions) as session:
        mandant = personen.create_mandant(session, kennung="amt", name="Amt", land="NW")
        nord = personen.create_einheit(session, mandant, kennung="nord", name="Nord")
        fach = personen.create_gruppe(session, nord, kennung="fach", name="Fach", rolle=Rolle.ASD_FACHKRAFT)
        modell = personen.create_gruppe(session, nord, kennung="modell", name="Modell", rolle=Rolle.MODELLIERUNG)
        _, schluessel = zugaenge.create_zugang(
            session, mandant.id, name="System", themen=[THEMA], nachrichten=[], now=now
        )
        for kennung in kennungen:
            personen.create_person(session, nord, kennung=kennung, name=kennung, passwort_hash=geheim, gruppen=(fach,))
        wer = personen.create_person(
            session, nord, kennung="modell", name="M", passwort_hash=geheim, gruppen=(modell,)
        ).id
    with db.transaction(sessions) as session:
        akteur = abfragen.akteur(session, wer, now)
        assert akteur is not None
        versionen = prozesse.upload_modell(
            session,
            akteur,
            dateiname="absturz.bpmn",
            inhalt=BPMN.encode(),
            now=now,
            einrichtung=EINRICHTUNG,
            formulare=FORMULARE,
        )
        for version in versionen:
            ort = {"prozess_id": version.prozess_id, "nummer": version.nummer}
            prozesse.assign_lanes(session, akteur, lanes=dict.fromkeys(version.lanes(), "fach"), **ort)
            prozesse.publish_version(session, akteur, now=now, **ort)
        prozess = next(v.prozess_id for v in versionen if v.kennung == "absturz")
    db_engine.dispose()
    return Buero(prozess, kennungen, schluessel)
