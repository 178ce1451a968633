"""Office hours get versions with a first day; nothing is set, so that nothing changes."""

import sqlalchemy as sa
from alembic import op

import engine.db

revision = "7be2c90d41fa"
down_revision = "c5d81e07ab34"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "dienstzeitstand",
        sa.Column("gilt_ab", sa.Date(), nullable=False),
        sa.Column("land", sa.String(), nullable=False),
        sa.Column("gemeindefeiertage", engine.db.Dokument, nullable=False),
        sa.Column("schliesstage", engine.db.Dokument, nullable=False),
        sa.Column("zeiten", engine.db.Dokument, nullable=False),
        sa.Column("person_id", engine.db.Schluessel, nullable=True),
        sa.Column("angelegt_am", engine.db.UtcDateTime(), nullable=False),
        sa.Column("id", engine.db.Schluessel, autoincrement=True, nullable=False),
        sa.Column("mandant_id", engine.db.Schluessel, nullable=False),
        sa.Column("orga_einheit_id", engine.db.Schluessel, nullable=True),
        sa.ForeignKeyConstraint(["mandant_id"], ["mandant.id"], name=op.f("fk_dienstzeitstand_mandant_id_mandant")),
        sa.ForeignKeyConstraint(
            ["orga_einheit_id"], ["orga_einheit.id"], name=op.f("fk_dienstzeitstand_orga_einheit_id_orga_einheit")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_dienstzeitstand_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dienstzeitstand")),
    )
    op.create_index("ix_dienstzeitstand_mandant", "dienstzeitstand", ["mandant_id", "gilt_ab"])


def downgrade() -> None:
    """Revert."""
    op.drop_table("dienstzeitstand")
