"""Habits that the house keeps: walls between the rooms, settings that are explained, texts in six languages."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from surveyapp import config, interface_texts
from surveyapp.definition.texts import LANGUAGES
from tests.house import format_templates

ROOT = Path(__file__).resolve().parent.parent


def test_the_walls_between_the_rooms_stand() -> None:
    """The contracts are in pyproject.toml."""
    linter = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"
    found = subprocess.run([sys.executable, "-c", linter], cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout


def test_every_setting_is_explained_and_none_that_does_not_exist() -> None:
    explained = set(re.findall(r"`SURVEYAPP_([A-Z_]+)`", (ROOT / "docs" / "settings.md").read_text()))
    assert {setting.name for setting in config.SETTINGS} <= explained
    assert explained - {setting.name for setting in config.SETTINGS} <= {"TEST_POSTGRES"}


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_every_text_of_the_interface_is_translated(language: str) -> None:
    catalogue = interface_texts.read(interface_texts.path_of(language), language)
    wanted = {message.id for message in interface_texts.collect() if message.id}
    there = {message.id for message in catalogue if message.id}
    assert sorted(map(str, wanted - there)) == [], "run `make texts`"
    assert interface_texts.untranslated(catalogue) == []


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_translations_keep_their_places_for_values(language: str) -> None:
    """`%(name)s` lost or misspelt in a translation would fail in front of a reader of that language only."""
    catalogue = interface_texts.read(interface_texts.path_of(language), language)
    broken = {}
    for message in catalogue:
        if not message.id or not message.string:
            continue
        english = [message.id] if isinstance(message.id, str) else list(message.id)
        shown = [message.string] if isinstance(message.string, str) else [text for text in message.string if text]
        places = set(re.findall(r"%\(\w+\)[sd]", " ".join(english)))
        for text in shown:
            if not set(re.findall(r"%\(\w+\)[sd]", text)) <= places or (
                len(english) == 1 and set(re.findall(r"%\(\w+\)[sd]", text)) != places
            ):
                broken[str(message.id)] = text
    assert broken == {}


def test_nothing_committed_names_a_machine_or_a_registry() -> None:
    locked = [*ROOT.glob("requirements/*.txt"), ROOT / "package-lock.json", ROOT / "Makefile", ROOT / ".ci" / "run"]
    named = [
        path.name
        for path in locked
        if re.search(r"registry|index-url|pypi\.org|https?://(?!127|github|opencollective)", path.read_text())
    ]
    assert named == []


def test_every_locked_package_has_its_hashes() -> None:
    for path in ROOT.glob("requirements/*.txt"):
        entries = re.split(r"\n(?=[a-z0-9])", path.read_text().strip())
        assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_the_versions_under_test_are_the_versions_that_run() -> None:
    """What runs is a part of what is tested: the same versions in both lock files."""

    def versions(name: str) -> set[str]:
        return set(re.findall(r"^([a-z0-9_.-]+==[^ ;\\]+)", (ROOT / "requirements" / name).read_text(), re.MULTILINE))

    assert versions("runtime.txt") - versions("dev.txt") == set()


def test_no_migration_imports_what_lives() -> None:
    """A version must make tomorrow what it made then: what versions share stands frozen in migrations/frozen.py."""
    frozen = [ROOT / "migrations" / "frozen.py", *(ROOT / "migrations" / "versions").glob("*.py")]
    living = re.compile(r"^\s*(?:from|import) surveyapp", re.MULTILINE)
    assert [path.name for path in frozen if living.search(path.read_text(encoding="utf-8"))] == []


def test_a_template_line_is_short_and_laid_out() -> None:
    """`python -m tests.house.format_templates` lays them out; a text that nothing can part is shortened by hand."""
    pages = {path: path.read_text(encoding="utf-8") for path in sorted(format_templates.TEMPLATES.rglob("*.html"))}
    assert [path.name for path, page in pages.items() if format_templates.Layout(page).write() != page] == []
    assert [line for page in pages.values() for line in page.splitlines() if len(line) > 140] == []
