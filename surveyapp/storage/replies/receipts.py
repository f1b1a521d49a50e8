"""What a receipt says, and how a reply is checked against it; docs/receipts.md tells it to those without this code.

Pure: texts in, texts out. A submission is one canonical JSON text; its SHA-256 is the receipt's. It names the
participant's submission before it by that one's SHA-256, so that none can be changed, left out or put in later.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from ..columns import canonical

FORM = 1  #: of the canonical text; a change of what it holds gets another number
#: what a receipt repeats of the submission, to be read without it
REPEATED = ("reference", "at", "round", "questionnaire", "version", "participant", "number", "previous")


def digest(text: str) -> str:
    """SHA-256 of the UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def receipt(snapshot: str) -> dict[str, Any]:
    """Of a submission's canonical text."""
    submission = json.loads(snapshot)
    return {"receipt": FORM, **{name: submission.get(name) for name in REPEATED}, "sha256": digest(snapshot)}


def check_reply(reply: str, against: str) -> list[str]:
    """Why the reply is not the one of the receipt; an empty list where it is. Raises ValueError: not JSON of ours."""
    submission, promised = _object(reply, "reply"), _object(against, "receipt")
    if "sha256" not in promised:
        raise ValueError("The receipt has no `sha256`: take the file that was downloaded as the receipt.")
    wrong = [
        f"`{name}` is {canonical(submission.get(name))} in the reply and {canonical(promised.get(name))} in the receipt."
        for name in REPEATED
        if submission.get(name) != promised.get(name)
    ]
    if (digest_now := digest(canonical(submission))) != promised["sha256"]:
        wrong.append(f"The reply's SHA-256 is {digest_now}; the receipt's is {promised['sha256']}.")
    return wrong


def check_chain(snapshots: Sequence[tuple[str, str]]) -> list[str]:
    """What is wrong with one participant's (text, receipt's SHA-256), the oldest first."""
    wrong, before = [], None
    for text, promised in snapshots:
        submission = json.loads(text)
        name = submission.get("reference") or promised[:12]
        if digest(text) != promised:
            wrong.append(f"{name}: the text was changed after it was submitted.")
        if submission.get("form") and submission.get("previous") != before:
            wrong.append(f"{name}: it does not follow the submission before it; one was removed, added or moved.")
        before = promised
    return wrong


def _object(text: str, part: str) -> dict[str, Any]:
    try:
        parsed = json.loads(text)
    except ValueError as wrong:
        raise ValueError(f"The {part} is not JSON: {wrong}.") from wrong
    if not isinstance(parsed, dict):
        raise ValueError(f"The {part} is not a JSON object.")
    return parsed
