"""Calls over HTTP to addresses from outside, with the policy asked before every connection and every redirect."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from types import TracebackType

from grc.outbound import headers as header_rules
from grc.outbound import urls
from grc.outbound.connection import CheckedConnection, Deadline
from grc.outbound.policy import AllowList
from grc.outbound.refusal import OutboundFailed, OutboundRefused
from grc.outbound.resolver import Resolver, resolve
from grc.outbound.urls import Target

MAX_BYTES = 8 * 1024 * 1024
TIMEOUT = 30.0
READ_TIMEOUT = 10.0

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"})
_REPEATABLE = frozenset({"GET", "HEAD"})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PIECE = 64 * 1024


@dataclass(frozen=True)
class Response:
    """An answer, whatever its status: header names in lower case, the body whole, ``url`` as it was called."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str


@dataclass(frozen=True)
class _Call:
    method: str
    headers: Mapping[str, str]
    body: bytes | None


class Session:
    """Calls that reuse connections, for paging through one server. Not to be shared between threads.

    A connection that is reused stays with the address that was checked when it was made. ``allow``: the
    administrator's list; ``context``: TLS settings (the system's trusted authorities by default, TLS 1.2 up).
    Use as a context manager.
    """

    def __init__(
        self,
        *,
        allow: AllowList | None = None,
        context: ssl.SSLContext | None = None,
        resolver: Resolver = resolve,
    ) -> None:
        self._allow = allow or AllowList()
        self._context = context or _default_context()
        self._resolver = resolver
        self._idle: dict[tuple[str, str, int], CheckedConnection] = {}

    def __enter__(self) -> "Session":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection."""
        for connection in self._idle.values():
            connection.disconnect()
        self._idle.clear()

    def fetch(
        self,
        url: str,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        max_bytes: int = MAX_BYTES,
        timeout: float = TIMEOUT,
        read_timeout: float = READ_TIMEOUT,
        follow: int = 0,
    ) -> Response:
        """Call the URL and return its answer.

        ``max_bytes``: largest accepted body; ``timeout``: seconds for everything, redirects included;
        ``read_timeout``: seconds for each read; ``follow``: how many redirects to follow, each checked like the
        first address. To another origin only harmless headers go along, never a body. A redirect that is not
        followed is returned. Raises ``OutboundRefused`` (policy) or ``OutboundFailed`` (network).
        """
        if method not in _METHODS:
            raise OutboundRefused(f"The method {method[:20]} is not used here.")
        target = urls.parse(url)
        call = _Call(method, header_rules.checked(headers or {}), body)
        deadline = Deadline(timeout, read_timeout)
        while True:
            response = self._one(target, call, deadline, max_bytes)
            location = response.headers.get("location")
            if response.status not in _REDIRECTS or not location or follow == 0:
                return response
            follow -= 1
            target, call = _redirected(target, urls.join(target, location), call, response.status)

    def _one(self, target: Target, call: _Call, deadline: Deadline, max_bytes: int) -> Response:
        try:
            idle = self._idle.pop(target.origin, None)
            if idle and call.method in _REPEATABLE:
                try:
                    return self._on(idle, target, call, deadline, max_bytes)
                except (ConnectionError, HTTPException):
                    idle.disconnect()  # closed by the server since: what may be repeated is, on a new connection
            elif idle:
                idle.disconnect()
            return self._on(self._connection(target, deadline), target, call, deadline, max_bytes)
        except TimeoutError:
            raise OutboundFailed(f"{target.host} did not answer in time.") from None
        except ssl.SSLCertVerificationError as error:
            raise OutboundFailed(f"The certificate of {target.host} is not trusted: {error.verify_message}.") from None
        except ssl.SSLError:
            raise OutboundFailed(f"No secure connection to {target.host} could be made.") from None
        except OSError as error:
            cause = error.strerror or "the connection was lost"
            raise OutboundFailed(f"{target.host} on port {target.port} cannot be reached: {cause}.") from None
        except (HTTPException, ValueError):
            raise OutboundFailed(f"{target.host} did not answer in proper HTTP.") from None

    def _connection(self, target: Target, deadline: Deadline) -> CheckedConnection:
        if target.address is not None:
            addresses = [target.address]
        else:
            addresses = list(self._resolver(target.host, target.port, deadline.left()))
        if not addresses:
            raise OutboundFailed(f"The name {target.host} cannot be resolved.")
        self._allow.check(target.host, target.port, addresses)
        context = self._context if target.scheme == "https" else None
        return CheckedConnection(target.host, target.port, addresses, deadline, context)

    def _on(
        self, connection: CheckedConnection, target: Target, call: _Call, deadline: Deadline, max_bytes: int
    ) -> Response:
        connection.begin_call(deadline)
        try:
            connection.request(call.method, target.path, body=call.body, headers=dict(call.headers))
            answer = connection.getresponse()
            connection.end_headers_of_answer()
            response = _read(answer, target, max_bytes)
        except BaseException:
            connection.disconnect()
            raise
        if answer.will_close:
            connection.disconnect()
        else:
            self._idle[target.origin] = connection
        return response


def fetch(
    url: str,
    *,
    allow: AllowList | None = None,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    max_bytes: int = MAX_BYTES,
    timeout: float = TIMEOUT,
    follow: int = 0,
) -> Response:
    """Call one URL on a connection of its own; as ``Session.fetch``."""
    with Session(allow=allow) as session:
        return session.fetch(
            url, method=method, headers=headers, body=body, max_bytes=max_bytes, timeout=timeout, follow=follow
        )


def _default_context() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _read(answer: HTTPResponse, target: Target, max_bytes: int) -> Response:
    encoding = (answer.getheader("Content-Encoding") or "identity").strip().lower()
    if encoding != "identity":
        raise OutboundFailed(f"{target.host} sent a compressed answer although none was asked for.")
    if answer.length is not None and answer.length > max_bytes:
        raise OutboundFailed(f"The answer of {target.host} is larger than {max_bytes:,} bytes.")
    pieces, size = [], 0
    while piece := answer.read1(_PIECE):
        size += len(piece)
        if size > max_bytes:
            raise OutboundFailed(f"The answer of {target.host} is larger than {max_bytes:,} bytes.")
        pieces.append(piece)
    if answer.length:
        raise OutboundFailed(f"The answer of {target.host} was cut short.")
    answer.close()  # else the connection does not count as free for the next call
    found: dict[str, str] = {}
    for name, value in answer.getheaders():
        key = name.lower()
        found[key] = f"{found[key]}, {value}" if key in found else value
    return Response(answer.status, found, b"".join(pieces), target.url)


def _redirected(before: Target, after: Target, call: _Call, status: int) -> tuple[Target, _Call]:
    if before.scheme == "https" and after.scheme == "http":
        raise OutboundRefused(f"{before.host} redirects from https to http, which is not followed.")
    to_get = status == 303 or (status in (301, 302) and call.method == "POST")
    method = "GET" if to_get and call.method != "HEAD" else call.method
    body = None if to_get else call.body
    headers = header_rules.without_body(call.headers) if to_get else call.headers
    if after.origin != before.origin:
        if body is not None:
            raise OutboundRefused(f"{before.host} redirects what was sent to it to {after.host}.")
        headers = header_rules.harmless(headers)
    return after, _Call(method, headers, body)
