"""Who acts for whom, what comes up again, kept filters; an Aufgabe knows its process and from whom it came."""

import sqlalchemy as sa
from alembic import op

import engine.db

revision = "9d2e4b7a1c60"
down_revision = "d20c8f4b6e91"
branch_labels = None
depends_on = None

_AUFGABE = (("prozess_id", "prozess"), ("vertretung_fuer_id", "person"), ("delegiert_von_id", "person"))


def _key(name: str, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, engine.db.Schluessel, nullable=nullable)


def _common(table: str, *foreign: tuple[str, str]) -> list[sa.schema.SchemaItem]:
    links = (*foreign, ("mandant_id", "mandant"), ("orga_einheit_id", "orga_einheit"))
    return [
        sa.Column("id", engine.db.Schluessel, autoincrement=True, nullable=False),
        _key("mandant_id"),
        _key("orga_einheit_id", nullable=True),
        *(sa.ForeignKeyConstraint([name], [f"{to}.id"], name=op.f(f"fk_{table}_{name}_{to}")) for name, to in links),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "vertretung",
        _key("vertretene_id"),
        _key("vertreter_id"),
        _key("prozess_id", nullable=True),
        sa.Column("von", engine.db.UtcDateTime(), nullable=False),
        sa.Column("bis", engine.db.UtcDateTime(), nullable=False),
        _key("eingetragen_von"),
        sa.Column("eingetragen_am", engine.db.UtcDateTime(), nullable=False),
        _key("beendet_von", nullable=True),
        *_common(
            "vertretung",
            ("vertretene_id", "person"),
            ("vertreter_id", "person"),
            ("prozess_id", "prozess"),
            ("eingetragen_von", "person"),
            ("beendet_von", "person"),
        ),
    )
    op.create_index("ix_vertretung_vertreter", "vertretung", ["vertreter_id", "bis"])
    op.create_index("ix_vertretung_vertretene", "vertretung", ["vertretene_id", "bis"])
    op.create_table(
        "wiedervorlage",
        _key("vorgang_id"),
        _key("aufgabe_id", nullable=True),
        _key("person_id", nullable=True),
        _key("gruppe_id", nullable=True),
        sa.Column("am", sa.Date(), nullable=False),
        sa.Column("grund", sa.String(), nullable=False),
        _key("erstellt_von"),
        sa.Column("erstellt_am", engine.db.UtcDateTime(), nullable=False),
        _key("erledigt_von", nullable=True),
        sa.Column("erledigt_am", engine.db.UtcDateTime(), nullable=True),
        *_common(
            "wiedervorlage",
            ("vorgang_id", "vorgang"),
            ("aufgabe_id", "aufgabe"),
            ("person_id", "person"),
            ("gruppe_id", "gruppe"),
            ("erstellt_von", "person"),
            ("erledigt_von", "person"),
        ),
    )
    op.create_index("ix_wiedervorlage_vorgang", "wiedervorlage", ["vorgang_id"])
    still_open = sa.text("erledigt_am IS NULL")
    for owner in ("person", "gruppe"):
        op.create_index(
            f"ix_wiedervorlage_{owner}",
            "wiedervorlage",
            [f"{owner}_id", "am"],
            sqlite_where=still_open,
            postgresql_where=still_open,
        )
    op.create_table(
        "korbfilter",
        _key("person_id"),
        _key("gruppe_id", nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("ansicht", sa.String(), nullable=False),
        sa.Column("geaendert_am", engine.db.UtcDateTime(), nullable=False),
        *_common("korbfilter", ("person_id", "person"), ("gruppe_id", "gruppe")),
        sa.UniqueConstraint("person_id", "name", name=op.f("uq_korbfilter_person_id_name")),
    )
    op.create_index("ix_korbfilter_gruppe", "korbfilter", ["gruppe_id"])
    _extend_aufgabe()


def _extend_aufgabe() -> None:
    for name, _ in _AUFGABE:
        op.add_column("aufgabe", _key(name, nullable=True))
    op.execute("UPDATE aufgabe SET prozess_id = (SELECT prozess_id FROM vorgang WHERE vorgang.id = aufgabe.vorgang_id)")
    with op.batch_alter_table("aufgabe", schema=None) as batch_op:
        batch_op.alter_column("prozess_id", existing_type=engine.db.Schluessel, nullable=False)
        for name, to in _AUFGABE:
            batch_op.create_foreign_key(batch_op.f(f"fk_aufgabe_{name}_{to}"), to, [name], ["id"])


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("aufgabe", schema=None) as batch_op:
        for name, to in reversed(_AUFGABE):
            batch_op.drop_constraint(f"fk_aufgabe_{name}_{to}", type_="foreignkey")
            batch_op.drop_column(name)
    for table in ("korbfilter", "wiedervorlage", "vertretung"):
        op.drop_table(table)
