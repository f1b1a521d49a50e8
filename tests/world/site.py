"""The demonstration served by gunicorn, for pages tried in a browser."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask

from surveyapp.demonstration import SignIn
from tests.world.servers import Server


@dataclass(frozen=True)
class Site:
    """The running demonstration."""

    address: str
    links: dict[str, SignIn]  #: by the first words of who it is
    app: Flask
    server: Server

    def link(self, who: str) -> str:
        found = next(link for name, link in self.links.items() if who in name)
        return f"{self.address}/sign-in/{found.token}"


SETTINGS = {"DEMONSTRATION": True, "COOKIE_SECURE": False, "SECRET_KEY": "browser-test"}
