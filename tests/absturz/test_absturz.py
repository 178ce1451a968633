"""A short run of the crash test on each database; the long one is started by hand."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ABSTURZ = Path(__file__).with_name("absturz.py")


@pytest.mark.parametrize("art", ["sqlite", "postgres"])
def test_killed_processes_lose_nothing_and_do_nothing_twice(art: str) -> None:
    lauf = subprocess.run(
        [sys.executable, str(ABSTURZ), f"--{art}", "--anzahl", "6", "--leute", "2"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert lauf.returncode == 0, lauf.stdout + lauf.stderr
    assert "6 Abschüsse" in lauf.stdout
