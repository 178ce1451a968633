"""A person sets up pages and notices for herself. Leaves no Ereignis: it is not work, and nobody else looks it up."""

from __future__ import annotations

import re
from collections.abc import Collection

from sqlalchemy.orm import Session

from engine import errors
from engine.model import Person
from engine.model.persoenlich import Persoenlich
from engine.rechte import Akteur

#: as long as an address can be (RFC 5321)
MAX_ADRESSE = 254
_ADRESSE = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


def save(session: Session, akteur: Akteur, wahl: Persoenlich) -> None:
    """Keep the settings of the Akteur."""
    person = session.get_one(Person, akteur.person_id)
    person.einstellungen = wahl.as_json()


def set_adresse(session: Session, akteur: Akteur, adresse: str, *, domaenen: Collection[str]) -> None:
    """Keep the address for notices; an empty one takes it away.

    `domaenen` are those of the office, in lower case: notices name an Aktenzeichen and stay in the house.

    Raises
    ------
    errors.Invalid
        When it is no address, or not one of the office.
    """
    person = session.get_one(Person, akteur.person_id)
    adresse = adresse.strip()
    if adresse and (len(adresse) > MAX_ADRESSE or not _ADRESSE.fullmatch(adresse)):
        raise errors.Invalid(felder={"adresse": "Geben Sie eine E-Mail-Adresse ein, z. B. vorname.name@stadt.de."})
    if adresse and adresse.rpartition("@")[2].lower() not in domaenen:
        raise errors.Invalid(
            felder={"adresse": f"Geben Sie eine dienstliche Adresse ein; erlaubt ist: {', '.join(sorted(domaenen))}."}
        )
    person.email = adresse or None
