"""The interface for other systems, over HTTP: who gets in, what is refused and how; an answer has one effect."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from engine import worker
from engine.commands import prozesse, vorgaenge, zugaenge
from engine.model import Aufgabe, Nachricht, Vorgang
from engine.rechte import Rolle
from web import api, auth
from web.api import zugang

MODELL = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t" id="d"
 xmlns:camunda="http://camunda.org/schema/1.0/bpmn"><process id="fragt" name="Register fragen" isExecutable="true">
<startEvent id="s"/><serviceTask id="d" name="Register fragen" camunda:topic="register"/>
<boundaryEvent id="r" attachedToRef="d"><errorEventDefinition id="ed" errorRef="f1"/></boundaryEvent>
<intermediateCatchEvent id="w"><messageEventDefinition id="md1" messageRef="m1"/></intermediateCatchEvent>
<userTask id="b" name="Weiter"/><userTask id="c" name="Anders"/><endEvent id="e"/><endEvent id="e2"/>
<sequenceFlow id="k1" sourceRef="s" targetRef="d"/><sequenceFlow id="k2" sourceRef="d" targetRef="w"/>
<sequenceFlow id="k3" sourceRef="w" targetRef="b"/><sequenceFlow id="k4" sourceRef="b" targetRef="e"/>
<sequenceFlow id="k5" sourceRef="r" targetRef="c"/><sequenceFlow id="k6" sourceRef="c" targetRef="e2"/>
</process><message id="m1" name="Antwort"/><signal id="z1" name="Unwetter"/>
<error id="f1" errorCode="KEIN_TREFFER"/></definitions>"""

Post = Callable[..., TestResponse]


@pytest.fixture
def schluessel(amt) -> str:
    with amt.teile.transaction() as session:
        _, key = zugaenge.create_zugang(
            session, 1, name="Register", themen=("register",), nachrichten=("Antwort", "Unwetter"), now=amt.uhr.jetzt
        )
    return key


