"""What holds for any replies and any selection: filters commute, counts add up, an address says the whole."""

from __future__ import annotations

import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveyapp.analysis.agreement import agreements, kappa
from surveyapp.analysis.conditions import matching_replies, read_conditions
from surveyapp.analysis.crosstab import cross, cross_table
from surveyapp.analysis.dimensions import dimensions, stated_in
from surveyapp.analysis.labels import Labels
from surveyapp.analysis.selection import Selection, chosen_replies, read_selection
from surveyapp.analysis.tallies import STATUSES
from surveyapp.definition.states import REGIONS
from tests.world.golden_replies import COMPILED, OFF, REPLIES, One

LABELS = Labels(COMPILED, "en", lambda text: text)
KNOWN = dimensions(LABELS, stated_in(COMPILED, REPLIES))
CODES = ("import", "export", "all")

answers = st.fixed_dictionaries(
    {},
    optional={
        "had": st.sampled_from(["yes", "no", "dont_know"]),
        "areas": st.lists(st.sampled_from(CODES), min_size=1, unique=True).map(lambda codes: {"choices": codes}),
        "degree": st.integers(1, 3),
        "g": st.dictionaries(st.sampled_from(["x", "y"]), st.sampled_from(CODES), min_size=1),
    },
)
replies = st.lists(st.tuples(st.sampled_from(REGIONS), st.sampled_from(STATUSES), answers), max_size=15).map(
    lambda drawn: [One(str(n), region, status, answers, asked=OFF) for n, (region, status, answers) in enumerate(drawn)]
)
names = st.sampled_from([name for name in KNOWN if name not in ("home", "others")])
conditions = names.flatmap(lambda name: st.tuples(st.just(name), st.sampled_from(KNOWN[name].codes)))


def where(name: str, *codes: str) -> tuple[str, tuple[str, ...]]:
    return name, codes


@settings(max_examples=80, deadline=None)
@given(replies, conditions, conditions)
def test_filters_commute(drawn: list[Any], first: tuple[str, str], second: tuple[str, str]) -> None:
    filtered_first, filtered_second = Selection(where=(where(*first),)), Selection(where=(where(*second),))
    there = chosen_replies(filtered_second, KNOWN, chosen_replies(filtered_first, KNOWN, drawn))
    back = chosen_replies(filtered_first, KNOWN, chosen_replies(filtered_second, KNOWN, drawn))
    assert there == back
    if first[0] != second[0]:
        assert chosen_replies(Selection(where=(where(*first), where(*second))), KNOWN, drawn) == there


@settings(max_examples=80, deadline=None)
@given(replies, names, names)
def test_a_cross_tabulation_adds_up_and_each_cell_walks_back(drawn: list[Any], rows: str, columns: str) -> None:
    crosstab = cross(KNOWN[rows], KNOWN[columns], drawn)
    table = cross_table(LABELS, crosstab)
    assert crosstab.base <= len(drawn)
    assert all(
        crosstab.counts[r, c] <= min(crosstab.row_bases[r], crosstab.column_bases[c]) for r, c in crosstab.counts
    )
    if rows in ("region", "treaty_status", "had", "degree"):  # one answer each: the rows are all of the base
        assert sum(crosstab.row_bases.values()) == crosstab.base
    for row, links in zip(table.rows, table.behind, strict=True):
        for value, link in zip(row, links, strict=False):
            if link:
                assert len(matching_replies(link, KNOWN, drawn)) == value


days = st.dates(datetime.date(1800, 1, 1), datetime.date(2999, 12, 31))


@settings(max_examples=80, deadline=None)
@given(st.lists(conditions, max_size=4), st.none() | days, st.none() | days)
def test_an_address_gives_the_same_selection_again(
    wanted: list[tuple[str, str]], since: datetime.date | None, until: datetime.date | None
) -> None:
    pairs = [("w." + name, code) for name, code in wanted]
    pairs += [("since", since.isoformat())] if since else []
    pairs += [("until", until.isoformat())] if until else []
    selection, problems = read_selection(pairs, KNOWN)
    read_back, _ = read_selection(parse_qsl(urlencode(selection.parameters())), KNOWN)
    assert (read_back, problems) == (selection, [])


def test_what_cannot_be_understood_is_left_out_and_said() -> None:
    pairs = [("w.nothing", "yes"), ("w.had", "perhaps"), ("since", "yesterday"), ("w.had", "yes")]
    selection, problems = read_selection(pairs, KNOWN)
    assert selection == Selection(where=(("had", ("yes",)),))
    assert len(problems) == 3
    with pytest.raises(KeyError):
        read_conditions([("c.had", "perhaps")], KNOWN, COMPILED.questions)


def test_kappa_as_in_a_worked_example() -> None:
    """Two readers, fifty answers: both said yes to 20 and no to 15; po = 0.7, pe = 0.5."""
    assert kappa(20, 5, 10, 15) == pytest.approx(0.4)
    assert kappa(0, 0, 0, 7) is None and kappa(0, 0, 0, 0) is None
    [agreement] = agreements(["t"], {1: {"t"}, 2: {"u"}, 3: {"t"}}, {1: {"t"}, 2: {"t"}, 4: {"t"}})
    assert (agreement.n, agreement.both, agreement.only_first, agreement.only_second) == (2, 1, 0, 1)


def test_the_golden_replies_by_region_and_answer() -> None:
    crosstab = cross(KNOWN["region"], KNOWN["had"], REPLIES)
    assert (
        crosstab.base,
        crosstab.row_bases["africa"],
        crosstab.counts["africa", "yes"],
        crosstab.counts["europe", "no"],
    ) == (
        5,
        2,
        2,
        1,
    )
    chosen = chosen_replies(
        Selection(where=(where("had", "yes", "no"), where("treaty_status", "state_party"))), KNOWN, REPLIES
    )
    assert [reply.code for reply in chosen] == ["R1", "R3", "R4"]
