"""The demonstration office Musterstadt: invented people, and 18 months of Vorgänge produced by running processes.

Nothing is written into the tables by hand: every Vorgang is played through the engine's own commands with past `now`
values. All of it is marked as „Beispieldaten“.
"""

from engine.demo.fuellen import fill

__all__ = ["fill"]
