"""Wagtail's bulk actions never touch records.

Measured on Wagtail 8: the bulk delete with `id=all` takes the whole table past every filter and
leaves no log entry. So their address is answered here first, and for records with 404.
"""

from __future__ import annotations

from django.apps import apps
from django.http import Http404, HttpRequest, HttpResponse
from wagtail.admin.auth import require_admin_access
from wagtail.admin.views.bulk_action.dispatcher import index as wagtail_bulk_action

from catalogue.naming import is_collection


@require_admin_access
def bulk_action(request: HttpRequest, app_label: str, model_name: str, action: str) -> HttpResponse:
    try:
        model = apps.get_model(app_label, model_name)
    except LookupError:
        raise Http404 from None
    if is_collection(model):
        raise Http404
    return wagtail_bulk_action(request, app_label, model_name, action)
