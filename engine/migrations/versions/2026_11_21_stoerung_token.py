"""A Störung belongs to the token that could not move."""

import sqlalchemy as sa
from alembic import op

revision = "c7d20a915e41"
down_revision = "b1f06c2d7a58"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply; Störungen noted before are closed by the end of their Vorgang."""
    with op.batch_alter_table("stoerung", schema=None) as batch_op:
        batch_op.add_column(sa.Column("token", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("stoerung", schema=None) as batch_op:
        batch_op.alter_column("token", server_default=None)


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("stoerung", schema=None) as batch_op:
        batch_op.drop_column("token")
