"""The screens of parties and roles beyond what their declarations give."""

from __future__ import annotations

from typing import Any

from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from access.policy import policy_of
from backoffice.panels import RecordPanel
from backoffice.viewsets import CollectionViewSet
from buildings.actions import owner_change_of
from buildings.models import Party, PartyRole
from buildings.parties.panels import DeliveryPanel, HoldingsPanel
from buildings.parties.views import OwnerChangeView, UndoOwnerChangeView


class OwnerChangePanel(RecordPanel):
    """On a role that came by a change of owner: the way to take that back."""

    heading = _("Eigentümerwechsel")
    template_name = "buildings/parties/came_by_change.html"

    def get_context(self, record: PartyRole, user: Any, request: Any) -> dict[str, Any] | None:  # type: ignore[override]
        if not owner_change_of(record):
            return None
        if not policy_of(PartyRole).user_has_permission_for_instance(user, "delete", record):
            return None
        viewset: Any = PartyRole.snippet_viewset  # type: ignore[attr-defined]
        name = viewset.get_url_name("undo_owner_change")
        return {"undo_url": reverse(name, args=(record.pk,))}


class PartyViewSet(CollectionViewSet):
    model = Party
    panels = (DeliveryPanel, HoldingsPanel)


class PartyRoleViewSet(CollectionViewSet):
    model = PartyRole
    panels = (OwnerChangePanel,)

    def get_urlpatterns(self) -> list[Any]:
        undo = self.construct_view(UndoOwnerChangeView)
        return [
            *super().get_urlpatterns(),
            path("owner-change/", self.construct_view(OwnerChangeView), name="owner_change"),
            path("<int:pk>/undo-owner-change/", undo, name="undo_owner_change"),
        ]
