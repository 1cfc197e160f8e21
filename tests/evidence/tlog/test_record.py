"""Payloads: what a record must say, and each way of saying it wrongly."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evidence.tlog import moment, record
from evidence.tlog.record import RecordRefused
from tests.evidence.tlog.honest_log import HonestLog, completion, decision, gap, heartbeat, key_of

LOG = HonestLog()
FULL = LOG.payload(
    decision(
        1,
        actor={"ref": "a" * 64, "role": "agent", "auth": "api-key", "tenant": "retail"},
        subject_ref="b" * 64,
        human={"ref": "c" * 64, "action": "approved"},
        system={"id": "s", "version": "1", "impact_assessment": "IA-1", "impact_assessment_sha256": "e" * 64},
        data={"classes": ["personal"], "flow_id": "F-1", "region": "eu"},
        reason_codes=["ok"],
        model={"provider": "openai", "name": "gpt", "version": "2024", "deployment": "d"},
        prompt={"template": "t", "revision": "r17", "sha256": "f" * 64},
        input_commit="1" * 64,
        output_commit="2" * 64,
        controls=[{"id": "c", "version": "1", "sha256": "3" * 64, "result": "pass", "microseconds": 5}],
        tools=[
            {
                "actor": "agent",
                "name": "n",
                "intent": "i",
                "params_commit": "4" * 64,
                "outcome": "ok",
                "correlation_id": "x",
            }
        ],
        disclosure={"shown": True, "id": "D-1", "version": "2"},
        trace_id="t-1",
    )
)


def encoded(value):
    return json.dumps(value).encode()


def without(value, name):
    return {key: item for key, item in value.items() if key != name}


def test_decision_is_read_into_its_fields():
    read = record.parse(encoded(FULL))
    assert (read.kind, read.seq, read.log_id, read.outcome) == ("decision", 0, FULL["log_id"], "allow")
    assert (read.decision_id, read.subject_ref, read.trace_id) == (FULL["decision_id"], "b" * 64, "t-1")
    assert (read.system_id, read.system_version) == ("s", "1")
    assert (read.policy_id, read.policy_version, read.policy_sha256) == ("POL-7", "3", "d" * 64)
    assert (read.model_provider, read.model_name, read.model_version) == ("openai", "gpt", "2024")
    assert moment.to_text(read.ts_us) == read.ts == FULL["ts"]
    assert read.data == FULL
    assert read.unknown_fields == ()


@pytest.mark.parametrize("body", [decision(1), completion(1), heartbeat(), gap()], ids=lambda body: body["kind"])
def test_each_kind_needs_its_fields(body):
    value = LOG.payload(body)
    assert record.parse(encoded(value)).kind == body["kind"]
    for name in value:
        with pytest.raises(RecordRefused, match=name):
            record.parse(encoded(without(value, name)))


def test_key_rotation_brings_or_ends_a_key():
    key, end = key_of("second").to_json(), {"kid": "0" * 32, "at": FULL["ts"], "why": "rotated"}
    for fields in ({"key": key}, {"ended": [end]}, {"key": key, "ended": [end]}):
        assert record.parse(encoded(LOG.payload({"kind": "key_rotation", **fields}))).kind == "key_rotation"
    for fields in ({}, {"ended": []}, {"ended": [{**end, "why": "bored"}]}, {"key": without(key, "kid")}):
        with pytest.raises(RecordRefused):
            record.parse(encoded(LOG.payload({"kind": "key_rotation", **fields})))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("v", 2),
        ("v", "1"),
        ("v", True),
        ("seq", -1),
        ("seq", 2**53),
        ("seq", "0"),
        ("seq", True),
        ("kind", "other"),
        ("kind", []),
        ("ts", "2026-11-21T03:24:40Z"),
        ("ts", "2026-11-21T03:24:40.123456+00:00"),
        ("ts", 5),
        ("ts", "2026-02-30T03:24:40.123456Z"),
        ("ts", "2026-11-21T03:24:60.000000Z"),
        ("ts", "2026-11-21 03:24:40.123456Z"),
        ("ts", "٢٠٢٦-11-21T03:24:40.123456Z"),
        ("ts", "10000-11-21T03:24:40.123456Z"),
        ("ts", "0000-11-21T03:24:40.123456Z"),
        ("prev", "0" * 63),
        ("prev", "A" * 64),
        ("prev", None),
        ("boot_id", "x"),
        ("boot_id", FULL["boot_id"].upper()),
        ("decision_id", "3b1f2b0e-1111-4222-8333-444455556666"),
        ("decision_id", ""),
        ("log_id", "Has Space"),
        ("log_id", "x" * 201),
        ("outcome", "maybe"),
        ("outcome", None),
        ("system", {"id": "a"}),
        ("system", []),
        ("system", {"id": 5, "version": "1"}),
        ("system", {"id": "x" * 513, "version": "1"}),
        ("policy", {"id": "a"}),
        ("policy", {"id": "a", "version": "1", "sha256": "x"}),
        ("actor", {"ref": "jane@example.com"}),
        ("subject_ref", "jane"),
        ("data", {"classes": "personal"}),
        ("data", {"classes": [1]}),
        ("reason_codes", "ok"),
        ("model", {"provider": "x"}),
        ("controls", {}),
        ("controls", [5]),
        ("controls", [{"id": "c", "version": "1", "result": "pass", "microseconds": -1}]),
        ("controls", [{"id": "c", "version": "1"}]),
        ("tools", [{"intent": "x"}]),
        ("disclosure", {"shown": 1}),
        ("input_commit", "my content"),
        ("human", {"ref": "me"}),
        ("trace_id", None),
        ("extra", 2**53),
        ("extra", [{"a": -(2**53)}]),
        ("extra", {"kéy": 1}),
        ("éxtra", 1),
    ],
)
def test_field_of_wrong_form_is_refused(name, value):
    with pytest.raises(RecordRefused):
        record.parse(encoded({**FULL, name: value}))


def test_sentence_names_the_field_at_fault():
    with pytest.raises(RecordRefused, match="controls: lacks the field result"):
        record.parse(encoded({**FULL, "controls": [{"id": "c", "version": "1"}]}))
    with pytest.raises(RecordRefused, match="policy: The field sha256"):
        record.parse(encoded({**FULL, "policy": {"id": "a", "version": "1", "sha256": "x"}}))


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b"null",
        b'"v"',
        b"\xff",
        b"{",
        encoded(FULL)[:-1],
        encoded(FULL) + b"x",
        b'{"v":1,"v":1}',
        encoded(FULL).replace(b'"seq": 0', b'"seq": 0.0'),
        encoded(FULL).replace(b'"seq": 0', b'"seq": 1e999'),
        encoded(FULL).replace(b'"seq": 0', b'"seq": NaN'),
        encoded(FULL).replace(b'"seq": 0', b'"seq": 0, "seq": 1'),
        encoded({**FULL, "trace_id": "a\x00b"}),
        encoded({**FULL, "trace_id": "\ud800"}),
        encoded({**FULL, "x": 0}).replace(b'"x": 0', b'"x": ' + b"[" * 100 + b"]" * 100),
        encoded({**FULL, "x": "y" * 32_768}),
        encoded({**FULL, "x": 0}).replace(b'"x": 0', b'"x": ' + b"9" * 5000),
        encoded(FULL).replace(b'"trace_id"', b'"tr\\u00e4ce_id"'),
    ],
    ids=lambda raw: repr(raw[:30]),
)
def test_payload_that_is_no_strict_json_is_refused(raw):
    with pytest.raises(RecordRefused):
        record.parse(raw)


def test_unknown_fields_are_kept_and_not_interpreted():
    read = record.parse(encoded({**FULL, "later": {"x": [1, None, True]}, "system": {**FULL["system"], "new": 7}}))
    assert read.unknown_fields == ("later",)
    assert read.data["later"] == {"x": [1, None, True]}


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_and_nothing_else(raw):
    with pytest.raises(RecordRefused):
        record.parse(raw)


ODD = [
    None,
    True,
    0,
    -1,
    2**53,
    "",
    "x",
    "\u202e",
    [],
    [None],
    [[]],
    [{}],
    {},
    {"id": None},
    {"sha256": []},
    {"ref": "x"},
]


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(FULL)), st.sampled_from(ODD), max_size=4))
def test_any_json_in_any_field_is_read_or_refused_and_nothing_else(fields):
    try:
        record.parse(encoded({**FULL, **fields}))
    except RecordRefused as error:
        assert str(error)


@given(st.integers(-62_135_596_800_000_000, 253_402_300_799_999_999))
def test_instants_are_written_and_read_without_loss(microseconds):
    assert moment.from_text(moment.to_text(microseconds)) == microseconds
