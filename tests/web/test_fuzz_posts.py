"""Ten thousand odd forms: each answered with a page and a message, never a fault, never a half-written answer."""

from __future__ import annotations

import random
from collections import Counter
from urllib.parse import urlencode

import pytest
from flask import Flask

from surveyapp.definition.path import code_of
from surveyapp.definition.question_types import clean
from surveyapp.storage.people import accounts, browsers
from surveyapp.storage.replies import responses
from surveyapp.storage.replies.responses import ResponseState
from surveyapp.storage.rounds import rounds

COUNT = 10_000
ROUND = "csp13-ratification"
ODD = [
    "",
    " ",
    "yes",
    "no",
    "0",
    "-1",
    "1e999",
    "NaN",
    "١٢",
    "1,234",
    "2024-02-30",
    "2024-01-01",
    "\x00",
    "\ud7ff",
    "\u202e",
]
ODD += [
    "=1+1",
    "<script>",
    "{{ had }}",
    "%(x)s",
    "../../etc",
    "a" * 6000,
    "🜁" * 300,
    "law",
    "export",
    "FRA",
    "other",
    "given",
]
PARTS = [
    "",
    ".from",
    ".to",
    ".0.url",
    ".export",
    ".export.law",
    ".detail.other",
    ".name",
    ".",
    "..",
    ".9999.url",
    "/x/y",
]
BUTTONS = ["add:laws", "remove:laws/zzzzzz", "up:", "fly:laws", "back:laws/aaaaaa", "add:had_system"]


@pytest.fixture
def world_name() -> str:
    return "demonstration"


def _form(chance: random.Random, state: ResponseState, own: list[str], codes: list[str]) -> list[tuple[str, str]]:
    """Half of the forms keep to the questions of their page and are odd in their values; the others are odd in all."""
    strange = [*codes, "nope", "laws/aaaaaa/law_title", "__proto__"]
    honest = chance.random() < 0.5 and bool(own)
    form = []
    for _ in range(chance.randrange(1, 12)):
        address = chance.choice(own if honest else [*own, *chance.sample(strange, 3)])
        form.append(("asked", address))
        form.append((f"q-{address}{'' if honest else chance.choice(PARTS)}", chance.choice(ODD)))
        if chance.random() < 0.3:
            kept = state.answers.get(address)
            seen = str(kept.revision if kept else 0)
            form.append((f"r-{address}", chance.choice([seen, seen, "0", "1", "99", "x", "-1"])))
    if chance.random() < 0.1 and not honest:
        form.append(("item", chance.choice(BUTTONS)))
    if chance.random() < 0.1:
        form.append(("language", chance.choice(["fr", "ar", "xx", ""])))
    if chance.random() < 0.3:
        form.append(("only", form[0][1]))
    return form


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_odd_posts_get_a_page_and_leave_only_whole_answers(app: Flask) -> None:
    app.config.update(COOKIE_SECURE=False, PROPAGATE_EXCEPTIONS=False, TESTING=False)
    with app.app_context():
        person = accounts.person_by_email("focal.point@kestara.example")
        assert person is not None
        token = browsers.sign_in(person.id)
        response_id = responses.find(ROUND, person.roles[0].participant_id or 0)
        assert response_id is not None
        before = responses.load(response_id)
        section_of = before.compiled.section_of
        codes = list(section_of)
    client = app.test_client()
    app.logger.setLevel("ERROR")
    client.set_cookie("session", token)
    page = client.get(f"/reply/{ROUND}/procedure").get_data(as_text=True)
    secret = page.split('name="csrf_token" value="')[1].split('"')[0]
    chance, seen = random.Random(20261123), Counter[int]()
    sections = [section.code for section in before.path.sections]
    for _ in range(COUNT):
        section = chance.choice(sections)
        own = [address for address in sorted(before.path.on_path) if section_of[code_of(address)] == section]
        form = [("csrf_token", secret if chance.random() < 0.97 else "forged"), *_form(chance, before, own, codes)]
        address = f"/reply/{ROUND}/{section}" + ("/answer" if dict(form).get("only") else "")
        body = urlencode(form, errors="surrogatepass")
        answer = client.post(address, data=body, content_type="application/x-www-form-urlencoded")
        seen[answer.status_code] += 1
        assert answer.status_code < 500, (address, body[:300])
        assert "Traceback" not in answer.get_data(as_text=True)
    assert seen[303] + seen[200] > 100 and seen[422] > 100 and seen[400] > 100, seen
    with app.app_context():
        after = responses.load(response_id)
        assert rounds.round(ROUND) is not None
        for place, value in after.values.items():  # whatever was kept is a whole, clean answer
            question = after.compiled.questions[code_of(place)]
            assert clean(after.compiled, question, value) == value, place
