"""A settled inspection does not change. The one check that form, file and step all run through.

What people may is in `inspections.policy`, which leaves settled inspections out of "change" and
"delete"; `clean()` is what an import by the system and a new part run through as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from history.models import Recorded
from inspections import rules

if TYPE_CHECKING:
    from inspections.models.visits import Inspection


def refuse_if_settled(inspection: Inspection) -> None:
    """Raises ValidationError if the stored inspection is locked or cancelled.

    The stored one: a step that locks has put the new state on the instance already.
    """
    if inspection.pk is None:
        return
    stored = type(inspection)._default_manager.filter(pk=inspection.pk)
    state = stored.values_list("state", flat=True).first()
    if state == rules.State.LOCKED:
        raise ValidationError(
            _(
                "Der Bericht von %(reference)s ist festgeschrieben. Daran wird nichts mehr geändert; "
                "eine Berichtigung ist eine Nachkontrolle."
            )
            % {"reference": inspection.reference}
        )
    if state == rules.State.CANCELLED:
        raise ValidationError(
            _("Der Termin %(reference)s ist abgesagt.") % {"reference": inspection.reference}
        )


class PartOfInspection(Recorded):
    """What belongs to one inspection and is locked with it. Brings `inspection` as a field."""

    inspection: Any
    inspection_id: Any

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def clean(self) -> None:
        super().clean()
        if self.inspection_id is not None:
            refuse_if_settled(self.inspection)
