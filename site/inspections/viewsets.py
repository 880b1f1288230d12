"""Where the screens of this room differ from what the declarations give."""

from __future__ import annotations

from typing import Any

from django.db import models, transaction
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _

from access.policy import policy_of
from agenda.panels import DeadlinesAndTasks
from backoffice.forms import RecordForm, edit_handler_of
from backoffice.views.editing import RecordCreateView, RecordEditView
from backoffice.views.record import RecordDetailView
from backoffice.viewsets import CollectionViewSet
from inspections import actions, panels, queries, rules
from inspections.enforcement.panels import ClosuresPanel, MeasuresPanel
from inspections.enforcement.viewsets import ClosureViewSet, MeasureViewSet
from inspections.forms import ClosingForm, DiscontinuingForm
from inspections.models import (
    ChecklistTemplate,
    FindingPhoto,
    Inspection,
    InspectionCase,
    Kind,
    Measure,
    Participation,
)
from inspections.reports.viewsets import DefectReportViewSet, ReportPhotoViewSet
from inspections.views.field_sheet import FieldSheetView
from inspections.views.photos import PhotoAddView, PhotoFileView
from inspections.views.sheet import SheetView
from papers.panels import Papers

__all__ = [
    "ClosureViewSet",
    "DefectReportViewSet",
    "MeasureViewSet",
    "ReportPhotoViewSet",
]  # files of their own, found from here


class CaseCreateView(RecordCreateView):
    """A new case gets its deadline at once, and its house is observed from then on."""

    def save_instance(self) -> models.Model:
        with transaction.atomic():
            case: Any = super().save_instance()
            actions.case_was_opened(case)
        return case


class CaseDetailView(RecordDetailView):
    """The way of the case stands above everything else: where it is, and what may come next."""

    told_by_panels = (Inspection, Measure)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs, phases=panels.phases_of(self.object))


class CaseViewSet(CollectionViewSet):
    model = InspectionCase
    add_view_class = CaseCreateView
    inspect_view_class = CaseDetailView
    steps = actions.CASE_STEPS
    step_forms = {"close": ClosingForm, "discontinue": DiscontinuingForm}
    panels = (
        panels.VisitsPanel,
        panels.DeficienciesPanel,
        MeasuresPanel,
        ClosuresPanel,
        DeadlinesAndTasks,
    )


class InspectionForm(RecordForm):
    """Planned here, an inspection belongs to a case; only those that came in a table have none."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "case" in self.fields:
            self.fields["case"].required = self.instance.pk is None or bool(self.instance.case_id)


class InspectionCreateView(RecordCreateView):
    """Planning from a case (`add/?case=12`) starts with what the case says already."""

    def get_initial(self) -> dict[str, Any]:
        initial = super().get_initial()
        number = initial.get("case")
        seen = policy_of(InspectionCase).visible(self.request.user)
        case: Any = seen.filter(pk=number).first() if number else None
        if case is None:
            return initial
        return {**_from_case(case), **initial}


class InspectionEditView(RecordEditView):
    """Another day or hour comes before the invited authorities at once."""

    def save_instance(self) -> models.Model:
        moved = {"inspected_on", "planned_time"} & set(self.form.changed_data)
        with transaction.atomic():
            visit: Any = super().save_instance()
            if moved and visit.state == rules.State.PLANNED:
                actions.inspection_was_moved(visit, user=self.request.user)
        return visit


def _from_case(case: InspectionCase) -> dict[str, Any]:
    last = queries.last_locked(case)
    follows = case.phase == rules.Phase.FOLLOW_UP and last is not None
    template = None if follows else queries.template_on(timezone.localdate())
    return {
        "building": case.building_id,
        "dwelling": case.dwelling_id,
        "reason": case.reasons.split(",")[0],
        "kind": Kind.FOLLOW_UP if follows else Kind.INITIAL,
        "follow_up_of": last.pk if follows and last is not None else None,
        "template": template.pk if template else None,
    }


class InspectionDetailView(RecordDetailView):
    """With the way to the checklist at the top, where a thumb finds it."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        if self.may("change", self.object):
            sheet = ("sheet", _("Prüfbogen"), self._url(self._sibling("sheet")))
            context["tabs"].insert(1, sheet)
        return context


class InspectionViewSet(CollectionViewSet):
    model = Inspection
    add_view_class = InspectionCreateView
    edit_view_class = InspectionEditView
    inspect_view_class = InspectionDetailView
    steps = actions.INSPECTION_STEPS
    panels = (
        panels.LockedPanel,
        Papers,
        panels.SheetPanel,
        panels.PhotosPanel,
        DeadlinesAndTasks,
    )

    def get_edit_handler(self) -> Any:
        handler = edit_handler_of(self.model)
        handler.base_form_class = InspectionForm
        return handler

    def get_urlpatterns(self) -> list[Any]:
        photo = self.construct_view(PhotoAddView)
        photo.capped_upload = True
        return [
            *super().get_urlpatterns(),
            path("<int:pk>/sheet/", self.construct_view(SheetView), name="sheet"),
            path("<int:pk>/photo/", photo, name="photo"),
            path("<int:pk>/field-sheet/", self.construct_view(FieldSheetView), name="field_sheet"),
        ]


class PhotoViewSet(CollectionViewSet):
    model = FindingPhoto
    panels = (panels.PicturePanel,)

    def get_urlpatterns(self) -> list[Any]:
        return [
            *super().get_urlpatterns(),
            path("<int:pk>/file/", self.construct_view(PhotoFileView), name="file"),
        ]


class ParticipationCreateView(RecordCreateView):
    """An invitation comes before the invited authority as a task."""

    def save_instance(self) -> models.Model:
        with transaction.atomic():
            sheet: Any = super().save_instance()
            actions.authority_was_invited(sheet)
        return sheet


class ParticipationViewSet(CollectionViewSet):
    model = Participation
    add_view_class = ParticipationCreateView
    steps = actions.PARTICIPATION_STEPS
    panels = (panels.AppointmentPanel,)


class ChecklistTemplateViewSet(CollectionViewSet):
    model = ChecklistTemplate
    steps = actions.TEMPLATE_STEPS
