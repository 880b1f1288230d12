"""Filters of the portal's templates."""

from __future__ import annotations

from datetime import date

from babel.dates import format_date
from django import template

from pages.languages import active_locale

register = template.Library()


@register.filter
def long_date(day: date | None) -> str:
    """A day in the active language: "22. November 2026", "22 noiembrie 2026". None: nothing.

    Unicode CLDR instead of Django's formats, which write Romanian months with a capital letter.
    """
    return format_date(day, "long", locale=active_locale()) if day else ""
