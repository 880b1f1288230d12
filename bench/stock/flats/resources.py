"""The resource one writes after import-export's manual for the wide file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from import_export import fields, resources, widgets

from flats.models import Estate, Flat
from housing.models import Unit
from housing.resources import GermanDecimal
from wide_table import CONDITION_CODES, HEATING_CODES, KIND_CODES


class Labelled(widgets.CharWidget):
    """A choice by its label."""

    def __init__(self, choices: Iterable[tuple[str, str]]) -> None:
        super().__init__()
        self.codes = {label: code for code, label in choices}
        self.labels = dict(choices)

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        return self.codes.get(value, value)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return self.labels.get(value, value)


class YesNo(widgets.BooleanWidget):
    TRUE_VALUES = ("ja",)
    FALSE_VALUES = ("nein",)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "ja" if value else "nein"


def _day(name: str, heading: str) -> fields.Field:
    return fields.Field(name, heading, widget=widgets.DateWidget("%d.%m.%Y"))


class FlatResource(resources.ModelResource):
    number = fields.Field("number", "Inventarnummer")
    estate = fields.Field("estate", "Kürzel", widget=widgets.ForeignKeyWidget(Estate, "code"))
    title = fields.Field("title", "Bezeichnung")
    street = fields.Field("street", "Straße")
    house_number = fields.Field("house_number", "Hausnummer")
    postcode = fields.Field("postcode", "PLZ")
    city = fields.Field("city", "Ort")
    meter = fields.Field("meter", "Zählernummer")
    contact = fields.Field("contact", "Ansprechperson")
    telephone = fields.Field("telephone", "Telefon")
    kind = fields.Field("kind", "Art", widget=Labelled(KIND_CODES))
    condition = fields.Field("condition", "Zustand", widget=Labelled(CONDITION_CODES))
    heating = fields.Field("heating", "Heizung", widget=Labelled(HEATING_CODES))
    built_on = _day("built_on", "Bezugsfertig am")
    checked_on = _day("checked_on", "Geprüft am")
    next_check = _day("next_check", "Nächste Prüfung")
    area = fields.Field("area", "Fläche (m²)", widget=GermanDecimal())
    rent = fields.Field("rent", "Kaltmiete", widget=GermanDecimal())
    deposit = fields.Field("deposit", "Kaution", widget=GermanDecimal())
    floor = fields.Field("floor", "Geschoss", widget=widgets.IntegerWidget())
    rooms = fields.Field("rooms", "Zimmer", widget=widgets.IntegerWidget())
    lift = fields.Field("lift", "Aufzug", widget=YesNo())
    let = fields.Field("let", "Vermietet", widget=YesNo())
    note = fields.Field("note", "Bemerkung")
    unit = fields.Field("unit", "Zuständige Stelle", widget=widgets.ForeignKeyWidget(Unit, "name"))

    class Meta:
        model = Flat
        import_id_fields = ("number",)
        fields = (
            *("number", "estate", "title", "street", "house_number", "postcode", "city", "meter"),
            *("contact", "telephone", "kind", "condition", "heating", "built_on", "checked_on"),
            *("next_check", "area", "rent", "deposit", "floor", "rooms", "lift", "let", "note"),
            "unit",
        )
        clean_model_instances = True


class SkippingFlatResource(FlatResource):
    """The same, told to leave alone what has not changed."""

    class Meta(FlatResource.Meta):
        skip_unchanged = True
        report_skipped = False
