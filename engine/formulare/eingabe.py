"""What people typed, checked and typed: one `Invalid` with all messages, or JSON values for every field.

A renderer should use text inputs with `inputmode`, not ``type="number"``: there a browser would send ``1.234`` for
1,234. Inputs of row n of a list are named ``liste.n.feld``; the reason for an empty Pflichtangabe ``name.leer``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.errors import Invalid
from engine.formulare.felder import Datenklasse, Json
from engine.formulare.formular import Formular
from engine.formulare.lesung import Lesung


@dataclass(frozen=True, slots=True)
class Zaehlung:
    """How full a form is (D13): fields that were shown, of them empty without and with a reason."""

    anwendbar: int
    leer: int
    leer_begruendet: int

    @property
    def leerfeldquote(self) -> float:
        """Empty without a reason / shown; 0 for a form without fields."""
        return self.leer / self.anwendbar if self.anwendbar else 0.0


@dataclass(frozen=True, slots=True)
class Gelesen:
    """A form that fits."""

    werte: dict[str, Json]
    #: input name -> key of `LEER_GRUENDE`; rows are counted from 0 as in `werte`
    leer_gruende: dict[str, str]
    zaehlung: Zaehlung


def read(
    formular: Formular, eingaben: Mapping[str, Sequence[str]], *, bekannt: Mapping[str, Json] | None = None
) -> Gelesen:
    """JSON values by key for every field that people fill in; None where nothing was entered.

    ``bekannt`` are the steering data (S0) of the Vorgang, for conditions and computed fields. Keys that the form does
    not have are ignored, as are fields that may only be read. What a condition hides is None whatever was sent; rows in
    which nothing was entered are left out; computed fields are worked out from the others.
    Raises `Invalid` whose `felder` holds one German sentence for every input that does not fit.
    """
    lesung = Lesung(formular, eingaben, bekannt or {})
    if fehler := lesung.fehler():
        raise Invalid(felder=fehler)
    return Gelesen(lesung.werte(), lesung.leer_gruende(), Zaehlung(*lesung.zaehle()))


def validate(formular: Formular, eingaben: Mapping[str, Sequence[str]]) -> dict[str, Json]:
    """Only the values of `read`."""
    return read(formular, eingaben).werte


def read_entwurf(
    formular: Formular, eingaben: Mapping[str, Sequence[str]], *, bekannt: Mapping[str, Json] | None = None
) -> dict[str, Json]:
    """What a half-filled form says already: fields that are missing or do not fit are left out."""
    return {key: wert for key, wert in Lesung(formular, eingaben, bekannt or {}).werte().items() if wert is not None}


def split_by_datenklasse(formular: Formular, werte: Mapping[str, Json]) -> dict[str, dict[str, Json]]:
    """Values by class: always the four keys S0 to S3; values of unknown keys are dropped.

    The rows of a list are taken apart: each class has as many rows, with its own fields only.
    """
    return {klasse.value: formular.project(werte, {klasse}) for klasse in Datenklasse}
