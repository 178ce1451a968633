"""Log lines: one JSON object per request with its number, route, status and milliseconds.

Never an address with its parameters, a form content, a name or a login: routes are logged as patterns.
"""

from __future__ import annotations

import logging
import secrets
import sys
import time

import structlog
from flask import Flask, Response, g, request

_log = structlog.get_logger("web")


def configure() -> None:
    """JSON lines on stderr with UTC time; called by the command line, not by tests."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
    )


def nummer() -> str:
    """Number of this request; error pages show it and log lines carry it."""
    if "nummer" not in g:
        g.nummer = secrets.token_hex(4).upper()
    number: str = g.nummer
    return number


def route() -> str:
    """Pattern of the address, e.g. ``/aufgaben/<int:aufgabe_id>``; never its values."""
    return request.url_rule.rule if request.url_rule else "unbekannt"


def fehler(error: BaseException) -> None:
    """Log an unexpected error by its kind and place; its text could hold personal data and stays out."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    ort = f"{trace.tb_frame.f_code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}" if trace else ""
    _log.error("fehler", nummer=nummer(), route=route(), art=type(error).__qualname__, ort=ort)


def register(app: Flask) -> None:
    """Log every request of this application but those for static files."""

    @app.before_request
    def start() -> None:
        g.begonnen = time.perf_counter()

    @app.after_request
    def log(response: Response) -> Response:
        response.headers["X-Request-Id"] = nummer()
        if request.endpoint != "static":
            ms = round((time.perf_counter() - g.get("begonnen", time.perf_counter())) * 1000, 1)
            _log.info(
                "anfrage", nummer=nummer(), methode=request.method, route=route(), status=response.status_code, ms=ms
            )
        return response
