"""Eight officials save ten thousand answers of one reply at once, through real servers: every acknowledged one is kept."""

from __future__ import annotations

import random
import threading
from collections import Counter
from pathlib import Path
from urllib.parse import urlencode

import pytest

from surveyapp import create_app
from surveyapp.storage.database import db
from surveyapp.storage.people import accounts, browsers
from surveyapp.storage.replies import responses
from tests.world.concurrent_saves import SECTION, Connection, check
from tests.world.load import post
from tests.world.servers import serving
from tests.world.tiers import LONG

WRITERS, SAVES = 8, 12_500 if LONG else 1_250


@pytest.fixture
def world_name() -> str:
    return "demonstration"


@pytest.mark.long
@pytest.mark.slow
def test_no_acknowledged_save_is_lost_and_no_revision_is_missing(database_url: str, tmp_path: Path) -> None:
    settings = {"DEMONSTRATION": True, "COOKIE_SECURE": False, "SECRET_KEY": "writers", "DATABASE_URL": database_url}
    app = create_app(settings, tmp_path / "instance")
    with app.app_context():
        person = accounts.person_by_email("focal.point@kestara.example")
        assert person is not None
        response_id = responses.find("csp13-ratification", person.roles[0].participant_id or 0)
        token = browsers.sign_in(person.id)
        state = responses.load(response_id or 0)
        texts = [
            code for code, q in state.compiled.questions.items() if q.type == "long_text" and code in state.path.on_path
        ]
        texts = [code for code in texts if state.compiled.section_of[code] == "lessons_part"]
    assert texts
    client = app.test_client()
    client.set_cookie("session", token)
    page = client.get(SECTION.removesuffix("/answer")).text
    secret = page.split('name="csrf_token" value="')[1].split('"')[0]
    environment = {
        "SURVEYAPP_DATABASE_URL": database_url,
        "SURVEYAPP_COOKIE_SECURE": "0",
        "SURVEYAPP_SECRET_KEY": "writers",
        "SURVEYAPP_LOG_LEVEL": "ERROR",
    }
    acknowledged: list[tuple[str, str]] = []
    statuses: Counter[int] = Counter()
    with serving("surveyapp:create_app()", environment) as port:
        write(port, texts, token, secret, acknowledged, statuses)
    assert set(statuses) == {200}, statuses
    assert len(acknowledged) == WRITERS * SAVES
    with app.app_context():
        check(response_id or 0, acknowledged)
        db.engine.dispose()


def write(
    port: int, texts: list[str], token: str, secret: str, acknowledged: list[tuple[str, str]], statuses: Counter[int]
) -> None:
    def writer(number: int) -> None:
        chance, connection = random.Random(number), Connection(port)
        for turn in range(SAVES):
            address, value = chance.choice(texts), f"Writer {number}, save {turn}."
            form = {"csrf_token": secret, "only": address, "asked": address, f"q-{address}": value}
            status, body = connection.ask(post(SECTION, {"Cookie": f"session={token}"}, urlencode(form).encode()))
            statuses[status] += 1
            if b'class="saved"' in body and b'class="conflict"' not in body:
                acknowledged.append((address, value))
        connection.socket.close()

    threads = [threading.Thread(target=writer, args=(number,)) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
