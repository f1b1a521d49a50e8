"""What an uploaded document is: told by its content, never by its name alone."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Callable

from surveyapp.definition import model as m
from surveyapp.definition.messages import N_
from surveyapp.definition.question_types import AnswerProblem

TOO_LARGE = N_("This file is larger than %(most)s MB. Hand in a smaller one, or say where it can be found.")
EMPTY = N_("This file is empty. Choose another one.")
NOT_A_FORMAT = N_("This file is not one of: %(formats)s. Its content decides, not its name.")
MACROS = N_("This file has macros; they are not accepted. Save it without them.")
MAX_NAME_LENGTH = 200
ODT = b"application/vnd.oasis.opendocument.text"
MAX_PARTS = 2000


def format_of(question: m.Document, content: bytes, name: str) -> str:
    """One of the question's formats. Raises AnswerProblem."""
    if not content:
        raise AnswerProblem(EMPTY)
    if len(content) > question.max_megabytes * 1_000_000:
        raise AnswerProblem(TOO_LARGE, most=question.max_megabytes)
    ending = name.rpartition(".")[2].lower()
    kind_of_file = next((kind for kind, looks in LOOKS.items() if looks(content)), None)
    if kind_of_file is None or kind_of_file not in question.formats or ending != kind_of_file:
        raise AnswerProblem(NOT_A_FORMAT, formats=", ".join(question.formats))
    return kind_of_file


def plain_name(name: str) -> str:
    """A file's name to be shown: without folders, control signs and marks that turn the reading direction."""
    last = re.split(r"[/\\]", name)[-1]
    kept = "".join(sign for sign in last if unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Zl", "Zp"))
    return kept.strip()[-MAX_NAME_LENGTH:] or "document"


def _pdf(content: bytes) -> bool:
    return content.startswith(b"%PDF-") and b"%%EOF" in content[-2048:]


def _parts(content: bytes) -> dict[str, int]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return {part.filename: part.file_size for part in archive.infolist()[:MAX_PARTS]}
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        return {}


def _docx(content: bytes) -> bool:
    parts = _parts(content) if content.startswith(b"PK") else {}
    if any("vbaproject" in name.lower() for name in parts):
        raise AnswerProblem(MACROS)
    return "[Content_Types].xml" in parts and "word/document.xml" in parts


def _odt(content: bytes) -> bool:
    """Its kind stands uncompressed at a fixed place."""
    parts = _parts(content) if content.startswith(b"PK") else {}
    if any(name.startswith("Basic/") for name in parts):
        raise AnswerProblem(MACROS)
    return "content.xml" in parts and content[38 : 38 + len(ODT)] == ODT


def _txt(content: bytes) -> bool:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return not any(unicodedata.category(sign) == "Cc" and sign not in "\t\n\r\f" for sign in text)


LOOKS: dict[str, Callable[[bytes], bool]] = {"pdf": _pdf, "docx": _docx, "odt": _odt, "txt": _txt}
