"""A questionnaire's folder or archive → the texts of its files, and the model they describe."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from ..model import Questionnaire
from ..problems import Problem, ProblemsFound
from .grammar import read_questionnaire
from .yaml_source import read_yaml

Source = Mapping[str, str]  #: file name → text: "questionnaire.yaml", "fr.po", …

QUESTIONNAIRE_FILE = "questionnaire.yaml"
MAX_BYTES = {".yaml": 1_000_000, ".po": 4_000_000}

#: of an archive: no questionnaire has more files
MAX_FILES = 50


def no_questionnaire() -> Problem:
    """The problem of a source without `questionnaire.yaml`."""
    remedy = "Name the folder that holds it, or begin with `surveyapp new NAME`."
    return Problem(QUESTIONNAIRE_FILE, 1, 1, "There is no questionnaire.yaml here.", remedy, "no-questionnaire")


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
        problems.append(no_questionnaire())
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
            for part in archive.infolist()[:MAX_FILES]:
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
        problems.append(no_questionnaire())
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
        raise ProblemsFound([no_questionnaire()])
    yaml = read_yaml(QUESTIONNAIRE_FILE, source[QUESTIONNAIRE_FILE])
    grammar = read_questionnaire(yaml)
    problems = yaml.problems + grammar.problems
    if problems or grammar.questionnaire is None:
        raise ProblemsFound(problems)
    return grammar.questionnaire
