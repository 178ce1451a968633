"""All tables, by noun, with their rules as methods; no session and no clock in here.

Every row carries its Mandant and organisational unit. Importing this package registers all tables.
"""

from engine.model.akte import Formularinhalt, Loeschklasse, Zugriff, ZugriffArt, zugriff_of
from engine.model.aufgabe import OFFEN, Aufgabe, AufgabeStatus, Handlung, Rueckgabegrund, Wartegrund
from engine.model.aussen import Mitteilung, Quittung, Zugangsschluessel
from engine.model.beitrag import Dokument, Kommentar
from engine.model.beschluss import Beschluss
from engine.model.hinweis import Hinweis
from engine.model.kalenderabo import Kalenderabo
from engine.model.korbfilter import Korbfilter
from engine.model.organisation import Gruppe, Mandant, Mitgliedschaft, OrgaEinheit, Person
from engine.model.prozess import Freigabe, Prozess, Prozessversion, VersionStatus
from engine.model.ruecknahme import Ruecknahme
from engine.model.vertretung import Vertretung
from engine.model.vorgang import (
    Ereignis,
    EreignisArt,
    Nummernkreis,
    Rueckzugsgrund,
    Stoerung,
    Verschiebegrund,
    Vorgang,
    VorgangStatus,
)
from engine.model.warten import Nachricht, NachrichtStatus, Startpunkt, Wartepunkt
from engine.model.wertstrom import Dienstzeitstand, Kaizenblitz
from engine.model.wiedervorlage import Wiedervorlage, Wiedervorlagegrund
from engine.model.zeichnung import Zeichnungsentwurf
from engine.model.zuweisung import Verhaeltnis, Weitergabegrund

__all__ = [
    "OFFEN",
    "Aufgabe",
    "AufgabeStatus",
    "Beschluss",
    "Dienstzeitstand",
    "Dokument",
    "Ereignis",
    "EreignisArt",
    "Formularinhalt",
    "Freigabe",
    "Gruppe",
    "Handlung",
    "Hinweis",
    "Kaizenblitz",
    "Kalenderabo",
    "Kommentar",
    "Korbfilter",
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
    "Ruecknahme",
    "Rueckzugsgrund",
    "Startpunkt",
    "Stoerung",
    "Verhaeltnis",
    "Verschiebegrund",
    "VersionStatus",
    "Vertretung",
    "Vorgang",
    "VorgangStatus",
    "Wartegrund",
    "Wartepunkt",
    "Weitergabegrund",
    "Wiedervorlage",
    "Wiedervorlagegrund",
    "Zeichnungsentwurf",
    "Zugangsschluessel",
    "Zugriff",
    "ZugriffArt",
    "zugriff_of",
]
