"""Tables written out: what comes back when they are read, and that nothing in them runs."""

import csv
import io
import re
import subprocess
import sys
import tempfile
import zipfile
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grc.tabular import TableTooLarge, csv_lines, escape, is_hazardous, unescape, write_csv, write_xlsx
from grc.tabular.xlsx_table import CUT_MARK, MAX_CELL

HAZARDS = [
    "=1+1",
    "+1",
    "-5",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "\x00=1",
    "\ttext",
    "\rtext",
    "＝1",
    "＋1",
    "－1",
    "＠A",
    " =1",
    "\u00a0=1",
    "\u3000＝1",
    "\ufeff=1",
    "\u200b=1",
    " \u200d\u2060 =cmd|' /C calc'!A0",
    "\u202e=1",
    "−1",
    "﹦1",
]
HARMLESS = ["", "text", "5-3", "a=b", "'quoted'", "1,5", '"', "a@b.example", "(-5)", "ünï", "#N/A", "' a=b"]
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]))
HAZARDOUS_TEXT = st.text(st.sampled_from("'=+-@ \t\r\n\x00＝\ufeff\u200b,;\"a")) | ANY_TEXT


def csv_rows(*rows: list[Any], columns: list[str] | None = None) -> list[list[str]]:
    stream = io.StringIO(newline="")
    write_csv(stream, columns or [f"c{n}" for n in range(len(rows[0]))], rows)
    text = stream.getvalue()
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:], newline="")))[1:]


def csv_text(*cells: Any) -> str:
    return list(csv_lines(["c"] * len(cells), [cells], bom=False))[1]


def workbook(*rows: list[Any], title: str = "List", columns: list[str] | None = None) -> Any:
    stream = io.BytesIO()
    write_xlsx(stream, columns or [f"c{n}" for n in range(len(rows[0]))], rows, title=title)
    stream.seek(0)
    return openpyxl.load_workbook(stream).active


@pytest.mark.parametrize("text", HAZARDS)
def test_csv_of_a_hazardous_text_is_escaped_and_quoted(text: str) -> None:
    assert is_hazardous(text)
    assert csv_text(text) == f'"\'{text}"\r\n'
    assert unescape(csv_rows([text])[0][0]) == text


@pytest.mark.parametrize("text", HARMLESS)
def test_csv_of_a_harmless_text_is_not_changed(text: str) -> None:
    assert not is_hazardous(text)
    assert csv_rows([text]) == [[text]]
    assert unescape(text) == text


@given(HAZARDOUS_TEXT)
def test_unescape_gives_back_what_was_escaped(text: str) -> None:
    written = escape(text)
    assert unescape(written) == text
    assert not is_hazardous(written)
    assert written in (text, f"'{text}")


@given(st.text(st.sampled_from("'=+ -@\t")))
def test_escape_never_writes_two_texts_alike(text: str) -> None:
    assert escape(text) != escape(f"'{text}")


@given(st.lists(st.lists(HAZARDOUS_TEXT, min_size=3, max_size=3), max_size=6))
def test_csv_read_again_gives_the_same_texts(rows: list[list[str]]) -> None:
    stream = io.StringIO(newline="")
    write_csv(stream, ["=a", "b", "-c"], rows)
    raw = stream.getvalue().encode()
    read = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
    assert [[unescape(cell) for cell in row] for row in read] == [["=a", "b", "-c"], *rows]


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (-5, "-5"),
        (3.2, "3.2"),
        (-0.5, "-0.5"),
        (0, "0"),
        (2**70, str(2**70)),
        (Decimal("-5.10"), "-5.10"),
        (Decimal("1E+3"), "1000"),
        (Decimal("0.00000001"), "0.00000001"),
    ],
)
def test_csv_of_a_number_is_bare(number: Any, written: str) -> None:
    assert csv_text(number) == f"{written}\r\n"


@pytest.mark.parametrize("text", ["-5", "+3.2"])
def test_csv_tells_a_number_from_its_text(text: str) -> None:
    assert csv_text(text, float(text)) == f'"\'{text}",{float(text)}\r\n'


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        (None, ""),
        (True, "TRUE"),
        (False, "FALSE"),
        (float("-inf"), "'-inf"),
        (Decimal("NaN"), "NaN"),
        (date(2026, 3, 1), "2026-03-01"),
        (datetime(2026, 3, 1, 1, 30, tzinfo=timezone(timedelta(hours=2))), "2026-02-28T23:30:00Z"),
        (datetime(2026, 3, 1, 1, 30, 0, 5, tzinfo=UTC), "2026-03-01T01:30:00.000005Z"),
        (datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=2))), "0001-01-01T00:00:00+02:00"),
        ("half \ud800 pair", "half \ufffd pair"),
        ("two\r\nlines", "two\r\nlines"),
    ],
)
def test_csv_of_other_cells(cell: Any, written: str) -> None:
    assert csv_rows([cell]) == [[written]]


def test_naive_time_is_refused_in_both() -> None:
    naive = datetime(2026, 3, 1)  # noqa: DTZ001
    with pytest.raises(ValueError, match="time zone"):
        csv_text(naive)
    with pytest.raises(ValueError, match="time zone"):
        workbook([naive])


def test_row_of_another_length_is_refused_in_both() -> None:
    with pytest.raises(ValueError, match="Row 2 has 1 cells for 2 columns"):
        list(csv_lines(["a", "b"], [[1, 2], [1]]))
    with pytest.raises(ValueError, match="Row 1 has 3 cells for 2 columns"):
        workbook([1, 2, 3], columns=["a", "b"])


