"""A questionnaire's folder → one compiled version, or all its problems."""

from __future__ import annotations

import hashlib
import io
import threading
import zipfile
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path

from ..checks import checker
from ..compiled import Compiled
from ..model import Questionnaire
from ..problems import Problem, ProblemsFound
from .grammar import read_questionnaire
from .yaml_source import read_yaml

Source = Mapping[str, str]  #: file name → text: "questionnaire.yaml", "fr.po", …

QUESTIONNAIRE_FILE = "questionnaire.yaml"
MAX_BYTES = {".yaml": 1_000_000, ".po": 4_000_000}

#: of an archive: no questionnaire has more files
MOST_PARTS = 50
#: compiled versions by digest; a server holds a handful of rounds, so few are enough
CACHE_SIZE = 32
_cache: OrderedDict[str, Compiled] = OrderedDict()
_lock = threading.Lock()


def read_folder(folder: Path) -> dict[str, str]:
    """The texts of the questionnaire and its catalogues. Raises ProblemsFound for files that are not text."""
    problems: list[Problem] = []
    source: dict[str, str] = {}
    for path in sorted(folder.glob("*")) if folder.is_dir() else ():
        if path.is_file() and (path.name == QUESTIONNAIRE_FILE or path.suffix == ".po"):
            text = _read(path, problems)
            if text is not None:
                source[path.name] = text
    if QUESTIONNAIRE_FILE not in source and not problems:
        problems.append(checker.no_questionnaire())
    if problems:
        raise ProblemsFound(problems)
    return source


def _read(path: Path, problems: list[Problem]) -> str | None:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES[path.suffix] + 1)
    except OSError:
        problems.append(Problem(path.name, 1, 1, "The file cannot be read.", "Check its permissions.", "unreadable"))
        return None
    return _as_text(path.name, content, problems)


def read_archive(content: bytes) -> dict[str, str]:
    """As `read_folder`, of a zip file of such a folder. Raises ProblemsFound."""
    problems: list[Problem] = []
    source: dict[str, str] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for part in archive.infolist()[:MOST_PARTS]:
                name = part.filename.rpartition("/")[2]
                if name == QUESTIONNAIRE_FILE or name.endswith(".po"):
                    with archive.open(part) as opened:  # what it says of its own size is not to be trusted
                        text = _as_text(name, opened.read(MAX_BYTES[Path(name).suffix] + 1), problems)
                    if text is not None:
                        source[name] = text
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
        message, remedy = "This is no zip file.", "Pack the questionnaire's folder into a .zip and try again."
        raise ProblemsFound([Problem("(archive)", 1, 1, message, remedy, "not-zip")]) from None
    if QUESTIONNAIRE_FILE not in source and not problems:
        problems.append(checker.no_questionnaire())
    if problems:
        raise ProblemsFound(problems)
    return source


def _as_text(file: str, content: bytes, problems: list[Problem]) -> str | None:
    limit = MAX_BYTES[Path(file).suffix]
    if len(content) > limit:
        message = f"The file is larger than {limit // 1_000_000} MB."
        problems.append(Problem(file, 1, 1, message, "Check that it is the right file.", "too-large"))
        return None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message, remedy = "The file is not UTF-8 text.", "Save it again with the encoding UTF-8."
        problems.append(Problem(file, line, 1, message, remedy, "not-text"))
        return None
    if "\0" in text:
        problems.append(Problem(file, 1, 1, "The file is binary, not text.", "Save it as UTF-8 text.", "not-text"))
        return None
    return text.replace("\r\n", "\n")


def digest(source: Source) -> str:
    """SHA-256 over names and texts, whatever the order of the files."""
    whole = hashlib.sha256()
    for name in sorted(source):
        for part in (name, source[name]):
            content = part.encode("utf-8", "surrogatepass")
            whole.update(len(content).to_bytes(8, "big") + content)
    return whole.hexdigest()


def parse(source: Source) -> Questionnaire:
    """The model alone, for tools that need the texts. Raises ProblemsFound if it cannot be built."""
    if QUESTIONNAIRE_FILE not in source:
        raise ProblemsFound([checker.no_questionnaire()])
    yaml = read_yaml(QUESTIONNAIRE_FILE, source[QUESTIONNAIRE_FILE])
    grammar = read_questionnaire(yaml)
    problems = yaml.problems + grammar.problems
    if problems or grammar.questionnaire is None:
        raise ProblemsFound(problems)
    return grammar.questionnaire


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
