"""Every figure of the round made by hand is the same in `analysis`, on the page, in the workbook and in the Word file."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import docx
import openpyxl
import pytest
from flask import Flask
from lxml import html

from surveyapp.analysis.labels import Labels
from surveyapp.analysis.question_tables import question_tables
from surveyapp.analysis.suppression import suppress_small_groups
from surveyapp.analysis.tallies import Tally, tally_of
from surveyapp.results.figure_query import query_figures
from surveyapp.storage.report import reports
from surveyapp.storage.rounds import rounds, versions
from tests.world.golden_round import (
    COCHAIRS_SEE,
    GRID,
    NUMBERS,
    ROUND,
    SECRETARIAT_SEES,
    STATES_PARTIES_SEE,
    YES_BY_REGION,
)
from tests.world.web_client import Browser

CIRCLES = {"co_chairs": COCHAIRS_SEE, "secretariat": SECRETARIAT_SEES, "states_parties": STATES_PARTIES_SEE}


@pytest.fixture
def world_name() -> str:
    return "golden"


@pytest.fixture
def golden(app: Flask) -> Flask:
    return app


def tallies_of(circle: Any) -> dict[str, Tally]:
    found = rounds.round(ROUND)
    assert found is not None
    labels = Labels(versions.compiled(found.version_id), "en", lambda text: text)
    read = query_figures(found, labels, [], circle)
    return {code: tally_of(read.compiled, question, read.cube) for code, question in read.compiled.questions.items()}


@pytest.mark.parametrize("circle", CIRCLES)
def test_the_figures_that_were_worked_out_by_hand(golden: Flask, circle: str) -> None:
    with golden.app_context():
        counted = tallies_of(circle)
    for code, (asked, answered, withheld, declined, counts) in CIRCLES[circle].items():
        bases = counted[code].bases
        assert (bases.invited, bases.replied) == (12, 10)
        assert (bases.asked, bases.answered, bases.withheld, bases.declined) == (asked, answered, withheld, declined), (
            code
        )
        shares = {one.code: (one.count, _per_cent(one.share(bases.answered))) for one in counted[code].counts}
        assert shares == counts, code
    for code, figures in NUMBERS.items():
        found = counted[code].numbers
        assert found and (found.n, found.least, found.median, found.mean, found.most) == figures, code
    assert {row: tuple(one.count for one in counts) for row, counts in counted["g"].rows.items()} == GRID
    assert dict(counted["had"].counts[0].by["region"]) == YES_BY_REGION


def _per_cent(share: float | None) -> float | None:
    return None if share is None else round(share * 100, 1)


def test_what_the_public_sees_of_one_answer_is_its_base_alone(golden: Flask) -> None:
    with golden.app_context():
        public = suppress_small_groups(tallies_of("public")["areas"])
    assert (public.bases.answered, public.bases.withheld, public.counts) == (1, 6, ())


def test_the_page_says_the_same(golden: Flask, signed_in: Callable[[str], Browser]) -> None:
    page = html.fromstring(signed_in("co_chair").get(f"/rounds/{ROUND}?lang=en").text)
    for code, (asked, answered, withheld, declined, counts) in COCHAIRS_SEE.items():
        block = page.get_element_by_id(f"q-{code}")
        line = block.find(".//p[@class='base-line']").text_content()
        assert f"{answered} answered, of {asked} asked, of 10 that replied, of 12 invited" in line, code
        assert f"with a reason: {declined}. Withheld from this reader: {withheld}" in line, code
        rows = [[" ".join(cell.text_content().split()) for cell in row] for row in block.findall(".//tbody/tr")]
        shown = [(int(row[1]), row[2]) for row in rows[: len(counts)]]
        assert shown == [(count, f"{round(share)}%") for count, share in counts.values()], code


def test_numbers_and_the_grid_are_on_the_page(golden: Flask, signed_in: Callable[[str], Browser]) -> None:
    page = html.fromstring(signed_in("co_chair").get(f"/rounds/{ROUND}?lang=en").text)

    def rows(code: str) -> list[list[str]]:
        found = page.get_element_by_id(f"q-{code}").findall(".//details//tbody/tr")
        return [[" ".join(cell.text_content().split()) for cell in row] for row in found]

    for code, figures in NUMBERS.items():
        assert tuple(float(row[1].replace(",", "")) for row in rows(code)[:5]) == figures, code
    assert [tuple(map(int, row[1:])) for row in rows("g")] == list(GRID.values())
    # between them, the bins of the distribution hold every number once
    assert sum(int(row[1]) for row in rows("n")[5:]) == NUMBERS["n"][0]


def test_numbers_and_the_grid_are_in_the_workbook(golden: Flask, signed_in: Callable[[str], Browser]) -> None:
    content = signed_in("co_chair").get(f"/rounds/{ROUND}/workbook?language=en").data
    rows = list(openpyxl.load_workbook(io.BytesIO(content))["Questions"].iter_rows(values_only=True))

    def start(code: str) -> int:
        return next(place for place, row in enumerate(rows) if str(row[0]).startswith(f"{code} · ")) + 3

    for code, figures in NUMBERS.items():
        assert tuple(row[1] for row in rows[start(code) : start(code) + 5]) == figures, code
    assert [row[1:4] for row in rows[start("g") : start("g") + 2]] == list(GRID.values())


def test_the_workbook_says_the_same(golden: Flask, signed_in: Callable[[str], Browser]) -> None:
    content = signed_in("co_chair").get(f"/rounds/{ROUND}/workbook?language=en").data
    sheet = openpyxl.load_workbook(io.BytesIO(content))["Questions"]
    rows = list(sheet.iter_rows(values_only=True))
    for code, (asked, answered, _, _, counts) in COCHAIRS_SEE.items():
        start = next(place for place, row in enumerate(rows) if str(row[0]).startswith(f"{code} · "))
        assert f"{answered} answered, of {asked} asked" in str(rows[start + 1][0])
        shown = [(row[1], _per_cent(row[2])) for row in rows[start + 3 : start + 3 + len(counts)]]
        assert shown == list(counts.values()), code
        assert rows[start + 3 + len(counts)][1] == answered


def test_the_report_counts_what_states_parties_may_see_and_the_word_file_says_it(
    golden: Flask, people: dict[str, int], signed_in: Callable[[str], Browser]
) -> None:
    text = (
        "{{ count areas=import }} of {{ answered areas }} ({{ percent areas=import }}); {{ word areas=transit }}; "
        "{{ replied }} of {{ invited }}; {{ count areas=import | region=africa }}; {{ table areas }}"
    )
    with golden.app_context():
        found = rounds.round(ROUND)
        assert found is not None
        reports.create("r", found.id, {"en": "Report"}, "S/1", [("paragraph", {"en": text})], by=people["co_chair"])
    chair = signed_in("co_chair")
    document = docx.Document(io.BytesIO(chair.get("/reports/r/word?language=en").data))
    said = "\n".join(paragraph.text for paragraph in document.paragraphs).replace("\xa0", " ")
    # in Africa two answered in a way that States Parties may see: P01, P02; with the public one of P03 three
    assert "3 of 5 (60%); one delegation; 10 of 12; 2; " in said
    table = [[cell.text.replace("\xa0", " ") for cell in row.cells] for row in document.tables[0].rows]
    assert table[1:] == [
        ["Import", "3", "60%"],
        ["Export", "3", "60%"],
        ["Transit", "1", "20%"],
        ["Answered (base)", "5", "—"],
    ]
    page = re.sub(r"<[^>]+>", "", chair.get("/reports/r?lang=en").text)
    assert "3 (3 of 5 that answered.)" in " ".join(page.split())


#: as States Parties see them: the rest of `COCHAIRS_SEE` is for them, too; fewer than three answered: the base alone
IN_THE_REPORT = {**COCHAIRS_SEE, **STATES_PARTIES_SEE}


def test_the_word_file_has_every_closed_question(
    golden: Flask, people: dict[str, int], signed_in: Callable[[str], Browser]
) -> None:
    codes = [*IN_THE_REPORT, *NUMBERS, "g"]
    with golden.app_context():
        found = rounds.round(ROUND)
        assert found is not None
        text = (
            " ".join(f"{{{{ table {code if code != 'g' else 'g.x'} }}}}" for code in IN_THE_REPORT) + " {{ table g.x }}"
        )
        reports.create("all", found.id, {"en": "Report"}, "S/1", [("paragraph", {"en": text})], by=people["co_chair"])
    document = docx.Document(io.BytesIO(signed_in("co_chair").get("/reports/all/word?language=en").data))
    tables = [
        [[cell.text.replace("\xa0", " ") for cell in row.cells] for row in one.rows][1:] for one in document.tables
    ]
    assert len(tables) == len(IN_THE_REPORT) + 1 and len(codes) == len(tables) + len(NUMBERS)
    for (code, (_, answered, _, _, counts)), rows in zip(IN_THE_REPORT.items(), tables, strict=False):
        if answered < 3:
            assert [row[1] for row in rows] == [str(answered)], code
            continue
        shown = [(int(row[1]), row[2]) for row in rows[:-1]]
        assert shown == [(count, f"{round(share)}%") for count, share in counts.values()], code
        assert rows[-1][1] == str(answered)
    assert tables[-1] == []  # two answered the grid: too few to show


def test_every_figure_of_the_page_walks_back_to_as_many_replies(
    golden: Flask, signed_in: Callable[[str], Browser]
) -> None:
    chair = signed_in("co_chair")
    page = html.fromstring(chair.get(f"/rounds/{ROUND}?lang=en").text)
    links = {(a.get("href"), a.text_content()) for a in page.findall(".//article//td/a")}
    assert len(links) > 60
    for address, figure in links:
        behind = html.fromstring(chair.get(address).text)
        assert len(behind.findall(".//tbody/tr")) == int(figure), address


def test_tables_know_every_closed_question(golden: Flask) -> None:
    with golden.app_context():
        found = rounds.round(ROUND)
        assert found is not None
        labels = Labels(versions.compiled(found.version_id), "en", lambda text: text)
        read = query_figures(found, labels, [], "co_chairs")
        codes = {counted.question.code for counted, _ in question_tables(labels, read.cube)}
    assert codes == {*COCHAIRS_SEE, *NUMBERS, "g"}
