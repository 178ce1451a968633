"""The vendored front end works under the strict policy, and the guard of the browser tests catches what it should."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask import Flask, Response
from playwright.sync_api import Page

from web.sicherheit import CSP

ZEICHNUNG = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI"
  xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" id="d" targetNamespace="urn:test">
  <process id="p"><userTask id="bedarf" name="Bedarf einschätzen"/></process>
  <di:BPMNDiagram id="b"><di:BPMNPlane id="e" bpmnElement="p"><di:BPMNShape id="s" bpmnElement="bedarf">
    <dc:Bounds x="100" y="80" width="100" height="80"/></di:BPMNShape></di:BPMNPlane></di:BPMNDiagram>
</definitions>"""
VENDOR = "/static/vendor"
KOPF = f"""<!doctype html><html lang="de"><head><meta charset="utf-8"><title>Probe</title>
<link rel="icon" href="data:,"><link rel="stylesheet" href="{VENDOR}/fira-sans/fira-sans.css">
<link rel="stylesheet" href="{VENDOR}/kern/kern.min.css"><link rel="stylesheet" href="{VENDOR}/bpmn-js/diagram-js.css">
<link rel="stylesheet" href="{VENDOR}/bpmn-js/bpmn-js.css">
<link rel="stylesheet" href="{VENDOR}/bpmn-js/bpmn-font/css/bpmn.css"><link rel="stylesheet" href="/probe.css">
<script src="{VENDOR}/bpmn-js/bpmn-navigated-viewer.min.js"></script><script src="{VENDOR}/htmx/htmx.min.js"></script>
<meta name="htmx-config" content='{{"includeIndicatorStyles": false, "allowEval": false}}'>
<script src="{VENDOR}/plotly/plotly-strict.min.js"></script><script src="{VENDOR}/plotly/plotly-locale-de.js"></script>
<script src="/probe.js"></script></head><body>"""
RUMPF = """<main><h1 class="kern-heading">Probe</h1>
<button class="kern-btn" hx-get="/teil" hx-target="#teil">Laden</button>
<p id="teil"></p><div id="diagramm"></div><div id="bild"></div></main></body></html>"""
CSS = "#diagramm { height: 300px } #bild { height: 300px }"
JS = f"""window.addEventListener('load', async () => {{
  const viewer = new BpmnJS({{ container: '#diagramm' }});
  await viewer.importXML({json.dumps(ZEICHNUNG)});
  viewer.get('canvas').addMarker('bedarf', 'hier');
  await Plotly.newPlot('bild', [{{ type: 'bar', x: ['2026-03-01', '2026-05-01'], y: [1234.5, 7.25] }}],
    {{ separators: ',.', xaxis: {{ type: 'date', tickformat: '%B' }} }}, {{ locale: 'de' }});
}});"""


@pytest.fixture
def probe(serve: Callable[[Any], AbstractContextManager[str]]) -> Iterator[str]:
    app = Flask("web", static_folder="static")
    inhalte = {
        "/": (KOPF + RUMPF, "text/html"),
        "/probe.css": (CSS, "text/css"),
        "/probe.js": (JS, "text/javascript"),
        "/teil": ("angekommen", "text/html"),
        "/inline": (KOPF + "<script>document.title = 'böse'</script>" + RUMPF, "text/html"),
        "/aussen": ('<!doctype html><link rel="icon" href="data:,"><img src="http://example.org/x.png">', "text/html"),
        "/ausnahme": ('<!doctype html><link rel="icon" href="data:,"><script src="/wirf.js"></script>', "text/html"),
        "/wirf.js": ("undefined.x", "text/javascript"),
    }
    for pfad, (inhalt, art) in inhalte.items():
        app.add_url_rule(pfad, pfad.replace(".", "-"), lambda i=inhalt, a=art: Response(i, mimetype=a))

    @app.after_request
    def add_policy(antwort: Response) -> Response:
        antwort.headers["Content-Security-Policy"] = CSP
        return antwort

    with serve(app) as url:
        yield url


def test_diagram_fragment_and_chart_work_under_the_strict_policy(page: Page, probe: str) -> None:
    page.goto(probe)
    page.locator("#diagramm .hier").wait_for()
    assert "Bedarf" in page.locator("#diagramm").text_content()
    assert page.locator("#diagramm .bjs-powered-by").is_visible()
    page.get_by_role("button", name="Laden", exact=True).click()
    page.get_by_text("angekommen").wait_for()
    page.locator("#bild .xtick", has_text="März").first.wait_for()
    assert page.evaluate("document.fonts.check('16px \"Fira Sans\"')")
    assert page.evaluate("getComputedStyle(document.querySelector('button')).fontFamily").startswith('"Fira Sans"')


def test_the_accessibility_check_names_what_is_missing(
    page: Page, probe: str, axe: Callable[[Page], list[str]]
) -> None:
    page.goto(probe)
    page.locator("#bild .xtick").first.wait_for()
    page.evaluate("document.documentElement.removeAttribute('lang')")
    assert any(zeile.startswith("html-has-lang") for zeile in axe(page))


@pytest.mark.parametrize(
    ("pfad", "meldung"),
    [
        ("inline", "Content Security Policy"),
        ("aussen", "Anfrage nach außen"),
        ("ausnahme", "Ausnahme"),
        ("fehlt", "404"),
    ],
)
def test_the_guard_reports(
    page: Page, probe: str, pfad: str, meldung: str, verstoesse: list[str], erlaubte_meldungen: list[str]
) -> None:
    page.goto(f"{probe}/{pfad}")
    erlaubte_meldungen.append(".")
    for _ in range(100):
        if any(meldung in text for text in verstoesse):
            return
        page.wait_for_timeout(50)
    pytest.fail(f"nicht gemeldet: {verstoesse}")


def test_the_running_application_shows_its_first_page(
    page: Page, live_server: Any, axe: Callable[[Page], list[str]]
) -> None:
    page.goto(live_server.url)
    assert page.get_by_role("heading", level=1).is_visible()
    assert axe(page) == []
