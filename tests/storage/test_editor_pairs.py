"""Two focal points, a colleague, an autosave and a review, interleaved: nothing overwritten silently, nothing acknowledged
missing, every submission what its review showed."""

from __future__ import annotations

import json
import random
from collections import Counter
from dataclasses import dataclass, field

import pytest

from surveyapp.storage.people import accounts
from surveyapp.storage.replies import (
    delegations,
    proposals,
    reopening,
    responses,
    reviewed,
    revisions,
    saving,
    submissions,
)
from surveyapp.storage.replies.answers import Change
from surveyapp.storage.replies.responses import ResponseState
from tests.world.small_round import World
from tests.world.tiers import LONG

SAVES = 10_000 if LONG else 2_000
VALUES = {
    "had_system": ["yes", "no"],
    "since": [1990, 2001, 2014],
    "remarks": ["One", "Two", "Three", None],
    "licences": [0, 1, 2, 3, None],
}
HANDLINGS = ["public", "states_parties", "secretariat"]


@dataclass
class Editor:
    """Somebody with a page open, drawn from `state`, who may be long behind."""

    person: int
    channel: str
    state: ResponseState

    def change(self, chance: random.Random, address: str) -> Change:
        """What the page would post: mostly as it was drawn."""
        drawn = self.state.answers.get(address)
        value = drawn.value if drawn else None
        handling = self.state.handling(address)
        if chance.random() < 0.4:
            value = chance.choice(VALUES[address])
        if chance.random() < 0.15:
            handling = chance.choice(HANDLINGS)
        return Change(value, drawn.revision if drawn else 0, declined=None, handling=handling)


@dataclass
class Ledger:
    """What was acknowledged, and from which page each revision was written."""

    drawn: dict[tuple[str, int], tuple[object, str]] = field(default_factory=dict)
    acknowledged: dict[tuple[str, int], tuple[object, str | None]] = field(default_factory=dict)
    counted: Counter[str] = field(default_factory=Counter)


@pytest.mark.long
def test_interleaved_editors_lose_nothing_and_overwrite_nothing_silently(world: World) -> None:
    chance = random.Random(20261125)
    colleague = accounts.create_person("Colleague", "colleague@example.org")
    delegations.assign(world.response_id, colleague, ["system"], "answer", note="", due=None, by=world.person_id)
    second = accounts.create_person("Second", "second@example.org")
    people = {world.person_id: "page", second: "page", -1: "autosave"}
    editors = [
        Editor(world.person_id if person == -1 else person, channel, responses.load(world.response_id))
        for person, channel in people.items()
    ]
    ledger = Ledger()
    review: tuple[reviewed.Reviewed, ResponseState] | None = None
    while ledger.counted["saves"] < SAVES:
        action = chance.random()
        if action < 0.82:
            _save(chance, chance.choice(editors), ledger)
        elif action < 0.90:
            _propose_or_accept(chance, world, colleague, ledger)
        elif action < 0.96:
            now = reviewed.as_of_now(responses.load(world.response_id))
            waiting = [proposal.id for proposal in proposals.of_response(world.response_id)]
            review = (reviewed.reviewed_content(now, proposals=waiting), now)
        elif review:
            _submit(world, review, ledger)
    _check(world, ledger)
    assert min(ledger.counted[kind] for kind in ("conflicts", "accepted", "submitted", "refused", "merged")) > 5


def _save(chance: random.Random, editor: Editor, ledger: Ledger) -> None:
    ledger.counted["saves"] += 1
    addresses = chance.sample(sorted(VALUES), 1 if editor.channel == "autosave" else 3)
    changes = {address: editor.change(chance, address) for address in addresses}
    seen = responses.load(editor.state.id) if chance.random() < 0.5 else None
    result = saving.save_answers(
        editor.state.id, changes, by=editor.person, channel=editor.channel, language="en", seen=seen
    )
    _acknowledge(editor.state, changes, result, ledger)
    if chance.random() < 0.5:  # the page is drawn anew; else it stays open, further and further behind
        editor.state = responses.load(editor.state.id)


def _acknowledge(
    state: ResponseState, changes: dict[str, Change], result: responses.SaveResult, ledger: Ledger
) -> None:
    ledger.counted["conflicts"] += len(result.conflicts)
    after = result.state or responses.load(state.id)
    for address in result.changed:
        kept = after.answers[address]
        before = state.answers.get(address)
        ledger.drawn[address, kept.revision] = (before.value if before else None, state.handling(address))
        ledger.acknowledged[address, kept.revision] = (kept.value, kept.handling)
        ledger.counted["merged"] += kept.value != changes[address].value


def _propose_or_accept(chance: random.Random, world: World, colleague: int, ledger: Ledger) -> None:
    state = responses.load(world.response_id)
    waiting = proposals.of_response(world.response_id)
    if not waiting:
        address = chance.choice(sorted(VALUES))
        change = Change(chance.choice(VALUES[address]), None)
        proposals.propose(state, {address: change}, by=colleague, language="en")
        return
    proposal = chance.choice(waiting)
    shown = state.answers.get(proposal.address)
    if chance.random() < 0.3:
        world.change(
            {proposal.address: Change(chance.choice(VALUES[proposal.address]))}
        )  # between reading and pressing
        ledger.counted["raced"] += 1
    expected = shown.revision if shown else 0
    saved = proposals.accept(state, proposal.id, expected=expected, by=world.person_id, language="en")
    assert saved is not None
    ledger.counted["conflicts"] += len(saved.conflicts)
    if not saved.conflicts:
        ledger.counted["accepted"] += 1
        change = {proposal.address: Change(proposal.content.value)}
        _acknowledge(state, change, saved, ledger)
    else:
        proposals.send_back(world.response_id, proposal.id, by=world.person_id, note="")


def _submit(world: World, review: tuple[reviewed.Reviewed, ResponseState], ledger: Ledger) -> None:
    read_back, shown = review
    try:
        done = submissions.submit(world.response_id, by=world.person_id, language="en", reviewed=read_back)
    except (reviewed.NotAsReviewed, submissions.NotReady):
        ledger.counted["refused"] += 1
        return
    ledger.counted["submitted"] += 1
    text = submissions.snapshot(world.response_id, done.number)
    assert text is not None
    official = {address: (kept["value"], kept["handling"]) for address, kept in json.loads(text)["answers"].items()}
    assert official == {
        address: (value, shown.handling(address)) for address, value in shown.path.visible(shown.values).items()
    }
    reopening.reopen(world.response_id, by=None)


def _check(world: World, ledger: Ledger) -> None:
    for address in VALUES:
        history = revisions.history(world.response_id, address)
        assert [row.revision for row in history] == list(range(1, len(history) + 1))
        said = {row.revision: (row.value, row.handling) for row in history}
        for (place, revision), content in ledger.acknowledged.items():
            assert place != address or said[revision] == content, "what was acknowledged is there"
        for revision, (value, handling) in said.items():
            known = ledger.drawn.get((address, revision))
            before = said.get(revision - 1)
            if known is None or before is None:
                continue
            assert value == before[0] or known[0] == before[0], "an answer was written over unseen"
            unseen = handling != before[1] and None not in (handling, before[1]) and known[1] != before[1]
            assert not unseen, "who may see it was written over unseen"
