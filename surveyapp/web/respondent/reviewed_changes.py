"""In words: in what a reply, or a section of it, differs from what somebody has read of it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from surveyapp.answering.page import Page
from surveyapp.answering.workbook_changes import in_words
from surveyapp.definition.path import code_of
from surveyapp.storage.replies.answers import AnswerContent
from surveyapp.storage.replies.proposals import ProposedAnswer
from surveyapp.storage.replies.reviewed import Reviewed, changes_since


@dataclass(frozen=True)
class ChangeInWords:
    """An answer that differs from what was read. `by` is empty where nobody changed it: it follows from another answer."""

    label: str
    before: str
    after: str
    by: str
    accepted_by: str | None
    at: datetime.datetime | None


@dataclass(frozen=True)
class ProposalInWords:
    """A colleague's proposal that was not there when the reply was read."""

    label: str
    by: str
    at: datetime.datetime


@dataclass(frozen=True)
class ReviewedChanges:
    """All that differs. `moved`: the round has been moved to another version of the questionnaire."""

    answers: list[ChangeInWords]
    proposals: list[ProposalInWords]
    moved: bool


def reviewed_changes(
    page: Page, shown: Reviewed, section: str | None = None, waiting: list[ProposedAnswer] | None = None
) -> ReviewedChanges:
    """`waiting`: the proposals that are open now, where those count."""
    moved = bool(shown.digest) and shown.version != page.compiled.digest
    newer = [each for each in waiting or [] if shown.digest and each.id not in shown.proposals]
    return ReviewedChanges(
        [
            ChangeInWords(
                _label(page, change.address),
                _in_words(page, change.address, change.before),
                _in_words(page, change.address, change.after),
                change.by,
                change.accepted_by,
                change.at,
            )
            for change in changes_since(page.state, shown, section)
        ],
        [ProposalInWords(_label(page, each.address), each.name, each.at) for each in newer],
        moved,
    )


def _label(page: Page, address: str) -> str:
    key = f"{code_of(address)}.label"
    return page.compiled.text(key, page.language) if page.compiled.has_text(key) else address


def _in_words(page: Page, address: str, content: AnswerContent | None) -> str:
    """With who may see it, and whether it was confirmed from last time: each of them may be all that was changed."""
    _ = page.words.gettext
    if content is None:
        return _("Not asked")
    text = in_words(page, address, content) or _("No answer")
    bases = {
        "confirmed": _("Confirmed: no change since last time."),
        "changed": _("Changed since last time."),
    }
    more = [page.handlings.get(content.handling or "", ""), bases.get(content.basis or "", "")]
    return " ".join([text, *(f"({each})" for each in more if each)])
