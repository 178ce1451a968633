"""What must be true in the end, whatever was killed: nothing lost, nothing twice, everything whole."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime

from absturz_buero import THEMA
from absturz_kunden import Zusagen
from sqlalchemy import func, select, text

from engine import db, spiff
from engine.commands import modelle
from engine.commands.ereignisse import verify_kette
from engine.model import (
    Aufgabe,
    AufgabeStatus,
    Ereignis,
    EreignisArt,
    Mitteilung,
    Nachricht,
    NachrichtStatus,
    Person,
    Quittung,
    Stoerung,
    Vorgang,
    VorgangStatus,
    Wartepunkt,
)

#: events after which an Aufgabe has this status
_STATUS = {
    EreignisArt.BEREIT: AufgabeStatus.BEREIT,
    EreignisArt.UEBERNOMMEN: AufgabeStatus.UEBERNOMMEN,
    EreignisArt.BEGONNEN: AufgabeStatus.BEGONNEN,
    EreignisArt.ERLEDIGT: AufgabeStatus.ERLEDIGT,
    EreignisArt.ENTFALLEN: AufgabeStatus.ENTFALLEN,
}
#: steps that happen once in each round of the process
_JE_RUNDE = ("aufnehmen", "links", "rechts", "entscheiden")

Verstoesse = dict[str, list[str]]


def check(sessions: db.SessionFactory, zusagen: Zusagen) -> Verstoesse:
    """Violations by rule; every rule is named, also when nothing violates it."""
    with db.reading(sessions) as session:
        vorgaenge = {v.id: v for v in session.execute(select(Vorgang)).scalars()}
        aufgaben = {a.id: a for a in session.execute(select(Aufgabe).order_by(Aufgabe.id)).scalars()}
        ereignisse: dict[int, list[Ereignis]] = defaultdict(list)
        for ereignis in session.execute(select(Ereignis).order_by(Ereignis.id)).scalars():
            ereignisse[ereignis.vorgang_id].append(ereignis)
        leute = {p.id: p.kennung for p in session.execute(select(Person)).scalars()}
        punkte = session.execute(select(func.count()).select_from(Wartepunkt)).scalar_one()
        meldungen = Counter(session.execute(select(Mitteilung.vorgang_id)).scalars())
        nachrichten = list(session.execute(select(Nachricht)).scalars())
        quittungen = set(session.execute(select(Quittung.sperre)).scalars())
        stoerungen = list(session.execute(select(Stoerung.grund)).scalars())
    haupt = {v.id: v for v in vorgaenge.values() if v.gestartet_von is not None}
    runden = {v: _laeufe(aufgaben.values(), v) for v in haupt}
    return {
        "zugesagte Starts sind da": _gestartet(zusagen, haupt),
        "kein Start doppelt oder fremd": _starts(zusagen, haupt),
        "zugesagte Aufgaben sind begonnen": _zugesagt(zusagen.begonnen, EreignisArt.BEGONNEN, ereignisse, leute),
        "zugesagte Aufgaben sind erledigt": _zugesagt(zusagen.erledigt, EreignisArt.ERLEDIGT, ereignisse, leute),
        "kein Vorgang blieb liegen": [str(v.id) for v in vorgaenge.values() if v.status != VorgangStatus.BEENDET],
        "keine Aufgabe zweimal erledigt": _einmal(ereignisse, EreignisArt.ERLEDIGT),
        "jeder Schritt je Runde einmal": [f"{v}: {dict(z)}" for v, z in runden.items() if not _is_even(z)],
        "Läufe ohne Lücke": _luecken(aufgaben.values()),
        "Stand der Aufgabe wie im Verlauf": _status(aufgaben, ereignisse),
        "Hashkette heil": [str(v) for v, row in vorgaenge.items() if not verify_kette(row, ereignisse[v])],
        "Zeitereignisse genau einmal": _timer(ereignisse, runden),
        "Mitteilung je Vorgang genau einmal": [f"{v}: {meldungen[v]}" for v in haupt if meldungen[v] != 1],
        "Auftrag je Vorgang genau einmal": _auftraege(haupt, ereignisse),
        "zugesagte Aufträge sind quittiert": sorted(zusagen.auftraege - quittungen),
        "Nachricht genau einmal zugestellt": _nachrichten(haupt, vorgaenge, nachrichten),
        "keine Wartepunkte übrig": [str(punkte)] if punkte else [],
        "keine Störung": stoerungen,
        "keine Fehlerseite": zusagen.fehlerseiten,
    }


def is_over(sessions: db.SessionFactory) -> bool:
    """No Vorgang is open, and no message is on its way that would start another."""
    offen = select(Vorgang.id).where(Vorgang.status == VorgangStatus.LAUFEND)
    unterwegs = select(Nachricht.id).where(Nachricht.status == NachrichtStatus.WARTET)
    with db.reading(sessions) as session:
        return all(session.execute(wahl.limit(1)).first() is None for wahl in (offen, unterwegs))


def check_zustaende(sessions: db.SessionFactory) -> tuple[int, list[str]]:
    """How many Vorgänge are open, and which of their states the engine cannot load."""
    frueher, kaputt = datetime(2000, 1, 1, tzinfo=UTC), []
    with db.reading(sessions) as session:
        offen = list(session.execute(select(Vorgang).where(Vorgang.status == VorgangStatus.LAUFEND)).scalars())
        for vorgang in offen:
            modell = modelle.load_by_id(session, vorgang.prozessversion_id).modell
            try:
                spiff.fire_timers(modell, vorgang.zustand, vorgang.variablen, umgebung=spiff.Umgebung(), now=frueher)
            except Exception as fehler:
                kaputt.append(f"{vorgang.id}: {type(fehler).__name__}")
    return len(offen), kaputt


def check_sperren(sessions: db.SessionFactory) -> list[str]:
    """What still holds or waits for something although every process has ended."""
    with db.transaction(sessions) as session:  # on SQLite this takes the writer lock itself
        if session.get_bind().dialect.name == "sqlite":
            return [] if session.execute(text("PRAGMA quick_check")).scalar_one() == "ok" else ["quick_check"]
        rows = session.execute(
            text(
                "SELECT state, count(*) FROM pg_stat_activity WHERE datname = current_database() "
                "AND pid <> pg_backend_pid() AND backend_type = 'client backend' GROUP BY state"
            )
        )
        return [f"{state}: {count}" for state, count in rows]


def _gestartet(zusagen: Zusagen, vorgaenge: dict[int, Vorgang]) -> list[str]:
    return sorted(zusagen.gestartet - {str(v.startkennung) for v in vorgaenge.values()})


def _starts(zusagen: Zusagen, vorgaenge: dict[int, Vorgang]) -> list[str]:
    counted = Counter(str(v.startkennung) for v in vorgaenge.values())
    return [kennung for kennung, n in counted.items() if n > 1 or kennung not in zusagen.versucht]


def _zugesagt(
    zugesagt: dict[int, str], art: EreignisArt, ereignisse: dict[int, list[Ereignis]], leute: dict[int, str]
) -> list[str]:
    geschehen = {
        (e.aufgabe_id, leute.get(e.person_id or 0)) for rows in ereignisse.values() for e in rows if e.art == art
    }
    return [f"{aufgabe} {wer}" for aufgabe, wer in zugesagt.items() if (aufgabe, wer) not in geschehen]


def _einmal(ereignisse: dict[int, list[Ereignis]], art: EreignisArt) -> list[str]:
    counted = Counter(e.aufgabe_id for rows in ereignisse.values() for e in rows if e.art == art)
    return [str(aufgabe) for aufgabe, n in counted.items() if n > 1]


def _laeufe(aufgaben: Iterable[Aufgabe], vorgang: int) -> Counter[str]:
    return Counter(a.element_id for a in aufgaben if a.vorgang_id == vorgang)


def _is_even(laeufe: Counter[str]) -> bool:
    return len({laeufe[element] for element in _JE_RUNDE}) == 1


def _luecken(aufgaben: Iterable[Aufgabe]) -> list[str]:
    laeufe: dict[tuple[int, str], list[int]] = defaultdict(list)
    for aufgabe in aufgaben:
        laeufe[aufgabe.vorgang_id, aufgabe.element_id].append(aufgabe.lauf)
    return [f"{wo}: {nummern}" for wo, nummern in laeufe.items() if nummern != list(range(1, len(nummern) + 1))]


def _status(aufgaben: dict[int, Aufgabe], ereignisse: dict[int, list[Ereignis]]) -> list[str]:
    zuletzt: dict[int, str] = {}
    for rows in ereignisse.values():
        for e in rows:
            if e.aufgabe_id is not None and e.art in _STATUS:
                zuletzt[e.aufgabe_id] = _STATUS[EreignisArt(e.art)]
    return [f"{a.id}: {a.status}" for a in aufgaben.values() if zuletzt.get(a.id) != a.status]


def _timer(ereignisse: dict[int, list[Ereignis]], runden: dict[int, Counter[str]]) -> list[str]:
    """The holding timer fires once in each round; the watching one at most, and each firing makes one Aufgabe."""
    falsch = []
    for vorgang, laeufe in runden.items():
        rows = ereignisse[vorgang]
        counted = Counter((e.art, e.element_id) for e in rows)
        halten = {
            counted[EreignisArt.WARTET, "pause"],
            counted[EreignisArt.EINGETRETEN, "pause"],
            laeufe["entscheiden"],
        }
        gemahnt = counted[EreignisArt.FRIST_ABGELAUFEN, "mahnung"]
        if len(halten) != 1 or gemahnt != laeufe["nachfassen"] or gemahnt > laeufe["links"]:
            falsch.append(f"{vorgang}: {halten} {gemahnt} {dict(laeufe)}")
    return falsch


def _auftraege(haupt: dict[int, Vorgang], ereignisse: dict[int, list[Ereignis]]) -> list[str]:
    falsch = []
    for vorgang in haupt:
        counted = Counter(e.art for e in ereignisse[vorgang] if e.element_id == THEMA)
        if (counted[EreignisArt.WARTET], counted[EreignisArt.EINGETRETEN]) != (1, 1):
            falsch.append(f"{vorgang}: {dict(counted)}")
    return falsch


def _nachrichten(haupt: dict[int, Vorgang], alle: dict[int, Vorgang], nachrichten: list[Nachricht]) -> list[str]:
    """Each Vorgang has sent one message, which started one other Vorgang."""
    gesendet = sorted(v.aktenzeichen for v in haupt.values())
    begonnen = sorted(str(v.korrelation) for v in alle.values() if v.id not in haupt)
    offen = [f"{n.id} {n.status}" for n in nachrichten if n.status != NachrichtStatus.ZUGESTELLT]
    doppelt = [f"{wer} {zahl}" for wer, zahl in Counter(begonnen).items() if zahl > 1]
    return offen + doppelt + sorted(set(gesendet) ^ set(begonnen))