@pytest.mark.parametrize("text", [text for text in HAZARDS if not set("\r\x00") & set(text)] + HARMLESS[1:])
def test_xlsx_of_text_is_a_string_cell_with_the_same_text(text: str) -> None:
    cell = workbook([text])["A2"]
    assert (cell.data_type, cell.value) == ("s", text)
    assert bool(cell.quotePrefix) == is_hazardous(text)


def test_xlsx_holds_no_formula_at_all() -> None:
    stream = io.BytesIO()
    write_xlsx(stream, ["=1", "+a"], [[text, text] for text in HAZARDS], title="=1")
    sheet = zipfile.ZipFile(stream).read("xl/worksheets/sheet1.xml").decode()
    assert not re.search(r"<(\w+:)?f[ >/]", sheet)
    assert sheet.count("inlineStr") == 2 * len(HAZARDS) + 2


@settings(max_examples=40, deadline=None)
@given(st.lists(ANY_TEXT, min_size=1, max_size=20))
def test_xlsx_of_any_text_opens_again_as_text(texts: list[str]) -> None:
    sheet = workbook(*[[text] for text in texts])
    for number, text in enumerate(texts, start=2):
        cell = sheet.cell(number, 1)
        assert cell.data_type != "f"
        if text and not re.search("[\x00-\x1f\ufffe\uffff]", text):
            assert cell.value == text
        elif text:
            assert isinstance(cell.value, str)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x00b", "a␀b"),
        ("\x07", "␇"),
        ("a\x1bb", "a␛b"),
        ("a\uffffb", "a\ufffdb"),
        ("a\ud800b", "a\ufffdb"),
        ("a\r\nb\rc", "a\nb\nc"),
        (" kept ", " kept "),
    ],
)
def test_xlsx_shows_what_xml_cannot_hold(text: str, shown: str) -> None:
    assert workbook([text])["A2"].value == shown


@pytest.mark.parametrize("character", ["x", "é", "😀"])
def test_xlsx_cuts_a_text_that_is_too_long_with_a_mark(character: str) -> None:
    width = 2 if character == "😀" else 1
    assert workbook([character * (MAX_CELL // width)])["A2"].value == character * (MAX_CELL // width)
    cut = workbook(["==" + character * (MAX_CELL // width)])["A2"].value
    assert cut.endswith(CUT_MARK)
    assert MAX_CELL - 2 < len(cut.encode("utf-16-le")) // 2 <= MAX_CELL


@pytest.mark.parametrize("number", [-5, 3.2, 0, 10**15 - 1, True])
def test_xlsx_of_a_number_is_a_number(number: Any) -> None:
    cell = workbook([number])["A2"]
    assert (cell.data_type, cell.value) == ("b" if number is True else "n", number)


@pytest.mark.parametrize("number", [10**15, -(2**63), Decimal("1234567890.1234567"), float("inf")])
def test_xlsx_of_a_number_that_excel_would_change_is_text(number: Any) -> None:
    cell = workbook([number])["A2"]
    assert (cell.data_type, cell.value) == ("s", str(number))


def test_xlsx_of_dates_are_dates_in_utc() -> None:
    local = datetime(2026, 3, 1, 1, 30, tzinfo=timezone(timedelta(hours=2)))
    sheet = workbook([local, date(2026, 3, 1), date(1850, 1, 1), None])
    assert sheet["A2"].value == datetime(2026, 2, 28, 23, 30)  # noqa: DTZ001 (Excel knows no time zone)
    assert sheet["A2"].is_date
    assert sheet["B2"].value == datetime(2026, 3, 1)  # noqa: DTZ001
    assert sheet["B2"].number_format == "yyyy-mm-dd"
    assert sheet["C2"].value == "1850-01-01"
    assert sheet["D2"].value is None


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("AI systems", "AI systems"),
        ("a/b:c*[x]?", "a b c  x"),
        ("x" * 40, "x" * 31),
        ("😀" * 40, "😀" * 15),
        ("'quoted'", "quoted"),
        ("", "Table"),
        ("History", "Table"),
        ("\x00", "Table"),
    ],
)
def test_xlsx_title_fits_the_rules_of_excel(title: str, shown: str) -> None:
    assert workbook([1], title=title).title == shown


def test_xlsx_of_too_many_rows_or_columns_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(TableTooLarge, match="CSV"):
        write_xlsx(io.BytesIO(), ["c"] * 16_385, [], title="x")
    monkeypatch.setattr("grc.tabular.xlsx_table.MAX_ROWS", 3)
    assert workbook([1], [2]).max_row == 3
    with pytest.raises(TableTooLarge, match="CSV"):
        workbook([1], [2], [3])


def test_xlsx_leaves_no_temporary_file_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    workbook([1])
    with pytest.raises(ValueError, match="Row 2"):
        workbook([1], [1, 2])
    assert list(tmp_path.iterdir()) == []


def test_hundred_thousand_rows_are_written_in_little_memory() -> None:
    program = """
import io
from grc.tabular import write_csv, write_xlsx
rows = lambda: (["RSK-%d" % n, "text of a row " * 3, "=hazard", n, None] for n in range(100_000))
class Nowhere(io.RawIOBase):
    def writable(self): return True
    def write(self, data): return len(data)
write_csv(io.TextIOWrapper(Nowhere(), newline=""), list("abcde"), rows())
write_xlsx(io.BufferedWriter(Nowhere()), list("abcde"), rows(), title="x")
# ru_maxrss would count the test runner, of which this process is a copy until it begins
print(next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM")) // 1024)
"""
    root = Path(__file__).parents[2]
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=root)
    assert int(found.stdout) < 200
