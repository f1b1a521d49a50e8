"""Codes of an authenticator app (RFC 6238). The secret is kept encrypted: a copy of the database makes no codes."""

from __future__ import annotations

import base64
import hmac
import io
import json
import time

import pyotp
import segno
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app

from surveyapp.definition.question_types.numbers import western
from surveyapp.storage.people import proofs

#: seconds that one code is good for; one before and one after are taken too, for clocks that differ
STEP = 30
#: seconds in which an app has to be set up once its secret is shown
SET_UP_TIME = 3600


def new_secret(person_id: int) -> str:
    """Sealed, to travel in the form by which it is set up."""
    return _box().encrypt(json.dumps([person_id, pyotp.random_base32()]).encode()).decode()


def opened(sealed: str, person_id: int) -> str | None:
    """None where it was not made for this person, or too long ago."""
    try:
        owner, secret = json.loads(_box().decrypt(sealed.encode(), ttl=SET_UP_TIME))
    except (InvalidToken, ValueError, TypeError):
        return None
    return str(secret) if owner == person_id else None


def set_up(person_id: int, secret: str, code: str) -> bool:
    """False where the code is not of this secret."""
    step = _step_of(secret, code)
    if step is None:
        return False
    proofs.set_app(person_id, _box().encrypt(secret.encode()).decode(), step)
    return True


def proves(person_id: int, code: str) -> bool:
    """Takes each code once."""
    kept = proofs.app_of(person_id)
    if kept is None:
        return False
    try:
        secret = _box().decrypt(kept.encode()).decode()
    except InvalidToken:
        current_app.logger.error("authenticator app: its secret is of another SECRET_KEY")
        return False
    step = _step_of(secret, code)
    return step is not None and proofs.use_step(person_id, step)


def picture(secret: str, email: str) -> str:
    """The QR code that an app reads, as a data address of an SVG picture."""
    drawn = io.BytesIO()
    segno.make(address(secret, email), error="m").save(drawn, kind="svg", scale=5, border=4, light="#fff")
    return "data:image/svg+xml;base64," + base64.b64encode(drawn.getvalue()).decode()


def address(secret: str, email: str) -> str:
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name="surveyapp")


def _step_of(secret: str, code: str) -> int | None:
    typed = "".join(letter for letter in western(code) if letter in "0123456789")
    now, codes = int(time.time()) // STEP, pyotp.TOTP(secret, interval=STEP)
    steps = (step for step in (now, now - 1, now + 1) if hmac.compare_digest(codes.at(step * STEP), typed))
    return next(steps, None)


def _box() -> Fernet:
    made = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"surveyapp authenticator apps")
    return Fernet(base64.urlsafe_b64encode(made.derive(current_app.config["SECRET_KEY"].encode())))
