"""The demonstration: a round of invented States, so that no invented answer is ever a real State's."""
