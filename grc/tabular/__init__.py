"""Tables written out for people who open them in a spreadsheet, and for programs that read them back."""

from grc.tabular.csv_table import csv_lines, write_csv
from grc.tabular.escape import escape, is_hazardous, unescape
from grc.tabular.rows import Cell, TableTooLarge
from grc.tabular.xlsx_table import write_book, write_xlsx

__all__ = [
    "Cell",
    "TableTooLarge",
    "csv_lines",
    "escape",
    "is_hazardous",
    "unescape",
    "write_book",
    "write_csv",
    "write_xlsx",
]
