"""Documents that cannot go stale: each command, path, module, setting and target that they name is there."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import click
import pytest

from surveyapp import config
from surveyapp.cli import main
from tests.house.imports import ROOT

DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
#: of the tests alone, explained where the tests are
TEST_SETTINGS = {"TEST_POSTGRES", "TEST_LONG", "PICTURES", "CHROMIUM", "UPLOADS"}
#: made by following a document, or a pattern with a name to be filled in
EXAMPLES = re.compile(r"harbour-survey|NAME|ROOM|<|…|\*|/srv|/etc|^https?:|^instance")


def named(text: str) -> list[str]:
    """What stands in code: inline, or on a line of a block."""
    inline = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    blocks = re.findall(r"```[a-z]*\n(.*?)```", text, flags=re.DOTALL)
    return inline + [line for block in blocks for line in block.splitlines()]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_command_that_is_named_exists(document: Path) -> None:
    commands = {
        match[1] for code in named(document.read_text()) if (match := re.match(r"surveyapp ([a-z][a-z-]+)", code))
    }
    assert sorted(commands - set(main.commands)) == []


@pytest.mark.parametrize("document", [ROOT / "README.md"], ids=lambda path: path.name)
def test_every_option_of_a_command_in_the_readme_exists(document: Path) -> None:
    missing = []
    for code in named(document.read_text()):
        match = re.match(r"surveyapp ([a-z][a-z-]+)(.*)", code)
        if match:
            known = {name for option in main.commands[match[1]].params for name in option.opts}
            missing += [name for name in re.findall(r"--[a-z-]+", match[2]) if name not in known]
    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_target_of_make_that_is_named_exists(document: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    wanted = {match[1] for code in named(document.read_text()) if (match := re.match(r"make ([a-z-]+)", code))}
    assert sorted(wanted - targets) == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_and_folder_that_is_named_exists(document: Path) -> None:
    places = [
        code
        for code in named(document.read_text())
        if re.fullmatch(r"[\w.-]+(/[\w.-]+)*(/|\.(py|md|yaml|html|css|toml))", code)
    ]
    homes = (
        ROOT,
        ROOT / "surveyapp",
        document.parent,
        *(ROOT / "tests").iterdir(),
        ROOT / "tests",
        *(ROOT / "questionnaires").iterdir(),
    )
    lost = [
        place for place in places if not EXAMPLES.search(place) and not any((home / place).exists() for home in homes)
    ]
    assert lost == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_to_a_file_leads_to_it(document: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)", document.read_text())
    assert [link for link in links if "://" not in link and not (document.parent / link).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_module_that_is_named_exists(document: Path) -> None:
    modules = set(re.findall(r"(?<![\w/])surveyapp(?:\.[a-z_]+)+(?!\w)", " ".join(named(document.read_text()))))
    assert [module for module in sorted(modules) if not _exists(module)] == []


def _exists(module: str) -> bool:
    """The module itself, or a name in it."""
    try:
        if importlib.util.find_spec(module):
            return True
    except ModuleNotFoundError:
        pass
    home, _, name = module.rpartition(".")
    try:
        return hasattr(importlib.import_module(home), name)
    except ModuleNotFoundError:
        return False


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_setting_that_is_named_exists(document: Path) -> None:
    settings = set(re.findall(r"SURVEYAPP_([A-Z_]*[A-Z])\b", document.read_text()))
    assert sorted(settings - {setting.name for setting in config.SETTINGS} - TEST_SETTINGS) == []


def test_every_command_says_what_it_does() -> None:
    silent = [
        name for name, command in main.commands.items() if isinstance(command, click.Command) and not command.help
    ]
    assert silent == []
