"""Dates, cells and tables as they come: what is read, and what is refused before it costs anything."""

import datetime as dt
import io
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grc.imports.dates import order_of, read_date, read_instant
from grc.imports.targets import guess_columns, normal, targets_of
from grc.registers.register import registers
from grc.tabular import write_csv
from grc.tabular.csv_reading import CSVTable
from grc.tabular.reading import MAX_COLUMNS, TableUnreadable, open_table
from tests.grc.test_uploads import packed
from tests.imports.sending import workbook


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("2026-05-31", "", dt.date(2026, 5, 31)),
        ("2026-05-31T10:00:00Z", "", dt.date(2026, 5, 31)),
        ("2026/5/1", "", dt.date(2026, 5, 1)),
        ("31.05.2026", "", dt.date(2026, 5, 31)),
        ("1. 5. 2026", "", dt.date(2026, 5, 1)),
        ("05/06/2026", "dmy", dt.date(2026, 6, 5)),
        ("05/06/2026", "mdy", dt.date(2026, 5, 6)),
        ("5 May 2026", "", dt.date(2026, 5, 5)),
        ("5. Mai 2026", "", dt.date(2026, 5, 5)),
        ("5th May 2026", "", dt.date(2026, 5, 5)),
        ("December 24, 2026", "", dt.date(2026, 12, 24)),
        ("1. März 2026", "", dt.date(2026, 3, 1)),
        (46173, "", dt.date(2026, 5, 31)),
        (dt.datetime(2026, 5, 31, 10, tzinfo=dt.UTC), "", dt.date(2026, 5, 31)),
    ],
)
def test_dates_are_read(text: Any, order: str, expected: dt.date) -> None:
    assert read_date(text, order) == expected


@pytest.mark.parametrize(
    "text",
    ["31.02.2026", "2026-13-01", "soon", "13/13/2026", "5 Foo 2026", 3, True, 1.5, "2026-05-31 and more", "5.6.26"],
)
def test_what_is_no_date_is_none(text: Any) -> None:
    with pytest.raises(ValueError, match=""):
        read_date(text, "dmy")


@given(st.text(max_size=40))
def test_no_text_breaks_the_reader_of_dates(text: str) -> None:
    for read in (read_date, read_instant):
        try:
            read(text, "dmy")
        except (ValueError, OverflowError):
            continue


@pytest.mark.parametrize(
    ("values", "order"),
    [
        ([], ""),
        (["2026-01-01", None, 3], ""),
        (["01/02/2026", "03/04/2026"], "?"),
        (["01/02/2026", "13/04/2026"], "dmy"),
        (["01/02/2026", "03/14/2026"], "mdy"),
        (["14/02/2026", "03/14/2026"], "?"),
    ],
)
def test_order_of_day_and_month_is_found_out_or_asked(values: list[Any], order: str) -> None:
    assert order_of(values) == order


def test_instants_are_utc_where_they_name_no_zone() -> None:
    expected = dt.datetime(2026, 5, 31, 14, 30, tzinfo=dt.UTC)
    for text in ("2026-05-31 14:30", "31.05.2026, 14:30:00", "2026-05-31T16:30:00+02:00", "2026-05-31T14:30:00Z"):
        assert read_instant(text, "") == expected, text


def test_headings_are_guessed_by_field_label_and_synonym() -> None:
    targets = targets_of(registers.by_slug("risks"))
    headings = [
        "Ref",
        "Title",
        "Description",
        "Wahrscheinlichkeit",
        "Impact (1-5)",
        "Verantwortlich",
        "Treatmnt",
        "Colour",
    ]
    assert guess_columns(headings, targets) == [
        "reference", "name", "event", "likelihood", "impact", "owner", "treatment", "",
    ]  # fmt: skip
    assert normal("  Größe [m²]  (net) ") == "grosse"


def test_csv_that_was_written_here_reads_back() -> None:
    rows = [["=1+1", "a;b,c", 'say "so"', "two\r\nlines", "-5", "'quoted"]]
    stream = io.StringIO(newline="")
    write_csv(stream, ["a", "b", "c", "d", "e", "f"], rows)
    table = CSVTable(io.BytesIO(stream.getvalue().encode()))
    assert [cells for _number, cells in table.rows()][1] == rows[0]


def test_csv_of_many_columns_or_a_cell_without_end_is_refused() -> None:
    with pytest.raises(TableUnreadable, match="columns"):
        list(CSVTable(io.BytesIO(b",".join([b"x"] * (MAX_COLUMNS + 1)))).rows())
    with pytest.raises(TableUnreadable, match="no proper CSV"):
        list(CSVTable(io.BytesIO(b'a,b\r\n"' + b"x" * 200_000)).rows())


def test_workbook_with_a_cell_far_away_is_refused_at_once() -> None:
    sheet = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    far = b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>far</t></is></c></row>'
    start = time.monotonic()
    with pytest.raises(TableUnreadable):
        list(open_table(io.BytesIO(with_sheet(sheet + far + b"</sheetData></worksheet>")), ".xlsx").rows())
    assert time.monotonic() - start < 30


def test_formulas_without_a_result_are_said() -> None:
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1"><f>1+1</f></c><c r="B1"><f>1+2</f><v>3</v></c></row></sheetData></worksheet>'
    )
    table = open_table(io.BytesIO(with_sheet(sheet)), ".xlsx")
    assert list(table.rows()) == [(1, [None, 3])]
    assert any("1 formula" in note for note in table.notes())


def with_sheet(xml: bytes) -> bytes:
    """A workbook whose only sheet is ``xml``."""
    import zipfile

    with zipfile.ZipFile(io.BytesIO(workbook(("x",)))) as book:
        parts = [(n, xml if "sheet1.xml" in n and "rels" not in n else book.read(n)) for n in book.namelist()]
    return packed(*parts)
