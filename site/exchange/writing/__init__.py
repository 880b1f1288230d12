"""Tables out: any list as CSV, XLSX, ODS or JSON; all but JSON such as the importer takes back.

`table.py` reads the rows, `rendering.py` knows how each kind of column is written, one module per
format writes it; `formats.py` names the formats there are. Nothing here holds a table in memory.
"""

from exchange.writing.delimited import csv_lines
from exchange.writing.formats import FORMATS, RETURNABLE, Format
from exchange.writing.limits import DoesNotFit
from exchange.writing.table import Table
from exchange.writing.xlsx import Workbook

__all__ = ["FORMATS", "RETURNABLE", "DoesNotFit", "Format", "Table", "Workbook", "csv_lines"]
