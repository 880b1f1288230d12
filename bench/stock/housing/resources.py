"""The resource one writes after import-export's manual for the file our partners send."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from import_export import fields, resources, widgets

from housing.models import Building, Dwelling, Unit


class GermanDecimal(widgets.DecimalWidget):
    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Decimal | None:
        return super().clean(value.replace(",", ".") if value else value, row, **kwargs)


class Answer(widgets.CharWidget):
    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        return {"ja": "yes", "nein": "no"}.get(value, "unknown")


class BuildingOfRow(widgets.ForeignKeyWidget):
    """A building is named by three cells, so the widget looks at the row."""

    def get_queryset(self, value: Any, row: Any, *args: Any, **kwargs: Any) -> Any:
        return Building.objects.filter(house_number=row["Hausnummer"], postcode=row["PLZ"])


class DwellingResource(resources.ModelResource):
    building = fields.Field("building", "Straße", widget=BuildingOfRow(Building, "street"))
    label = fields.Field("label", "Wohnung")
    floor = fields.Field("floor", "Geschoss", widget=widgets.IntegerWidget())
    living_area = fields.Field("living_area", "Wohnfläche", widget=GermanDecimal())
    area_as_of = fields.Field(
        "area_as_of", "Fläche festgestellt am", widget=widgets.DateWidget("%d.%m.%Y")
    )
    rooms = fields.Field("rooms", "Zimmer", widget=widgets.IntegerWidget())
    owner_occupied = fields.Field("owner_occupied", "Vom Eigentümer bewohnt", widget=Answer())
    note = fields.Field("note", "Bemerkung")
    unit = fields.Field("unit", "Zuständige Stelle", widget=widgets.ForeignKeyWidget(Unit, "name"))

    class Meta:
        model = Dwelling
        import_id_fields = ("building", "label")
        fields = (
            *("building", "label", "floor", "living_area", "area_as_of", "rooms"),
            *("owner_occupied", "note", "unit"),
        )
        clean_model_instances = True
