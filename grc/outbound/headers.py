"""Which headers a caller may set, and which may go to another origin than they were meant for."""

import re
from collections.abc import Mapping

from grc.outbound.refusal import OutboundRefused

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"[\t\x20-\x7e]*")
_OURS = frozenset(
    {"host", "connection", "content-length", "transfer-encoding", "accept-encoding", "te", "trailer", "upgrade"}
    | {"proxy-authorization", "proxy-connection", "expect", "keep-alive"}
)
_HARMLESS = frozenset({"accept", "accept-language", "accept-encoding", "user-agent"})
_OF_BODY = frozenset({"content-type", "content-encoding", "content-language"})


def checked(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers to send; raises ``OutboundRefused`` for one that would change how the call is read."""
    for name, value in headers.items():
        if not _NAME.fullmatch(name) or not _VALUE.fullmatch(value):
            raise OutboundRefused(f"The header “{name[:40]!a}” holds characters that are not allowed.")
        if name.lower() in _OURS:
            raise OutboundRefused(f"The header {name} cannot be set.")
    ours = {"Accept-Encoding": "identity"}
    if not any(name.lower() == "user-agent" for name in headers):
        ours["User-Agent"] = "Assay"
    return {**headers, **ours}


def harmless(headers: Mapping[str, str]) -> dict[str, str]:
    """Return what may go to another origin: keys hide in headers of any name, so only known ones pass."""
    return {name: value for name, value in headers.items() if name.lower() in _HARMLESS}


def without_body(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers without those that describe a body which is no longer sent."""
    return {name: value for name, value in headers.items() if name.lower() not in _OF_BODY}
