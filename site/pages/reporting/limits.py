"""How often one network, and everybody together, may try. No address is stored anywhere.

What is counted is a keyed hash of the network (IPv4 /24, IPv6 /56). Its key is random, lives in the
cache for a day and then is gone: nobody can compute afterwards who it was.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
from datetime import timedelta
from typing import NamedTuple

from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone

from access.guessing import client_address

EVERYBODY = "all"


class Limit(NamedTuple):
    """So many `times` in `within`, by network or by everybody."""

    purpose: str
    times: int
    within: timedelta


WRONG_CODES = Limit("wrong-code", 10, timedelta(minutes=15))
ANSWERS = Limit("answer", 30, timedelta(hours=1))
REPORTS = Limit("report", 20, timedelta(hours=1))
ALL_REPORTS = Limit("all-reports", 300, timedelta(hours=1))
APPOINTMENTS = Limit("appointment", 20, timedelta(hours=1))
DRAFTS = Limit("draft", 100, timedelta(hours=1))
PHOTOS = Limit("photo", 100, timedelta(hours=1))
ALL_PHOTOS = Limit("all-photos", 1500, timedelta(hours=1))  # some 2 GB, gone after a day


def is_reached(limit: Limit, request: HttpRequest) -> bool:
    """Whether nothing more is taken from this network for now."""
    times, _ends = cache.get(_key(limit, request), (0, None))
    return bool(times >= limit.times)


def count(limit: Limit, request: HttpRequest) -> None:
    """One more. The first one of a span starts it, and no later one moves its end.

    Not `cache.incr`: it gives the counter the cache's own lifetime of five minutes.
    """
    key, now = _key(limit, request), timezone.now()
    times, ends = cache.get(key, (0, now + limit.within))
    cache.set(key, (times + 1, ends), timeout=(ends - now).total_seconds())


def _key(limit: Limit, request: HttpRequest) -> str:
    who = EVERYBODY if limit in (ALL_REPORTS, ALL_PHOTOS) else _network(request)
    return f"reporting:{limit.purpose}:{who}"


def _network(request: HttpRequest) -> str:
    address = client_address(request)
    if address is None:
        return "unknown"
    ip = ipaddress.ip_address(address)
    width = 24 if ip.version == 4 else 56
    network = str(ipaddress.ip_network((ip, width), strict=False))
    return hmac.new(_key_of_today(), network.encode(), hashlib.sha256).hexdigest()[:32]


def _key_of_today() -> bytes:
    day = timezone.localdate().isoformat()
    lifetime = timedelta(days=1).total_seconds()
    key = cache.get_or_set(f"reporting:key:{day}", lambda: secrets.token_hex(32), lifetime)
    return bytes.fromhex(str(key))
