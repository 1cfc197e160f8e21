"""What may be uploaded, and every way in which a file is refused."""

import contextlib
import hashlib
import io
import struct
import time
import zipfile
import zlib
from collections.abc import Callable

import openpyxl
import pytest

from grc.uploads import FileRefused, Kind, inspect

OOXML = "application/vnd.openxmlformats-officedocument"
MAIN = {
    "docx": f"{OOXML}.wordprocessingml.document.main+xml",
    "xlsx": f"{OOXML}.spreadsheetml.sheet.main+xml",
    "pptx": f"{OOXML}.presentationml.presentation.main+xml",
    "docm": "application/vnd.ms-word.document.macroEnabled.main+xml",
    "xlsm": "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    "dotx": f"{OOXML}.wordprocessingml.template.main+xml",
}
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<</Type/Catalog>>\nendobj\ntrailer\n<</Root 1 0 R>>\n%%EOF\n"


def png(width: int = 2, height: int = 2, after: bytes = b"") -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"\x00\x00\x00" * 2)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"") + after


JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffc0000b080002000201011100ffda0008010100003f00ffd9")
GIF = (
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
)
_LOSSLESS = b"VP8L" + struct.pack("<I", 10) + b"\x2f" + struct.pack("<I", 1 | 1 << 14) + b"\x00" * 5
WEBP = b"RIFF" + struct.pack("<I", 4 + len(_LOSSLESS)) + b"WEBP" + _LOSSLESS


def packed(*members: tuple[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return stream.getvalue()


def content_types(kind: str, *more: str) -> str:
    overrides = "".join(f'<Override PartName="/p{n}" ContentType="{t}"/>' for n, t in enumerate((MAIN[kind], *more)))
    return f'<?xml version="1.0"?><Types xmlns="urn:types">{overrides}</Types>'


def office(kind: str, *members: tuple[str, bytes | str], more: tuple[str, ...] = ()) -> bytes:
    return packed(("[Content_Types].xml", content_types(kind, *more)), ("_rels/.rels", "<Relationships/>"), *members)


def open_document(kind: str, *members: tuple[str, bytes | str], manifest: str = "<manifest/>") -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}", zipfile.ZIP_STORED)
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr("content.xml", "<office/>")
        for name, data in members:
            archive.writestr(name, data)
    return stream.getvalue()


def real_workbook() -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["a", 1, "é"])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def refused(data: bytes, name: str, **options: int) -> str:
    with pytest.raises(FileRefused) as refusal:
        inspect(io.BytesIO(data), name=name, **options)
    return refusal.value.reason


