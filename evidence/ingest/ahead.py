"""Records fetched while the ones before are verified: entry bundles where a whole tile is wanted, pages elsewhere."""

from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import NamedTuple

from evidence.ingest.client import PAGE, LogClient, SourceUnreachable
from evidence.ingest.lines import read_line
from evidence.models.source import Source
from evidence.tlog.entry import EntryRefused, to_line
from evidence.tlog.tiles import WIDTH

BUNDLES = 4
"""Tiles fetched at once, so that both ways bring about as much."""


class Served(NamedTuple):
    """One record as it was served: a line of the plain form, or an entry by its place in a bundle."""

    line: bytes
    seq: int = -1
    raw: bytes = b""

    def read(self) -> tuple[int, bytes]:
        """Position and entry bytes. Raises ``entry.EntryRefused``."""
        return (self.seq, self.raw) if self.raw else read_line(self.line)

    def received(self) -> bytes:
        """The record as a line, for quarantine. An entry that is none is given as it came, after a brace."""
        try:
            return self.line or to_line(self.seq, self.raw).rstrip(b"\n")
        except EntryRefused:
            return b"{" + self.raw


class PagesAhead:
    """The records of one log up to ``size``, each asked for before it is needed. Use as a context manager.

    One thread of its own, with a connection of its own; at most a thousand records or so wait in memory. Where one
    page is all there is, nothing is to be fetched ahead, and ``client`` is used.
    """

    def __init__(self, source: Source, first: int, size: int, client: LogClient) -> None:
        self._own = size - first > PAGE
        self._client = LogClient(source) if self._own else client
        self._size = size
        self._bundles = True
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="pages")
        self._next: tuple[int, Future[list[Served]]] | None = None

    def __enter__(self) -> "PagesAhead":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._thread.shutdown(wait=True, cancel_futures=True)
        if self._own:
            self._client.close()

    def page(self, first: int) -> list[Served]:
        """Some records from ``first`` on, in the order in which they were served. Raises ``SourceUnreachable``."""
        future = self._ask(first) if self._next is None or self._next[0] != first else self._next[1]
        self._next = None
        found = future.result()
        following = first + len(found)
        if found and following < self._size:
            self._next = following, self._ask(following)
        return found

    def _ask(self, first: int) -> Future[list[Served]]:
        return self._thread.submit(self._fetch, first)

    def _fetch(self, first: int) -> list[Served]:
        tiles = min(BUNDLES, (self._size - first) // WIDTH) if first % WIDTH == 0 and self._bundles else 0
        try:
            number = first // WIDTH
            entries = [raw for tile in range(number, number + tiles) for raw in self._client.bundle(tile)]
        except SourceUnreachable:
            self._bundles, entries = False, []  # the plain form says where it is wrong, if it is
        if entries:
            return [Served(b"", seq, raw) for seq, raw in enumerate(entries, first)]
        return [Served(line) for line in self._client.page(first, min(PAGE, self._size - first))]
