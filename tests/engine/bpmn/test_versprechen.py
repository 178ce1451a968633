"""For each construct: what the findings promise, and what the run then does. Nothing is silently different.

A play is written as lines: what happens, ``->``, and where the Vorgang stands then (steps that wait for somebody or
something on its way), ``Ende`` when it is over, ``✉ name`` for what it sent in between.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from engine import kalender, spiff

Zeichne = Callable[..., Any]
NOW = datetime(2026, 1, 5, 8, tzinfo=UTC)
UMGEBUNG = spiff.Umgebung(kalender.funktionen(kalender.Kalender()))
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

FAELLE = (
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
        "Fehler aus einem Teilprozess",
        kette(teil(FEHLER) + rand(FEHLER, traeger="u")),
        INNEN,
        {},
        ("start -> a", "erledigt a -> b", "erledigt b -> Ende"),
    ),
    Fall(
        "Fehler, den niemand fängt",
        kette(f"<parallelGateway id='p1'/><task id='a'/><endEvent id='m'>{FEHLER}</endEvent>"),
        "s -> p1, p1 -> a, p1 -> m, a -> e",
        {"fehler_ohne_faenger": "Das Ende beendet nur den Weg"},
        ("start -> a", "erledigt a -> Ende"),
    ),
    Fall(
        "Eskalation aus einem Teilprozess, nicht unterbrechend",
        kette(
            "<subProcess id='u'><startEvent id='t'/>"
            f"<intermediateThrowEvent id='w'>{ESKALATION}</intermediateThrowEvent><task id='a'/></subProcess>"
            + rand(ESKALATION, unterbricht=False, traeger="u")
        ),
        "s -> u, t -> w, w -> a, u -> e, r -> b, b -> e",
        OHNE_ENDE,
        ("start -> a b", "erledigt a -> b", "erledigt b -> Ende"),
    ),
    Fall(
        "Eskalation, die niemand fängt",
        kette(f"<intermediateThrowEvent id='m'>{ESKALATION}</intermediateThrowEvent>"),
        MITTE,
        {"eskalation_ohne_faenger": "bleibt ohne Wirkung"},
        ("start -> Ende",),
    ),
    Fall(
        "Transaktion mit Abbruch",
        kette(teil("<cancelEventDefinition/>", "transaction") + rand("<cancelEventDefinition/>", traeger="u")),
        INNEN,
        {"transaktion": "Beim Abbruch der Transaktion endet alles, was in ihr läuft"},
        ("start -> a", "erledigt a -> b", "erledigt b -> Ende"),
    ),
    Fall(
        "Ende, das alles beendet",
        kette(
            "<parallelGateway id='p1'/><task id='a'/><task id='b'/>"
            "<endEvent id='m'><terminateEventDefinition/></endEvent>"
        ),
        "s -> p1, p1 -> a, p1 -> b, a -> m, b -> e",
        {},
        ("start -> a b", "erledigt a -> Ende"),
    ),
    Fall(
        "Ereignis-Teilprozess, unterbrechend",
        kette(ereignis(NACHRICHT)),
        RUF,
        {"ereignis_durch_nachricht": "„Antwort“ löst das Ereignis aus", **OHNE_ENDE},
        ("start -> a", "meldet x -> h", "erledigt h -> Ende"),
    ),
    Fall(
        "Ereignis-Teilprozess, nicht unterbrechend, mehrmals",
        kette(ereignis(SIGNAL, unterbricht=False)),
        RUF,
        {"ereignis_durch_nachricht": "„Alarm“", **OHNE_ENDE},
        (
            "start -> a",
            "meldet x -> a h",
            "meldet x -> a h h",
            "erledigt a -> h h",
            "erledigt h -> h",
            "erledigt h -> Ende",
        ),
    ),
    Fall(
        "Ereignis-Teilprozess mit Zeit",
        kette(ereignis(ZEIT, unterbricht=False)),
        RUF,
        OHNE_ENDE,
        ("start -> a", "Zeit -> a h", "erledigt a -> h", "erledigt h -> Ende"),
    ),
    Fall(
        "Ereignis-Teilprozess mit Bedingung",
        kette("<parallelGateway id='p1'/><task id='c'/>" + ereignis(BEDINGUNG)),
        "s -> p1, p1 -> a, p1 -> c, a -> e, c -> e, x -> h",
        OHNE_ENDE,
        ("start -> a c", "erledigt c betrag=9 -> h", "erledigt h -> Ende"),
    ),
    Fall(
        "Ereignis-Teilprozess ohne Auslöser",
        kette(ereignis("<timerEventDefinition/>")),
        RUF,
        {"zeit_unlesbar": "Eine Person meldet", "ereignis_durch_person": "„Ruf“ eingetreten", **OHNE_ENDE},
        ("start -> a", "meldet x -> h", "erledigt h -> Ende"),
    ),
    Fall(
        "Ereignis-Teilprozess mit Fehler",
        f"<startEvent id='s'/><endEvent id='e'>{FEHLER}</endEvent>{ereignis(FEHLER)}",
        RUF,
        OHNE_ENDE,
        ("start -> a", "erledigt a -> h", "erledigt h -> Ende"),
    ),
    Fall(
        "Ad-hoc, von einer Person geschlossen",
        kette("<adHocSubProcess id='m'><task id='a'/><task id='b'/></adHocSubProcess>"),
        MITTE,
        {"adhoc": "immer wieder angeboten, bis eine Person ihn abschließt"},
        ("start -> a b m", "erledigt a -> a b m", "erledigt b -> a b m", "erledigt m -> Ende"),
    ),
    Fall(
        "Ad-hoc mit Bedingung",
        kette(
            "<adHocSubProcess id='m'><task id='a'/><completionCondition>betrag &gt; 5</completionCondition>"
            "</adHocSubProcess>"
        ),
        MITTE,
        {"adhoc": "bis „betrag > 5“ zutrifft"},
        ("start -> a", "erledigt a betrag=1 -> a", "erledigt a betrag=6 -> Ende"),
    ),
    Fall(
        "Ad-hoc mit Teilprozess",
        kette(
            "<adHocSubProcess id='m'><subProcess id='u'><startEvent id='t'/><task id='a'/></subProcess>"
            "</adHocSubProcess>"
        ),
        "s -> m, m -> e, t -> a",
        {"adhoc": "immer wieder angeboten", **OHNE_ENDE},
        ("start -> m u", "erledigt u -> a m u", "erledigt a -> m u", "erledigt m -> Ende"),
    ),
    Fall(
        "Service",
        kette("<serviceTask id='m' implementation='hilfefluss:summe'/>"),
        MITTE,
        {"dienst": "Der Service „summe“ erledigt den Schritt"},
        ("start -> m", "Dienst m -> Ende"),
        optionen={"dienste": frozenset({"summe"})},
    ),
    Fall(
        "Fehler eines Service",
        kette("<serviceTask id='a'/>" + rand(FEHLER)),
        AM_RAND,
        {"dienst": "angeschlossenes System (Thema „druck“)"},
        ("start -> a", "Fehler a F1 -> b", "erledigt b -> Ende"),
        optionen={"themen": frozenset({"druck"}), "zuordnung": {"a": "thema:druck"}},
    ),
    Fall(
        "Service ohne System",
        kette("<serviceTask id='m'/>"),
        MITTE,
        {"service_von_hand": "Eine Person erledigt ihn"},
        ("start -> m", "erledigt m -> Ende"),
    ),
    Fall(
        "mehrere Starts",
        "<startEvent id='s'/><startEvent id='z' name='Zuzug'/><task id='a'/><task id='b'/><endEvent id='e'/>",
        "s -> a, z -> b, a -> e, b -> e",
        {"mehrere_starts": "Ohne andere Wahl beginnt der Ablauf bei „s“"},
        ("start -> a", "start z -> b", "erledigt b -> Ende"),
    ),
    Fall(
        "Start durch Nachricht",
        f"<startEvent id='s'>{NACHRICHT}</startEvent><task id='a'/><endEvent id='e'/>",
        "s -> a, a -> e",
        {"start_durch_nachricht": "Eine Person kann ihn auch starten"},
        ("start s -> a", "erledigt a -> Ende"),
    ),
    Fall(
        "Aufruf mit Ein- und Ausgabe",
        kette(
            "<callActivity id='m' calledElement='q'><extensionElements xmlns:c='http://camunda.org/schema/1.0/bpmn'>"
            "<c:in sourceExpression='${1 + 1}' target='zahl'/><c:out source='zahl' target='betrag'/>"
            "</extensionElements></callActivity><exclusiveGateway id='g' default='g_b'/><task id='b'/>"
        ),
        "s -> m, m -> g, g -> e [betrag = 2], g -> b, b -> e",
        {"zusatzangaben": "Ein- und Ausgaben"},
        ("start -> qa", "erledigt qa -> Ende"),
        ausserdem="<process id='q'><startEvent id='qs'/><task id='qa'/><endEvent id='qe'/>"
        "<sequenceFlow id='q1' sourceRef='qs' targetRef='qa'/><sequenceFlow id='q2' sourceRef='qa' targetRef='qe'/>"
        "</process>",
    ),
    Fall(
        "Kompensation",
        kette(
            "<task id='a'/><boundaryEvent id='r' attachedToRef='a'><compensateEventDefinition/></boundaryEvent>"
            "<task id='b' isForCompensation='true'/>"
        ),
        "s -> a, a -> e",
        {"randereignis_nicht_ausgefuehrt": "bleibt nur im Bild", "kompensation": "nicht ausgeführt"},
        ("start -> a", "erledigt a -> Ende"),
    ),
)


class Buehne:
    """One Vorgang, moved by lines."""

    def __init__(self, kopie: bytes) -> None:
        self.modell = spiff.lade_modell(spiff.Quelle(str(hash(kopie)), "p", (kopie,)))
        self.now = NOW
        self.stand: spiff.Ergebnis

    def play(self, zeile: str) -> str:
        was, *angaben = zeile.split()
        self.stand = getattr(self, f"_{was.lower()}")(*angaben)
        return self._steht()

    def _steht(self) -> str:
        stand = self.stand
        orte = [b.element for b in stand.bereit]
        orte += [
            w.element for w in stand.wartend if not w.angeheftet and w.token not in {b.token for b in stand.bereit}
        ]
        post = [f"✉ {g.name}" for g in stand.geworfen]
        return " ".join((["Ende"] if stand.beendet else sorted(orte, key=lambda o: (o == "m__2", o))) + post)

    def _start(self, element: str | None = None) -> spiff.Ergebnis:
        return spiff.start(self.modell, {}, umgebung=UMGEBUNG, now=self.now, start_element=element)

    def _do(self, tut: Callable[..., spiff.Ergebnis], token: str, *mehr: str, **weitere: Any) -> spiff.Ergebnis:
        stand = self.stand
        return tut(
            self.modell, stand.zustand, stand.variablen, token, *mehr, umgebung=UMGEBUNG, now=self.now, **weitere
        )

    def _erledigt(self, element: str, *eingaben: str) -> spiff.Ergebnis:
        token = next(b.token for b in self.stand.bereit if b.element == element)
        werte = {name: json.loads(wert) for name, wert in (e.split("=") for e in eingaben)}
        return self._do(spiff.complete, token, eingaben=werte)

    def _wartet(self, element: str) -> str:
        return next(w.token for w in self.stand.wartend if w.element == element)

    def _meldet(self, element: str) -> spiff.Ergebnis:
        return self._do(spiff.trigger, self._wartet(element))

    def _dienst(self, element: str) -> spiff.Ergebnis:
        return self._do(spiff.complete_dienst, self._wartet(element))

    def _fehler(self, element: str, code: str) -> spiff.Ergebnis:
        return self._do(spiff.throw_error, self._wartet(element), code)

    def _zeit(self) -> spiff.Ergebnis:
        self.now += timedelta(days=4)
        stand = self.stand
        return spiff.fire_timers(self.modell, stand.zustand, stand.variablen, umgebung=UMGEBUNG, now=self.now)


@pytest.mark.parametrize("fall", FAELLE, ids=lambda fall: fall.name)
def test_the_run_does_what_the_findings_promise(zeichne: Zeichne, fall: Fall) -> None:
    probe = zeichne(
        fall.knoten,
        *fall.fluesse.split(", "),
        ausserdem=NAMEN + fall.ausserdem,
        **{"variablen": frozenset({"betrag"}), **fall.optionen},
    )
    assert set(probe.arten) == set(fall.befunde)
    for art, teil_des_textes in fall.befunde.items():
        assert any(teil_des_textes in b.text for b in probe.ergebnis.befunde if b.art == art), art
    buehne = Buehne(probe.ergebnis.ausfuehrbar)
    schritte = probe.schritte
    for zeile in fall.spiel:
        was, _, steht = zeile.partition(" -> ")
        erwartet = steht.split(" ✉ ")
        orte = erwartet[0].split()
        gespielt = buehne.play(was).split(" ✉ ")
        assert sorted(gespielt[0].split()) == sorted(orte) and gespielt[1:] == erwartet[1:], (zeile, gespielt)
        assert all(schritte[b.element].hat_aufgaben for b in buehne.stand.bereit), zeile
        assert {w.element for w in buehne.stand.wartend} <= set(schritte), zeile
