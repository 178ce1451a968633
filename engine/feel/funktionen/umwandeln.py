"""Built-in functions that turn values into other kinds: `string`, `number`, `range`, and `is`."""

from __future__ import annotations

from decimal import Decimal

from engine.feel import baum, parser, vergleich
from engine.feel.fehler import FeelError
from engine.feel.funktionen import zeiten
from engine.feel.funktionen.register import eingebaut
from engine.feel.lauf import Lauf
from engine.feel.schreiben import write
from engine.feel.werte import RECHNEN, Bereich, parse_zahl
from engine.feel.zeit import Uhrzeit, Zeitpunkt

#: steps of reading a number
_KOSTEN_LESEN = 20
_ZEICHEN = frozenset("0123456789+-.eE")

#: functions that may give an end of `range("…")`
_LITERALE = {
    "date": zeiten.date_of_text,
    "date and time": zeiten.date_and_time_of_text,
    "time": zeiten.time_of_text,
    "duration": zeiten.duration,
}


@eingebaut("string", "from: alles")
def string(lauf: Lauf, from_: object) -> str | None:
    """The value as text; null stays null."""
    if from_ is None or isinstance(from_, str):
        return from_
    text = write(from_, lauf)
    lauf.check_text(len(text))
    return text


@eingebaut("number", "from: zahl")
def number_of(_lauf: Lauf, from_: Decimal) -> Decimal:
    """A number stays what it is."""
    return from_


@eingebaut("number", "from: text")
def number_of_text(lauf: Lauf, from_: str) -> Decimal | None:
    """The number that a text with decimal point means."""
    lauf.charge(_KOSTEN_LESEN + (len(from_) >> 5))
    return _zahl(from_)


@eingebaut("number", "from: text, grouping separator: text-oder-null, decimal separator: text-oder-null")
def number(lauf: Lauf, from_: str, grouping_separator: str | None, decimal_separator: str | None) -> Decimal | None:
    """The number that a text with these separators means."""
    lauf.charge(_KOSTEN_LESEN + (len(from_) >> 3))
    if grouping_separator not in (None, " ", ",", ".") or decimal_separator not in (None, ",", "."):
        return None
    if grouping_separator is not None and grouping_separator == decimal_separator:
        return None
    if grouping_separator is not None:
        from_ = from_.replace(grouping_separator, "")
    if decimal_separator == ",":
        if "." in from_:
            return None
        from_ = from_.replace(",", ".")
    return _zahl(from_)


def _zahl(text: str) -> Decimal | None:
    text = text.strip()
    return parse_zahl(text) if text and _ZEICHEN.issuperset(text) else None


@eingebaut("range", "from: text")
def range_(lauf: Lauf, from_: str) -> Bereich | None:
    """The range that a text such as ``[1..5)`` means; its ends are literals."""
    lauf.charge(700 + 20 * len(from_))
    try:
        knoten = parser.parse(from_)
    except FeelError:
        return None
    if not isinstance(knoten, baum.Bereich) or knoten.op:
        return None
    von, bis = _literal(knoten.von, lauf), _literal(knoten.bis, lauf)
    if von is None or bis is None or vergleich.ordnung("<=", von, bis) is not True:
        return None
    return Bereich(von, bis, knoten.von_offen, knoten.bis_offen)


def _literal(knoten: baum.Knoten, lauf: Lauf) -> object:
    if isinstance(knoten, baum.Literal):
        return knoten.wert
    if isinstance(knoten, baum.Minus) and isinstance(knoten.operand, baum.Literal):
        return RECHNEN.minus(knoten.operand.wert) if isinstance(knoten.operand.wert, Decimal) else None
    if isinstance(knoten, baum.Aufruf) and isinstance(knoten.funktion, baum.Name) and len(knoten.argumente) == 1:
        funktion, argument = _LITERALE.get(knoten.funktion.name), knoten.argumente[0]
        if funktion and isinstance(argument, baum.Literal) and isinstance(argument.wert, str):
            return funktion(lauf, argument.wert)
    return None


@eingebaut("is", "value1?: alles, value2?: alles")
def is_(lauf: Lauf, value1: object = None, value2: object = None) -> bool:
    """True for the same value of the same kind; times are the same only in the same zone."""
    if type(value1) is not type(value2):
        return False
    if isinstance(value1, Uhrzeit | Zeitpunkt):
        return value1.is_same(value2)
    return vergleich.gleich(value1, value2, lauf) is True
