"""How it is asked: a posted page → plain answers, or problems at the fields."""

from .posted import PREFIX, split_name
from .section_form import PageInput, problems_of, read_page
from .shown import as_posted

__all__ = ["PREFIX", "PageInput", "as_posted", "problems_of", "read_page", "split_name"]
