"""The hearing before an order, or the reasoned decision to do without."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from agenda.actions import complete_deadline, set_deadline
from inspections.enforcement import letters, rules
from inspections.enforcement.actions.following import (
    HEARING,
    ask_to_draft,
    in_words,
    person_of,
    today,
)
from inspections.enforcement.rules import MeasureKind
from inspections.models import Hearing, Measure
from papers.actions import freeze
from workflow import Step


def against_hearing(measure: Measure) -> list[str]:
    found = letters.against_addressee(measure)
    if measure.kind in rules.HANDED_OVER or measure.kind == MeasureKind.UNDERTAKING:
        found.append(_("Zu dieser Art von Maßnahme gehört keine Anhörung."))
    if not measure.demands:
        found.append(_("Es fehlt, was verlangt wird. Bitte unter „Bearbeiten“ eintragen."))
    if not measure.targets.exists() and not measure.facts.strip():
        found.append(_("Es ist weder ein Mangel zugeordnet noch ein Sachverhalt eingetragen."))
    return found


def start_hearing(step: Step) -> None:
    measure, sent_on = step.record, step.data["sent_on"]
    end = letters.reply_by(sent_on)
    hearing = Hearing(
        measure=measure,
        sent_on=sent_on,
        channel=step.data["channel"],
        deadline_on=end.on,
        deadline_explanation=end.explanation,
        unit=measure.unit,
    )
    hearing.full_clean()
    hearing.save()
    freeze(
        owner=hearing,
        code=letters.HEARING,
        context=letters.hearing_context(measure, user=step.user, sent_on=sent_on),
        at=step.at,
        subjects=letters.subjects_of(measure),
    )
    set_deadline(
        owner=measure,
        kind=HEARING,
        event_on=sent_on,
        length_key="hearing.reply",
        title=_("Anhörung auswerten"),
    )


def against_waiving(measure: Measure) -> list[str]:
    if measure.kind in rules.HANDED_OVER or measure.kind == MeasureKind.UNDERTAKING:
        return [_("Zu dieser Art von Maßnahme gehört keine Anhörung.")]
    return []


def waive_hearing(step: Step) -> None:
    hearing = Hearing(
        measure=step.record,
        waived_ground=step.data["waived_ground"],
        waived_reason=step.reason,
        waived_by=person_of(step),
        unit=step.record.unit,
    )
    hearing.full_clean()
    hearing.save()
    ask_to_draft(step.record)


def record_statement(step: Step) -> None:
    hearing = step.record.hearing
    if step.data["statement_on"] < hearing.sent_on:
        raise ValidationError({"statement_on": [_("Das liegt vor dem Versand der Anhörung.")]})
    hearing.statement_on = step.data["statement_on"]
    hearing.statement_text = step.data["statement_text"]
    hearing.save()


def _is_over(hearing: Hearing) -> bool:
    return hearing.deadline_on is not None and timezone.localdate() > hearing.deadline_on


def against_assessing(measure: Measure) -> list[str]:
    hearing = measure.hearing
    if hearing.statement_on is not None or _is_over(hearing):
        return []
    assert hearing.deadline_on is not None  # noqa: S101  # nothing is heard without one
    return [
        _("Die Frist zur Äußerung läuft bis %(day)s, und es liegt keine Stellungnahme vor.")
        % {"day": in_words(hearing.deadline_on)}
    ]


def assess(step: Step) -> None:
    hearing = step.record.hearing
    hearing.assessed_on = today(step)
    hearing.assessment = step.data["assessment"]
    hearing.save()
    complete_deadline(owner=step.record, kind=HEARING)
