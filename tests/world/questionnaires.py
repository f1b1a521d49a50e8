"""Small questionnaires written inside the tests: only what the test is about needs to be said."""

from __future__ import annotations

from textwrap import dedent, indent

from surveyapp.definition import loader
from surveyapp.definition.problems import Problem

HEAD = """\
questionnaire: test
version: 1
title: Test
source: Written for a test.
introduction: Welcome.
thanks: Thank you.
"""


def questionnaire(items: str, *, lists: str = "", head: str = HEAD) -> str:
    """A whole questionnaire.yaml around the items of its only section `s`."""
    text = head
    if lists:
        text += "choice_lists:\n" + indent(dedent(lists).strip("\n"), "  ") + "\n"
    return text + "sections:\n- code: s\n  title: Section\n  items:\n" + indent(dedent(items).strip("\n"), "  ") + "\n"


def problems_in(items: str, *, lists: str = "", head: str = HEAD) -> list[Problem]:
    """What is wrong with the questionnaire itself, translations aside."""
    found = loader.check({"questionnaire.yaml": questionnaire(items, lists=lists, head=head)})
    return [problem for problem in found if problem.file == "questionnaire.yaml"]


def kinds_in(items: str, *, lists: str = "", head: str = HEAD) -> list[str]:
    return [problem.kind for problem in problems_in(items, lists=lists, head=head)]
