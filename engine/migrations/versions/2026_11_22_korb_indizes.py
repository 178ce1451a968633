"""An Aufgabe bears its Aktenzeichen, and each tab of the Arbeitskorb has an index over the few rows that it shows."""

import sqlalchemy as sa
from alembic import op

revision = "e81f5c20b7d4"
down_revision = "e3a7c51f0d92"
branch_labels = None
depends_on = None

_SORTIERT = ("mandant_id", "bereit_am", "status", "prozess_id", "name", "aktenzeichen")
_OFFEN = "fertig_am IS NULL"
_NEU = (
    ("ix_aufgabe_gruppe_offen", ("gruppe_id", "person_id", "frist_am", *_SORTIERT), _OFFEN),
    ("ix_aufgabe_einheit_offen", ("orga_einheit_id", "frist_am", "person_id", *_SORTIERT), _OFFEN),
    ("ix_aufgabe_person_offen", ("person_id", "frist_am"), f"{_OFFEN} AND person_id IS NOT NULL"),
    ("ix_aufgabe_vertretung_offen", ("vertretung_fuer_id",), f"{_OFFEN} AND vertretung_fuer_id IS NOT NULL"),
    ("ix_aufgabe_delegiert_offen", ("delegiert_von_id",), f"{_OFFEN} AND delegiert_von_id IS NOT NULL"),
    ("ix_aufgabe_person_fertig", ("person_id", "fertig_am"), "fertig_am IS NOT NULL"),
)
_ALT = (
    ("ix_aufgabe_gruppe_offen", ("gruppe_id", "frist_am"), _OFFEN),
    ("ix_aufgabe_person_offen", ("person_id", "frist_am"), _OFFEN),
)


def _replace(
    old: tuple[tuple[str, tuple[str, ...], str], ...], new: tuple[tuple[str, tuple[str, ...], str], ...]
) -> None:
    for name, _, _ in old:
        op.drop_index(name, "aufgabe")
    for name, columns, rows in new:
        op.create_index(name, "aufgabe", list(columns), sqlite_where=sa.text(rows), postgresql_where=sa.text(rows))


def upgrade() -> None:
    """Apply."""
    op.add_column("aufgabe", sa.Column("aktenzeichen", sa.String(), nullable=True))
    op.execute(
        "UPDATE aufgabe SET aktenzeichen = (SELECT aktenzeichen FROM vorgang WHERE vorgang.id = aufgabe.vorgang_id)"
    )
    with op.batch_alter_table("aufgabe", schema=None) as batch_op:
        batch_op.alter_column("aktenzeichen", existing_type=sa.String(), nullable=False)
    _replace(_ALT, _NEU)


def downgrade() -> None:
    """Take back."""
    _replace(_NEU, _ALT)
    with op.batch_alter_table("aufgabe", schema=None) as batch_op:
        batch_op.drop_column("aktenzeichen")
