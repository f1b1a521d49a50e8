"""`python -m surveyapp.cli`."""

from . import main

main()
