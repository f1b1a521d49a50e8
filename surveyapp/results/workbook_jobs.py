"""A workbook that somebody asked for, made by a worker while they go on."""

from __future__ import annotations

from collections.abc import Callable

from surveyapp.storage.results.jobs import JobFacts

from .workbooks import FORMS, gather, make_file, recipe


def file_name(round_code: str, plan: str, language: str, form: str) -> str:
    """Such as csp13-co-chairs-summary-fr.xlsx. `plan`: a recipe's code; `form`: one of `FORMS`."""
    return f"{round_code}-{plan}-{language}.{FORMS[form].ending}"


def make_workbook(job: JobFacts, made_by: str, progress: Callable[[int, int], None]) -> tuple[str, bytes]:
    """(the file's name, the file). `progress` hears of (parts that are done, all parts). KeyError: the round or the recipe
    is there no more."""
    facts = job.facts
    plan = recipe(facts["recipe"])
    pairs = [(name, value) for name, value in facts["pairs"]]
    gathered = gather(plan, facts["round"], facts["language"], reader=facts["reader"], made_by=made_by, pairs=pairs)
    content = make_file(plan, gathered, facts["form"], progress)
    return file_name(facts["round"], plan.workbook, facts["language"], facts["form"]), content
