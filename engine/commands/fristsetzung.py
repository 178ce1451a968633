"""When an Aufgabe has to be done: the deadline expression set up for its step, in the calendar of the office."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from engine import errors, feel, kalender
from engine.bpmn.ergebnis import Schritt
from engine.model import Mandant, Prozessversion, Vorgang


@dataclass(frozen=True, slots=True)
class Fristwert:
    """A computed deadline; all None without one."""

    am: datetime | None = None
    art: str | None = None
    grund: str | None = None


def frist(version: Prozessversion, schritt: Schritt, vorgang: Vorgang, mandant: Mandant, now: datetime) -> Fristwert:
    """Deadline of a step that becomes ready at ``now``.

    The expression (``frist_at(eingang, 3)``, ``frist_at(bereit, 1)``) sees the process variables and ``bereit``; null
    means that this Vorgang has none here.

    Raises
    ------
    errors.EngineError
        When the expression gives no instant: a wrong deadline must never pass silently.
    """
    settings = version.aufgaben_einstellung(schritt.element)
    expression = settings.get("frist")
    if not expression:
        return Fristwert()
    calendar = mandant.kalender()
    reasons: list[str] = []
    functions = dict(kalender.funktionen(calendar))
    functions["frist_at"] = _noting(functions["frist_at"], calendar, reasons)
    try:
        value = feel.evaluate(expression, {**vorgang.variablen, "bereit": now.isoformat()}, functions, now)
        am = None if value is None else _instant(value)
    except (errors.Invalid, OverflowError, TypeError):
        # A fault of the setup, not of the person who finished the step before; the values stay out of the text.
        raise errors.EngineError(
            f"Frist für „{schritt.name}“ nicht berechenbar: Der Ausdruck ergibt keinen Tag. "
            "Das Prozessmanagement prüft die Einrichtung des Schritts."
        ) from None
    if am is None:
        return Fristwert()
    # Of several computed days nobody knows which one it became.
    return Fristwert(am, settings.get("frist_art", "standard"), reasons[0] if len(reasons) == 1 else None)


def _noting(function: Callable[..., object], calendar: kalender.Kalender, reasons: list[str]) -> Callable[..., object]:
    def frist_at(start: object, n: object) -> object:
        reasons.append(calendar.begruende_frist(start, n))  # type: ignore[arg-type] # checked by the calendar itself
        return function(start, n)

    return frist_at


def _instant(value: object) -> datetime:
    if isinstance(value, datetime):
        # Whoever writes a time without a zone means the clock on the wall of the office.
        return value if value.tzinfo else value.replace(tzinfo=kalender.BERLIN)
    if isinstance(value, date):
        return kalender.ende_des_tages(value)
    raise TypeError(type(value))
