"""Calls to local servers that behave, and to some that do not."""

import datetime
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from grc.outbound import Allowed, AllowList, OutboundFailed, OutboundRefused, Session, fetch
from grc.outbound.addresses import Address

Handler = Callable[[socket.socket, bytes], object]
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-A: 1\r\nX-A: 2\r\n\r\nok"


class Server:
    """A raw server: each request's bytes are noted, and answered by the handler; False from it ends the connection."""

    def __init__(self, handler: Handler, context: ssl.SSLContext | None = None) -> None:
        self.handler = handler
        self.context = context
        self.requests: list[bytes] = []
        self.connections = 0
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.socket.getsockname()[1]
        self.url = f"http{'s' if context else ''}://127.0.0.1:{self.port}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                peer, _ = self.socket.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(peer,), daemon=True).start()

    def _serve(self, peer: socket.socket) -> None:
        try:
            if self.context:
                peer = self.context.wrap_socket(peer, server_side=True)
            while request := self._request(peer):
                self.requests.append(request)
                if self.handler(peer, request) is False:
                    break
        except OSError:
            pass
        finally:
            peer.close()

    def _request(self, peer: socket.socket) -> bytes:
        data = b""
        while b"\r\n\r\n" not in data:
            piece = peer.recv(65536)
            if not piece:
                return b""
            data += piece
        head, _, body = data.partition(b"\r\n\r\n")
        lengths = [
            int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")
        ]
        while lengths and len(body) < lengths[0]:
            body += peer.recv(65536)
        return head + b"\r\n\r\n" + body


@contextmanager
def serving(handler: Handler | bytes, context: ssl.SSLContext | None = None) -> Iterator[Server]:
    answer = handler
    server = Server((lambda peer, _: peer.sendall(answer)) if isinstance(answer, bytes) else answer, context)
    try:
        yield server
    finally:
        server.socket.close()


def allowing(*servers: Server, host: str = "127.0.0.1") -> AllowList:
    return AllowList([Allowed.parse(host, server.port, "127.0.0.0/8") for server in servers])


def resolving(*addresses: str) -> Callable[[str, int, float], Sequence[Address]]:
    return lambda host, port, seconds: [ip_address(address) for address in addresses]


def redirect(location: str, status: int = 302) -> bytes:
    return f"HTTP/1.1 {status} Go\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode()


def test_fetch_returns_status_headers_and_body() -> None:
    with serving(OK) as server:
        response = fetch(server.url + "/a?b=c", allow=allowing(server), headers={"X-Api-Key": "k"})
    assert (response.status, response.body, response.url) == (200, b"ok", server.url + "/a?b=c")
    assert response.headers["x-a"] == "1, 2"
    sent = server.requests[0]
    assert sent.startswith(b"GET /a?b=c HTTP/1.1\r\n")
    assert f"Host: 127.0.0.1:{server.port}\r\n".encode() in sent
    assert b"Accept-Encoding: identity\r\n" in sent
    assert sent.count(b"Accept-Encoding") == 1


def test_fetch_sends_a_body_with_its_length() -> None:
    with serving(OK) as server:
        fetch(server.url, allow=allowing(server), method="POST", body=b"hello")
    assert b"Content-Length: 5\r\n" in server.requests[0]
    assert server.requests[0].endswith(b"\r\n\r\nhello")


def test_fetch_of_an_unlisted_local_address_never_connects() -> None:
    with serving(OK) as server, pytest.raises(OutboundRefused, match="not on the open internet"):
        fetch(server.url)
    assert server.connections == 0


def test_fetch_of_a_name_with_one_bad_address_never_connects() -> None:
    with serving(OK) as server:
        allow = AllowList([Allowed.parse("evil.example", server.port, "127.0.0.1/32")])
        session = Session(allow=allow, resolver=resolving("127.0.0.1", "127.0.0.2"))
        with pytest.raises(OutboundRefused):
            session.fetch(f"http://evil.example:{server.port}/")
    assert server.connections == 0


def test_fetch_resolves_once_and_connects_to_that_address() -> None:
    asked = []

    def resolver(host: str, port: int, seconds: float) -> Sequence[Address]:
        asked.append(host)
        return [ip_address("127.0.0.1" if len(asked) == 1 else "169.254.169.254")]

    with serving(OK) as server, Session(allow=allowing(server, host="a.example"), resolver=resolver) as session:
        for _ in range(3):
            assert session.fetch(f"http://a.example:{server.port}/").body == b"ok"
    assert asked == ["a.example"]
    assert server.connections == 1
    assert f"Host: a.example:{server.port}".encode() in server.requests[0]


def test_fetch_tries_the_next_checked_address() -> None:
    with serving(OK) as server:
        allow = allowing(server, host="a.example")
        with Session(allow=allow, resolver=resolving("127.0.0.9", "127.0.0.1")) as session:
            assert session.fetch(f"http://a.example:{server.port}/").body == b"ok"


def test_session_opens_a_new_connection_where_the_server_closed_the_old() -> None:
    def once(peer: socket.socket, _: bytes) -> bool:
        peer.sendall(OK)
        return False

    with serving(once) as server, Session(allow=allowing(server)) as session:
        for _ in range(3):
            assert session.fetch(server.url).body == b"ok"
            time.sleep(0.05)
    assert server.connections == 3


