"""All answers to one question side by side: as they were given, translated unofficially, coded with themes, quoted."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import abort, redirect, render_template, request
from flask_babel import gettext as _
from markupsafe import Markup, escape
from werkzeug.wrappers import Response

from surveyapp.analysis.crosstab import counts_table
from surveyapp.analysis.dimensions import THEME
from surveyapp.analysis.naming import quotable
from surveyapp.definition.path import code_of
from surveyapp.results.figure_query import FigureQuery
from surveyapp.storage.replies import translations
from surveyapp.storage.replies.translations import TranslationFacts
from surveyapp.storage.results import coding
from surveyapp.storage.results.coding import CodingFacts
from surveyapp.storage.results.tallies import SubmittedReply
from surveyapp.words import LANGUAGE_NAMES

from ..access import role, signed_in
from ..figure_pages import requested_figures
from ..locale import current_language
from ..request_text import as_id
from .routes import blueprint

TEXTS = ("short_text", "long_text")
MAX_LENGTH = 40_000


@dataclass(frozen=True)
class AnswerRow:
    """One answer. Its key goes into the form's names, so that a repeat's items are told apart."""

    reply: SubmittedReply
    address: str
    text: str
    revision: int
    language: str
    translations: list[TranslationFacts] = field(default_factory=list)
    coded: list[CodingFacts] = field(default_factory=list)

    @property
    def key(self) -> str:
        return f"{self.reply.response_id}-{self.address.replace('/', '-')}"

    @property
    def place(self) -> tuple[int, str, int]:
        return self.reply.response_id, self.address, self.revision

    @property
    def quotable(self) -> bool:
        return quotable(self.reply, self.address)

    @property
    def marked(self) -> Markup:
        """The answer with its coded passages marked."""
        edges = sorted(
            {
                0,
                len(self.text),
                *(
                    edge
                    for passage in self.coded
                    if passage.start is not None
                    for edge in (passage.start, passage.stop or 0)
                ),
            }
        )
        pieces = []
        for start, stop in itertools.pairwise(edges):
            inside = any(
                passage.start is not None and passage.start <= start < (passage.stop or 0) for passage in self.coded
            )
            piece = escape(self.text[start:stop])
            pieces.append(Markup("<mark>{}</mark>").format(piece) if inside else piece)
        return Markup("").join(pieces)


Problems = Mapping[str, str]  #: by the field's id


@blueprint.get("/rounds/<round_code>/answers/<code>")
@role("co_chair", "secretariat")
def answers(round_code: str, code: str) -> str:
    return _page(requested_figures(round_code), code)


@blueprint.post("/rounds/<round_code>/answers/<code>")
@role("co_chair", "secretariat")
def put_beside(round_code: str, code: str) -> Any:
    """`do`: translate · theme · undo · quote. 404 for an answer that this reader may not see."""
    query = requested_figures(round_code)
    wanted = request.form.get("answer")
    answer = next((answer for answer in _submitted_answers(query, code) if answer.key == wanted), None)
    do = ACTIONS.get(request.form.get("do", ""))
    if answer is None:
        abort(404)
    if do is None:
        abort(400)
    problems = do(query, answer)
    if problems:
        return _page(query, code, problems), 422
    return _back(query, code, answer)


def _back(query: FigureQuery, code: str, answer: AnswerRow) -> Response:
    searched = [("search", request.args["search"])] if request.args.get("search") else []
    return redirect(query.address("answers", searched, code=code) + f"#answer-{answer.key}", 303)


def _translate(query: FigureQuery, answer: AnswerRow) -> Problems:
    """Of the revision that was submitted."""
    text, language = request.form.get("text", "").replace("\r\n", "\n").strip(), request.form.get("into", "")
    if language not in LANGUAGE_NAMES:
        abort(400)
    if not text or len(text) > MAX_LENGTH:
        return {f"text-{answer.key}": _("Shorten this text.") if text else _("Write the translation.")}
    translations.add_translation(*answer.place, language, text, by=signed_in().id)
    return {}


def _theme(query: FigureQuery, answer: AnswerRow) -> Problems:
    theme = coding.theme(query.round.id, request.form.get("theme", ""))
    if theme is None:
        return {f"theme-{answer.key}": _("Select a theme.")}
    passage, problem = _passage(answer, empty=True)
    if problem:
        return {f"words-{answer.key}": problem}
    coding.apply(theme.id, by=signed_in().id, answer=answer.place, passage=passage)
    return {}


def _undo(query: FigureQuery, answer: AnswerRow) -> Problems:
    """One's own; another reader's stays."""
    wanted = request.form.get("coding", "")
    own = [passage.id for passage in answer.coded if passage.by == signed_in().id]
    if as_id(wanted) not in own:
        abort(404)
    coding.undo(as_id(wanted), by=signed_in().id)
    return {}


def _quote(query: FigureQuery, answer: AnswerRow) -> Problems:
    passage, problem = _passage(answer, empty=False)
    if passage is None:
        return {f"quote-{answer.key}": problem}
    if not answer.quotable:
        return {f"quote-{answer.key}": _("The State keeps this answer from other States: it is not quoted.")}
    coding.quote(answer.place, passage, by=signed_in().id)
    return {}


ACTIONS: Mapping[str, Callable[[FigureQuery, AnswerRow], Problems]] = {
    "translate": _translate,
    "theme": _theme,
    "undo": _undo,
    "quote": _quote,
}


def _passage(answer: AnswerRow, *, empty: bool) -> tuple[tuple[int, int] | None, str]:
    """(start and stop of the words given, what is wrong): they have to stand in the answer, once."""
    words = request.form.get("words", "").replace("\r\n", "\n").strip()
    if not words:
        return None, "" if empty else _("Copy the words from the answer.")
    if answer.text.count(words) != 1:
        several = words in answer.text
        return None, _("These words stand there more than once: copy more of them.") if several else _(
            "These words do not stand in the answer. Copy them exactly."
        )
    start = answer.text.index(words)
    return (start, start + len(words)), ""


def _submitted_answers(query: FigureQuery, code: str) -> list[AnswerRow]:
    question = query.compiled.questions.get(code)
    if question is None or question.type not in TEXTS:
        abort(404)
    asked = [(reply, address) for reply in query.replies for address in reply.answers if code_of(address) == code]
    ids = [reply.response_id for reply in query.replies]
    newest_translations = {
        address: translations.newest_by_revision(ids, address) for address in {address for _reply, address in asked}
    }
    coded: dict[tuple[int, str], list[CodingFacts]] = {}
    for passage in coding.standing(query.replies, query.selection.as_of):
        coded.setdefault(passage.place, []).append(passage)
    return [
        AnswerRow(
            reply,
            address,
            reply.answers[address],
            revision := reply.revisions[address],
            reply.languages[address],
            [
                translation
                for key, translation in newest_translations[address].items()
                if key[:2] == (reply.response_id, revision)
            ],
            coded.get((reply.response_id, address), []),
        )
        for reply, address in asked
    ]


def _page(query: FigureQuery, code: str, problems: Problems | None = None) -> str:
    language, answers = current_language(), _submitted_answers(query, code)
    search = request.args.get("search", "").strip()
    themes = coding.themes(query.round.id)
    return render_template(
        "cochair/answers.html",
        query=query,
        round=query.round,
        title=query.title,
        wide=True,
        label=query.compiled.text(f"{code}.label", language),
        code=code,
        answers=[answer for answer in answers if _matches(answer, search)],
        of=len(answers),
        search=search,
        themes=[(theme, theme.label(language)) for theme in themes],
        theme_names={theme.code: theme.label(language) for theme in coding.themes(query.round.id, retired=True)},
        counted=_counted(query, code) if themes and answers else None,
        me=signed_in().id,
        problems=problems or {},
        errors=[(text, ident) for ident, text in (problems or {}).items()],
        typed=request.form if problems else {},
        language=language,
        language_names=LANGUAGE_NAMES,
    )


def _matches(answer: AnswerRow, search: str) -> bool:
    """In the answer or in a translation of it, whatever the case."""
    texts = (answer.text, *(translation.text for translation in answer.translations))
    return not search or any(search.casefold() in text.casefold() for text in texts)


def _counted(query: FigureQuery, code: str) -> Any:
    groups = [query.dimensions["region"], query.dimensions["treaty_status"]]
    return counts_table(query.labels, query.dimensions[THEME + code], groups, query.replies)
