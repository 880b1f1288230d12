"""What is no page: the portal's pictures."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe
from django.views.static import serve


@require_safe
def picture(request: HttpRequest, path: str) -> HttpResponseBase:
    """A resized picture. Originals, documents and uploads are not files of the web server: only
    this one folder of MEDIA_ROOT can be reached. A web server in front may serve it as well."""
    response = serve(request, path, document_root=str(Path(settings.MEDIA_ROOT) / "images"))
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response
