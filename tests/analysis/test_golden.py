"""Every figure worked out by hand from six invented replies of eight invited; and what holds for any replies."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveyapp.analysis.cube import cube_of
from surveyapp.analysis.labels import Labels
from surveyapp.analysis.question_tables import question_tables
from surveyapp.analysis.tallies import GROUPS, STATUSES, Bases, tally_of
from surveyapp.definition.states import REGIONS
from tests.world.golden_replies import ALL, COMPILED, INVITED, OFF, REPLIES, One

#: question: asked, answered, withheld, {choice: (count, per cent)}
GOLDEN = {
    "had": (6, 5, 0, {"yes": (3, 60), "no": (1, 20), "dont_know": (1, 20)}),
    "main": (3, 2, 0, {"import": (2, 100), "export": (0, 0), "all": (0, 0)}),
    "areas": (6, 5, 0, {"import": (3, 60), "export": (3, 60), "all": (1, 20)}),
    "ranked": (6, 3, 0, {"import": (3, 100), "export": (2, 66.7), "all": (1, 33.3)}),
    "degree": (6, 4, 0, {"1": (1, 25), "2": (1, 25), "3": (2, 50)}),
    "agreed": (6, 3, 0, {"given": (2, 66.7), "refused": (1, 33.3)}),
    "home": (6, 3, 0, {"FRA": (2, 66.7), "KEN": (1, 33.3)}),
    "others": (6, 2, 0, {"FRA": (1, 50), "KEN": (2, 100)}),
    "secret": (6, 0, 2, {"yes": (0, None), "no": (0, None)}),
    "n": (6, 3, 0, {}),
    "g": (6, 2, 0, {}),
}


def counted(code: str) -> Any:
    return tally_of(COMPILED, COMPILED.questions[code], cube_of(COMPILED, REPLIES, INVITED, [COMPILED.questions[code]]))


@pytest.mark.parametrize("code", GOLDEN)
def test_bases_counts_and_percentages(code: str) -> None:
    asked, answered, withheld, counts = GOLDEN[code]
    tally = counted(code)
    assert tally.bases == Bases(8, 6, asked, answered, withheld)
    shares = {count.code: (count.count, count.share(answered)) for count in tally.counts}
    assert {c: (n, s if s is None else round(s * 100, 1)) for c, (n, s) in shares.items()} == counts


def test_groups_numbers_ranks_and_rows() -> None:
    had = counted("had")
    assert had.counts[0].by["region"] == {"africa": 2, "americas": 0, "asia": 0, "europe": 1, "oceania": 0}
    assert had.counts[0].by["treaty_status"] == {"state_party": 2, "signatory": 1, "not_party": 0}
    assert had.group_bases["region"]["africa"] == Bases(3, 2, 2, 2, 0)
    assert had.group_bases["region"]["oceania"] == Bases(1, 1, 1, 0, 0)
    n = counted("n").numbers
    assert (n.n, n.least, n.median, n.mean, n.most) == (3, 0, 5, 5, 10)
    assert counted("ranked").ranks == {"import": (2, pytest.approx(4 / 3)), "export": (1, 1.5), "all": (0, 3)}
    rows = {row: [count.count for count in counts] for row, counts in counted("g").rows.items()}
    assert rows == {"x": [2, 0, 0], "y": [0, 0, 1]}


def test_tables_hold_the_same_figures_and_the_base() -> None:
    tables = {
        t.code: t
        for _, t in question_tables(Labels(COMPILED, "en", lambda text: text), cube_of(COMPILED, REPLIES, INVITED))
    }
    assert set(tables) == set(GOLDEN)
    assert tables["had"].rows[0] == ("Yes", 3, 0.6, 2, 0, 0, 1, 0, 2, 1, 0)
    assert tables["had"].rows[-1] == ("Answered (base)", 5, None, 2, 0, 1, 2, 0, 3, 1, 1)
    assert "5 answered, of 6 asked, of 6 that replied, of 8 invited" in tables["had"].base_line


fates = st.sampled_from(["off", "empty", "withheld", "import", "export", "all"])
people = st.lists(st.tuples(st.sampled_from(REGIONS), st.sampled_from(STATUSES), fates), max_size=12)


@settings(max_examples=50, deadline=None)
@given(people, st.integers(0, 3))
def test_groups_sum_to_the_whole_and_bases_narrow(drawn: list[tuple[str, str, str]], silent: int) -> None:
    replies = [
        One(str(place), region, status,
            {"main": {"choice": fate}} if fate in ("import", "export", "all") else {},
            frozenset({"main"}) if fate == "withheld" else frozenset(),
            OFF if fate == "off" else ALL)
        for place, (region, status, fate) in enumerate(drawn)
    ]  # fmt: skip
    invited = [*replies, *(One(f"silent{each}", "asia", "signatory") for each in range(silent))]
    tally = tally_of(COMPILED, COMPILED.questions["main"], cube_of(COMPILED, replies, invited))
    for count in tally.counts:
        for group in GROUPS:
            assert sum(count.by[group].values()) == count.count
    every = [tally.bases, *(base for group in tally.group_bases.values() for base in group.values())]
    for base in every:
        assert base.answered + base.withheld <= base.asked <= base.replied <= base.invited
