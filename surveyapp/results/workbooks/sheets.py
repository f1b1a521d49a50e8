"""Sheets for people who read: cover, participation, a block per question, free text, themes, what moved, the codebook."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from surveyapp.analysis.crosstab import counts_table
from surveyapp.analysis.dimensions import THEME
from surveyapp.analysis.labels import HANDLING_LABELS
from surveyapp.analysis.movement import movement, movement_table
from surveyapp.analysis.participation import round_participation
from surveyapp.analysis.question_tables import free_texts, question_tables
from surveyapp.analysis.tallies import GROUPS
from surveyapp.definition.messages import N_
from surveyapp.definition.punctuation import labelled
from surveyapp.definition.tables import Column, Table, Value
from surveyapp.handouts.recipe import Sheet
from surveyapp.handouts.workbook import SheetOfTables
from surveyapp.storage.results import tallies
from surveyapp.storage.rounds import rounds, versions

from .gathered import Gathered

Sheets = Iterator[SheetOfTables]

HANDLING_NOTE = N_(
    "Contains only answers of this handling or a wider one. Answers that a State keeps to a narrower circle are counted as "
    "withheld and stand nowhere in this file."
)
BASES_NOTE = N_(
    "Bases: invited — all to whom the round was put; replied — those that submitted; asked — replies in which the question "
    "arose; answered — those of them that answered; left open — those that gave a reason instead of an answer; withheld — answered, but not for this reader."
)


def _cover(gathered: Gathered, step: Sheet) -> Sheets:
    questionnaire, say = gathered.labels.compiled.questionnaire, gathered.say
    facts: tuple[tuple[str, Value], ...] = (
        (say(N_("Round")), gathered.round.title(gathered.language)),
        (say(N_("Questionnaire")), gathered.labels.compiled.text("questionnaire.title", gathered.language)),
        (say(N_("Version")), f"{questionnaire.questionnaire} {questionnaire.version}"),
        (say(N_("SHA-256 of the version")), gathered.labels.compiled.digest),
        (say(N_("Source of the questions")), gathered.labels.compiled.text("questionnaire.source", gathered.language)),
        (say(N_("Figures as of (UTC)")), gathered.query.selection.as_of or gathered.moment),
        *(
            (labelled(say(N_("Only")), label, gathered.query.labels.language), value)
            for label, value in gathered.query.describe()
        ),
        (say(N_("Made by")), gathered.made_by),
        (say(N_("Invited")), len(gathered.invited)),
        (say(N_("Submitted")), len(gathered.replies)),
        (say(N_("Bases")), say(BASES_NOTE)),
        (say(N_("Handling")), f"{say(HANDLING_LABELS[gathered.circle])}. {say(HANDLING_NOTE)}"),
    )
    columns = (Column(say(N_("Item")), width=30), Column(say(N_("Content")), width=90))
    if gathered.round.demonstration:
        facts = ((say(N_("Demonstration")), say(N_("The States and their answers are invented."))), *facts)
    yield SheetOfTables(say(N_("Cover")), (Table(gathered.round.title(gathered.language), columns, facts),))


def _participation(gathered: Gathered, step: Sheet) -> Sheets:
    tables = (round_participation(gathered.labels, gathered.invited, group, codes) for group, codes in GROUPS.items())
    yield SheetOfTables(gathered.say(N_("Participation")), tuple(tables))


def _questions(gathered: Gathered, step: Sheet) -> Sheets:
    counted = question_tables(gathered.labels, gathered.query.cube, suppress=gathered.suppress)
    tables = tuple(table for _, table in counted)
    yield SheetOfTables(gathered.say(N_("Questions")), tables, charts=step.charts)


def _free_text(gathered: Gathered, step: Sheet) -> Sheets:
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
    yield SheetOfTables(name, (Table(name, columns, rows),), register=True)


def _codebook(gathered: Gathered, step: Sheet) -> Sheets:
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
    yield SheetOfTables(name, (Table(name, columns, tuple(_codebook_rows(gathered))),), register=True)


def _codebook_rows(gathered: Gathered) -> Iterator[tuple[Value, ...]]:
    compiled, labels = gathered.labels.compiled, gathered.labels
    for code, question in compiled.questions.items():
        section = compiled.text(f"{compiled.section_of[code]}.title", gathered.language)
        choices = "\n".join(
            f"{choice.code} = {labels.choice(question, choice.code)}" for choice in compiled.choices(question)
        )
        handling = compiled.handling(code).default
        yield section, code, question.type, labels.question(question), question.relevant, handling, choices or None


def _themes(gathered: Gathered, step: Sheet) -> Sheets:
    """Of each question in words, its themes by region and status; nothing where there are no themes."""
    dimensions = gathered.query.dimensions
    groups = [dimensions[name] for name in GROUPS]
    themes = [dimension for name, dimension in dimensions.items() if name.startswith(THEME)]
    tables = [counts_table(gathered.labels, dimension, groups, gathered.replies) for dimension in themes]
    if tables and not gathered.suppress:
        yield SheetOfTables(gathered.say(N_("Themes")), tuple(tables))


def _movement(gathered: Gathered, step: Sheet) -> Sheets:
    """Against the round before of the same questionnaire; nothing where there is none."""
    own = gathered.labels.compiled.questionnaire.questionnaire
    before = [
        earlier
        for earlier in rounds.rounds()
        if earlier.opens < gathered.round.opens
        and earlier.demonstration == gathered.round.demonstration
        and versions.compiled(earlier.version_id).questionnaire.questionnaire == own
    ]
    if not before:
        return
    moved = movement(gathered.labels, gathered.replies, tallies.submitted(before[0].id, gathered.circle))
    table = movement_table(gathered.labels, moved)
    named = f"{before[0].title(gathered.language)} → {gathered.round.title(gathered.language)}"
    yield SheetOfTables(gathered.say(N_("What moved")), (Table(named, table.columns, table.rows, table.base_line),))


MAKERS: dict[str, Callable[[Gathered, Sheet], Sheets]] = {
    "cover": _cover,
    "participation": _participation,
    "questions": _questions,
    "free_text": _free_text,
    "themes": _themes,
    "movement": _movement,
    "codebook": _codebook,
}
