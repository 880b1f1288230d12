"""The screen on which somebody entered by mistake is taken out of the household."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages

from access.policy import policy_of
from backoffice.views.record import RecordPage
from cases.interviews import queries, rules
from cases.interviews.actions import removable, removal_of, remove_member
from cases.interviews.sheet import settled
from people.models import HouseholdMember
from workflow import Refused


class MemberRemovalView(RecordPage):
    """Somebody entered by mistake: what goes with them is said first, and why if it cannot be."""

    verb = rules.PROCEED
    tab = "interview"
    template_name = "cases/interviews/remove_member.html"
    page_title = gettext_lazy("Aus dem Haushalt nehmen")

    @cached_property
    def header_buttons(self) -> list[Any]:
        return []

    def _interview_url(self) -> str:
        return f"{self._url(self._sibling('interview'))}#part-household"

    def _member(self, text: str) -> HouseholdMember | None:
        members = removable(self.object, self.request.user)
        return next((m for m in members if str(m.pk) == text), None)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        member = self._member(self.request.GET.get("member", ""))
        running = self.object.state == rules.State.RUNNING
        removal = removal_of(self.object, member, user) if member and running else None
        return super().get_context_data(
            refused=[] if running else [settled(self.object)],
            removal=removal,
            move_out_url=self._move_out_url(member) if removal and removal.long_standing else "",
            members=[] if member or not running else _named(removable(self.object, user)),
            interview_url=self._interview_url(),
            **kwargs,
        )

    def _move_out_url(self, member: Any) -> str:
        viewset: Any = HouseholdMember.snippet_viewset  # type: ignore[attr-defined]
        moves = policy_of(HouseholdMember).visible(self.request.user, "change")
        if not moves.filter(pk=member.pk).exists():
            return ""
        return reverse(viewset.get_url_name("move_out"), args=(member.pk,))

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.note("view", self.object.pk, screen="remove_member")
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        member = self._member(request.GET.get("member", ""))
        if member is None:
            messages.error(request, _("Diese Person gehört nicht mehr zum Haushalt."))
            return redirect(self._interview_url())
        try:
            removal = remove_member(self.object, member, user=request.user)
        except Refused as refusal:
            return self.render_to_response(self.get_context_data(told=refusal.messages), status=409)
        said = _("%s gehört nicht mehr zum Haushalt. Der Verlauf zeigt, was da stand.")
        messages.success(request, said % removal.name)
        return redirect(self._interview_url())


def _named(members: list[HouseholdMember]) -> list[tuple[int, str]]:
    return [(member.pk, queries.name_of(member.person)) for member in members]
