"""One connection to one checked address, every read and write of it within the deadline of the call."""

import io
import socket
import ssl
import time
from collections.abc import Sequence
from http.client import HTTPConnection
from typing import Any

from grc.outbound.addresses import Address
from grc.outbound.refusal import OutboundFailed

MAX_HEADER_BYTES = 64 * 1024


class Deadline:
    """The end of a call, and the longest that one read or write may take; both in seconds."""

    def __init__(self, total: float, each: float) -> None:
        self._ends = time.monotonic() + total
        self._each = each

    def left(self) -> float:
        """Return the seconds that the next step may take; raises ``TimeoutError`` when none are left."""
        remaining = self._ends - time.monotonic()
        if remaining <= 0:
            raise TimeoutError("the call took too long")
        return min(self._each, remaining)


class _LimitedReader(io.RawIOBase):
    """What http.client reads from: a slow drip of bytes ends with the deadline, endless headers at a size."""

    def __init__(self, owner: "_LimitedSocket") -> None:
        self._owner = owner

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._owner.receive_into(buffer)


class _LimitedSocket:
    """As much of a socket as http.client uses."""

    def __init__(self, inner: socket.socket, deadline: Deadline) -> None:
        self.inner = inner
        self.deadline = deadline
        self.header_bytes_left: int | None = MAX_HEADER_BYTES

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(_LimitedReader(self), 8192)

    def receive_into(self, buffer: Any) -> int:
        self.inner.settimeout(self.deadline.left())
        count = self.inner.recv_into(buffer)
        if self.header_bytes_left is not None:
            self.header_bytes_left -= count
            if self.header_bytes_left < 0:
                raise OutboundFailed("The server sent headers without end.")
        return count

    def sendall(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            self.inner.settimeout(self.deadline.left())
            view = view[self.inner.send(view) :]

    def close(self) -> None:
        """Do nothing: http.client closes before the body is read; ``CheckedConnection.disconnect`` closes."""


class CheckedConnection(HTTPConnection):
    """HTTP to addresses that the policy has passed; the name is kept for TLS and the Host header."""

    def __init__(
        self,
        host: str,
        port: int,
        addresses: Sequence[Address],
        deadline: Deadline,
        context: ssl.SSLContext | None,
    ) -> None:
        super().__init__(host, port)
        self.default_port = 443 if context else 80
        self._addresses = addresses
        self._deadline = deadline
        self._context = context
        self._limited: _LimitedSocket | None = None

    def connect(self) -> None:
        """Connect to the first of the checked addresses that answers; no name is resolved here."""
        inner = self._connected()
        try:
            if self._context:
                inner.settimeout(self._deadline.left())
                inner = self._context.wrap_socket(inner, server_hostname=self.host)
        except BaseException:
            inner.close()
            raise
        self._limited = _LimitedSocket(inner, self._deadline)
        self.sock = self._limited

    def begin_call(self, deadline: Deadline) -> None:
        """Give the next call on this connection its own deadline and its own allowance for headers."""
        self._deadline = deadline
        if self._limited:
            self._limited.deadline = deadline
            self._limited.header_bytes_left = MAX_HEADER_BYTES

    def end_headers_of_answer(self) -> None:
        """Lift the limit on headers: what follows is the body, which is counted by its reader."""
        if self._limited:
            self._limited.header_bytes_left = None

    def disconnect(self) -> None:
        """Close the connection, whatever is still to be read from it."""
        self.close()
        if self._limited:
            self._limited.inner.close()
            self._limited = None

    def _connected(self) -> socket.socket:
        last: OSError | None = None
        for address in self._addresses:
            family = socket.AF_INET if address.version == 4 else socket.AF_INET6
            inner = socket.socket(family, socket.SOCK_STREAM)
            try:
                inner.settimeout(self._deadline.left())
                inner.connect((str(address), self.port))
                inner.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            except OSError as error:
                inner.close()
                last = error
            else:
                return inner
        raise last or OSError("no address")
