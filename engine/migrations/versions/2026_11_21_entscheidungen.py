"""Decision models are stored with the Prozessversion that uses them."""

import sqlalchemy as sa
from alembic import op

import engine.db

revision = "c7d3e19a40b2"
down_revision = "c7d20a915e41"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column(
        "prozessversion",
        sa.Column("entscheidungen", engine.db.Dokument, nullable=False, server_default=sa.text("'{}'")),
    )
    with op.batch_alter_table("prozessversion", schema=None) as batch_op:
        batch_op.alter_column("entscheidungen", server_default=None)


def downgrade() -> None:
    """Take back."""
    op.drop_column("prozessversion", "entscheidungen")
