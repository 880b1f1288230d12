"""Letting a deadline run, also where the figure of the law is missing."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils.translation import gettext as _

from agenda.actions import add_task, set_deadline
from law.queries import FigureMissing


def run_deadline(owner: Any, kind: str, event: datetime.date, key: str, title: str) -> None:
    """Let a deadline run; where the law's figure is missing, somebody has to set it by hand."""
    try:
        set_deadline(owner=owner, kind=kind, event_on=event, length_key=key, title=title)
    except FigureMissing:
        add_task(
            title=_("Frist von Hand setzen: %(title)s") % {"title": title},
            owner=owner,
            origin=f"{kind}.figure",
        )
