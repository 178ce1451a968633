"""Encryption of form contents: unreadable without the ring, unreadable in another place."""

from __future__ import annotations

import json
import stat
import threading
from dataclasses import replace

import pytest

from engine import schutz

ORT = "vorgang/1/aufgabe/2/S1"


@pytest.fixture
def ring(tmp_path):
    return schutz.open_schluesselbund(tmp_path / "daten" / "schluessel.json")


def test_contents_come_back_in_their_place_only(ring):
    secret = ring.encrypt({"anlass_text": "geheim", "zahl": 3}, ORT)
    assert b"geheim" not in secret.geheimtext
    assert ring.decrypt(secret, ORT) == {"anlass_text": "geheim", "zahl": 3}
    with pytest.raises(schutz.SchluesselFehlt):
        ring.decrypt(secret, "vorgang/9/aufgabe/2/S1")


def test_a_changed_row_is_refused(ring):
    secret = ring.encrypt({"a": 1}, ORT)
    damaged = replace(secret, geheimtext=bytes([secret.geheimtext[0] ^ 1]) + secret.geheimtext[1:])
    with pytest.raises(schutz.SchluesselFehlt):
        ring.decrypt(damaged, ORT)


def test_an_unknown_key_is_refused(ring):
    with pytest.raises(schutz.SchluesselFehlt):
        ring.decrypt(replace(ring.encrypt({}, ORT), schluessel_id="k9"), ORT)


def test_the_same_contents_look_different_each_time(ring):
    assert ring.encrypt({"a": 1}, ORT).geheimtext != ring.encrypt({"a": 1}, ORT).geheimtext


def test_the_ring_is_private_and_survives_a_restart(tmp_path):
    datei = tmp_path / "schluessel.json"
    secret = schutz.open_schluesselbund(datei).encrypt({"a": 1}, ORT)
    assert stat.S_IMODE(datei.stat().st_mode) == 0o600
    assert schutz.open_schluesselbund(datei).decrypt(secret, ORT) == {"a": 1}


def test_an_old_key_still_opens_what_it_closed(tmp_path):
    datei = tmp_path / "schluessel.json"
    secret = schutz.open_schluesselbund(datei).encrypt({"a": 1}, ORT)
    ring = json.loads(datei.read_text())
    schutz.open_schluesselbund(tmp_path / "neu.json")
    fresh = json.loads((tmp_path / "neu.json").read_text())["schluessel"]["k1"]
    datei.write_text(json.dumps({"aktuell": "k2", "schluessel": {**ring["schluessel"], "k2": fresh}}))
    rotated = schutz.open_schluesselbund(datei)
    assert rotated.decrypt(secret, ORT) == {"a": 1}
    assert rotated.encrypt({}, ORT).schluessel_id == "k2"


def test_processes_that_start_at_once_share_one_key(tmp_path):
    datei = tmp_path / "schluessel.json"
    rings = []
    threads = [threading.Thread(target=lambda: rings.append(schutz.open_schluesselbund(datei))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    secret = rings[0].encrypt({"a": 1}, ORT)
    assert all(ring.decrypt(secret, ORT) == {"a": 1} for ring in rings)
    assert [p.name for p in tmp_path.iterdir()] == ["schluessel.json"]
