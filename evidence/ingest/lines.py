"""The plain form as it arrives: NDJSON lines to entries.

Nearly every line has the one form that a recorder writes, which a regular expression reads twice as fast as a JSON
parser; any other line goes the strict way.
"""

import re
from binascii import Error as NotBase64
from binascii import a2b_base64

from evidence.tlog import entry
from grc import strict_json

MAX_LINE = 60_000
_USUAL = re.compile(
    rb'\{"seq":(0|[1-9][0-9]{0,14}),"kid":"([0-9a-f]{32})",'
    rb'"payload_b64":"([A-Za-z0-9+/]{4,43690}={0,2})","sig_b64":"([A-Za-z0-9+/]{86}==)"\}'
).fullmatch


class PageRefused(ValueError):
    """The page as a whole is not of the plain form; ``str()`` is a sentence."""


def read_line(line: bytes) -> tuple[int, bytes]:
    """Position and entry bytes of one line. Raises ``entry.EntryRefused``."""
    usual = _USUAL(line)
    if usual is None:
        return entry.from_line(line)
    seq, kid, payload_b64, signature_b64 = usual.groups()
    try:
        payload = a2b_base64(payload_b64, strict_mode=True)
        signature = a2b_base64(signature_b64, strict_mode=True)
    except NotBase64:
        return entry.from_line(line)
    if not 0 < len(payload) <= entry.MAX_PAYLOAD:
        return entry.from_line(line)
    return int(seq), b"\x01" + bytes.fromhex(kid.decode()) + signature + payload


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


def position_of(line: bytes, expected: int) -> int:
    """The position a line names, or the one where it stands if it names none that can be read."""
    try:
        return read_line(line)[0]
    except entry.EntryRefused:
        return expected
