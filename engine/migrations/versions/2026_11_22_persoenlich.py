"""What a person sets for herself, and where notices to her go."""

import sqlalchemy as sa
from alembic import op

import engine.db

revision = "c5d81e07ab34"
down_revision = "4c9ad7e05b18"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("email", sa.String(), nullable=True))
        batch_op.add_column(
            sa.Column("einstellungen", engine.db.Dokument, nullable=False, server_default=sa.text("'{}'"))
        )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.alter_column("einstellungen", server_default=None)


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_column("einstellungen")
        batch_op.drop_column("email")
