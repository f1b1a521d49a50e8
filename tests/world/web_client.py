"""A browser of the Flask kind: asks over https, sends a form's token as a page would."""

from __future__ import annotations

from dataclasses import dataclass

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

SITE = "https://surveyapp.example"


@dataclass
class Browser:
    """A client that asks over https, as cookies with `__Host-` want, and sends a form's token as a page would."""

    client: FlaskClient

    def get(self, path: str, **more: object) -> TestResponse:
        return self.client.get(path, base_url=SITE, buffered=True, **more)

    def post(
        self, path: str, data: dict[str, object] | None = None, *, token: str | None = None, **more: object
    ) -> TestResponse:
        form = {"csrf_token": self.token() if token is None else token, **(data or {})}
        headers = {"Referer": SITE + "/"}
        return self.client.post(path, data=form, base_url=SITE, headers=headers, buffered=True, **more)

    def token(self) -> str:
        """From a page, as a browser has it."""
        page = self.get("/sign-in").text
        return page.split('name="csrf_token" value="')[1].split('"')[0]

    def cookie(self, name: str) -> str | None:
        found = self.client.get_cookie(name, domain="surveyapp.example")
        return found.value if found else None
