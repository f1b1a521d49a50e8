"""The reference table reproduces the published figures."""

from __future__ import annotations

import csv
from collections import Counter
from importlib import resources

import pytest

from surveyapp.definition.states import (
    REGION_NAMES,
    REGIONS,
    STATES,
    SUBREGION_NAMES,
    region_name,
    state_name,
)
from surveyapp.definition.texts import LANGUAGES


def test_there_are_195_states_116_parties_and_26_signatories() -> None:
    statuses = Counter(state.treaty_status for state in STATES.values())

    assert len(STATES) == 195
    assert (statuses["state_party"], statuses["signatory"]) == (116, 26)


@pytest.mark.parametrize(("region", "parties", "signatories"), [("asia", 23, 21), ("oceania", 40, 20)])
def test_participation_of_a_region_is_as_published(region: str, parties: int, signatories: int) -> None:
    statuses = Counter(state.treaty_status for state in STATES.values() if state.region == region)
    whole = sum(statuses.values())

    assert round(100 * statuses["state_party"] / whole) == parties
    assert round(100 * statuses["signatory"] / whole) == signatories


def test_every_state_has_a_name_in_six_languages_a_region_and_codes_of_its_own() -> None:
    region_of: dict[str, str] = {}
    for code, state in STATES.items():
        assert code == state.iso3
        assert set(state.names) == set(LANGUAGES)
        assert all(state.names.values())
        assert state.region in REGIONS
        assert state.subregion_code in SUBREGION_NAMES
        assert region_of.setdefault(state.subregion_code, state.region) == state.region
    rows = csv.DictReader((resources.files("surveyapp") / "reference" / "states.csv").read_text("utf-8").splitlines())
    assert all(
        len(set(column)) == 195 for column in zip(*((row["iso_alpha2"], row["m49"]) for row in rows), strict=True)
    )


def test_regions_have_names_in_six_languages() -> None:
    assert tuple(REGION_NAMES) == REGIONS
    assert all(set(names) == set(LANGUAGES) for names in REGION_NAMES.values())


def test_names_fall_back_to_english_and_an_unknown_code_names_itself() -> None:
    assert state_name("FRA", "ru") == "Франция"
    assert state_name("FRA", "de") == "France"
    assert state_name("XXA", "fr") == "XXA"
    assert region_name("asia", "ar") == "آسيا"
    assert region_name("asia", "de") == "Asia"
    assert region_name("atlantis", "fr") == "atlantis"
