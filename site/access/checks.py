"""What is said at start about how people sign in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register


@register(Tags.security)
def second_factor_required(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A password alone is enough only on a machine for trying out."""
    if settings.MFA_REQUIRED or not settings.HTTPS:
        return []
    return [
        Warning(
            "MFA_REQUIRED is off: staff reach personal data with a password alone.",
            hint="Remove MFA_REQUIRED from the environment, or set it to on.",
            id="access.W001",
        )
    ]
