"""What every response says to the visitor."""

from __future__ import annotations

import gzip

import pytest
from flask import Flask

from surveyapp import create_app
from surveyapp.web.assets import FOLDER
from surveyapp.web.headers import HEADERS
from tests.world.web_client import SITE, Browser


@pytest.mark.parametrize("path", ["/", "/sign-in", "/none", "/static/css/app.css", "/sign-in/wrong"])
def test_every_response_is_protected(visitor: Browser, path: str) -> None:
    headers = visitor.get(path).headers
    assert {name: headers.get(name) for name in HEADERS} == HEADERS
    assert headers["Strict-Transport-Security"].startswith("max-age=63072000")
    assert headers["X-Request-Id"]


def test_the_policy_runs_no_script_written_into_a_page(visitor: Browser) -> None:
    policy = visitor.get("/").headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert policy.startswith("default-src 'none'")


@pytest.mark.parametrize("path", ["/", "/sign-in", "/none"])
def test_pages_are_kept_nowhere(visitor: Browser, path: str) -> None:
    assert visitor.get(path).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/", "/sign-in"])
def test_no_page_holds_a_script_or_a_style_of_its_own(visitor: Browser, path: str) -> None:
    page = visitor.get(path).text
    assert "<style" not in page
    assert " style=" not in page
    assert "<script>" not in page
    assert " onclick=" not in page


def test_a_static_file_is_kept_for_ever_under_its_hash(visitor: Browser) -> None:
    page = visitor.get("/").text
    address = page.split('rel="stylesheet" href="')[2].split('"')[0]
    assert address.startswith("/static/css/app.css?v=")
    assert "immutable" in visitor.get(address).headers["Cache-Control"]
    assert visitor.get("/static/css/app.css?v=old").headers["Cache-Control"] == "no-cache"


def test_a_static_file_known_to_the_browser_is_not_sent_again(visitor: Browser) -> None:
    tag = visitor.get("/static/css/app.css").headers["ETag"]
    assert visitor.get("/static/css/app.css", headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize("path", ["/static/css/app.css", "/static/js/app.js", "/"])
def test_text_travels_compressed_to_those_who_take_it(visitor: Browser, path: str) -> None:
    plain = visitor.get(path)
    packed = visitor.get(path, headers={"Accept-Encoding": "gzip, br"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert len(packed.data) == int(packed.headers["Content-Length"]) < len(plain.data)
    assert gzip.decompress(packed.data)[:60] == plain.data[:60]


@pytest.mark.parametrize(
    "name", ["../config.py", "%2e%2e/config.py", "css/../../config.py", "/etc/passwd", "css", "css/a%00b"]
)
def test_no_file_outside_the_static_folder_is_served(visitor: Browser, name: str) -> None:
    assert visitor.get(f"/static/{name}").status_code in (308, 400, 404)


def test_all_styles_and_scripts_of_a_page_are_at_most_100_kilobytes(visitor: Browser) -> None:
    sent = [path for path in FOLDER.rglob("*") if path.suffix in (".css", ".js") and "rtl" not in path.name]
    assert any(path.name == "htmx.min.js" for path in sent), "run `make run` once: the front end is not there"
    packed = {
        path.name: len(visitor.get(f"/static/{path.relative_to(FOLDER)}", headers={"Accept-Encoding": "gzip"}).data)
        for path in sent
    }
    assert sum(packed.values()) <= 100_000, packed


def test_plain_http_has_no_promise_of_https(app: Flask, tmp_path: object) -> None:
    given = {"DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"], "COOKIE_SECURE": False, "SECRET_KEY": "x"}
    plain = create_app(given, f"{tmp_path}/plain").test_client().get("/", base_url=SITE.replace("https", "http"))
    assert "Strict-Transport-Security" not in plain.headers
    assert all("__Host-" not in cookie for cookie in plain.headers.getlist("Set-Cookie"))


def test_a_host_that_is_not_ours_is_refused(app: Flask, tmp_path: object) -> None:
    given = {
        "DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
        "TRUSTED_HOSTS": ["surveyapp.example"],
        "SECRET_KEY": "x",
    }
    client = create_app(given, f"{tmp_path}/hosts").test_client()
    assert client.get("/", base_url=SITE).status_code == 200
    assert client.get("/", base_url="https://evil.example").status_code == 400
