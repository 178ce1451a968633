"""Keys of other systems on the command line: make, close, list. A key is printed once and stored nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import click
from sqlalchemy import select

from engine.commands import zugaenge
from engine.model import Mandant, Zugangsschluessel
from web import config
from web.dienste import Dienste, create_dienste


@contextmanager
def _dienste() -> Iterator[Dienste]:
    parts = create_dienste(config.from_environment())
    try:
        yield parts
    finally:
        parts.db_engine.dispose()


@click.group()
def schluessel() -> None:
    """Schlüssel für andere Systeme (Schnittstelle /api/v1)."""


@schluessel.command()
@click.argument("name")
@click.option("--mandant", help="Kennung des Amts; nur nötig, wenn es mehrere gibt.")
@click.option("--thema", "themen", multiple=True, help="Thema, dessen Arbeit das System abholt; mehrfach möglich.")
@click.option("--nachricht", "nachrichten", multiple=True, help="Nachricht oder Signal, die es sendet; mehrfach.")
def neu(name: str, mandant: str | None, themen: tuple[str, ...], nachrichten: tuple[str, ...]) -> None:
    """Legt einen Schlüssel an und zeigt ihn einmal."""
    if not themen and not nachrichten:
        raise click.UsageError("Bitte nennen Sie mindestens ein --thema oder eine --nachricht.")
    with _dienste() as parts, parts.transaction() as session:
        offices = select(Mandant).order_by(Mandant.kennung)
        if mandant is not None:
            offices = offices.where(Mandant.kennung == mandant)
        found = list(session.execute(offices).scalars())
        if len(found) != 1:
            raise click.UsageError("Bitte nennen Sie mit --mandant die Kennung eines Amts.")
        row, key = zugaenge.create_zugang(
            session, found[0].id, name=name, themen=themen, nachrichten=nachrichten, now=datetime.now(UTC)
        )
        number = row.id
    click.echo(f"Zugang {number} „{name}“. Der Schlüssel wird nur jetzt gezeigt:\n{key}")


@schluessel.command()
@click.argument("nummer", type=click.IntRange(1, 2**31 - 1))
def sperren(nummer: int) -> None:
    """Sperrt einen Schlüssel."""
    with _dienste() as parts, parts.transaction() as session:
        name = zugaenge.close_zugang(session, nummer, now=datetime.now(UTC)).name
    click.echo(f"Zugang {nummer} „{name}“ ist gesperrt.")


@schluessel.command()
def liste() -> None:
    """Zeigt alle Zugänge, nie ihre Schlüssel."""
    with _dienste() as parts, parts.reading() as session:
        statement = (
            select(Zugangsschluessel, Mandant.kennung)
            .join(Mandant, Mandant.id == Zugangsschluessel.mandant_id)
            .order_by(Zugangsschluessel.id)
        )
        rows = [(row, office) for row, office in session.execute(statement)]
    for row, office in rows:
        stand = f"gesperrt am {row.gesperrt_am:%d.%m.%Y}" if row.gesperrt_am else "offen"
        click.echo(
            f"{row.id:>4}  {office}  {row.name}  {stand}  Themen: {', '.join(row.themen) or '–'}  "
            f"Nachrichten: {', '.join(row.nachrichten) or '–'}"
        )
    if not rows:
        click.echo("Es gibt keine Zugänge.")
