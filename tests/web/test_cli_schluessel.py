"""Keys of other systems and the state of the installation, on the command line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from engine import db
from engine.commands import personen
from engine.model import Zugangsschluessel
from web.cli import main


@pytest.fixture
def hilfefluss(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sqlite_vorlage: Path):
    """The command on a database with one office."""
    (tmp_path / "hilfefluss.db").write_bytes(sqlite_vorlage.read_bytes())
    monkeypatch.setenv("HILFEFLUSS_DATEN", str(tmp_path))
    with database(tmp_path) as session:
        personen.create_mandant(session, kennung="amt", name="Amt", land="NW")

    def run(*words: str) -> Result:
        return CliRunner().invoke(main, words)

    return run


class database:
    """One transaction on the database of the command."""

    def __init__(self, ordner: Path) -> None:
        self.engine = db.create_db_engine(f"sqlite:///{ordner / 'hilfefluss.db'}")
        self.way = db.transaction(db.create_sessions(self.engine))

    def __enter__(self) -> db.Session:
        return self.way.__enter__()

    def __exit__(self, *error: object) -> None:
        self.way.__exit__(*error)
        self.engine.dispose()


def test_a_key_is_shown_once_listed_without_it_and_closed(hilfefluss, tmp_path: Path) -> None:
    made = hilfefluss("schluessel", "neu", "Register", "--thema", "register", "--nachricht", "Antwort")
    assert made.exit_code == 0, made.output
    key = re.search(r"hfs_\S+", made.output).group()
    with database(tmp_path) as session:
        row = session.execute(select(Zugangsschluessel)).scalar_one()
        assert (row.themen, row.nachrichten, row.gesperrt_am) == (["register"], ["Antwort"], None)
        assert key not in row.pruefsumme
    listed = hilfefluss("schluessel", "liste").output
    assert "Register  offen  Themen: register  Nachrichten: Antwort" in listed
    assert key not in listed
    assert "gesperrt" in hilfefluss("schluessel", "sperren", "1").output
    assert "gesperrt am" in hilfefluss("schluessel", "liste").output


def test_a_key_for_nothing_or_for_no_office_is_not_made(hilfefluss, tmp_path: Path) -> None:
    assert "mindestens ein" in hilfefluss("schluessel", "neu", "Register").output
    assert (
        "Kennung eines Amts" in hilfefluss("schluessel", "neu", "R", "--thema", "t", "--mandant", "gibts_nicht").output
    )
    assert hilfefluss("schluessel", "sperren", "7").exit_code == 1
    assert hilfefluss("schluessel", "liste").output == "Es gibt keine Zugänge.\n"


def test_the_state_of_the_installation_fits_on_one_screen(hilfefluss) -> None:
    shown = hilfefluss("betrieb")
    assert shown.exit_code == 0, shown.output
    assert "Starts nach der Uhr" in shown.output
    assert "Störungen: 0" in shown.output
    assert "keine Frist ausgelöst" in shown.output
