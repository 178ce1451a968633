"""Settings from the environment: defaults, refusals, and that each is explained."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import make_url

import web
from web import config


def test_without_any_variable_the_defaults_hold() -> None:
    settings = config.from_environment({})
    assert (settings.host, settings.port, settings.https, settings.schulung) == ("127.0.0.1", 8000, False, False)
    assert settings.daten == Path("daten").absolute()
    assert make_url(settings.datenbank_url).database == str(settings.daten / "hilfefluss.db")


def test_every_setting_has_help_and_a_field() -> None:
    fields = set(config.Einstellungen.__dataclass_fields__)
    assert {e.name.lower() for e in config.EINSTELLUNGEN} == fields
    assert all(e.hilfe and e.variable == f"HILFEFLUSS_{e.name}" for e in config.EINSTELLUNGEN)


@pytest.mark.parametrize(
    ("name", "wert"),
    [("PORT", "abc"), ("PORT", "0"), ("PORT", "65536"), ("PORT", "٣"), ("PORT", "9" * 50), ("HTTPS", "vielleicht")],
)
def test_a_value_that_does_not_fit_is_named(name: str, wert: str) -> None:
    with pytest.raises(config.UngueltigeEinstellung, match=f"HILFEFLUSS_{name} muss"):
        config.from_environment({f"HILFEFLUSS_{name}": wert})


@pytest.mark.parametrize(("wert", "an"), [("ja", True), ("1", True), ("ON", True), ("nein", False), ("", False)])
def test_flags_are_yes_or_no(wert: str, an: bool) -> None:
    assert config.from_environment({"HILFEFLUSS_HTTPS": wert}).https is an


def test_the_secret_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    settings = config.Einstellungen(daten=tmp_path / "neu")
    with ThreadPoolExecutor(8) as pool:
        secrets = {secret for secret in pool.map(lambda _: settings.secret_key(), range(16))}
    assert len(secrets) == 1
    assert len(secrets.pop()) >= 48
    assert stat.S_IMODE((tmp_path / "neu" / "sitzungsschluessel").stat().st_mode) == 0o600
    assert [p.name for p in (tmp_path / "neu").iterdir()] == ["sitzungsschluessel"]
    assert config.Einstellungen(daten=tmp_path, sitzungsschluessel="x").secret_key() == "x"


def test_over_https_the_session_never_travels_open(tmp_path: Path) -> None:
    app = web.create_app(config.Einstellungen(daten=tmp_path, https=True, proxys=1))
    answer = app.test_client().get("/anmelden", base_url="https://amt.example")
    assert "Secure" in answer.headers["Set-Cookie"]
    assert "max-age" in answer.headers["Strict-Transport-Security"]
    app.extensions["hilfefluss"].db_engine.dispose()
