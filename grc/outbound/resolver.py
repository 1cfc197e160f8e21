"""Names to addresses, once per connection and within a time limit."""

import queue
import socket
import threading
from collections.abc import Callable, Sequence
from ipaddress import ip_address
from typing import TypeAlias

from grc.outbound.addresses import Address
from grc.outbound.refusal import OutboundFailed

Resolver: TypeAlias = Callable[[str, int, float], Sequence[Address]]
"""Takes host, port and seconds; returns every address of the host in the order to try, or raises OutboundFailed."""


def resolve(host: str, port: int, seconds: float) -> Sequence[Address]:
    """Ask the system's resolver, which cannot be interrupted: its thread is left behind when time is up."""
    answer: queue.Queue[list[Address] | OSError | UnicodeError] = queue.Queue(maxsize=1)

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
        except (OSError, UnicodeError) as error:
            answer.put(error)
        else:
            texts = [str(entry[4][0]).partition("%")[0] for entry in found]
            answer.put([ip_address(text) for text in dict.fromkeys(texts)])

    threading.Thread(target=ask, daemon=True, name="resolve").start()
    try:
        result = answer.get(timeout=max(seconds, 0.001))
    except queue.Empty:
        raise OutboundFailed(f"The name {host} was not resolved in time.") from None
    if not isinstance(result, list) or not result:
        raise OutboundFailed(f"The name {host} cannot be resolved.")
    return result
