"""What a browser may do with our pages: one policy for the portal, one for the admin.

The portal's policy is in the settings and allows nothing but our own files. The admin's differs in
two lines, for Wagtail's rich-text editor, which writes style elements whose content changes. No
page needs an inline script: `csp_widgets` sees to Wagtail's.
"""

from __future__ import annotations

from typing import Any

from csp.constants import SELF, UNSAFE_INLINE
from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from access.areas import for_staff, in_admin

ADMIN = {
    "style-src-elem": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
    "frame-src": [SELF],
}


# No documents and no scripts: browsers read no policy with them, and a first visit pays for each.
_MERE_MATERIAL = ("text/css", "font/")


class BrowserPolicyMiddleware(CSPMiddleware):
    """Sets the headers on every response, errors and static files that can run included."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if response.get("Content-Type", "").startswith(_MERE_MATERIAL):
            return response
        response = super().process_response(request, response)
        response.headers.setdefault("Permissions-Policy", settings.PERMISSIONS_POLICY)
        if for_staff(request):
            response.headers["Cache-Control"] = "no-store, private"
        return response

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if in_admin(request) and not report_only:
            replaced: dict[str, Any] = parts.replace or {}
            parts.replace = ADMIN | replaced
        return parts
