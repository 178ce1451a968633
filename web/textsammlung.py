"""Collects every text of the pages into the catalogues of the other languages, and says which are not yet translated.

A tool for developers (``make texte``), never imported by the running application. Texts of templates, `web` and scripts
are marked in the source; those of engine and wertstrom are found by their look: German literals and f-strings.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

WEB: Final = Path(__file__).parent
WURZEL: Final = WEB.parent
KATALOGE: Final = WEB / "translations"
BEREICHE: Final = ("messages", "skripte", "unten")

#: packages below the pages whose texts reach them, and what of them never does
_UNTEN: Final = ("engine", "wertstrom")
_NIE: Final = frozenset({"migrations", "demo", "pruefstand", "speicher", "muster", "funktionen"})
_NIE_MODULE: Final = frozenset({"db.py", "worker.py", "postausgang.py", "glossar.py", "codec.py", "zeichen.py"})
#: calls whose words nobody sees: logs, patterns, addresses of the database
_STUMM: Final = frozenset({"compile", "warning", "get_logger", "execute", "Index", "relationship", "fullmatch", "sub"})
_DEUTSCH: Final = re.compile(
    r"[äöüßÄÖÜ„“]|\b(der|die|das|den|dem|ein|eine|einen|ist|sind|und|oder|nicht|kein|keine|bitte|mit|ohne|von|für|auf|"
    r"aus|zu|zum|zur|im|in|als|wird|werden|hat|es|fehlt|nennt|nach|bei|bis|ab|seit|gilt|auch|nur)\b",
    re.IGNORECASE,
)
_KOPF: Final = """msgid ""
msgstr ""
"Language: {}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {}\\n"

"""
_FEHLER: Final = frozenset({"EngineError", "NotFound", "NotAllowed", "Conflict", "Invalid", "Exception"})
_WORT: Final = re.compile(r"[A-ZÄÖÜ][a-zäöüß]+(-[A-Za-zäöüß]+)*|[A-ZÄÖÜ]\w*-[A-ZÄÖÜ]\w+")


def collected() -> dict[str, list[str | tuple[str, ...]]]:
    """All German texts by catalogue; a pair has a plural."""
    return {"messages": sorted(_pages(), key=str), "skripte": sorted(_scripts()), "unten": sorted(set(_below()))}


def _pages() -> set[str | tuple[str, ...]]:
    methods = [("templates/**.html", "jinja2.ext:babel_extract"), ("**.py", "python")]
    options = {"templates/**.html": {"trim_blocks": "true", "lstrip_blocks": "true", "trimmed": "true"}}
    keywords = {"_": None, "_l": None, "ngettext": (1, 2)}
    found = extract_from_dir(str(WEB), methods, options, keywords)
    return {message for _file, _line, message, _comments, _context in found if message}


def _scripts() -> set[str]:
    methods = [("static/js/**.js", "javascript")]
    found = extract_from_dir(str(WEB), methods, keywords={"hf.text": None})
    return {message for _file, _line, message, _comments, _context in found if isinstance(message, str) and message}


def _below() -> Iterator[str]:
    for package in _UNTEN:
        for path in sorted((WURZEL / package).rglob("*.py")):
            if not _NIE & set(path.relative_to(WURZEL).parts) and path.name not in _NIE_MODULE:
                yield from _texts_of(ast.parse(path.read_text(encoding="utf-8")))


def _texts_of(tree: ast.Module) -> Iterator[str]:
    """German literals of a module; of an f-string with {0}, {1} … where values stand."""
    silent = _silent(tree)
    for node in ast.walk(tree):
        if id(node) in silent:
            continue
        text = _text(node)
        if text is not None and _is_text(text):
            yield text
        if isinstance(node, ast.ClassDef) and _is_error(node) and _is_text(message := ast.get_docstring(node) or ""):
            yield message


def _text(node: ast.AST) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if not isinstance(node, ast.JoinedStr):
        return None
    numbers = iter(range(len(node.values)))
    parts = (p.value if isinstance(p, ast.Constant) else f"{{{next(numbers)}}}" for p in node.values)
    return "".join(str(part) for part in parts)


def _silent(tree: ast.Module) -> set[int]:
    """Docstrings, parts of f-strings, and what only programs read."""
    silent: set[int] = set()
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            # Docstrings, and texts that stand alone.
            silent |= {id(part.value) for part in body if isinstance(part, ast.Expr)}
        if isinstance(node, ast.JoinedStr):
            silent |= {id(part) for part in ast.walk(node) if part is not node}
        if isinstance(node, ast.Call) and _name(node.func) in _STUMM:
            silent |= {id(part) for argument in node.args for part in ast.walk(argument)}
        if isinstance(node, ast.Assign) and any(
            _name(target) in {"__all__", "__tablename__"} for target in node.targets
        ):
            silent |= {id(part) for part in ast.walk(node.value)}
    return silent


def _name(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _is_error(node: ast.ClassDef) -> bool:
    """The docstring of an error is its default message."""
    return any(
        _name(base) in {"EngineError", "NotFound", "NotAllowed", "Conflict", "Invalid", "Exception"}
        for base in node.bases
    )


def _is_text(text: str) -> bool:
    fixed = re.sub(r"\{\d+\}", "", text)
    if len(re.findall(r"[A-Za-zÄÖÜäöüß]", fixed)) < 3 or re.search(r"\\[wsd.]|^[\[(/<]|\bselect\b|::|\n\n", fixed):
        return False
    return bool(_WORT.fullmatch(fixed.strip()) or (" " in fixed and _DEUTSCH.search(fixed)))


def update(sprache: str) -> dict[str, int]:
    """Write the catalogues of a language anew, keeping what is translated; how many texts are missing in each."""
    missing = {}
    for bereich, texts in collected().items():
        path = KATALOGE / sprache / "LC_MESSAGES" / f"{bereich}.po"
        old = read_po(path.open("rb"), locale=sprache) if path.exists() else Catalog(locale=sprache)
        new = Catalog(locale=sprache, fuzzy=False)
        for text in texts:
            known = old.get(text if isinstance(text, str) else text[0])
            new.add(text, known.string if known else "")
        missing[bereich] = sum(1 for message in new if message.id and not _is_done(message.string))
        write(path, new)
    return missing


def write(path: Path, catalog: Catalog) -> None:
    """Always the same bytes for the same texts: no dates, no places in the source."""
    with path.open("wb") as file:
        file.write(_KOPF.format(catalog.locale, catalog.plural_forms).encode())
        write_po(file, catalog, omit_header=True, no_location=True, width=120, sort_output=True)


def _is_done(translation: object) -> bool:
    return all(translation) if isinstance(translation, tuple) else bool(translation)


if __name__ == "__main__":
    for language in sorted(folder.name for folder in KATALOGE.iterdir() if folder.is_dir()):
        sys.stdout.write(f"{language}: {update(language)}\n")
