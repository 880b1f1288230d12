"""The form of a placement."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from access.policy import policy_of
from backoffice.forms import RecordForm
from cases.models import SchoolPlacement
from cases.opening import refuse_foreign_referral
from cases.school.actions import compulsory_from
from cases.school.queries import open_placement


class PlacementForm(RecordForm):
    """One running placement for a child. Left empty, the first day of compulsory schooling is worked
    out; and again when what it was worked out from changes.
    """

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        refuse_foreign_referral(self, found, SchoolPlacement)
        person = found.get("person")
        if person is None:
            return found
        there = open_placement(person.pk, besides=self.instance.pk)
        if there is not None and (self.instance.pk is None or self.instance.state != "ended"):
            seen = policy_of(SchoolPlacement).visible(self.for_user).filter(pk=there.pk).exists()
            told = _("Für dieses Kind läuft schon eine Schulplatzsuche.")
            self.add_error("person", f"{told[:-1]} ({there.reference})." if seen else told)
            return found
        if {"reported_on", "arrived_on", "compulsory_from"} <= set(found):
            found["compulsory_from"] = compulsory_from(
                person,
                arrived_on=found["arrived_on"],
                reported_on=found["reported_on"],
                given=found["compulsory_from"],
                before=self._worked_out_before(),
            )
        return found

    def _worked_out_before(self) -> Any:
        """The day stored so far, if it is the one that follows from the facts stored so far."""
        stored = self.instance
        if stored.pk is None or stored.compulsory_from is None:
            return None
        follows = compulsory_from(
            stored.person,
            arrived_on=stored.arrived_on,
            reported_on=stored.reported_on,
            given=None,
            before=None,
        )
        return follows if follows == stored.compulsory_from else None
