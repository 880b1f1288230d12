"""How staff see schools and placements."""

from __future__ import annotations

from typing import Any

from agenda.panels import DeadlinesAndTasks
from backoffice.forms import edit_handler_of
from backoffice.viewsets import CollectionViewSet
from cases.answering import AnswerForm
from cases.models import School, SchoolPlacement
from cases.school import panels, views
from cases.school.actions import PLACEMENT_STEPS
from cases.school.forms import PlacementForm


class PlacementViewSet(CollectionViewSet):
    model = SchoolPlacement
    add_view_class = views.PlacementCreateView
    steps = PLACEMENT_STEPS
    step_forms = {"attend": AnswerForm, "end": AnswerForm}
    panels = (panels.CompulsorySchooling, DeadlinesAndTasks)

    def get_edit_handler(self) -> Any:
        handler = edit_handler_of(self.model)
        handler.base_form_class = PlacementForm
        return handler


class SchoolViewSet(CollectionViewSet):
    model = School
    panels = (panels.WaitingList,)
