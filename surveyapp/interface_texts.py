"""The interface's catalogues: collected from code and templates, merged, compiled. Questionnaires have their own."""

from __future__ import annotations

import datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from surveyapp.definition.texts import LANGUAGES

PACKAGE = Path(__file__).resolve().parent
FOLDER = PACKAGE / "translations"
METHODS = [("templates/**.html", "jinja2"), ("**.py", "python")]
#: a date that no extraction changes: a catalogue whose texts are the same is the same file
EPOCH = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
#: `N_` marks a text in a pure room; it is translated where it is shown
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None,
    "_l": None,
    "N_": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
}


def path_of(language: str) -> Path:
    return FOLDER / language / "LC_MESSAGES" / "messages.po"


def collect() -> Catalog:
    """Every marked text, with where it stands. Line numbers stay out: they would change every file at every edit."""
    catalogue = Catalog(project="surveyapp", charset="utf-8")
    options = {"templates/**.html": {"silent": "false"}}
    for filename, _line, message, comments, context in extract_from_dir(
        str(PACKAGE), METHODS, options, KEYWORDS, comment_tags=("translators:",), strip_comment_tags=True
    ):
        catalogue.add(message, None, [(f"surveyapp/{filename}", 0)], auto_comments=comments, context=context)
    return catalogue


def extract() -> dict[str, int]:
    """Brings every catalogue up to date; says how many texts of each are not translated. English needs none."""
    template = collect()
    missing = {}
    for language in LANGUAGES[1:]:
        path = path_of(language)
        catalogue = read(path, language)
        catalogue.header_comment = f"# The interface of surveyapp in the language {language}."
        catalogue.update(template, no_fuzzy_matching=True, update_creation_date=False)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, catalogue, width=120, sort_output=True, ignore_obsolete=True, include_lineno=False)
        missing[language] = len(untranslated(catalogue))
    return missing


def untranslated(catalogue: Catalog) -> list[str]:
    """Texts without a translation that pages would show."""
    return [str(entry.id) for entry in catalogue if entry.id and (entry.fuzzy or not _whole(entry.string))]


def _whole(translation: str | tuple[str, ...] | list[str] | None) -> bool:
    return bool(translation) if translation is None or isinstance(translation, str) else all(translation)


def compile_all() -> list[Path]:
    """Writes each catalogue that is newer than its compiled form."""
    written = []
    for source in sorted(FOLDER.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        part = target.with_suffix(".part")
        with part.open("wb") as file:
            write_mo(file, read(source, source.parent.parent.name))
        part.replace(target)
        written.append(target)
    return written


def read(path: Path, language: str) -> Catalog:
    if not path.exists():
        return Catalog(locale=language, project="surveyapp", charset="utf-8", fuzzy=False, creation_date=EPOCH)
    with path.open("rb") as file:
        return read_po(file, locale=language)
