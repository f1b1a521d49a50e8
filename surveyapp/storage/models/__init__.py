"""The tables. Their constraints are the last wall: the code above them should never let one speak."""

from .answers import Answer, AnswerRevision, ReopenRequest, Response, Submission
from .audit import AuditEvent, AuditSeal
from .coding import Coding, Quotation, Theme
from .delegation import Clearance, Comment, Delegation, Entry, Proposal
from .discussion import Discussion, GuidingQuestion, Intervention
from .documents import Document
from .jobs import Job
from .mail import Bounce, MailAttempt, MailServerTrouble, OutboxMessage, Reminder, RoundLetter
from .participants import Participant, TreatyStatusPeriod
from .people import Person, RateLimit, Role, SignInSession, SignInToken
from .proofs import AuthenticatorApp, Challenge, Passkey, Password, ProviderIdentity, RecoveryCode
from .reports import Freeze, Paragraph, ParagraphComment, ParagraphVersion, Report
from .rollups import ReplySet, Rollup, Uncounted
from .rounds import Round, Version
from .translations import Translation
from .unsaved import ProposalDraft, UnsavedWords

__all__ = [
    "Answer",
    "AnswerRevision",
    "AuditEvent",
    "AuditSeal",
    "AuthenticatorApp",
    "Bounce",
    "Challenge",
    "Clearance",
    "Coding",
    "Comment",
    "Delegation",
    "Discussion",
    "Document",
    "Entry",
    "Freeze",
    "GuidingQuestion",
    "Intervention",
    "Job",
    "MailAttempt",
    "MailServerTrouble",
    "OutboxMessage",
    "Paragraph",
    "ParagraphComment",
    "ParagraphVersion",
    "Participant",
    "Passkey",
    "Password",
    "Person",
    "Proposal",
    "ProposalDraft",
    "ProviderIdentity",
    "Quotation",
    "RateLimit",
    "RecoveryCode",
    "Reminder",
    "ReopenRequest",
    "ReplySet",
    "Report",
    "Response",
    "Role",
    "Rollup",
    "Round",
    "RoundLetter",
    "SignInSession",
    "SignInToken",
    "Submission",
    "Theme",
    "Translation",
    "TreatyStatusPeriod",
    "Uncounted",
    "UnsavedWords",
    "Version",
]
