"""Verbs on the housing stock that are more than a field edit. Each is one recorded transaction."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from buildings.models import PartyRole, RoleKind
from buildings.models.standing import Supervised
from buildings.rules import holds
from history.actor import because as giving_reason
from history.actor import bound, current_actor

Place = TypeVar("Place", bound=Supervised)
Fact = bool | Callable[[], bool]


def set_state(
    place: Place,
    *,
    because: str,
    observed: Fact | None = None,
    measure_running: Fact | None = None,
    closed: Fact | None = None,
) -> Place:
    """Say what is true of a building or dwelling now; its `state` follows (rules.PRECEDENCE).

    observed: a case is open. measure_running: a measure is ordered and not settled.
    closed: a closure is in force. A fact left out stays as it is. Whoever calls speaks for ALL
    cases of the place, not for the one at hand: give a function, it is asked while the place is
    locked, so that two cases closed at once do not leave the flat observed for ever:

        set_state(dwelling, observed=lambda: open_cases(dwelling).exists(), because=str(case))

    Within the caller's transaction and by the caller's actor (`because` goes into the history).
    Writes nothing when nothing changes. Returns the place as it is stored, `state` included.
    """
    facts = {"observed": observed, "measure_running": measure_running, "closed": closed}
    with transaction.atomic(), giving_reason(because):
        stored: Any = type(place)._default_manager.select_for_update().get(pk=place.pk)
        for name, fact in facts.items():
            if fact is not None:
                setattr(stored, name, fact() if callable(fact) else fact)
        stored.save()
        stored.refresh_from_db(fields=["state"])
    done: Place = stored
    return done


OWNER_CHANGE = "owner-change:"  # how the origin of its history rows begins


def change_owner(new: PartyRole, *, ends: Iterable[PartyRole], because: str) -> PartyRole:
    """Record a change of owner on one day: `new` begins, and the roles in `ends` end, on it.

    `new`: not yet stored, with party, place, source, `valid_from` (the day) and perhaps a share.
    One transaction; all its history rows carry one origin, by which `undo_owner_change` finds
    them. Raises ValidationError, with German reasons, and then nothing was written.
    """
    new.role = RoleKind.OWNER
    day = new.valid_from
    if day is None:
        raise ValidationError({"valid_from": _("Bitte den Tag des Wechsels angeben.")})
    with transaction.atomic(), _one_occasion(because):
        before = [old.pk for old in ends]
        for old in PartyRole.objects.select_for_update().filter(pk__in=before).order_by("pk"):
            _end(old, new, day)
        new.full_clean()
        new.save()
    return new


def _end(old: PartyRole, new: PartyRole, day: date) -> None:
    same_place = (old.building_id, old.dwelling_id) == (new.building_id, new.dwelling_id)
    if old.role != new.role or not same_place:
        raise ValidationError(_("%s gehört nicht zu diesem Wechsel.") % old)
    if not holds(old.valid_from, old.valid_to, day):
        raise ValidationError(
            _("%(role)s galt am %(day)s nicht und kann an diesem Tag nicht enden.")
            % {"role": old, "day": date_format(day, "d.m.Y")}
        )
    old.valid_to = day
    old.full_clean()
    old.save()


@contextmanager
def _one_occasion(reason: str) -> Iterator[None]:
    occasion = OWNER_CHANGE + uuid.uuid4().hex[:16]
    with bound(replace(current_actor(), reason=reason, origin=occasion)):
        yield


def owner_change_of(role: PartyRole) -> str:
    """The origin of the change of owner that brought this role; "" for any other role."""
    first = role.history.filter(history_type="+").order_by("-version").first()
    origin = first.history_origin if first else ""
    return origin if origin.startswith(OWNER_CHANGE) else ""


def undo_owner_change(role: PartyRole, *, because: str) -> None:
    """Take a change of owner back: its new role goes, the ended ones get their old end again.

    Raises ValidationError when one of them was changed since: then a person decides.
    """
    origin = owner_change_of(role)
    if not origin:
        raise ValidationError(_("Diese Rolle kam nicht durch einen Eigentümerwechsel zustande."))
    rows = list(PartyRole.history.filter(history_origin=origin).order_by("history_id"))
    with transaction.atomic(), giving_reason(because):
        stored = PartyRole.objects.select_for_update().in_bulk([row.id for row in rows])
        for row in rows:
            current = stored.get(row.id)
            if current is None or current.version != row.version:
                raise ValidationError(
                    _("%s wurde seit dem Wechsel geändert. Bitte dort von Hand berichtigen.")
                    % row.instance
                )
        for row in rows:
            _take_back(stored[row.id], row)


def _take_back(current: PartyRole, row: Any) -> None:
    if row.history_type == "+":
        current.delete()
        return
    before = PartyRole.history.get(id=row.id, version=row.version - 1)
    current.valid_to = before.valid_to
    current.save()
