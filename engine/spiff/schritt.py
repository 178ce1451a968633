"""The steps of a Vorgang: start, complete, fire timers, move back. Each turns a stored state into the next one.

Nothing is remembered between two calls but the parsed model. On any exception the old state stays valid: the caller
stores nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from engine import errors
from engine.spiff import ansicht, budget, codec, zeit
from engine.spiff.adhoc import Angebot
from engine.spiff.dienste import Dienstaufgabe
from engine.spiff.ebene import Vorgangsebene
from engine.spiff.ereignisse import ausbreitung, uhr
from engine.spiff.ereignisse.definition import Fehler
from engine.spiff.ereignisse.uhr import Uhr
from engine.spiff.ergebnis import Ergebnis, Umgebung, Variablen, WarteArt
from engine.spiff.fehler import Ausfuehrungsfehler, Budgetfehler, Stillstand
from engine.spiff.lauf import Lauf, fehler_bei
from engine.spiff.marke import WARTET, Marke
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

    `now` is aware. Raises `errors.Invalid` if the process has no such start event, `Ausfuehrungsfehler` (a condition
    without a true exit, an expression that fails) and `Budgetfehler` (endless loops, calls, instances).
    """
    lauf = Lauf(dict(variablen), umgebung, now, schritte_frei=max_schritte)
    oben = Vorgangsebene(modell.haupt, modell.spezifikationen, lauf)
    if start_element is not None and start_element not in modell.haupt.starts:
        raise errors.Invalid("Starten nicht möglich: Dieses Startereignis gibt es nicht. Bitte wählen Sie ein anderes.")
    oben.begin(start_element)
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
    oben = _lade(modell, zustand, variablen, umgebung, now)
    marke = _bereit(oben, token)
    _schreibe(marke, eingaben)
    if marke._state == WARTET:
        marke.task_spec.ausloese(marke)
    else:
        marke.run()
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
    oben = _lade(modell, zustand, variablen, umgebung, now)
    marke = _wartend(oben, token, WarteArt.NACHRICHT, WarteArt.SIGNAL)
    _schreibe(marke, eingaben)
    marke.task_spec.ausloese(marke)
    return _schliesse_ab(modell, oben)


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
    oben = _lade(modell, zustand, variablen, umgebung, now)
    marke = _wartend(oben, token, WarteArt.DIENST, WarteArt.THEMA)
    dienst: Dienstaufgabe = marke.task_spec
    dienst.nimm_ergebnis(marke, ergebnis)
    return _schliesse_ab(modell, oben)


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
    oben = _lade(modell, zustand, variablen, umgebung, now)
    marke = _wartend(oben, token, WarteArt.DIENST, WarteArt.THEMA)
    _schreibe(marke, eingaben)
    if not ausbreitung.verbreite(marke, Fehler(code), am_rand=True):
        raise fehler_bei(marke, f"Der Dienst meldet den Fehler „{code[:80]}“, den hier niemand behandelt")
    return _schliesse_ab(modell, oben)


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
    if faellig_am.tzinfo is None:
        raise ValueError("faellig_am must be aware")
    oben = _lade(modell, zustand, variablen, umgebung, now)
    marke = _wartend(oben, token, WarteArt.TIMER)
    uhr.verschiebe(marke.internal_data, faellig_am.astimezone(UTC))
    oben.lauf.neue_timer.append(marke)
    return _schliesse_ab(modell, oben)


def next_start(
    modell: Modell, element: str, *, umgebung: Umgebung, now: datetime, seit: datetime | None = None
) -> datetime | None:
    """The next instant after `now` at which a timer start event begins a Vorgang; None: never again.

    `seit` is the instant from which durations and repetitions count (the publication); None: `now`. Raises
    `Ausfuehrungsfehler` for an expression that fails; there are no variables yet.
    """
    start_ = modell.haupt.starts.get(element)
    if start_ is None or not isinstance(start_.definition, Uhr):
        return None
    try:
        return start_.definition.naechster_start(umgebung, now, seit or now)
    except (zeit.Zeitfehler, errors.EngineError) as grund:
        raise Ausfuehrungsfehler(
            f"Der Zeitstart {start_.anzeige} lässt sich nicht berechnen ({str(grund).rstrip('.')}). "
            "Bitte prüfen Sie die Zeitangabe im Modell.",
            element=element,
            prozess_id=modell.haupt.prozess_id,
        ) from grund


