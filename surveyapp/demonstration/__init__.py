"""The demonstration: a round of invented States, so that no invented answer is ever a real State's."""

from .seed import SignIn, seed

__all__ = ["SignIn", "seed"]
