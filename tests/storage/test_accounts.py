"""People, sessions, links, limits, letters."""

from __future__ import annotations

import datetime
import threading

import pytest
import sqlalchemy as sa
from flask import Flask

from surveyapp.storage.mail import outbox, server_trouble
from surveyapp.storage.models import RateLimit, SignInSession, SignInToken
from surveyapp.storage.people import accounts, browsers, rate_limits, tokens
from surveyapp.storage.transactions import reading, writing
from tests.world.people import disable_person
from tests.world.small_round import World

MINUTE = datetime.timedelta(minutes=1)


def test_a_session_tells_who_it_is_and_what_they_may_do(world: World) -> None:
    token = browsers.sign_in(world.person_id)

    session = browsers.find(token)

    assert session is not None
    assert (session.person.name, session.person.email) == ("Ana", "ana@example.org")
    assert session.person.roles == (accounts.RoleHeld("focal_point", world.participant_id, "XVE"),)
    assert browsers.find("guessed") is None


def test_tokens_are_not_in_the_database(world: World) -> None:
    told = {browsers.sign_in(world.person_id), tokens.issue(world.person_id, "sign_in", browser="b")}

    with reading() as connection:
        kept = [*connection.execute(sa.select(SignInSession)), *connection.execute(sa.select(SignInToken))]
    assert not any(token in str(row) for token in told for row in kept)


def test_a_session_ends_by_signing_out_by_idling_and_by_age(world: World) -> None:
    token = browsers.sign_in(world.person_id)
    now = datetime.datetime.now(datetime.UTC)
    assert browsers.find(token, now + browsers.IDLE_TTL - MINUTE)
    assert browsers.find(token, now + browsers.IDLE_TTL + MINUTE) is None
    assert browsers.find(browsers.sign_in(world.person_id, MINUTE), now + 2 * MINUTE) is None

    browsers.revoke(token)

    assert browsers.find(token) is None


def test_proving_once_more_ends_the_old_token_and_keeps_the_end(world: World) -> None:
    token = browsers.sign_in(world.person_id, MINUTE)
    before = browsers.find(token)

    renewed = browsers.complete_sign_in(token)

    assert renewed and browsers.find(token) is None
    after = browsers.find(renewed)
    assert before and after and after.expires_at == before.expires_at
    assert browsers.complete_sign_in(token) is None


def test_a_disabled_person_is_signed_out_everywhere(world: World) -> None:
    token = browsers.sign_in(world.person_id)
    link = tokens.issue(world.person_id, "invitation")

    disable_person(world.person_id)

    assert browsers.find(token) is None
    assert tokens.consume(link) is None
    assert accounts.person(world.person_id) is None
    assert accounts.person_by_email("ana@example.org") is None


def test_a_link_is_looked_at_often_and_used_once(world: World) -> None:
    link = tokens.issue(world.person_id, "sign_in", browser="secret")

    assert tokens.look_up(link, "secret") == tokens.look_up(link, "secret") is not None
    assert tokens.look_up(link) is None and tokens.consume(link, "another") is None
    used = tokens.consume(link, "secret")
    assert used and (used.purpose, used.person_id) == ("sign_in", world.person_id)
    assert tokens.consume(link, "secret") is None and tokens.look_up(link, "secret") is None


def test_a_link_grows_old(world: World) -> None:
    link = tokens.issue(world.person_id, "sign_in", life=datetime.timedelta(microseconds=1))

    assert tokens.look_up(link) is None and tokens.consume(link) is None


def test_of_many_who_press_at_once_one_gets_in(world: World, app: Flask) -> None:
    link = tokens.issue(world.person_id, "sign_in")
    got: list[object] = []

    def press() -> None:
        with app.app_context():
            got.append(tokens.consume(link))

    threads = [threading.Thread(target=press) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(got) == 6 and sum(found is not None for found in got) == 1


def test_two_people_cannot_share_an_address_nor_a_role_be_held_twice(world: World) -> None:
    with pytest.raises(sa.exc.IntegrityError):
        accounts.create_person("Other", " ANA@example.org ")
    accounts.grant_role(world.person_id, "secretariat")
    for held in (("secretariat", None), ("focal_point", world.participant_id)):
        with pytest.raises(sa.exc.IntegrityError):
            accounts.grant_role(world.person_id, *held)


@pytest.mark.parametrize(("role", "with_participant"), [("focal_point", False), ("co_chair", True), ("king", False)])
def test_the_database_refuses_roles_that_cannot_be(world: World, role: str, with_participant: bool) -> None:
    with pytest.raises(sa.exc.IntegrityError):
        accounts.grant_role(world.person_id, role, world.participant_id if with_participant else None)


def test_a_limit_is_reached_and_says_nothing_of_whom_it_counts(app: Flask) -> None:
    hour = datetime.timedelta(hours=1)

    assert [rate_limits.allow("sign-in:ana@example.org", 3, hour) for _ in range(5)] == [True, True, True, False, False]
    assert rate_limits.allow("sign-in:ben@example.org", 3, hour)
    with reading() as connection:
        assert "ana" not in str(connection.execute(sa.select(RateLimit)).all())
    assert rate_limits.forget_old(datetime.datetime.now(datetime.UTC) + hour) == 2


def test_a_letter_goes_with_its_cause_or_not_at_all(app: Flask) -> None:
    with pytest.raises(RuntimeError), writing():
        outbox.enqueue("a@example.org", "Never", "…")
        raise RuntimeError("the cause failed")
    outbox.enqueue("a@example.org", "Round opened", "Dear focal point")
    sent: list[outbox.Letter] = []

    assert outbox.deliver_due(sent.append) == 1
    assert outbox.deliver_due(sent.append) == 0
    assert [letter.subject for letter in sent] == ["Round opened"]


def test_a_letter_that_could_not_be_sent_waits(app: Flask) -> None:
    outbox.enqueue("a@example.org", "Round opened", "Dear focal point")

    def broken(_: outbox.Letter) -> None:
        raise OSError("no network")

    assert outbox.deliver_due(broken) == 0

    sent: list[outbox.Letter] = []
    assert outbox.deliver_due(sent.append) == 0, "not before its time"
    server_trouble.retry_now()
    assert outbox.deliver_due(sent.append) == 1
