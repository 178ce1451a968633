"""The Wertstromkarte as an office draws it: Auslöser, boxes with their data, Kunde, and the ladder below.

Owns which steps are boxes of their own and what stands in each; at most twelve, as an office can still read them
(Fachkonzept § 5.2). Everything has passed `schutz`. Computes no figure and draws nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from wertstrom import kennzahlen, schutz
from wertstrom.formulierung import format_anteil, format_tage
from wertstrom.kalender import KT_US
from wertstrom.kennzahlen import Anteil, Auswahl, Beitrag, Schritt, Termintreue, Uhr, Wirkungsgrad, Zeit, Ziel
from wertstrom.modell import OHNE_ANGABE, Angaben
from wertstrom.schutz import Schwellen
from wertstrom.speicher import Speicher
from wertstrom.verschwendung import Marke

UEBRIGE = "Übrige Schritte"
SCHLUSS = "Bis zum Abschluss"
KAESTEN_HOECHSTENS = 12
_MONAT_KT = 365.25 / 12


@dataclass(frozen=True, slots=True)
class Datenkasten:
    """One box; None where nothing was measured or too few Faelle or people stand behind it. Days of the map's clock."""

    name: str
    #: mean per Vorgang on the critical path: together with all boxes the mean Durchlaufzeit
    liegezeit: float
    extern: float
    bearbeitung: float
    rolle: str | None = None
    faelle: int | None = None
    #: in the basket, over all runs
    liegen: Zeit | None = None
    bestand: int | None = None
    vollstaendig: Anteil | None = None
    termintreue: Termintreue | None = None
    pt_min: float | None = None
    wertklasse: str | None = None
    #: Vorgänge per series, where the step is done in series as a rule
    losgroesse: float | None = None
    medienbruch: bool = False
    freigabe: bool = False
    gesetzlich: bool = False
    blitze: tuple[Marke, ...] = ()
    #: steps that are drawn as one box
    gruppe: tuple[str, ...] = ()

    @property
    def warten(self) -> float:
        """Upper rung of the ladder."""
        return self.liegezeit + self.extern


@dataclass(frozen=True, slots=True)
class Wandbild:
    """Everything on the wall picture."""

    befund: str
    ziel: Ziel
    kaesten: tuple[Datenkasten, ...]
    mittel: float
    bearbeitung: float
    wirkungsgrad: float | None
    flussgrad: float | None
    #: Vorgänge that come per month
    bedarf: float | None
    n: int
    offen: int
    #: share of the Vorgänge within the target
    anteil: Anteil | None

    @property
    def uhr(self) -> Uhr:
        """Clock of the map."""
        return self.ziel.uhr


@dataclass(frozen=True, slots=True)
class _Wissen:
    """What is known per step, small cells gone."""

    schritte: Mapping[str, Schritt]
    geheim: frozenset[str]
    angaben: Angaben
    vollstaendig: Mapping[str, Anteil]
    termine: Mapping[str, Termintreue]
    serien: Mapping[str, kennzahlen.Buendelung]
    liegezeit: Mapping[str, Zeit]
    marken: Sequence[Marke]
    schwellen: Schwellen = field(default_factory=Schwellen)


def draw_wandbild(
    speicher: Speicher,
    auswahl: Auswahl,
    ziel: Ziel,
    jetzt_us: int,
    *,
    angaben: Angaben,
    marken: Sequence[Marke] = (),
    schwellen: Schwellen | None = None,
    besetzung: Mapping[str, int] | None = None,
) -> Wandbild | None:
    """The map of a selection; None while too few Faelle are abgeschlossen."""
    schwellen = schwellen or Schwellen()
    dauer = schutz.shown_zeit(kennzahlen.durchlaufzeit(speicher, auswahl), schwellen)
    if dauer is None:
        return None
    liste = kennzahlen.schritte(speicher, auswahl)
    beitraege = kennzahlen.leiter(speicher, auswahl, ziel.uhr)
    geheim = schutz.hidden_schritte(liste, schwellen, besetzung)
    geheim |= schutz.hidden_beitraege(beitraege, geheim, schwellen)
    wissen = _Wissen(
        schritte={s.knoten: s for s in liste},
        geheim=geheim,
        angaben=angaben,
        vollstaendig=kennzahlen.vollstaendig_und_richtig(speicher, auswahl),
        termine=kennzahlen.termintreue(speicher, auswahl, jetzt_us),
        serien=kennzahlen.buendelung(speicher, auswahl),
        liegezeit=kennzahlen.liegezeit(speicher, auswahl),
        marken=marken,
        schwellen=schwellen,
    )
    kaesten = _merge(list(_boxes(beitraege, wissen)))
    grad = kennzahlen.prozesswirkungsgrad(speicher, auswahl)
    stand = kennzahlen.bestand(speicher, auswahl, ziel, jetzt_us)
    anteil = schutz.shown_anteil(kennzahlen.anteil_bis_ziel(speicher, auswahl, ziel), schwellen)
    mittel = dauer.in_uhr(ziel.uhr).mittel or 0.0
    return Wandbild(
        befund=_befund(kaesten, mittel, ziel.uhr),
        ziel=ziel,
        kaesten=kaesten,
        mittel=mittel,
        bearbeitung=sum(k.bearbeitung for k in kaesten),
        wirkungsgrad=_grad(grad, ziel.uhr),
        flussgrad=grad.flussgrad(ziel.uhr),
        bedarf=_bedarf(stand),
        n=dauer.n,
        offen=stand.offen,
        anteil=anteil,
    )


