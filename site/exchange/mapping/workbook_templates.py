"""Empty tables with the right headings, and what a person has to know about every column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Any, NamedTuple

from django.utils.translation import gettext as _

from exchange.models import ImportProfile
from exchange.reading.opening import EXPLAINS
from exchange.tables.columns import CLEAR_MARK, Column
from exchange.tables.dates import DateTimeWidget, DateWidget
from exchange.tables.quantities import NumberWidget
from exchange.tables.resources import CollectionResource
from exchange.tables.widgets import FEW, ChoiceSetWidget, ChoiceWidget
from exchange.writing import Workbook, csv_lines
from exchange.writing.limits import MAX_ROWS

GREY = "#F0F0F0"


def template_csv(resource: CollectionResource) -> Iterator[bytes]:
    """An empty table with the headings."""
    return csv_lines([column.column_name for column in resource.columns], ())


def template_xlsx(
    resource: CollectionResource, file: IO[bytes], profile: ImportProfile | None = None
) -> None:
    """An empty table to fill in; with a profile, under the partner's own headings.

    Below the headings stands a row that explains each column; an import knows and skips it. Cells
    have their column's type, choices come from a list, further sheets list and explain them.
    """
    columns = _columns(resource, profile)
    book = Workbook(file)
    sheet = book.sheet(_("Daten"), [heading for heading, _column in columns])
    sheet.freeze_panes(2, 0)
    _write_explanations(book, sheet, resource, columns)
    lists = _write_allowed(book, columns, profile.values if profile else {})
    for place, (heading, column) in enumerate(columns):
        if column is None:
            continue
        width = max(14, min(len(heading) + 4, 40))
        sheet.set_column(place, place, width, book.format(_pattern(column)))
        if column in lists and not isinstance(column.widget, ChoiceSetWidget):
            sheet.data_validation(2, place, MAX_ROWS, place, _choice_of(lists[column]))
    _write_legend(book, resource)
    book.close()


Columns = Sequence[tuple[str, Column | None]]


def _columns(resource: CollectionResource, profile: ImportProfile | None) -> Columns:
    if profile is None:
        return [(column.column_name, column) for column in resource.columns]
    by_name = {column.name: column for column in resource.columns}
    return [(heading, by_name.get(name)) for heading, name in profile.columns]


def _pattern(column: Column) -> str:
    """The number format of a column's cells: of text, so that a leading zero stays."""
    if isinstance(column.widget, DateWidget):
        return "dd.mm.yyyy"
    if isinstance(column.widget, DateTimeWidget):
        return "dd.mm.yyyy hh:mm"
    if isinstance(column.widget, NumberWidget):
        return "0" if column.widget.whole else "#,##0.00"
    return "@"


def _write_explanations(
    book: Workbook, sheet: Any, resource: CollectionResource, columns: Columns
) -> None:
    form = book.book.add_format(
        {"num_format": "@", "italic": True, "text_wrap": True, "valign": "top", "bg_color": GREY}
    )
    sheet.set_row(1, 75)
    for place, (_heading, column) in enumerate(columns):
        text = _in_short(resource, column) if column else _("Wird nicht übernommen.")
        book.write(sheet, 1, place, EXPLAINS + text, form)


def _in_short(resource: CollectionResource, column: Column) -> str:
    needed = _("Pflicht.") if _is_required(resource, column) else ""
    return f"{needed} {_explanation(column)}".strip() or _("Text.")


def _write_allowed(
    book: Workbook, columns: Columns, words: Mapping[str, Mapping[str, str]]
) -> dict[Column, str]:
    """The sheet of allowed values. Returns where in it each column's values stand."""
    name = _("Erlaubte Werte")
    headings = [_("Spalte"), _("Wert"), _("Kürzel"), _("Auch erkannt als")]
    sheet = book.sheet(name, headings, (28, 40, 20, 50))
    found: dict[Column, str] = {}
    row = 1
    for heading, column in columns:
        allowed = column.widget.allowed() if column else []
        if column is None or not allowed:
            continue
        found[column] = f"='{name}'!$B${row + 1}:$B${row + len(allowed)}"
        meanings = words.get(column.name, {})
        for code, label in allowed:
            also = ", ".join(word for word, ours in meanings.items() if ours == code)
            cells = (heading, label, code if code != label else "", also)
            for place, text in enumerate(cells):
                book.write(sheet, row, place, text)
            row += 1
    return found


def _choice_of(cells: str) -> dict[str, Any]:
    return {
        "validate": "list",
        "source": cells,
        "error_type": "warning",  # the import also reads codes and the partner's own words
        "error_title": _("Unbekannter Wert"),
        "error_message": _("Dieser Wert steht nicht auf dem Blatt „Erlaubte Werte“."),
    }


def _write_legend(book: Workbook, resource: CollectionResource) -> None:
    headings = [_("Spalte"), _("Pflicht"), _("Erläuterung"), _("Auch erkannt als")]
    sheet = book.sheet(_("Erläuterungen"), headings, (28, 10, 80, 50))
    for row, line in enumerate(explained(resource), start=1):
        for place, text in enumerate(line):
            book.write(sheet, row, place, text)


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
            _("ja") if _is_required(resource, column) else "",
            _explanation(column),
            ", ".join(column.declared.synonyms),
        )
        for column in resource.columns
    ]


def _is_required(resource: CollectionResource, column: Column) -> bool:
    field = column.model_field
    if column in resource.needed_columns:
        return True
    return column.own and not field.blank and not field.has_default() and column.name != "unit"


def _explanation(column: Column) -> str:
    parts = [str(column.model_field.help_text)] if column.model_field.help_text else []
    if isinstance(column.widget, ChoiceWidget):
        parts.append(_choices(column.widget))
    elif isinstance(column.widget, ChoiceSetWidget):
        parts += [_choices(column.widget.one), _("Mehrere durch Komma getrennt.")]
    elif column.model_field.get_internal_type() == "DateField":
        parts.append(_("Datum wie 31.01.2026."))
    elif isinstance(column.widget, NumberWidget):
        parts.append(_("Ganze Zahl.") if column.widget.whole else _("Zahl mit Komma wie 45,50."))
    if column.clearable and column.own:
        parts.append(_("Leere Zelle: bleibt, wie es ist; %s leert das Feld.") % CLEAR_MARK)
    return " ".join(parts)


def _choices(widget: ChoiceWidget) -> str:
    labels = [f"„{label}“" for _code, label in widget.choices]
    if len(labels) <= FEW:
        return _("Erlaubt: %s.") % ", ".join(labels)
    said = {"count": len(labels), "some": ", ".join(labels[:3])}
    return _("Einer von %(count)d Werten des Blattes „Erlaubte Werte“: %(some)s …") % said
