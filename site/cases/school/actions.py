"""The steps of a placement: who may wait for a place, what follows from getting one."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agenda.actions import (
    add_task,
    cancel_deadline,
    cancel_tasks,
    complete_deadline,
    finish_tasks,
    set_deadline,
)
from cases.answering import answer_referral
from cases.models import SchoolPlacement
from cases.school import queries, rules
from law.queries import FigureMissing
from workflow import Step, Steps

FIRST_DAY = "school.first_day"
FOLLOW_UP = "school.follow_up"  # the legal figure, and the kind of the deadline


def _worked_out(placement: SchoolPlacement) -> None:
    """Where nobody has said from when on, the law does."""
    if placement.compulsory_from is not None:
        return
    with suppress(FigureMissing):
        found = queries.schooling_of(
            placement.person, arrived_on=placement.arrived_on, reported_on=placement.reported_on
        )
        placement.compulsory_from = found.begins if found else None


def _of_school_age(placement: SchoolPlacement) -> list[str]:
    """A day that the team has entered itself counts before what age and arrival say."""
    try:
        found = queries.schooling_of(
            placement.person, arrived_on=placement.arrived_on, reported_on=placement.reported_on
        )
        next_year = queries.law_on(placement.reported_on).school_year_after(timezone.localdate())
    except FigureMissing as missing:
        return [str(missing)]
    if found is None:
        return [_("Das Geburtsdatum des Kindes fehlt. Bitte bei der Person eintragen.")]
    begins = placement.compulsory_from or found.earliest
    if begins > next_year:
        return [
            _(
                "Schulpflichtig wird das Kind erst am %(day)s. Plätze gibt es für Kinder, die es "
                "spätestens mit dem nächsten Schuljahr sind (%(next)s)."
            )
            % {"day": date_format(begins, "d.m.Y"), "next": date_format(next_year, "d.m.Y")}
        ]
    if found.over and placement.compulsory_from is None:
        return list(found.explanation)
    return []


def _enlist(step: Step) -> None:
    placement = step.record
    if placement.waiting_since > timezone.localdate(step.at):
        raise ValidationError({"waiting_since": [_("Dieser Tag liegt noch vor uns.")]})
    _worked_out(placement)


def _place(step: Step) -> None:
    placement = step.record
    if placement.kind == rules.PlacementKind.ARRIVAL_CLASS:
        free = queries.free_places(placement.school)
        if free is not None and free < 1:
            told = _(
                "In der Ankunftsklasse ist kein Platz frei (%(places)d von %(places)d belegt)."
            )
            places = placement.school.arrival_places
            raise ValidationError({"school": [told % {"places": places}]})
    _worked_out(placement)
    add_task(
        title=_("Erster Schultag: nachfragen, ob das Kind angekommen ist"),
        owner=placement,
        due_on=placement.starts_on,
        origin=FIRST_DAY,
    )
    _look_again(placement)


def _look_again(placement: Any) -> None:
    """Some weeks after the first day somebody asks how it is going."""
    title = _("Nach dem Schulbesuch fragen")
    try:
        set_deadline(
            owner=placement,
            kind=FOLLOW_UP,
            event_on=placement.starts_on,
            length_key=FOLLOW_UP,
            title=title,
        )
    except FigureMissing:
        add_task(
            title=_("Frist von Hand setzen: %(title)s") % {"title": title},
            owner=placement,
            origin=f"{FOLLOW_UP}.figure",
        )


def _attend(step: Step) -> None:
    placement = step.record
    if placement.starts_on > timezone.localdate(step.at):
        raise ValidationError({"starts_on": [_("Der erste Schultag liegt noch vor uns.")]})
    stored = SchoolPlacement.objects.get(pk=placement.pk)
    _worked_out(placement)
    finish_tasks(owner=placement, origin=FIRST_DAY)
    if stored.starts_on != placement.starts_on:
        _look_again(placement)
    answer_referral(step)


def _change_kind(step: Step) -> None:
    stored = SchoolPlacement.objects.get(pk=step.record.pk)
    if stored.kind == step.record.kind:
        told = _("Das Kind hat schon einen Platz dieser Art: %(kind)s.")
        raise ValidationError({"kind": [told % {"kind": stored.get_kind_display()}]})


def _end(step: Step) -> None:
    placement = step.record
    if placement.ended_on > timezone.localdate(step.at):
        raise ValidationError({"ended_on": [_("Dieser Tag liegt noch vor uns.")]})
    if placement.ended_on < placement.reported_on:
        raise ValidationError({"ended_on": [_("Das Ende liegt vor dem Tag der Meldung.")]})
    if step.source == rules.State.ATTENDING:
        complete_deadline(owner=placement, kind=FOLLOW_UP)
    cancel_deadline(owner=placement, kind=FOLLOW_UP)
    cancel_tasks(owner=placement)
    answer_referral(step)


PLACEMENT_STEPS = Steps(
    SchoolPlacement,
    "state",
    rules.PLACEMENT,
    guards={"enlist": _of_school_age, "place": _of_school_age},
    effects={
        "enlist": _enlist,
        "place": _place,
        "attend": _attend,
        "change_kind": _change_kind,
        "end": _end,
    },
)


def compulsory_from(
    person: Any, *, arrived_on: Any, reported_on: Any, given: Any, before: Any
) -> Any:
    """What a form stores as the first day: what was entered, else what the law says.

    `before`: the day stored so far, if the law had worked it out; it is then worked out anew.
    """
    if given is not None and given != before:
        return given
    with suppress(FigureMissing):
        found = queries.schooling_of(person, arrived_on=arrived_on, reported_on=reported_on)
        return found.begins if found else None
    return given
