"""The tables. Their constraints are the last wall: the code above them should never let one speak."""

from .answers import Answer, AnswerRevision, ReopenRequest, Response, Submission
from .delegation import Clearance, Comment, Delegation, Proposal
from .documents import Document
from .office import AuditEvent, OutboxMessage, RateLimit
from .participants import Participant, TreatyStatusPeriod
from .people import Person, Role, SignInSession, SignInToken
from .rounds import Round, Version
from .translations import Translation

#: nothing in these may be changed or removed, by a trigger on both databases; see `storage.append_only`
APPEND_ONLY = (
    "answer_revisions",
    "submissions",
    "versions",
    "audit_events",
    "comments",
    "clearances",
    "documents",
    "translations",
)

__all__ = [
    "APPEND_ONLY",
    "Answer",
    "AnswerRevision",
    "AuditEvent",
    "Clearance",
    "Comment",
    "Delegation",
    "Document",
    "OutboxMessage",
    "Participant",
    "Person",
    "Proposal",
    "RateLimit",
    "ReopenRequest",
    "Response",
    "Role",
    "Round",
    "SignInSession",
    "SignInToken",
    "Submission",
    "Translation",
    "TreatyStatusPeriod",
    "Version",
]
