"""The settings of letters, from the application that answers the request."""

from __future__ import annotations

from flask import current_app

from surveyapp.mail.settings import MailSettings


def mail_settings() -> MailSettings:
    """Of the application that answers the present request."""
    return MailSettings.of(current_app.config, current_app.instance_path)
