"""Who released a version when and why; each version bears the name that its drawing gives the process."""

import sqlalchemy as sa
from alembic import op

import engine.db

revision = "b1f60d83a9c7"
down_revision = "e4b87d21c6f0"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "freigabe",
        sa.Column("prozessversion_id", engine.db.Schluessel, nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("person_id", engine.db.Schluessel, nullable=False),
        sa.Column("zeit", engine.db.UtcDateTime(), nullable=False),
        sa.Column("grund", sa.String(), nullable=False),
        sa.Column("id", engine.db.Schluessel, autoincrement=True, nullable=False),
        sa.Column("mandant_id", engine.db.Schluessel, nullable=False),
        sa.Column("orga_einheit_id", engine.db.Schluessel, nullable=True),
        sa.ForeignKeyConstraint(["mandant_id"], ["mandant.id"], name=op.f("fk_freigabe_mandant_id_mandant")),
        sa.ForeignKeyConstraint(
            ["orga_einheit_id"], ["orga_einheit.id"], name=op.f("fk_freigabe_orga_einheit_id_orga_einheit")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_freigabe_person_id_person")),
        sa.ForeignKeyConstraint(
            ["prozessversion_id"], ["prozessversion.id"], name=op.f("fk_freigabe_prozessversion_id_prozessversion")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_freigabe")),
    )
    op.create_index("ix_freigabe_prozessversion", "freigabe", ["prozessversion_id"], unique=False)
    with op.batch_alter_table("prozessversion", schema=None) as batch_op:
        batch_op.add_column(sa.Column("name", sa.String(), nullable=True))


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("prozessversion", schema=None) as batch_op:
        batch_op.drop_column("name")
    op.drop_index("ix_freigabe_prozessversion", "freigabe")
    op.drop_table("freigabe")
