"""What every step of a measure may entail: deadlines, the state of the place, refusals."""

from __future__ import annotations

import datetime
from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agenda.actions import add_task, cancel_deadline, finish_tasks, set_deadline
from buildings.actions import set_state
from inspections.enforcement import queries
from inspections.models import InspectionCase, Measure
from law.queries import FigureMissing
from papers.filling import PaperError
from workflow import Refused, Step

HEARING = "measure.hearing"
COMPLIANCE = "measure.compliance"
FOLLOW_UP = "measure.follow_up"
_DEADLINES = (HEARING, COMPLIANCE, FOLLOW_UP, queries.APPEAL)
APPROVAL = "measure.approval"
RETURNED = "measure.returned"
UNDELIVERED = "delivery.returned"


def refusing(effect: Callable[[Step], None]) -> Callable[[Step], None]:
    """A paper that cannot be made or a figure nobody entered refuses the step, in its own words."""

    def asked(step: Step) -> None:
        try:
            effect(step)
        except PaperError as error:
            raise Refused(error.messages) from error
        except FigureMissing as missing:
            raise Refused([str(missing)]) from missing

    return asked


def in_words(day: datetime.date) -> str:
    return str(date_format(day, "D d.m.Y"))


def today(step: Step) -> datetime.date:
    return timezone.localdate(step.at)


def happened(step: Step, *names: str) -> None:
    """What is entered as done has been done: none of these days of the record lies ahead."""
    days = {name: getattr(step.record, name) for name in names}
    ahead = [name for name, day in days.items() if day is not None and day > today(step)]
    if ahead:
        told = _("Dieser Tag liegt in der Zukunft. Bitte erst dann eintragen.")
        raise ValidationError({name: [told] for name in ahead})


def ask_to_draft(measure: Measure) -> None:
    add_task(title=_("Bescheid entwerfen"), owner=measure, origin=RETURNED)


def run_compliance(measure: Measure, event_on: datetime.date) -> None:
    if measure.deadline_on is None:
        return
    order = queries.order_in_force(measure)
    basis = _("Bescheid %s") % order.number if order else _("schriftliche Zusage")
    set_deadline(
        owner=measure,
        kind=COMPLIANCE,
        event_on=event_on,
        fixed_on=measure.deadline_on,
        basis=basis,
        title=_("Umsetzung prüfen, Nachkontrolle ansetzen"),
    )
    set_deadline(
        owner=measure,
        kind=FOLLOW_UP,
        event_on=measure.deadline_on,
        length_key="follow_up.after_deadline",
        title=_("Nachkontrolle durchführen"),
    )


def stop(measure: Measure, *kinds: str) -> None:
    for kind in kinds or _DEADLINES:
        cancel_deadline(owner=measure, kind=kind)


def end(step: Step) -> None:
    stop(step.record)
    for origin in (APPROVAL, RETURNED, UNDELIVERED):
        finish_tasks(owner=step.record, origin=origin)
    place_follows(step.record)


def place_follows(measure: Measure) -> None:
    """House and flat show "Maßnahme läuft" as long as any order about them is not settled."""
    measure.save()  # before they are asked for their measures
    case: InspectionCase = measure.case
    for place in filter(None, (case.building, case.dwelling)):
        set_state(
            place,
            measure_running=queries.ordered_at(place).exists,
            because=measure.reference,
        )