@pytest.fixture
def post(app: Flask, schluessel: str) -> Post:
    """Calls an operation with the key; ``kopf`` replaces headers, ``roh`` the body."""
    app.config["WTF_CSRF_ENABLED"] = True
    client = app.test_client()

    def post(pfad: str, *, roh: bytes | None = None, kopf: dict[str, str] | None = None, **felder: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {schluessel}", "Content-Type": "application/json"} | (kopf or {})
        return client.post(f"/api/v1/{pfad}", data=roh if roh is not None else json.dumps(felder), headers=headers)

    return post


@pytest.fixture
def vorgang(amt, schluessel: str) -> int:
    akteur = amt.akteur("prozesse")
    with amt.teile.transaction() as session:
        [version] = prozesse.upload_modell(
            session, akteur, dateiname="fragt.bpmn", inhalt=MODELL.encode(), now=amt.uhr.jetzt
        )
        ids = {"prozess_id": version.prozess_id, "nummer": version.nummer}
        prozesse.assign_lanes(session, akteur, lanes={"": Rolle.ASD_FACHKRAFT.value}, **ids)
        prozesse.publish_version(session, akteur, now=amt.uhr.jetzt, **ids)
        return vorgaenge.start_vorgang(session, amt.akteur("asd"), prozess_id=version.prozess_id, now=amt.uhr.jetzt).id


def offen(amt, vorgang: int) -> list[str]:
    with amt.teile.reading() as session:
        rows = select(Aufgabe.element_id).where(Aufgabe.vorgang_id == vorgang, Aufgabe.fertig_am.is_(None))
        return list(session.execute(rows).scalars())


def code(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, answer.json["fehler"]["code"]


def test_a_system_fetches_work_completes_it_and_sends_the_answer(amt, post: Post, vorgang: int) -> None:
    [auftrag] = post("auftraege/abholen", arbeiter="w1").json["auftraege"]
    assert (auftrag["thema"], auftrag["element"], auftrag["versuche"]) == ("register", "d", 0)
    for _ in range(2):
        answer = post(f"auftraege/{auftrag['id']}/erledigen", sperre=auftrag["sperre"], variablen={"treffer": 3})
        assert (answer.status_code, answer.json) == (200, {"status": "erledigt"})
    assert offen(amt, vorgang) == ["w"]
    with amt.teile.reading() as session:
        nummer = session.get_one(Vorgang, vorgang).aktenzeichen
    for _ in range(2):
        answer = post("nachrichten", name="Antwort", kennung="k1", aktenzeichen=nummer, variablen={"antwort": "ja"})
        assert answer.status_code == 202
    assert answer.json == {"kennung": "k1", "status": "wartet"}
    worker.run_due(amt.teile.sessions, now=amt.uhr.jetzt)
    assert offen(amt, vorgang) == ["b"]
    with amt.teile.reading() as session:
        variables = session.get_one(Vorgang, vorgang).variablen
        assert (variables["treffer"], variables["antwort"]) == (3, "ja")
        assert len(session.execute(select(Nachricht.id)).all()) == 1


def test_nothing_that_is_answered_tells_who_or_which_case(amt, post: Post, vorgang: int) -> None:
    text = post("auftraege/abholen", arbeiter="w1").text
    with amt.teile.reading() as session:
        assert session.get_one(Vorgang, vorgang).aktenzeichen not in text
    assert "Ahorn" not in text


def test_work_that_fails_is_free_again_and_one_that_is_kept_longer_is_not(amt, post: Post, vorgang: int) -> None:
    [auftrag] = post("auftraege/abholen", arbeiter="w1", sperrdauer_s=60).json["auftraege"]
    pfad, sperre = f"auftraege/{auftrag['id']}", auftrag["sperre"]
    assert (
        post(f"{pfad}/verlaengern", sperre=sperre, sperrdauer_s=600).json["gesperrt_bis"].startswith("2026-06-15T07:10")
    )
    amt.uhr.advance(minutes=5)
    assert post("auftraege/abholen", arbeiter="w2").json["auftraege"] == []
    assert (
        post(f"{pfad}/fehlschlag", sperre=sperre, grund="antwortet nicht", rest_versuche=2, pause_s=0).status_code
        == 200
    )
    [again] = post("auftraege/abholen", arbeiter="w2").json["auftraege"]
    assert (again["id"], again["versuche"]) == (auftrag["id"], 1)
    assert again["sperre"] != sperre
    assert code(post(f"{pfad}/erledigen", sperre=sperre)) == (409, "konflikt")
    assert post(f"{pfad}/bpmn-fehler", sperre=again["sperre"], code="KEIN_TREFFER").status_code == 200
    assert offen(amt, vorgang) == ["c"]


def test_an_error_that_nothing_catches_is_a_stoerung(amt, post: Post, vorgang: int) -> None:
    [auftrag] = post("auftraege/abholen", arbeiter="w1").json["auftraege"]
    answer = post(f"auftraege/{auftrag['id']}/bpmn-fehler", sperre=auftrag["sperre"], code="UNBEKANNT")
    assert code(answer) == (500, "stoerung")
    with amt.teile.reading() as session:
        assert session.get_one(Vorgang, vorgang).gestoert


@pytest.mark.parametrize(
    "anmeldung",
    ["", "Bearer", "Bearer falsch", "Bearer hfs_falsch", "Basic YTpi", "Bearer hfs_" + "x" * 10_000, "Bearer hfs_\xe4"],
)
def test_without_a_key_that_counts_nothing_happens(post: Post, anmeldung: str) -> None:
    answer = post("auftraege/abholen", arbeiter="w1", kopf={"Authorization": anmeldung})
    assert code(answer) == (401, "nicht_angemeldet")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_person_who_is_logged_in_is_no_system(app: Flask, as_person) -> None:
    answer = as_person("asd").post("/api/v1/auftraege/abholen", json={"arbeiter": "w1"})
    assert code(answer) == (401, "nicht_angemeldet")


def test_a_closed_key_opens_nothing(amt, post: Post) -> None:
    assert post("auftraege/abholen", arbeiter="w1").status_code == 200
    with amt.teile.transaction() as session:
        zugaenge.close_zugang(session, 1, now=amt.uhr.jetzt)
    assert code(post("auftraege/abholen", arbeiter="w1")) == (401, "nicht_angemeldet")


def test_a_key_does_what_it_was_made_for_and_nothing_else(amt, post: Post) -> None:
    with amt.teile.transaction() as session:
        _, narrow = zugaenge.create_zugang(
            session, 1, name="Sender", themen=(), nachrichten=("Antwort",), now=amt.uhr.jetzt
        )
    kopf = {"Authorization": f"Bearer {narrow}"}
    assert code(post("auftraege/abholen", arbeiter="w1", kopf=kopf)) == (403, "nicht_erlaubt")
    assert code(post("signale", name="Unwetter", kennung="k", kopf=kopf)) == (403, "nicht_erlaubt")
    assert code(post("auftraege/abholen", arbeiter="w1", themen=["anderes"])) == (403, "nicht_erlaubt")


@pytest.mark.parametrize(
    ("pfad", "felder", "feld"),
    [
        ("auftraege/abholen", {}, "arbeiter"),
        ("auftraege/abholen", {"arbeiter": 1}, "arbeiter"),
        ("auftraege/abholen", {"arbeiter": "w", "anzahl": "10"}, "anzahl"),
        ("auftraege/abholen", {"arbeiter": "w", "anzahl": True}, "anzahl"),
        ("auftraege/abholen", {"arbeiter": "w", "anzahl": 10**6}, "anzahl"),
        ("auftraege/abholen", {"arbeiter": "w", "sperrdauer_s": 10**18}, "sperrdauer_s"),
        ("auftraege/abholen", {"arbeiter": "w", "themen": "register"}, "themen"),
        ("auftraege/abholen", {"arbeiter": "w", "tehmen": []}, "tehmen"),
        ("auftraege/1/erledigen", {"variablen": {}}, "sperre"),
        ("auftraege/1/erledigen", {"sperre": "x", "variablen": [1]}, "variablen"),
        ("auftraege/1/erledigen", {"sperre": "x", "variablen": {"eingang": "x"}}, "variablen"),
        ("auftraege/1/fehlschlag", {"sperre": "x", "grund": "a\u0000b"}, "grund"),
        ("nachrichten", {"name": "Antwort"}, "kennung"),
        ("nachrichten", {"name": "Antwort", "kennung": "k", "gueltig_bis": "morgen"}, "gueltig_bis"),
        ("nachrichten", {"name": "Antwort", "kennung": "k", "gueltig_bis": "2026-06-16T10:00"}, "gueltig_bis"),
        ("nachrichten", {"name": "Antwort", "kennung": "k", "schluessel": "a", "aktenzeichen": "b"}, "schluessel"),
    ],
)
def test_what_does_not_fit_is_named_by_its_field(post: Post, pfad: str, felder: dict[str, Any], feld: str) -> None:
    answer = post(pfad, **felder)
    assert code(answer) == (422, "ungueltig")
    assert list(answer.json["fehler"]["felder"]) == [feld]


@pytest.mark.parametrize(
    "roh", [b"", b"{", b"[]", b'"x"', b"null", b"\xff\xfe", b'{"a":NaN}', b"[" * 100_000, b"{" * 5000]
)
def test_what_is_no_json_object_is_refused(post: Post, roh: bytes) -> None:
    assert code(post("nachrichten", roh=roh)) == (422, "ungueltig")


def test_the_kind_of_content_and_its_size_are_strict(post: Post) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert code(post("nachrichten", roh=b"name=Antwort", kopf=form)) == (415, "falscher_inhaltstyp")
    assert code(post("nachrichten", roh=b"{}", kopf={"Content-Type": "text/json"})) == (415, "falscher_inhaltstyp")
    assert code(post("nachrichten", roh=b'{"name":"' + b"x" * 200_000 + b'"}')) == (413, "zu_gross")


def test_a_signal_is_accepted_once(amt, post: Post) -> None:
    for _ in range(2):
        assert post("signale", name="Unwetter", kennung="s1", variablen={"stufe": 2}).status_code == 202
    amt.uhr.advance(hours=1)
    worker.run_due(amt.teile.sessions, now=amt.uhr.jetzt)
    with amt.teile.reading() as session:
        assert list(session.execute(select(Nachricht.status)).scalars()) == ["zugestellt"]


def test_every_operation_asks_for_a_key_and_nothing_else_skips_the_token(app: Flask) -> None:
    operations = {rule.endpoint: rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/")}
    assert len(operations) == 7
    for endpoint, rule in operations.items():
        assert app.view_functions[endpoint].systemrecht in zugang.Systemrecht
        assert rule.methods - {"OPTIONS"} == {"POST"}
    assert auth.csrf._exempt_blueprints == {api.blueprint}
    assert auth.csrf._exempt_views == set()


def test_only_post_is_answered(app: Flask) -> None:
    answer = app.test_client().get("/api/v1/nachrichten")
    assert answer.status_code in (404, 405)


def test_a_message_is_kept_as_long_as_its_sender_says(amt, post: Post) -> None:
    until = (amt.uhr.jetzt + timedelta(hours=2)).isoformat()
    assert post("nachrichten", name="Antwort", kennung="k", schluessel="A", gueltig_bis=until).status_code == 202
    amt.uhr.advance(hours=3)
    worker.run_due(amt.teile.sessions, now=amt.uhr.jetzt)
    with amt.teile.reading() as session:
        assert session.execute(select(Nachricht.status)).scalar_one() == "verfallen"
