"""How staff see people and households where it differs from the declarations."""

from __future__ import annotations

from typing import Any

from django.urls import path

from backoffice.forms import edit_handler_of
from backoffice.viewsets import CollectionViewSet
from people.forms import KnownPanel
from people.merging import MERGE_STEPS
from people.models import Household, HouseholdMember, Person, PersonMerge
from people.panels import HouseholdsPanel, MembersPanel, MovedPanel
from people.views import HouseholdCreateView, MergeView, MoveOutView, PersonDetailView

_UNDER_THE_NAMES = 2  # after family name and given names


class PersonViewSet(CollectionViewSet):
    model = Person
    inspect_view_class = PersonDetailView
    panels = (HouseholdsPanel,)

    def get_edit_handler(self) -> Any:
        handler = edit_handler_of(self.model)
        names = handler.children[0]
        names.children.insert(_UNDER_THE_NAMES, KnownPanel().bind_to_model(self.model))
        return handler

    def get_urlpatterns(self) -> list[Any]:
        merge = self.construct_view(MergeView)
        return [*super().get_urlpatterns(), path("<int:pk>/merge/", merge, name="merge")]


class HouseholdViewSet(CollectionViewSet):
    model = Household
    add_view_class = HouseholdCreateView
    panels = (MembersPanel,)


class HouseholdMemberViewSet(CollectionViewSet):
    model = HouseholdMember

    def get_urlpatterns(self) -> list[Any]:
        move_out = self.construct_view(MoveOutView)
        return [*super().get_urlpatterns(), path("<int:pk>/move-out/", move_out, name="move_out")]


class PersonMergeViewSet(CollectionViewSet):
    model = PersonMerge
    steps = MERGE_STEPS
    panels = (MovedPanel,)