def test_session_never_sends_a_post_twice() -> None:
    def drop(peer: socket.socket, request: bytes) -> bool:
        if request.startswith(b"GET"):
            peer.sendall(OK)
            return True
        return False

    with serving(drop) as server, Session(allow=allowing(server)) as session:
        session.fetch(server.url)
        with pytest.raises(OutboundFailed):
            session.fetch(server.url, method="POST", body=b"x")
    assert len([r for r in server.requests if r.startswith(b"POST")]) == 1


@pytest.mark.parametrize(
    "ending", [b"Connection: close\r\n\r\nok", b"Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"]
)
def test_fetch_reads_every_framing_of_a_body(ending: bytes) -> None:
    def answer(peer: socket.socket, _: bytes) -> bool:
        peer.sendall(b"HTTP/1.1 200 OK\r\n" + ending)
        return False

    with serving(answer) as server:
        assert fetch(server.url, allow=allowing(server)).body == b"ok"


def test_fetch_does_not_follow_a_redirect_by_itself() -> None:
    with serving(redirect("http://169.254.169.254/")) as server:
        response = fetch(server.url, allow=allowing(server))
    assert (response.status, response.headers["location"]) == (302, "http://169.254.169.254/")


@pytest.mark.parametrize(
    "location",
    [
        "http://169.254.169.254/latest",
        "http://[::ffff:a9fe:a9fe]/",
        "//2852039166/",
        "http://localhost:1/",
        "file:///x",
        "http://127.0.0.1:1/",
        "http://u:p@127.0.0.1/",
    ],
)
def test_fetch_checks_every_redirect(location: str) -> None:
    with serving(redirect(location)) as server, pytest.raises(OutboundRefused):
        fetch(server.url, allow=allowing(server), follow=5)


def test_fetch_follows_as_often_as_it_is_told() -> None:
    with serving(redirect("/again")) as server:
        assert fetch(server.url, allow=allowing(server), follow=3).status == 302
    assert len(server.requests) == 4


def test_redirect_to_another_origin_drops_every_secret() -> None:
    with serving(OK) as other, serving(redirect(other.url + "/b")) as server:
        headers = {"Authorization": "Bearer s3cret", "X-Custom-Key": "s3cret", "Cookie": "s3cret", "Accept": "text/x"}
        fetch(server.url, allow=allowing(server, other), headers=headers, follow=1)
    assert b"s3cret" in server.requests[0]
    assert b"s3cret" not in other.requests[0]
    assert b"text/x" in other.requests[0]


def test_redirect_within_the_origin_keeps_the_key() -> None:
    answers = iter([redirect("/b"), OK])
    with serving(lambda peer, _: peer.sendall(next(answers))) as server:
        fetch(server.url, allow=allowing(server), headers={"Authorization": "k"}, follow=1)
    assert b"Authorization: k" in server.requests[1]


@pytest.mark.parametrize(
    ("status", "method"), [(301, b"GET"), (302, b"GET"), (303, b"GET"), (307, b"POST"), (308, b"POST")]
)
def test_redirect_of_a_post_keeps_or_drops_its_body(status: int, method: bytes) -> None:
    answers = iter([redirect("/b", status), OK])
    with serving(lambda peer, _: peer.sendall(next(answers))) as server:
        fetch(server.url, allow=allowing(server), method="POST", body=b"data", follow=1)
    assert server.requests[1].startswith(method + b" /b")
    assert server.requests[1].endswith(b"data") == (method == b"POST")


def test_redirect_of_a_body_to_another_origin_is_refused() -> None:
    with serving(OK) as other, serving(redirect(other.url, 307)) as server, pytest.raises(OutboundRefused):
        fetch(server.url, allow=allowing(server, other), method="POST", body=b"x", follow=1)
    assert other.connections == 0


def drip(first: bytes, piece: bytes) -> Handler:
    def answer(peer: socket.socket, _: bytes) -> None:
        peer.sendall(first)
        while True:
            peer.sendall(piece)
            time.sleep(0.05)

    return answer


