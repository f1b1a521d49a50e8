"""All answers to one question side by side, as they were given, with unofficial translations beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask_babel import gettext as _

from surveyapp.definition.path import code_of
from surveyapp.storage import rounds, tallies, translations
from surveyapp.storage.tallies import SubmittedReply
from surveyapp.storage.translations import Translated

from ..access import role, signed_in
from ..locale import LANGUAGE_NAMES, current_language
from .views import blueprint, clearance, found_round

TEXTS = ("short_text", "long_text")
LONGEST = 40_000


@dataclass(frozen=True)
class Said:
    """One answer. Its address goes into the form's names, so that a repeat's items are told apart."""

    reply: SubmittedReply
    address: str
    text: str
    revision: int
    language: str
    translations: list[Translated]


@blueprint.get("/rounds/<round_code>/answers/<code>")
@role("co_chair", "secretariat")
def answers(round_code: str, code: str) -> str:
    return _page(round_code, code)


@blueprint.post("/rounds/<round_code>/answers/<code>")
@role("co_chair", "secretariat")
def translate(round_code: str, code: str) -> Any:
    """404 for an answer that this reader may not see; the translation is of the revision that was submitted."""
    said = next((one for one in _said(round_code, code) if _key(one) == request.form.get("answer")), None)
    if said is None:
        abort(404)
    text, language = request.form.get("text", "").replace("\r\n", "\n").strip(), request.form.get("into", "")
    if language not in LANGUAGE_NAMES:
        abort(400)
    if not text or len(text) > LONGEST:
        problem = _("Shorten this text.") if text else _("Write the translation.")
        return _page(round_code, code, {_key(said): problem}), 422
    translations.put(said.reply.response_id, said.address, said.revision, language, text, by=signed_in().id)
    return redirect(url_for("cochair.answers", round_code=round_code, code=code) + f"#answer-{_key(said)}", 303)


def _key(said: Said) -> str:
    return f"{said.reply.response_id}-{said.address.replace('/', '-')}"


def _said(round_code: str, code: str) -> list[Said]:
    found = found_round(round_code)
    question = rounds.compiled(found.version_id).questions.get(code)
    if question is None or question.type not in TEXTS:
        abort(404)
    replies = tallies.submitted(found.id, clearance())
    asked = [(reply, address) for reply in replies for address in reply.answers if code_of(address) == code]
    known = {
        address: translations.beside([reply.response_id for reply in replies], address)
        for address in {address for _reply, address in asked}
    }
    return [
        Said(
            reply,
            address,
            reply.answers[address],
            revision := reply.revisions[address],
            reply.languages[address],
            [one for key, one in known[address].items() if key[:2] == (reply.response_id, revision)],
        )
        for reply, address in asked
    ]


def _page(round_code: str, code: str, problems: dict[str, str] | None = None) -> str:
    language, said = current_language(), _said(round_code, code)
    compiled = rounds.compiled(found_round(round_code).version_id)
    return render_template(
        "cochair/answers.html",
        round=found_round(round_code),
        title=found_round(round_code).title(language),
        label=compiled.text(f"{code}.label", language),
        code=code,
        said=said,
        key=_key,
        problems=problems or {},
        errors=[(text, f"text-{key}") for key, text in (problems or {}).items()],
        language=language,
        language_names=LANGUAGE_NAMES,
    )
