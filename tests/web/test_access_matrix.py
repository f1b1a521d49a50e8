"""Who reaches what: every route of the map against every role."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.routing import Rule

from surveyapp.web.access import ANYONE, ARRIVING, PERSON, ROLES, role
from surveyapp.web.access import roles_of as roles_of_endpoint
from tests.world.web_client import Browser


def rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]


def path_of(rule: Rule) -> str:
    """Any address of the rule; what it names does not exist."""
    return str(
        rule.build({name: "1" if "int" in str(rule) else "none" for name in rule.arguments}, append_unknown=False)[1]
    )  # type: ignore[index]


def ask(visitor: Browser, rule: Rule) -> int:
    if "GET" in (rule.methods or ()):
        return visitor.get(path_of(rule)).status_code
    return visitor.post(path_of(rule)).status_code


def test_every_route_says_who_may_use_it(app: Flask) -> None:
    with app.app_context():
        silent = [rule.endpoint for rule in app.url_map.iter_rules() if roles_of_endpoint(rule.endpoint) is None]
    assert silent == []


def test_routes_open_to_anyone_are_these_and_no_others(app: Flask) -> None:
    with app.app_context():
        open_to_all = {rule.endpoint for rule in rules(app) if roles_of_endpoint(rule.endpoint) is ANYONE}
    others = {name for name in open_to_all if not name.startswith(("account.", "health."))}
    assert others <= {"cochair.participation"}


def test_nobody_signed_in_reaches_a_route_with_roles(app: Flask, visitor: Browser) -> None:
    with app.app_context():
        closed = [rule for rule in rules(app) if roles_of_endpoint(rule.endpoint) is not ANYONE]
    assert {rule.endpoint: ask(visitor, rule) for rule in closed if ask(visitor, rule) not in (303, 401)} == {}


@pytest.mark.parametrize("name", ROLES)
def test_a_role_reaches_only_the_routes_that_name_it(
    app: Flask, name: str, signed_in: Callable[[str], Browser]
) -> None:
    visitor = signed_in(name)
    with app.app_context():
        of_others = [
            rule
            for rule in rules(app)
            if (allowed := roles_of_endpoint(rule.endpoint)) is not None
            and allowed not in (ANYONE, PERSON, ARRIVING)
            and name not in allowed
        ]
    assert {rule.endpoint: ask(visitor, rule) for rule in of_others if ask(visitor, rule) not in (403, 404)} == {}


def test_no_route_fails_for_a_name_that_does_not_exist(app: Flask, signed_in: Callable[[str], Browser]) -> None:
    found = {}
    for name in ROLES:
        visitor = signed_in(name)
        for rule in rules(app):
            if (status := ask(visitor, rule)) >= 500:
                found[rule.endpoint, name] = status
    assert found == {}


def test_a_route_without_roles_is_shut(app: Flask, visitor: Browser) -> None:
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    assert visitor.get("/forgotten").status_code == 403


def test_a_role_that_does_not_exist_is_a_mistake_of_the_author() -> None:
    with pytest.raises(ValueError, match="no such role"):
        role("emperor")
    with pytest.raises(ValueError, match="no such role"):
        role()


def test_signing_in_leads_back_to_the_page_asked_for(visitor: Browser, app: Flask) -> None:
    answer = visitor.get("/reply/none?x=1")
    assert answer.status_code == 303
    assert answer.location == "/sign-in?next=/reply/none?x%3D1"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/a\nb"]
)
def test_no_link_leads_to_another_site(visitor: Browser, elsewhere: str) -> None:
    answer = visitor.post("/language", {"language": "fr", "next": elsewhere})
    assert answer.status_code == 303
    assert answer.location == "/"


def test_an_address_of_before_leads_to_the_one_of_today(signed_in: Callable[[str], Browser]) -> None:
    answer = signed_in("secretariat").get("/office/rounds?status=open")
    assert (answer.status_code, answer.location) == (308, "/secretariat/rounds?status=open")
