"""Waste by waiting, W01–W04, and waiting that is wanted, W12.

Owns how each kind of waiting is called; `verlorene_zeit.sql` gives each time to exactly one of them. Waiting before a
step that the law prescribes counts (W01, W02, W04), the step itself never does; waiting for people who have a right to
it is W12 and no waste.
"""

from __future__ import annotations

from wertstrom.verschwendung.verzeichnis import Fund, Lage, Sicherheit, regel


@regel(
    "W01",
    "Warten auf Termin oder Gremium (Bündelung)",
    "Waiting",
    Sicherheit.MITTEL,
    "Liegezeit vor Schritten, die in Serien erledigt werden, oder die dem Namen nach ein Gremium sind.",
)
def warten_auf_gremium(lage: Lage) -> list[Fund]:
    """Liegezeit before runs that were done in a series after a rest, and before a Gremium.

    Two Faelle may fall into a series by chance, therefore mittel.

    Example
    -------
    >>> from wertstrom import beispiel
    >>> [f.name for f in warten_auf_gremium(Lage(beispiel.fuenf_schritte(), beispiel.AUSWAHL))]
    ['Fachteam']
    """
    return _waiting(lage, "W01")


@regel(
    "W02",
    "Warten auf Freigabe oder Unterschrift",
    "Waiting",
    Sicherheit.HOCH,
    "Liegezeit vor Schritten, die freigeben; die Freigabe selbst bleibt, auch wo sie Pflicht ist.",
)
def warten_auf_freigabe(lage: Lage) -> list[Fund]:
    """Liegezeit before steps that approve; the approval itself is never waste.

    Example
    -------
    >>> from wertstrom import beispiel
    >>> warten_auf_freigabe(Lage(beispiel.fuenf_schritte(), beispiel.AUSWAHL))
    []
    """
    return _waiting(lage, "W02")


@regel(
    "W03",
    "Warten auf Externe (Familie, Träger, Behörde, Gericht)",
    "Waiting",
    Sicherheit.HOCH,
    "Pausen mit externem Grund, Eingänge und Wartepunkte; nicht bei gesetzlichen Schritten und Bedenkzeit (W12).",
)
def warten_auf_externe(lage: Lage) -> list[Fund]:
    """Time until somebody outside has acted; the office cannot avoid it alone.

    Example
    -------
    >>> from wertstrom import beispiel
    >>> warten_auf_externe(Lage(beispiel.fuenf_schritte(), beispiel.AUSWAHL))
    []
    """
    return _waiting(lage, "W03")


@regel(
    "W04",
    "Liegezeit im Korb (Auslastung, Vertretung)",
    "Waiting, Inventory",
    Sicherheit.HOCH,
    "Liegezeit über der Schwelle, die keine andere Ursache hat.",
)
def liegen_im_korb(lage: Lage) -> list[Fund]:
    """Liegezeit above the threshold that has no other cause.

    Example
    -------
    >>> from wertstrom import beispiel
    >>> [(f.knoten, round(f.summe_at, 1)) for f in liegen_im_korb(Lage(beispiel.fuenf_schritte(), beispiel.AUSWAHL))]
    [('bescheid', 6.0), ('erstgespraech', 5.0), ('hilfeplan', 9.0)]
    """
    return _waiting(lage, "W04")


@regel(
    "W12",
    "Fachlich gewollt (Bedenkzeit, Beteiligung, Schutz)",
    "keine Verschwendung",
    Sicherheit.MITTEL,
    "Warten bei Bedenkzeit, Anhörung und Beteiligung, und externes bei gesetzlichen Schritten: getrennt gezählt.",
    ist_verschwendung=False,
)
def gewolltes_warten(lage: Lage) -> list[Fund]:
    """Waiting that protects or involves people: counted apart, never waste.

    Example
    -------
    >>> from wertstrom import beispiel
    >>> gewolltes_warten(Lage(beispiel.fuenf_schritte(), beispiel.AUSWAHL))
    []
    """
    return _waiting(lage, "W12")


def _waiting(lage: Lage, code: str) -> list[Fund]:
    return lage.funde(code, [zeile for zeile in lage.verlorene_zeit if zeile["code"] == code])
