"""A live round goes on with a newer version of its questionnaire. Looked at first; nothing that was said is lost by it.

Wording, hints, translations, new questions and choices may come; rules may change. What may not go while a round is live: a
question, a choice that somebody chose, a limit that an answer keeps to no more. That is for the next round.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from surveyapp.definition.compiled import Compiled
from surveyapp.definition.path import Path, code_of, walk

from ..audit import audit_log
from ..columns import dumps, utc_now
from ..models import AnswerRevision, Response, Round, Submission
from ..replies.previous_reply import fits
from ..replies.responses import EDITABLE, ResponseState, load, load_locked
from ..replies.saving import INCREMENT_CHANGES
from ..results import rollups
from ..transactions import reading, writing
from .invitations import responses_of
from .rounds import RoundFacts, round_by_id
from .versions import compiled, published


@dataclass(frozen=True)
class Obstacle:
    """`kind`: questionnaire · languages · section · question · type · answers. `code`: of what it is about."""

    kind: str
    code: str
    count: int = 0


@dataclass(frozen=True)
class RuleChange:
    """What is no longer so. `kind`: default (who sees an answer unless the State says otherwise) · allowed (who may be
    chosen to see it; circles, the widest first) · calculation (its formula). `code`: of the question."""

    kind: str
    code: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True)
class Effect:
    """What the move does to one reply that is not submitted; codes, in the order of the questionnaire."""

    response_id: int
    participant_code: str
    names: dict[str, str]
    status: str
    asked_anew: tuple[str, ...]
    no_longer_asked: tuple[str, ...]  #: answered, and kept
    to_answer: tuple[str, ...]  #: required from now on, and open
    to_correct: tuple[str, ...]
    handling_kept: tuple[
        str, ...
    ]  #: given, and seen by whom it was, though the new version has another default or bounds
    recalculated: tuple[str, ...]  #: calculations with another value from now on

    @property
    def any(self) -> bool:
        """Is there anything to tell of it?"""
        changed = self.asked_anew or self.no_longer_asked or self.to_answer or self.to_correct
        return bool(changed or self.handling_kept or self.recalculated)


@dataclass(frozen=True)
class MigrationPlan:
    """What moving a round to a version would do; with `refusals` it cannot be done, and `effects` is empty."""

    round: RoundFacts
    version_id: int
    refusals: tuple[Obstacle, ...]
    effects: tuple[Effect, ...]
    submitted: int  #: replies that stay as they were submitted
    rule_changes: tuple[RuleChange, ...] = ()


class MigrationRefused(ValueError):
    """The round stays with its version."""


def newer_versions(round: RoundFacts) -> list[int]:
    """Versions of the same questionnaire that were published after the round's, the newest first."""
    name = compiled(round.version_id).questionnaire.questionnaire
    return [version.id for version in published() if version.questionnaire == name and version.id > round.version_id]


def plan_migration(round_id: int, version_id: int) -> MigrationPlan:
    """Writes nothing. KeyError: no such round or version."""
    with reading() as connection:
        round = round_by_id(round_id)
        old, new = compiled(round.version_id), compiled(version_id)
        refusals = tuple(_obstacles(connection, round, old, new))
        rows = responses_of(round_id)
        changes = () if refusals else tuple(_rule_changes(old, new))
        effects = () if refusals else tuple(_effects([row.id for row in rows], new, changes))
        submitted = sum(row.status == "submitted" for row in rows)
        return MigrationPlan(round, version_id, refusals, effects, submitted, changes)


def migrate_round(round_id: int, version_id: int, *, by: int) -> MigrationPlan:
    """As `plan_migration` says, at once and as a whole. An answer is seen by whom it was. Raises MigrationRefused."""
    with writing() as connection:
        connection.execute(select(Round.id).where(Round.id == round_id).with_for_update())
        planned = plan_migration(round_id, version_id)
        if planned.refusals:
            raise MigrationRefused
        connection.execute(update(Round).where(Round.id == round_id).values(version_id=version_id))
        for row in responses_of(round_id):
            state = load_locked(connection, row.id)
            if state.status in EDITABLE:  # also makes a save that was under way begin anew
                values = {"path": dumps(_path(state, compiled(version_id)).to_json()), **INCREMENT_CHANGES}
                connection.execute(update(Response).where(Response.id == row.id).values(**values))
        old, new = compiled(planned.round.version_id), compiled(version_id)
        audit_log.record("round-moved", by, round=planned.round.code, **{"from": old.digest, "to": new.digest})
    rollups.recount(round_id)
    return planned


