"""Drawings with what their findings promise and a play: events on the way and at a border, messages, times.

A play is written as lines: what happens, ``->``, and where the Vorgang stands then (steps that wait for somebody or
something on its way), ``Ende`` when it is over, ``✉ name`` for what it sent in between.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

ZEIT = "<timerEventDefinition><timeDuration>P3D</timeDuration></timerEventDefinition>"
NACHRICHT = "<messageEventDefinition messageRef='n'/>"
SIGNAL = "<signalEventDefinition signalRef='g'/>"
BEDINGUNG = "<conditionalEventDefinition><condition>betrag &gt; 5</condition></conditionalEventDefinition>"
FEHLER = "<errorEventDefinition errorRef='f'/>"
ESKALATION = "<escalationEventDefinition escalationRef='k'/>"
NAMEN = (
    "<message id='n' name='Antwort'/><signal id='g' name='Alarm'/><error id='f' errorCode='F1'/>"
    "<escalation id='k' escalationCode='K1'/>"
)


def kette(mitte: str) -> str:
    return f"<startEvent id='s'/>{mitte}<endEvent id='e'/>"


def faengt(inhalt: str, kennung: str = "m") -> str:
    return f"<intermediateCatchEvent id='{kennung}' name='Warten'>{inhalt}</intermediateCatchEvent>"


def rand(inhalt: str, *, unterbricht: bool = True, traeger: str = "a") -> str:
    return (
        f"<boundaryEvent id='r' name='Rand' attachedToRef='{traeger}' cancelActivity='{str(unterbricht).lower()}'>"
        f"{inhalt}</boundaryEvent><task id='b'/>"
    )


def teil(ende: str, tag: str = "subProcess") -> str:
    return f"<{tag} id='u'><startEvent id='t'/><task id='a'/><endEvent id='i'>{ende}</endEvent></{tag}>"


def ereignis(inhalt: str, *, unterbricht: bool = True) -> str:
    attribut = "" if unterbricht else "isInterrupting='false'"
    return (
        "<task id='a'/><subProcess id='v' triggeredByEvent='true'>"
        f"<startEvent id='x' name='Ruf' {attribut}>{inhalt}</startEvent><task id='h'/></subProcess>"
    )


@dataclass(frozen=True)
class Fall:
    """A drawing, its promise and its play."""

    name: str
    knoten: str
    fluesse: str
    #: finding → part of its text; findings that are not named here must not be there
    befunde: dict[str, str]
    spiel: tuple[str, ...]
    ausserdem: str = ""
    optionen: dict[str, Any] = field(default_factory=dict)


MITTE = "s -> m, m -> e"
INNEN = "s -> u, t -> a, a -> i, u -> e, r -> b, b -> e"
AM_RAND = "s -> a, a -> e, r -> b, b -> e"
RUF = "s -> a, a -> e, x -> h"
OHNE_ENDE = {"ende_ergaenzt": ""}

EREIGNISSE = (
    Fall(
        "Nachricht fangen",
        kette(faengt(NACHRICHT)),
        MITTE,
        {"eingang_bestaetigen": "„Antwort“ eintrifft oder eine Person"},
        ("start -> m", "meldet m -> Ende"),
    ),
    Fall(
        "Nachricht bestätigen",
        kette(faengt(NACHRICHT)),
        MITTE,
        {"eingang_bestaetigen": "eine Person den Eingang bestätigt"},
        ("start -> m", "erledigt m -> Ende"),
    ),
    Fall(
        "Empfangsaufgabe",
        kette("<receiveTask id='m' messageRef='n'/>"),
        MITTE,
        {"eingang_bestaetigen": "„Antwort“ eintrifft oder"},
        ("start -> m", "meldet m -> Ende"),
    ),
    Fall(
        "Signal fangen",
        kette(faengt(SIGNAL)),
        MITTE,
        {"eingang_bestaetigen": "„Alarm“ eintrifft"},
        ("start -> m", "meldet m -> Ende"),
    ),
    Fall(
        "Nachricht ohne Namen",
        kette(faengt("<messageEventDefinition/>")),
        MITTE,
        {"eingang_bestaetigen": "Eine Person bestätigt, dass es eingetreten ist"},
        ("start -> m", "erledigt m -> Ende"),
    ),
    Fall("Zeit", kette(faengt(ZEIT)), MITTE, {}, ("start -> m", "Zeit -> Ende")),
    Fall(
        "Zeit ohne Angabe",
        kette(faengt("<timerEventDefinition/>")),
        MITTE,
        {"zeit_unlesbar": "Eine Person bestätigt, wann es weitergeht"},
        ("start -> m", "erledigt m -> Ende"),
    ),
    Fall(
        "Bedingung",
        kette(f"<parallelGateway id='p1'/><task id='a'/>{faengt(BEDINGUNG)}"),
        "s -> p1, p1 -> a, p1 -> m, m -> e, a -> e",
        {},
        ("start -> a m", "erledigt a betrag=7 -> Ende"),
    ),
    Fall(
        "Bedingung in anderer Sprache",
        kette(faengt(BEDINGUNG.replace("betrag &gt; 5", "genug Geld"))),
        MITTE,
        {"ereignisbedingung_nicht_ausfuehrbar": "Eine Person sagt", "eingang_bestaetigen": "Eine Person bestätigt"},
        ("start -> m", "erledigt m -> Ende"),
    ),
    Fall(
        "Nachricht senden",
        kette(f"<intermediateThrowEvent id='m'>{NACHRICHT}</intermediateThrowEvent>"),
        MITTE,
        {"ereignis_gesendet": "„Antwort“ geht an Vorgänge, die darauf warten"},
        ("start -> Ende ✉ Antwort",),
    ),
    Fall(
        "Nachricht ohne Namen senden",
        kette("<intermediateThrowEvent id='m'><messageEventDefinition/></intermediateThrowEvent>"),
        MITTE,
        {"ereignis_nicht_gesendet": "es wird nichts versandt"},
        ("start -> Ende",),
    ),
    Fall(
        "Ende mit Signal",
        f"<startEvent id='s'/><endEvent id='e'>{SIGNAL}</endEvent>",
        "s -> e",
        {"ereignis_gesendet": "„Alarm“ erreicht alle Vorgänge"},
        ("start -> Ende ✉ Alarm",),
    ),
    Fall(
        "Signal im selben Vorgang",
        kette(
            f"<parallelGateway id='p1'/><task id='a'/>{faengt(SIGNAL)}<task id='b'/>"
            f"<intermediateThrowEvent id='w'>{SIGNAL}</intermediateThrowEvent>"
        ),
        "s -> p1, p1 -> a, p1 -> m, a -> w, w -> e, m -> b, b -> e",
        {"ereignis_gesendet": "alle Vorgänge, die darauf warten", "eingang_bestaetigen": "„Alarm“"},
        ("start -> a m", "erledigt a -> b ✉ Alarm", "erledigt b -> Ende"),
    ),
    Fall(
        "Senden mit Nachricht",
        kette("<sendTask id='m' messageRef='n'/>"),
        MITTE,
        {"senden_mit_nachricht": "Mit ihrem Abschluss geht die Nachricht „Antwort“"},
        ("start -> m", "erledigt m -> Ende ✉ Antwort"),
    ),
    Fall(
        "Senden ohne Nachricht",
        kette("<sendTask id='m'/>"),
        MITTE,
        {"senden_von_hand": "Eine Person versendet"},
        ("start -> m", "erledigt m -> Ende"),
    ),
    Fall(
        "Ereignisgateway",
        kette(f"<eventBasedGateway id='w'/>{faengt(NACHRICHT)}{faengt(ZEIT, 'z')}<task id='a'/><task id='b'/>"),
        "s -> w, w -> m, w -> z, m -> a, z -> b, a -> e, b -> e",
        {"eingang_bestaetigen": "„Antwort“ eintrifft"},
        ("start -> m z", "Zeit -> b", "erledigt b -> Ende"),
    ),
    Fall(
        "Ereignisgateway mit Eingang von Hand",
        kette(f"<eventBasedGateway id='w'/>{faengt('')}{faengt(ZEIT, 'z')}<task id='a'/><task id='b'/>"),
        "s -> w, w -> m, w -> z, m -> a, z -> b, a -> e, b -> e",
        {"eingang_bestaetigen": "Eine Person bestätigt"},
        ("start -> m z", "erledigt m -> a", "erledigt a -> Ende"),
    ),
    Fall(
        "eines von mehreren Ereignissen",
        kette(faengt(NACHRICHT + ZEIT)),
        MITTE,
        {"mehrfachereignis": "sobald eines der Ereignisse", "eingang_bestaetigen": "„Antwort“"},
        ("start -> m m__2", "Zeit -> Ende"),
    ),
    Fall(
        "alle von mehreren Ereignissen",
        kette(faengt(NACHRICHT + ZEIT).replace("id='m'", "id='m' parallelMultiple='true'")),
        MITTE,
        {"mehrfachereignis": "wenn alle Ereignisse eingetreten", "eingang_bestaetigen": "„Antwort“"},
        ("start -> m m__2", "Zeit -> m", "meldet m -> Ende"),
    ),
    Fall(
        "Randereignis Nachricht, unterbrechend",
        kette("<task id='a'/>" + rand(NACHRICHT)),
        AM_RAND,
        {"ereignis_durch_nachricht": "„Antwort“ löst das Ereignis aus. Eine Person kann es auch melden"},
        ("start -> a", "meldet r -> b", "erledigt b -> Ende"),
    ),
    Fall(
        "Randereignis Nachricht, nicht unterbrechend, mehrmals",
        kette("<task id='a'/>" + rand(NACHRICHT, unterbricht=False)),
        AM_RAND,
        {"ereignis_durch_nachricht": "„Antwort“"},
        ("start -> a", "meldet r -> a b", "meldet r -> a b b", "erledigt a -> b b", "erledigt b -> b"),
    ),
    Fall(
        "Randereignis Zeit",
        kette("<task id='a'/>" + rand(ZEIT)),
        AM_RAND,
        {},
        ("start -> a", "Zeit -> b", "erledigt b -> Ende"),
    ),
    Fall(
        "Randereignis Zeit ohne Angabe",
        kette("<task id='a'/>" + rand("<timerEventDefinition/>")),
        AM_RAND,
        {"zeit_unlesbar": "Eine Person meldet, wenn es so weit ist", "ereignis_durch_person": "„Rand“ eingetreten"},
        ("start -> a", "meldet r -> b", "erledigt b -> Ende"),
    ),
    Fall(
        "Randereignis Bedingung",
        kette("<parallelGateway id='p1'/><task id='c'/><task id='a'/>" + rand(BEDINGUNG)),
        "s -> p1, p1 -> a, p1 -> c, a -> e, c -> e, r -> b, b -> e",
        {},
        ("start -> a c", "erledigt c betrag=9 -> b", "erledigt b -> Ende"),
    ),
    Fall(
        "Fehler am Schritt einer Person",
        kette("<task id='a'/>" + rand(FEHLER)),
        AM_RAND,
        {"ereignis_durch_person": "Eine Person meldet im Vorgang, wenn „Rand“ eingetreten ist"},
        ("start -> a", "meldet r -> b", "erledigt b -> Ende"),
    ),
    Fall(
        "Ereignisgateway mit Aufgabe",
        kette(f"<eventBasedGateway id='w'/><task id='a'/>{faengt(ZEIT)}<task id='b'/>"),
        "s -> w, w -> a, w -> m, m -> b, a -> e, b -> e",
        {"ereignisbasiert_mit_aufgabe": "Was zuerst eintritt oder erledigt ist"},
        ("start -> a m", "erledigt a -> Ende"),
    ),
)
