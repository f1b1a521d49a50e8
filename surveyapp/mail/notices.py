"""Letters to one person that say what has happened or what waits for them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from surveyapp.storage.mail import outbox
from surveyapp.storage.people import accounts
from surveyapp.storage.replies.behalf import EntryFacts
from surveyapp.storage.replies.responses import ResponseState
from surveyapp.words import LanguageWords, words_in

from . import delivery
from .settings import MailSettings

#: (subject, paragraphs) in these words
Write = Callable[[LanguageWords], tuple[str, Sequence[str]]]


def ask_to_confirm(person_id: int, state: ResponseState, entry: EntryFacts, settings: MailSettings) -> None:
    """The secretariat has entered a reply on the State's behalf: the focal point decides whether it is the State's word."""

    def write(words: LanguageWords) -> tuple[str, Sequence[str]]:
        _ = words.gettext
        return _("Please confirm a reply that was entered for your State"), [
            _(
                "The secretariat has entered answers to “%(round)s” on behalf of %(state)s, from: %(source)s.",
                round=state.round.title(words.language),
                state=state.participant.name(words.language),
                source=entry.source,
            ),
            _(
                "They are no answers of the State until you confirm and submit them. Read them, and confirm or return them:"
            ),
            settings.link(f"/reply/{state.round.code}/proposals"),
        ]

    send_notice(person_id, write, round_id=state.round.id)


def send_answer(person_id: int, state: ResponseState, text: str, path: str, settings: MailSettings) -> None:
    """The secretariat has answered a question of theirs. `path`: the page where it stands."""

    def write(words: LanguageWords) -> tuple[str, Sequence[str]]:
        _ = words.gettext
        about = _("On “%(round)s”:", round=state.round.title(words.language))
        return _("The secretariat has answered you"), [about, text, settings.link(path)]

    send_notice(person_id, write, round_id=state.round.id)


def send_sign_in_change(person_id: int, change: str, settings: MailSettings) -> None:
    """Of every change of a password or second factor, so that nobody else makes one unseen. `change`: a text of the
    catalogues, not translated yet."""

    def write(words: LanguageWords) -> tuple[str, Sequence[str]]:
        _ = words.gettext
        warning = _("If this was not you, write to the secretariat at once: it can sign you out everywhere.")
        return _("Your sign-in was changed"), [words.gettext(change), warning]

    send_notice(person_id, write, kind="sign_in")
    delivery.at_once(settings)


def send_notice(person_id: int, write: Write, *, kind: str = "letter", round_id: int | None = None) -> None:
    """A letter in the person's own language, into the outbox. A deactivated account gets none."""
    person = accounts.person(person_id)
    if person is None:
        return
    words = words_in(person.language)
    _ = words.gettext
    subject, paragraphs = write(words)
    body = "\n\n".join([_("Dear %(name)s,", name=person.name), *paragraphs]) + "\n"
    outbox.enqueue(
        person.email, subject, body, kind=kind, person_id=person.id, round_id=round_id, language=words.language
    )
