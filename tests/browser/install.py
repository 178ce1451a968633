"""Finds a Chromium-like browser for the tests, or installs one; run by ``make test`` before pytest.

Order: a browser of the machine, Playwright's own, the system's package manager (as root). A browser counts only when
it shows a page headless; the one that did is noted in the environment, so that later runs start at once.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

NAMEN = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "microsoft-edge-stable",
    "msedge",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
#: no sandbox: containers rarely allow it, and only our own pages are opened; the rest keeps the browser off the network
ARGUMENTE = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)
PAKETVERWALTUNGEN = {
    "apt-get": (["update", "-q"], ["install", "-q", "-y", "--no-install-recommends", "chromium", "fonts-dejavu-core"]),
    "dnf": (["install", "-q", "-y", "chromium"],),
    "apk": (["add", "--no-cache", "chromium", "font-dejavu"],),
    "zypper": (["--non-interactive", "install", "chromium"],),
    "pacman": (["-Sy", "--noconfirm", "chromium"],),
}
#: noted path of the browser that works
NOTIZ = Path(sys.prefix) / "browser.txt"
ZEITGRENZE_S = 900


def find_browser() -> Path | None:
    """The named or else the noted browser, if it is there."""
    if name := os.environ.get("HILFEFLUSS_BROWSER"):
        return Path(pfad) if (pfad := shutil.which(name)) else None
    try:
        pfad = Path(NOTIZ.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return pfad if pfad.is_file() else None


def ensure_browser() -> Path | None:
    """Find or install a browser that works, and note its path."""
    if pfad := find_browser():
        return pfad
    for pfad in candidates():
        if shows_a_page(pfad):
            NOTIZ.write_text(str(pfad), encoding="utf-8")
            return pfad
    return None


def candidates() -> Iterator[Path]:
    """Browsers in order of preference; what costs an installation comes when all before did not work."""
    yield from on_this_machine()
    if own := playwrights_own():
        yield own
    say("kein Browser gefunden, Playwrights eigener wird geladen")
    if run([sys.executable, "-m", "playwright", "install", "chromium"]) and (own := playwrights_own()):
        yield own
    if os.name == "posix" and os.geteuid() == 0:
        yield from from_packages()


def on_this_machine() -> Iterator[Path]:
    """What is named by HILFEFLUSS_BROWSER or lies on the path."""
    for name in (os.environ.get("HILFEFLUSS_BROWSER", ""), *NAMEN):
        if name and (pfad := shutil.which(name)):
            yield Path(pfad)


def playwrights_own() -> Path | None:
    """Playwright's own Chromium, if it was downloaded."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        pfad = Path(playwright.chromium.executable_path)
    return pfad if pfad.is_file() else None


def from_packages() -> Iterator[Path]:
    """Install Chromium with the first package manager that is there."""
    for programm, schritte in PAKETVERWALTUNGEN.items():
        if shutil.which(programm):
            say(f"Chromium wird mit {programm} installiert")
            if all(run([programm, *schritt]) for schritt in schritte):
                yield from on_this_machine()
            return


def run(befehl: list[str]) -> bool:
    """Whether the command ended well; its output is shown only when it did not."""
    umgebung = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        ergebnis = subprocess.run(
            befehl, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=ZEITGRENZE_S, env=umgebung
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        say(f"{befehl[0]}: {error}")
        return False
    if ergebnis.returncode:
        say(f"{' '.join(befehl)}: gescheitert\n" + "\n".join((ergebnis.stdout + ergebnis.stderr).splitlines()[-5:]))
    return ergebnis.returncode == 0


def shows_a_page(pfad: Path) -> bool:
    """Whether the browser starts headless and reads a page (all its libraries are there)."""
    befehl = [str(pfad), "--headless", *ARGUMENTE, "--dump-dom", "data:text/html,<p>laeuft</p>"]
    try:
        ergebnis = subprocess.run(befehl, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return "<p>laeuft</p>" in ergebnis.stdout


def say(text: str) -> None:
    """One line of progress."""
    sys.stdout.write(f"Browser: {text}\n")
    sys.stdout.flush()


def main() -> int:
    """Exit code 1, with what helps, when there is no way to a browser."""
    if pfad := ensure_browser():
        say(str(pfad))
        return 0
    sys.stderr.write(
        "Browsertests nicht möglich: Auf diesem Rechner arbeitet kein Chromium, Chrome oder Edge, und keiner ließ sich "
        "installieren. Bitte einen installieren oder mit HILFEFLUSS_BROWSER=/pfad nennen.\n"
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
