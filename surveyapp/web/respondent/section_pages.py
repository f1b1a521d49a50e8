"""Pages of a reply as the respondent and the author of a questionnaire get them: a section, the read-back, what comes next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import render_template, url_for
from werkzeug.datastructures import MultiDict

from surveyapp.analysis.labels import HANDLING_LABELS
from surveyapp.answering.giving_away import giving_away, restricting_changes
from surveyapp.answering.not_saved import NotAccepted, not_accepted
from surveyapp.answering.page import Page, PageAddresses, RedisplayState, error_summary
from surveyapp.answering.posted_section import SectionResult, first_value
from surveyapp.answering.preview_state import PreviewState
from surveyapp.answering.read_back import read_back, to_do
from surveyapp.answering.removed_items import RemovedItem
from surveyapp.definition.path import Path, code_of
from surveyapp.forms import split_name
from surveyapp.storage.people import accounts
from surveyapp.storage.replies import clearances, proposals, unsaved
from surveyapp.storage.replies.clearances import NotCleared
from surveyapp.storage.replies.responses import ResponseState
from surveyapp.storage.replies.reviewed import Reviewed, as_of_now, reviewed_content

from ..access import signed_in
from ..locale import current_words
from .clearance import STATE_LABELS as CLEARANCE_LABELS
from .reviewed_changes import reviewed_changes


def section_addresses(round_code: str, section: str) -> PageAddresses:
    """Where the parts of a section of one's own reply lead."""

    def before_an_address(endpoint: str) -> str:
        here = url_for(f"respondent.{endpoint}", round_code=round_code, section=section, address="x")
        return here.removesuffix("x")

    return PageAddresses(
        answer=url_for("respondent.answer", round_code=round_code, section=section),
        history=before_an_address("history"),
        files=before_an_address("attach"),
        documents=url_for("respondent.document", round_code=round_code, sha256="x").removesuffix("x"),
        comments=before_an_address("comments"),
    )


def page_of(
    state: ResponseState,
    section: str | None = None,
    path: Path | None = None,
    redisplay: RedisplayState | None = None,
) -> Page:
    """Of the reply in the reader's language; with `section`, as the page on which it is answered."""
    if section is None:
        return Page(state, current_words(), None, path, redisplay)
    own = unsaved.of_person(state.id, signed_in().id, "reply")
    return Page(state, current_words(), section_addresses(state.round.code, section), path, redisplay, own)


def section_page(page: Page, section: str, *, appeared: str | None = None) -> str:
    """`appeared`: set where the reader is led back to questions that came up after a save."""
    state, compiled, intro = page.state, page.compiled, f"{section}.text"
    entries = page.entries(section)
    return render_template(
        "respondent/section.html",
        **reply_frame(page),
        section=section,
        heading=compiled.text(f"{section}.title", page.language),
        intro=compiled.html(intro, page.language) if compiled.has_text(intro) else "",
        page=page,
        entries=entries,
        errors=error_summary(entries, page.words),
        giving_away=given_away(state, section),
        removed=[removed_in_words(item, page) for item in page.redisplay.removed],
        appeared=appeared,
        previous=_neighbour(state, section, -1),
        following=_neighbour(state, section, 1),
    )


def removed_in_words(item: RemovedItem, page: Page) -> dict[str, Any]:
    """For who was answering it: who removed it and when, and what they typed."""
    name = accounts.names([item.by]).get(item.by, "") if item.by is not None else ""
    addresses = {split[0] for field in item.fields if (split := split_name(field))}
    facts = {"address": item.address, "at": item.at, "words": item.words, "fields": item.fields}
    return facts | {"name": name or page.words.gettext("Somebody"), "addresses": sorted(addresses)}


def reply_frame(page: Page) -> dict[str, Any]:
    """What all of a reply's pages show."""
    state, language = page.state, page.language
    return {
        "state": state,
        "round": state.round,
        "round_title": state.round.title(language),
        "questionnaire": state.compiled.questionnaire,
        "compiled": state.compiled,
        "participant_name": state.participant.name(language),
        "sections": page.path.sections,
        "not_accepted": values_not_accepted(state, language),
        "section_title": lambda code: state.compiled.text(f"{code}.title", language),
    }


def values_not_accepted(state: ResponseState, language: str) -> list[NotAccepted]:
    """Of every focal point; nothing of an author's trial."""
    if isinstance(state, PreviewState):
        return []
    refused, reader = unsaved.refused_in_reply(state.id), signed_in().id
    return (
        not_accepted(state, refused, unsaved.of_person(state.id, reader, "reply"), reader, language) if refused else []
    )


