"""The dialogue of a change of owner."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.policy import policy_of
from backoffice.forms import RecordForm
from backoffice.naming import related_names
from buildings.models import PartyRole, RoleKind

ASKED = (
    "party",
    "valid_from",
    "share_numerator",
    "share_denominator",
    "source",
    "evidence",
    "confirmed_on",
)


class OwnerChangeForm(RecordForm):
    """The new owner, the day, and which of the present owners end on it."""

    ends = forms.MultipleChoiceField(
        label=gettext_lazy("Diese Eigentümer enden an diesem Tag"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "Wer Eigentümer bleibt, zum Beispiel mit einem Anteil, wird abgewählt."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["change_reason"] = forms.CharField(
            label=_("Grund"),
            max_length=500,
            help_text=_(
                "Steht im Verlauf aller Rollen, die sich ändern. Zum Beispiel: Kaufvertrag."
            ),
        )
        self.fields["valid_from"].required = True
        self.fields["valid_from"].label = _("Tag des Wechsels")
        self.fields["valid_from"].help_text = _("Ab diesem Tag gilt die neue Eigentümerschaft.")
        self.fields["party"].label = _("Neuer Eigentümer")
        self.present = self._present()
        names = related_names(self.present, ["party"], self.for_user)
        self.fields["ends"].choices = [
            (str(role.pk), _in_words(role, names["party", role.party_id])) for role in self.present
        ]
        if self.present:
            self.initial["ends"] = [str(role.pk) for role in self.present]
        else:
            del self.fields["ends"]

    def settable(self) -> set[str]:
        return {field.name for field in self.policy.fields(self.for_user)} & set(ASKED)

    def _present(self) -> list[PartyRole]:
        """The owners of just this place whose time has not run out."""
        owners: Any = policy_of(PartyRole).visible(self.for_user, "change")
        owners = owners.filter(
            Q(valid_to=None) | Q(valid_to__gt=timezone.localdate()),
            role=RoleKind.OWNER,
            building=self.instance.building_id,
            dwelling=self.instance.dwelling_id,
        )
        return list(owners.order_by("valid_from", "pk"))

    @property
    def ending(self) -> list[PartyRole]:
        chosen = set(self.cleaned_data.get("ends") or ())
        return [role for role in self.present if str(role.pk) in chosen]

    def _get_validation_exclusions(self) -> set[str]:
        """The place was checked when the page was opened; the rest the action checks as a whole."""
        return super()._get_validation_exclusions() | {"building", "dwelling", "unit", "role"}

    def report(self, refusal: ValidationError) -> None:
        """Put what the action refused beside the fields it is about."""
        if not hasattr(refusal, "error_dict"):
            self.add_error(None, refusal)
            return
        for name, errors in refusal.error_dict.items():
            self.add_error(name if name in self.fields else None, errors)


def _in_words(role: PartyRole, name: str) -> str:
    parts = [name]
    if role.share is not None:
        parts.append(_("Anteil %s") % role.share)
    if role.valid_from:
        parts.append(_("seit %s") % date_format(role.valid_from, "d.m.Y"))
    return ", ".join(parts)