def fire_timers(
    modell: Modell,
    zustand: bytes,
    variablen: Variablen,
    *,
    umgebung: Umgebung,
    now: datetime,
    token: str | None = None,
) -> Ergebnis:
    """Fire every timer due at `now`, earliest first; what one withdraws does not fire.

    With a `token` only the timer there fires, and what it sets off: another that cannot go on holds nothing up. Raises
    `errors.Conflict` if no due timer waits at `token`, else as `start`.
    """
    oben = _lade(modell, zustand, variablen, umgebung, now)
    oben.feuere_timer(oben.wache_marken() if token is None else [_faellig(oben, token)])
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
    if ziel is None or _in_mehrfach(marke) or _is_angebot(marke):
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
    if marke is None or not marke.task_spec.is_offen(marke):
        raise errors.Conflict()
    return marke


def _wartend(oben: Vorgangsebene, token: str, *arten: WarteArt) -> Marke:
    marke = oben.get_task_from_id(token)
    if marke is None or not ansicht.is_wartend(marke) or marke.task_spec.definition.art not in arten:
        raise errors.Conflict()
    return marke


def _faellig(oben: Vorgangsebene, token: str) -> Marke:
    marke = _wartend(oben, token, WarteArt.TIMER)
    faellig_am = marke.task_spec.faellig_am(marke)
    if faellig_am is None or faellig_am > oben.lauf.now:
        raise errors.Conflict()
    return marke


def _schreibe(marke: Marke, eingaben: Mapping[str, Any]) -> None:
    for name, wert in eingaben.items():
        marke.workflow.lauf.schreibe(marke, name, wert)


def _in_mehrfach(marke: Marke) -> bool:
    eltern = marke.eltern
    return eltern is not None and eltern.task_spec.is_mehrfach


def _is_angebot(marke: Marke) -> bool:
    """An offer of an ad-hoc sub-process stays where it is: nobody would renew it."""
    regeln = marke.workflow.spec.adhoc
    return isinstance(marke.task_spec, Angebot) or (regeln is not None and regeln.is_angebot(marke))


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
    marken = oben.wache_marken()
    bereit, wartend = ansicht.bereit(oben, marken), ansicht.wartend(marken)
    lauf.miss_variablen()
    if len(bereit) + len(marken) > budget.MAX_MARKEN:
        raise Budgetfehler()
    if not oben.completed and not bereit and not wartend:
        raise _stillstand(oben.marken())
    zuletzt = oben.zuletzt if oben.completed else None
    ergebnis = Ergebnis(
        zustand=codec.dump(modell, oben),
        variablen=lauf.variablen,
        bereit=bereit,
        wartend=wartend,
        passiert=tuple(lauf.passiert),
        beendet=oben.completed,
        ende=zuletzt.bpmn_id if zuletzt is not None and zuletzt.bpmn_typ == "endEvent" else None,
        geworfen=tuple(lauf.geworfen),
        ausgeloest=frozenset(lauf.ausgeloest),
    )
    oben.loese_auf()
    return ergebnis


def _stillstand(marken: list[Marke]) -> Stillstand:
    haengend = next((m for m in marken if m._state == WARTET), marken[0])
    return Stillstand(
        f"Der Vorgang bliebe stehen: {haengend.task_spec.anzeige} wartet auf einen Zweig, der nicht mehr kommt. "
        "Bitte prüfen Sie die Zusammenführung im Modell.",
        element=haengend.task_spec.bpmn_id,
        prozess_id=haengend.workflow.spec.prozess_id,
    )
