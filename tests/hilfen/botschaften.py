"""Drawings with messages and signals, and what tests ask about them; each call is one transaction."""

from __future__ import annotations

import threading
from datetime import timedelta

from sqlalchemy import select

from engine import db, worker
from engine.commands import ereignisse, nachrichten
from engine.model import Ereignis, Nachricht, Vorgang, Wartepunkt

NAMEN = '<message id="m1" name="Antwort"/><message id="m2" name="Rückruf"/><signal id="z1" name="Unwetter"/>'


def caught(element: str, definition: str, name: str = "") -> str:
    return f'<intermediateCatchEvent id="{element}" name="{name}">{definition}</intermediateCatchEvent>'


def message(number: int = 1) -> str:
    return f'<messageEventDefinition id="md{number}" messageRef="m{number}"/>'


SIGNAL = '<signalEventDefinition id="sd" signalRef="z1"/>'


def started_by(model: str, definition: str) -> str:
    return model.replace('<startEvent id="s" name="Anfang"/>', f'<startEvent id="s">{definition}</startEvent>')


#: waits for a message, which a person may confirm
WARTEN = (caught("w", message(), "Antwort da?") + '<userTask id="b"/>', "s>w", "w>b", "b>e")
#: work that a message interrupts
RAND = (
    f'<userTask id="a"/><boundaryEvent id="r" attachedToRef="a">{message()}</boundaryEvent>'
    '<userTask id="b"/><endEvent id="e2"/>',
    "s>a",
    "a>e",
    "r>b",
    "b>e2",
)


def send(amt, name="Antwort", *, kennung="k1", now=None, **more):
    with db.transaction(amt.sessions) as session:
        mandant = session.execute(select(Vorgang.mandant_id).limit(1)).scalar() or 1
        return nachrichten.send_nachricht(session, mandant, name, kennung=kennung, now=now or amt.now, **more)


def signal(amt, name="Unwetter", *, kennung="k1", **more):
    with db.transaction(amt.sessions) as session:
        return nachrichten.send_signal(session, 1, name, kennung=kennung, now=amt.now, **more)


def run(amt, **later):
    return worker.run_due(amt.sessions, now=amt.now + timedelta(**later))


def arts(amt, vorgang):
    with db.reading(amt.sessions) as session:
        return list(
            session.execute(select(Ereignis.art).where(Ereignis.vorgang_id == vorgang).order_by(Ereignis.id)).scalars()
        )


def state(amt, nachricht_id):
    with db.reading(amt.sessions) as session:
        return session.get_one(Nachricht, nachricht_id)


def point(amt, vorgang):
    with db.reading(amt.sessions) as session:
        return session.execute(select(Wartepunkt).where(Wartepunkt.vorgang_id == vorgang)).scalar_one()


def chain_is_whole(amt, vorgang) -> bool:
    with db.reading(amt.sessions) as session:
        rows = list(
            session.execute(select(Ereignis).where(Ereignis.vorgang_id == vorgang).order_by(Ereignis.id)).scalars()
        )
        return ereignisse.verify_kette(session.get_one(Vorgang, vorgang), rows)


FRAGE = (
    f'<intermediateThrowEvent id="t">{message()}</intermediateThrowEvent>' + caught("w", message(2)),
    "s>t",
    "t>w",
    "w>e",
)
ANTWORT = (
    '<userTask id="b"/>' + f'<intermediateThrowEvent id="t">{message(2)}</intermediateThrowEvent>',
    "s>b",
    "b>t",
    "t>e",
)


def at_once(*calls):
    problems = []

    def guarded(call):
        try:
            call()
        except BaseException as error:
            problems.append(error)

    threads = [threading.Thread(target=guarded, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return problems
