"""A round's invitations and reminders: each in its reader's language, each once."""

from __future__ import annotations

from typing import Any

from surveyapp.storage.mail import outbox, round_letters
from surveyapp.storage.mail.round_letters import Recipient, ReminderFacts, Wording
from surveyapp.storage.people import tokens
from surveyapp.storage.rounds import rounds
from surveyapp.storage.rounds.rounds import RoundFacts
from surveyapp.words import words_in

from .settings import MailSettings
from .unsubscribe import unsubscribe_link
from .wording import default_wording, fields_of, fill


def wording_of(round: RoundFacts, kind: str, language: str) -> Wording:
    """The round's own wording, or the default one. `kind`: one of `wording.DEFAULT_WORDING`."""
    own = round_letters.wordings(round.id).get((kind, language))
    return own or default_wording(kind, words_in(language))


def send_invitations(round: RoundFacts, settings: MailSettings) -> int:
    """To everybody who answers for an invited participant, once. Returns how many letters were queued."""
    return sum(
        send_letter(round, "invitation", recipient, f"invitation:{round.id}:{_for_whom(recipient)}", settings)
        for recipient in round_letters.recipients(round.id)
        if not outbox.was_queued(f"invitation:{round.id}:{recipient.person_id}")  # as earlier versions named it
    )


def _for_whom(recipient: Recipient) -> str:
    """Somebody who answers for two participants gets a letter about each."""
    return f"{recipient.person_id}:{recipient.participant_id}"


def send_due_reminders(settings: MailSettings) -> int:
    """Those whose moment has come. Returns how many reminders, not letters, went out."""
    return round_letters.send_due(lambda reminder: _send_reminder(reminder, settings))


def _send_reminder(reminder: ReminderFacts, settings: MailSettings) -> int:
    round = rounds.round_by_id(reminder.round_id)
    return sum(
        send_letter(round, "reminder", recipient, f"reminder:{reminder.id}:{_for_whom(recipient)}", settings)
        for recipient in round_letters.recipients(round.id, reminder.whom)
    )


def send_letter(round: RoundFacts, kind: str, to: Recipient, key: str, settings: MailSettings) -> bool:
    """Into the outbox. False where a letter of this `key` was queued before."""
    token, words = tokens.issue(to.person_id, "invitation"), words_in(to.language)
    wording = fill(wording_of(round, kind, to.language), fields_of(round, to, settings.sign_in_link(token), words))
    body = wording.body
    if kind == "reminder":
        _ = words.gettext
        body += "\n\n" + _("To get no more reminders:") + f"\n{unsubscribe_link(to.person_id, settings)}"
    about: dict[str, Any] = {"person_id": to.person_id, "round_id": round.id, "language": words.language}
    return outbox.enqueue(to.email, wording.subject, body + "\n", kind=kind, secret=token, key=key, **about) is not None
