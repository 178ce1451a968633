"""One draft of a process and commands on it, each in a transaction of its own, for tests of commands."""

from __future__ import annotations

from sqlalchemy import select

from engine import db
from engine.model import Prozessversion


class Werkbank:
    """One draft, and commands on it in transactions of their own."""

    def __init__(self, amt, version):
        self.amt, self.wo = amt, {"prozess_id": version.prozess_id, "nummer": version.nummer}

    def do(self, command, wer="modell", **more):
        with db.transaction(self.amt.sessions) as session:
            return command(session, self.amt.akteur(wer), **self.wo, **more)

    def version(self):
        with db.reading(self.amt.sessions) as session:
            found = session.execute(select(Prozessversion).filter_by(**self.wo)).scalar_one()
            assert found.original and found.ausfuehrbar
            return found


def grenztabelle():
    """A decision table „grenze“ with one output: „leitung“ is "ja" beyond 1000, else "nein"."""
    regeln = "".join(
        f'<rule id="r{n}"><inputEntry id="i{n}"><text>{test}</text></inputEntry>'
        f'<outputEntry id="o{n}"><text>"{wert}"</text></outputEntry></rule>'
        for n, (test, wert) in enumerate([("&gt; 1000", "ja"), ("-", "nein")])
    )
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="m" name="m" namespace="urn:m">'
        '<inputData id="betrag" name="betrag"><variable id="vb" name="betrag" typeRef="number"/></inputData>'
        '<decision id="grenze" name="Grenze"><variable id="vg" name="leitung" typeRef="string"/>'
        '<informationRequirement id="ir"><requiredInput href="#betrag"/></informationRequirement>'
        '<decisionTable id="dt" hitPolicy="FIRST"><input id="i"><inputExpression id="ie" typeRef="number">'
        '<text>betrag</text></inputExpression></input><output id="o" name="leitung" typeRef="string"/>'
        f"{regeln}</decisionTable></decision></definitions>"
    ).encode()
