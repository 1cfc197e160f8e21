"""What a record says: a strict reading of an entry's payload.

The form is written down field by field in ``docs/decision-record.md``. Fields that this version does not know
are allowed, kept in ``data`` and in the signed bytes, and never interpreted; known fields must have their
type, and are left out rather than null when there is nothing to say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from evidence.tlog import checkpoint, moment
from evidence.tlog.entry import MAX_PAYLOAD
from grc import strict_json

VERSION = 1
KINDS = ("decision", "completion", "heartbeat", "key_rotation", "gap")
OUTCOMES = ("allow", "deny", "redact", "escalate", "error")
NO_PREVIOUS = "0" * 64
MAX_TEXT = 512
_MAX_DEPTH = 64
_LIMIT = 2**53
_HASH = re.compile(r"[0-9a-f]{64}").fullmatch
_KID = re.compile(r"[0-9a-f]{32}").fullmatch
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}").fullmatch
_UUID7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}").fullmatch

Check = Callable[[Any], object]


class RecordRefused(ValueError):
    """A payload is no record; ``str()`` says which field and why."""


class Record(NamedTuple):
    """A record as read. Texts are empty where the record says nothing; ``ts_us`` is microseconds since 1970.

    ``data`` is the whole JSON object, for display; ``prev`` and the other hashes are lower-case hex.
    """

    kind: str
    log_id: str
    boot_id: str
    seq: int
    ts: str
    ts_us: int
    prev: str
    decision_id: str
    subject_ref: str
    system_id: str
    system_version: str
    policy_id: str
    policy_version: str
    policy_sha256: str
    outcome: str
    model_provider: str
    model_name: str
    model_version: str
    trace_id: str
    data: dict[str, Any]

    @property
    def unknown_fields(self) -> tuple[str, ...]:
        """Names at the top level that this version of the format does not know."""
        return tuple(name for name in self.data if name not in FIELDS)


def _text(value: Any) -> bool:
    return type(value) is str and len(value) <= MAX_TEXT


def _count(value: Any) -> bool:
    return type(value) is int and 0 <= value < _LIMIT


def _flag(value: Any) -> bool:
    return value is True or value is False


def _texts(value: Any) -> bool:
    return type(value) is list and all(map(_text, value))


def _hash(value: Any) -> object:
    return type(value) is str and _HASH(value)


def _kid(value: Any) -> object:
    return type(value) is str and _KID(value)


def _uuid(value: Any) -> object:
    return type(value) is str and _UUID(value)


def _uuid7(value: Any) -> object:
    return type(value) is str and _UUID7(value)


def _instant(value: Any) -> bool:
    try:
        moment.from_text(value)
    except (ValueError, TypeError):
        return False
    return True


def _one_of(*choices: str) -> Check:
    return lambda value: type(value) is str and value in choices


def _object(*required: str, **fields: Check) -> Check:
    def check(value: Any) -> bool:
        if type(value) is not dict:
            raise RecordRefused("is not an object")
        _check_fields(value, fields)
        for name in required:
            if name not in value:
                raise RecordRefused(f"lacks the field {name}")
        return True

    return check


def _objects(*required: str, **fields: Check) -> Check:
    one = _object(*required, **fields)
    return lambda value: type(value) is list and all(map(one, value))


FIELDS: Mapping[str, Check] = {
    "v": _count,
    "log_id": _text,
    "boot_id": _uuid,
    "seq": _count,
    "ts": _text,
    "kind": _one_of(*KINDS),
    "prev": _hash,
    "decision_id": _uuid7,
    "actor": _object(ref=_hash, role=_text, auth=_text, tenant=_text),
    "subject_ref": _hash,
    "system": _object(
        "id", "version",
        id=_text, version=_text, impact_assessment=_text, impact_assessment_sha256=_hash,
    ),
    "policy": _object("id", "version", "sha256", id=_text, version=_text, sha256=_hash),
    "data": _object(classes=_texts, flow_id=_text, region=_text),
    "outcome": _one_of(*OUTCOMES),
    "reason_codes": _texts,
    "model": _object("name", provider=_text, name=_text, version=_text, deployment=_text),
    "prompt": _object(template=_text, revision=_text, sha256=_hash),
    "input_commit": _hash,
    "output_commit": _hash,
    "controls": _objects(
        "id", "version", "result", id=_text, version=_text, sha256=_hash, result=_text, microseconds=_count
    ),
    "tools": _objects(
        "name",
        actor=_text, name=_text, intent=_text, params_commit=_hash, outcome=_text, correlation_id=_text,
    ),
    "disclosure": _object("shown", shown=_flag, id=_text, version=_text),
    "human": _object(ref=_hash, action=_text),
    "trace_id": _text,
    "counts": _object("decisions", "completions", requests=_count, decisions=_count, completions=_count),
    "gap": _object("previous_boot_id", "reason", previous_boot_id=_uuid, reason=_text, lost=_count),
    "key": _object(
        "kid", "alg", "public_key", "not_before",
        kid=_kid, alg=_text, public_key=_text, not_before=_instant, not_after=_instant,
    ),
    "ended": _objects("kid", "at", "why", kid=_kid, at=_instant, why=_one_of("rotated", "compromised")),
}  # fmt: skip

_ALWAYS = ("v", "log_id", "boot_id", "seq", "ts", "kind", "prev")
_REQUIRED = {
    "decision": ("decision_id", "system", "policy", "outcome"),
    "completion": ("decision_id", "outcome"),
    "heartbeat": ("counts",),
    "key_rotation": (),
    "gap": ("gap",),
}
_NOTHING: dict[str, Any] = {}


def parse(payload: bytes) -> Record:
    """Read a payload. Raises ``RecordRefused`` with a sentence that names the field."""
    try:
        data = strict_json.loads(payload, max_bytes=MAX_PAYLOAD, max_depth=_MAX_DEPTH, floats=False)
    except strict_json.JSONRefused as error:
        raise RecordRefused(str(error)) from None
    if type(data) is not dict:
        raise RecordRefused("The payload is not a JSON object")
    for name in _ALWAYS:
        if name not in data:
            raise RecordRefused(f"The record lacks the field {name}")
    if data["v"] != VERSION or data["v"] is True:
        raise RecordRefused(f"The record is of format v={str(data['v'])[:20]}; only v={VERSION} is known")
    _check_fields(data, FIELDS)
    kind = data["kind"]
    for name in _REQUIRED[kind]:
        if name not in data:
            raise RecordRefused(f"The record is a {kind} but lacks the field {name}")
    if kind == "key_rotation" and "key" not in data and not data.get("ended"):
        raise RecordRefused("The record is a key_rotation but neither brings a key nor ends one")
    return _record(kind, data)


def _check_fields(value: dict[str, Any], fields: Mapping[str, Check]) -> None:
    for name, item in value.items():
        check = fields.get(name)
        try:
            good = _check_unknown(name, item) if check is None else check(item)
        except RecordRefused as error:
            raise RecordRefused(f"{name}: {error}") from None
        if not good:
            raise RecordRefused(f"The field {name} does not have the form that the format demands")


def _check_unknown(name: str, value: Any) -> bool:
    stack: list[tuple[str, Any]] = [(name, value)]
    while stack:
        key, item = stack.pop()
        if not key.isascii():
            raise RecordRefused(f"The key {key[:40]!r} is not ASCII")
        if type(item) is dict:
            stack.extend(item.items())
        elif type(item) is list:
            stack.extend((key, one) for one in item)
        elif type(item) is int and not -_LIMIT < item < _LIMIT:
            raise RecordRefused(f"The field {key[:40]} holds an integer beyond 2^53")
    return True


def _record(kind: str, data: dict[str, Any]) -> Record:
    try:
        checkpoint.check_origin(data["log_id"])
        ts_us = moment.from_text(data["ts"])
    except ValueError as error:
        raise RecordRefused(str(error)) from None
    get = data.get
    system = get("system", _NOTHING)
    policy = get("policy", _NOTHING)
    model = get("model", _NOTHING)
    return Record(
        kind,
        data["log_id"],
        data["boot_id"],
        data["seq"],
        data["ts"],
        ts_us,
        data["prev"],
        get("decision_id", ""),
        get("subject_ref", ""),
        system.get("id", ""),
        system.get("version", ""),
        policy.get("id", ""),
        policy.get("version", ""),
        policy.get("sha256", ""),
        get("outcome", ""),
        model.get("provider", ""),
        model.get("name", ""),
        model.get("version", ""),
        get("trace_id", ""),
        data,
    )
