"""What somebody draws in the browser is kept until it is saved as a version."""

import sqlalchemy as sa
from alembic import op

import engine.db

revision = "3d7c1f90ab52"
down_revision = "e71b04c95f2d"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "zeichnungsentwurf",
        sa.Column("prozess_id", engine.db.Schluessel, nullable=False),
        sa.Column("person_id", engine.db.Schluessel, nullable=False),
        sa.Column("nummer", sa.Integer(), nullable=False),
        sa.Column("xml", sa.LargeBinary(), nullable=False),
        sa.Column("angaben", engine.db.Dokument, nullable=False),
        sa.Column("stand", sa.Integer(), nullable=False),
        sa.Column("gespeichert_am", engine.db.UtcDateTime(), nullable=False),
        sa.Column("id", engine.db.Schluessel, autoincrement=True, nullable=False),
        sa.Column("mandant_id", engine.db.Schluessel, nullable=False),
        sa.Column("orga_einheit_id", engine.db.Schluessel, nullable=True),
        sa.ForeignKeyConstraint(["mandant_id"], ["mandant.id"], name=op.f("fk_zeichnungsentwurf_mandant_id_mandant")),
        sa.ForeignKeyConstraint(
            ["orga_einheit_id"], ["orga_einheit.id"], name=op.f("fk_zeichnungsentwurf_orga_einheit_id_orga_einheit")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_zeichnungsentwurf_person_id_person")),
        sa.ForeignKeyConstraint(["prozess_id"], ["prozess.id"], name=op.f("fk_zeichnungsentwurf_prozess_id_prozess")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zeichnungsentwurf")),
        sa.UniqueConstraint("prozess_id", "person_id", name=op.f("uq_zeichnungsentwurf_prozess_id_person_id")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("zeichnungsentwurf")
