"""Empty tables with the right headings, and what a person has to know about every column."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, NamedTuple

from django.utils.translation import gettext as _

from exchange.columns import CLEAR_MARK, Column
from exchange.quantities import NumberWidget
from exchange.resources import CollectionResource
from exchange.widgets import ChoiceWidget
from exchange.writing import Workbook, csv_lines


def template_csv(resource: CollectionResource) -> Iterator[bytes]:
    """An empty table with the headings."""
    return csv_lines([column.column_name for column in resource.columns], ())


def template_xlsx(resource: CollectionResource, file: IO[bytes]) -> None:
    """An empty table with the headings, and a second sheet that explains every column."""
    book = Workbook(file)
    book.sheet(_("Daten"), [column.column_name for column in resource.columns])
    headings = [_("Spalte"), _("Pflicht"), _("Erläuterung"), _("Auch erkannt als")]
    sheet = book.sheet(_("Erläuterungen"), headings, (28, 10, 80, 50))
    for row, line in enumerate(explained(resource), start=1):
        for place, text in enumerate(line):
            book.write(sheet, row, place, text)
    book.close()


class Explanation(NamedTuple):
    """What a person has to know about a column."""

    heading: str
    required: str
    text: str
    synonyms: str


def explained(resource: CollectionResource) -> list[Explanation]:
    """One line per column, for the template and for the upload page."""
    return [
        Explanation(
            column.column_name,
            _("ja") if column in resource.key_columns or _is_required(column) else "",
            _explanation(column),
            ", ".join(column.declared.synonyms),
        )
        for column in resource.columns
    ]


def _is_required(column: Column) -> bool:
    field = column.model_field
    return column.own and not field.blank and not field.has_default() and column.name != "unit"


def _explanation(column: Column) -> str:
    parts = [str(column.model_field.help_text)] if column.model_field.help_text else []
    if isinstance(column.widget, ChoiceWidget):
        labels = ", ".join(f"„{label}“" for _code, label in column.widget.choices)
        parts.append(_("Erlaubt: %s.") % labels)
    elif column.model_field.get_internal_type() == "DateField":
        parts.append(_("Datum wie 31.01.2026."))
    elif isinstance(column.widget, NumberWidget):
        parts.append(_("Ganze Zahl.") if column.widget.whole else _("Zahl mit Komma wie 45,50."))
    if column.clearable and column.own:
        parts.append(_("Leere Zelle: bleibt, wie es ist; %s leert das Feld.") % CLEAR_MARK)
    return " ".join(parts)
