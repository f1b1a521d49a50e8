"""The floor: bare Flask and sqlite3, doing by hand the least that keeps ten answers honestly.

A session row is looked up, ten answers are read and drawn by one Jinja template, or ten answers with
their revisions are written in one durable transaction. No rules, no languages, no permissions.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
import threading
import time

from flask import Flask, redirect, render_template_string, request

PATH = os.environ.get("FLOOR_DATABASE", "floor.sqlite")
QUESTIONS = [(f"q{n}", f"Question {n}: what has your State done in this area?") for n in range(1, 11)]
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Floor</title>
<link rel="stylesheet" href="/static/bootstrap.min.css"></head><body><main><h1>Section</h1>
<form method="post">{% for code, label in questions %}<div class="mb-3">
<label class="form-label" for="{{ code }}">{{ label }}</label><p class="form-text" id="h-{{ code }}">A hint.</p>
<input class="form-control" id="{{ code }}" name="{{ code }}" value="{{ answers.get(code, '') }}"
 aria-describedby="h-{{ code }}"></div>{% endfor %}<button class="btn">Save</button></form></main></body></html>"""
local = threading.local()
app = Flask(__name__)


def connection() -> sqlite3.Connection:
    if not hasattr(local, "connection"):
        local.connection = sqlite3.connect(PATH, isolation_level=None, timeout=30)
        local.connection.execute("PRAGMA journal_mode=DELETE")
        local.connection.execute("PRAGMA synchronous=FULL")
    return local.connection


def create() -> None:
    db = connection()
    db.executescript(
        """CREATE TABLE IF NOT EXISTS session (token TEXT PRIMARY KEY, response INTEGER);
        CREATE TABLE IF NOT EXISTS answer (response INTEGER, code TEXT, value TEXT, revision INTEGER, at REAL,
          PRIMARY KEY (response, code));
        CREATE TABLE IF NOT EXISTS revision (response INTEGER, code TEXT, revision INTEGER, value TEXT, at REAL,
          PRIMARY KEY (response, code, revision));"""
    )
    for response in range(1, 17):
        db.execute("INSERT OR REPLACE INTO session VALUES (?, ?)", (f"token{response}", response))
        for code, _ in QUESTIONS:
            db.execute(
                "INSERT OR REPLACE INTO answer VALUES (?, ?, ?, 1, ?)", (response, code, f"Answer {code}", time.time())
            )


def response_id() -> int:
    row = connection().execute("SELECT response FROM session WHERE token = ?", (request.cookies["token"],)).fetchone()
    return int(row[0])


@app.get("/page")
def page() -> str:
    rows = connection().execute("SELECT code, value FROM answer WHERE response = ?", (response_id(),))
    return render_template_string(PAGE, questions=QUESTIONS, answers=dict(rows))


@app.post("/page")
def save() -> object:
    response, now, db = response_id(), time.time(), connection()
    db.execute("BEGIN IMMEDIATE")
    revisions = dict(db.execute("SELECT code, revision FROM answer WHERE response = ?", (response,)))
    rows = [(response, code, request.form[code], revisions.get(code, 0) + 1, now) for code, _ in QUESTIONS]
    db.executemany("INSERT OR REPLACE INTO answer VALUES (?, ?, ?, ?, ?)", rows)
    db.executemany("INSERT INTO revision VALUES (?, ?, ?, ?, ?)", [(r, c, n, v, t) for r, c, v, n, t in rows])
    db.execute("COMMIT")
    return redirect("/page")


FIELD = """<p class="saved">Saved at {{ at }}</p><input type="hidden" name="r-{{ code }}" value="{{ revision }}">"""


@app.post("/answer")
def save_one() -> str:
    """One answer and its revision in one durable transaction; what the field says is drawn."""
    response, now, db, code = response_id(), time.time(), connection(), request.form["only"]
    db.execute("BEGIN IMMEDIATE")
    kept = db.execute("SELECT revision FROM answer WHERE response = ? AND code = ?", (response, code)).fetchone()
    revision = (kept[0] if kept else 0) + 1
    row = (response, code, request.form[code], revision, now)
    db.execute("INSERT OR REPLACE INTO answer VALUES (?, ?, ?, ?, ?)", row)
    db.execute("INSERT INTO revision VALUES (?, ?, ?, ?, ?)", (response, code, revision, row[2], now))
    db.execute("COMMIT")
    return render_template_string(FIELD, at=time.strftime("%H:%M", time.gmtime(now)), code=code, revision=revision)


if __name__ == "__main__":
    create()
    print(secrets.token_hex(4))
