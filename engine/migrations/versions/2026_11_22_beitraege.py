"""Kommentare, Dokumente and Beschlüsse; a completion can be taken back; Vorgänge about one person find each other."""

from typing import Any

import sqlalchemy as sa
from alembic import op

import engine.db

revision = "e3a7c51f0d92"
down_revision = "3d7c1f90ab52"
branch_labels = None
depends_on = None

_PERSON = ("person_id", "person")
_AUFGABE = ("aufgabe_id", "aufgabe")


def _text(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]


def _binary(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.LargeBinary(), nullable=False) for name in names]


def _create(table: str, *columns: sa.Column[Any], links: tuple[tuple[str, str], ...], optional: str = "") -> None:
    links = (("vorgang_id", "vorgang"), *links, ("mandant_id", "mandant"), ("orga_einheit_id", "orga_einheit"))
    op.create_table(
        table,
        sa.Column("id", engine.db.Schluessel, autoincrement=True, nullable=False),
        *(sa.Column(name, engine.db.Schluessel, nullable=name in ("orga_einheit_id", optional)) for name, _ in links),
        *columns,
        *(sa.ForeignKeyConstraint([name], [f"{to}.id"], name=op.f(f"fk_{table}_{name}_{to}")) for name, to in links),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(f"ix_{table}_vorgang", table, ["vorgang_id"], unique=table == "ruecknahme")


def upgrade() -> None:
    """Apply."""
    moment = engine.db.UtcDateTime()
    _create(
        "kommentar",
        sa.Column("zeit", moment, nullable=False),
        *_text("loeschklasse", "schluessel_id"),
        *_binary("nonce", "geheimtext"),
        links=(_AUFGABE, _PERSON),
        optional="aufgabe_id",
    )
    _create(
        "dokument",
        sa.Column("zeit", moment, nullable=False),
        *_text("feld", "datenklasse", "loeschklasse", "medientyp", "kennung", "schluessel_id"),
        sa.Column("groesse", sa.Integer(), nullable=False),
        sa.Column("geprueft", sa.Boolean(), nullable=False),
        *_binary("name_nonce", "name_geheim", "nonce", "geheimtext"),
        links=(_AUFGABE, _PERSON),
        optional="aufgabe_id",
    )
    _create(
        "ruecknahme",
        sa.Column("bis", moment, nullable=False),
        *_text("loeschklasse", "kette_vorher", "kette_nachher", "schluessel_id"),
        *_binary("zustand", "nonce", "geheimtext"),
        *(sa.Column(n, engine.db.Dokument, nullable=False) for n in ("variablen", "laeufe", "aufgabe")),
        *(sa.Column(name, engine.db.Dokument, nullable=False) for name in ("wartepunkte", "neue_punkte")),
        links=(_AUFGABE, _PERSON),
    )
    op.create_index("ix_ruecknahme_bis", "ruecknahme", ["bis"])
    _create(
        "beschluss",
        *_text("liste", "status"),
        sa.Column("nr", sa.Integer(), nullable=False),
        sa.Column("termin", sa.Date(), nullable=True),
        sa.Column("eskalationsweg", sa.String(), nullable=True),
        links=(_AUFGABE,),
    )
    op.create_index("ix_beschluss_termin", "beschluss", ["mandant_id", "termin"])
    op.add_column("vorgang", sa.Column("personenkennung", sa.String(), nullable=True))
    op.create_index("ix_vorgang_personenkennung", "vorgang", ["mandant_id", "personenkennung"])


def downgrade() -> None:
    """Undo."""
    op.drop_index("ix_vorgang_personenkennung", table_name="vorgang")
    op.drop_column("vorgang", "personenkennung")
    for table in ("beschluss", "ruecknahme", "dokument", "kommentar"):
        op.drop_table(table)
