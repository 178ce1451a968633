"""The first tables: organisation, processes, work, protected contents, access log."""

import sqlalchemy as sa
from alembic import op

import engine.db

revision = "dc616d2469d0"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "mandant",
        sa.Column("kennung", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("land", sa.String(), nullable=False),
        sa.Column("gemeindefeiertage", engine.db.Dokument, nullable=False),
        sa.Column("schliesstage", engine.db.Dokument, nullable=False),
        sa.Column("einstellungen", engine.db.Dokument, nullable=False),
        sa.Column("schulung", sa.Boolean(), nullable=False),
        sa.Column("id", engine.db.Schluessel, autoincrement=True, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mandant")),
        sa.UniqueConstraint("kennung", name=op.f("uq_mandant_kennung")),
    )
    op.create_table(
        "orga_einheit",
        sa.Column("mandant_id", engine.db.Schluessel, nullable=False),
        sa.Column("kennung", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("eltern_id", engine.db.Schluessel, nullable=True),
        sa.Column("id", engine.db.Schluessel, autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(
            ["eltern_id"], ["orga_einheit.id"], name=op.f("fk_orga_einheit_eltern_id_orga_einheit")
        ),
        sa.ForeignKeyConstraint(["mandant_id"], ["mandant.id"], name=op.f("fk_orga_einheit_mandant_id_mandant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orga_einheit")),
        sa.UniqueConstraint("mandant_id", "kennung", name=op.f("uq_orga_einheit_mandant_id_kennung")),
    )
    op.create_table(
        "gruppe",
        sa.Column("kennung", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("rolle", sa.String(), nullable=False),
        sa.Column("id", engine.db.Schluessel, autoincrement=True, nullable=False),
        sa.Column("mandant_id", engine.db.Schluessel, nullable=False),
        sa.Column("orga_einheit_id", engine.db.Schluessel, nullable=True),
        sa.ForeignKeyConstraint(["mandant_id"], ["mandant.id"], name=op.f("fk_gruppe_mandant_id_mandant")),
        sa.ForeignKeyConstraint(
            ["orga_einheit_id"], ["orga_einheit.id"], name=op.f("fk_gruppe_orga_einheit_id_orga_einheit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gruppe")),
        sa.UniqueConstraint("mandant_id", "kennung", name=op.f("uq_gruppe_mandant_id_kennung")),
    )
    op.create_table(
        "nummernkreis",
        sa.Column("jahr", sa.Integer(), nullable=False),
        sa.Column("naechste", sa.Integer(), nullable=False),
        sa.Column("id", engine.db.Schluessel, autoincrement=True, nullable=False),
        sa.Column("mandant_id", engine.db.Schluessel, nullable=False),
        sa.Column("orga_einheit_id", engine.db.Schluessel, nullable=True),
        sa.ForeignKeyConstraint(["mandant_id"], ["mandant.id"], name=op.f("fk_nummernkreis_mandant_id_mandant")),
        sa.ForeignKeyConstraint(
            ["orga_einheit_id"], ["orga_einheit.id"], name=op.f("fk_nummernkreis_orga_einheit_id_orga_einheit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nummernkreis")),
        sa.UniqueConstraint("mandant_id", "jahr", name=op.f("uq_nummernkreis_mandant_id_jahr")),
    )
    op.create_table(
        "person",
        sa.Column("kennung", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("passwort_hash", sa.String(), nullable=False),
        sa.Column("aktiv", sa.Boolean(), nullable=False),
        sa.Column("sitzungs_nummer", sa.Integer(), nullable=False),
        sa.Column("id", engine.db.Schluessel, autoincrement=True, nullable=False),
        sa.Column("mandant_id", engine.db.Schluessel, nullable=False),
        sa.Column("orga_einheit_id", engine.db.Schluessel, nullable=True),
        sa.ForeignKeyConstraint(["mandant_id"], ["mandant.id"], name=op.f("fk_person_mandant_id_mandant")),
        sa.ForeignKeyConstraint(
            ["orga_einheit_id"], ["orga_einheit.id"], name=op.f("fk_person_orga_einheit_id_orga_einheit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("kennung", name=op.f("uq_person_kennung")),
    )
    op.create_table(
        "prozess",
        sa.Column("kennung", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("id", engine.db.Schluessel, autoincrement=True, nullable=False),
        sa.Column("mandant_id", engine.db.Schluessel, nullable=False),
        sa.Column("orga_einheit_id", engine.db.Schluessel, nullable=True),
        sa.ForeignKeyConstraint(["mandant_id"], ["mandant.id"], name=op.f("fk_prozess_mandant_id_mandant")),
        sa.ForeignKeyConstraint(
            ["orga_einheit_id"], ["orga_einheit.id"], name=op.f("fk_prozess_orga_einheit_id_orga_einheit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prozess")),
        sa.UniqueConstraint("mandant_id", "kennung", name=op.f("uq_prozess_mandant_id_kennung")),
    )
    op.create_table(
        "mitgliedschaft",
        sa.Column("person_id", engine.db.Schluessel, nullable=False),
        sa.Column("gruppe_id", engine.db.Schluessel, nullable=False),
        sa.Column("von", engine.db.UtcDateTime(), nullable=True),
        sa.Column("bis", engine.db.UtcDateTime(), nullable=True),
        sa.Column("id", engine.db.Schluessel, autoincrement=True, nullable=False),
        sa.Column("mandant_id", engine.db.Schluessel, nullable=False),
        sa.Column("orga_einheit_id", engine.db.Schluessel, nullable=True),
        sa.ForeignKeyConstraint(["gruppe_id"], ["gruppe.id"], name=op.f("fk_mitgliedschaft_gruppe_id_gruppe")),
        sa.ForeignKeyConstraint(["mandant_id"], ["mandant.id"], name=op.f("fk_mitgliedschaft_mandant_id_mandant")),
        sa.ForeignKeyConstraint(
            ["orga_einheit_id"], ["orga_einheit.id"], name=op.f("fk_mitgliedschaft_orga_einheit_id_orga_einheit")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_mitgliedschaft_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mitgliedschaft")),
        sa.UniqueConstraint("person_id", "gruppe_id", name=op.f("uq_mitgliedschaft_person_id_gruppe_id")),
    )
    with op.batch_alter_table("mitgliedschaft", schema=None) as batch_op:
        batch_op.create_index("ix_mitgliedschaft_gruppe", ["gruppe_id"], unique=False)

    op.create_table(
        "prozessversion",
        sa.Column("prozess_id", engine.db.Schluessel, nullable=False),
        sa.Column("kennung", sa.String(), nullable=False),
        sa.Column("nummer", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("dateiname", sa.String(), nullable=False),
        sa.Column("pruefsumme", sa.String(), nullable=False),
        sa.Column("original", sa.LargeBinary(), nullable=True),
        sa.Column("ausfuehrbar", sa.LargeBinary(), nullable=True),
        sa.Column("befunde", engine.db.Dokument, nullable=False),
        sa.Column("schritte", engine.db.Dokument, nullable=False),
        sa.Column("einrichtung", engine.db.Dokument, nullable=False),
        sa.Column("formulare", engine.db.Dokument, nullable=False),
        sa.Column("aufrufe", engine.db.Dokument, nullable=False),
        sa.Column("modell_schluessel", sa.String(), nullable=True),
        sa.Column("hochgeladen_am", engine.db.UtcDateTime(), nullable=False),
        sa.Column("hochgeladen_von", engine.db.Schluessel, nullable=True),
        sa.Column("veroeffentlicht_am", engine.db.UtcDateTime(), nullable=True),
        sa.Column("veroeffentlicht_von", engine.db.Schluessel, nullable=True),
        sa.Column("id", engine.db.Schluessel, autoincrement=True, nullable=False),
        sa.Column("mandant_id", engine.db.Schluessel, nullable=False),
        sa.Column("orga_einheit_id", engine.db.Schluessel, nullable=True),
        sa.ForeignKeyConstraint(
            ["hochgeladen_von"], ["person.id"], name=op.f("fk_prozessversion_hochgeladen_von_person")
        ),
        sa.ForeignKeyConstraint(["mandant_id"], ["mandant.id"], name=op.f("fk_prozessversion_mandant_id_mandant")),
        sa.ForeignKeyConstraint(
            ["orga_einheit_id"], ["orga_einheit.id"], name=op.f("fk_prozessversion_orga_einheit_id_orga_einheit")
        ),
        sa.ForeignKeyConstraint(["prozess_id"], ["prozess.id"], name=op.f("fk_prozessversion_prozess_id_prozess")),
        sa.ForeignKeyConstraint(
            ["veroeffentlicht_von"], ["person.id"], name=op.f("fk_prozessversion_veroeffentlicht_von_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prozessversion")),
        sa.UniqueConstraint("prozess_id", "nummer", name=op.f("uq_prozessversion_prozess_id_nummer")),
    )
    with op.batch_alter_table("prozessversion", schema=None) as batch_op:
        batch_op.create_index("ix_prozessversion_status", ["mandant_id", "status"], unique=False)

    op.create_table(
        "vorgang",
        sa.Column("aktenzeichen", sa.String(), nullable=False),
        sa.Column("prozess_id", engine.db.Schluessel, nullable=False),
        sa.Column("prozessversion_id", engine.db.Schluessel, nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("zustand", sa.LargeBinary(), nullable=False),
        sa.Column("variablen", engine.db.Dokument, nullable=False),
        sa.Column("laeufe", engine.db.Dokument, nullable=False),
        sa.Column("eingang_am", engine.db.UtcDateTime(), nullable=False),
        sa.Column("gestartet_am", engine.db.UtcDateTime(), nullable=False),
        sa.Column("gestartet_von", engine.db.Schluessel, nullable=True),
        sa.Column("beendet_am", engine.db.UtcDateTime(), nullable=True),
        sa.Column("ende_element", sa.String(), nullable=True),
        sa.Column("beispiel", sa.Boolean(), nullable=False),
        sa.Column("kette", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", engine.db.Schluessel, autoincrement=True, nullable=False),
        sa.Column("mandant_id", engine.db.Schluessel, nullable=False),
        sa.Column("orga_einheit_id", engine.db.Schluessel, nullable=True),
        sa.ForeignKeyConstraint(["gestartet_von"], ["person.id"], name=op.f("fk_vorgang_gestartet_von_person")),
        sa.ForeignKeyConstraint(["mandant_id"], ["mandant.id"], name=op.f("fk_vorgang_mandant_id_mandant")),
        sa.ForeignKeyConstraint(
            ["orga_einheit_id"], ["orga_einheit.id"], name=op.f("fk_vorgang_orga_einheit_id_orga_einheit")
        ),
        sa.ForeignKeyConstraint(["prozess_id"], ["prozess.id"], name=op.f("fk_vorgang_prozess_id_prozess")),
        sa.ForeignKeyConstraint(
            ["prozessversion_id"], ["prozessversion.id"], name=op.f("fk_vorgang_prozessversion_id_prozessversion")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vorgang")),
        sa.UniqueConstraint("mandant_id", "aktenzeichen", name=op.f("uq_vorgang_mandant_id_aktenzeichen")),
    )
    with op.batch_alter_table("vorgang", schema=None) as batch_op:
        batch_op.create_index("ix_vorgang_prozess_status", ["mandant_id", "prozess_id", "status"], unique=False)
        batch_op.create_index("ix_vorgang_gestartet", ["mandant_id", "gestartet_am"], unique=False)

    op.create_table(
        "aufgabe",
        sa.Column("vorgang_id", engine.db.Schluessel, nullable=False),
        sa.Column("prozessversion_id", engine.db.Schluessel, nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("element_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("art", sa.String(), nullable=False),
        sa.Column("lauf", sa.Integer(), nullable=False),
        sa.Column("gruppe_id", engine.db.Schluessel, nullable=False),
        sa.Column("person_id", engine.db.Schluessel, nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("wartegrund", sa.String(), nullable=True),
        sa.Column("bereit_am", engine.db.UtcDateTime(), nullable=False),
        sa.Column("uebernommen_am", engine.db.UtcDateTime(), nullable=True),
        sa.Column("begonnen_am", engine.db.UtcDateTime(), nullable=True),
        sa.Column("fertig_am", engine.db.UtcDateTime(), nullable=True),
        sa.Column("frist_am", engine.db.UtcDateTime(), nullable=True),
        sa.Column("frist_art", sa.String(), nullable=True),
        sa.Column("frist_grund", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", engine.db.Schluessel, autoincrement=True, nullable=False),
        sa.Column("mandant_id", engine.db.Schluessel, nullable=False),
        sa.Column("orga_einheit_id", engine.db.Schluessel, nullable=True),
        sa.ForeignKeyConstraint(["gruppe_id"], ["gruppe.id"], name=op.f("fk_aufgabe_gruppe_id_gruppe")),
        sa.ForeignKeyConstraint(["mandant_id"], ["mandant.id"], name=op.f("fk_aufgabe_mandant_id_mandant")),
        sa.ForeignKeyConstraint(
            ["orga_einheit_id"], ["orga_einheit.id"], name=op.f("fk_aufgabe_orga_einheit_id_orga_einheit")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_aufgabe_person_id_person")),
        sa.ForeignKeyConstraint(
            ["prozessversion_id"], ["prozessversion.id"], name=op.f("fk_aufgabe_prozessversion_id_prozessversion")
        ),
        sa.ForeignKeyConstraint(["vorgang_id"], ["vorgang.id"], name=op.f("fk_aufgabe_vorgang_id_vorgang")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_aufgabe")),
    )
    with op.batch_alter_table("aufgabe", schema=None) as batch_op:
        batch_op.create_index(
            "ix_aufgabe_gruppe_offen",
            ["gruppe_id", "frist_am"],
            unique=False,
            sqlite_where=sa.text("fertig_am IS NULL"),
            postgresql_where=sa.text("fertig_am IS NULL"),
        )
        batch_op.create_index(
            "ix_aufgabe_person_offen",
            ["person_id", "frist_am"],
            unique=False,
            sqlite_where=sa.text("fertig_am IS NULL"),
            postgresql_where=sa.text("fertig_am IS NULL"),
        )
        batch_op.create_index("ix_aufgabe_vorgang", ["vorgang_id"], unique=False)

    op.create_table(
        "stoerung",
        sa.Column("vorgang_id", engine.db.Schluessel, nullable=False),
        sa.Column("element_id", sa.String(), nullable=True),
        sa.Column("grund", sa.String(), nullable=False),
        sa.Column("seit", engine.db.UtcDateTime(), nullable=False),
        sa.Column("behoben_am", engine.db.UtcDateTime(), nullable=True),
        sa.Column("id", engine.db.Schluessel, autoincrement=True, nullable=False),
        sa.Column("mandant_id", engine.db.Schluessel, nullable=False),
        sa.Column("orga_einheit_id", engine.db.Schluessel, nullable=True),
        sa.ForeignKeyConstraint(["mandant_id"], ["mandant.id"], name=op.f("fk_stoerung_mandant_id_mandant")),
        sa.ForeignKeyConstraint(
            ["orga_einheit_id"], ["orga_einheit.id"], name=op.f("fk_stoerung_orga_einheit_id_orga_einheit")
        ),
        sa.ForeignKeyConstraint(["vorgang_id"], ["vorgang.id"], name=op.f("fk_stoerung_vorgang_id_vorgang")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stoerung")),
    )
    with op.batch_alter_table("stoerung", schema=None) as batch_op:
        batch_op.create_index("ix_stoerung_vorgang", ["vorgang_id"], unique=False)

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
    with op.batch_alter_table("zeitauftrag", schema=None) as batch_op:
        batch_op.create_index("ix_zeitauftrag_faellig", ["faellig_am"], unique=False)

    op.create_table(
        "ereignis",
        sa.Column("vorgang_id", engine.db.Schluessel, nullable=False),
        sa.Column("aufgabe_id", engine.db.Schluessel, nullable=True),
        sa.Column("prozessversion_id", engine.db.Schluessel, nullable=False),
        sa.Column("art", sa.String(), nullable=False),
        sa.Column("zeit", engine.db.UtcDateTime(), nullable=False),
        sa.Column("element_id", sa.String(), nullable=True),
        sa.Column("lauf", sa.Integer(), nullable=True),
        sa.Column("gruppe_id", engine.db.Schluessel, nullable=True),
        sa.Column("grund", sa.String(), nullable=True),
        sa.Column("person_id", engine.db.Schluessel, nullable=True),
        sa.Column("daten", engine.db.Dokument, nullable=False),
        sa.Column("kette", sa.String(), nullable=False),
        sa.Column("id", engine.db.Schluessel, autoincrement=True, nullable=False),
        sa.Column("mandant_id", engine.db.Schluessel, nullable=False),
        sa.Column("orga_einheit_id", engine.db.Schluessel, nullable=True),
        sa.ForeignKeyConstraint(["aufgabe_id"], ["aufgabe.id"], name=op.f("fk_ereignis_aufgabe_id_aufgabe")),
        sa.ForeignKeyConstraint(["gruppe_id"], ["gruppe.id"], name=op.f("fk_ereignis_gruppe_id_gruppe")),
        sa.ForeignKeyConstraint(["mandant_id"], ["mandant.id"], name=op.f("fk_ereignis_mandant_id_mandant")),
        sa.ForeignKeyConstraint(
            ["orga_einheit_id"], ["orga_einheit.id"], name=op.f("fk_ereignis_orga_einheit_id_orga_einheit")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_ereignis_person_id_person")),
        sa.ForeignKeyConstraint(
            ["prozessversion_id"], ["prozessversion.id"], name=op.f("fk_ereignis_prozessversion_id_prozessversion")
        ),
        sa.ForeignKeyConstraint(["vorgang_id"], ["vorgang.id"], name=op.f("fk_ereignis_vorgang_id_vorgang")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ereignis")),
    )
    with op.batch_alter_table("ereignis", schema=None) as batch_op:
        batch_op.create_index("ix_ereignis_mandant", ["mandant_id", "id"], unique=False)
        batch_op.create_index("ix_ereignis_vorgang", ["vorgang_id", "id"], unique=False)

    op.create_table(
        "formularinhalt",
        sa.Column("vorgang_id", engine.db.Schluessel, nullable=False),
        sa.Column("aufgabe_id", engine.db.Schluessel, nullable=False),
        sa.Column("element_id", sa.String(), nullable=False),
        sa.Column("datenklasse", sa.String(), nullable=False),
        sa.Column("loeschklasse", sa.String(), nullable=False),
        sa.Column("entwurf", sa.Boolean(), nullable=False),
        sa.Column("schluessel_id", sa.String(), nullable=False),
        sa.Column("nonce", sa.LargeBinary(), nullable=False),
        sa.Column("geheimtext", sa.LargeBinary(), nullable=False),
        sa.Column("geaendert_am", engine.db.UtcDateTime(), nullable=False),
        sa.Column("id", engine.db.Schluessel, autoincrement=True, nullable=False),
        sa.Column("mandant_id", engine.db.Schluessel, nullable=False),
        sa.Column("orga_einheit_id", engine.db.Schluessel, nullable=True),
        sa.ForeignKeyConstraint(["aufgabe_id"], ["aufgabe.id"], name=op.f("fk_formularinhalt_aufgabe_id_aufgabe")),
        sa.ForeignKeyConstraint(["mandant_id"], ["mandant.id"], name=op.f("fk_formularinhalt_mandant_id_mandant")),
        sa.ForeignKeyConstraint(
            ["orga_einheit_id"], ["orga_einheit.id"], name=op.f("fk_formularinhalt_orga_einheit_id_orga_einheit")
        ),
        sa.ForeignKeyConstraint(["vorgang_id"], ["vorgang.id"], name=op.f("fk_formularinhalt_vorgang_id_vorgang")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_formularinhalt")),
        sa.UniqueConstraint(
            "aufgabe_id", "datenklasse", "entwurf", name=op.f("uq_formularinhalt_aufgabe_id_datenklasse_entwurf")
        ),
    )
    with op.batch_alter_table("formularinhalt", schema=None) as batch_op:
        batch_op.create_index("ix_formularinhalt_vorgang", ["vorgang_id"], unique=False)

    op.create_table(
        "zugriff",
        sa.Column("person_id", engine.db.Schluessel, nullable=False),
        sa.Column("vorgang_id", engine.db.Schluessel, nullable=False),
        sa.Column("aufgabe_id", engine.db.Schluessel, nullable=True),
        sa.Column("art", sa.String(), nullable=False),
        sa.Column("zweck", sa.String(), nullable=False),
        sa.Column("zeit", engine.db.UtcDateTime(), nullable=False),
        sa.Column("loeschklasse", sa.String(), nullable=False),
        sa.Column("id", engine.db.Schluessel, autoincrement=True, nullable=False),
        sa.Column("mandant_id", engine.db.Schluessel, nullable=False),
        sa.Column("orga_einheit_id", engine.db.Schluessel, nullable=True),
        sa.ForeignKeyConstraint(["aufgabe_id"], ["aufgabe.id"], name=op.f("fk_zugriff_aufgabe_id_aufgabe")),
        sa.ForeignKeyConstraint(["mandant_id"], ["mandant.id"], name=op.f("fk_zugriff_mandant_id_mandant")),
        sa.ForeignKeyConstraint(
            ["orga_einheit_id"], ["orga_einheit.id"], name=op.f("fk_zugriff_orga_einheit_id_orga_einheit")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_zugriff_person_id_person")),
        sa.ForeignKeyConstraint(["vorgang_id"], ["vorgang.id"], name=op.f("fk_zugriff_vorgang_id_vorgang")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zugriff")),
    )
    with op.batch_alter_table("zugriff", schema=None) as batch_op:
        batch_op.create_index("ix_zugriff_vorgang", ["vorgang_id", "zeit"], unique=False)


def downgrade() -> None:
    """Drop everything, the newest first."""
    tables = (
        "zugriff formularinhalt ereignis zeitauftrag stoerung aufgabe vorgang prozessversion "
        "mitgliedschaft prozess person nummernkreis gruppe orga_einheit mandant"
    )
    for table in tables.split():
        op.drop_table(table)
