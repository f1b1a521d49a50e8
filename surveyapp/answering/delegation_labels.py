"""Names of the parts of a reply, and of what a colleague may do with them."""

from __future__ import annotations

from surveyapp.definition.messages import N_
from surveyapp.storage.replies.responses import ResponseState
from surveyapp.words import LanguageWords

POWER_LABELS = {
    "answer": N_("Propose answers"),
    "comment": N_("Read and comment"),
    "read": N_("Read"),
}


def scope_label(state: ResponseState, scope: str, words: LanguageWords) -> str:
    """A section's title, a question's label, or an item of a list by its number."""
    compiled, language = state.compiled, words.language
    code, _, item = scope.partition("/")
    if code in compiled.layout.sections:
        return compiled.text(f"{code}.title", language)
    if not item:
        return compiled.text(f"{code}.label", language)
    stored = state.answers.get(code)
    items = list((stored.value if stored else None) or ())
    number = words.number(items.index(item) + 1) if item in items else "—"
    return f"{compiled.text(f'{code}.item_label', language)} {number}"
