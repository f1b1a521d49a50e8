"""What is printed of a reply as it was submitted, in words of the page's language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from surveyapp.analysis.labels import HANDLING_LABELS
from surveyapp.handouts.paper import Paper, PaperLine, PaperPart
from surveyapp.storage.replies.clearances import Author
from surveyapp.storage.replies.submissions import SubmissionFacts
from surveyapp.words import LanguageWords

from .page import Page
from .read_back import Line, read_back


def reply_paper(page: Page, done: SubmissionFacts, authors: Mapping[str, Sequence[Author]] | None = None) -> Paper:
    """A submitted reply as a document: facts of the submission, then each question on path with its answer. `page`: of
    the submitted state; `authors`: by section, who wrote its answers, for readers inside the government only."""
    state, words, language = page.state, page.words, page.language
    _ = words.gettext
    title = _("Reply of %(state)s", state=state.participant.name(language))
    version = state.compiled.questionnaire.version
    facts = [
        (_("Reference number"), done.reference),
        (_("Submitted"), words.time(done.at)),
        (_("Submission of this reply"), words.number(done.number)),
        (_("Questionnaire"), state.compiled.text("questionnaire.title", language)),
        (_("Version"), f"{words.number(version)} · {state.compiled.digest[:16]}"),
        ("SHA-256", done.digest),
        (_("SHA-256 of the submission before"), done.previous or _("None")),
    ]
    parts = [
        PaperPart(state.compiled.text(f"{section}.title", language), [_paper_line(line, words) for line in lines])
        for section, lines in read_back(page)
    ]
    if authors:
        parts.append(PaperPart(_("Answered by"), list(_author_lines(page, authors))))
    return Paper(
        language=language,
        author=state.participant.name(language),
        title=title,
        subtitle=state.round.title(language),
        heads=("", ""),
        facts=facts,
        notes=(),
        parts=parts,
        footer=done.reference,
    )


def _author_lines(page: Page, authors: Mapping[str, Sequence[Author]]) -> Iterator[PaperLine]:
    _ = page.words.gettext
    for section in page.path.sections:
        if section.code in authors:
            yield PaperLine("heading", page.compiled.text(f"{section.code}.title", page.language))
        for author in authors.get(section.code, ()):
            both = _("proposed by %(author)s, accepted by %(name)s", author=author.name, name=author.accepted_by)
            at = page.words.time(author.at)
            yield PaperLine("note", f"{both if author.accepted_by else author.name} · {at}")


def _paper_line(line: Line, words: LanguageWords) -> PaperLine:
    _ = words.gettext
    label = str(line.label.striptags())
    if line.kind in ("heading", "item"):
        return PaperLine(line.kind, label)
    left_open = _("Left open: %(reason)s", reason=line.reason) if line.reason else _("No answer")
    small = _(HANDLING_LABELS[line.handling]) if line.handling else ""
    return PaperLine("question", label, line.answer or left_open, small)
