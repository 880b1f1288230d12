"""Where the screens of measures and closures differ from what the declarations give."""

from __future__ import annotations

from typing import Any

from django.urls import path
from wagtail.admin.panels import FieldPanel, MultiFieldPanel

from agenda.panels import DeadlinesAndTasks
from backoffice.forms import edit_handler_of
from backoffice.viewsets import CollectionViewSet
from inspections.enforcement import actions, letters
from inspections.enforcement.forms import (
    AssessmentForm,
    HearingForm,
    MeasureForm,
    PostForm,
    ServeForm,
    StatementForm,
    WaiverForm,
)
from inspections.enforcement.panels import (
    ClosuresPanel,
    CoursePanel,
    ResidentsPanel,
    TargetsPanel,
)
from inspections.enforcement.views import (
    ClosureCreateView,
    HearingPreviewView,
    MeasureCreateView,
    PreviewView,
    RehousingView,
)
from inspections.models import Closure, Delivery, Hearing, Measure, Order, RehousingNeed
from papers.panels import Papers


class MeasureViewSet(CollectionViewSet):
    model = Measure
    add_view_class = MeasureCreateView
    steps = actions.MEASURE_STEPS
    step_forms = {
        "start_hearing": HearingForm,
        "waive_hearing": WaiverForm,
        "record_statement": StatementForm,
        "assess": AssessmentForm,
        "post": PostForm,
        "serve": ServeForm,
    }
    panels = (TargetsPanel, CoursePanel, ClosuresPanel, DeadlinesAndTasks)

    def get_edit_handler(self) -> Any:
        handler = edit_handler_of(self.model)
        targets = MultiFieldPanel(
            [FieldPanel("findings")], MeasureForm.base_fields["findings"].label
        )
        handler.base_form_class = MeasureForm
        handler.children = [
            handler.children[0],
            targets.bind_to_model(self.model),
            *handler.children[1:],
        ]
        return handler

    def get_urlpatterns(self) -> list[Any]:
        hearing = self.construct_view(HearingPreviewView)
        order = self.construct_view(PreviewView)
        return [
            *super().get_urlpatterns(),
            path("<int:pk>/preview/hearing/", hearing, name=letters.HEARING),
            path("<int:pk>/preview/order/", order, name=letters.ORDER),
        ]


class HearingViewSet(CollectionViewSet):
    model = Hearing
    panels = (Papers,)


class OrderViewSet(CollectionViewSet):
    model = Order
    panels = (Papers,)


class DeliveryViewSet(CollectionViewSet):
    model = Delivery
    steps = actions.DELIVERY_STEPS


class ClosureViewSet(CollectionViewSet):
    model = Closure
    add_view_class = ClosureCreateView
    steps = actions.CLOSURE_STEPS
    panels = (ResidentsPanel, DeadlinesAndTasks)

    def get_urlpatterns(self) -> list[Any]:
        view = self.construct_view(RehousingView)
        return [*super().get_urlpatterns(), path("<int:pk>/rehousing/", view, name="rehousing")]


class RehousingNeedViewSet(CollectionViewSet):
    model = RehousingNeed
    steps = actions.NEED_STEPS
