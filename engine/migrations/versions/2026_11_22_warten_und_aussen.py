"""Everything that waits gets one table; messages, starts, notices, keys of systems and receipts get theirs."""

import sqlalchemy as sa
from alembic import op

import engine.db

revision = "e4b87d21c6f0"
down_revision = "c7d3e19a40b2"
branch_labels = None
depends_on = None

_SPALTEN = "mandant_id, orga_einheit_id, vorgang_id, token, element_id, angeheftet, seit, faellig_am, versuche"


def upgrade() -> None:
    """Apply; timers go on waiting."""
    _create_warten()
    _create_aussen()
    # The empty text and the empty object are literals: batches of SQLite carry no parameters.
    op.execute(
        f"INSERT INTO wartepunkt ({_SPALTEN}, art, name, prozess, eingaben, termin_am) "  # noqa: S608 - fixed words
        f"SELECT {_SPALTEN}, 'timer', '', '', '{{}}', CASE WHEN versuche = 0 THEN faellig_am END "
        "FROM zeitauftrag ORDER BY id"
    )
    op.drop_table("zeitauftrag")
    with op.batch_alter_table("prozessversion", schema=None) as batch_op:
        batch_op.add_column(sa.Column("starts", engine.db.Dokument, nullable=False, server_default=sa.text("'[]'")))
    with op.batch_alter_table("prozessversion", schema=None) as batch_op:
        batch_op.alter_column("starts", server_default=None)
    with op.batch_alter_table("vorgang", schema=None) as batch_op:
        batch_op.add_column(sa.Column("korrelation", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("gestoert", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("vorgang", schema=None) as batch_op:
        batch_op.alter_column("gestoert", server_default=None)
        batch_op.create_index("ix_vorgang_korrelation", ["mandant_id", "korrelation"], unique=False)
    op.execute(
        sa.text(
            "UPDATE vorgang SET gestoert = :ja WHERE id IN (SELECT vorgang_id FROM stoerung WHERE behoben_am IS NULL)"
        ).bindparams(ja=True)
    )


def _create_warten() -> None:
    op.create_table(
        "wartepunkt",
        sa.Column("vorgang_id", engine.db.Schluessel, nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("element_id", sa.String(), nullable=False),
        sa.Column("prozess", sa.String(), nullable=False),
        sa.Column("art", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("schluessel", sa.String(), nullable=True),
        sa.Column("angeheftet", sa.Boolean(), nullable=False),
        sa.Column("seit", engine.db.UtcDateTime(), nullable=False),
        sa.Column("termin_am", engine.db.UtcDateTime(), nullable=True),
        sa.Column("faellig_am", engine.db.UtcDateTime(), nullable=True),
        sa.Column("versuche", sa.Integer(), nullable=False),
        sa.Column("eingaben", engine.db.Dokument, nullable=False),
        sa.Column("gesperrt_von", sa.String(), nullable=True),
        sa.Column("gesperrt_bis", engine.db.UtcDateTime(), nullable=True),
        sa.Column("sperre", sa.String(), nullable=True),
        sa.Column("id", engine.db.Schluessel, autoincrement=True, nullable=False),
        sa.Column("mandant_id", engine.db.Schluessel, nullable=False),
        sa.Column("orga_einheit_id", engine.db.Schluessel, nullable=True),
        sa.ForeignKeyConstraint(["mandant_id"], ["mandant.id"], name=op.f("fk_wartepunkt_mandant_id_mandant")),
        sa.ForeignKeyConstraint(
            ["orga_einheit_id"], ["orga_einheit.id"], name=op.f("fk_wartepunkt_orga_einheit_id_orga_einheit")
        ),
        sa.ForeignKeyConstraint(["vorgang_id"], ["vorgang.id"], name=op.f("fk_wartepunkt_vorgang_id_vorgang")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wartepunkt")),
        sa.UniqueConstraint("vorgang_id", "token", name=op.f("uq_wartepunkt_vorgang_id_token")),
    )
    with op.batch_alter_table("wartepunkt", schema=None) as batch_op:
        batch_op.create_index("ix_wartepunkt_faellig", ["art", "faellig_am"], unique=False)
        batch_op.create_index("ix_wartepunkt_name", ["mandant_id", "art", "name", "schluessel"], unique=False)

    op.create_table(
        "nachricht",
        sa.Column("art", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("schluessel", sa.String(), nullable=True),
        sa.Column("variablen", engine.db.Dokument, nullable=False),
        sa.Column("kennung", sa.String(), nullable=True),
        sa.Column("eingang_am", engine.db.UtcDateTime(), nullable=False),
        sa.Column("gueltig_bis", engine.db.UtcDateTime(), nullable=False),
        sa.Column("faellig_am", engine.db.UtcDateTime(), nullable=True),
        sa.Column("versuche", sa.Integer(), nullable=False),
        sa.Column("fehler", sa.Integer(), nullable=False),
        sa.Column("grund", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("zugestellt_am", engine.db.UtcDateTime(), nullable=True),
        sa.Column("vorgang_id", engine.db.Schluessel, nullable=True),
        sa.Column("token", sa.String(), nullable=True),
        sa.Column("prozess_id", engine.db.Schluessel, nullable=True),
        sa.Column("von_vorgang_id", engine.db.Schluessel, nullable=True),
        sa.Column("id", engine.db.Schluessel, autoincrement=True, nullable=False),
        sa.Column("mandant_id", engine.db.Schluessel, nullable=False),
        sa.Column("orga_einheit_id", engine.db.Schluessel, nullable=True),
        sa.ForeignKeyConstraint(["mandant_id"], ["mandant.id"], name=op.f("fk_nachricht_mandant_id_mandant")),
        sa.ForeignKeyConstraint(
            ["orga_einheit_id"], ["orga_einheit.id"], name=op.f("fk_nachricht_orga_einheit_id_orga_einheit")
        ),
        sa.ForeignKeyConstraint(["prozess_id"], ["prozess.id"], name=op.f("fk_nachricht_prozess_id_prozess")),
        sa.ForeignKeyConstraint(["von_vorgang_id"], ["vorgang.id"], name=op.f("fk_nachricht_von_vorgang_id_vorgang")),
        sa.ForeignKeyConstraint(["vorgang_id"], ["vorgang.id"], name=op.f("fk_nachricht_vorgang_id_vorgang")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nachricht")),
        sa.UniqueConstraint("mandant_id", "kennung", name=op.f("uq_nachricht_mandant_id_kennung")),
    )
    with op.batch_alter_table("nachricht", schema=None) as batch_op:
        batch_op.create_index("ix_nachricht_faellig", ["faellig_am"], unique=False)
        batch_op.create_index("ix_nachricht_name", ["mandant_id", "name", "status"], unique=False)
        batch_op.create_index("ix_nachricht_vorgang", ["vorgang_id"], unique=False)

    op.create_table(
        "startpunkt",
        sa.Column("prozess_id", engine.db.Schluessel, nullable=False),
        sa.Column("prozessversion_id", engine.db.Schluessel, nullable=False),
        sa.Column("element_id", sa.String(), nullable=False),
        sa.Column("art", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("termin_am", engine.db.UtcDateTime(), nullable=True),
        sa.Column("faellig_am", engine.db.UtcDateTime(), nullable=True),
        sa.Column("versuche", sa.Integer(), nullable=False),
        sa.Column("grund", sa.String(), nullable=True),
        sa.Column("id", engine.db.Schluessel, autoincrement=True, nullable=False),
        sa.Column("mandant_id", engine.db.Schluessel, nullable=False),
        sa.Column("orga_einheit_id", engine.db.Schluessel, nullable=True),
        sa.ForeignKeyConstraint(["mandant_id"], ["mandant.id"], name=op.f("fk_startpunkt_mandant_id_mandant")),
        sa.ForeignKeyConstraint(
            ["orga_einheit_id"], ["orga_einheit.id"], name=op.f("fk_startpunkt_orga_einheit_id_orga_einheit")
        ),
        sa.ForeignKeyConstraint(["prozess_id"], ["prozess.id"], name=op.f("fk_startpunkt_prozess_id_prozess")),
        sa.ForeignKeyConstraint(
            ["prozessversion_id"], ["prozessversion.id"], name=op.f("fk_startpunkt_prozessversion_id_prozessversion")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_startpunkt")),
        sa.UniqueConstraint("prozess_id", "element_id", name=op.f("uq_startpunkt_prozess_id_element_id")),
    )
    with op.batch_alter_table("startpunkt", schema=None) as batch_op:
        batch_op.create_index("ix_startpunkt_faellig", ["faellig_am"], unique=False)
        batch_op.create_index("ix_startpunkt_name", ["mandant_id", "art", "name"], unique=False)


def _create_aussen() -> None:
    op.create_table(
        "mitteilung",
        sa.Column("gruppe_id", engine.db.Schluessel, nullable=False),
        sa.Column("vorgang_id", engine.db.Schluessel, nullable=False),
        sa.Column("element_id", sa.String(), nullable=False),
        sa.Column("titel", sa.String(), nullable=False),
        sa.Column("am", engine.db.UtcDateTime(), nullable=False),
        sa.Column("gelesen_am", engine.db.UtcDateTime(), nullable=True),
        sa.Column("gelesen_von", engine.db.Schluessel, nullable=True),
        sa.Column("id", engine.db.Schluessel, autoincrement=True, nullable=False),
        sa.Column("mandant_id", engine.db.Schluessel, nullable=False),
        sa.Column("orga_einheit_id", engine.db.Schluessel, nullable=True),
        sa.ForeignKeyConstraint(["gelesen_von"], ["person.id"], name=op.f("fk_mitteilung_gelesen_von_person")),
        sa.ForeignKeyConstraint(["gruppe_id"], ["gruppe.id"], name=op.f("fk_mitteilung_gruppe_id_gruppe")),
        sa.ForeignKeyConstraint(["mandant_id"], ["mandant.id"], name=op.f("fk_mitteilung_mandant_id_mandant")),
        sa.ForeignKeyConstraint(
            ["orga_einheit_id"], ["orga_einheit.id"], name=op.f("fk_mitteilung_orga_einheit_id_orga_einheit")
        ),
        sa.ForeignKeyConstraint(["vorgang_id"], ["vorgang.id"], name=op.f("fk_mitteilung_vorgang_id_vorgang")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mitteilung")),
    )
    with op.batch_alter_table("mitteilung", schema=None) as batch_op:
        batch_op.create_index("ix_mitteilung_gruppe", ["gruppe_id", "gelesen_am"], unique=False)

    op.create_table(
        "zugangsschluessel",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("pruefsumme", sa.String(), nullable=False),
        sa.Column("themen", engine.db.Dokument, nullable=False),
        sa.Column("nachrichten", engine.db.Dokument, nullable=False),
        sa.Column("angelegt_am", engine.db.UtcDateTime(), nullable=False),
        sa.Column("gesperrt_am", engine.db.UtcDateTime(), nullable=True),
        sa.Column("id", engine.db.Schluessel, autoincrement=True, nullable=False),
        sa.Column("mandant_id", engine.db.Schluessel, nullable=False),
        sa.Column("orga_einheit_id", engine.db.Schluessel, nullable=True),
        sa.ForeignKeyConstraint(["mandant_id"], ["mandant.id"], name=op.f("fk_zugangsschluessel_mandant_id_mandant")),
        sa.ForeignKeyConstraint(
            ["orga_einheit_id"], ["orga_einheit.id"], name=op.f("fk_zugangsschluessel_orga_einheit_id_orga_einheit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zugangsschluessel")),
        sa.UniqueConstraint("pruefsumme", name=op.f("uq_zugangsschluessel_pruefsumme")),
    )
    op.create_table(
        "quittung",
        sa.Column("sperre", sa.String(), nullable=False),
        sa.Column("antwort", sa.String(), nullable=False),
        sa.Column("am", engine.db.UtcDateTime(), nullable=False),
        sa.Column("id", engine.db.Schluessel, autoincrement=True, nullable=False),
        sa.Column("mandant_id", engine.db.Schluessel, nullable=False),
        sa.Column("orga_einheit_id", engine.db.Schluessel, nullable=True),
        sa.ForeignKeyConstraint(["mandant_id"], ["mandant.id"], name=op.f("fk_quittung_mandant_id_mandant")),
        sa.ForeignKeyConstraint(
            ["orga_einheit_id"], ["orga_einheit.id"], name=op.f("fk_quittung_orga_einheit_id_orga_einheit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quittung")),
        sa.UniqueConstraint("sperre", name=op.f("uq_quittung_sperre")),
    )


def downgrade() -> None:
    """Take back; what is no timer is forgotten."""
    with op.batch_alter_table("vorgang", schema=None) as batch_op:
        batch_op.drop_index("ix_vorgang_korrelation")
        batch_op.drop_column("gestoert")
        batch_op.drop_column("korrelation")
    op.drop_column("prozessversion", "starts")
    op.create_table(
        "zeitauftrag",
        sa.Column("vorgang_id", engine.db.Schluessel, nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("element_id", sa.String(), nullable=False),
        sa.Column("angeheftet", sa.Boolean(), nullable=False),
        sa.Column("seit", engine.db.UtcDateTime(), nullable=False),
        sa.Column("faellig_am", engine.db.UtcDateTime(), nullable=True),
        sa.Column("versuche", sa.Integer(), nullable=False),
        sa.Column("id", engine.db.Schluessel, autoincrement=True, nullable=False),
        sa.Column("mandant_id", engine.db.Schluessel, nullable=False),
        sa.Column("orga_einheit_id", engine.db.Schluessel, nullable=True),
        sa.ForeignKeyConstraint(["mandant_id"], ["mandant.id"], name=op.f("fk_zeitauftrag_mandant_id_mandant")),
        sa.ForeignKeyConstraint(
            ["orga_einheit_id"], ["orga_einheit.id"], name=op.f("fk_zeitauftrag_orga_einheit_id_orga_einheit")
        ),
        sa.ForeignKeyConstraint(["vorgang_id"], ["vorgang.id"], name=op.f("fk_zeitauftrag_vorgang_id_vorgang")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zeitauftrag")),
        sa.UniqueConstraint("vorgang_id", "token", name=op.f("uq_zeitauftrag_vorgang_id_token")),
    )
    op.create_index("ix_zeitauftrag_faellig", "zeitauftrag", ["faellig_am"])
    op.execute(
        f"INSERT INTO zeitauftrag ({_SPALTEN}) "  # noqa: S608 - fixed words
        f"SELECT {_SPALTEN} FROM wartepunkt WHERE art = 'timer' ORDER BY id"
    )
    for table in ("quittung", "zugangsschluessel", "mitteilung", "startpunkt", "nachricht", "wartepunkt"):
        op.drop_table(table)
