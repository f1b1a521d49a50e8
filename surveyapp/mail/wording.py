"""The house's own letters, and the fields that any letter of a round may have."""

from __future__ import annotations

import re
from collections.abc import Mapping

from flask_babel import gettext as _

from surveyapp.definition.messages import N_
from surveyapp.storage.mail.round_letters import Recipient, Wording
from surveyapp.storage.rounds.rounds import RoundFacts
from surveyapp.web.locale import current_language, words

FIELDS = ("name", "state", "round", "deadline", "link")
FIELD = re.compile(r"\{([^{}\s]*)\}")
LONGEST_SUBJECT, LONGEST_BODY = 200, 5_000
#: kind → (subject, body)
HOUSE = {
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


def house(kind: str) -> Wording:
    """In the language that is spoken now."""
    subject, body = HOUSE[kind]
    return Wording(_(subject), _(body))


def problems(wording: Wording) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, text, most in (("subject", wording.subject, LONGEST_SUBJECT), ("body", wording.body, LONGEST_BODY)):
        unknown = sorted({field for field in FIELD.findall(text) if field not in FIELDS})
        if not text.strip():
            found[name] = _("Write something here, or take the house's wording again.")
        elif len(text) > most:
            found[name] = _("Shorten this text.")
        elif unknown:
            names = " ".join(f"{{{one}}}" for one in FIELDS)
            found[name] = _("“{%(field)s}” is no field. There are: %(fields)s", field=unknown[0], fields=names)
    if "body" not in found and "{link}" not in wording.body:
        found["body"] = _("Leave the link in: write {link} where it is to stand.")
    if "subject" not in found and ("{link}" in wording.subject or "\n" in wording.subject):
        found["subject"] = _("A subject is one line without a link.")
    return found


def filled(wording: Wording, facts: Mapping[str, str]) -> Wording:
    """What a name holds is never read for fields again."""

    def put(text: str) -> str:
        return FIELD.sub(lambda found: facts.get(found[1], found[0]), text)

    return Wording(" ".join(put(wording.subject).split()), put(wording.body))


def facts_of(found: RoundFacts, to: Recipient, link: str) -> dict[str, str]:
    """In the language that is spoken now."""
    language = current_language()
    deadline = words.date(found.last_day) if found.last_day else _("further notice")
    state = to.participant_names.get(language) or to.participant_names["en"]
    return {"name": to.name, "state": state, "round": found.title(language), "deadline": deadline, "link": link}
