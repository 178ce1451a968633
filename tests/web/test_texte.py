"""Every text of the pages is there in every language: in the catalogues, in the templates, and on the pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from babel.messages.jslexer import tokenize
from babel.messages.pofile import read_po
from flask.testing import FlaskClient

from web import sprache, textsammlung

AsPerson = Callable[[str], FlaskClient]
VORLAGEN = textsammlung.WEB / "templates"
#: stands in templates as it is: names, abbreviations and examples that are the same in every language
GLEICH = re.compile(
    r"[a-z_]+\([^)]*\)|betrag > 1000|Hilfefluss|BPMN|DMN|FEEL|CSV|[jkzü/?x]|\.ics|Esc|Enter|S[0-3]"
    r"|nbsp|shy|amp|gt|lt|hellip|middot"
)
PLATZ = re.compile(r"%\(\w+\)s|\{\d+\}")
#: words that no English sentence has
DEUTSCH = re.compile(
    r"\b(der|und|oder|nicht|kein|keine|ist|sind|wird|werden|Sie|Ihre?|eine[rnms]?|für|über|noch|bitte|wählen|Schritte?"
    r"|Vorgang|Vorgänge|Aufgaben?|Fristen?|Zurück|Weiter|Speichern|Öffnen|Stand)\b"
)


def catalogue(bereich: str) -> dict[Any, Any]:
    path = sprache.KATALOGE / "en" / "LC_MESSAGES" / f"{bereich}.po"
    with path.open("rb") as file:
        return {message.id: message.string for message in read_po(file, locale="en") if message.id}


@pytest.fixture(scope="module")
def collected() -> dict[str, list[Any]]:
    return textsammlung.collected()


@pytest.mark.parametrize("bereich", ["messages", "skripte", "unten"])
def test_every_text_is_translated_with_the_same_values(collected: dict[str, list[Any]], bereich: str) -> None:
    known = catalogue(bereich)
    assert [text for text in collected[bereich] if text not in known] == [], "make texte"
    empty = [text for text, english in known.items() if not (all(english) if isinstance(english, tuple) else english)]
    assert empty == []
    for text, english in known.items():
        for german, other in zip(_forms(text), _forms(english), strict=True):
            assert set(PLATZ.findall(german)) - {"%(num)s"} == set(PLATZ.findall(other)) - {"%(num)s"}, german


def _forms(text: Any) -> tuple[str, ...]:
    return text if isinstance(text, tuple) else (text,)


def literals(vorlage: str) -> Iterator[str]:
    """Text of a template that stands there as it is."""
    bare = re.sub(r"\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}", "\0", vorlage, flags=re.DOTALL)
    bare = re.sub(r"<(script|style)\b.*?</\1>|<!--.*?-->", "\0", bare, flags=re.DOTALL)
    spoken = re.findall(r'\b(?:aria-label|title|placeholder|alt|data-beschriftung)="([^"]*)"', bare)
    bare = re.sub(r"<[^>]*>", "\0", bare)
    for text in (*spoken, *bare.split("\0")):
        if '="' not in text and re.search(r"[A-Za-zÄÖÜäöüß]{2,}", GLEICH.sub("", text)):
            yield text.strip()


@pytest.mark.parametrize(
    "pfad", sorted(p.relative_to(VORLAGEN).as_posix() for p in VORLAGEN.rglob("*.html")), ids=lambda p: str(p)
)
def test_no_template_holds_a_text_that_cannot_be_translated(pfad: str) -> None:
    assert list(literals((VORLAGEN / pfad).read_text(encoding="utf-8"))) == []


def test_a_text_that_is_not_marked_is_found() -> None:
    assert list(literals("<p>Noch offen {{ n }}</p>")) == ["Noch offen"]
    assert list(literals('<a title="Zurück">{{ _("Weiter") }}</a>')) == ["Zurück"]
    assert list(literals("{% if x %}<b>{{ y }}</b> · 3{% endif %}{# Kommentar #}")) == []


#: scripts whose texts are in the catalogue
SKRIPTE = ["arbeitskorb", "aufgabe", "diagramm", "druck", "einlesen", "prozesse", "rahmen", "sprache", "wertstrom"]
#: one capital word that is a name of the browser
BROWSER = {"Accept", "Escape", "Enter", "MiB"}
GESPROCHEN = re.compile(
    r"[äöüßÄÖÜ„“…]|[a-zß]{2,}[.:!?]?\s+[a-zA-Z]*[a-zß]{2,}\s+[a-zß]{2,}|^[A-Z][a-zß]{2,}[.:]?(\s|$)"
)


def spoken(skript: str, known: set[str]) -> list[str]:
    """Literals of a script that a person would read and no catalogue has."""
    strings = [token.value for token in tokenize(skript) if token.type in ("string", "template_string")]
    bare = [re.sub(r"\$\{.*?\}", "", text[1:-1]).strip() for text in strings]
    words = [text for text in bare if re.search(r"[A-Za-zÄÖÜäöüß]{3,}", text) and GESPROCHEN.search(text)]
    return [text for text in words if text not in known | BROWSER]


@pytest.mark.parametrize("name", SKRIPTE)
def test_no_script_holds_a_text_that_cannot_be_translated(name: str) -> None:
    path = textsammlung.WEB / "static" / "js" / f"{name}.js"
    assert spoken(path.read_text(encoding="utf-8"), set(sprache.skriptworte("en"))) == []


def test_a_text_of_a_script_that_is_not_marked_is_found() -> None:
    assert spoken('say("Nicht gespeichert"); say(hf.text("Weiter"));', {"Weiter"}) == ["Nicht gespeichert"]
    assert spoken("say(`Zeile ${n}`); say(`${n} gewählt`);", set()) == ["Zeile", "gewählt"]
    assert spoken("""find('[data-zone] > .zeile'); x = `#befund-${n}`; y = "aria-label";""", set()) == []


class Texte(HTMLParser):
    """Texts that a person reads or hears on a page, without what people of the office wrote."""

    def __init__(self, eigene: set[str]) -> None:
        super().__init__()
        self.eigene, self.still, self.texte = eigene, 0, set[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.still += tag in ("script", "style") or (tag != "html" and ("lang", "de") in attrs)
        self.texte |= {value for name, value in attrs if name in ("aria-label", "title", "placeholder") and value}

    def handle_endtag(self, tag: str) -> None:
        if self.still and tag in ("script", "style", "button", "option"):
            self.still -= 1

    def handle_data(self, data: str) -> None:
        if not self.still and data.strip():
            self.texte.add(" ".join(data.split()))

    def german(self) -> list[str]:
        return sorted(t for t in self.texte if DEUTSCH.search(_without(t, self.eigene)))


def _without(text: str, eigene: set[str]) -> str:
    for name in sorted(eigene, key=len, reverse=True):
        text = text.replace(name, "")
    return text


ZEICHNUNG = (Path(__file__).parent / "bedarf.bpmn").read_text(encoding="utf-8")
#: what Kleinstadt calls its things
EIGENE = {*re.findall(r'\bname="([^"]+)"', ZEICHNUNG), "Jugendamt Kleinstadt", "ASD Mitte", "Leitung Mitte", "Prozesse"}
EIGENE |= set(re.findall(r"documentation>([^<]+)<", ZEICHNUNG))

SEITEN = [
    ("asd", "/fristen"),
    ("asd", "/fristen?monat=2026-06"),
    ("asd", "/fristen/abo"),
    ("asd", "/einstellungen"),
    ("asd", "/mitteilungen"),
    ("asd", "/hilfe"),
    ("asd", "/datenschutz"),
    ("asd", "/barrierefreiheit"),
    ("asd", "/gibt-es-nicht"),
    ("asd", "/stoerungen"),
    ("prozesse", "/stoerungen"),
    ("prozesse", "/prozesse"),
    ("prozesse", "/prozesse/1"),
    ("prozesse", "/prozesse/1/versionen/1"),
    ("prozesse", "/prozesse/1/versionen/1/einrichten"),
    ("prozesse", "/prozesse/1/versionen/1/einrichten/steckbrief"),
    ("prozesse", "/prozesse/1/versionen/1/freigabe"),
    ("prozesse", "/prozesse/1/versionen/1/entscheidungen"),
    ("neu", "/"),
]


@pytest.mark.parametrize(("kennung", "pfad"), SEITEN)
def test_an_english_page_has_no_german_word(as_person: AsPerson, amt: Any, kennung: str, pfad: str) -> None:
    amt.new_aufgabe("asd")
    client = as_person(kennung)
    client.post("/sprache", data={"sprache": "en", "weiter": "/"})
    page = Texte(EIGENE)
    page.feed(client.get(pfad).text)
    assert page.texte, "nothing was shown"
    assert page.german() == []


def test_the_language_of_the_source_is_untouched() -> None:
    assert not (Path(sprache.KATALOGE) / "de").exists()
