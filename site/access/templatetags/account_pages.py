"""What the pages around signing in need besides their view's context."""

from __future__ import annotations

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def site_name() -> str:
    """The name of this installation."""
    return settings.SITE_NAME
