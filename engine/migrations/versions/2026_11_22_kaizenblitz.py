"""Marks of a workshop on the value stream get a table."""

import sqlalchemy as sa
from alembic import op

import engine.db

revision = "a9d4f03b6e12"
down_revision = "7be2c90d41fa"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "kaizenblitz",
        sa.Column("prozess_id", engine.db.Schluessel, nullable=False),
        sa.Column("knoten", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("person_id", engine.db.Schluessel, nullable=False),
        sa.Column("angelegt_am", engine.db.UtcDateTime(), nullable=False),
        sa.Column("entfernt_von", engine.db.Schluessel, nullable=True),
        sa.Column("entfernt_am", engine.db.UtcDateTime(), nullable=True),
        sa.Column("id", engine.db.Schluessel, autoincrement=True, nullable=False),
        sa.Column("mandant_id", engine.db.Schluessel, nullable=False),
        sa.Column("orga_einheit_id", engine.db.Schluessel, nullable=True),
        sa.ForeignKeyConstraint(["mandant_id"], ["mandant.id"], name=op.f("fk_kaizenblitz_mandant_id_mandant")),
        sa.ForeignKeyConstraint(
            ["orga_einheit_id"], ["orga_einheit.id"], name=op.f("fk_kaizenblitz_orga_einheit_id_orga_einheit")
        ),
        sa.ForeignKeyConstraint(["prozess_id"], ["prozess.id"], name=op.f("fk_kaizenblitz_prozess_id_prozess")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_kaizenblitz_person_id_person")),
        sa.ForeignKeyConstraint(["entfernt_von"], ["person.id"], name=op.f("fk_kaizenblitz_entfernt_von_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kaizenblitz")),
    )
    op.create_index("ix_kaizenblitz_prozess", "kaizenblitz", ["prozess_id"])


def downgrade() -> None:
    """Revert."""
    op.drop_table("kaizenblitz")
