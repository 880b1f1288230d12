"""What files of the housing stock tell besides their values."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from buildings.models import Building, Street
from catalogue.folding import fold
from exchange.reading.cells import Cell
from exchange.tables.columns import Column, field_of
from exchange.tables.resources import CollectionResource
from exchange.tables.widgets import TextWidget


class StreetWidget(TextWidget):
    """A street as text. Of a former name it tells what the street is called today."""

    def remark(self, cell: Cell, value: Any) -> str:
        return super().remark(cell, value) or self._today.get(fold(value), "")

    @cached_property
    def _today(self) -> dict[str, str]:
        """Former name, folded → what to say of it. Read once per file."""
        renamed = Street.objects.exclude(former_name="").order_by("name", "postcode")
        told: dict[str, list[str]] = {}
        for former, name, postcode in renamed.values_list("former_name", "name", "postcode"):
            told.setdefault(fold(former), []).append(_("„%s“ (%s)") % (name, postcode))
        text = _("Früherer Name. Die Straße heißt heute %s.")
        return {former: text % _(" oder ").join(names) for former, names in told.items()}


class _StreetColumn(Column):
    def __init__(self) -> None:
        super().__init__(
            ("street",), field_of(Building, "street"), Building.collection.fields["street"]
        )
        self.widget = StreetWidget()


class BuildingResource(CollectionResource):
    collection_model = Building
    street = _StreetColumn()
