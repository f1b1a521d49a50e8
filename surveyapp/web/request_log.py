"""One line of JSON per request, and per fault. Never what was typed, nor an address that holds a token."""

from __future__ import annotations

import json
import logging
import secrets
import sys
import time
import traceback
from typing import Any

from flask import Flask, g, has_request_context, request
from werkzeug.wrappers import Response

requests = logging.getLogger("surveyapp.request")


class JsonLines(logging.Formatter):
    """A fault is told by its kind and where it passed; its message is left out, for it may quote an answer."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created)),
            "level": record.levelname,
            "logger": record.name,
            "event": record.getMessage(),
        }
        line |= getattr(record, "facts", {})
        if has_request_context():
            line["request"] = g.get("request_id", "")
        if record.exc_info and record.exc_info[0]:
            line["fault"] = record.exc_info[0].__name__
            frames = traceback.extract_tb(record.exc_info[2])
            line["where"] = [f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno} {frame.name}" for frame in frames][
                -12:
            ]
        return json.dumps(line, ensure_ascii=False)


def init_app(app: Flask) -> None:
    logger = logging.getLogger("surveyapp")  # Flask's own logger of this app, too
    logger.setLevel(app.config["LOG_LEVEL"])
    if not any(isinstance(handler.formatter, JsonLines) for handler in logger.handlers):
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(JsonLines())
        logger.addHandler(handler)
        logger.propagate = bool(app.testing)
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    g.request_id = secrets.token_hex(8)
    g.began = time.perf_counter()


def _end(response: Response) -> Response:
    if request_id := g.get("request_id"):
        response.headers["X-Request-Id"] = request_id
    if request.endpoint != "static":
        person = g.get("person")
        facts = {
            "method": request.method,
            "route": request.url_rule.rule if request.url_rule else None,  # the rule: a path may hold a token
            "status": response.status_code,
            "ms": round((time.perf_counter() - g.get("began", time.perf_counter())) * 1000, 1),
            "person": person.id if person else None,
        }
        requests.info("request", extra={"facts": facts})
    return response
