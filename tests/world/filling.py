"""Types a whole reply into the pages as a person would: field by field, section by section."""

from __future__ import annotations

import datetime
from typing import Any

from playwright.sync_api import Locator, Page

from surveyapp.definition.compiled import Compiled
from surveyapp.definition.path import Facts, code_of
from surveyapp.demonstration.invent import invent
from surveyapp.forms import as_posted


def reply(compiled: Compiled, code: str, status: str, region: str, wanted: dict[str, Any]) -> dict[str, Any]:
    """An invented reply that goes along a wanted path."""
    facts = Facts("state", code, region, None, status, datetime.datetime.now(datetime.UTC).date())
    for chance in range(1000, 1400):
        found = invent(compiled, facts, chance, completeness=0.9)
        if all(found.get(address) == value for address, value in wanted.items()):
            return found
    raise AssertionError("no invented reply goes along that path")


class Filler:
    """Puts one reply into one browser page. Items of repeats get the page's own ids; they are matched by place."""

    def __init__(self, page: Page, compiled: Compiled, answers: dict[str, Any]) -> None:
        self.page = page
        self.compiled = compiled
        self.answers = answers
        self.done: set[str] = set()

    def section(self) -> None:
        """Fills what is asked and saves, until answers lead to no further question here."""
        while new := [address for address in self._asked() if address not in self.done]:
            for address in new:
                self._fill(address)
                self.done.add(address)
            self._save()
            self._add_items()

    def next(self) -> None:
        self._press('.page-buttons button[name="go"][value="next"]')

    def _save(self) -> None:
        self._press('.page-buttons button[name="go"][value="stay"]')
        problems = self.page.locator(".error-summary li").all_inner_texts()
        assert not problems, problems

    def _press(self, button: str) -> None:
        """Waits for the new page: with scripts, autosave may still be changing the old one."""
        with self.page.expect_navigation():
            self.page.locator(button).click()

    def _asked(self) -> list[str]:
        asked = self.page.locator('input[name="asked"]')
        return [str(value) for value in asked.evaluate_all("fields => fields.map(field => field.value)")]

    def _add_items(self) -> None:
        for code, question in self.compiled.questions.items():
            button = self.page.locator(f'button[name="item"][value="add:{code}"]')
            items = self.answers.get(code) or []
            if question.type == "repeat" and button.count() and code not in self.done:
                self.done.add(code)
                for _ in items:
                    self._press(f'button[name="item"][value="add:{code}"]')

    def _value(self, address: str) -> Any:
        if "/" not in address:
            return self.answers.get(address)
        repeat, item, code = address.split("/")
        shown = list(dict.fromkeys(each.split("/")[1] for each in self._asked() if each.startswith(repeat + "/")))
        invented = self.answers[repeat][shown.index(item)]
        return self.answers.get(f"{repeat}/{invented}/{code}")

    def _fill(self, address: str) -> None:
        question = self.compiled.questions[code_of(address)]
        parts = as_posted(question, self._value(address))
        # choices first: a box for details opens with its choice
        for part in sorted(parts, key=lambda part: part.startswith("detail.")):
            name = f"q-{address}" + (f".{part}" if part else "")
            for typed in parts[part]:
                self._put(self.page.locator(f'[name="{name}"]'), typed)

    def _put(self, fields: Locator, typed: str) -> None:
        first = fields.first
        kind = first.evaluate("field => field.tagName === 'INPUT' ? field.type : field.tagName.toLowerCase()")
        if kind in ("radio", "checkbox"):
            choice = fields.and_(self.page.locator(f'[value="{typed}"]'))
            closed = choice.locator("xpath=ancestor::details[not(@open)]")
            if closed.count():
                closed.locator("summary").click()
            choice.check()
        elif kind == "select":
            first.select_option(typed)
        else:
            first.fill(typed)
