"""Why a file cannot be read. Each refusal says what is wrong, where, and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from exchange.reading.glance import Glance

MEGABYTE = 1024 * 1024


class Unreadable(Exception):  # noqa: N818
    """The file as a whole is refused; nothing of it was taken over.

    `line` counts the lines of the file (rows of the sheet) from 1, `column` is the heading or the
    place in words; both only where there is one. `glance`: what the file looks like all the same,
    where it could be read that far.
    """

    glance: Glance | None = None

    def __init__(self, message: str, *, line: int | None = None, column: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column

    def __str__(self) -> str:
        where = []
        if self.line is not None:
            where.append(_("Zeile %d") % self.line)
        if self.column:
            where.append(_("Spalte „%s“") % self.column)
        return f"{', '.join(where)}: {self.message}" if where else self.message


class EmptyFile(Unreadable):
    def __init__(self) -> None:
        super().__init__(_("Die Datei ist leer. Bitte wählen Sie die Datei mit den Daten."))


class NotStored(Unreadable):
    """The disk is full, or not ours to write to."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Die Datei konnte nicht gespeichert werden; vermutlich ist kein Speicherplatz mehr"
                " frei. Bitte versuchen Sie es später noch einmal oder wenden Sie sich an die"
                " Systemverwaltung."
            )
        )


class TooLarge(Unreadable):
    def __init__(self, limit: int) -> None:
        super().__init__(
            _("Die Datei ist größer als %(limit)d MB. Bitte teilen Sie sie in kleinere auf.")
            % {"limit": limit // MEGABYTE}
        )


class TooManyRows(Unreadable):
    def __init__(self, limit: int) -> None:
        super().__init__(
            _("Die Datei hat mehr als %(limit)d Zeilen. Bitte teilen Sie sie in kleinere auf.")
            % {"limit": limit}
        )


class TooManyColumns(Unreadable):
    def __init__(self, limit: int, line: int | None = None) -> None:
        super().__init__(
            _("Die Tabelle hat mehr als %(limit)d Spalten. Bitte löschen Sie die überflüssigen.")
            % {"limit": limit},
            line=line,
        )


class WrongType(Unreadable):
    """The content is no table, whatever the name of the file says."""

    def __init__(self, found: str) -> None:
        super().__init__(
            _(
                "Die Datei enthält %(found)s, keine Tabelle. Möglich sind CSV, TSV, XLSX und ODS;"
                " die Endung des Dateinamens genügt nicht."
            )
            % {"found": found}
        )


class PartnersPackage(Unreadable):
    def __init__(self) -> None:
        super().__init__(
            _(
                "Das ist ein Paket mit mehreren Tabellen. Bitte entpacken Sie es und laden Sie die"
                " Tabellen einzeln hoch, oder legen Sie es in den Austauschordner."
            )
        )


class NulBytes(Unreadable):
    def __init__(self, line: int) -> None:
        super().__init__(
            _(
                "Die Datei enthält Nullbytes, also keinen Text. Bitte öffnen Sie sie in Ihrem"
                " Tabellenprogramm, löschen Sie das Zeichen und speichern Sie die Tabelle neu."
            ),
            line=line,
        )


class NotDecodable(Unreadable):
    def __init__(self, encoding: str, line: int | None) -> None:
        super().__init__(
            _(
                "Der Text lässt sich mit dem Zeichensatz %(encoding)s nicht lesen. Bitte wählen Sie"
                " einen anderen Zeichensatz oder speichern Sie die Tabelle als „CSV UTF-8“."
            )
            % {"encoding": encoding},
            line=line,
        )


class LineTooLong(Unreadable):
    def __init__(self, line: int, limit: int) -> None:
        super().__init__(
            _("Die Zeile ist länger als %(limit)d Zeichen. Ist das wirklich eine Tabelle?")
            % {"limit": limit},
            line=line,
        )


class QuoteNeverClosed(Unreadable):
    def __init__(self, line: int) -> None:
        super().__init__(
            _(
                "Ab hier ist ein Anführungszeichen nicht geschlossen, oder ein Feld ist länger als"
                " 131.072 Zeichen. Bitte prüfen Sie die Anführungszeichen in dieser Zeile."
            ),
            line=line,
        )


class HeaderMissing(Unreadable):
    def __init__(self, expected: str, glance: Glance | None = None) -> None:
        super().__init__(
            _(
                "Keine Zeile mit Spaltenüberschriften gefunden. Erwartet werden zum Beispiel:"
                " %(expected)s. Am einfachsten ist es, die Vorlage herunterzuladen."
            )
            % {"expected": expected}
        )
        self.glance = glance


class ColumnTwice(Unreadable):
    def __init__(self, line: int, name: str, first: int, second: int) -> None:
        super().__init__(
            _(
                "Diese Spalte kommt zweimal vor (als %(first)d. und als %(second)d. Spalte)."
                " Bitte löschen Sie eine davon oder geben Sie ihr einen anderen Namen."
            )
            % {"first": first, "second": second},
            line=line,
            column=name,
        )


class KeyMissing(Unreadable):
    def __init__(self, line: int, missing: str, collection: str) -> None:
        super().__init__(
            _(
                "Es fehlt: %(missing)s. Ohne diese Angaben lässt sich keine Zeile einem"
                " Datensatz der Sammlung „%(collection)s“ zuordnen. Bitte ergänzen Sie die Spalten"
                " oder ordnen Sie vorhandene zu."
            )
            % {"missing": missing, "collection": collection},
            line=line,
        )


class NoRows(Unreadable):
    def __init__(self, line: int) -> None:
        super().__init__(_("Unter den Spaltenüberschriften stehen keine Daten."), line=line)


class BrokenWorkbook(Unreadable):
    def __init__(self) -> None:
        super().__init__(
            _(
                "Die Arbeitsmappe ist beschädigt oder unvollständig. Bitte öffnen Sie sie in Ihrem"
                " Tabellenprogramm und speichern Sie sie neu."
            )
        )


class EncryptedWorkbook(Unreadable):
    def __init__(self) -> None:
        super().__init__(
            _(
                "Die Arbeitsmappe ist mit einem Kennwort geschützt. Bitte speichern Sie sie ohne"
                " Kennwort und laden Sie sie noch einmal hoch."
            )
        )


class OldWorkbook(Unreadable):
    def __init__(self) -> None:
        super().__init__(
            _(
                "Das ist eine Arbeitsmappe im alten Format XLS oder XLSB. Bitte speichern Sie sie"
                " als „Excel-Arbeitsmappe (*.xlsx)“."
            )
        )


class OversizedWorkbook(Unreadable):
    """A bomb, or a sheet whose used area is out of all proportion."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Die Arbeitsmappe wäre ausgepackt zu groß (höchstens 300 MB und 5 Millionen"
                " Zellen). Bitte löschen Sie leere Bereiche oder speichern Sie nur die Tabelle."
            )
        )


class ForbiddenXml(Unreadable):
    def __init__(self) -> None:
        super().__init__(
            _(
                "Die Arbeitsmappe enthält XML-Bestandteile, die in Tabellen nicht vorkommen"
                " (Entitäten). Sie wird aus Sicherheitsgründen nicht gelesen."
            )
        )


class SheetMissing(Unreadable):
    def __init__(self, name: str, sheets: Sequence[str] = ()) -> None:
        super().__init__(
            _("Die Arbeitsmappe hat kein Tabellenblatt „%s“. Bitte wählen Sie ein anderes.") % name
        )
        self.sheets = sheets
