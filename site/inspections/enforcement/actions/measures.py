"""The steps of measures, each by the rules of its subject; and proposing one."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from inspections.enforcement import rules
from inspections.enforcement.actions import drafts, endings, hearings, orders
from inspections.enforcement.actions.following import end, refusing
from inspections.models import Finding, Measure, MeasureFinding
from workflow import Steps

MEASURE_STEPS = Steps(
    Measure,
    "state",
    rules.MEASURE,
    guards={
        "start_hearing": hearings.against_hearing,
        "waive_hearing": hearings.against_waiving,
        "hand_over": endings.against_handing_over,
        "return_hearing": hearings.was_answered,
        "assess": hearings.against_assessing,
        "submit": drafts.incomplete,
        "approve": drafts.incomplete,
        "issue": orders.against_issuing,
        "appeal": endings.no_appeal_yet,
        "reject_appeal": endings.appeal_pending,
        "uphold_appeal": endings.appeal_pending,
        "comply": endings.unverified,
        "breach": endings.still_running,
        "enforce": endings.against_enforcing,
        "settle": endings.suspended,
        "withdraw": endings.nothing_issued,
    },
    bars={"approve": drafts.own_draft},
    effects={
        "start_hearing": refusing(hearings.start_hearing),
        "waive_hearing": hearings.waive_hearing,
        "agree": refusing(endings.agree),
        "hand_over": endings.hand_over,
        "return_hearing": hearings.return_hearing,
        "record_statement": hearings.record_statement,
        "assess": hearings.assess,
        "draft": refusing(drafts.draft),
        "revise": refusing(drafts.draft),
        "submit": drafts.submit,
        "approve": drafts.approve,
        "send_back": drafts.send_back,
        "issue": refusing(orders.issue),
        "post": refusing(orders.post),
        "serve": orders.serve,
        "delivered": refusing(orders.delivered),
        "undeliverable": orders.undeliverable,
        "appeal": endings.appeal,
        "reject_appeal": refusing(endings.reject_appeal),
        "uphold_appeal": endings.uphold_appeal,
        "extend": refusing(endings.extend),
        "comply": endings.comply,
        "breach": endings.breach,
        "correct": endings.correct,
        "settle": end,
        "revoke": end,
        "withdraw": end,
    },
)


@transaction.atomic
def propose(measure: Measure, *, findings: Iterable[Finding]) -> Measure:
    """Store a new measure with the deficiencies it is about, by the actor in force."""
    measure.save()
    for finding in findings:
        target = MeasureFinding(measure=measure, finding=finding, unit=measure.unit)
        target.full_clean()
        target.save()
    return measure
