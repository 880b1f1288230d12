"""The screens of reports."""

from __future__ import annotations

from typing import Any

from django.urls import path
from wagtail.admin.panels import FieldPanel

from agenda.panels import DeadlinesAndTasks
from backoffice.forms import edit_handler_of
from backoffice.viewsets import CollectionViewSet
from inspections.models import DefectReport, ReportPhoto
from inspections.reports.actions import REPORT_STEPS
from inspections.reports.forms import QuestionForm, ReportForm
from inspections.reports.panels import Alike, Danger, Dialogue, Photos
from inspections.reports.views import ReportCreateView, ReportListView, ReportPhotoFileView


class DefectReportViewSet(CollectionViewSet):
    model = DefectReport
    index_view_class = ReportListView
    add_view_class = ReportCreateView
    steps = REPORT_STEPS
    step_forms = {"ask": QuestionForm}
    panels = (Danger, Photos, Alike, Dialogue, DeadlinesAndTasks)

    def get_edit_handler(self) -> Any:
        handler = edit_handler_of(self.model)
        handler.base_form_class = ReportForm
        seed = FieldPanel("seed", attrs={"hidden": True})  # else it gets a heading
        handler.children = [*handler.children, seed.bind_to_model(self.model)]
        return handler


class ReportPhotoViewSet(CollectionViewSet):
    model = ReportPhoto

    def get_urlpatterns(self) -> list[Any]:
        file = self.construct_view(ReportPhotoFileView)
        return [*super().get_urlpatterns(), path("<int:pk>/file/", file, name="file")]
