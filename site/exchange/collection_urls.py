"""The addresses of a collection's tables, to be mounted in its own namespace beside "list"."""

from __future__ import annotations

from django.db.models import Model
from django.urls import URLPattern, path

from exchange.export.views import ExportView
from exchange.views import ImportView, TemplateView


def collection_urls(model: type[Model]) -> list[URLPattern]:
    upload = ImportView.as_view(model=model)
    upload.capped_upload = True  # type: ignore[attr-defined]  # see exchange.uploads
    return [
        path("import/", upload, name="import"),
        path("import/vorlage/", TemplateView.as_view(model=model), name="import_template"),
        path("export/", ExportView.as_view(model=model), name="export"),
    ]
