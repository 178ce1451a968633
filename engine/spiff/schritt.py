"""The steps of a Vorgang: start, complete, fire timers, move back. Each turns a stored state into the next one.

Nothing is remembered between two calls but the parsed model. On any exception the old state stays valid: the caller
stores nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from engine import errors
from engine.spiff import budget, codec
from engine.spiff.ebene import Vorgangsebene
from engine.spiff.ereignisse import Randereignis
from engine.spiff.ergebnis import Bereit, Ergebnis, Umgebung, Variablen, WarteArt, Wartend
from engine.spiff.fehler import Ausfuehrungsfehler, Budgetfehler
from engine.spiff.lauf import Lauf
from engine.spiff.marke import BEREIT, WARTET, Marke
from engine.spiff.mehrfach import Mehrfach
from engine.spiff.modell import Modell

_KEINE: Mapping[str, Any] = MappingProxyType({})


def start(
    modell: Modell,
    variablen: Variablen,
    *,
    umgebung: Umgebung,
    now: datetime,
    start_element: str | None = None,
    max_schritte: int = budget.MAX_SCHRITTE,
) -> Ergebnis:
    """Begin a Vorgang at `start_element` (None: the plain start, else the first) and run it up to the first wait.

    `now` is aware. Raises `Ausfuehrungsfehler` (a condition without a true exit, an expression that fails) and
    `Budgetfehler` (endless loops, calls, instances).
    """
    lauf = Lauf(dict(variablen), umgebung, now, schritte_frei=max_schritte)
    oben = Vorgangsebene(modell.haupt, modell.spezifikationen, lauf)
    oben.begin({})
    return _schliesse_ab(modell, oben)


def complete(
    modell: Modell,
    zustand: bytes,
    variablen: Variablen,
    token: str,
    *,
    eingaben: Mapping[str, Any] = _KEINE,
    umgebung: Umgebung,
    now: datetime,
) -> Ergebnis:
    """A person finished the work at `token` or says that the message arrived; `eingaben` (S0) are what she entered.

    They are written where their name lives: item of a repetition, value inside a call, else shared variable.

    Timers that were due before do not fire here: work that was done counts. Raises `errors.Conflict` if nothing is
    ready at `token`, else as `start`.
    """
    oben = _lade(modell, zustand, {**variablen, **eingaben}, umgebung, now)
    _bereit(oben, token).run()
    return _schliesse_ab(modell, oben)


def trigger(
    modell: Modell,
    zustand: bytes,
    variablen: Variablen,
    token: str,
    *,
    eingaben: Mapping[str, Any] = _KEINE,
    umgebung: Umgebung,
    now: datetime,
) -> Ergebnis:
    """The message or signal for which `token` waits arrived. Raises `errors.Conflict` if it does not wait any more."""
    raise errors.Conflict()


def complete_dienst(
    modell: Modell,
    zustand: bytes,
    variablen: Variablen,
    token: str,
    *,
    ergebnis: Mapping[str, Any] = _KEINE,
    umgebung: Umgebung,
    now: datetime,
) -> Ergebnis:
    """The service at `token` is done. Raises `errors.Conflict` if `token` does not wait for it any more."""
    raise errors.Conflict()


def throw_error(
    modell: Modell,
    zustand: bytes,
    variablen: Variablen,
    token: str,
    code: str,
    *,
    eingaben: Mapping[str, Any] = _KEINE,
    umgebung: Umgebung,
    now: datetime,
) -> Ergebnis:
    """The service at `token` ended with a BPMN error. Raises `Ausfuehrungsfehler` if nothing in the model catches it,
    `errors.Conflict` if `token` does not wait any more."""
    raise errors.Conflict()


def move_timer(
    modell: Modell,
    zustand: bytes,
    variablen: Variablen,
    token: str,
    faellig_am: datetime,
    *,
    umgebung: Umgebung,
    now: datetime,
) -> Ergebnis:
    """Give the timer at `token` another instant (aware); one that has passed fires at once.

    Raises `errors.Conflict` if no timer waits there any more.
    """
    raise errors.Conflict()


def next_start(
    modell: Modell, element: str, *, umgebung: Umgebung, now: datetime, seit: datetime | None = None
) -> datetime | None:
    """The next instant after `now` at which a timer start event begins a Vorgang; None: never again.

    `seit` is the instant from which durations and repetitions count (the publication); None: `now`.
    """
    return None


def fire_timers(modell: Modell, zustand: bytes, variablen: Variablen, *, umgebung: Umgebung, now: datetime) -> Ergebnis:
    """Fire every timer due at `now`, earliest first; what one withdraws does not fire. Raises as `start`."""
    oben = _lade(modell, zustand, variablen, umgebung, now)
    oben.feuere_timer(oben.marken())
    return _schliesse_ab(modell, oben)


def move_back(
    modell: Modell,
    zustand: bytes,
    variablen: Variablen,
    token: str,
    ziel_element: str,
    *,
    umgebung: Umgebung,
    now: datetime,
) -> Ergebnis:
    """Take the token that waits for a person at `token` back to `ziel_element` in the same process or sub-process.

    Its boundary timers end, those of the target begin anew at `now`. The caller guarantees that only XOR gateways lie
    between (`Schritt.rueckgabe_ziele`). Raises `errors.Conflict` if nothing is ready at `token`, `errors.Invalid` if
    the target is no work of a person on this level.
    """
    oben = _lade(modell, zustand, variablen, umgebung, now)
    marke = _bereit(oben, token)
    ziel = marke.workflow.spec.rueckgabe_ziel(ziel_element)
    if ziel is None or _in_mehrfach(marke):
        raise errors.Invalid(
            "Zurückgeben nicht möglich: Von hier führt kein Weg zu diesem Schritt zurück. "
            "Bitte wählen Sie einen anderen Schritt."
        )
    ebene = marke.workflow
    _verlasse(marke)
    neu = ebene.task_tree._add_child(ziel)
    ziel._update(neu)
    return _schliesse_ab(modell, oben)


def _lade(modell: Modell, zustand: bytes, variablen: Variablen, umgebung: Umgebung, now: datetime) -> Vorgangsebene:
    return codec.load(modell, zustand, Lauf(dict(variablen), umgebung, now))


def _bereit(oben: Vorgangsebene, token: str) -> Marke:
    marke = oben.get_task_from_id(token)
    if marke is None or marke._state != BEREIT or not marke.task_spec.manual:
        raise errors.Conflict()
    return marke


def _in_mehrfach(marke: Marke) -> bool:
    eltern = marke.eltern
    return eltern is not None and isinstance(eltern.task_spec, Mehrfach)


def _verlasse(marke: Marke) -> None:
    """Withdraw a token and everything that waits together with it."""
    gruppe = marke
    while (eltern := gruppe.eltern) is not None and eltern.task_spec.is_gruppe:
        gruppe = eltern
    gruppe.task_spec.entferne(gruppe)


def _schliesse_ab(modell: Modell, oben: Vorgangsebene) -> Ergebnis:
    """Run on until only people and timers are left, forget what is finished, and describe the new state."""
    lauf = oben.lauf
    oben.laufe()
    oben.feuere_timer(lauf.neue_timer)
    oben.verdichte()
    marken = oben.marken()
    if len(marken) > budget.MAX_MARKEN:
        raise Budgetfehler()
    bereit = tuple(Bereit(m.id, m.task_spec.bpmn_id, m.workflow.spec.prozess_id) for m in marken if m._state == BEREIT)
    wartend = tuple(w for m in marken if (w := _wartend(m)) is not None)
    if not oben.completed and not bereit and not wartend:
        raise _stillstand(marken)
    zuletzt = lauf.zuletzt if oben.completed else None
    return Ergebnis(
        zustand=codec.dump(modell, oben),
        variablen=lauf.variablen,
        bereit=bereit,
        wartend=wartend,
        passiert=tuple(lauf.passiert),
        beendet=oben.completed,
        ende=zuletzt.bpmn_id if zuletzt is not None and zuletzt.bpmn_typ == "endEvent" else None,
    )


def _wartend(marke: Marke) -> Wartend | None:
    faellig_am = marke.task_spec.faellig_am(marke) if marke._state == WARTET else None
    if faellig_am is None:
        return None
    spez = marke.task_spec
    return Wartend(
        marke.id,
        spez.bpmn_id,
        marke.workflow.spec.prozess_id,
        WarteArt.TIMER,
        faellig_am,
        isinstance(spez, Randereignis),
    )


def _stillstand(marken: list[Marke]) -> Ausfuehrungsfehler:
    haengend = next((m for m in marken if m._state == WARTET), marken[0])
    return Ausfuehrungsfehler(
        f"Der Vorgang bliebe stehen: {haengend.task_spec.anzeige} wartet auf einen Zweig, der nicht mehr kommt. "
        "Bitte prüfen Sie die Zusammenführung im Modell.",
        element=haengend.task_spec.bpmn_id,
        prozess_id=haengend.workflow.spec.prozess_id,
    )
