"""Stylesheets are named by a part of the page; a page loads what it uses, and a sheet defines what some page uses."""

from __future__ import annotations

import re
from functools import cache

import pytest

from .imports import ROOT

TEMPLATES = ROOT / "surveyapp" / "templates"
SHEETS = {path.stem: path.read_text(encoding="utf-8") for path in (ROOT / "surveyapp" / "static" / "css").glob("*.css")}
SOURCES = {
    str(path.relative_to(TEMPLATES)): path.read_text(encoding="utf-8") for path in sorted(TEMPLATES.rglob("*.html"))
}
PAGES = [name for name, source in SOURCES.items() if "{% extends" in source]
#: classes that a script of ours or the drawing of a chart sets
CODE = " ".join(
    path.read_text(encoding="utf-8")
    for path in [*(ROOT / "surveyapp" / "static" / "js").glob("*.js"), *(ROOT / "surveyapp").rglob("*.py")]
)


def defined(sheet: str) -> set[str]:
    """The classes in the selectors of a sheet."""
    selectors = re.sub(r"\{[^{}]*\}", " ", re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL))
    return set(re.findall(r"\.([a-zA-Z][\w-]*)", re.sub(r"@media[^{]*", "", selectors)))


@cache
def written(name: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """The classes that a template writes, whole; and the beginnings that it finishes with a value (`state-{{ … }}`)."""
    whole: set[str] = set()
    begun: set[str] = set()
    for value in re.findall(r"""class="((?:\{\{.*?\}\}|\{%.*?%\}|[^"])*)\"""", SOURCES[name], re.DOTALL):
        begun.update(re.findall(r"([\w-]+-)\{\{", value))
        literal = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", " ", value, flags=re.DOTALL)
        whole.update(re.findall(r"[\w-]+", literal))
        for tag in re.findall(r"\{\{.*?\}\}", value, re.DOTALL):
            whole.update(word for text in re.findall(r"""["']([^"']*)["']""", tag) for word in text.split())
    return frozenset(whole), tuple(begun)


@cache
def parts(name: str) -> frozenset[str]:
    """The template itself, and all that it extends, includes or takes macros from."""
    names = {name}
    for other in re.findall(r"""\{%-?\s*(?:extends|include|from|import)\s+["']([^"']+)["']""", SOURCES[name]):
        names |= parts(other)
    if "questions()" in SOURCES[name]:  # the macros of questions, handed to the template by respondent/routes.py
        names |= parts("respondent/questions.html")
    return frozenset(names)


def loaded(page: str) -> set[str]:
    return {sheet for name in parts(page) for sheet in re.findall(r"asset\('css/([\w-]+)\.css'\)", SOURCES[name])}


def uses(names: frozenset[str], css_class: str) -> bool:
    return any(
        css_class in whole or css_class.startswith(begun) for whole, begun in map(written, names) if whole or begun
    )


def written_whole(page: str) -> set[str]:
    """By the page itself: macros that it takes from another file may draw more than it calls."""
    begun = "questions()" in SOURCES[page]
    return set(written(page)[0]) | (set(written("respondent/questions.html")[0]) if begun else set())


def begun_by(page: str) -> set[str]:
    return set(written(page)[1])


@pytest.mark.parametrize("page", PAGES)
def test_a_page_loads_the_sheets_that_define_what_it_uses(page: str) -> None:
    there = set().union(*(defined(SHEETS[sheet]) for sheet in loaded(page)))
    ours = set().union(*(defined(sheet) for sheet in SHEETS.values()))
    assert sorted((ours - there) & written_whole(page)) == []
    begun = {start for start in begun_by(page) if any(css_class.startswith(start) for css_class in ours)}
    assert [start for start in begun if not any(css_class.startswith(start) for css_class in there)] == []


@pytest.mark.parametrize("page", PAGES)
def test_a_page_loads_no_sheet_of_which_it_uses_nothing(page: str) -> None:
    names = parts(page)
    assert [
        sheet for sheet in loaded(page) if not any(uses(names, css_class) for css_class in defined(SHEETS[sheet]))
    ] == []


@pytest.mark.parametrize("sheet", sorted(SHEETS))
def test_every_class_of_a_sheet_is_used_by_a_template(sheet: str) -> None:
    every = frozenset(SOURCES)
    code = set(re.findall(r"[\w-]+", CODE)) | {
        word for source in SOURCES.values() for word in re.findall(r"\"([\w-]+-input)\"", source)
    }
    begun = set(re.findall(r"([\w-]+-)\{", CODE))
    assert [
        css_class
        for css_class in sorted(defined(SHEETS[sheet]))
        if not uses(every, css_class)
        and css_class not in code
        and not any(css_class.startswith(start) for start in begun)
    ] == []


def test_a_sheet_is_named_by_a_part_and_not_by_a_folder_of_pages() -> None:
    folders = {path.name for path in TEMPLATES.iterdir() if path.is_dir()}
    assert sorted(set(SHEETS) & folders - {"report"}) == [], "what only a report's pages have is a part of its own"


def test_a_class_without_its_sheet_would_be_seen() -> None:
    assert defined("/* .no */ .a, b > .c:hover { color: red; }\n@media print { .d { margin: .5rem } }") == {
        "a",
        "c",
        "d",
    }