@pytest.mark.parametrize(
    "handler",
    [
        drip(b"", b"H"),
        drip(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
        drip(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b"x"),
        drip(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        lambda peer, _: time.sleep(5),
    ],
    ids=["status", "headers", "body", "chunks", "continue", "silence"],
)
def test_fetch_of_a_slow_server_ends_at_the_deadline(handler: Handler) -> None:
    began = time.monotonic()
    with serving(handler) as server, Session(allow=allowing(server)) as session, pytest.raises(OutboundFailed):
        session.fetch(server.url, timeout=0.6)
    assert time.monotonic() - began < 2


def test_fetch_of_a_silent_server_ends_at_the_read_timeout() -> None:
    began = time.monotonic()
    with (
        serving(lambda peer, _: time.sleep(5)) as server,
        Session(allow=allowing(server)) as session,
        pytest.raises(OutboundFailed, match="in time"),
    ):
        session.fetch(server.url, timeout=20, read_timeout=0.3)
    assert time.monotonic() - began < 2


def test_resolver_that_hangs_ends_at_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: time.sleep(5))
    began = time.monotonic()
    with pytest.raises(OutboundFailed, match="in time"):
        fetch("http://slow.example/", timeout=0.3)
    assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"HTTP/1.1 200 OK\r\n" + b"X: " + b"y" * 70_000 + b"\r\n\r\n", "headers without end|proper HTTP"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n", "proper HTTP"),
        (b"HTTP/1.1 200 OK\r\n" + (b"X: " + b"y" * 5000 + b"\r\n") * 90 + b"\r\n", "headers without end"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n", "larger than 1,000 bytes"),
        (b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + b"x" * 100_000, "larger than 1,000 bytes"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"400\r\n" + b"x" * 1024 + b"\r\n", "larger than"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n\x1f\x8b", "compressed"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort", "cut short"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "proper HTTP"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", "proper HTTP"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "proper HTTP"),
        (b"", "cannot be reached"),
    ],
)
def test_fetch_of_a_bad_answer_fails_with_a_sentence(answer: bytes, reason: str) -> None:
    def handler(peer: socket.socket, _: bytes) -> bool:
        peer.sendall(answer)
        return False

    with serving(handler) as server, pytest.raises(OutboundFailed, match=reason) as failure:
        fetch(server.url, allow=allowing(server), max_bytes=1000)
    assert failure.value.reason.endswith(".")


def test_fetch_of_a_body_at_the_limit_accepts() -> None:
    with serving(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + b"x" * 1000) as server:
        assert len(fetch(server.url, allow=allowing(server), max_bytes=1000).body) == 1000


def test_fetch_of_a_closed_port_fails() -> None:
    with pytest.raises(OutboundFailed, match="cannot be reached"):
        fetch("http://127.0.0.1:1/", allow=AllowList([Allowed.parse("127.0.0.1", 1, "127.0.0.1")]))


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "x"},
        {"X-A": "a\r\nX-B: c"},
        {"X A": "b"},
        {"content-length": "0"},
        {"X": "é"},
        {"Transfer-Encoding": "x"},
    ],
)
def test_fetch_with_a_header_that_misleads_is_refused(headers: dict[str, str]) -> None:
    with serving(OK) as server, pytest.raises(OutboundRefused):
        fetch(server.url, allow=allowing(server), headers=headers)
    assert server.connections == 0


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "get", "GET /x HTTP/1.1\r\n"])
def test_fetch_with_another_method_is_refused(method: str) -> None:
    with pytest.raises(OutboundRefused):
        fetch("http://example.org/", method=method)


def test_fetch_ignores_proxies_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    with serving(OK) as server:
        assert fetch(server.url, allow=allowing(server)).status == 200


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "proxy.example")])
    now = datetime.datetime.now(datetime.UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("proxy.example")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "certificate.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + built.public_bytes(serialization.Encoding.PEM))
    return path


def server_context(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def test_fetch_over_tls_verifies_the_name_and_not_the_address(certificate: Path) -> None:
    trusting = ssl.create_default_context(cafile=str(certificate))
    with serving(OK, server_context(certificate)) as server:
        for host, trusted in [("proxy.example", True), ("other.example", False)]:
            allow = allowing(server, host=host)
            with Session(allow=allow, context=trusting, resolver=resolving("127.0.0.1")) as session:
                if trusted:
                    url = f"https://{host}:{server.port}/"
                    assert [session.fetch(url).body for _ in range(2)] == [b"ok", b"ok"]
                else:
                    with pytest.raises(OutboundFailed, match="certificate"):
                        session.fetch(f"https://{host}:{server.port}/")
    assert len(server.requests) == 2


def test_fetch_over_tls_with_an_unknown_authority_fails(certificate: Path) -> None:
    with serving(OK, server_context(certificate)) as server:
        allow = allowing(server, host="proxy.example")
        session = Session(allow=allow, resolver=resolving("127.0.0.1"))
        with pytest.raises(OutboundFailed, match="not trusted"):
            session.fetch(f"https://proxy.example:{server.port}/")


def test_redirect_from_https_to_http_is_refused(certificate: Path) -> None:
    trusting = ssl.create_default_context(cafile=str(certificate))
    with serving(OK) as plain, serving(redirect(plain.url), server_context(certificate)) as server:
        allow = AllowList([*allowing(server, host="proxy.example").entries, *allowing(plain).entries])
        session = Session(allow=allow, context=trusting, resolver=resolving("127.0.0.1"))
        with pytest.raises(OutboundRefused, match="https to http"):
            session.fetch(f"https://proxy.example:{server.port}/", follow=1)
    assert plain.connections == 0


def test_tls_server_that_never_shakes_hands_ends_at_the_deadline() -> None:
    began = time.monotonic()
    with (
        serving(lambda peer, _: time.sleep(5)) as server,
        Session(allow=allowing(server)) as session,
        pytest.raises(OutboundFailed),
    ):
        session.fetch(f"https://127.0.0.1:{server.port}/", timeout=0.5)
    assert time.monotonic() - began < 2
