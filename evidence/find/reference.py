"""From a customer's own reference to the keyed hash that stands in the records, by asking who holds the key.

Assay keeps no references. The operator of each proxy holds one key per person; a look-up sends the reference there and
gets the person's keyed hash back. Once the operator has destroyed a person's key, nobody can find that person any more.
"""

import enum
import json
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from django.utils.translation import gettext as _

from evidence.find.query import read_subject
from evidence.find.reach import DecisionReach
from evidence.models import Source
from evidence.tlog.record import MAX_TEXT
from grc import strict_json
from grc.models.secret import Sealed, SecretUnreadable
from grc.outbound import OutboundFailed, OutboundRefused, fetch
from grc.outbound.allowed import allow_list
from grc.registers.query import BadQuery

_TIMEOUT = 10.0
_MAX_ANSWER = 4096
_MAX_SOURCES = 50
_AT_ONCE = 10


class State(enum.StrEnum):
    FOUND = "found"
    UNKNOWN = "unknown"
    OFF = "off"
    FAILED = "failed"


@dataclass(frozen=True)
class Answer:
    """What one source's operator said. ``subject_ref``: 64 hex digits where it is found, else empty."""

    source: Source
    state: State
    sentence: str
    subject_ref: str = ""


def check_reference(text: str) -> str:
    """``text`` as it is sent: Unicode NFC, without white space around it. Raises ``BadQuery``."""
    reference = unicodedata.normalize("NFC", text.strip())
    if not reference or len(reference) > MAX_TEXT:
        raise BadQuery("reference", _("A reference has 1 to %(n)d characters.") % {"n": MAX_TEXT})
    if not all(letter.isprintable() for letter in reference):
        raise BadQuery("reference", _("A reference holds no control characters."))
    return reference


def ask_operators(reach: DecisionReach, reference: str) -> list[Answer]:
    """Ask the operator of every source within reach; one answer each. Raises ``BadQuery`` for an unusable reference.

    A keyed hash (64 hexadecimal digits) needs nobody's help: see ``evidence.find.query.read_subject``.
    """
    checked = check_reference(reference)
    sources = Source.objects.within(reach.organisation).filter(archived_at=None).order_by("pk")
    within = reach.sources()
    if within is not None:
        sources = sources.filter(pk__in=within)
    asked = list(sources.select_related("organisation")[:_MAX_SOURCES])
    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:  # one operator that is silent must not hold up the others
        return list(pool.map(lambda source: _ask(source, checked), asked))


def _ask(source: Source, reference: str) -> Answer:
    token = source.lookup_token
    if not isinstance(token, Sealed):
        sentence = _("Look-ups by reference are off for this source: it has no look-up token.")
        return Answer(source, State.OFF, sentence)
    try:
        response = fetch(
            f"{source.url.rstrip('/')}/v1/subject-ref",
            allow=allow_list(),
            method="POST",
            headers={"Authorization": f"Bearer {token.open()}", "Content-Type": "application/json"},
            body=json.dumps({"reference": reference}).encode(),
            max_bytes=_MAX_ANSWER,
            timeout=_TIMEOUT,
        )
    except (OutboundFailed, OutboundRefused) as error:
        return Answer(source, State.FAILED, error.reason)
    except SecretUnreadable as error:
        return Answer(source, State.FAILED, str(error))
    return _read(source, response.status, response.body)


def _read(source: Source, status: int, body: bytes) -> Answer:
    if status == 404:
        sentence = _("The operator knows nobody by this reference, or has erased the person’s key.")
        return Answer(source, State.UNKNOWN, sentence)
    if status == 401:
        return Answer(source, State.FAILED, _("The operator refused the look-up token."))
    try:
        found = strict_json.loads(body, max_bytes=_MAX_ANSWER, max_depth=4, floats=False) if status == 200 else None
    except strict_json.JSONRefused:
        found = None
    subject = found.get("subject_ref") if isinstance(found, dict) else None
    if not isinstance(subject, str) or read_subject(subject) != subject:
        return Answer(source, State.FAILED, _("The operator’s answer could not be read (status %d).") % status)
    sentence = _("The operator turned the reference into its keyed hash. Assay does not keep the reference.")
    return Answer(source, State.FOUND, sentence, subject)
