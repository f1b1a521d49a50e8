"""The co-chairs' workbook put together: replies from `storage`, figures from `analysis`, bytes from `handouts`."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from surveyapp.analysis.labels import Labels
from surveyapp.analysis.participation import round_participation
from surveyapp.analysis.tables import free_texts, question_tables
from surveyapp.analysis.tallies import GROUPS
from surveyapp.definition import model as m
from surveyapp.definition.messages import N_
from surveyapp.definition.model import HANDLINGS, Handling
from surveyapp.definition.question_types import shown
from surveyapp.definition.question_types.display import REASON_LABELS
from surveyapp.definition.tables import Column, Table, Value
from surveyapp.handouts.recipe import recipe
from surveyapp.handouts.workbook import Properties, SheetOfTables, build
from surveyapp.storage import rounds, tallies
from surveyapp.storage.tallies import ParticipantRow, SubmittedReply

from .locale import RIGHT_TO_LEFT, LanguageWords

HANDLING_NOTE = N_(
    "Contains only answers that the co-chairs may see. Answers that a State keeps to a narrower circle are counted as "
    "withheld and stand nowhere in this file."
)
BASES_NOTE = N_(
    "Bases: invited — all to whom the round was put; replied — those that submitted; asked — replies in which the question "
    "arose; answered — those of them that answered; left open — those that gave a reason instead of an answer; withheld — answered, but not for this reader."
)


@dataclass(frozen=True)
class Gathered:
    """All that the sheets are made of."""

    round: rounds.RoundFacts
    labels: Labels
    words: LanguageWords
    replies: list[SubmittedReply]
    invited: list[ParticipantRow]
    made_by: str
    moment: datetime.datetime
    suppress: bool = False  #: small groups, in what the public and other States see

    @property
    def language(self) -> str:
        return self.words.language

    def say(self, message: str) -> str:
        return self.words.gettext(message)


#: readers who are shown no small group
SUPPRESSED: tuple[Handling, ...] = ("public", "states_parties")


def co_chairs_summary(
    round_code: str, language: str, *, reader: Handling, made_by: str, moment: datetime.datetime | None = None
) -> bytes:
    """The workbook of `exports/co-chairs-summary.yaml`. KeyError: no such round.

    The recipe's own handling holds too: a secretariat's copy has no more in it than a co-chair's.
    """
    found = rounds.round(round_code)
    if found is None:
        raise KeyError(round_code)
    plan = recipe("co-chairs-summary")
    circle = min(reader, plan.handling, key=HANDLINGS.index)
    words = LanguageWords(language)
    gathered = Gathered(
        found,
        Labels(rounds.compiled(found.version_id), language, words.gettext),
        words,
        tallies.submitted(found.id, circle),
        tallies.participation_of(found.id),
        made_by,
        moment or datetime.datetime.now(datetime.UTC),
        suppress=circle in SUPPRESSED,
    )
    sheets = tuple(MAKERS[sheet.kind](gathered, sheet.charts) for sheet in plan.sheets)
    return build(sheets, _properties(gathered))


def _properties(gathered: Gathered) -> Properties:
    return Properties(
        title=gathered.round.title(gathered.language),
        creator="surveyapp",
        moment=gathered.moment,
        right_to_left=gathered.language in RIGHT_TO_LEFT,
        too_long_name=gathered.say(N_("Too long for a cell")),
        too_long_columns=(gathered.say(N_("Cell")), gathered.say(N_("Part")), gathered.say(N_("Text"))),
    )


def _cover(gathered: Gathered, charts: bool) -> SheetOfTables:
    questionnaire, say = gathered.labels.compiled.questionnaire, gathered.say
    facts: tuple[tuple[str, Value], ...] = (
        (say(N_("Round")), gathered.round.title(gathered.language)),
        (say(N_("Questionnaire")), gathered.labels.compiled.text("questionnaire.title", gathered.language)),
        (say(N_("Version")), f"{questionnaire.questionnaire} {questionnaire.version}"),
        (say(N_("SHA-256 of the version")), gathered.labels.compiled.digest),
        (say(N_("Source of the questions")), gathered.labels.compiled.text("questionnaire.source", gathered.language)),
        (say(N_("Figures as of (UTC)")), gathered.moment),
        (say(N_("Made by")), gathered.made_by),
        (say(N_("Invited")), len(gathered.invited)),
        (say(N_("Submitted")), len(gathered.replies)),
        (say(N_("Bases")), say(BASES_NOTE)),
        (say(N_("Handling")), say(HANDLING_NOTE)),
    )
    columns = (Column(say(N_("Item")), width=30), Column(say(N_("Content")), width=90))
    if gathered.round.demonstration:
        facts = ((say(N_("Demonstration")), say(N_("The States and their answers are invented."))), *facts)
    return SheetOfTables(say(N_("Cover")), (Table(gathered.round.title(gathered.language), columns, facts),))


def _participation(gathered: Gathered, charts: bool) -> SheetOfTables:
    tables = (round_participation(gathered.labels, gathered.invited, group, codes) for group, codes in GROUPS.items())
    return SheetOfTables(gathered.say(N_("Participation")), tuple(tables))


def _questions(gathered: Gathered, charts: bool) -> SheetOfTables:
    found = question_tables(gathered.labels, gathered.replies, gathered.invited, suppress=gathered.suppress)
    tables = tuple(table for _, table in found)
    return SheetOfTables(gathered.say(N_("Questions")), tables, charts=charts)


def _free_text(gathered: Gathered, charts: bool) -> SheetOfTables:
    say = gathered.say
    columns = (
        Column(say(N_("Code"))),
        Column(say(N_("Question")), width=50),
        Column(say(N_("Participant")), width=24),
        Column(say(N_("Text")), width=90),
    )
    names = {reply.participant_code: reply.name(gathered.language) for reply in gathered.replies}
    rows = tuple(free_texts(gathered.labels, gathered.replies, names))
    name = say(N_("Free text"))
    return SheetOfTables(name, (Table(name, columns, rows),), register=True)


def _responses(gathered: Gathered, charts: bool) -> SheetOfTables:
    """One row per response, one column per question outside repeats; cells are typed."""
    say, labels = gathered.say, gathered.labels
    questions = [q for q in labels.compiled.questions.values() if q.code not in labels.compiled.repeat_of]
    columns = (
        Column("code"),
        Column(say(N_("Participant")), width=24),
        Column(say(N_("Region"))),
        Column(say(N_("Treaty status")), width=18),
        Column(say(N_("Submitted (UTC)")), "moment", 18),
        Column(say(N_("Reference")), width=20),
        *(Column(f"{q.code} · {labels.question(q)}", width=28) for q in questions),
    )
    rows = tuple(
        (*_who(gathered, reply), *(_typed(gathered, q, reply) for q in questions)) for reply in gathered.replies
    )
    name = say(N_("Responses"))
    return SheetOfTables(name, (Table(name, columns, rows),), register=True)


def _who(gathered: Gathered, reply: SubmittedReply) -> tuple[Value, ...]:
    labels = gathered.labels
    region = labels.group("region", reply.region) if reply.region else None
    status = labels.group("treaty_status", reply.treaty_status) if reply.treaty_status else None
    code, name = reply.participant_code, reply.name(gathered.language)
    return code, name, region, status, reply.submitted_at, reply.reference


NUMBERS = ("integer", "number", "percentage", "year", "scale", "calculation")


def _typed(gathered: Gathered, question: m.AnyQuestion | m.Calculation, reply: SubmittedReply) -> Value:
    """Numbers as numbers, dates as dates, the rest as the text people read."""
    if question.code in reply.withheld:
        return gathered.say(N_("(withheld)"))
    if question.code in reply.declined:
        return f"({gathered.say(REASON_LABELS[reply.declined[question.code]])})"
    value = (
        reply.calculated.get(question.code) if isinstance(question, m.Calculation) else reply.answers.get(question.code)
    )
    if question.type in NUMBERS and isinstance(value, int | float):
        return value
    if question.type == "date" and value:
        return datetime.date.fromisoformat(value)
    return shown(gathered.labels.compiled, question, value, gathered.language, gathered.words) or None


def _codebook(gathered: Gathered, charts: bool) -> SheetOfTables:
    say = gathered.say
    columns = (
        Column(say(N_("Section")), width=24),
        Column(say(N_("Code")), width=24),
        Column(say(N_("Type")), width=16),
        Column(say(N_("Question")), width=60),
        Column(say(N_("Asked if")), width=40),
        Column(say(N_("Handling by default")), width=18),
        Column(say(N_("Choices")), width=60),
    )
    name = say(N_("Codebook"))
    return SheetOfTables(name, (Table(name, columns, tuple(_codebook_rows(gathered))),), register=True)


def _codebook_rows(gathered: Gathered) -> Iterator[tuple[Value, ...]]:
    compiled, labels = gathered.labels.compiled, gathered.labels
    for code, question in compiled.questions.items():
        section = compiled.text(f"{compiled.section_of[code]}.title", gathered.language)
        choices = "\n".join(
            f"{choice.code} = {labels.choice(question, choice.code)}" for choice in compiled.choices(question)
        )
        handling = compiled.handling(code).default
        yield section, code, question.type, labels.question(question), question.relevant, handling, choices or None


MAKERS: dict[str, Callable[[Gathered, bool], SheetOfTables]] = {
    "cover": _cover,
    "participation": _participation,
    "questions": _questions,
    "free_text": _free_text,
    "responses": _responses,
    "codebook": _codebook,
}
