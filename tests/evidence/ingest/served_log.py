"""A log served over real HTTP by the pull contract, every part of which a test may tamper with."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from evidence.tlog import entry, merkle, tiles
from tests.evidence.tlog.honest_log import HonestLog

Lines = list[bytes]


class ServedLog:
    """Serves ``log``. ``note``: the checkpoint, if another than the honest one; ``tamper``: changes a page's lines,
    given the first position asked for; ``tree``: the tree behind the tiles, if another than the log's."""

    def __init__(self, log: HonestLog) -> None:
        self.log = log
        self.note: bytes | None = None
        self.tamper: Callable[[int, Lines], Lines] = lambda first, lines: lines
        self.tree: merkle.MemoryTree | None = None
        self.token = ""
        self.origin = log.log_id
        self.min_index = 0
        self.bundle: Callable[[int], bytes] | None = None
        self.down = False
        self.keys = [log.key]
        self.asked: list[str] = []
        self.url = ""

    def answer(self, path: str, token: str) -> tuple[int, bytes]:
        self.asked.append(path)
        parts = urlsplit(path)
        if self.down:
            return 503, b"down"
        if self.token and token != f"Bearer {self.token}":
            return 401, b"no"
        if parts.path == "/.well-known/decision-log":
            return 200, self._well_known()
        if parts.path == "/checkpoint":
            return 200, self.note or self.log.checkpoint_note()
        if parts.path.startswith("/tile/"):
            return self._tile(parts.path[1:])
        if parts.path == "/v1/decisions":
            return 200, self._page(parse_qs(parts.query))
        return 404, b"no"

    def _well_known(self) -> bytes:
        from tests.evidence.tlog.honest_log import key_of

        keys = [key_of(name).to_json() for name in self.keys]
        return json.dumps({"origin": self.origin, "keys": keys, "min_index": self.min_index}).encode()

    def _tile(self, path: str) -> tuple[int, bytes]:
        tile = tiles.parse_path(path)
        if tile.level == tiles.ENTRIES:
            return (200, self.bundle(tile.number)) if self.bundle else (404, b"pages only")
        tree = self.tree or self.log.tree
        first = tile.number * tiles.WIDTH
        try:
            hashes = [tree.hash_at(8 * tile.level, index) for index in range(first, first + tile.width)]
        except IndexError:
            return 404, b"not yet"
        return 200, tiles.encode_hashes(hashes)

    def _page(self, query: dict[str, list[str]]) -> bytes:
        first, limit = int(query["after_seq"][0]) + 1, min(1000, int(query["limit"][0]))
        chosen = self.log.entries[first : first + limit]
        lines = [entry.to_line(seq, raw).rstrip(b"\n") for seq, raw in enumerate(chosen, first)]
        lines = self.tamper(first, lines)
        note = {"checkpoint": (self.note or self.log.checkpoint_note()).decode()}
        return b"".join(line + b"\n" for line in [*lines, json.dumps(note).encode()])


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    served: ServedLog

    def do_GET(self) -> None:
        status, body = self.served.answer(self.path, self.headers.get("Authorization", ""))
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        pass


@contextmanager
def serving(log: HonestLog) -> Iterator[ServedLog]:
    served = ServedLog(log)
    handler = type("Handler", (_Handler,), {"served": served})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    served.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
