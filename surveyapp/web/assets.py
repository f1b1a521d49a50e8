"""Style sheets, scripts and pictures: read once, compressed once, and kept by browsers for ever under a name with a hash."""

from __future__ import annotations

import functools
import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, Response, abort, current_app, request
from werkzeug.security import safe_join

from .access import anyone

FOLDER = Path(__file__).resolve().parent.parent / "static"
COMPRESSED = (".css", ".js", ".svg", ".json")
FOR_EVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class Asset:
    body: bytes
    compressed: bytes | None
    digest: str
    mimetype: str


def init_app(app: Flask) -> None:
    app.add_url_rule("/static/<path:filename>", "static", anyone(_serve))
    app.add_template_global(asset)


def asset(filename: str) -> str:
    """The address of a static file, with its hash."""
    digest = _digest(filename) if not current_app.debug else _digest.__wrapped__(filename)
    # not `url_for`: the page that refuses an untrusted host has no map to ask
    return f"{request.script_root}/static/{filename}" + (f"?v={digest}" if digest else "")


@functools.lru_cache(maxsize=200)
def _digest(filename: str) -> str:
    """Asked once per file: an installed style sheet does not change under a running server."""
    file = _find(filename)
    return file.digest if file else ""


def _serve(filename: str) -> Response:
    file = _find(filename)
    if file is None:
        abort(404)
    response = Response(file.body, mimetype=file.mimetype)
    if file.compressed is not None:
        response.vary.add("Accept-Encoding")
        if request.accept_encodings.quality("gzip"):
            response.data = file.compressed
            response.content_encoding = "gzip"
    current = request.args.get("v") == file.digest
    response.headers["Cache-Control"] = FOR_EVER if current else "no-cache"
    response.set_etag(file.digest)
    response.make_conditional(request)
    return response


def _find(filename: str) -> Asset | None:
    path = safe_join(str(FOLDER), filename)
    if path is None:
        return None
    try:
        changed = Path(path).stat().st_mtime_ns
        return _read(path, changed)
    except (OSError, ValueError):  # ValueError: a zero byte in the name
        return None


@functools.lru_cache(maxsize=200)
def _read(path: str, changed: int) -> Asset:
    """`changed` is part of the key, so that an edited file is read anew."""
    body = Path(path).read_bytes()
    compressed = gzip.compress(body, 9, mtime=0) if path.endswith(COMPRESSED) else None
    kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
    return Asset(body, compressed, hashlib.sha256(body).hexdigest()[:12], kind)
