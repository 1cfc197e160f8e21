"""The pull contract over HTTP, with the standard library alone: well-known document, checkpoint, tiles, the plain
form, and the look-up of a person's reference.
"""

from __future__ import annotations

import contextlib
import hmac
import json
import re
import socket
import threading
from collections.abc import Callable
from hashlib import sha256
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from evidence.recorder import keystore
from evidence.recorder.persons import PersonKeys
from evidence.recorder.reader import LogReader, NotServed
from evidence.recorder.segments import LogDamaged
from evidence.recorder.settings import MAX_MERGE_DELAY, Settings
from evidence.tlog import dsse, entry, record, tiles
from grc import strict_json

MAX_LIMIT = 1000
MAX_BODY = 4096
_NUMBER = re.compile(r"0|[1-9][0-9]{0,15}")
_IMMUTABLE = "public, max-age=31536000, immutable"
_FRESH = "no-cache"
JSON, NDJSON, NOTE, OCTETS = (
    "application/json", "application/x-ndjson", "text/plain; charset=utf-8", "application/octet-stream",
)  # fmt: skip


class Refused(Exception):
    """An answer that is not a success: the status and one sentence."""

    def __init__(self, status: HTTPStatus, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


class Answer(NamedTuple):
    """Content type, body, how long it may be kept."""

    kind: str
    body: bytes
    cache: str = _FRESH


class Tokens(NamedTuple):
    """Bearer tokens. ``read``: asked for on every page when set; ``lookup``: asked for on the look-up, which
    is closed while it is empty."""

    read: str = ""
    lookup: str = ""


_OPEN = Tokens()


class Contract:
    """What is answered, without HTTP around it. ``publish`` brings the checkpoint up to date where the writer
    lives in this process."""

    def __init__(self, folder: Path, *, tokens: Tokens = _OPEN, publish: Callable[[], None] = lambda: None) -> None:
        self._folder = folder
        self._publish = publish
        self._settings = Settings.load(folder)
        self._reader = LogReader(folder, self._settings.min_index)
        self._persons = PersonKeys(folder) if tokens.lookup else None
        self.tokens = tokens

    def get(self, path: str, query: str) -> Answer:
        """Raises ``Refused``."""
        if path == "/v1/decisions":
            return self._decisions(query)
        if query:
            raise Refused(HTTPStatus.BAD_REQUEST, f"{path} takes no parameters.")
        if path == "/.well-known/decision-log":
            return self._well_known()
        if path == "/checkpoint":
            self._bring_up_to_date()
            return Answer(NOTE, self._reader.signed_checkpoint())
        if path.startswith("/tile/"):
            return self._tile(path)
        raise Refused(HTTPStatus.NOT_FOUND, "There is nothing here. Begin at /.well-known/decision-log.")

    def post(self, path: str, raw: bytes) -> Answer:
        """Raises ``Refused``."""
        if path != "/v1/subject-ref":
            raise Refused(HTTPStatus.METHOD_NOT_ALLOWED, "Only /v1/subject-ref takes a POST.")
        try:
            body = strict_json.loads(raw, max_bytes=MAX_BODY, max_depth=2, floats=False)
        except strict_json.JSONRefused as error:
            raise Refused(HTTPStatus.BAD_REQUEST, f"The body is refused: {error}.") from None
        if not isinstance(body, dict) or set(body) != {"reference"} or type(body["reference"]) is not str:
            raise Refused(HTTPStatus.BAD_REQUEST, 'The body must be {"reference": "..."} and nothing else.')
        reference = body["reference"].strip()
        if not 0 < len(reference) <= record.MAX_TEXT:
            raise Refused(HTTPStatus.BAD_REQUEST, f"A reference has 1 to {record.MAX_TEXT} characters.")
        found = self._persons.find(reference) if self._persons else None
        if found is None:
            raise Refused(HTTPStatus.NOT_FOUND, "Nobody is known by this reference, or the person was erased.")
        return Answer(JSON, json.dumps({"subject_ref": found}).encode(), "no-store")

    def close(self) -> None:
        if self._persons is not None:
            self._persons.close()

    def _bring_up_to_date(self) -> None:
        with contextlib.suppress(OSError):  # a full disk: the last checkpoint is as true as before
            self._publish()

    def _well_known(self) -> Answer:
        value: dict[str, Any] = {
            "origin": self._settings.log_id,
            "keys": [key.to_json() for key in keystore.read_ring(self._folder)],
            "schema": {"type": dsse.DECISION_TYPE.decode(), "v": record.VERSION},
            "min_index": self._reader.min_index,
            "max_merge_delay_s": MAX_MERGE_DELAY,
        }
        return Answer(JSON, json.dumps(value).encode())

    def _tile(self, path: str) -> Answer:
        try:
            tile = tiles.parse_path(path[1:])
        except tiles.TileRefused as error:
            raise Refused(HTTPStatus.BAD_REQUEST, f"{error}.") from None
        return Answer(OCTETS, self._reader.tile(tile), _IMMUTABLE)

    def _decisions(self, query: str) -> Answer:
        after, limit = _page(query)
        first = max(after + 1, self._reader.min_index)
        self._bring_up_to_date()
        signed = self._reader.signed_checkpoint()
        size = self._reader.size(signed)
        entries = self._reader.entries(first, max(0, min(limit, size - first)))
        lines = [entry.to_line(seq, raw) for seq, raw in enumerate(entries, first)]
        lines.append(json.dumps({"checkpoint": signed.decode()}).encode() + b"\n")
        return Answer(NDJSON, b"".join(lines))


def _page(query: str) -> tuple[int, int]:
    """``after_seq`` (-1 where it is left out) and ``limit``."""
    try:
        pairs = parse_qsl(query, keep_blank_values=True, strict_parsing=True, max_num_fields=8) if query else []
    except ValueError:
        raise Refused(HTTPStatus.BAD_REQUEST, "The query cannot be read.") from None
    given = dict(pairs)
    if len(given) != len(pairs) or not set(given) <= {"after_seq", "limit"}:
        raise Refused(HTTPStatus.BAD_REQUEST, "Give after_seq and limit, each once, and nothing else.")
    after, limit = given.get("after_seq", "-1"), given.get("limit", str(MAX_LIMIT))
    if after != "-1" and not _NUMBER.fullmatch(after):
        raise Refused(HTTPStatus.BAD_REQUEST, "after_seq is a whole number from 0 on, or -1 for the beginning.")
    if not _NUMBER.fullmatch(limit) or not 1 <= int(limit) <= MAX_LIMIT:
        raise Refused(HTTPStatus.BAD_REQUEST, f"limit is a whole number from 1 to {MAX_LIMIT}.")
    return int(after), int(limit)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "decision-log"
    sys_version = ""
    timeout = 30
    disable_nagle_algorithm = True
    server: LogServer

    def do_GET(self) -> None:
        self._answer(self._get)

    def do_HEAD(self) -> None:
        self._answer(self._get)

    def do_POST(self) -> None:
        self._answer(self._post)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the standard library's name
        """Nothing: the proxy's own log is no place for a look-up's traffic."""

    def _get(self) -> Answer:
        self._authorise(self.server.contract.tokens.read)
        parts = urlsplit(self.path)
        return self.server.contract.get(parts.path, parts.query)

    def _post(self) -> Answer:
        length = self.headers.get("Content-Length", "")
        if not _NUMBER.fullmatch(length) or int(length) > MAX_BODY:
            self.close_connection = True  # the body stays unread
            raise Refused(HTTPStatus.BAD_REQUEST, f"Send a body of at most {MAX_BODY} bytes with its length.")
        raw = self.rfile.read(int(length))
        if not self.server.contract.tokens.lookup:
            raise Refused(HTTPStatus.FORBIDDEN, "This recorder has no look-up token, so it answers none.")
        self._authorise(self.server.contract.tokens.lookup)
        return self.server.contract.post(urlsplit(self.path).path, raw)

    def _authorise(self, token: str) -> None:
        given = self.headers.get("Authorization", "")
        if token and not hmac.compare_digest(given.encode("utf-8", "replace"), f"Bearer {token}".encode()):
            raise Refused(HTTPStatus.UNAUTHORIZED, "Send the token that the recorder's operator gave you.")

    def _answer(self, work: Callable[[], Answer]) -> None:
        try:
            answer = work()
        except Refused as refused:
            self._send_refusal(refused)
        except NotServed as error:
            self._send_refusal(Refused(HTTPStatus.NOT_FOUND, f"{error}."))
        except (OSError, LogDamaged, ValueError) as error:
            if not isinstance(error, ConnectionError):
                self._send_refusal(Refused(HTTPStatus.SERVICE_UNAVAILABLE, f"The log cannot be read: {error}"))
        else:
            self._send(HTTPStatus.OK, answer)

    def _send_refusal(self, refused: Refused) -> None:
        body = json.dumps({"error": str(refused)}).encode()
        self._send(refused.status, Answer(JSON, body, "no-store"))

    def _send(self, status: HTTPStatus, answer: Answer) -> None:
        tag = f'"{sha256(answer.body).hexdigest()[:32]}"'
        same = status is HTTPStatus.OK and self.headers.get("If-None-Match") == tag
        self.send_response(HTTPStatus.NOT_MODIFIED if same else status)
        if status is HTTPStatus.UNAUTHORIZED:
            self.send_header("WWW-Authenticate", "Bearer")
        if status is HTTPStatus.OK:
            self.send_header("ETag", tag)
        self.send_header("Cache-Control", answer.cache)
        self.send_header("X-Content-Type-Options", "nosniff")
        if not same:
            self.send_header("Content-Type", answer.kind)
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if not same and self.command != "HEAD":
            self.wfile.write(answer.body)


class LogServer(ThreadingHTTPServer):
    """Serves a recorder's folder. ``serve_forever`` in the foreground, or ``start`` in a thread."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], contract: Contract) -> None:
        if ":" in address[0]:
            self.address_family = socket.AF_INET6
        super().__init__(address, _Handler)
        self.contract = contract

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def start(self) -> LogServer:
        serve = threading.Thread(target=self.serve_forever, args=(0.05,), name="recorder-http", daemon=True)
        serve.start()
        return self

    def stop(self) -> None:
        self.shutdown()
        self.server_close()
        self.contract.close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing: a reader that hangs up is no event here."""


def listen_address(text: str) -> tuple[str, int]:
    """``HOST:PORT`` or ``[HOST]:PORT``. Raises ValueError with a sentence."""
    host, _, port = text.rpartition(":")
    if not host or not port.isascii() or not port.isdigit() or int(port) > 65_535:
        raise ValueError(f"{text!r} is not an address of the form 127.0.0.1:9940")
    return host.strip("[]"), int(port)
