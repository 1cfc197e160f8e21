"""Hostile archives and office documents: bombs, lies in the directory, XML that attacks its reader."""

import contextlib
import io
import resource
import stat
import struct
import subprocess
import sys
import time
import zipfile
import zlib
from pathlib import Path

import pytest

from grc.uploads import FileRefused, inspect
from grc.uploads.refusal import ContentRefused
from grc.uploads.xml_check import XMLCheck

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
TYPES = f'<Types xmlns="urn:t"><Override PartName="/word/document.xml" ContentType="{WORD}"/></Types>'
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1 if n else str()};" * 10}">' for n in range(9))
    + "]><l>&a8;</l>"
)
XXE = '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d>&x;</d>'


def refused(data: bytes, name: str = "a.zip") -> str:
    with pytest.raises(FileRefused) as refusal:
        inspect(io.BytesIO(data), name=name)
    return refusal.value.reason


def packed(*members: tuple[str | zipfile.ZipInfo, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data, method)
    return stream.getvalue()


def word(body: str | bytes, part: str = "word/document.xml") -> bytes:
    return packed(("[Content_Types].xml", TYPES), (part, body))


def member(mode: int = 0, name: str = "x", system: int = 3) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.create_system = system
    info.external_attr = mode << 16
    return info


def end_record(entries: int, directory: bytes, at: int, comment: bytes = b"") -> bytes:
    return struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, entries, entries, len(directory), at, len(comment)) + comment


def local(name: bytes, data: bytes, size: int, crc: int, method: int = 8, flags: int = 0) -> bytes:
    head = struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 20, flags, method, 0, 0, crc, len(data), size, len(name), 0)
    return head + name + data


def central(name: bytes, packed_size: int, size: int, crc: int, at: int, method: int = 8, flags: int = 0) -> bytes:
    fields = (b"PK\1\2", 20, 20, flags, method, 0, 0, crc, packed_size, size, len(name), 0, 0, 0, 0, 0, at)
    return struct.pack("<4sHHHHHHIIIHHHHHII", *fields) + name


def deflated(data: bytes) -> bytes:
    deflater = zlib.compressobj(9, zlib.DEFLATED, -15)
    return deflater.compress(data) + deflater.flush()


@pytest.mark.parametrize("name", ["../x", "a/../../x", "/etc/passwd", "C:/x", "a\\..\\x", "a//x", "./x", "..", "c:x"])
def test_archive_with_a_path_that_leads_elsewhere_is_refused(name: str) -> None:
    assert "path" in refused(packed((name, b"x")))


@pytest.mark.parametrize("name", ["a\u202egnp.exe", "a\nb", "a\x7fb", "a\u2066b"])
def test_archive_with_control_characters_in_a_name_is_refused(name: str) -> None:
    assert "control characters" in refused(packed((name, b"x")))


def test_archive_with_an_over_long_name_is_refused() -> None:
    assert "over-long" in refused(packed(("é" * 128, b"x")))


@pytest.mark.parametrize(
    ("mode", "what"),
    [
        (stat.S_IFLNK, "symbolic link"),
        (stat.S_IFCHR, "device"),
        (stat.S_IFBLK, "device"),
        (stat.S_IFIFO, "pipe"),
        (stat.S_IFSOCK, "socket"),
    ],
)
@pytest.mark.parametrize("system", [0, 3])
def test_archive_with_a_special_file_is_refused(mode: int, what: str, system: int) -> None:
    assert what in refused(packed((member(mode | 0o777, system=system), b"/etc/passwd")))


@pytest.mark.parametrize(("first", "second"), [("a", "a"), ("A.txt", "a.TXT"), ("e\u0301", "\u00e9"), ("d", "d/")])
def test_archive_with_the_same_name_twice_is_refused(first: str, second: str) -> None:
    with pytest.warns() if first == second else contextlib.nullcontext():
        data = packed((first, b"1"), (second, b""))
    assert "twice" in refused(data)


def test_archive_that_is_encrypted_is_refused() -> None:
    data = local(b"a", b"x" * 20, 8, 1, flags=1)
    directory = central(b"a", 20, 8, 1, 0, flags=1)
    assert "password" in refused(data + directory + end_record(1, directory, len(data)))


def test_archive_with_an_unread_compression_is_refused() -> None:
    assert "compression" in refused(packed(("a", b"x"), method=zipfile.ZIP_LZMA))


def test_archive_with_overlapping_entries_is_refused() -> None:
    body = deflated(b"0" * 1_000_000)
    crc = zlib.crc32(b"0" * 1_000_000)
    one = local(b"a", body, 1_000_000, crc)
    directory = central(b"a", len(body), 1_000_000, crc, 0) * 1
    directory += central(b"a", len(body), 1_000_000, crc, 0).replace(b"a", b"b")
    assert "two different ways" in refused(one + directory + end_record(2, directory, len(one)))


