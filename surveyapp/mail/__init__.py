"""Letters: their wording, whom they go to, how they are delivered. No request, no template."""
