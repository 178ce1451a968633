"""Headers that every response carries. The policy allows own files only: no inline script, style or handler."""

from __future__ import annotations

from flask import Flask, Response, request

CSP = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        # The hash is that of nothing: Plotly adds an empty style element and fills it through the object model.
        "style-src 'self' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='",
        "img-src 'self' data:",  # KERN draws its icons as data URIs
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
#: own and foreign files carry their version in the address
_STATISCH = "public, max-age=31536000, immutable"


def register(app: Flask, *, https: bool) -> None:
    """Add the headers to every response of this application."""

    @app.after_request
    def add_headers(response: Response) -> Response:
        response.headers.update(_HEADERS)
        if https:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        response.headers["Cache-Control"] = _caching(response)
        return response


def _caching(response: Response) -> str:
    if request.endpoint != "static" or response.status_code not in (200, 304):
        # Pages show social data: nothing stays in the browser of a shared computer.
        return "no-store"
    return _STATISCH if "v" in request.args else "no-cache"