def test_archive_whose_first_entry_contains_the_second_is_refused() -> None:
    inner = local(b"b", deflated(b"x"), 1, zlib.crc32(b"x"))
    outer = local(b"a", inner, len(inner), zlib.crc32(inner), method=0)
    directory = central(b"a", len(inner), len(inner), zlib.crc32(inner), 0, method=0)
    directory += central(b"b", len(deflated(b"x")), 1, zlib.crc32(b"x"), 31)
    assert "share the same bytes" in refused(outer + directory + end_record(2, directory, len(outer)))


@pytest.mark.parametrize("lie", ["name", "size", "crc", "method"])
def test_archive_whose_directory_and_headers_disagree_is_refused(lie: str) -> None:
    data = b"hello" * 10
    body, crc = deflated(data), zlib.crc32(data)
    shown = {"name": b"a.txt", "size": 50, "crc": crc, "method": 8}
    told = shown | {lie: {"name": b"b.exe", "size": 49, "crc": 1, "method": 0}[lie]}
    head = local(told["name"], body, told["size"], told["crc"], told["method"])  # type: ignore[arg-type]
    directory = central(b"a.txt", len(body), 50, crc, 0)
    assert "two different ways" in refused(head + directory + end_record(1, directory, len(head)))


@pytest.mark.parametrize(("size", "crc_change"), [(49, 0), (51, 0), (50, 1)])
def test_archive_whose_content_is_not_what_it_claims_is_refused(size: int, crc_change: int) -> None:
    data = b"hello" * 10
    body, crc = deflated(data), zlib.crc32(data) ^ crc_change
    head = local(b"a", body, size, crc)
    directory = central(b"a", len(body), size, crc, 0)
    assert "does not hold what it says" in refused(head + directory + end_record(1, directory, len(head)))


def test_archive_with_bytes_between_its_entries_is_refused() -> None:
    data = packed(("a", b"x"))
    at = data.index(b"PK\1\2")
    directory = data[at : data.index(b"PK\5\6")]
    assert "belong to no entry" in refused(data[:at] + b"hidden" + directory + end_record(1, directory, at + 6))


def test_archive_with_bytes_before_and_behind_it_is_refused() -> None:
    data = packed(("a", b"x"))
    assert "hides a ZIP archive" in refused(b"junk" + data)
    assert "other data behind" in refused(data + b"junk")
    assert "other data behind" in refused(data[:-2] + b"\x16\x00" + b"PK\5\6" + b"\0" * 18)


def test_archive_that_counts_other_entries_than_it_lists_is_refused() -> None:
    data = packed(("a", b"x"), ("b", b"x"))
    at, end = data.index(b"PK\1\2"), data.index(b"PK\5\6")
    directory = data[at:end]
    assert "other entries than it counts" in refused(data[:end] + end_record(1, directory, at))
    assert "other entries than it counts" in refused(data[:end] + end_record(3, directory, at))


def test_archive_with_too_many_entries_is_refused_before_they_are_read() -> None:
    began = time.process_time()
    data = packed(("a", b"x"))
    at, end = data.index(b"PK\1\2"), data.index(b"PK\5\6")
    assert "more than 10,000 entries" in refused(data[:end] + end_record(10_001, data[at:end], at))
    assert time.process_time() - began < 1


def test_archive_written_as_a_stream_with_data_descriptors_is_accepted() -> None:
    class Unseekable(io.RawIOBase):
        def __init__(self) -> None:
            self.data = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, piece: bytes) -> int:  # type: ignore[override]
            self.data += piece
            return len(piece)

    stream = Unseekable()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[arg-type]
        archive.writestr("a.txt", b"hello" * 100)
        with archive.open("b.txt", "w", force_zip64=True) as target:
            target.write(b"wide")
    assert inspect(io.BytesIO(bytes(stream.data)), name="a.zip").size == len(stream.data)


@pytest.mark.parametrize("inner", ["zip", "gzip", "7z", "tar"])
def test_archive_within_an_archive_is_refused(inner: str) -> None:
    data = {
        "zip": packed(("b", b"x")),
        "gzip": b"\x1f\x8b\x08\x00" + b"\x00" * 30,
        "7z": b"7z\xbc\xaf\x27\x1c" + b"\x00" * 30,
        "tar": b"\x00" * 257 + b"ustar" + b"\x00" * 250,
    }[inner]
    assert "holds another archive" in refused(packed(("innocent.txt", data)))


def test_archive_with_a_program_is_refused() -> None:
    assert "holds a program" in refused(packed(("notes.txt", b"MZ\x90\x00" + b"\x00" * 80)))


