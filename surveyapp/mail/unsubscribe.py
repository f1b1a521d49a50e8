"""The signed link of a reminder that stops further ones, without signing in."""

from __future__ import annotations

from itsdangerous import BadSignature, URLSafeSerializer

from .settings import MailSettings


def unsubscribe_link(person_id: int, settings: MailSettings) -> str:
    """It does not end: who wants no reminders wants none from old letters either."""
    return settings.link(f"/reminders/{_signer(settings.secret_key).dumps(person_id)}")


def read_token(token: str, secret_key: str) -> int | None:
    """The id of the person whose reminders the link is about; None for a token that is not ours."""
    try:
        return int(_signer(secret_key).loads(token))
    except (BadSignature, TypeError, ValueError):
        return None


def _signer(secret_key: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret_key, salt="reminders")
