"""What every response says to the browser: load nothing from elsewhere, run nothing written into a page, keep nothing."""

from __future__ import annotations

import gzip

from flask import Flask, current_app, request
from werkzeug.wrappers import Response

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",  # Bootstrap's style sheet holds its small pictures
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    "Referrer-Policy": "same-origin",  # addresses tell of rounds; the check of forms wants it at home
    "X-Content-Type-Options": "nosniff",
}
KEPT_NOWHERE = "no-store"
TWO_YEARS = "max-age=63072000; includeSubDomains"
#: below this, compressing costs more than it saves
WORTH_COMPRESSING = 1200


def init_app(app: Flask) -> None:
    app.after_request(_compress)
    app.after_request(_protect)


def _protect(response: Response) -> Response:
    secure = current_app.config["COOKIE_SECURE"]
    wanted = HEADERS | {"Strict-Transport-Security": TWO_YEARS} if secure else HEADERS
    present = {name.lower() for name, _ in response.headers}
    for name, value in wanted.items():
        if name.lower() not in present:
            response.headers.add(name, value)
    if (
        request.endpoint != "static"
    ):  # pages, files that are handed out, errors: whoever made them and whatever they say
        response.headers["Cache-Control"] = KEPT_NOWHERE
    return response


def _compress(response: Response) -> Response:
    """Tokens in a page change with every page, so that its length tells nothing about them."""
    if not current_app.config["COMPRESS_PAGES"] or response.mimetype != "text/html" or response.is_streamed:
        return response
    response.vary.add("Accept-Encoding")
    if not request.accept_encodings.quality("gzip") or response.content_encoding:
        return response
    body = response.get_data()
    if len(body) >= WORTH_COMPRESSING:
        response.set_data(gzip.compress(body, 5, mtime=0))
        response.content_encoding = "gzip"
    return response
