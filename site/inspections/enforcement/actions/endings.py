"""Objection, compliance, enforcement, and every other end of a measure."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from agenda.actions import complete_deadline, finish_tasks
from inspections import rules as case_rules
from inspections.enforcement import queries, rules
from inspections.enforcement.actions.following import (
    COMPLIANCE,
    FOLLOW_UP,
    UNDELIVERED,
    ask_to_draft,
    end,
    happened,
    in_words,
    place_follows,
    run_compliance,
    stop,
    today,
)
from inspections.enforcement.rules import AppealState, MeasureKind
from inspections.models import FineReferral, Measure
from workflow import Step


def no_appeal_yet(measure: Measure) -> list[str]:
    if measure.appeal_state == AppealState.PENDING:
        return [_("Ein Widerspruch ist schon eingetragen und noch nicht entschieden.")]
    return []


def appeal_pending(measure: Measure) -> list[str]:
    if measure.appeal_state == AppealState.PENDING:
        return []
    return [_("Es ist kein Widerspruch anhängig.")]


def appeal(step: Step) -> None:
    happened(step, "appeal_on")
    measure = step.record
    measure.appeal_state = AppealState.PENDING
    complete_deadline(owner=measure, kind=queries.APPEAL)
    if measure.is_suspended:
        stop(measure, COMPLIANCE, FOLLOW_UP)


def _deadline_ahead(step: Step) -> None:
    if step.record.deadline_on < today(step):
        raise ValidationError({"deadline_on": [_("Diese Frist liegt in der Vergangenheit.")]})


def reject_appeal(step: Step) -> None:
    _deadline_ahead(step)
    step.record.appeal_state = AppealState.REJECTED
    run_compliance(step.record, today(step))


def uphold_appeal(step: Step) -> None:
    step.record.appeal_state = AppealState.UPHELD
    end(step)


def agree(step: Step) -> None:
    _deadline_ahead(step)
    finish_tasks(owner=step.record, origin=UNDELIVERED)
    run_compliance(step.record, today(step))


def extend(step: Step) -> None:
    _deadline_ahead(step)
    if not step.record.is_suspended:
        run_compliance(step.record, today(step))


def against_handing_over(measure: Measure) -> list[str]:
    if measure.kind not in rules.HANDED_OVER:
        return [_("Diese Art von Maßnahme führt die Wohnraumkontrolle selbst.")]
    if measure.kind == MeasureKind.FINE and measure.addressee is None:
        return [_("Es fehlt der Adressat. Bitte unter „Bearbeiten“ wählen.")]
    return []


def hand_over(step: Step) -> None:
    measure = step.record
    if measure.kind == MeasureKind.FINE:
        referral = FineReferral(
            case=measure.case,
            measure=measure,
            norm=measure.legal_basis or rules.LEGAL_BASIS[MeasureKind.FINE],
            party=measure.addressee.party,
            facts=measure.facts,
            sent_on=today(step),
            unit=measure.unit,
        )
        referral.full_clean()
        referral.save()
    end(step)


def unverified(measure: Measure) -> list[str]:
    return [
        _("Noch nicht als behoben festgestellt: %(item)s (%(reference)s).")
        % {"item": finding.item.text, "reference": finding.reference}
        for finding in queries.unresolved(measure).select_related("item").order_by("pk")
    ]


def comply(step: Step) -> None:
    measure = step.record
    if measure.verified_in is not None or measure.kind not in rules.ANSWERED_IN_WRITING:
        _was_seen(measure)
    elif not measure.outcome.strip():
        raise ValidationError({"outcome": [_("Bitte festhalten, wann welche Auskunft einging.")]})
    for kind in (COMPLIANCE, FOLLOW_UP):
        complete_deadline(owner=step.record, kind=kind)
    end(step)


def _was_seen(measure: Measure) -> None:
    visit = measure.verified_in
    locked = visit is not None and visit.state == case_rules.State.LOCKED
    if visit is None or not locked or visit.case_id != measure.case_id:
        text = _("Bitte eine Kontrolle dieses Vorgangs wählen, deren Bericht festgeschrieben ist.")
        raise ValidationError({"verified_in": [text]})


def suspended(measure: Measure) -> list[str]:
    if measure.is_suspended:
        return [_("Der Widerspruch hat aufschiebende Wirkung; er ist noch nicht entschieden.")]
    return []


def still_running(measure: Measure) -> list[str]:
    if found := suspended(measure):
        return found
    if measure.deadline_on is not None and timezone.localdate() <= measure.deadline_on:
        return [_("Die Frist läuft noch bis %(day)s.") % {"day": in_words(measure.deadline_on)}]
    return []


def breach(step: Step) -> None:
    for kind in (COMPLIANCE, FOLLOW_UP):
        complete_deadline(owner=step.record, kind=kind)


def against_enforcing(measure: Measure) -> list[str]:
    found = still_running(measure)
    if queries.order_in_force(measure) is None:
        found.append(
            _("Ohne Bescheid gibt es nichts zu vollstrecken. Bitte eine Anordnung anlegen.")
        )
    elif not measure.penalty_kind:
        found.append(
            _(
                "Der Bescheid droht kein Zwangsmittel an. Bitte einen neuen Bescheid, der es androht."
            )
        )
    elif (until := queries.open_to_objection(measure)) and not measure.immediate_enforcement:
        found.append(
            _(
                "Bis %(day)s kann noch Widerspruch erhoben werden. Vorher wird nur vollstreckt, wenn "
                "die sofortige Vollziehung angeordnet ist."
            )
            % {"day": in_words(until)}
        )
    return found


def nothing_issued(measure: Measure) -> list[str]:
    order = queries.order_in_force(measure)
    if order is None:
        return []
    return [
        _("Bescheid %(number)s ist erlassen. Bitte erst die Berichtigung erlassen, dann aufheben.")
        % {"number": order.number}
    ]


def correct(step: Step) -> None:
    step.record.drafted_by = step.record.approved_by = step.record.approved_on = None
    stop(step.record)
    ask_to_draft(step.record)
    place_follows(step.record)
