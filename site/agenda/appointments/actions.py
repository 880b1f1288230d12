"""Taking in a request, answering it, and forgetting it. Each one transaction, recorded."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from access.models import OrganisationalUnit
from agenda.actions import add_task, finish_tasks
from agenda.appointments import rules
from agenda.models import AppointmentRequest
from agenda.rules import period_end
from agenda.working_days import our_working_days
from history.actor import Source, System, acting_as
from history.erasure import erase
from history.models import Erasure
from law.queries import figure
from law.rules import Figure
from workflow import Step, Steps

PUBLIC = System("Öffentliches Formular")
REQUESTED = "appointment.requested"
KEEPING = System("Löschfristen")


def request_appointment(
    request: AppointmentRequest, *, unit: OrganisationalUnit
) -> AppointmentRequest:
    """Take in what a reader of the portal asks for, and put a task before the unit.

    `request`: filled in, with the hash of its code, not yet stored; the same code is one request.
    Raises ValidationError for what the model refuses. Nothing is stored then.
    """
    entering = acting_as(PUBLIC, because=_("Termin angefragt"), source=Source.PUBLIC)
    with transaction.atomic(), entering:
        # Of two that send the same form at once, one waits for the other.
        OrganisationalUnit.objects.select_for_update(of=("self",), no_key=True).get(pk=unit.pk)
        there = AppointmentRequest.objects.filter(receipt_hash=request.receipt_hash).first()
        if there is not None:
            return there
        request.unit = unit
        request.full_clean()
        request.save()
        today = timezone.localdate(request.requested_at)
        add_task(
            owner=request,
            title=_("Terminanfrage beantworten"),
            due_on=our_working_days().after(today, rules.ANSWER_WITHIN),
            origin=REQUESTED,
        )
    return request


def _answered(step: Step) -> None:
    finish_tasks(owner=step.record, origin=REQUESTED)


REQUEST_STEPS = Steps(
    AppointmentRequest,
    "state",
    rules.APPOINTMENT,
    effects={"confirm": _answered, "decline": _answered},
)


def confirm(
    request: AppointmentRequest, *, at: Any, answer: str = "", user: Any
) -> AppointmentRequest:
    data = {"appointment_at": at, "answer": answer}
    return REQUEST_STEPS.perform(request, "confirm", user=user, data=data)


def erase_outdated(today: datetime.date) -> int:
    """Destroy what people wrote in requests that are long over, and the answers. Returns of how many.

    How long it stays is a legal figure, and part of the receipt. A request nobody has answered is
    work to do and stays. Raises FigureMissing: then all stay.
    """
    kept_for = figure(rules.KEEP, today)
    rule = _("Aufbewahrung abgelaufen: %(term)s") % {"term": kept_for}
    outdated = list(_outdated(kept_for, today))
    with acting_as(KEEPING, because=rule):
        for request in outdated:
            erase(request, rule=rule[: Erasure._meta.get_field("rule").max_length])
    return len(outdated)


def _outdated(kept_for: Figure, today: datetime.date) -> Iterator[AppointmentRequest]:
    receipts = Erasure.objects.filter(
        collection=AppointmentRequest._meta.label_lower,
        object_pk=OuterRef("pk"),
        version=OuterRef("version"),
    )
    answered = Q(state__in=rules.OVER) | Q(state=rules.RequestState.CONFIRMED)
    for request in AppointmentRequest.objects.filter(answered, ~Exists(receipts)).order_by("pk"):
        ended = max(filter(None, (request.changed_at, request.appointment_at)))
        last = period_end(timezone.localdate(ended), kept_for.count, kept_for.unit).on
        if last < today:
            yield request
