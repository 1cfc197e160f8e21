"""The plain form as it arrives: NDJSON lines to entries.

Nearly every line has the one form that a recorder writes, which is taken apart where its parts must stand; any other
line goes the strict way.
"""

import re
from binascii import a2b_base64, b2a_base64

from evidence.tlog import entry
from grc import strict_json

MAX_LINE = 60_000
_SEQ = b'{"seq":'
_KID = b',"kid":"'
_PAYLOAD = b'","payload_b64":"'
_SIGNATURE = b'","sig_b64":"'
_TAIL = len(_SIGNATURE) + 88 + len(b'"}')
_NUMBER = re.compile(rb"0|[1-9][0-9]{0,14}").fullmatch


class PageRefused(ValueError):
    """The page as a whole is not of the plain form; ``str()`` is a sentence."""


def read_line(line: bytes) -> tuple[int, bytes]:
    """Position and entry bytes of one line. Raises ``entry.EntryRefused``."""
    head, found, rest = line.partition(_KID)
    kid, tail = rest[:32], rest[-_TAIL:]
    if not (
        found
        and head.startswith(_SEQ)
        and rest.startswith(_PAYLOAD, 32)
        and tail.startswith(_SIGNATURE)
        and tail.endswith(b'"}')
        and _NUMBER(head, len(_SEQ))
        and kid.islower() | kid.isdigit()
    ):
        return entry.from_line(line)
    payload_b64, signature_b64 = rest[49:-_TAIL], tail[13:-2]
    try:
        payload, signature = a2b_base64(payload_b64), a2b_base64(signature_b64)
        key = bytes.fromhex(kid.decode("ascii"))
    except ValueError:
        return entry.from_line(line)
    # written anew it must be the same: so nothing but these four members can stand in the line
    same = b2a_base64(payload, newline=False) == payload_b64 and b2a_base64(signature, newline=False) == signature_b64
    if not same or not 0 < len(payload) <= entry.MAX_PAYLOAD or len(signature) != 64 or len(key) != 16:
        return entry.from_line(line)
    return int(head[7:]), b"\x01" + key + signature + payload


def split_page(body: bytes, limit: int) -> list[bytes]:
    """The lines of a page's records; the checkpoint that ends it is left out. Raises ``PageRefused``.

    A few lines too many are no refusal: which of them is one too many is a finding with a place.
    """
    lines = body.split(b"\n")
    if lines and not lines[-1]:
        lines.pop()
    if lines and _is_checkpoint(lines[-1]):
        lines.pop()
    if len(lines) > 2 * limit:
        raise PageRefused(f"The page holds {len(lines)} records, although at most {limit} were asked for.")
    return lines


def _is_checkpoint(line: bytes) -> bool:
    if not line.startswith(b"{") or b'"payload_b64"' in line:
        return False
    try:
        value = strict_json.loads(line, max_depth=2, floats=False)
    except strict_json.JSONRefused:
        return False
    return isinstance(value, dict) and set(value) == {"checkpoint"}
