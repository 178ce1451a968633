"""A start form that is sent twice starts once."""

import sqlalchemy as sa
from alembic import op

revision = "b1f06c2d7a58"
down_revision = "5a1c7e0b93d4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("vorgang", sa.Column("startkennung", sa.String(), nullable=True))
    op.create_index("uq_vorgang_startkennung", "vorgang", ["gestartet_von", "startkennung"], unique=True)


def downgrade() -> None:
    """Take back."""
    op.drop_index("uq_vorgang_startkennung", "vorgang")
    op.drop_column("vorgang", "startkennung")
