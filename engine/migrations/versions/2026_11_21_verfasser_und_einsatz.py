"""Who wrote a form content last, and one version im Einsatz per process by the database itself."""

import sqlalchemy as sa
from alembic import op

import engine.db

revision = "5a1c7e0b93d4"
down_revision = "dc616d2469d0"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("formularinhalt", schema=None) as batch_op:
        batch_op.add_column(sa.Column("geaendert_von", engine.db.Schluessel, nullable=True))
        batch_op.create_foreign_key(op.f("fk_formularinhalt_geaendert_von_person"), "person", ["geaendert_von"], ["id"])
    op.create_index(
        "uq_prozessversion_im_einsatz",
        "prozessversion",
        ["prozess_id"],
        unique=True,
        sqlite_where=sa.text("status = 'im_einsatz'"),
        postgresql_where=sa.text("status = 'im_einsatz'"),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_index("uq_prozessversion_im_einsatz", "prozessversion")
    with op.batch_alter_table("formularinhalt", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("fk_formularinhalt_geaendert_von_person"), type_="foreignkey")
        batch_op.drop_column("geaendert_von")
