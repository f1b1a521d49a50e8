"""`surveyapp`: what is done from a terminal. Questionnaire commands need neither settings nor a database."""

from . import authors, office, proving, serving
from .group import main

__all__ = ["authors", "main", "office", "proving", "serving"]
