"""Calendars that people subscribe to."""

import sqlalchemy as sa
from alembic import op

import engine.db

revision = "d20c8f4b6e91"
down_revision = "a9d4f03b6e12"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "kalenderabo",
        sa.Column("person_id", engine.db.Schluessel, nullable=False),
        sa.Column("pruefsumme", sa.String(), nullable=False),
        sa.Column("umfang", sa.String(), nullable=False),
        sa.Column("angelegt_am", engine.db.UtcDateTime(), nullable=False),
        sa.Column("id", engine.db.Schluessel, autoincrement=True, nullable=False),
        sa.Column("mandant_id", engine.db.Schluessel, nullable=False),
        sa.Column("orga_einheit_id", engine.db.Schluessel, nullable=True),
        sa.ForeignKeyConstraint(["mandant_id"], ["mandant.id"], name=op.f("fk_kalenderabo_mandant_id_mandant")),
        sa.ForeignKeyConstraint(
            ["orga_einheit_id"], ["orga_einheit.id"], name=op.f("fk_kalenderabo_orga_einheit_id_orga_einheit")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_kalenderabo_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kalenderabo")),
        sa.UniqueConstraint("person_id", name=op.f("uq_kalenderabo_person_id")),
        sa.UniqueConstraint("pruefsumme", name=op.f("uq_kalenderabo_pruefsumme")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("kalenderabo")
