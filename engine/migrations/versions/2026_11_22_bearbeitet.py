"""Who changed a draft: none of them gives its last release."""

import sqlalchemy as sa
from alembic import op

import engine.db

revision = "4c9ad7e05b18"
down_revision = "f2a96b4d07c3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply; of older drafts only the one who uploaded them is known."""
    with op.batch_alter_table("prozessversion", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("bearbeitet_von", engine.db.Dokument, nullable=False, server_default=sa.text("'[]'"))
        )
    with op.batch_alter_table("prozessversion", schema=None) as batch_op:
        batch_op.alter_column("bearbeitet_von", server_default=None)


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("prozessversion", schema=None) as batch_op:
        batch_op.drop_column("bearbeitet_von")
