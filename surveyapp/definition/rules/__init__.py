"""Rules: the only room that knows the expression library."""
