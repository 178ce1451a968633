"""Coverage-guided fuzzing of FEEL and DMN; every finding is a crash or a time-out, and its input is kept.

    python tests/fuzz/feel_fuzz.py [-max_total_time=30] [options of libFuzzer]

The first byte of the input chooses the target, the rest is the text or the file. Needs atheris
(requirements/fuzz.txt); ``make fuzz`` installs it and runs bounded.
"""

from __future__ import annotations

import sys
from pathlib import Path

import atheris

WURZEL = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(WURZEL), str(WURZEL / "tests" / "hilfen")]

with atheris.instrument_imports(include=["engine.feel", "engine.dmn"]):
    import fuzzziele


def check(daten: bytes) -> None:
    """One input, for the target that its first byte names."""
    ziel, rest = daten[:1], daten[1:]
    if ziel == b"<":
        fuzzziele.check_dmn(daten)
    elif ziel == b"w":
        # Words of the language by number reach deeper than letters do.
        fuzzziele.check_feel(" ".join(fuzzziele.WORTE[byte % len(fuzzziele.WORTE)] for byte in rest))
    else:
        fuzzziele.check_feel(rest.decode("utf-8", "replace"))


def main() -> None:
    atheris.Setup([sys.argv[0], "-timeout=10", "-rss_limit_mb=2048", "-max_len=4096", *sys.argv[1:]], check)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
