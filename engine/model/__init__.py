"""All tables, by noun, with their rules as methods; no session and no clock in here.

Every row carries its Mandant and organisational unit. Importing this package registers all tables.
"""

from engine.model.akte import Formularinhalt, Loeschklasse, Zugriff, ZugriffArt, zugriff_of
from engine.model.aussen import Mitteilung, Quittung, Zugangsschluessel
from engine.model.kalenderabo import Kalenderabo
from engine.model.organisation import Gruppe, Mandant, Mitgliedschaft, OrgaEinheit, Person
from engine.model.prozess import Freigabe, Prozess, Prozessversion, VersionStatus
from engine.model.vorgang import (
    OFFEN,
    Aufgabe,
    AufgabeStatus,
    Ereignis,
    EreignisArt,
    Handlung,
    Nummernkreis,
    Rueckgabegrund,
    Stoerung,
    Verschiebegrund,
    Vorgang,
    VorgangStatus,
    Wartegrund,
)
from engine.model.warten import Nachricht, NachrichtStatus, Startpunkt, Wartepunkt
from engine.model.wertstrom import Dienstzeitstand, Kaizenblitz

__all__ = [
    "OFFEN",
    "Aufgabe",
    "AufgabeStatus",
    "Dienstzeitstand",
    "Ereignis",
    "EreignisArt",
    "Formularinhalt",
    "Freigabe",
    "Gruppe",
    "Handlung",
    "Kaizenblitz",
    "Kalenderabo",
    "Loeschklasse",
    "Mandant",
    "Mitgliedschaft",
    "Mitteilung",
    "Nachricht",
    "NachrichtStatus",
    "Nummernkreis",
    "OrgaEinheit",
    "Person",
    "Prozess",
    "Prozessversion",
    "Quittung",
    "Rueckgabegrund",
    "Startpunkt",
    "Stoerung",
    "Verschiebegrund",
    "VersionStatus",
    "Vorgang",
    "VorgangStatus",
    "Wartegrund",
    "Wartepunkt",
    "Zugangsschluessel",
    "Zugriff",
    "ZugriffArt",
    "zugriff_of",
]
