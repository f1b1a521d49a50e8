"""How this run is meant: in CI nothing is skipped; `make test-long` counts in thousands."""

from __future__ import annotations

import os
import warnings

import pytest

IN_CI = os.environ.get("CI", "").lower() in ("1", "true", "yes")


#: `make test-long`: the runs that are counted in thousands, in full
LONG = os.environ.get("SURVEYAPP_TEST_LONG", "") == "1"


def skip_loudly(reason: str) -> None:
    """Locally a warning in the summary, in CI a failure: a test that never runs proves nothing."""
    if IN_CI:
        pytest.fail(reason)
    warnings.warn(reason, pytest.PytestWarning, stacklevel=2)
    pytest.skip(reason)
