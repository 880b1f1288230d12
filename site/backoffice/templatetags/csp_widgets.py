"""`{% start_widget "initDateChooser" id config %}` in place of an inline script."""

from __future__ import annotations

import json
from typing import Any

from django import template
from django.utils.safestring import SafeString

from backoffice.csp_widgets import start_tag

register = template.Library()


@register.simple_tag
def start_widget(function: str, *arguments: Any) -> SafeString:
    """Calls `function(*arguments)` when the element appears."""
    return start_tag(function, list(arguments))


@register.simple_tag
def construct_widget(function: str, *arguments: Any) -> SafeString:
    """Calls `new function(*arguments)` when the element appears."""
    return start_tag(function, list(arguments), construct=True)


@register.filter
def parsed(text: str) -> Any:
    """The value a JSON text stands for."""
    return json.loads(text)