def test_documents_nested_too_deep_are_refused() -> None:
    data = word("<d/>")
    for _ in range(3):
        data = packed(("[Content_Types].xml", TYPES), ("word/embeddings/x.docx", data))
    assert "within archives" in refused(data, "a.docx")


def test_hostile_xml_in_a_nested_document_is_refused_by_name() -> None:
    assert "document type" in refused(packed(("inner.docx", word(XXE))))
    assert "inner.docx" in refused(packed(("inner.docx", packed(("[Content_Types].xml", "<Types/>")))))


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (LAUGHS, "document type"),
        (XXE, "document type"),
        ('<!DOCTYPE d SYSTEM "http://192.0.2.1/x.dtd"><d/>', "document type"),
        (XXE.encode("utf-16"), "document type"),
        ("<d>", "not well-formed"),
        ("<d>&x;</d>", "not well-formed"),
        ("<d>" * 300 + "</d>" * 300, "nested more than 256"),
    ],
)
@pytest.mark.parametrize("part", ["word/document.xml", "word/_rels/x.rels", "word/innocent.bin"])
def test_office_document_with_hostile_xml_is_refused(body: str | bytes, reason: str, part: str) -> None:
    assert reason in refused(word(body, part), "a.docx")


def test_xml_that_needs_too_much_memory_is_refused() -> None:
    with pytest.raises(ContentRefused, match="too much"), XMLCheck(memory_bytes=64 << 20) as check:
        check.document([b"<d a='"] + [b"x" * 1_000_000] * 200)
        check.finish()


def test_xml_that_needs_too_much_time_is_refused() -> None:
    began = time.monotonic()
    with pytest.raises(ContentRefused, match="too much time"), XMLCheck(cpu_seconds=1) as check:
        check.document([b"<d>"] + [b"<e/>" * 100_000] * 400)
        check.finish()
    assert time.monotonic() - began < 20


def test_xml_reader_that_never_answers_is_refused() -> None:
    with pytest.raises(ContentRefused, match="too much time"), XMLCheck(wall_seconds=0.3) as check:
        time.sleep(0.6)
        check.finish()


def test_xml_reader_leaves_no_process_behind() -> None:
    with XMLCheck() as check:
        check.document([b"<d/>"])
        check.finish()
        process = check._process
    assert process.returncode == 0


MEASURE = """
import resource, sys
from grc.uploads import FileRefused, inspect
try:
    with open(sys.argv[1], "rb") as file:
        found = inspect(file, name="a." + sys.argv[1].rpartition(".")[2])
    verdict = "accepted"
except FileRefused as refusal:
    verdict = refusal.reason
# of this program alone: ru_maxrss would count the test runner, of which this process is a copy until it begins
own = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))
child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print((own + child) // 1024, verdict)
"""


def measured(path: Path) -> tuple[int, str]:
    """Inspect the file in a fresh process; return its peak memory with its child's in MiB, and the verdict."""
    command = [sys.executable, "-c", MEASURE, str(path)]
    found = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])
    memory, _, verdict = found.stdout.strip().partition(" ")
    return int(memory), verdict


def write_bomb(path: Path, megabytes: int, piece: bytes) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        with archive.open("word/document.xml", "w") as part:
            part.write(b"<d>")
            for _ in range(megabytes):
                part.write(piece)
            part.write(b"</d>")


def test_bomb_of_three_hundred_megabytes_is_refused_in_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "bomb.docx"
    write_bomb(path, 280, b"<e/>" * 262_144)
    assert path.stat().st_size < 1_500_000
    memory, verdict = measured(path)
    assert "as bombs do" in verdict
    assert memory < 200


def test_million_row_sheet_is_read_in_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "rows.docx"
    # Packs about forty to one, as real sheets may: below the ratio that is refused.
    rows = b"".join(b"<r n='%d'><c>%d</c></r>" % (n, n * 7919) for n in range(40_000))
    write_bomb(path, 25, rows)
    memory, verdict = measured(path)
    assert verdict == "accepted"
    assert memory < 200


def test_child_limits_do_not_reach_the_parent() -> None:
    before = resource.getrlimit(resource.RLIMIT_AS)
    with XMLCheck() as check:
        check.document([b"<d/>"])
        check.finish()
    assert resource.getrlimit(resource.RLIMIT_AS) == before


def test_archive_streamed_with_only_its_sizes_known_is_accepted() -> None:
    body, crc = deflated(b"abc"), zlib.crc32(b"abc")
    head = struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 20, 8, 8, 0, 0, 0, 0, 3, 1, 0) + b"a" + body
    head += struct.pack("<4sIII", b"PK\7\x08", crc, len(body), 3)
    directory = central(b"a", len(body), 3, crc, 0, flags=8)
    data = head + directory + end_record(1, directory, len(head))
    assert inspect(io.BytesIO(data), name="a.zip").size == len(data)
