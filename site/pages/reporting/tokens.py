"""What a form of the portal carries instead of a cookie: a signed seed with its time.

The seed makes a form that is sent twice one report (`inspections.reports.actions.receive`); the
time tells a form sent by a program in no time. That a page of another site cannot send the form is
checked by the browser's own headers (`sent_from_here`): there is no signed-in person whose rights
such a page could borrow, so there is nothing else for a cookie to protect.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from urllib.parse import urlsplit

from django.core import signing
from django.http import HttpRequest

QUICKEST = timedelta(seconds=3)
LONGEST = timedelta(hours=12)
_SALT = "pages.reporting"


class TooFast(ValueError):  # noqa: N818
    """Nobody fills in the form that quickly."""


class TooOld(ValueError):  # noqa: N818
    """The form was opened too long ago, or its token is none of ours."""


def new_token() -> str:
    """For a form that is shown now. Holds 128 random bits and the time."""
    return signing.TimestampSigner(salt=_SALT).sign(secrets.token_urlsafe(16))


def seed_of(token: str) -> str:
    """The seed of a token. Raises TooOld."""
    try:
        return signing.TimestampSigner(salt=_SALT).unsign(token, max_age=LONGEST)
    except signing.BadSignature:
        raise TooOld from None


def renewed(token: str) -> str:
    """For a form that was open too long: the same seed, so that its draft is found. Raises TooOld."""
    signer = signing.TimestampSigner(salt=_SALT)
    try:
        return signer.sign(signer.unsign(token))
    except signing.BadSignature:
        raise TooOld from None


def require_time(token: str) -> None:
    """Raises TooFast while the form cannot have been filled in by a person, TooOld."""
    seed_of(token)
    try:
        signing.TimestampSigner(salt=_SALT).unsign(token, max_age=QUICKEST)
    except signing.SignatureExpired:
        return
    raise TooFast


def sent_from_here(request: HttpRequest) -> bool:
    """False only where the browser says that a page of another site sent this.

    Browsers from before 2020 (Safari: 2023) do not tell the site, many tell no origin or "null":
    no old phone is turned away for what it leaves unsaid.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin", "null")
    return origin == "null" or urlsplit(origin).netloc == request.get_host()
