"""Reads about cases and inspections that cross tables. What is "open" is decided here, once."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agenda.models import Deadline
from agenda.rules import DeadlineState
from inspections import rules
from inspections.enforcement import queries as enforcement
from inspections.models import (
    ChecklistItem,
    ChecklistTemplate,
    Finding,
    Inspection,
    InspectionCase,
    Participation,
)


def deficiencies(case: InspectionCase) -> QuerySet[Finding]:
    """The deficiencies of a case as locked reports state them, each once.

    What a follow-up says of one is a finding of its own (`earlier`) and no further deficiency.
    """
    return Finding.objects.filter(
        inspection__case=case,
        inspection__state=rules.State.LOCKED,
        outcome=rules.Outcome.DEFICIENT,
        earlier=None,
    )


def open_deficiencies(case: InspectionCase) -> QuerySet[Finding]:
    """Those that no later, locked inspection found in order."""
    return deficiencies(case).filter(resolved_in=None)


def locked_inspections(case: InspectionCase) -> QuerySet[Inspection]:
    """Newest first."""
    return case.inspections.filter(state=rules.State.LOCKED).order_by("-inspected_on", "-pk")


def last_locked(case: InspectionCase) -> Inspection | None:
    return locked_inspections(case).first()


def open_cases(*, building: Any = None, dwelling: Any = None) -> QuerySet[InspectionCase]:
    """The cases of a house, or of one flat, that are not closed."""
    place = Q(dwelling=dwelling) if dwelling is not None else Q(building=building)
    return InspectionCase.objects.filter(place).exclude(phase=rules.Phase.CLOSED)


def template_on(day: datetime.date, code: str = "wohnung") -> ChecklistTemplate | None:
    """The released edition in force on a day."""
    released = ChecklistTemplate.objects.filter(
        code=code, state=rules.Edition.RELEASED, valid_from__lte=day
    )
    return released.order_by("-valid_from", "-edition").first()


# What stands against an end -------------------------------------------------------------------------


def standing_against(case: InspectionCase) -> list[str]:
    """Why a case may not be closed yet, each line to be acted on. Empty: it may."""
    return [
        *unfinished_inspections(case),
        *unverified(case),
        *enforcement.standing_against(case),
        *_running_deadlines(case),
    ]


def unverified(case: InspectionCase) -> Iterator[str]:
    count = open_deficiencies(case).count()
    if not count:
        return
    first = open_deficiencies(case).select_related("item", "inspection").order_by("pk").first()
    assert first is not None  # noqa: S101  # counted a line above
    told = ngettext(
        "%(count)d Mangel nicht nachkontrolliert: %(item)s (%(reference)s).",
        "%(count)d Mängel nicht nachkontrolliert, der erste: %(item)s (%(reference)s).",
        count,
    )
    yield told % {
        "count": count,
        "item": first.item.text,
        "reference": first.inspection.reference,
    }


def unfinished_inspections(case: InspectionCase) -> Iterator[str]:
    unfinished = case.inspections.exclude(state__in=rules.SETTLED).order_by("pk")
    for inspection in unfinished:
        yield _("%(reference)s ist noch nicht festgeschrieben oder abgesagt.") % {
            "reference": inspection.reference
        }


def _running_deadlines(case: InspectionCase) -> Iterator[str]:
    running = Deadline.objects.filter(**Deadline.about(case), state=DeadlineState.RUNNING)
    for deadline in running.order_by("due_on", "pk"):
        yield _("Frist läuft noch: %(title)s bis %(day)s.") % {
            "title": deadline.title,
            "day": date_format(deadline.due_on, "d.m.Y"),
        }


# What an inspection still lacks ----------------------------------------------------------------------


def was_inside(inspection: Inspection) -> bool:
    return inspection.access in rules.INSIDE


def items_of(inspection: Inspection) -> list[ChecklistItem]:
    """The items of its checklist, in order; none for an inspection without one."""
    if inspection.template_id is None:
        return []
    return list(ChecklistItem.objects.filter(template=inspection.template_id).order_by("position"))


def to_verify(inspection: Inspection) -> QuerySet[Finding]:
    """The deficiencies of the case that this inspection may find in order."""
    if inspection.case is None:
        return Finding.objects.none()
    return (
        open_deficiencies(inspection.case)
        .exclude(inspection=inspection)
        .select_related("item", "room", "inspection")
        .order_by("item__position", "pk")
    )


def lacking(inspection: Inspection) -> list[str]:
    """What has to be done before its report is locked."""
    found: list[str] = []
    if not inspection.access:
        found.append(_("Es fehlt, wie der Zutritt ausging."))
    if not inspection.entry_basis:
        found.append(_("Es fehlt die Grundlage des Betretens."))
    if was_inside(inspection):
        found += [*_consent(inspection), *_unanswered(inspection), *_unproven(inspection)]
    found += _unclear_participations(inspection)
    return found


def _consent(inspection: Inspection) -> Iterator[str]:
    if inspection.entry_basis == "consent" and not inspection.consent_by:
        yield _("Es fehlt, wer in das Betreten eingewilligt hat.")


def _unanswered(inspection: Inspection) -> Iterator[str]:
    answered = set(inspection.findings.values_list("item_id", flat=True))
    items = [item for item in items_of(inspection) if item.pk not in answered]
    if items:
        told = ngettext(
            "%(count)d Prüfpunkt ohne Befund: %(first)s. „Nicht geprüft“ ist auch ein Befund.",
            "%(count)d Prüfpunkte ohne Befund, der erste: %(first)s. „Nicht geprüft“ ist auch ein Befund.",
            len(items),
        )
        yield told % {"count": len(items), "first": items[0].text}
    if inspection.kind == "follow_up":
        seen = inspection.findings.exclude(earlier=None).values_list("earlier_id", flat=True)
        for root in to_verify(inspection).exclude(pk__in=list(seen)):
            yield _("Zu diesem früheren Mangel fehlt ein Befund: %(item)s (%(reference)s).") % {
                "item": root.item.text,
                "reference": root.reference,
            }


def _unproven(inspection: Inspection) -> Iterator[str]:
    photographed = set(inspection.photos.values_list("item_id", flat=True))
    bad = inspection.findings.filter(outcome=rules.Outcome.DEFICIENT)
    for finding in bad.select_related("item").order_by("item__position", "pk"):
        if finding.item.photo_required and finding.item_id not in photographed:
            yield _("Es fehlt ein Foto: %(item)s.") % {"item": finding.item.text}
        if finding.severity == rules.Severity.IMMEDIATE and not finding.description.strip():
            yield _("Unmittelbare Gefahr ohne Beschreibung: %(item)s.") % {
                "item": finding.item.text
            }


def _unclear_participations(inspection: Inspection) -> Iterator[str]:
    waiting = Participation.objects.filter(
        inspection=inspection, state__in=(rules.Answer.REQUESTED, rules.Answer.CONFIRMED)
    )
    for sheet in waiting.select_related("invited").order_by("pk"):
        yield _("Bitte vermerken, ob die Behörde dabei war: %(name)s.") % {"name": sheet.invited}
