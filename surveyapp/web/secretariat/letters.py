"""A round's letters: their wording in six languages, a look at each before it goes, and who is reminded when."""

from __future__ import annotations

import datetime
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from surveyapp.definition.messages import N_
from surveyapp.definition.question_types.dates import NOT_A_DATE
from surveyapp.definition.texts import LANGUAGES
from surveyapp.definition.typed_days import read_day
from surveyapp.mail import delivery, mailings
from surveyapp.mail.wording import DEFAULT_WORDING, fields_of, fill, problems
from surveyapp.storage.columns import utc_now
from surveyapp.storage.mail import outbox, round_letters
from surveyapp.storage.mail.round_letters import WHOM, Wording
from surveyapp.storage.rounds.rounds import RoundFacts
from surveyapp.words import words_in

from ..access import role, signed_in
from ..figure_pages import round_or_404
from ..locale import current_language, current_words
from ..mail_settings import mail_settings
from ..request_text import posted_id
from .routes import blueprint

KINDS = {"invitation": N_("Invitation"), "reminder": N_("Reminder")}
WHOM_LABELS = {
    "silent": N_("All who have not submitted"),
    "not_opened": N_("Those who have not looked at it"),
    "not_begun": N_("Those who have saved nothing"),
    "incomplete": N_("Those who have begun and lack required answers"),
}
SENT_LABELS = {
    "sign_in": N_("Sign-in link"),
    "appointment": N_("Appointment"),
    "invitation": N_("Invitation"),
    "reminder": N_("Reminder"),
    "letter": N_("Letter"),
}


@blueprint.get("/rounds/<code>/letters")
@role("secretariat")
def letters(code: str) -> str:
    """`kind` and `in`: which letter, in which language."""
    return _page(
        round_or_404(code), request.args.get("kind", "invitation"), request.args.get("in_language", current_language())
    )


@blueprint.post("/rounds/<code>/letters")
@role("secretariat")
def write_letter(code: str) -> Any:
    """`do`: save · house · preview."""
    round_, kind, language = round_or_404(code), request.form.get("kind", ""), request.form.get("in_language", "")
    if kind not in DEFAULT_WORDING or language not in LANGUAGES:
        abort(404)
    typed = Wording(request.form.get("subject", "").strip(), request.form.get("body", "").replace("\r\n", "\n").strip())
    wrong = problems(typed, current_words()) if request.form.get("do") != "house" else {}
    if wrong or request.form.get("do") == "preview":
        return _page(round_, kind, language, typed, wrong), 422 if wrong else 200
    own = None if request.form.get("do") == "house" else typed
    round_letters.write(round_.id, kind, language, own, by=signed_in().id)
    flash(_("Saved."), "success")
    return redirect(url_for("secretariat.letters", code=code, kind=kind, in_language=language), 303)


def _page(
    round_: RoundFacts, kind: str, language: str, typed: Wording | None = None, wrong: dict[str, str] | None = None
) -> str:
    if kind not in DEFAULT_WORDING or language not in LANGUAGES:
        abort(404)
    everyone = round_letters.recipients(round_.id)
    sent = outbox.letters(round_id=round_.id)
    wording = typed or mailings.wording_of(round_, kind, language)
    wanted = request.values.get("to")
    seen = next(
        (recipient for recipient in everyone if recipient.participant_code == wanted), everyone[0] if everyone else None
    )
    shown = None
    if seen and not wrong:
        link = mail_settings().sign_in_link("…")
        shown = fill(wording, fields_of(round_, seen, link, words_in(language)))
    return render_template(
        "secretariat/letters.html",
        round=round_,
        title=round_.title(current_language()),
        kind=kind,
        wording=wording,
        in_language=language,
        own=set(round_letters.wordings(round_.id)),
        everyone=everyone,
        seen=seen,
        shown=shown,
        problems=wrong or {},
        errors=[(text, f"field-{name}") for name, text in (wrong or {}).items()],
        not_invited=len(everyone) - len({letter.person_id for letter in sent if letter.kind == "invitation"}),
        sent=sent,
        reminders=round_letters.reminders(round_.id),
        kinds=KINDS,
        whom=WHOM_LABELS,
        sent_labels=SENT_LABELS,
        counts={group: len(round_letters.recipients(round_.id, group)) for group in WHOM},
        today=utc_now().date(),
        last_attempts={
            letter.id: outbox.attempts(letter.id)[-1][2] for letter in sent if letter.given_up_at and not letter.sent_at
        },
    )


@blueprint.post("/rounds/<code>/invitations")
@role("secretariat")
def send_invitations(code: str) -> Any:
    """To everybody who answers for an invited participant, once; who has had one gets none again."""
    settings = mail_settings()
    count = mailings.send_invitations(round_or_404(code), settings)
    delivery.at_once(settings)
    flash(_("%(count)s letters are on their way.", count=count), "success")
    return redirect(url_for("secretariat.letters", code=code) + "#sent", 303)


@blueprint.post("/rounds/<code>/reminders")
@role("secretariat")
def plan_reminder(code: str) -> Any:
    """`cancel`: the id of one to cancel; else `whom` and `day` of a new one. Today: at once."""
    round_, form = round_or_404(code), request.form
    if posted_id("cancel"):
        round_letters.cancel(round_.id, posted_id("cancel"), by=signed_in().id)
        return redirect(url_for("secretariat.letters", code=code) + "#reminders", 303)
    if form.get("whom") not in WHOM:
        abort(404)
    try:
        day = read_day(form.get("day"))
    except ValueError:
        day = None
    if day is None:
        flash(_(NOT_A_DATE), "danger")
        return redirect(url_for("secretariat.letters", code=code) + "#reminders", 303)
    due = datetime.datetime.combine(day, datetime.time(8), datetime.UTC) if day > utc_now().date() else utc_now()
    round_letters.plan(round_.id, form["whom"], due, by=signed_in().id)
    settings = mail_settings()
    mailings.send_due_reminders(settings)
    delivery.at_once(settings)
    return redirect(url_for("secretariat.letters", code=code) + "#reminders", 303)
