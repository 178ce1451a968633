"""What one check may use, and how a child process binds itself to it before it sees a foreign byte."""

from __future__ import annotations

import resource
import signal
from contextlib import suppress

#: of processor time and, with some reserve for a busy machine, of the clock on the wall
SEKUNDEN = 5
SPEICHER_MIB = 512
#: a machine under load gives a process less than its time
WARTEZEIT_S = 4 * SEKUNDEN
#: what a result may take: every finding and the executable copy of the largest file
MAX_ANTWORT = 64 * 1024 * 1024


def bind() -> None:
    """From here on the kernel ends this process when it takes too much; it cannot write a file or leave a core."""
    for art, wert in (
        (resource.RLIMIT_AS, SPEICHER_MIB * 1024 * 1024),
        (resource.RLIMIT_CPU, SEKUNDEN),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hart = resource.getrlimit(art)
        grenze = wert if hart == resource.RLIM_INFINITY else min(wert, hart)
        with suppress(ValueError, OSError):  # a system that does not know this limit still knows the others
            resource.setrlimit(art, (grenze, grenze))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, WARTEZEIT_S)
