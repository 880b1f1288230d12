"""Forms in which the administration keeps accounts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.users.forms import UserCreationForm, UserEditForm

from access.actions import assign_roles, assign_units, note_changes
from access.models import OrganisationalUnit, User


class _Belonging(forms.ModelForm):
    """Roles and units next to name and password; superuser is no box to tick.

    `by`: who saves the form, for the log.
    """

    email = forms.EmailField(
        label=_("E-Mail"),
        required=False,
        help_text=_(
            "Nur für Benachrichtigungen der Redaktion. Zum Anmelden wird sie nicht gebraucht."
        ),
    )
    roles = forms.ModelMultipleChoiceField(
        label=_("Rollen"),
        queryset=Group.objects.order_by("name"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _(
                "Bitte wählen Sie mindestens eine Rolle. Ohne Rolle ist keine Arbeit möglich."
            )
        },
    )
    main_unit = forms.ModelChoiceField(
        label=_("Stelle"),
        queryset=OrganisationalUnit.objects.all(),
        required=False,
        empty_label=_("keine"),
        help_text=_("Neue Datensätze dieser Person gehören zu dieser Stelle."),
    )
    other_units = forms.ModelMultipleChoiceField(
        label=_("Weitere Stellen"),
        queryset=OrganisationalUnit.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.by: User | None = kwargs.pop("by", None)
        super().__init__(*args, **kwargs)
        self.fields.pop("is_superuser", None)
        if self.instance.pk:
            units = [m.unit_id for m in self.instance.memberships.order_by("pk")]
            self.initial = {
                **self.initial,
                "roles": self.instance.groups.all(),
                "main_unit": units[0] if units else None,
                "other_units": units[1:],
            }

    def _clean_username(self) -> None:
        """Names differ by more than case: signing in does not look at case."""
        super()._clean_username()  # type: ignore[misc]
        name = self.cleaned_data.get("username")
        if not name or "username" in self.errors:
            return
        if User.objects.filter(username__iexact=name).exclude(pk=self.instance.pk).exists():
            self.add_error(
                "username",
                ValidationError(
                    _("Diesen Benutzernamen gibt es schon."), code="duplicate_username"
                ),
            )

    def save(self, commit: bool = True) -> User:
        user = super().save(commit=commit)
        if not commit:
            return user
        note_changes(user, self.changed_data, by=self.by)
        if "roles" in self.fields:
            assign_roles(user, self.cleaned_data["roles"], by=self.by)
            assign_units(
                user,
                main=self.cleaned_data["main_unit"],
                others=self.cleaned_data["other_units"],
                by=self.by,
            )
        return user


_FIELDS = ["username", "first_name", "last_name", "email"]
_BELONGING = ["roles", "main_unit", "other_units"]


class AccountCreationForm(_Belonging, UserCreationForm):
    field_order = [*_FIELDS, "password1", "password2", *_BELONGING]

    class Meta:
        model = User
        fields = _FIELDS


class AccountEditForm(_Belonging, UserEditForm):
    """Without roles and units for one's own account: somebody else has to give them (four eyes)."""

    field_order = [*_FIELDS, "is_active", "password1", "password2", *_BELONGING]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.editing_self = kwargs.get("editing_self", False)
        super().__init__(*args, **kwargs)
        if self.editing_self:
            for name in _BELONGING:
                del self.fields[name]

    @property
    def password_enabled(self) -> bool:
        """One's own password changes only where the old one is asked (see `urls`)."""
        return not self.editing_self

    class Meta:
        model = User
        fields = [*_FIELDS, "is_active"]
