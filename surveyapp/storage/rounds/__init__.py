"""Published versions, rounds, and the participants they are put to."""
