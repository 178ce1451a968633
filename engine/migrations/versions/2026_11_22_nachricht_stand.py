"""Messages know how far they are from a person, whether they changed, and what they carried."""

import sqlalchemy as sa
from alembic import op

revision = "f2a96b4d07c3"
down_revision = "b1f60d83a9c7"
branch_labels = None
depends_on = None

_ZAEHLER = (("vorgang", "tiefe"), ("nachricht", "tiefe"), ("nachricht", "stand"))


def upgrade() -> None:
    """Apply."""
    for table, column in _ZAEHLER:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column(column, sa.Integer(), nullable=False, server_default="0"))
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column(column, server_default=None)
    with op.batch_alter_table("nachricht", schema=None) as batch_op:
        batch_op.add_column(sa.Column("pruefsumme", sa.String(), nullable=True))


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("nachricht", schema=None) as batch_op:
        batch_op.drop_column("pruefsumme")
    for table, column in reversed(_ZAEHLER):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column(column)
