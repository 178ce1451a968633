"""Addresses of own and foreign static files, with a mark of their content so that browsers may keep them."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from flask import Flask, current_app, url_for


def register(app: Flask) -> None:
    """Make ``statisch('css/app.css')`` available to the templates of this application."""
    app.jinja_env.globals["statisch"] = address
    app.jinja_env.globals["gibt_es"] = exists


def address(datei: str) -> str:
    """Address of a file below ``static/``; changes with its content."""
    path = Path(current_app.static_folder or "") / datei
    if not path.is_file():
        return url_for("static", filename=datei)
    stat = path.stat()
    return url_for("static", filename=datei, v=_mark(path, stat.st_mtime_ns, stat.st_size))


def exists(datei: str) -> bool:
    """Whether there is such a file below ``static/``."""
    return (Path(current_app.static_folder or "") / datei).is_file()


@cache
def _mark(path: Path, _changed_ns: int, _size: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]