ACCEPTED: list[tuple[str, bytes, str, Kind]] = [
    ("report.pdf", PDF, "application/pdf", Kind.DOCUMENT),
    ("a.PNG", png(), "image/png", Kind.IMAGE),
    ("a.jpg", JPEG, "image/jpeg", Kind.IMAGE),
    ("a.jpeg", JPEG, "image/jpeg", Kind.IMAGE),
    ("a.gif", GIF, "image/gif", Kind.IMAGE),
    ("a.webp", WEBP, "image/webp", Kind.IMAGE),
    ("a.txt", "größe\n".encode(), "text/plain", Kind.TEXT),
    ("a.txt", "größe\n".encode("utf-16"), "text/plain", Kind.TEXT),
    ("a.log", b"<13>Oct 1 host: [INFO] fine\x1b[0m", "text/plain", Kind.TEXT),
    ("a.log", b"[INFO] looks like an array", "text/plain", Kind.TEXT),
    ("a.md", b"# Policy\n", "text/markdown", Kind.TEXT),
    ("a.csv", b"\xef\xbb\xbfa,b\r\n1,2\r\n", "text/csv", Kind.TEXT),
    ("a.json", b' {"a": 1}', "application/json", Kind.TEXT),
    ("a.json", b"/* licence */ // note\n[1]", "application/json", Kind.TEXT),
    ("a.jsonl", b'{"a": 1}\n{"a": 2}\n', "application/x-ndjson", Kind.TEXT),
    ("a.eml", b"From: a@example.org\r\nSubject: x\r\n\r\n\xe4 body", "message/rfc822", Kind.MESSAGE),
    ("a.docx", office("docx", ("word/document.xml", "<d/>")), f"{OOXML}.wordprocessingml.document", Kind.DOCUMENT),
    ("a.xlsx", real_workbook(), f"{OOXML}.spreadsheetml.sheet", Kind.SPREADSHEET),
    ("a.pptx", office("pptx"), f"{OOXML}.presentationml.presentation", Kind.PRESENTATION),
    ("a.odt", open_document("text"), "application/vnd.oasis.opendocument.text", Kind.DOCUMENT),
    ("a.ods", open_document("spreadsheet"), "application/vnd.oasis.opendocument.spreadsheet", Kind.SPREADSHEET),
    ("a.zip", packed(("logs/a.txt", b"x" * 100), ("r.pdf", PDF)), "application/zip", Kind.ARCHIVE),
    ("a.zip", packed(("r.pdf", PDF), method=zipfile.ZIP_STORED), "application/zip", Kind.ARCHIVE),
    ("a.zip", packed(("deck.pptx", office("pptx", ("e/b.xlsx", real_workbook())))), "application/zip", Kind.ARCHIVE),
    ("a.zip", packed(), "application/zip", Kind.ARCHIVE),
]


@pytest.mark.parametrize(("name", "data", "media_type", "kind"), ACCEPTED)
def test_inspect_of_an_honest_file_says_what_it_is(name: str, data: bytes, media_type: str, kind: Kind) -> None:
    file = io.BytesIO(data)
    found = inspect(file, name=name)
    assert (found.media_type, found.kind, found.size) == (media_type, kind, len(data))
    assert found.sha256 == hashlib.sha256(data).hexdigest()
    assert found.extension == name[name.rindex(".") :].lower()
    assert not found.macros
    assert not found.active
    assert found.served_as == media_type
    assert file.tell() == 0


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.svg", b'<?xml version="1.0"?><!-- x --><svg xmlns="http://www.w3.org/2000/svg"></svg>'),
        ("a.svg", b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x.dtd"><svg:svg xmlns:svg="x"/>'),
        ("a.html", b"<!doctype html><title>x</title>"),
        ("a.htm", b"\xef\xbb\xbf <html><body>"),
        ("readme.md", b"<h1 align=center>Title</h1>\n"),
    ],
)
def test_inspect_of_active_content_is_served_as_bytes_only(name: str, data: bytes) -> None:
    found = inspect(io.BytesIO(data), name=name)
    assert found.active
    assert found.served_as == "application/octet-stream"


@pytest.mark.parametrize("kind", ["docm", "xlsm"])
def test_inspect_of_macros_flags_them(kind: str) -> None:
    found = inspect(io.BytesIO(office(kind, ("x/vbaProject.bin", b"\xd0\xcf"))), name=f"a.{kind}")
    assert found.macros
    assert found.served_as == "application/octet-stream"


def test_inspect_of_macros_within_an_archive_flags_them() -> None:
    data = packed(("inner.xlsm", office("xlsm", ("xl/vbaProject.bin", b"\xd0\xcf"))))
    assert inspect(io.BytesIO(data), name="a.zip").macros


def test_inspect_of_macros_in_an_open_document_flags_them() -> None:
    data = open_document("text", ("Basic/Standard/Module1.xml", "<m/>"))
    assert inspect(io.BytesIO(data), name="a.odt").macros


