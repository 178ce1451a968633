"""The outbox of notices by e-mail."""

import sqlalchemy as sa
from alembic import op

import engine.db

revision = "e71b04c95f2d"
down_revision = "9d2e4b7a1c60"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "hinweis",
        sa.Column("person_id", engine.db.Schluessel, nullable=False),
        sa.Column("anlass", sa.String(), nullable=False),
        sa.Column("bezug", sa.String(), nullable=False),
        sa.Column("aufgabe_id", engine.db.Schluessel, nullable=True),
        sa.Column("vorgang_id", engine.db.Schluessel, nullable=True),
        sa.Column("stand", sa.String(), nullable=False),
        sa.Column("entstanden_am", engine.db.UtcDateTime(), nullable=False),
        sa.Column("faellig_am", engine.db.UtcDateTime(), nullable=False),
        sa.Column("versuche", sa.Integer(), nullable=False),
        sa.Column("stand_seit", engine.db.UtcDateTime(), nullable=False),
        sa.Column("id", engine.db.Schluessel, autoincrement=True, nullable=False),
        sa.Column("mandant_id", engine.db.Schluessel, nullable=False),
        sa.Column("orga_einheit_id", engine.db.Schluessel, nullable=True),
        sa.ForeignKeyConstraint(["aufgabe_id"], ["aufgabe.id"], name=op.f("fk_hinweis_aufgabe_id_aufgabe")),
        sa.ForeignKeyConstraint(["mandant_id"], ["mandant.id"], name=op.f("fk_hinweis_mandant_id_mandant")),
        sa.ForeignKeyConstraint(
            ["orga_einheit_id"], ["orga_einheit.id"], name=op.f("fk_hinweis_orga_einheit_id_orga_einheit")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_hinweis_person_id_person")),
        sa.ForeignKeyConstraint(["vorgang_id"], ["vorgang.id"], name=op.f("fk_hinweis_vorgang_id_vorgang")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hinweis")),
        sa.UniqueConstraint("person_id", "bezug", name=op.f("uq_hinweis_person_id_bezug")),
    )
    op.create_index("ix_hinweis_faellig", "hinweis", ["stand", "faellig_am"], unique=False)
    op.create_index("ix_hinweis_entstanden", "hinweis", ["entstanden_am"], unique=False)


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_hinweis_entstanden", "hinweis")
    op.drop_index("ix_hinweis_faellig", "hinweis")
    op.drop_table("hinweis")
