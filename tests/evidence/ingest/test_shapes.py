"""The fast reader accepts and refuses exactly what the strict one does."""

import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.ingest.lines import read_line
from evidence.ingest.shapes import ShapeReader
from evidence.tlog import entry, record
from tests.evidence.tlog.honest_log import HonestLog, completion, decision, heartbeat, signed


def full(number: int = 0) -> dict[str, Any]:
    digest = f"{number:064x}"
    return HonestLog().payload(
        decision(
            number,
            actor={"ref": digest, "role": "clerk", "auth": "oidc", "tenant": "t"},
            subject_ref=digest,
            data={"classes": ["personal", "health"], "flow_id": "DF-1", "region": "eu"},
            reason_codes=["a", "b"],
            model={"provider": "openai", "name": "gpt-4o", "version": "1"},
            prompt={"template": "x", "revision": "2", "sha256": digest},
            input_commit=digest,
            controls=[{"id": "C", "version": "1", "result": "pass", "microseconds": 5}] * 2,
            tools=[{"name": "mail", "intent": "send", "params_commit": digest}],
            disclosure={"shown": True, "id": "d", "version": "1"},
            human={"ref": digest, "action": "approved"},
            trace_id="t",
        )
    )


def raw(payload: dict[str, Any]) -> bytes:
    return json.dumps(payload, separators=(",", ":")).encode()


def strictly(payload: bytes) -> record.Record | None:
    try:
        return record.parse(payload)
    except record.RecordRefused:
        return None


def both(reader: ShapeReader, payload: bytes) -> tuple[record.Record | None, record.Record | None]:
    try:
        fast: record.Record | None = reader.parse(payload)
    except record.RecordRefused:
        fast = None
    strict = strictly(payload)
    blank = {"data": {}}
    return fast and fast._replace(**blank), strict and strict._replace(**blank)


def trained() -> ShapeReader:
    reader = ShapeReader()
    for payload in (full(), HonestLog().payload(decision(1)), HonestLog().payload(completion(1))):
        reader.parse(raw(payload))
    return reader


def test_shape_is_learned_once_and_used(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = trained()
    monkeypatch.setattr(record, "parse", None)  # the strict reader is not asked again
    for number in range(5):
        read = reader.parse(raw(full(number)))
        assert (read.subject_ref, read.policy_id, read.model_name) == (f"{number:064x}", "POL-7", "gpt-4o")


@settings(max_examples=300)
@given(st.data())
def test_changed_bytes_are_judged_as_by_the_strict_reader(data: st.DataObject) -> None:
    payload = bytearray(raw(full(7)))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(payload) - 1))
        payload[at] = data.draw(st.sampled_from(b'"\\{}[],:0189afzAZ.-eE \x00\x1f\x7f\x80\xff') | st.integers(0, 255))
    fast, strict = both(trained(), bytes(payload))
    assert fast == strict


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"v":1', b'"v":1,"v":1'),
        (b'"v":1', b'"v":1.0'),
        (b'"v":1', b'"v":2'),
        (b'"v":1', b'"v":true'),
        (b'"seq":0', b'"seq":-0'),
        (b'"seq":0', b'"seq":00'),
        (b'"seq":0', b'"seq":1e3'),
        (b'"seq":0', b'"seq":9007199254740992'),
        (b'"seq":0', b'"seq":999999999999999'),
        (b'"role":"clerk"', b'"role":"cl\\u0000erk"'),
        (b'"role":"clerk"', b'"role":"' + b"x" * 512 + b'"'),
        (b'"role":"clerk"', b'"role":"' + b"x" * 513 + b'"'),
        (b'"role":"clerk"', b'"role":null'),
        (b'"outcome":"allow"', b'"outcome":"maybe"'),
        (b'"outcome":"allow"', b'"outcome":"deny"'),
        (b"2026-11-21T", b"2026-02-30T"),
        (b'"shown":true', b'"shown":"true"'),
        (b'"classes":["personal","health"]', b'"classes":[]'),
        (b'"classes":["personal","health"]', b'"classes":["personal",1]'),
        (b'"flow_id"', b'"flow_idx"'),
        (b"{", b"{ "),
        (b"}", b"}\n"),
        (b"clerk", "clérk".encode()),
    ],
)
def test_near_misses_are_judged_as_by_the_strict_reader(old: bytes, new: bytes) -> None:
    payload = raw(full())
    assert old in payload
    head, _, tail = payload.rpartition(old)
    fast, strict = both(trained(), head + new + tail)
    assert fast == strict


def test_kinds_that_matter_are_read_whole() -> None:
    read = trained().parse(raw(HonestLog().payload(heartbeat())))
    assert read.data["counts"] == {"decisions": 1, "completions": 0}


def test_lines_are_read_as_by_the_strict_reader() -> None:
    honest = entry.to_line(7, signed(HonestLog().payload(decision(0)))).rstrip(b"\n")
    assert read_line(honest) == entry.from_line(honest)
    chance = random.Random(5)
    for _ in range(3000):
        bad = bytearray(honest)
        for _ in range(chance.randint(1, 2)):
            bad[chance.randrange(len(bad))] = chance.choice(b'"=+/A0a,:{}\\ \x00\xff')
        answers = []
        for reader in (read_line, entry.from_line):
            try:
                answers.append(reader(bytes(bad)))
            except entry.EntryRefused:
                answers.append(None)
        assert answers[0] == answers[1], bytes(bad)
