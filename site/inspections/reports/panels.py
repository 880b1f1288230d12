"""Sections on the page of a report, and the inbox on the start page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.components import Component

from access.policy import policy_of
from backoffice.choosers import record_url
from backoffice.naming import headlines
from backoffice.panels import RecordPanel
from inspections.enforcement.panels import address
from inspections.models import DefectReport, ReportMessage, ReportPhoto
from inspections.reports import rules
from inspections.reports.queries import alike, inbox_of


class Danger(RecordPanel):
    """That people may be in danger, above all that is told, until somebody has decided."""

    heading = _("Gefahr")
    template_name = "inspections/reports/danger.html"
    leads = True

    def get_context(self, record: Any, user: Any, request: Any) -> dict[str, Any] | None:
        return {} if record.dangerous and record.is_waiting else None


class Alike(RecordPanel):
    """What may be the same matter, each with the one click that puts both together."""

    heading = _("Vielleicht dasselbe")
    template_name = "inspections/reports/alike_panel.html"

    def get_context(self, record: Any, user: Any, request: Any) -> dict[str, Any] | None:
        if not policy_of(DefectReport).may(user, rules.PROCEED):
            return None
        found = alike(record, user)
        undecided = record.state in rules.UNDECIDED
        if not undecided and not found.reports:
            return None
        names = headlines(found.reports, user)
        return {
            "cases": [
                (record_url(case), case, case.dwelling_id == record.dwelling_id)
                for case in found.cases
                if case.pk != record.inspection_case_id
            ],
            "reports": [
                (record_url(report), report, names[report.pk])
                for report in found.reports
                if report.rejection != rules.Rejection.DUPLICATE
            ],
            "window": found.window,
            "undecided": undecided,
            "join_url": address(DefectReport, "step_join_case", record.pk),
            "duplicate_url": address(DefectReport, "step_mark_duplicate", record.pk),
        }


class Dialogue(RecordPanel):
    """Questions to the reporter and answers, oldest first."""

    heading = _("Dialog mit der meldenden Person")
    template_name = "inspections/reports/dialogue_panel.html"

    def get_context(self, record: Any, user: Any, request: Any) -> dict[str, Any] | None:
        policy = policy_of(ReportMessage)
        if not policy.may(user, "view") or not policy.may(user, rules.CONTENT):
            return None
        return {
            "messages": policy.visible(user).filter(report=record).order_by("at", "pk"),
            "has_reader": bool(record.receipt_hash),
            "public_state": record.public_state.label,
        }


class Photos(RecordPanel):
    """The photos that came with the report. Each is loaded, and logged, when it comes into view."""

    heading = _("Fotos")
    template_name = "inspections/reports/photos_panel.html"

    def get_context(self, record: Any, user: Any, request: Any) -> dict[str, Any] | None:
        policy = policy_of(ReportPhoto)
        if not policy.may(user, rules.CONTENT):
            return None
        photos: Any = policy.visible(user).filter(report=record).order_by("number")
        shown = [
            (photo, address(ReportPhoto, "file", photo.pk))
            for photo in photos
            if photo.file.storage.exists(photo.file.name)
        ]
        return {"photos": shown} if shown else None


class InboxPanel(Component):
    """ "3 neue Meldungen, 1 mit Gefahr", for whoever decides on reports."""

    order = 5
    name = "inbox"
    template_name = "inspections/reports/inbox.html"

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        user = parent_context["request"].user
        address = DefectReport.snippet_viewset.get_url_name("list")  # type: ignore[attr-defined]
        return {"inbox": inbox_of(user), "url": reverse(address)}


def has_inbox(user: Any) -> bool:
    return policy_of(DefectReport).may(user, rules.PROCEED)
