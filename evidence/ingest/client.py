"""The pull contract as a client: one source's document, checkpoint, tiles and pages, through the safe HTTP session."""

from types import TracebackType
from typing import Any, NamedTuple

from evidence.ingest.lines import PageRefused, split_page
from evidence.models.source import Source
from evidence.tlog.entry import MAX_ENTRY
from evidence.tlog.keys import Key, KeyRefused
from evidence.tlog.note import MAX_BYTES as MAX_NOTE
from evidence.tlog.tiles import ENTRIES, WIDTH, Tile, TileRefused, decode_entries
from grc import strict_json
from grc.models.secret import Sealed, SecretUnreadable
from grc.outbound import OutboundFailed, OutboundRefused, Response, Session
from grc.outbound.allowed import allow_list

PAGE = 1000
_MAX_PAGE_BYTES = 64 * 1024 * 1024
_MAX_DOCUMENT = 256 * 1024
_MAX_TILE = WIDTH * 32
_MAX_BUNDLE = WIDTH * (MAX_ENTRY + 2)


class SourceUnreachable(Exception):
    """The source gave no proper answer; ``str()`` is a sentence. Nothing is known to be wrong with its records."""


class WellKnown(NamedTuple):
    """What the source says of itself, unproved: origin, keys, first position served, the server's date header."""

    origin: str
    keys: tuple[Key, ...]
    min_index: int
    date: str


class LogClient:
    """Reads one log. Use as a context manager; not to be shared between threads."""

    def __init__(self, source: Source, *, timeout: float = 60.0) -> None:
        """``timeout``: seconds for one answer. Raises ``SourceUnreachable`` where the token can't be read."""
        self._timeout = timeout
        self._base = source.url.rstrip("/")
        self._session = Session(allow=allow_list())
        self._headers = {"Accept": "*/*", "User-Agent": "assay"}
        if isinstance(source.read_token, Sealed):
            try:
                self._headers["Authorization"] = f"Bearer {source.read_token.open()}"
            except SecretUnreadable as error:
                raise SourceUnreachable(str(error)) from None

    def __enter__(self) -> "LogClient":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._session.close()

    def well_known(self) -> WellKnown:
        """Raises ``SourceUnreachable``."""
        answer = self._get("/.well-known/decision-log", _MAX_DOCUMENT)
        try:
            value = strict_json.loads(answer.body, max_bytes=_MAX_DOCUMENT, max_depth=8, floats=False)
            return _well_known(value, answer.headers.get("date", ""))
        except (strict_json.JSONRefused, KeyRefused, KeyError, TypeError, ValueError) as error:
            raise SourceUnreachable(f"The document /.well-known/decision-log cannot be read: {error}.") from None

    def checkpoint(self) -> bytes:
        """The signed checkpoint, as received. Raises ``SourceUnreachable``."""
        return self._get("/checkpoint", MAX_NOTE + 1).body

    def tile(self, tile: Tile) -> bytes:
        """A hash tile, as received. Raises ``SourceUnreachable``."""
        return self._get(f"/{tile.path}", _MAX_TILE).body

    def bundle(self, number: int) -> list[bytes]:
        """The entries of a full tile. Raises ``SourceUnreachable`` also where a source serves no proper one."""
        tile = Tile(ENTRIES, number)
        raw = self._get(f"/{tile.path}", _MAX_BUNDLE).body
        try:
            return decode_entries(raw, tile.width, tile.path)
        except TileRefused as error:
            raise SourceUnreachable(f"{error}.") from None

    def page(self, first: int, limit: int) -> list[bytes]:
        """The lines of up to ``limit`` records from ``first`` on, as received. Raises ``SourceUnreachable``."""
        limit = min(limit, PAGE)
        answer = self._get(f"/v1/decisions?after_seq={first - 1}&limit={limit}", _MAX_PAGE_BYTES)
        try:
            return split_page(answer.body, limit)
        except PageRefused as error:
            raise SourceUnreachable(str(error)) from None

    def _get(self, path: str, max_bytes: int) -> Response:
        try:
            answer = self._session.fetch(
                self._base + path, headers=self._headers, max_bytes=max_bytes, timeout=self._timeout
            )
        except (OutboundFailed, OutboundRefused) as error:
            raise SourceUnreachable(error.reason) from None
        if answer.status in (401, 403):
            raise SourceUnreachable(f"The source refuses our read token (status {answer.status}).")
        if answer.status != 200:
            raise SourceUnreachable(f"The source answered {path.partition('?')[0]} with status {answer.status}.")
        return answer


def _well_known(value: Any, date: str) -> WellKnown:
    origin, min_index = value["origin"], value.get("min_index", 0)
    if type(origin) is not str or type(min_index) is not int or not 0 <= min_index < 2**53:
        raise ValueError("origin or min_index has another form than the contract demands")
    return WellKnown(origin[:200], tuple(Key.from_json(one) for one in value["keys"][:100]), min_index, date)
