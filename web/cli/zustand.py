"""How the installation runs, on one screen: open jobs, what rests, and how punctual timers are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import click

from engine.queries import betrieb as abfragen
from web import config
from web.dienste import create_dienste

_NAMEN = {
    "timer": "Fristen und Zeitpunkte",
    "dienst": "Dienste",
    "thema": "Arbeit anderer Systeme",
    "nachricht": "wartet auf Nachricht",
    "signal": "wartet auf Signal",
    "bedingung": "wartet auf Bedingung",
    "zustellung": "Nachrichten unterwegs",
    "start": "Starts nach der Uhr",
}


@click.command()
@click.option("--tage", type=click.IntRange(1, 3650), default=7, show_default=True, help="Zeitraum der Pünktlichkeit.")
def betrieb(tage: int) -> None:
    """Zeigt offene Arbeit des Workers, Störungen und Pünktlichkeit."""
    parts = create_dienste(config.from_environment())
    now = datetime.now(UTC)
    try:
        with parts.reading() as session:
            jobs = abfragen.offen(session, now)
            troubles = abfragen.anzahl_stoerungen(session)
            late = abfragen.puenktlichkeit(session, now - timedelta(days=tage))
    finally:
        parts.db_engine.dispose()
    click.echo(f"{'':<24}{'offen':>8}{'fällig':>8}{'ruht':>6}  am längsten fällig seit")
    for job in jobs:
        oldest = _dauer((now - job.aelteste).total_seconds()) if job.aelteste else "–"
        click.echo(f"{_NAMEN.get(job.art, job.art):<24}{job.anzahl:>8}{job.faellig:>8}{job.ruhend:>6}  {oldest}")
    click.echo(f"Störungen: {troubles}")
    if late.median_s is None or late.p95_s is None or late.max_s is None:
        click.echo(f"Pünktlichkeit ({tage} Tage): keine Frist ausgelöst")
        return
    click.echo(
        f"Pünktlichkeit ({tage} Tage, n = {late.anzahl}): Verspätung Median {_dauer(late.median_s)}, "
        f"95 % bis {_dauer(late.p95_s)}, höchstens {_dauer(late.max_s)}"
    )


def _dauer(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.1f} s".replace(".", ",")
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.0f} h"
