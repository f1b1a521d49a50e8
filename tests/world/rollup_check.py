"""What kept counts must agree with."""

from __future__ import annotations

from surveyapp.analysis.crosstab import sets_of
from surveyapp.analysis.cube import cube_of
from surveyapp.analysis.dimensions import dimensions, stated_in
from surveyapp.analysis.labels import Labels
from surveyapp.definition.answer_facts import ANY
from surveyapp.definition.model import HANDLINGS
from surveyapp.storage.results import rollup_figures, tallies
from surveyapp.storage.rounds import rounds, versions


def agree(round_id: int) -> None:
    """Every count, and every set, of every circle, is what the replies that this circle may see add up to."""
    found = rounds.round_by_id(round_id)
    compiled = versions.compiled(found.version_id)
    for reader in HANDLINGS:
        replies = tallies.submitted(round_id, reader)
        kept = rollup_figures.counts(round_id, reader)
        said = cube_of(compiled, replies, []).counts
        assert kept == {name: {code: dict(places) for code, places in codes.items()} for name, codes in said.items()}
        known = dimensions(Labels(compiled, "en", lambda text: text), stated_in(compiled, replies))
        sets = rollup_figures.sets(round_id, reader, known)
        assert sets[""][ANY].bit_count() == len(replies)
        for name, dimension in known.items():
            expected = {code: bits.bit_count() for code, bits in sets_of(dimension, replies).items()}
            assert {code: bits.bit_count() for code, bits in sets[name].items() if bits} == expected, (reader, name)