@dataclass(frozen=True)
class GivenAway:
    """In words: the answer at `address` gives the one at `hidden` away, and `readers` are those who may see the latter."""

    address: str
    section: str
    label: str
    hidden: str
    readers: str
    to_restrict: bool  #: may it be restricted as far?


def given_away(state: ResponseState, section: str | None = None) -> list[GivenAway]:
    """Of the whole reply, or of one section; nothing where it can no longer be changed, or by this reader."""
    if state.locked_because() or not state.whole or isinstance(state, PreviewState):
        return []
    pairs, words, compiled = giving_away(state), current_words(), state.compiled
    restricted = restricting_changes(state, pairs)
    return [
        GivenAway(
            pair.address,
            compiled.section_of[code_of(pair.address)],
            compiled.text(f"{code_of(pair.address)}.label", words.language),
            compiled.text(f"{code_of(pair.hidden)}.label", words.language),
            words.gettext(HANDLING_LABELS[pair.handling]),
            pair.address in restricted,
        )
        for pair in pairs
        if section in (None, compiled.section_of[code_of(pair.address)])
    ]


def _neighbour(state: ResponseState, section: str, step: int) -> str | None:
    codes = [each.code for each in state.path.sections]
    place = codes.index(section) + step if section in codes else -1
    return codes[place] if 0 <= place < len(codes) else None


def next_address(
    state: ResponseState, section: str, result: SectionResult, form: MultiDict[str, str], *, stay: bool
) -> str:
    """Where to go after a save without faults. New questions on this page come first."""
    go, round_code = first_value(form, "go") or "stay", state.round.code
    here = url_for("respondent.section", round_code=round_code, section=section)
    edited_list = first_value(form, "item").partition(":")[2].partition("/")[0]
    if edited := edited_list or first_value(form, "discard").replace("/", "-"):
        return f"{here}#item-{edited}"
    if stay or go == "stay":
        return here
    if result.appeared and go == "next":
        more = url_for("respondent.section", round_code=round_code, section=section, more=1)
        return f"{more}#item-{min(result.appeared, key=_order(state)).replace('/', '-')}"
    codes = [each.code for each in result.path.sections]
    place = codes.index(section) + (1 if go == "next" else -1)
    if go == "contents" or place < 0:
        return url_for("respondent.contents", round_code=round_code)
    if place >= len(codes):
        return url_for("respondent.review", round_code=round_code)
    return url_for("respondent.section", round_code=round_code, section=codes[place])


def _order(state: ResponseState) -> Callable[[str], tuple[int, str]]:
    order = state.compiled.layout.order
    return lambda address: (order[code_of(address)], address)


def _inside_the_government(state: ResponseState) -> dict[str, Any]:
    """How far its sections are cleared, and what colleagues propose; nothing of an author's trial."""
    if isinstance(state, PreviewState):
        return {"section_states": {}, "waiting": []}
    return {"section_states": clearances.by_section(state), "waiting": proposals.of_response(state.id)}


def review_page(
    state: ResponseState,
    *,
    unconfirmed: bool = False,
    shown: Reviewed | None = None,
    uncleared: NotCleared | None = None,
    unconfirmed_refused: bool = False,
) -> str:
    """The read-back, with what is still to do. `unconfirmed`: it was sent without the confirmation; `shown`: what
    was read by who sent it, where it has changed since; `uncleared`: what keeps it back;
    `unconfirmed_refused`: values that were not accepted do."""
    state = as_of_now(state) if not state.locked_because() else state
    page, inside = page_of(state), _inside_the_government(state)
    return render_template(
        "respondent/review.html",
        **reply_frame(page),
        parts=read_back(page),
        missing=to_do(page, state.path.missing),
        gaps=to_do(page, [address for address in state.path.gaps if not state.reason(address)]),
        violations=to_do(page, tuple(dict.fromkeys(violation.address for violation in state.path.violations))),
        why_locked=state.locked_because(),
        unconfirmed=unconfirmed,
        giving_away=given_away(state),
        reviewed=reviewed_content(state, proposals=[each.id for each in inside["waiting"]]).to_text(),
        clearance_labels=CLEARANCE_LABELS,
        **inside,
        changed=reviewed_changes(page, shown, waiting=inside["waiting"]) if shown else None,
        uncleared=uncleared,
        unconfirmed_refused=unconfirmed_refused,
    )
