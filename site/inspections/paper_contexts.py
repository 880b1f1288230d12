"""What the field sheet and the inspection report are filled with, and the report kept at locking."""

from __future__ import annotations

import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from agenda.actions import add_task
from inspections import queries, rules
from inspections.models import Group, Inspection, PresentPerson
from papers.actions import freeze
from papers.filling import PaperError
from papers.printing import PressFailed

REPORT_PAPER = "inspection.report_paper"


def _object(inspection: Inspection) -> dict[str, str]:
    house = inspection.building
    return {
        "anschrift": f"{house.street} {house.house_number}, {house.postcode} {house.city}",
        "wohnung": inspection.dwelling.label if inspection.dwelling else "",
    }


def _begun(inspection: Inspection) -> datetime.datetime:
    planned = inspection.started_at or inspection.planned_for
    if planned is not None:
        return planned
    midnight = datetime.datetime.combine(inspection.inspected_on, datetime.time())
    return timezone.make_aware(midnight)


def _team(inspection: Inspection) -> list[str]:
    members = inspection.team.select_related("member").order_by("pk")
    return [str(each.member) for each in members]


def _authorities(inspection: Inspection, states: tuple[str, ...]) -> list[str]:
    sheets = inspection.participations.filter(state__in=states).select_related("invited")
    return [str(sheet.invited) for sheet in sheets.order_by("pk")]


def field_sheet_context(inspection: Inspection, path: str) -> dict[str, Any]:
    """For the paper to fill in by hand in the stairwell. `path`: of the checklist's screen."""
    items = queries.items_of(inspection)
    groups = [
        {"heading": str(label), "items": [item.text for item in items if item.group == code]}
        for code, label in Group.choices
    ]
    return {
        "objekt": _object(inspection),
        "kontrolle": {
            "beginn": inspection.planned_for,
            "anlass": inspection.get_reason_display(),
            "adresse": f"{settings.BASE_URL}{path}",
        },
        "team": _team(inspection) or [_("____________________")],
        "beteiligte": _authorities(inspection, (rules.Answer.REQUESTED, rules.Answer.CONFIRMED)),
        "pruefpunkte": [group for group in groups if group["items"]]
        or [
            {"heading": _("Nachkontrolle"), "items": _earlier(inspection) or [_("Feststellungen")]}
        ],
    }


def _earlier(inspection: Inspection) -> list[str]:
    return [f"{root.item.text} ({root.severity})" for root in queries.to_verify(inspection)]


def report_context(
    inspection: Inspection, *, signed_by: str, at: datetime.datetime
) -> dict[str, Any]:
    """For the report as it is locked. Persons met are counted, never named."""
    went = (rules.Answer.ATTENDED, rules.Answer.REPORTED, rules.Answer.CLOSED)
    return {
        "objekt": _object(inspection),
        "kontrolle": {
            "beginn": _begun(inspection),
            "anlass": inspection.get_reason_display(),
            "grundlage": inspection.get_entry_basis_display(),
        },
        "zutritt": inspection.get_access_display(),
        "team": _team(inspection) or [signed_by],
        "anwesende": _present(inspection),
        "beteiligte": _authorities(inspection, went),
        "zaehlung": _counts(inspection),
        "feststellungen": _deficiencies(inspection),
        "bemerkungen": inspection.report,
        "abgeschlossen": {"am": at},
        "unterzeichner": {"name": signed_by, "funktion": ""},
    }


def _present(inspection: Inspection) -> list[str]:
    persons = PresentPerson.objects.filter(inspection=inspection).order_by("number")
    return [f"{_('Person')} {p.number}: {p.get_age_group_display()}" for p in persons]


def _counts(inspection: Inspection) -> dict[str, Any]:
    fields = ("persons_stated", "adults_met", "children_met", "beds_counted")
    values = [getattr(inspection, name) for name in fields]
    return {
        "columns": [_("angegeben"), _("Erwachsene"), _("Kinder"), _("Betten")],
        "rows": [["–" if value is None else str(value) for value in values]],
        "caption": _("Gezählt in der Wohnung"),
    }


def _deficiencies(inspection: Inspection) -> dict[str, Any] | None:
    bad = inspection.findings.filter(outcome=rules.Outcome.DEFICIENT)
    rows = [
        [
            str(finding.item.position),
            finding.room.label if finding.room else "",
            ". ".join(filter(None, (finding.item.text, finding.description))),
            finding.item.legal_ref,
            finding.severity,
        ]
        for finding in bad.select_related("item", "room").order_by("item__position", "pk")
    ]
    if not rows:
        return None
    return {
        "columns": [_("Nr."), _("Raum"), _("Feststellung"), _("Anforderung"), _("Stufe")],
        "widths": [1, 3, 6, 4, 2],
        "rows": rows,
        "caption": _("Festgestellte Mängel"),
    }


def keep_report(inspection: Inspection, *, signed_by: str, at: datetime.datetime) -> None:
    """Freeze the report as a paper. Where that fails, the report is locked all the same.

    Its content and digest are what counts; somebody gets the task to make the paper possible.
    """
    try:
        freeze(
            owner=inspection,
            code="inspection_report",
            context=report_context(inspection, signed_by=signed_by, at=at),
            at=at,
        )
    except (PaperError, PressFailed):
        add_task(
            title=_("Kontrollbericht ist noch kein Schreiben: bitte Briefkopf und Wortlaut prüfen"),
            owner=inspection,
            origin=REPORT_PAPER,
        )
