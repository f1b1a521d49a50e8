"""A questionnaire tried out by its author: the respondent's own pages, answers in memory, the folder read anew for each page."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from surveyapp import config
from surveyapp.answering.page import Page, PageAddresses, RedisplayState
from surveyapp.answering.posted_section import SectionResult, process_submission
from surveyapp.answering.preview_state import ROUND, PreviewState, preview_state
from surveyapp.answering.stores import MemoryStore
from surveyapp.definition import loader
from surveyapp.definition.problems import Problem, ProblemsFound
from surveyapp.definition.source import source_files
from surveyapp.definition.states import STATES, state_name
from surveyapp.storage.columns import utc_now
from surveyapp.storage.rounds.participants import ParticipantFacts

from . import assets, errors, headers, locale, request_limits, request_log, sessions
from .locale import current_language, current_words, switch_language
from .respondent.autosave import autosave_answer
from .respondent.routes import init_templates
from .respondent.section_pages import next_address, page_of, reply_frame, review_page, section_page


class Trial:
    """What the author has tried so far. One author, one process: nothing here is kept."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.answers: dict[str, Any] = {}
        self.state_code = "FRA"

    def problems(self) -> list[Problem]:
        try:
            return sorted(loader.check(source_files.read_folder(self.folder)))
        except ProblemsFound as unreadable:
            return list(unreadable.problems)

    def state(self) -> PreviewState:
        """Raises ProblemsFound where the questionnaire cannot be drawn."""
        version = loader.load(source_files.read_folder(self.folder))
        state = STATES[self.state_code]
        participant = ParticipantFacts(
            0, "state", state.iso3, state.iso3, state.names, False, state.region, state.subregion_code, (),
            state.treaty_status,
        )  # fmt: skip
        return preview_state(version, self.answers, participant, utc_now())

    def process(self, state: PreviewState, section: str, only: str | None = None) -> SectionResult:
        """The posted section into memory."""
        store = MemoryStore(state, self.answers)
        result = process_submission(store, section, request.form, current_language(), only)
        self.answers = store.answers
        return result


def preview_app(folder: Path) -> Flask:
    """An application of its own: no accounts, no database, this machine only."""
    app = Flask("surveyapp", static_folder=None)
    settings = {
        "SECRET_KEY": secrets.token_urlsafe(),
        "COOKIE_SECURE": False,
        "LOG_LEVEL": "WARNING",
        "COMPRESS_PAGES": False,
    }
    app.config.from_mapping(config.defaults() | settings)
    for part in (request_log, headers, assets, request_limits, sessions, locale, errors):
        part.init_app(app)
    app.context_processor(lambda: {"person": None, "preview": True})
    init_templates(app)
    app.register_error_handler(ProblemsFound, _unusable)
    _routes(app, Trial(folder))
    return app


def _unusable(faulty: ProblemsFound) -> tuple[str, int]:
    return render_template("preview/problems.html", problems=faulty.problems), 200


def _routes(app: Flask, trial: Trial) -> None:
    """The respondent's addresses, and the frame's, under their own names, so that the templates find them."""
    pages = Blueprint("respondent", __name__, url_prefix="/reply")
    frame_pages = Blueprint("account", __name__)

    @frame_pages.get("/")
    def home() -> Response:
        return redirect(url_for("respondent.contents", round_code=ROUND))

    @frame_pages.post("/language")
    def language() -> Response:
        switch_language(request.form.get("language"))
        return redirect(
            request.form.get("next", "/") if request.form.get("next", "").startswith("/reply/") else "/", 303
        )

    @app.post("/facts")
    def facts() -> Response:
        trial.state_code = request.form["state"] if request.form["state"] in STATES else trial.state_code
        if request.form.get("again"):
            trial.answers = {}
        return redirect("/", 303)

    @pages.get("/<round_code>")
    def contents(round_code: str) -> str:
        state = trial.state()
        names = sorted((state_name(code, current_language()), code) for code in STATES)
        frame = reply_frame(page_of(state))
        shown = {"problems": trial.problems(), "names": names, "chosen": trial.state_code, "why_locked": None}
        return render_template("preview/contents.html", **frame, **shown)

    @pages.get("/<round_code>/<section>")
    def section(round_code: str, section: str) -> str:
        state = _with_section(trial, section)
        return section_page(_page(state, section), section, appeared=request.args.get("more"))

    @pages.post("/<round_code>/<section>")
    def save(round_code: str, section: str) -> Any:
        state = _with_section(trial, section)
        chosen = switch_language(request.form.get("language"))
        result = trial.process(state, section)
        if not result.clean:
            return section_page(_page(trial.state(), section, result.redisplay), section), 422
        return redirect(next_address(state, section, result, request.form, stay=chosen), 303)

    @pages.post("/<round_code>/<section>/answer")
    def answer(round_code: str, section: str) -> Any:
        before, address = _with_section(trial, section), request.form.get("only", "")
        result = trial.process(before, section, address)
        after = _page(trial.state(), section, result.redisplay)
        return autosave_answer(_page(before, section), after, section, address, result, reply_frame(after))

    @pages.get("/<round_code>/review")
    def review(round_code: str) -> str:
        return review_page(trial.state())

    @pages.post("/<round_code>/submit")
    def submit(round_code: str) -> Response:
        """A preview has nobody to submit to."""
        return redirect(url_for("respondent.review", round_code=ROUND), 303)

    app.register_blueprint(pages)
    app.register_blueprint(frame_pages)


def _page(state: PreviewState, section: str, redisplay: RedisplayState | None = None) -> Page:
    addresses = PageAddresses(answer=url_for("respondent.answer", round_code=ROUND, section=section))
    return Page(state, current_words(), addresses, redisplay=redisplay)


def _with_section(trial: Trial, section: str) -> PreviewState:
    state = trial.state()
    if section not in state.path.notes or section not in state.compiled.layout.sections:
        abort(404)
    return state
