"""The form of a record: only settable fields, only choosable records, no lost update."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db.models import ForeignKey, Model
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList

from access.policy import policy_of
from backoffice.choosers import RecordChooser
from catalogue import Collection, collection_of
from catalogue.days import PartOfDay, known_part
from catalogue.fields import ChoiceSetFormField
from catalogue.naming import is_collection


@dataclass(frozen=True)
class Conflict:
    """A field that somebody else changed while the person had the form open."""

    label: str
    mine: str
    theirs: str
    same_field: bool  # both changed it; otherwise theirs has simply been taken over


class SuggestingInput(forms.TextInput):
    """A text field with a list to choose from, which the browser filters while one types."""

    def __init__(self, values: Iterable[str]) -> None:
        super().__init__(attrs={"autocomplete": "off"})
        self.values = values

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        key = f"{(attrs or {}).get('id', name)}-suggested"
        field = super().render(name, value, {**(attrs or {}), "list": key}, renderer)
        options = format_html_join("", '<option value="{}">', ((each,) for each in self.values))
        return format_html('{}<datalist id="{}">{}</datalist>', field, key, options)


class PartialDayField(forms.DateField):
    """A day, or as much of it as is known: "00.05.1987", "1987"."""

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except ValidationError:
            if part := known_part(str(value)):
                return part
            raise


class RecordForm(WagtailAdminModelForm):
    """Form of a recorded model, built from its declaration.

    `seen_version`: the version the form was filled from. Saving onto another version is refused
    by the view, which then shows both. `change_reason` goes into the history row.
    """

    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    change_reason = forms.CharField(
        label=_("Grund der Änderung"),
        max_length=500,
        required=False,
        widget=forms.TextInput,
        help_text=_("Steht später im Verlauf. Zum Beispiel: Anruf der Hausverwaltung."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.policy = policy_of(self._meta.model)
        is_new = self.instance.pk is None
        self.initial.setdefault("seen_version", None if is_new else self.instance.version)
        self._drop_hidden_fields()
        self._read_decimal_commas()
        self._read_times()
        self._read_parts_of_days()
        self._suggest()
        self._limit_references()
        self._limit_people()
        self._limit_units("add" if is_new else "change")
        if is_new:
            del self.fields["change_reason"]
        elif collection_of(self._meta.model).reason_required:
            self.fields["change_reason"].required = True

    def _drop_hidden_fields(self) -> None:
        for name in set(collection_of(self._meta.model).fields) - self.settable():
            self.fields.pop(name, None)

    def settable(self) -> set[str]:
        """The fields this person may fill in, in this form."""
        return {field.name for field in self.policy.fields(self.for_user) if field.entered}

    def _read_decimal_commas(self) -> None:
        """A number field of the browser takes "45,5" or "45.5" as the browser likes; ours takes both."""
        for field in self.fields.values():
            if isinstance(field, forms.DecimalField):
                field.localize = True
                field.widget = forms.TextInput(attrs={"inputmode": "decimal"})
                field.widget.is_localized = True

    def _read_times(self) -> None:
        """Also as one writes them here: "9.30"."""
        for field in self.fields.values():
            if isinstance(field, forms.TimeField):
                read: Any = field
                read.input_formats = [*read.input_formats, "%H.%M"]

    def _read_parts_of_days(self) -> None:
        for name, declared in collection_of(self._meta.model).fields.items():
            old = self.fields.get(name)
            settable = declared.partial and self.fields.keys() >= {*declared.partial}
            if settable and isinstance(old, forms.DateField):
                self.fields[name] = PartialDayField(
                    label=old.label,
                    required=old.required,
                    help_text=old.help_text,
                    widget=old.widget,
                    input_formats=old.input_formats,
                )

    def clean(self) -> dict[str, Any]:
        """Of a day not known whole, its year and its month go into the fields for them."""
        cleaned = super().clean() or self.cleaned_data
        for name, value in list(cleaned.items()):
            if isinstance(value, PartOfDay):
                partial = collection_of(self._meta.model).fields[name].partial
                cleaned |= {name: None, **dict(zip(partial, value, strict=True))}
        return cleaned

    def _suggest(self) -> None:
        """Offer what a register holds, as far as this person may see the register."""
        for name, declared in collection_of(self._meta.model).fields.items():
            if name in self.fields and declared.suggests:
                label, _dot, source = declared.suggests.rpartition(".")
                register: Any = policy_of(apps.get_model(label)).visible(self.for_user)
                values = register.order_by(source).values_list(source, flat=True).distinct()
                self.fields[name].widget = SuggestingInput(values)

    def _limit_references(self) -> None:
        for name, target in self._references():
            records = policy_of(target).visible(self.for_user)
            self.fields[name].queryset = records
            widget = self.fields[name].widget
            if isinstance(widget, RecordChooser):
                widget.show_to(self.for_user)

    def _limit_people(self) -> None:
        """Colleagues to choose from: those with work in this collection, and who is named already."""
        for name, field in self.fields.items():
            if not isinstance(field, forms.ModelChoiceField):
                continue
            if field.queryset is None or field.queryset.model is not get_user_model():
                continue
            working = self.policy.users_with_any_permission(["change"])
            named = get_user_model().objects.filter(pk=getattr(self.instance, f"{name}_id"))
            field.queryset = (working | named.distinct()).order_by("last_name", "first_name", "pk")

    def _limit_units(self, verb: str) -> None:
        if "unit" not in self.fields:
            return
        units = self.policy.units(self.for_user, verb)
        if self.instance.unit_id:  # a shared record stays with its unit
            units = units | type(units.model())._default_manager.filter(pk=self.instance.unit_id)
        self.fields["unit"].queryset = units
        if self.instance.pk is None and not self.initial.get("unit"):
            membership = self.for_user.memberships.first()
            own = units.filter(pk=membership.unit_id).first() if membership else units.first()
            self.initial["unit"] = own.pk if own else None

    def _references(self) -> Iterator[tuple[str, type[Model]]]:
        declared = collection_of(self._meta.model).fields
        for name in list(self.fields):
            if name not in declared:  # of the form alone, such as the reason
                continue
            field = self._meta.model._meta.get_field(name)
            if isinstance(field, ForeignKey) and is_collection(field.related_model):
                yield name, field.related_model

    # Two editors, one record ------------------------------------------------------------------------

    @property
    def is_stale(self) -> bool:
        """Whether the record has moved on since this (bound) form was filled."""
        if self.instance.pk is None:
            return False
        return str(self.data.get("seen_version", "")) != str(self.initial["seen_version"])

    def merged_onto(self, stored: Model, seen: Model | None) -> tuple[RecordForm, list[Conflict]]:
        """A fresh form on `stored` that keeps what the person changed since `seen`.

        `seen` is the version they started from (a history row), None if unknown: then every
        field counts as theirs. Returns the form and what needs a look.
        """
        initial: dict[str, Any] = {}
        conflicts = []
        for name, field in self.fields.items():
            if name == "seen_version":
                continue
            mine = field.widget.value_from_datadict(self.data, self.files, self.add_prefix(name))
            if name == "change_reason":
                initial[name] = mine
                continue
            theirs = _value(stored, name)
            base = _value(seen, name) if seen is not None else None
            i_changed = seen is None or field.has_changed(field.prepare_value(base), mine)
            they_changed = field.has_changed(field.prepare_value(theirs), mine)
            if i_changed:
                initial[name] = mine
            if they_changed and (not i_changed or seen is None or base != theirs):
                conflicts.append(
                    Conflict(
                        label=str(field.label),
                        mine=_shown(field, mine),
                        theirs=_shown(field, field.prepare_value(theirs)),
                        same_field=i_changed,
                    )
                )
        fresh = type(self)(instance=stored, initial=initial, for_user=self.for_user)
        return fresh, conflicts


def _value(record: Model, name: str) -> Any:
    field: Any = record._meta.get_field(name)
    return getattr(record, field.attname)


def _shown(field: forms.Field, value: Any) -> str:
    """A form value as the person would read it: labels of choices, names of records."""
    if value in (None, ""):
        return "–"
    if isinstance(field, forms.BooleanField):
        return str(_("ja") if value else _("nein"))
    if isinstance(field.widget, RecordChooser):
        record = field.widget.get_instance(value)
        return field.widget.get_display_title(record) if record else "–"
    if isinstance(field, ChoiceSetFormField):
        return field.model_field.in_words(",".join(field.prepare_value(value)))
    choices = getattr(field, "choices", None)
    if choices is not None:
        return str({str(key): label for key, label in choices}.get(str(value), value))
    return str(field.widget.format_value(value) or "–")


def edit_handler_of(model: type[Model]) -> ObjectList:
    """The panels of the form: one group per section of the declaration, the reason last."""
    collection: Collection = collection_of(model)
    groups = [
        MultiFieldPanel([FieldPanel(field.name) for field in entered], section.heading)
        for section in collection.sections
        if (entered := [field for field in section.fields if field.entered])
    ]
    groups.append(MultiFieldPanel([FieldPanel("change_reason")], _("Änderung")))
    hidden = FieldPanel("seen_version", attrs={"hidden": True})  # else it gets a heading
    return ObjectList([*groups, hidden], base_form_class=RecordForm).bind_to_model(model)
