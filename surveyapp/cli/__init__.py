"""`surveyapp`: what is done from a terminal. Questionnaire commands need neither settings nor a database."""

from . import authors, proving, secretariat, serving
from .group import main

__all__ = ["authors", "main", "proving", "secretariat", "serving"]
