"""The hearing before an order, or the reasoned decision to do without."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from agenda.actions import add_task, complete_deadline, finish_tasks, set_deadline
from inspections.enforcement import letters, rules
from inspections.enforcement.actions.following import (
    HEARING,
    UNDELIVERED,
    ask_to_draft,
    in_words,
    stop,
    today,
)
from inspections.models import Hearing, Measure
from papers.actions import freeze
from workflow import Step


def against_hearing(measure: Measure) -> list[str]:
    found = letters.against_addressee(measure)
    if measure.kind in rules.UNHEARD:
        found.append(_("Zu dieser Art von Maßnahme gehört keine Anhörung."))
    if not measure.demands:
        found.append(_("Es fehlt, was verlangt wird. Bitte unter „Bearbeiten“ eintragen."))
    if not measure.targets.exists() and not measure.facts.strip():
        found.append(_("Es ist weder ein Mangel zugeordnet noch ein Sachverhalt eingetragen."))
    return found


def _hearing_of(measure: Measure) -> Hearing:
    """A measure has one: after a letter that came back, the same again, with its history."""
    hearing = Hearing.objects.filter(measure=measure).first() or Hearing(measure=measure)
    hearing.unit = measure.unit
    finish_tasks(owner=measure, origin=UNDELIVERED)
    return hearing


def start_hearing(step: Step) -> None:
    measure, sent_on = step.record, step.data["sent_on"]
    end = letters.reply_by(sent_on)
    if sent_on > today(step):
        raise ValidationError({"sent_on": [_("Dieser Tag liegt in der Zukunft.")]})
    if end.on <= today(step):
        told = _("Die Frist zur Äußerung wäre schon am %(day)s zu Ende. Bitte den Tag prüfen.")
        raise ValidationError({"sent_on": [told % {"day": in_words(end.on)}]})
    hearing = _hearing_of(measure)
    hearing.sent_on, hearing.channel = sent_on, step.data["channel"]
    hearing.deadline_on, hearing.deadline_explanation = end.on, end.explanation
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
    if measure.kind in rules.UNHEARD:
        return [_("Zu dieser Art von Maßnahme gehört keine Anhörung.")]
    return []


def waive_hearing(step: Step) -> None:
    hearing = _hearing_of(step.record)
    hearing.waived_ground, hearing.waived_reason = step.data["waived_ground"], step.reason
    hearing.waived_by = step.person
    hearing.full_clean()
    hearing.save()
    ask_to_draft(step.record)


def was_answered(measure: Measure) -> list[str]:
    if measure.hearing.statement_on is None:
        return []
    return [_("Es liegt eine Stellungnahme vor: Das Schreiben ist angekommen.")]


def return_hearing(step: Step) -> None:
    """A letter that came back heard nobody."""
    stop(step.record, HEARING)
    add_task(title=_("Zustellung klären"), owner=step.record, origin=UNDELIVERED)


def record_statement(step: Step) -> None:
    hearing = step.record.hearing
    if step.data["statement_on"] > today(step):
        raise ValidationError({"statement_on": [_("Dieser Tag liegt in der Zukunft.")]})
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