ZIP = packed(("a.txt", b"hello"))
REFUSED: list[tuple[str, str, bytes, str]] = [
    ("empty", "a.txt", b"", "is empty"),
    ("program for Linux", "a.pdf", b"\x7fELF" + b"\x00" * 60, "is a program"),
    ("program for Windows", "a.txt", b"MZ\x90\x00" + b"\x00" * 60, "is a program"),
    ("script", "a.txt", b"#!/bin/sh\nrm -rf /\n", "is a program"),
    ("PHP", "a.txt", b"<?php system($_GET[0]);", "is a program"),
    ("unknown ending", "a.exe", b"text", "not an accepted kind"),
    ("no ending", "README", b"text", "has no ending"),
    ("name says PDF", "a.pdf", png(), "its content is a PNG image"),
    ("name says PNG", "a.png", PDF, "its content is a PDF document"),
    ("name says text", "a.txt", b"<html><script>", "its content is an HTML page"),
    ("name says CSV", "a.csv", b"<!doctype html>", "its content is an HTML page"),
    ("name says JSON", "a.json", b"hello", "its content is plain text"),
    ("name says SVG", "a.svg", b"<html>", "its content is an HTML page"),
    ("name says e-mail", "a.eml", b"hello", "its content is plain text"),
    ("name says ZIP", "a.zip", office("docx"), "its content is a Word document"),
    ("name says Word", "a.docx", ZIP, "its content is a ZIP archive"),
    ("name hides macros", "a.xlsx", office("xlsm"), "Rename it to end in “.xlsm”"),
    ("PDF header late", "a.pdf", b"junk\n" + PDF, "does not stand at its beginning"),
    ("PDF behind HTML", "a.html", b"<html>" + PDF.replace(b"\xe2\xe3\xcf\xd3", b""), "also reads as a PDF"),
    ("PDF behind GIF", "a.gif", GIF[:13] + b"\x21\xfe\x10" + PDF, "also reads as a PDF"),
    ("HTML in PDF", "a.pdf", PDF[:15] + b"<script>alert(1)</script>" + PDF[15:], "also reads as an HTML page"),
    ("HTML in GIF", "a.gif", GIF[:13] + b"<script >x</script>", "also reads as an HTML page"),
    ("ZIP behind PDF", "a.pdf", PDF + ZIP, "hides a ZIP archive"),
    ("ZIP behind PNG", "a.png", png() + ZIP, "hides a ZIP archive"),
    ("ZIP behind GIF and dirt", "a.gif", GIF + ZIP + b"dirt", "hides a ZIP archive"),
    ("PDF cut short", "a.pdf", PDF[:-8], "is cut short"),
    ("PDF encrypted", "a.pdf", PDF.replace(b"/Root", b"/Encrypt 5 0 R/Root"), "by a password"),
    ("PDF encrypted, spelt", "a.pdf", PDF.replace(b"/Root", b"/#45ncr#79pt<</V 4>>/Root"), "by a password"),
    ("PNG with more behind", "a.png", png(after=b"secret"), "other data behind the image"),
    ("PNG of a gigapixel", "a.png", png(60_000, 60_000), "60,000 by 60,000 pixels"),
    ("PNG cut short", "a.png", png()[:-4], "behind the image|cut short"),
    ("JPEG without image", "a.jpg", JPEG[:20] + b"\xff\xd9", "holds no image"),
    ("WebP with more behind", "a.webp", WEBP + b"secret", "behind the image"),
    ("NUL in text", "a.txt", b"a\x00b", "NUL"),
    ("NUL in UTF-16", "a.txt", "a\x00b".encode("utf-16"), "NUL"),
    ("Latin-1", "a.csv", b"gr\xf6\xdfe", "text in UTF-8"),
    ("half UTF-16", "a.txt", "ab".encode("utf-16") + b"a", "text in UTF-8"),
    ("half a character at the end", "a.txt", b"ab\xc3", "text in UTF-8"),
    ("gzip", "a.zip", b"\x1f\x8b\x08" + b"\x00" * 20, "Pack it as ZIP"),
    ("7z", "a.zip", b"7z\xbc\xaf\x27\x1c" + b"\x00" * 20, "Pack it as ZIP"),
    ("old Word", "a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "old binary Office"),
    (
        "encrypted Word",
        "a.docx",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le"),
        "by a password",
    ),
    ("template", "a.docx", office("dotx"), "a template"),
    (
        "macros in DOCX",
        "a.docx",
        office("docx", ("word/vbaProject.bin", b"x")),
        "although it is of a kind that has none",
    ),
    (
        "macros by type",
        "a.xlsx",
        office("xlsx", ("xl/innocent.bin", b"x"), more=("application/vnd.ms-office.vbaProject",)),
        "carries macros",
    ),
    ("old macros", "a.xlsx", office("xlsx", ("xl/macrosheets/s.xml", "<x/>")), "carries macros"),
    ("OpenDocument drawing", "a.odt", open_document("graphics"), "kind that is not accepted"),
    (
        "OpenDocument encrypted",
        "a.odt",
        open_document("text", manifest="<m xmlns:x='u'><x:encryption-data/></m>"),
        "by a password",
    ),
    ("DOCTYPE in types", "a.docx", packed(("[Content_Types].xml", "<!DOCTYPE x><Types/>")), "forbidden part"),
]


@pytest.mark.parametrize(("name", "data", "reason"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_inspect_refuses_with_a_sentence(name: str, data: bytes, reason: str) -> None:
    sentence = refused(data, name)
    assert sentence.startswith(f"“{name}” ")
    assert sentence.endswith(".")
    assert any(part in sentence for part in reason.split("|")), sentence


def test_inspect_at_the_size_limit_accepts_and_one_byte_more_refuses() -> None:
    assert inspect(io.BytesIO(b"a" * 1000), name="a.txt", limit_bytes=1000).size == 1000
    assert "larger than" in refused(b"a" * 1001, "a.txt", limit_bytes=1000)


def test_inspect_names_the_file_by_its_safe_name() -> None:
    assert refused(b"", "../../x\u202egnp.txt").startswith("“xgnp.txt” ")


def test_inspect_reads_in_pieces() -> None:
    class Counting(io.BytesIO):
        largest = 0

        def read(self, size: int | None = -1, /) -> bytes:
            assert size is not None
            assert size >= 0
            self.largest = max(self.largest, size)
            return super().read(size)

    file = Counting(b"line\n" * 2_000_000)
    assert inspect(file, name="a.log").size == 10_000_000
    assert file.largest <= 256 * 1024


@pytest.mark.parametrize("cut", range(0, len(real_workbook()), 97))
def test_inspect_of_a_cut_workbook_refuses(cut: int) -> None:
    refused(real_workbook()[:cut], "a.xlsx")


@pytest.mark.parametrize(
    "build", [real_workbook, lambda: packed(("a.txt", b"hello" * 50)), lambda: open_document("text")]
)
def test_inspect_of_a_damaged_archive_never_fails_otherwise(build: Callable[[], bytes]) -> None:
    original = build()
    name = "a.xlsx" if b"xl/workbook" in original else "a.odt" if b"opendocument" in original else "a.zip"
    for at in range(0, len(original), max(1, len(original) // 60)):
        damaged = bytearray(original)
        damaged[at] ^= 0xFF
        try:
            inspect(io.BytesIO(bytes(damaged)), name=name)
        except FileRefused as refusal:
            assert refusal.reason.endswith(".")


@pytest.mark.parametrize(
    "piece", [b"<!---->", b"<??>", b"/**/", b"<!doctype svg>", b"\n", b"//\n", b"a:b\n", b"%PDF-", b"PK"]
)
@pytest.mark.parametrize("ending", [".md", ".json", ".svg", ".eml", ".html"])
def test_inspect_of_endless_repetition_ends_soon(piece: bytes, ending: str) -> None:
    began = time.process_time()
    with contextlib.suppress(FileRefused):
        inspect(io.BytesIO(piece * 200_000 + b"x"), name=f"a{ending}")
    assert time.process_time() - began < 1
