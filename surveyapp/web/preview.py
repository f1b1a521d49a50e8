"""A questionnaire tried out by its author: the respondent's own pages, answers in memory, the folder read anew for each page."""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from surveyapp import config
from surveyapp.answering import posted_section
from surveyapp.answering.page import Again, Page
from surveyapp.definition.compiled import Compiled
from surveyapp.definition.path import walk
from surveyapp.definition.problems import Problem, ProblemsFound
from surveyapp.definition.source import loader
from surveyapp.definition.states import STATES, state_name
from surveyapp.definition.texts import LANGUAGES
from surveyapp.forms import read_page
from surveyapp.storage.replies.responses import ResponseState, Saved, Stored
from surveyapp.storage.rounds.participants import ParticipantFacts
from surveyapp.storage.rounds.rounds import RoundFacts

from . import assets, errors, headers, locale, request_limits, request_log, sessions
from .locale import current_language, switch_language
from .respondent import autosave, views
from .respondent.routes import init_templates

ROUND = "preview"


@dataclass(frozen=True)
class PreviewState(ResponseState):
    """A response that no database knows."""

    version: Compiled | None = None

    @property
    def compiled(self) -> Compiled:
        assert self.version is not None
        return self.version


def made_up(version: Compiled, answers: Mapping[str, Any], who: ParticipantFacts) -> PreviewState:
    """A reply of somebody to an open round that there is not. Answers to questions that were edited away ask for nothing."""
    now = datetime.datetime.now(datetime.UTC)
    titles = {language: version.text("questionnaire.title", language) for language in version.languages}
    held = RoundFacts(0, ROUND, titles, 0, {}, LANGUAGES, True, now - datetime.timedelta(days=1), None, False)
    known = {place: value for place, value in answers.items() if place.split("/")[-1] in version.questions}
    path = walk(version, known, who.facts(now.date()))
    stored = {place: Stored(value, 1, now, None) for place, value in known.items()}
    status = "in_progress" if known else "not_started"
    return PreviewState(0, held, who, status, None, None, now, path, 0, stored, True, version=version)


class Trial:
    """What the author has tried so far. One author, one process: nothing here is kept."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.answers: dict[str, Any] = {}
        self.state_code = "FRA"

    def problems(self) -> list[Problem]:
        try:
            return sorted(loader.check(loader.read_folder(self.folder)))
        except ProblemsFound as unreadable:
            return list(unreadable.problems)

    def state(self) -> PreviewState:
        """Raises ProblemsFound where the questionnaire cannot be drawn."""
        version = loader.load(loader.read_folder(self.folder))
        one = STATES[self.state_code]
        who = ParticipantFacts(
            0, "state", one.iso3, one.iso3, one.names, False, one.region, one.subregion_code, (), one.treaty_status
        )
        return made_up(version, self.answers, who)

    def take_in(self, state: PreviewState, section: str, only: str | None = None) -> posted_section.Outcome:
        """As `saving.take_in`, into memory."""
        allowed = posted_section.addresses_of(state, section)
        if only is not None and only not in allowed:
            abort(400)
        page = read_page(state.compiled, [only] if only else allowed, posted_section.posted(only))
        changes = page.values | {
            place: change.value for place, change in posted_section.buttons(state, section).items()
        }
        self.answers = {place: value for place, value in (self.answers | changes).items() if value is not None}
        path = self.state().path
        saved = Saved(dict.fromkeys(changes, 1), {}, path)
        return posted_section.Outcome(path, Again(page.typed, page.problems), saved, frozenset())


def preview_app(folder: Path) -> Flask:
    """An application of its own: no accounts, no database, this machine only."""
    app = Flask("surveyapp", static_folder=None)
    given = {
        "SECRET_KEY": secrets.token_urlsafe(),
        "COOKIE_SECURE": False,
        "LOG_LEVEL": "WARNING",
        "COMPRESS_PAGES": False,
    }
    app.config.from_mapping(config.defaults() | given)
    for part in (request_log, headers, assets, request_limits, sessions, locale, errors):
        part.init_app(app)
    app.context_processor(lambda: {"person": None, "preview": True})
    init_templates(app)
    app.register_error_handler(ProblemsFound, _unusable)
    _routes(app, Trial(folder))
    return app


def _unusable(found: ProblemsFound) -> tuple[str, int]:
    return render_template("preview/problems.html", problems=found.problems), 200


def _routes(app: Flask, trial: Trial) -> None:
    """The respondent's addresses under their own names, so that its templates find them."""
    pages = Blueprint("respondent", __name__, url_prefix="/reply")

    @app.get("/")
    def home() -> Response:
        return redirect(url_for("respondent.contents", round_code=ROUND))

    @app.post("/language")
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
        frame = views._frame(state, Page(state))
        shown = {"problems": trial.problems(), "names": names, "chosen": trial.state_code, "why_locked": None}
        return render_template("preview/contents.html", **frame, **shown)

    @pages.get("/<round_code>/<section>")
    def section(round_code: str, section: str) -> str:
        state = _with_section(trial, section)
        return views._draw(state, section, Page(state))

    @pages.post("/<round_code>/<section>")
    def save(round_code: str, section: str) -> Any:
        state = _with_section(trial, section)
        chosen = switch_language(request.form.get("language"))
        outcome = trial.take_in(state, section)
        if not outcome.clean:
            return views._draw(trial.state(), section, Page(trial.state(), outcome.path, outcome.again)), 422
        return redirect(views._following(state, section, outcome, stay=chosen), 303)

    @pages.post("/<round_code>/<section>/answer")
    def answer(round_code: str, section: str) -> Any:
        before, address = _with_section(trial, section), request.form.get("only", "")
        outcome = trial.take_in(before, section, address)
        after = trial.state()
        return autosave.answer(before, after, section, address, outcome, views._frame(after, Page(after)))

    @pages.get("/<round_code>/review")
    def review(round_code: str) -> str:
        return views._review(trial.state())

    @pages.post("/<round_code>/submit")
    def submit(round_code: str) -> Response:
        """A preview has nobody to submit to."""
        return redirect(url_for("respondent.review", round_code=ROUND), 303)

    app.register_blueprint(pages)


def _with_section(trial: Trial, section: str) -> PreviewState:
    state = trial.state()
    if section not in state.path.notes or section not in state.compiled.layout.sections:
        abort(404)
    return state
