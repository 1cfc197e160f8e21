"""A real HTTP server that takes webhooks, and an independent check of their signatures."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()


class Receiver:
    """``answers`` are the statuses it gives, one after the other, the last one for ever; ``got`` is what came."""

    def __init__(self, *answers: int) -> None:
        self.answers = list(answers) or [204]
        self.got: list[dict[str, Any]] = []
        self.on_request: Callable[[], None] | None = None
        self.url = ""

    def take(self, headers: Any, body: bytes) -> int:
        self.got.append({"id": headers["webhook-id"], "headers": dict(headers), "raw": body, "body": json.loads(body)})
        if self.on_request is not None:
            self.on_request()
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@contextmanager
def receiving(settings: Any, *answers: int) -> Iterator[Receiver]:
    """A receiver on this machine, which an administrator has allowed."""
    receiver = Receiver(*answers)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            status = receiver.take(self.headers, self.rfile.read(int(self.headers["content-length"])))
            self.send_response(status)
            self.send_header("Location", "http://127.0.0.1:1/")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    port = server.server_address[1]
    settings.OUTBOUND_ALLOWED = [f"127.0.0.1:{port}=127.0.0.1/32"]
    receiver.url = f"http://127.0.0.1:{port}/hooks"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()


def signature_holds(message: dict[str, Any], secret: str) -> bool:
    """As a receiver in another language would write it from the specification alone."""
    key = base64.standard_b64decode(secret.split("_", 1)[1])
    headers = message["headers"]
    mac = hmac.new(key, digestmod=hashlib.sha256)
    for part in (headers["webhook-id"].encode(), b".", headers["webhook-timestamp"].encode(), b".", message["raw"]):
        mac.update(part)
    expected = "v1," + base64.standard_b64encode(mac.digest()).decode()
    return any(hmac.compare_digest(given, expected) for given in headers["webhook-signature"].split(" "))
