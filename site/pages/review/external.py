"""Whether the addresses of other hosts still answer. Run by the worker, never while serving."""

from __future__ import annotations

import ipaddress
import socket
from datetime import timedelta
from urllib.parse import urlsplit

import requests
import structlog
from django.utils import timezone

from pages.models import ExternalLink
from pages.review.links import external_addresses

log = structlog.get_logger(__name__)

EVERY = timedelta(days=7)
AT_ONCE = 50  # so many addresses in one run, so that the worker has time for other work
PATIENCE = 10  # seconds
# Refused to programs, open to people: says nothing about the link.
NOT_FOR_US = {401, 403, 405, 406, 429, 999}


def check_some() -> int:
    """Asks the addresses that were not asked for a week, the longest unasked first; how many.

    Forgets what is linked no more. A failure is one only when the next run finds it again, so
    that a short outage of somebody else's server troubles nobody.
    """
    linked = external_addresses()
    ExternalLink.objects.exclude(url__in=linked).delete()
    known = set(ExternalLink.objects.values_list("url", flat=True))
    ExternalLink.objects.bulk_create(ExternalLink(url=url) for url in sorted(linked - known))
    due = ExternalLink.objects.due(timezone.now() - EVERY)[:AT_ONCE]
    for link in due:
        link.note(problem_of(link.url))
    return len(due)


def problem_of(url: str) -> str:
    """What is wrong with an address, "" when it answers. Never asks hosts of the own network."""
    try:
        if not _is_public(urlsplit(url).hostname or ""):
            return "host"
        with requests.get(
            url,
            timeout=PATIENCE,
            stream=True,
            allow_redirects=False,
            headers={"User-Agent": "portal-link-check"},
        ) as answer:
            status = answer.status_code
    except (requests.RequestException, OSError, UnicodeError) as error:
        log.info("external_link_failed", error=type(error).__name__)
        return "unreachable"
    return str(status) if status >= 400 and status not in NOT_FOR_US else ""


def _is_public(host: str) -> bool:
    addresses = {str(info[4][0]) for info in socket.getaddrinfo(host, None)}
    return bool(addresses) and all(ipaddress.ip_address(one).is_global for one in addresses)
