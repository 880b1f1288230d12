"""Verbs on accounts. Each leaves an entry in Wagtail's log: who, when, what was given or taken."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.db import models, transaction
from django.utils import timezone
from wagtail.log_actions import log

from access.models import Membership, OrganisationalUnit, Share, User

ROLES_CHANGED = "access.roles"
UNITS_CHANGED = "access.units"
PASSWORD_SET = "access.password_set"  # noqa: S105 - the name of a log entry
OPENED = "access.opened"
CLOSED = "access.closed"
SECOND_FACTOR_RESET = "access.second_factor_reset"


@transaction.atomic
def assign_roles(user: User, roles: Collection[Group], *, by: User | None) -> None:
    """Give `user` exactly these roles. Nothing is logged when nothing changes."""
    before = set(user.groups.values_list("name", flat=True))
    after = {role.name for role in roles}
    if before == after:
        return
    user.groups.set(roles)
    _log_difference(user, ROLES_CHANGED, before=before, after=after, by=by)


@transaction.atomic
def assign_units(
    user: User,
    *,
    main: OrganisationalUnit | None,
    others: Collection[OrganisationalUnit],
    by: User | None,
) -> None:
    """Let `user` belong to exactly these units; new records of theirs go to `main`.

    The lowest id of the memberships is the main unit (see `Membership`), so a new main unit means
    new rows in the new order.
    """
    wanted = [main] if main else []
    wanted += [unit for unit in others if unit != main]
    rows = user.memberships.select_related("unit").order_by("pk")
    before = [membership.unit for membership in rows]
    if before[:1] == wanted[:1] and set(before) == set(wanted):
        return
    user.memberships.all().delete()
    Membership.objects.bulk_create(Membership(user=user, unit=unit) for unit in wanted)
    _log_difference(
        user,
        UNITS_CHANGED,
        before={unit.name for unit in before},
        after={unit.name for unit in wanted},
        by=by,
        main=main.name if main else "",
    )


def note_changes(user: User, fields: Collection[str], *, by: User | None) -> None:
    """Log what Wagtail's own entry does not tell: a password set for somebody, an account closed."""
    if "password1" in fields:
        log(user, PASSWORD_SET, user=by)
    if "is_active" in fields:
        log(user, OPENED if user.is_active else CLOSED, user=by)


def _log_difference(
    user: User, action: str, *, before: set[str], after: set[str], by: User | None, **more: Any
) -> None:
    log(
        user,
        action,
        user=by,
        data={"given": sorted(after - before), "taken": sorted(before - after), **more},
    )


def open_to(
    record: models.Model,
    unit: OrganisationalUnit,
    *,
    reason: str,
    until: datetime.date,
    by: User,
    may_change: bool = False,
) -> Share:
    """Open one record to one further unit, as its page "Freigaben" does."""
    return Share.objects.create(
        collection=record._meta.label_lower,
        object_pk=record.pk,
        unit=unit,
        reason=reason,
        until=until,
        shared_by=by,
        may_change=may_change,
    )


def end_shares(
    model: type[models.Model], unit: OrganisationalUnit, *, reason: str, by: User | None
) -> int:
    """End what was opened to the unit for just this reason. Returns how many there were."""
    return Share.objects.filter(
        collection=model._meta.label_lower, unit=unit, reason=reason, ended_at=None
    ).update(ended_at=timezone.now(), ended_by=by)


@transaction.atomic
def reset_second_factor(user: User, *, by: User | None) -> None:
    """Forget every second factor of `user` and end their sessions; they enrol at the next sign-in.

    For a lost phone or key. `by` is None for the command line.
    """
    Authenticator.objects.filter(user=user).delete()
    end_sessions(user)
    log(user, SECOND_FACTOR_RESET, user=by)


def end_sessions(user: User) -> None:
    """Sign `user` out everywhere."""
    for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
        if session.get_decoded().get(SESSION_KEY) == str(user.pk):
            session.delete()