def _obstacles(connection: Connection, round: RoundFacts, old: Compiled, new: Compiled) -> Iterator[Obstacle]:
    if old.questionnaire.questionnaire != new.questionnaire.questionnaire:
        yield Obstacle("questionnaire", new.questionnaire.questionnaire)
        return
    for language in round.languages:
        if language not in new.languages:
            yield Obstacle("languages", language)
    for section in old.layout.sections:
        if section not in new.layout.sections:
            yield Obstacle("section", section)
    for code, question in old.questions.items():
        if code not in new.questions:
            yield Obstacle("question", code)
        elif new.questions[code].type != question.type or new.repeat_of.get(code) != old.repeat_of.get(code):
            yield Obstacle("type", code)
    yield from _answers_that_would_not_fit(connection, round.id, old, new)


def _answers_that_would_not_fit(
    connection: Connection, round_id: int, old: Compiled, new: Compiled
) -> Iterator[Obstacle]:
    """Of every revision and every submission: history has to stay readable, too."""
    mine = select(Response.id).where(Response.round_id == round_id)
    contents = set()
    for address, value in connection.execute(
        select(AnswerRevision.address, AnswerRevision.value).where(AnswerRevision.response_id.in_(mine))
    ):
        contents.add((address, dumps(value)))
    for snapshot in connection.scalars(select(Submission.snapshot).where(Submission.response_id.in_(mine))):
        contents |= {(address, dumps(kept["value"])) for address, kept in json.loads(snapshot)["answers"].items()}
    wrong: Counter[str] = Counter()
    for address, text in contents:
        value = json.loads(text)
        if value is not None and fits(old, address, value) and not fits(new, address, value):
            wrong[code_of(address)] += 1
    for code, count in sorted(wrong.items()):
        if code in new.questions:  # one that is gone is told as such
            yield Obstacle("answers", code, count)


def _rule_changes(old: Compiled, new: Compiled) -> Iterator[RuleChange]:
    for code in (code for code in new.questions if code in old.questions):
        before, after = old.handling(code), new.handling(code)
        if before.default != after.default:
            yield RuleChange("default", code, (before.default,), (after.default,))
        if before.allowed != after.allowed:
            yield RuleChange("allowed", code, before.allowed, after.allowed)
        formulas = tuple(tuple(_formula(version, code)) for version in (old, new))
        if formulas[0] != formulas[1]:
            yield RuleChange("calculation", code, *formulas)


def _formula(version: Compiled, code: str) -> Iterator[str]:
    if (rule := version.rules.formulas.get(code)) is not None:
        yield rule.source


def _effects(response_ids: list[int], new: Compiled, changes: tuple[RuleChange, ...]) -> Iterator[Effect]:
    handled = {change.code for change in changes if change.kind != "calculation"}
    for response_id in response_ids:
        state = load(response_id)
        if state.status not in EDITABLE:
            continue
        before, after = state.path, _path(state, new)
        order = new.layout.order

        def codes(addresses: frozenset[str], order: dict[str, int] = order) -> tuple[str, ...]:
            return tuple(sorted({code_of(address) for address in addresses}, key=lambda code: order[code]))

        answered = frozenset(state.values)
        answered_or_declined = frozenset(
            address for address, kept in state.answers.items() if kept.value is not None or kept.declined
        )
        both = before.calculated.keys() | after.calculated.keys()
        broken = frozenset(violation.address for violation in after.violations)
        yield Effect(
            response_id,
            state.participant.code,
            dict(state.participant.names),
            state.status,
            codes(after.on_path - before.on_path),
            codes((before.on_path - after.on_path) & answered),
            codes(frozenset(after.missing) - frozenset(before.missing)),
            codes(broken - frozenset(violation.address for violation in before.violations)),
            codes(frozenset(address for address in answered_or_declined if code_of(address) in handled)),
            codes(frozenset(a for a in both if before.calculated.get(a) != after.calculated.get(a))),
        )


def _path(state: ResponseState, version: Compiled) -> Path:
    return walk(version, state.values, state.participant.facts(utc_now().date()))
