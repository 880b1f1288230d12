"""Sections on the page of a support case, and what is due on the start page of its team."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.components import Component

from access.policy import policy_of
from backoffice.choosers import record_url
from backoffice.naming import related_names
from backoffice.panels import RecordPanel
from cases.models import ContactNote, SupportCase
from cases.support import queries
from cases.support.forms import NoteForm
from history.reading import record_access


def may_write(case: SupportCase, user: Any) -> bool:
    """Whether a note may be added: by whoever may change the case, while it goes on."""
    changeable = policy_of(SupportCase).visible(user, "change").filter(pk=case.pk)
    return policy_of(ContactNote).may(user, "add") and changeable.exists()


class Story(RecordPanel):
    """What happened: contact notes and steps, newest first, and above them room for the next note."""

    heading = _("Verlauf der Begleitung")
    template_name = "cases/support/story_panel.html"
    leads = True

    def get_context(self, record: Any, user: Any, request: Any) -> dict[str, Any] | None:
        if not policy_of(ContactNote).may(user, "view"):
            return None
        events = queries.story(record, user)
        notes = [event.note.pk for event in events if event.note]
        detail = {"screen": "story", "support_case": record.pk, "count": len(notes)}
        record_access("list", ContactNote, detail=detail, user=user)
        changeable: Any = policy_of(ContactNote).visible(user, "change").filter(pk__in=notes)
        edit = _address(ContactNote, "edit")
        links = {pk: reverse(edit, args=(pk,)) for pk in changeable.values_list("pk", flat=True)}
        writes = may_write(record, user)
        return {
            "events": [
                (event, links.get(event.note.pk, "") if event.note else "") for event in events
            ],
            "form": NoteForm() if writes else None,
            "note_url": reverse(_address(SupportCase, "note"), args=(record.pk,)),
            "long_url": f"{reverse(_address(ContactNote, 'add'))}?support_case={record.pk}",
        }


class DueSteps(Component):
    """The next steps and follow-ups of the cases a team accompanies, own ones first."""

    order = 6
    name = "support"
    template_name = "cases/support/desk.html"

    @staticmethod
    def shown_to(user: Any) -> bool:
        return policy_of(SupportCase).may(user, "view")

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        user = parent_context["request"].user
        due, more = queries.due_steps(user, timezone.localdate())
        names = related_names([each.case for each in due], ["person"], user)
        if due:
            record_access(
                "list", SupportCase, detail={"screen": "desk", "count": len(due)}, user=user
            )
        return {
            "rows": [
                (each, names["person", each.case.person_id], record_url(each.case)) for each in due
            ],
            "more": more,
            "list_url": reverse(_address(SupportCase, "list")),
            "add_url": reverse(_address(SupportCase, "add")),
        }


def _address(model: Any, name: str) -> str:
    return str(model.snippet_viewset.get_url_name(name))
