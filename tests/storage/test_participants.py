"""The reference data and dated treaty status."""

from __future__ import annotations

import datetime
from collections import Counter

import pytest
import sqlalchemy as sa
from flask import Flask

from surveyapp.storage.models import Participant
from surveyapp.storage.rounds import participants
from surveyapp.storage.transactions import writing
from tests.world.small_round import World

DAY = participants.TABLE_DAY


def test_the_seeded_states_give_the_published_participation(app: Flask) -> None:
    assert participants.seed_states() == 195
    assert participants.seed_states() == 0

    states = participants.participants(DAY, invented=False)

    by_region: dict[str, Counter[str]] = {}
    for state in states:
        assert state.region
        counts = {
            "states": 1,
            "parties": int(state.treaty_status == "state_party"),
            "signatories": int(state.treaty_status == "signatory"),
        }
        by_region.setdefault(state.region, Counter()).update(counts)
    whole = sum(by_region.values(), Counter())
    assert (whole["states"], whole["parties"], whole["signatories"]) == (195, 116, 26)
    share = {
        (region, what): round(100 * counts[what] / counts["states"])
        for region, counts in by_region.items()
        for what in counts
    }
    assert (share["asia", "parties"], share["asia", "signatories"]) == (23, 21)
    assert (share["oceania", "parties"], share["oceania", "signatories"]) == (40, 20)


def test_a_status_is_that_of_the_day_asked_for(world: World) -> None:
    joined = datetime.date(2027, 3, 1)
    participants.record_status(world.participant_id, "not_party", datetime.date(2020, 1, 1))
    participants.record_status(world.participant_id, "signatory", DAY)
    participants.record_status(world.participant_id, "state_party", joined)

    def status(day: datetime.date) -> str | None:
        state = participants.participant("XVE", day)
        assert state
        return state.treaty_status

    assert status(datetime.date(2019, 12, 31)) is None
    assert status(DAY - datetime.timedelta(days=1)) == "not_party"
    assert status(joined - datetime.timedelta(days=1)) == "signatory"
    assert status(joined) == "state_party"
    [state] = participants.participants(joined)
    assert state.treaty_status == "state_party"


def test_invented_states_never_count_in_the_treatys_figures(world: World) -> None:
    assert participants.participants(datetime.date(2030, 1, 1), invented=False) == []
    assert [state.code for state in participants.participants(invented=True)] == ["XVE"]
    assert participants.participants(invented=False) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "planet"},
        {"region": "atlantis"},
        {"region": None},
        {"kind": "organisation"},
        {"iso3": "FR"},
        {"code": "XVE"},
        {"iso3": "XVE"},
    ],
)
def test_the_database_refuses_participants_that_cannot_be(world: World, wrong: dict[str, object]) -> None:
    right = {"kind": "state", "code": "XAL", "iso3": "XAL", "names": {"en": "A"}, "invented": True, "region": "asia"}

    with pytest.raises(sa.exc.IntegrityError), writing() as connection:
        connection.execute(sa.insert(Participant).values(**(right | wrong)))
