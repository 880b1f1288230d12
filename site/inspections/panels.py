"""Sections on the pages of cases, inspections, photos and invitations."""

from __future__ import annotations

from typing import Any, ClassVar

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from access.policy import policy_of
from backoffice.choosers import record_url
from backoffice.panels import RecordPanel
from inspections import queries, report, rules
from inspections.enforcement.panels import address
from inspections.models import Finding, FindingPhoto, Inspection, InspectionCase
from inspections.sheet import Sheet


def phases_of(case: InspectionCase) -> list[tuple[Any, str]]:
    """The phases in their order, each with "done", "now" or "ahead"."""
    here = [phase.value for phase in rules.Phase].index(case.phase)
    return [
        (phase.label, "now" if place == here else "done" if place < here else "ahead")
        for place, phase in enumerate(rules.Phase)
    ]


class VisitsPanel(RecordPanel):
    """The inspections of a case, those to come first, each with its checklist; and planning one."""

    heading: ClassVar[Any] = _("Kontrollen")
    template_name = "inspections/panels/visits.html"
    leads = True

    def get_context(self, record: Any, user: Any, request: Any) -> dict[str, Any] | None:
        policy = policy_of(Inspection)
        found: Any = policy.visible(user).filter(case=record)
        visits = list(found.order_by("-inspected_on", "-planned_time", "-pk"))
        add_url = ""
        if record.phase in rules.INSPECTED_IN and policy.may(user, "add"):
            name = Inspection.snippet_viewset.get_url_name("add")  # type: ignore[attr-defined]
            add_url = f"{reverse(name)}?case={record.pk}"
        if not visits and not add_url:
            return None
        to_fill = set(
            policy.visible(user, "change").filter(case=record).values_list("pk", flat=True)
        )
        ahead = [visit for visit in reversed(visits) if not visit.is_settled]
        return {
            "lines": [
                (
                    visit,
                    record_url(visit),
                    address(Inspection, "sheet", visit.pk) * (visit.pk in to_fill),
                )
                for visit in (*ahead, *(visit for visit in visits if visit.is_settled))
            ],
            "waits": bool(ahead),
            "add_url": add_url,
        }


class DeficienciesPanel(RecordPanel):
    """The deficiencies of a case: what still stands, the worst first, and what was resolved where."""

    heading: ClassVar[Any] = _("Mängel")
    template_name = "inspections/panels/deficiencies.html"

    def get_context(self, record: Any, user: Any, request: Any) -> dict[str, Any] | None:
        visible = policy_of(Finding).visible(user)
        found = list(
            queries.deficiencies(record)
            .filter(pk__in=visible.values("pk"))
            .select_related("item", "room", "inspection", "resolved_in")
            .order_by("-severity", "item__position", "pk")
        )
        standing = [finding for finding in found if finding.resolved_in_id is None]
        counts = [
            (severity.label, sum(finding.severity == severity for finding in standing))
            for severity in reversed(rules.Severity)
        ]
        return {
            "standing": standing,
            "resolved": [finding for finding in found if finding.resolved_in_id is not None],
            "counts": counts,
        }


class SheetPanel(RecordPanel):
    """How far the checklist is, and what is lacking before the report can be locked."""

    heading: ClassVar[Any] = _("Prüfbogen")
    template_name = "inspections/panels/sheet.html"

    def get_context(self, record: Any, user: Any, request: Any) -> dict[str, Any] | None:
        may_fill = policy_of(Inspection).visible(user, "change").filter(pk=record.pk).exists()
        if record.is_settled and not record.findings.exists():
            return None
        sheet = Sheet(record)
        return {
            "answered": sheet.answered,
            "total": sheet.total,
            "lacking": [] if record.is_settled else queries.lacking(record),
            "url": address(Inspection, "sheet", record.pk) if may_fill else "",
            "paper_url": address(Inspection, "field_sheet", record.pk) if may_fill else "",
            "parts": [
                (part.heading, [block for block in part.blocks if block.answered])
                for part in sheet.parts
                if part.answered
            ],
        }


class PhotosPanel(RecordPanel):
    """The photos of an inspection. Each picture is loaded, and logged, when it comes into view."""

    heading: ClassVar[Any] = _("Fotos")
    template_name = "inspections/panels/photos.html"

    def get_context(self, record: Any, user: Any, request: Any) -> dict[str, Any] | None:
        photos = policy_of(FindingPhoto).visible(user).filter(inspection=record)
        shown = [
            (
                photo,
                address(FindingPhoto, "inspect", photo.pk),
                address(FindingPhoto, "file", photo.pk),
            )
            for photo in photos.select_related("item", "room").order_by("number")
        ]
        return {"photos": shown} if shown else None


class LockedPanel(RecordPanel):
    """Since when the report is locked, and whether its digest still holds."""

    heading: ClassVar[Any] = _("Festgeschriebener Bericht")
    template_name = "inspections/panels/locked.html"

    def get_context(self, record: Any, user: Any, request: Any) -> dict[str, Any] | None:
        if not record.is_locked:
            return None
        return {"digest": record.digest, "holds": report.digest(record) == record.digest}


class PicturePanel(RecordPanel):
    """The picture of a photo's record."""

    heading: ClassVar[Any] = _("Bild")
    template_name = "inspections/panels/picture.html"

    def get_context(self, record: Any, user: Any, request: Any) -> dict[str, Any]:
        return {"file_url": address(type(record), "file", record.pk)}


class AppointmentPanel(RecordPanel):
    """Where and when: all that an invited authority needs to know of the inspection."""

    heading: ClassVar[Any] = _("Termin")
    template_name = "inspections/panels/appointment.html"

    def get_context(self, record: Any, user: Any, request: Any) -> dict[str, Any]:
        inspection = record.inspection
        building = inspection.building
        return {
            "place": f"{building.street} {building.house_number}, {building.postcode} {building.city}",
            "dwelling": inspection.dwelling.label if inspection.dwelling else "",
            "day": inspection.inspected_on,
            "time": inspection.planned_time,
            "cancelled": inspection.state == rules.State.CANCELLED,
        }
