"""Downloads of a Protokoll for other programs: what is too small is merged, what is too few is not given out at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from flask import abort, send_file
from flask.typing import ResponseReturnValue

from engine import errors
from engine.queries import ziele
from engine.rechte import Recht
from web import auth, clock
from web.dienste import dienste
from web.sprache import _, _l
from web.wertstrom.seiten import blueprint
from wertstrom import ausgabe, laden
from wertstrom.ausgabe import Form
from wertstrom.ereignisprotokoll import Protokoll
from wertstrom.schutz import Schwellen

#: form of a download → its name on the page and the ending of the file
AUSGABEN: Final = {
    Form.CSV: (_l("Tabelle (CSV)"), "csv"),
    Form.XES: ("XES", "xes"),
    Form.OCEL_JSON: ("OCEL 2.0 (JSON)", "json"),
    Form.OCEL_XML: ("OCEL 2.0 (XML)", "xml"),
    Form.OCEL_SQLITE: ("OCEL 2.0 (SQLite)", "sqlite"),
}


@blueprint.context_processor
def forms() -> dict[str, Any]:
    """What pages offer."""
    return {"ausgaben": AUSGABEN}


@blueprint.get("/<int:prozess_id>/ausgabe/<form>")
@auth.requires(Recht.WERTSTROM_EINLESEN)
def ausgeben(prozess_id: int, form: str) -> ResponseReturnValue:
    """Everything that is recorded of a process, for another program."""
    mandant_id = auth.akteur().mandant_id
    with dienste().reading() as session:
        gewaehlt = ziele.messbar(session, auth.akteur(), prozess_id)
        besetzung = laden.besetzung(session, mandant_id, clock.now())
        return send_protokoll(lambda: laden.read_auszug(session, mandant_id, gewaehlt.kennung), form, besetzung)


def send_protokoll(
    teile: Callable[[], Iterable[Protokoll]], form: str, besetzung: Mapping[str, int] | None = None
) -> ResponseReturnValue:
    """The file; 404 for an unknown form. `teile` is asked several times: for sizes, then for the rows.

    Raises `Invalid` when there are fewer Faelle than may be shown.
    """
    if form not in set(AUSGABEN):
        abort(404)
    schwellen, gewaehlt = Schwellen(), Form(form)
    if sum(teil.faelle.num_rows for teil in teile()) < schwellen.k_faelle:
        raise errors.Invalid(
            _("Herunterladen nicht möglich: Das Protokoll hat weniger als %(k)s Fälle.", k=schwellen.k_faelle)
        )
    schonung = ausgabe.find_schonung(teile(), schwellen.k_faelle, schwellen.k_personen, besetzung)
    with TemporaryDirectory(prefix="hilfefluss-") as ordner:
        ziel = Path(ordner) / f"protokoll.{AUSGABEN[gewaehlt][1]}"
        ausgabe.write(teile(), ziel, gewaehlt, schonung)
        inhalt = BytesIO(ziel.read_bytes())
    return send_file(inhalt, "application/octet-stream", as_attachment=True, download_name=ziel.name)
