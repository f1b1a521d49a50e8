"""Translations: what a catalogue lacks, what it says, and bringing it up to date with the English.

For authors and translators: `python -m surveyapp.definition.source.catalogues questionnaires/NAME` writes
the five catalogues afresh, keeping every translation.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from ..model import Questionnaire
from ..problems import Problem, ProblemsFound, format_problem
from ..texts import CATALOGUES, TextUnit, has_broken_pipe, pipes, text_units
from .po import Entry, PoFile, read_po, write_po
from .source_files import parse, read_folder

MAX_CHARACTERS = 2_000_000

#: kinds of problem that a catalogue has whatever the questionnaire says
OF_THE_FILE = frozenset(
    f"translation-{kind}" for kind in ("file-missing", "too-large", "syntax", "header", "duplicate", "plural")
)


@dataclass(frozen=True)
class Counts:
    """Of one language's texts."""

    total: int
    translated: int
    missing: int
    stale: int


def by_context(po: PoFile) -> dict[str, Entry]:
    """The first living entry of each key."""
    entries: dict[str, Entry] = {}
    for entry in po.entries:
        if not entry.obsolete:
            entries.setdefault(entry.msgctxt, entry)
    return entries


def translations(text: str, units: Iterable[TextUnit]) -> dict[str, str]:
    """Key → translation, of those that are there and made from today's English."""
    entries = by_context(read_po(text))
    return {
        unit.key: entries[unit.key].msgstr
        for unit in units
        if unit.key in entries and _state(entries[unit.key], unit) == "translated"
    }


def _state(entry: Entry | None, unit: TextUnit) -> str:
    if entry is None or not entry.msgstr.strip():
        return "missing"
    return "stale" if entry.fuzzy or entry.msgid != unit.english else "translated"


# --- checking ---------------------------------------------------------------------------------


def check_catalogue(file: str, text: str | None, units: Mapping[str, TextUnit]) -> list[Problem]:
    """All that keeps the language of this file from being complete; every kind begins `translation-`."""
    if text is None:
        message = f"There is no catalogue {file}, so nobody can be asked in its language."
        return [Problem(file, 1, 1, message, "Write it with `python -m surveyapp.definition.source.catalogues FOLDER`.",
                        "translation-file-missing")]  # fmt: skip
    if len(text) > MAX_CHARACTERS:
        message = "The catalogue is longer than two million characters."
        return [Problem(file, 1, 1, message, "Write it afresh from the questionnaire.", "translation-too-large")]
    po = read_po(text)
    remedy = "Repair the line; most translation programs show it when they open the file."
    problems = [Problem(file, line, 1, message, remedy, "translation-syntax") for line, message in po.errors]
    problems += _header_problems(file, po)
    entries = by_context(po)
    for entry in po.entries:
        if not entry.obsolete:
            problems += _entry_problems(file, entry, units, first=entries[entry.msgctxt])
    end = text.count("\n") + 1
    for key, unit in units.items():
        if key not in entries:
            message = f"`{key}` is not translated: {_quote(unit.english)}"
            remedy = "Run `surveyapp extract-texts` on the folder, then translate it."
            problems.append(Problem(file, end, 1, message, remedy, "translation-missing"))
    return problems


def _header_problems(file: str, po: PoFile) -> Iterator[Problem]:
    headers = {
        name.strip(): value.strip() for name, _, value in (line.partition(":") for line in po.header.split("\n"))
    }
    language = headers.get("Language", "")
    if language and language != file.removesuffix(".po"):
        message = f"The header says that this file is in `{language}`."
        remedy = f"Move the file, or write `Language: {file.removesuffix('.po')}`."
        yield Problem(file, 1, 1, message, remedy, "translation-header")


def _entry_problems(file: str, entry: Entry, units: Mapping[str, TextUnit], first: Entry) -> Iterator[Problem]:
    def problem(kind: str, message: str, remedy: str, line: int = entry.line) -> Problem:
        return Problem(file, line, 1, message, remedy, f"translation-{kind}")

    unit = units.get(entry.msgctxt)
    if unit is None:
        subject = f"`{entry.msgctxt}` is not" if entry.msgctxt else "An entry without msgctxt is not"
        remedy = "Run `surveyapp extract-texts` on the folder: entries no longer needed are set aside."
        yield problem("unknown", f"{subject} a text of this questionnaire.", remedy)
        return
    if entry is not first:
        message = f"`{entry.msgctxt}` is translated twice (first in line {first.line})."
        yield problem("duplicate", message, "Keep one of the two.")
        return
    if entry.plural:
        yield problem(
            "plural", f"`{entry.msgctxt}` has plural forms.", "A questionnaire's text has one form: one msgstr."
        )
    if not entry.msgstr.strip():
        message = f"`{entry.msgctxt}` is not translated: {_quote(unit.english)}"
        yield problem("empty", message, "Write its msgstr.", entry.msgstr_line or entry.line)
    elif entry.msgid != unit.english:
        message = f"The English of `{entry.msgctxt}` has changed since it was translated."
        remedy = "Run `surveyapp extract-texts` on the folder, review the translation and remove its `fuzzy` mark."
        yield problem("stale", message, remedy)
    elif entry.fuzzy:
        message = f"The translation of `{entry.msgctxt}` is marked fuzzy: its English has changed."
        yield problem("stale", message, "Review it, then remove the mark.")
    else:
        yield from _pipe_problems(entry, unit, problem)


