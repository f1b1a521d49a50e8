"""How it is asked: a posted page → plain answers, or problems at the fields."""

from .posted import PREFIX, split_name
from .section_form import PageInput, read_page
from .shown import as_posted

__all__ = ["PREFIX", "PageInput", "as_posted", "read_page", "split_name"]
