"""The texts of a questionnaire's files → one compiled version, or all its problems."""

from __future__ import annotations

import threading
from collections import OrderedDict

from .checks import checker
from .compiled import Compiled
from .problems import Problem
from .source.source_files import Source, digest

#: compiled versions by digest; a server holds a handful of rounds, so few are enough
CACHE_SIZE = 32
_cache: OrderedDict[str, Compiled] = OrderedDict()
_lock = threading.Lock()


def check(source: Source) -> list[Problem]:
    """All problems, sorted by file and place; an empty list if there are none."""
    return checker.check(source)


def load(source: Source) -> Compiled:
    """The version ready for use, made once per content.

    Raises ProblemsFound unless the questionnaire itself is right; a language whose catalogue is
    missing or incomplete is only left out of `Compiled.languages`.
    """
    key = digest(source)
    with _lock:
        if key in _cache:
            _cache.move_to_end(key)
            return _cache[key]
    # compiled outside the lock: two threads may both do the work, and get equal results
    compiled = checker.compile_source(source, key)
    with _lock:
        _cache[key] = compiled
        while len(_cache) > CACHE_SIZE:
            _cache.popitem(last=False)
    return compiled
