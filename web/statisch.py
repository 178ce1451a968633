"""Own and foreign static files: addresses with a mark of their content so that browsers may keep them, and packed.

Pages themselves are never packed: they show what was typed beside a secret token, and the length of a packed page would
tell about the token (BREACH).
"""

from __future__ import annotations

import gzip
import hashlib
from functools import cache, lru_cache
from pathlib import Path

from flask import Flask, Response, current_app, request, url_for

#: what gets smaller by packing; fonts and pictures are packed already
_TEXT = frozenset({"text/css", "text/javascript", "application/javascript", "application/json", "image/svg+xml"})


def register(app: Flask) -> None:
    """Make ``statisch('css/app.css')`` available to the templates of this application."""
    app.jinja_env.globals["statisch"] = address
    app.jinja_env.globals["gibt_es"] = exists
    app.after_request(_pack)


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


def _pack(response: Response) -> Response:
    """Send text files packed to those who can unpack them; each is packed once."""
    packable = request.endpoint == "static" and response.status_code == 200 and response.mimetype in _TEXT
    if not packable:
        return response
    response.vary.add("Accept-Encoding")
    path = Path(current_app.static_folder or "") / str((request.view_args or {}).get("filename", ""))
    if not request.accept_encodings["gzip"] or not path.is_file():
        return response
    stat = path.stat()
    if close := getattr(response.response, "close", None):
        close()
    response.direct_passthrough = False
    response.set_data(_packed(path, stat.st_mtime_ns, stat.st_size))
    response.content_encoding = "gzip"
    etag, _ = response.get_etag()
    if etag:
        response.set_etag(f"{etag}-gzip")
    return response


@lru_cache(maxsize=128)
def _packed(path: Path, _changed_ns: int, _size: int) -> bytes:
    return gzip.compress(path.read_bytes(), mtime=0)
