"""Columns of the lists. Each cell carries its heading: on a telephone a row is read downwards."""

from __future__ import annotations

from typing import Any

from wagtail.admin.ui import tables

_NOTHING = (None, "", "–")


class Column(tables.Column):
    cell_template_name = "backoffice/tables/cell.html"

    def get_cell_context_data(self, instance: Any, parent_context: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_cell_context_data(instance, parent_context)
        return {**context, "is_empty": context["value"] in _NOTHING}


class BooleanColumn(tables.BooleanColumn):
    cell_template_name = "backoffice/tables/boolean_cell.html"
