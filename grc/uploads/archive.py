"""ZIP archives and the office documents that are ones: every member unpacked once, measured, and looked at."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import IO

from grc.uploads import office
from grc.uploads.kinds import OFFICE_CONTENTS, Content
from grc.uploads.magic import is_executable, is_other_archive, is_zip
from grc.uploads.reading import Source
from grc.uploads.refusal import ContentRefused
from grc.uploads.xml_check import XMLCheck
from grc.uploads.zip_directory import MAX_ENTRIES, Entry, read_directory
from grc.uploads.zip_members import Budget, unpacked

MAX_LEVELS = 3
"""An archive of evidence, a presentation in it, a workbook embedded in that."""

_SPOOL_BYTES = 4 * 1024 * 1024
_START_BYTES = 512


@dataclass(frozen=True)
class Archive:
    """What a ZIP container turned out to be, and whether it or a document in it carries macros."""

    content: Content
    macros: bool


def check(source: Source, size: int) -> Archive:
    """Return what the container is; raises ``ContentRefused`` for anything hostile in it."""
    with XMLCheck() as xml:
        archive = _Container(source, size, Budget(entries=MAX_ENTRIES), xml, level=1).check()
        xml.finish()
    return archive


class _Container:
    def __init__(self, source: Source, size: int, budget: Budget, xml: XMLCheck, level: int) -> None:
        self._source = source
        self._budget = budget
        self._xml = xml
        self._level = level
        self._entries = read_directory(source, size, budget.entries)
        self._budget.entries -= len(self._entries)

    def check(self) -> Archive:
        content, macros = self._identified()
        if self._level > 1 and content not in OFFICE_CONTENTS:
            raise ContentRefused("holds another archive", "Unpack the inner archive first.")
        for entry in self._entries:
            if not entry.is_folder:
                macros = self._check_member(entry, is_office=content in OFFICE_CONTENTS) or macros
        return Archive(content, macros)

    def _identified(self) -> tuple[Content, bool]:
        names = [entry.name for entry in self._entries]
        if office.CONTENT_TYPES in names:
            return office.identify_ooxml(self._part(office.CONTENT_TYPES), names)
        first = self._entries[0].name if self._entries else ""
        if first == office.MIMETYPE:
            return office.identify_open_document(self._part(office.MIMETYPE), self._part(office.MANIFEST), names)
        return Content.ZIP, False

    def _part(self, name: str) -> bytes:
        entry = next((entry for entry in self._entries if entry.name == name), None)
        if entry is None or entry.size > office.MAX_PART_BYTES:
            raise ContentRefused(f"lacks a proper part {name}", "Save it again from its program.")
        # A budget of its own: the part is counted when all members are.
        return b"".join(unpacked(self._source, entry, Budget(entries=1)))

    def _check_member(self, entry: Entry, *, is_office: bool) -> bool:
        """Look at one member; return whether it is a document with macros."""
        pieces = unpacked(self._source, entry, self._budget)
        start = b""
        for piece in pieces:
            start += piece
            if len(start) >= _START_BYTES:
                break
        whole = chain((start,), pieces)
        if is_executable(start):
            raise ContentRefused(f"holds a program (“{entry.name[:80]}”)", "Programs are not accepted; leave it out.")
        if is_zip(start):
            return self._check_nested(entry, whole)
        if is_other_archive(start):
            raise ContentRefused(
                f"holds another archive (“{entry.name[:80]}”)", "Unpack it first, and pack its files instead."
            )
        if is_office and office.needs_xml_check(entry.name, start[:_START_BYTES]):
            self._xml.document(whole)
        else:
            for _ in whole:
                pass
        return False

    def _check_nested(self, entry: Entry, whole: Iterator[bytes]) -> bool:
        if self._level >= MAX_LEVELS:
            raise ContentRefused("holds archives within archives within archives", "Unpack the inner ones first.")
        with tempfile.SpooledTemporaryFile(max_size=_SPOOL_BYTES) as spool:
            size = _copied(whole, spool)
            try:
                nested = _Container(spool, size, self._budget, self._xml, self._level + 1).check()
            except ContentRefused as refused:
                raise ContentRefused(f"holds “{entry.name[:80]}”, which {refused.problem}", refused.advice) from None
        return nested.macros


def _copied(pieces: Iterator[bytes], target: IO[bytes]) -> int:
    for piece in pieces:
        target.write(piece)
    return target.tell()
