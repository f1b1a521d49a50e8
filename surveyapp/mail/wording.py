"""The default wording of letters, and the fields that any letter of a round may have."""

from __future__ import annotations

import re
from collections.abc import Mapping

from surveyapp.definition.messages import N_
from surveyapp.storage.mail.round_letters import Recipient, Wording
from surveyapp.storage.rounds.rounds import RoundFacts
from surveyapp.words import LanguageWords

FIELDS = ("name", "state", "round", "deadline", "link")
FIELD = re.compile(r"\{([^{}\s]*)\}")
MAX_SUBJECT_LENGTH, MAX_BODY_LENGTH = 200, 5_000
#: kind → (subject, body)
DEFAULT_WORDING = {
    "invitation": (
        N_("Questionnaire: {round}"),
        N_(
            "Dear {name},\n\n{state} is invited to reply to the questionnaire “{round}”. Answers are taken until {deadline}.\n\n"
            "This link is yours alone, and leads to a page that sends you a sign-in link:\n\n{link}\n\n"
            "You can answer in parts, in any of the languages offered, and put sections into the hands of colleagues. Nothing that you "
            "save is lost."
        ),
    ),
    "reminder": (
        N_("Reminder: {round}"),
        N_(
            "Dear {name},\n\nThe reply of {state} to the questionnaire “{round}” has not been submitted yet. Answers are taken until "
            "{deadline}.\n\nThis link is yours alone, and leads to a page that sends you a sign-in link:\n\n{link}\n\n"
            "If the reply has been submitted meanwhile, please disregard this letter."
        ),
    ),
}


def default_wording(kind: str, words: LanguageWords) -> Wording:
    """`kind`: one of `DEFAULT_WORDING`."""
    subject, body = DEFAULT_WORDING[kind]
    return Wording(words.gettext(subject), words.gettext(body))


def problems(wording: Wording, words: LanguageWords) -> dict[str, str]:
    """What is wrong, by the name of the field it stands in: subject or body."""
    _ = words.gettext
    lengths = (("subject", wording.subject, MAX_SUBJECT_LENGTH), ("body", wording.body, MAX_BODY_LENGTH))
    problems = {name: text for name, typed, most in lengths if (text := _text_problem(typed, most, words))}
    if "body" not in problems and "{link}" not in wording.body:
        problems["body"] = _("Leave the link in: write {link} where it is to stand.")
    if "subject" not in problems and ("{link}" in wording.subject or "\n" in wording.subject):
        problems["subject"] = _("A subject is one line without a link.")
    return problems


def _text_problem(typed: str, most: int, words: LanguageWords) -> str | None:
    _ = words.gettext
    unknown = sorted({field for field in FIELD.findall(typed) if field not in FIELDS})
    if not typed.strip():
        return _("Write something here, or take the house's wording again.")
    if len(typed) > most:
        return _("Shorten this text.")
    if unknown:
        names = " ".join(f"{{{field}}}" for field in FIELDS)
        return _("“{%(field)s}” is no field. There are: %(fields)s", field=unknown[0], fields=names)
    return None


def fill(wording: Wording, values: Mapping[str, str]) -> Wording:
    """With the fields' values in place. What a value holds is never read for fields again."""

    def put(text: str) -> str:
        return FIELD.sub(lambda field: values.get(field[1], field[0]), text)

    return Wording(" ".join(put(wording.subject).split()), put(wording.body))


def fields_of(round: RoundFacts, to: Recipient, link: str, words: LanguageWords) -> dict[str, str]:
    """The value of each of `FIELDS` in a letter to this person."""
    deadline = words.deadline(round.deadline) if round.deadline else words.gettext("further notice")
    state = to.participant_names.get(words.language) or to.participant_names["en"]
    return {"name": to.name, "state": state, "round": round.title(words.language), "deadline": deadline, "link": link}
