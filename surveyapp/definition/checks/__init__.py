"""Everything that can be wrong with a questionnaire, each problem with its place and a remedy."""
