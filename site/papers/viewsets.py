"""How wordings and issued papers differ from a collection in general."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from backoffice.forms import edit_handler_of
from backoffice.views.editing import RecordCreateView, RecordEditView
from backoffice.viewsets import CollectionViewSet
from papers.actions import VERSION_STEPS
from papers.forms import TemplateForm
from papers.models import IssuedPaper, PaperTemplate
from papers.panels import IssuedFile, Versions
from papers.registry import papers


class TemplateEditView(RecordEditView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        declared = [paper for paper in papers() if paper.code == self.object.code]
        url = reverse("papers:preview", args=(self.object.pk,))
        return super().get_context_data(**kwargs, papers=declared, preview_url=url)


class TemplateCreateView(RecordCreateView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        url = reverse("papers:preview_new")
        return super().get_context_data(**kwargs, papers=papers(), preview_url=url)


class PaperTemplateViewSet(CollectionViewSet):
    model = PaperTemplate
    steps = VERSION_STEPS
    panels = (Versions,)
    add_view_class = TemplateCreateView
    edit_view_class = TemplateEditView
    create_template_name = edit_template_name = ["papers/editor.html"]

    def get_edit_handler(self) -> Any:
        handler = edit_handler_of(PaperTemplate)
        handler.base_form_class = TemplateForm
        return handler


class IssuedPaperViewSet(CollectionViewSet):
    model = IssuedPaper
    panels = (IssuedFile,)
