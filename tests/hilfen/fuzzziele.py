"""What every text and every file has to survive: the value or our own refusal, never another exception.

Shared by the bounded run of the tests (hypothesis) and the coverage-guided one (``tests/fuzz/feel_fuzz.py``).
"""

from __future__ import annotations

import contextlib
import json
from datetime import UTC, datetime

from engine import dmn, feel

JETZT = datetime(2026, 6, 15, 7, 0, tzinfo=UTC)
WERTE: dict[str, object] = {
    "a": 7,
    "b": -0.5,
    "liste": [1, 2, 3, None],
    "kind": {"name": "Alva", "alter": 6},
    "eingang": "2026-06-15T09:00:00+02:00",
    "art der hilfe": "ambulant",
}
NAMEN = frozenset({"art der hilfe"})
#: pieces of the language, to be put together into sense and nonsense
WORTE = tuple(
    word.replace("␣", " ")
    for word in r"""
    a b liste kind eingang art␣der␣hilfe ? - null true false 0 1 -1 .5 1e9 99999999999999999999 "x" "" "(a+)+$" @"P1D"
    @"2026-02-30" + - * / ** ( ) [ ] { } , : . .. ... = != < <= > >= if then else for in return some every satisfies
    and or not( between instance␣of number string list<number> context<a:␣number> function(x) x item partial
    date("2026-02-28") time("10:00:00@Europe/Berlin") duration("P1Y") now() today() count( sum( string( number(
    matches( replace( split( substring( sort( concatenate( flatten( list␣replace( mean( stddev( median( exp( log(
    range( before( get␣value( context␣put( union( distinct␣values( decimal( odd( modulo( string␣join( years␣and␣months
    1..1000000 [1..5] ]1..5[ kind.alter liste[item␣>␣1] // /*a*/ ä 😀 \u{1F600} " ' ; # $""".split()
)


def check_feel(text: str) -> None:
    """Read, evaluate and write down as JSON; as a unary test as well."""
    before = json.dumps(WERTE)
    try:
        json.dumps(feel.to_json(feel.evaluate(text, WERTE, jetzt=JETZT)), allow_nan=False)
    except feel.FeelError as error:
        assert error.text
    with contextlib.suppress(feel.FeelError):
        feel.compile_unary_tests(text, namen=NAMEN).evaluate(7, WERTE, jetzt=JETZT)
    assert json.dumps(WERTE) == before


def check_dmn(daten: bytes) -> None:
    """Check a file as at upload, then make every decision that it names."""
    for befund in dmn.pruefe(daten):
        assert befund.text and befund.abhilfe
    try:
        modell = dmn.Entscheidungsmodell(daten)
    except dmn.DmnError:
        return
    for name in modell.entscheidungen:
        with contextlib.suppress(feel.FeelError, dmn.DmnError):
            json.dumps(modell.evaluate(name, WERTE, jetzt=JETZT).to_json(), allow_nan=False)
