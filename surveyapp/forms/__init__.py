"""How it is asked: a posted page → plain answers, or problems at the fields."""

from .posted import PREFIX
from .section_form import PageInput, read_page

__all__ = ["PREFIX", "PageInput", "read_page"]
