"""The dialogues about people: what is asked while typing, moving out, what is compared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.templatetags.static import static
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.panels import Panel
from wagtail.admin.widgets import AdminDateInput

from backoffice.forms import PartialDayField
from backoffice.naming import shown
from catalogue import ChoiceSetField, Field
from catalogue.days import PartOfDay, in_words
from people.models import HouseholdMember, Person


class KnownPanel(Panel):
    """The line under the names that says who may be known already (people/known.js)."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "people/known.html"

        @property
        def media(self) -> forms.Media:
            return forms.Media(js=[static("people/known.js")])


class _TypedDay(PartialDayField):
    """What is half typed yet is no fault, only not known."""

    def clean(self, value: Any) -> Any:
        try:
            return super().clean(value)
        except forms.ValidationError:
            return None


class _TypedNumber(forms.IntegerField):
    def clean(self, value: Any) -> Any:
        try:
            return super().clean(value)
        except forms.ValidationError:
            return None


class TypedForm(forms.Form):
    """As much of a person as has been typed so far."""

    family_name = forms.CharField(required=False, max_length=120)
    given_names = forms.CharField(required=False, max_length=120)
    birth_date = _TypedDay(required=False)
    birth_year = _TypedNumber(required=False, min_value=1900, max_value=2199)
    birth_month = _TypedNumber(required=False, min_value=1, max_value=12)
    but = _TypedNumber(required=False)

    def asked(self) -> dict[str, Any]:
        """The arguments of `queries.perhaps_known`."""
        asked = dict(self.cleaned_data)
        if isinstance(asked["birth_date"], PartOfDay):
            asked["birth_year"], asked["birth_month"] = asked["birth_date"]
            asked["birth_date"] = None
        return asked


class MoveOutForm(forms.Form):
    until = forms.DateField(
        label=gettext_lazy("Ausgezogen am"),
        widget=AdminDateInput,
        help_text=gettext_lazy("Ab diesem Tag gehört die Person nicht mehr zum Haushalt."),
    )
    change_reason = forms.CharField(
        label=gettext_lazy("Anmerkung für den Verlauf"), required=False, max_length=500
    )

    def __init__(self, *args: Any, member: HouseholdMember, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.member = member
        self.initial.setdefault("until", timezone.localdate())

    def clean_until(self) -> Any:
        until = self.cleaned_data["until"]
        if self.member.since and until < self.member.since:
            raise forms.ValidationError(_("Der Auszug liegt vor dem Einzug."))
        return until


# -- Comparing two records -----------------------------------------------------------------------------
KEPT, MERGED, BOTH = "kept", "merged", "both"


@dataclass(frozen=True)
class Compared:
    """One line of the comparison. `names`: the fields that go together (a date and its parts)."""

    label: str
    names: tuple[str, ...]
    kept: str
    merged: str
    key: str
    choices: tuple[tuple[str, str], ...]

    @property
    def differs(self) -> bool:
        return bool(self.choices)

    @property
    def taken_over(self) -> bool:
        """Whether the kept record has nothing here, and takes over what the other has."""
        return self.kept == "–" != self.merged


def compared(kept: Person, merged: Person, fields: list[Field], names: Any) -> Iterator[Compared]:
    """The fields that one of the two has, in the order of the form."""
    parts = {part for declared in fields for part in declared.partial}
    for declared in fields:
        if declared.name in parts or declared.name in ("unit", "merged_into"):
            continue
        field: Any = Person._meta.get_field(declared.name)
        together = (declared.name, *declared.partial)
        mine, theirs = (_in_words(each, declared, names) for each in (kept, merged))
        if mine == theirs == "–":
            continue
        choices: tuple[tuple[str, str], ...] = ()
        if mine != theirs and "–" not in (mine, theirs):
            choices = ((KEPT, mine), (MERGED, theirs))
            if isinstance(field, ChoiceSetField):
                choices += ((BOTH, _("beides")),)
        label = capfirst(str(field.verbose_name))
        yield Compared(label, together, mine, theirs, f"value-{declared.name}", choices)


def _in_words(person: Person, declared: Field, names: Any) -> str:
    if getattr(person, declared.name) is None and declared.partial:
        return in_words(*(getattr(person, part) for part in declared.partial)) or "–"
    return shown(person, declared.name, names)


class MergeForm(forms.Form):
    """What is chosen by hand, and why the two are one."""

    seen_kept = forms.IntegerField(widget=forms.HiddenInput)
    seen_merged = forms.IntegerField(widget=forms.HiddenInput)
    change_reason = forms.CharField(
        label=gettext_lazy("Woran ist zu erkennen, dass es (nicht) dieselbe Person ist?"),
        max_length=500,
        help_text=gettext_lazy("Steht im Verlauf. Zum Beispiel: derselbe Ausweis lag vor."),
    )

    def __init__(self, *args: Any, lines: list[Compared], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        for line in lines:
            if line.differs:
                self.fields[line.key] = forms.ChoiceField(
                    label=line.label, choices=line.choices, widget=forms.RadioSelect, required=False
                )

    def values(self, kept: Person, merged: Person) -> dict[str, Any]:
        """What the kept record takes over. Raises nothing: every line has been checked."""
        found: dict[str, Any] = {}
        for line in self.lines:
            chosen = self.cleaned_data.get(line.key) if line.differs else ""
            if line.taken_over or chosen == MERGED:
                found |= {name: getattr(merged, name) for name in line.names}
            elif chosen == BOTH:
                name = line.names[0]
                field: Any = Person._meta.get_field(name)
                codes = [*field.chosen(getattr(kept, name)), *field.chosen(getattr(merged, name))]
                found[name] = field.joined(codes)
        return found

    def unchosen(self) -> list[str]:
        return [
            line.label
            for line in self.lines
            if line.differs and not self.cleaned_data.get(line.key)
        ]
