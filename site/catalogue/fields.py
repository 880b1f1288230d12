"""A model field the catalogue adds to Django's: several codes of one list in one column."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

_AT_A_GLANCE = 15  # more boxes than that are no list to look through


class Selects(forms.SelectMultiple):
    """Of a long list, one select below the other: the first letters typed find a line of it.

    As many as are chosen and a free one, at least two. All bear one name, as checkboxes do.
    """

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        chosen = [str(code) for code in value or ()]
        places = [*chosen, *[""] * max(1, 2 - len(chosen))]
        choices = [("", "---------"), *self.choices]
        return format_html_join(
            "",
            "{}",
            (
                (self._one(choices, name, code, attrs or {}, place, renderer),)
                for place, code in enumerate(places)
            ),
        )

    def _one(
        self, choices: Any, name: str, code: str, attrs: dict[str, Any], place: int, renderer: Any
    ) -> SafeString:
        own = {**self.attrs, **attrs}
        if place:  # the label names the first
            own |= {"id": f"{own.get('id', name)}_{place}", "aria-label": _("weitere Angabe")}
            own.pop("required", None)
        return forms.Select(own, choices).render(name, code, None, renderer)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        return [code for code in super().value_from_datadict(data, files, name) or () if code]


class ChoiceSetField(models.CharField):
    """Some of a fixed list, as text: "noise,waste", in the order of the list, "" for none.

    Text, so that history, commitments, files and both databases treat it like any other value.
    `codes`: (code, label) pairs; codes are letters, digits and underscores.
    """

    description = _("Mehrere aus einer Liste")

    def __init__(self, *args: Any, codes: Iterable[tuple[str, Any]] = (), **kwargs: Any) -> None:
        self.codes = list(codes)
        kwargs.setdefault("max_length", 250)
        super().__init__(*args, **kwargs)

    def contribute_to_class(
        self, cls: type[models.Model], name: str, *args: Any, **kw: Any
    ) -> None:
        super().contribute_to_class(cls, name, *args, **kw)
        shown = f"get_{name}_display"
        if shown not in cls.__dict__:
            setattr(cls, shown, lambda record: self.in_words(getattr(record, self.attname)))

    def chosen(self, value: str | None) -> list[str]:
        """The codes in the text."""
        return [code for code in (value or "").split(",") if code]

    def in_words(self, value: str | None) -> str:
        labels = {code: str(label) for code, label in self.codes}
        return ", ".join(labels.get(code, code) for code in self.chosen(value))

    def joined(self, codes: Iterable[str]) -> str:
        """The one text that stands for these codes, whatever order they come in."""
        wanted = set(codes)
        return ",".join(code for code, _label in self.codes if code in wanted)

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        known = {code for code, _label in self.codes}
        if not value or not known or not set(self.chosen(value)) <= known:
            return value
        return self.joined(self.chosen(value))

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        super().validate(value, model_instance)
        strange = set(self.chosen(value)) - {code for code, _label in self.codes}
        if strange:
            raise ValidationError(
                _("%(codes)s steht hier nicht zur Auswahl."),
                params={"codes": ", ".join(f"„{code}“" for code in sorted(strange))},
            )

    def formfield(self, **kwargs: Any) -> Any:
        return ChoiceSetFormField(
            model_field=self,
            choices=self.codes,
            required=not self.blank,
            label=kwargs.get("label", self.verbose_name),
            help_text=kwargs.get("help_text", self.help_text),
            widget=forms.CheckboxSelectMultiple if len(self.codes) <= _AT_A_GLANCE else Selects,
        )


class ChoiceSetFormField(forms.MultipleChoiceField):
    """Checkboxes whose value is the column's text."""

    def __init__(self, *, model_field: ChoiceSetField, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.model_field = model_field

    def prepare_value(self, value: Any) -> Any:
        return self.model_field.chosen(value) if isinstance(value, str) else value

    def clean(self, value: Any) -> Any:
        return self.model_field.joined(super().clean(value))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(super().has_changed(self.prepare_value(initial), self.prepare_value(data)))
