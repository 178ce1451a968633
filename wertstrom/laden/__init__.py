"""From the engine's Ereignisse to the store, without persons: the only package that touches the engine's tables.

Owns the way of incremental reading: a watermark per Mandant that lies with the rows it stands for, and each changed
Vorgang folded anew as a whole. Reads `ereignis` and what names things, never who did them; the only thing it asks about
people is how many hold a role. Works the same on SQLite and PostgreSQL, and for any number of processes.
"""

from wertstrom.laden.auszug import read_auszug
from wertstrom.laden.modelle import besetzung, knoten_of, modell_of
from wertstrom.laden.wertstrom import Wertstrom, uhr_of

__all__ = ["Wertstrom", "besetzung", "knoten_of", "modell_of", "read_auszug", "uhr_of"]
