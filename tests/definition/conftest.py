"""Small questionnaires written inside the tests: only what the test is about needs to be said."""

from __future__ import annotations

import pytest

from surveyapp.definition.source import scaffold


@pytest.fixture(scope="session")
def example() -> dict[str, str]:
    """The scaffold's source: valid, and complete in six languages."""
    return scaffold.new_files("example")