def _boxes(beitraege: Iterable[Beitrag], wissen: _Wissen) -> Iterable[Datenkasten]:
    zusammen = [b for b in beitraege if b.knoten in wissen.geheim]
    for b in beitraege:
        if b.knoten is None:
            continue
        if b.knoten not in wissen.geheim:
            yield _box(b, wissen)
    if zusammen:
        namen = tuple(wissen.schritte[b.knoten].name for b in zusammen if b.knoten)
        yield Datenkasten(UEBRIGE, *_sums(zusammen), gruppe=namen)
    for b in beitraege:
        if b.knoten is None:
            yield Datenkasten(SCHLUSS, b.liegezeit, b.extern, b.bearbeitung)


def _box(b: Beitrag, wissen: _Wissen) -> Datenkasten:
    knoten = b.knoten or ""
    s, angabe, schwellen = wissen.schritte[knoten], wissen.angaben.get(knoten, OHNE_ANGABE), wissen.schwellen
    vollstaendig, serie = wissen.vollstaendig.get(knoten), wissen.serien.get(knoten)
    termine = wissen.termine.get(knoten)
    ist_serie = serie is not None and serie.is_muster() and serie.faelle_in_serien >= schwellen.k_faelle
    return Datenkasten(
        name=s.name,
        liegezeit=b.liegezeit,
        extern=b.extern,
        bearbeitung=b.bearbeitung,
        rolle=s.rolle,
        faelle=s.faelle,
        liegen=schutz.shown_zeit(wissen.liegezeit.get(knoten), schwellen),
        bestand=schutz.shown_zahl(s.offen, schwellen),
        vollstaendig=schutz.shown_anteil(vollstaendig, schwellen) if vollstaendig else None,
        termintreue=termine if termine and schutz.shown_anteil(termine.rechtzeitig, schwellen) else None,
        pt_min=angabe.pt_min,
        wertklasse=angabe.va.value if angabe.va else None,
        losgroesse=serie.losgroesse if ist_serie and serie else None,
        medienbruch=angabe.medienbruch,
        freigabe=angabe.freigabe,
        gesetzlich=angabe.gesetzlich,
        blitze=tuple(m for m in wissen.marken if m.knoten == knoten),
    )


def _sums(beitraege: Sequence[Beitrag]) -> tuple[float, float, float]:
    return (
        sum(b.liegezeit for b in beitraege),
        sum(b.extern for b in beitraege),
        sum(b.bearbeitung for b in beitraege),
    )


def _merge(kaesten: list[Datenkasten]) -> tuple[Datenkasten, ...]:
    """Neighbours with the least time join until an office can read it; marks keep their box."""
    while len(kaesten) > KAESTEN_HOECHSTENS:
        paare = range(len(kaesten) - 1)
        stelle = min(paare, key=lambda n: sum(k.warten + k.bearbeitung for k in kaesten[n : n + 2]))
        a, b = kaesten[stelle : stelle + 2]
        namen = (*(a.gruppe or (a.name,)), *(b.gruppe or (b.name,)))
        kaesten[stelle : stelle + 2] = [
            Datenkasten(
                f"{namen[0]} und {len(namen) - 1} weitere",
                a.liegezeit + b.liegezeit,
                a.extern + b.extern,
                a.bearbeitung + b.bearbeitung,
                blitze=a.blitze + b.blitze,
                gruppe=namen,
            )
        ]
    return tuple(kaesten)


def _grad(grad: Wirkungsgrad, uhr: Uhr) -> float | None:
    return grad.at if uhr is Uhr.AT else grad.kt


def _bedarf(stand: kennzahlen.Bestand) -> float | None:
    """Vorgänge per month of 30,4375 days between the first and the last Eingang."""
    if stand.von_us is None or stand.bis_us is None or stand.faelle < 2 or stand.bis_us <= stand.von_us:
        return None
    return stand.faelle / ((stand.bis_us - stand.von_us) / (_MONAT_KT * KT_US))


def _befund(kaesten: Sequence[Datenkasten], mittel: float, uhr: Uhr) -> str:
    warten = sum(k.warten for k in kaesten)
    groesster = max(kaesten, key=lambda k: k.warten)
    return (
        f"Von {format_tage(mittel, uhr)} im Mittel sind {format_tage(warten, uhr)} Warten "
        f"({format_anteil(warten / mittel if mittel else None)}); am längsten vor „{groesster.name}“: "
        f"{format_tage(groesster.warten, uhr)}."
    )
