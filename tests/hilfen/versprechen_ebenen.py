"""As `versprechen`: sub-processes of all kinds, what they throw and catch, services, calls, starts."""

from __future__ import annotations

from versprechen import (
    AM_RAND,
    BEDINGUNG,
    ESKALATION,
    FEHLER,
    INNEN,
    MITTE,
    NACHRICHT,
    OHNE_ENDE,
    RUF,
    SIGNAL,
    ZEIT,
    Fall,
    ereignis,
    kette,
    rand,
    teil,
)

EBENEN = (
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
            "</extensionElements></callActivity><exclusiveGateway id='w' default='w_b'/><task id='b'/>"
        ),
        "s -> m, m -> w, w -> e [betrag = 2], w -> b, b -> e",
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
