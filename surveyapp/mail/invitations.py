"""Letters to one person: an invitation to enrol or to sign in, and word of what waits for them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import current_app
from flask_babel import gettext as _

from surveyapp.storage.mail import outbox
from surveyapp.storage.people import accounts, tokens
from surveyapp.storage.replies.behalf import EntryFacts
from surveyapp.storage.replies.responses import ResponseState
from surveyapp.web.locale import speaking

from . import delivery


def invite(person_id: int, subject: str, lines: Sequence[str]) -> None:
    """`lines` are what the inviting person wrote; they are quoted as they are."""
    person = accounts.person(person_id)
    if person is None:
        return
    token = tokens.issue(person_id, "invitation")
    with speaking(person.language):
        body = [
            _("Dear %(name)s,", name=person.name),
            _("You are invited to take part in the reply to a questionnaire. Open this link to begin:"),
            f"{_base()}/sign-in/{token}",
            *lines,
            _(
                "The link leads to a page that sends you a sign-in link. If you did not expect this letter, you need do nothing."
            ),
        ]
    text = "\n\n".join(body) + "\n"
    outbox.enqueue(person.email, subject, text, kind="appointment", secret=token, person_id=person.id)
    delivery.at_once(current_app)


def ask_to_confirm(person_id: int, state: ResponseState, entry: EntryFacts) -> None:
    """The secretariat has entered a reply on the State's behalf: the focal point decides whether it is the State's word."""
    tell(
        person_id,
        lambda: _("Please confirm a reply that was entered for your State"),
        lambda language: [
            _(
                "The secretariat has entered answers to “%(round)s” on behalf of %(state)s, from: %(source)s.",
                round=state.round.title(language),
                state=state.participant.name(language),
                source=entry.source,
            ),
            _(
                "They are no answers of the State until you confirm and submit them. Read them, and confirm or return them:"
            ),
            f"{_base()}/reply/{state.round.code}/proposals",
        ],
        round_id=state.round.id,
    )


def answered(person_id: int, state: ResponseState, text: str, address: str) -> None:
    """The secretariat has answered a question of theirs. `address`: the page where it stands."""
    tell(
        person_id,
        lambda: _("The secretariat has answered you"),
        lambda language: [_("On “%(round)s”:", round=state.round.title(language)), text, f"{_base()}{address}"],
        round_id=state.round.id,
    )


def tell(
    person_id: int, subject: Callable[[], str], lines: Callable[[str], Sequence[str]], *, round_id: int | None = None
) -> None:
    """A letter in the person's own language. Who was let out gets none."""
    person = accounts.person(person_id)
    if person is None:
        return
    with speaking(person.language):
        title, body = subject(), [_("Dear %(name)s,", name=person.name), *lines(person.language)]
    text = "\n\n".join(body) + "\n"
    outbox.enqueue(person.email, title, text, kind="letter", person_id=person.id, round_id=round_id)


def _base() -> str:
    return str(current_app.config["BASE_URL"].rstrip("/"))
