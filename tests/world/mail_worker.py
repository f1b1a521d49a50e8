"""A worker that does nothing but send letters, until it is killed: `python -m tests.world.mail_worker DATABASE SERVER`."""

from __future__ import annotations

import sys
import time

from surveyapp import create_app
from surveyapp.mail import delivery
from surveyapp.mail.settings import MailSettings

if __name__ == "__main__":
    database, server, instance = sys.argv[1:]
    settings = {"DATABASE_URL": database, "MAIL_SERVER": server, "MAIL_LEASE": 1, "SECRET_KEY": "test"}
    app = create_app(settings, instance)
    mail_settings = MailSettings.of(app.config, app.instance_path)
    with app.app_context():
        while True:
            if not delivery.deliver(mail_settings):
                time.sleep(0.05)
