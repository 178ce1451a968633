"""Value stream: one card per process, one page per process, and figures of an imported event log.

Shows what `wertstrom` computed and hid; computes nothing itself.
"""

from web.wertstrom import blitze, einlesen, karten, vergleiche  # noqa: F401 - register their views
from web.wertstrom.seiten import blueprint, prepare

__all__ = ["blueprint", "prepare"]