def _pipe_problems(entry: Entry, unit: TextUnit, problem: Callable[..., Problem]) -> Iterator[Problem]:
    line = entry.msgstr_line
    if has_broken_pipe(entry.msgstr):
        message = f"The translation of `{unit.key}` has a broken pipe."
        yield problem("pipes", message, "Write `{{ code }}` or `{{ code | other words }}`.", line)
        return
    wanted, got = (Counter(pipe.code for pipe in pipes(text)) for text in (unit.english, entry.msgstr))
    if set(wanted) != set(got):
        names = ", ".join(f"`{code}`" for code in sorted(set(wanted) ^ set(got)))
        message = f"The translation of `{unit.key}` does not pipe the same answers as the English: {names}."
        yield problem(
            "pipes", message, "Copy the codes between `{{ }}` unchanged; translate only what follows `|`.", line
        )


def _quote(text: str) -> str:
    line = " ".join(text.split())
    return f"“{line if len(line) <= 60 else line[:59] + '…'}”"


# --- bringing up to date ----------------------------------------------------------------------

HEADER = (
    "Project-Id-Version: {code} {version}\n"
    "Language: {language}\n"
    "MIME-Version: 1.0\n"
    "Content-Type: text/plain; charset=UTF-8\n"
    "Content-Transfer-Encoding: 8bit\n"
)


def extract(source: Mapping[str, str]) -> dict[str, str]:
    """File name → text of every catalogue, brought up to date with the English.

    Translations are kept. Where the English changed, the entry is marked fuzzy and keeps the previous
    English; entries of texts that are gone are set aside as obsolete, and come back with their texts.
    Raises ProblemsFound if the questionnaire itself cannot be read.
    """
    questionnaire = parse(source)
    units = tuple(text_units(questionnaire))
    return {file: _updated(questionnaire, file, source.get(file, ""), units) for file in CATALOGUES}


def _updated(questionnaire: Questionnaire, file: str, text: str, units: Iterable[TextUnit]) -> str:
    old = read_po(text)
    if old.errors:
        # rewriting would lose what could not be read
        raise ProblemsFound(
            Problem(file, line, 1, message, "Repair the line first.", "translation-syntax")
            for line, message in old.errors
        )
    kept = {entry.msgctxt: entry for entry in reversed(old.entries)} | by_context(old)
    header = HEADER.format(
        code=questionnaire.questionnaire, version=questionnaire.version, language=file.removesuffix(".po")
    )
    new = PoFile(header, old.header_comments, [_entry(kept.pop(unit.key, None), unit) for unit in units])
    new.entries += [
        replace(entry, obsolete=True) for key, entry in sorted(kept.items()) if entry.msgstr.strip() and key
    ]
    return write_po(new)


def _entry(old: Entry | None, unit: TextUnit) -> Entry:
    if old is None or not old.msgstr.strip():
        return Entry(unit.key, unit.english, comments=old.comments if old else [])
    entry = Entry(unit.key, unit.english, old.msgstr, comments=old.comments, flags=old.flags, fuzzy=old.fuzzy)
    if old.msgid != unit.english:
        entry.fuzzy, entry.previous = True, old.previous if old.fuzzy and old.previous is not None else old.msgid
    elif old.fuzzy:
        entry.previous = old.previous
    return entry


def catalogue_report(source: Mapping[str, str]) -> dict[str, Counts]:
    """Language → how many texts are translated, missing and stale."""
    units = tuple(text_units(parse(source)))
    report = {}
    for file in CATALOGUES:
        entries = by_context(read_po(source.get(file, "")))
        states = Counter(_state(entries.get(unit.key), unit) for unit in units)
        counts = Counts(len(units), states["translated"], states["missing"], states["stale"])
        report[file.removesuffix(".po")] = counts
    return report


def update_folder(folder: Path) -> dict[str, Counts]:
    """Writes the folder's five catalogues; files that would not change are left alone."""
    source = read_folder(folder)
    updated = extract(source)
    for file, text in updated.items():
        if source.get(file) != text:
            (folder / file).write_text(text, encoding="utf-8", newline="\n")
    return catalogue_report({**source, **updated})


def main(folders: Iterable[str]) -> int:
    """The command's work, folder by folder; returns its exit code."""
    for name in folders:
        try:
            report = update_folder(Path(name))
        except ProblemsFound as error:
            sys.stdout.writelines(f"{format_problem(problem)}\n" for problem in error.problems)
            return 1
        for language, counts in report.items():
            summary = (
                f"{counts.translated} of {counts.total} translated, {counts.missing} missing, {counts.stale} stale"
            )
            sys.stdout.write(f"{name}/{language}.po: {summary}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
