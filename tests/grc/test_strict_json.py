"""The strict JSON reader: what it refuses, and that what it accepts is what Python reads."""

import contextlib
import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grc.strict_json import JSONRefused, loads

SAFE_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
ANY_TEXT = st.text(st.characters())
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(min_value=-(10**38), max_value=10**38)
    | st.floats(allow_nan=False, allow_infinity=False)
)


def documents(text: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    return st.recursive(
        LEAVES | text,
        lambda inner: st.lists(inner, max_size=5) | st.dictionaries(text, inner, max_size=5),
        max_leaves=20,
    )


def strings_of(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for item in (*value.keys(), *value.values()) for text in strings_of(item)]
    if isinstance(value, list):
        return [text for item in value for text in strings_of(item)]
    return []


@given(documents(SAFE_TEXT), st.booleans(), st.sampled_from([None, 1]))
def test_loads_reads_every_honest_document(value: Any, ascii_only: bool, indent: int | None) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    assert loads(text) == value
    assert loads(text.encode()) == value


@given(documents(ANY_TEXT), st.booleans())
def test_loads_accepts_only_what_postgresql_can_store(value: Any, ascii_only: bool) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only)
    bad = any("\x00" in item or not _encodes(item) for item in strings_of(json.loads(text)))
    if bad:
        with pytest.raises(JSONRefused) as refusal:
            loads(text)
        str(refusal.value).encode()
    else:
        assert loads(text) == json.loads(text)


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


JSON_SOUP = st.lists(
    st.sampled_from(
        [
            "{",
            "}",
            "[",
            "]",
            '"',
            "\\",
            ",",
            ":",
            "a",
            '"a":',
            "\\u",
            "\\ud83d\\ude00",
            "\\u0000",
            "\\ud800",
            "1",
            "0",
            "-",
            "e5",
            "e999",
            ".5",
            "NaN",
            "Infinity",
            "true",
            "null",
            " ",
            "\n",
            "\t",
            "\x00",
            "é",
            "\ufeff",
        ]
    ),
    max_size=30,
).map("".join)


@given(JSON_SOUP | st.binary(max_size=60))
def test_loads_of_soup_reads_as_python_does_or_refuses(raw: str | bytes) -> None:
    try:
        value = loads(raw)
    except JSONRefused as refusal:
        str(refusal).encode()
    else:
        assert value == json.loads(raw)
        for text in strings_of(value):
            assert "\x00" not in text
            text.encode()


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ('{"a":1,"a":2}', "stands twice"),
        ('{"a":1,"\\u0061":2}', "stands twice"),
        ('[{"b":{"x":1,"x":1}}]', "stands twice"),
        ("NaN", "NaN"),
        ("[-Infinity]", "-Infinity"),
        ("1e999", "out of range"),
        ("-1e999", "out of range"),
        ("1" * 5000, "5000 digits"),
        ("-" + "1" * 40, "digits"),
        ('"\\u0000"', "NUL"),
        ('{"\\u0000":1}', "NUL"),
        ('"\x00"', "Not valid JSON"),
        ('"\\ud800"', "surrogate"),
        ('"\ud800"', "surrogate"),
        ('{"k":["\\udc00\\ud800"]}', "surrogate"),
        (b'"\xff"', "UTF-8"),
        (b'"\xed\xa0\x80"', "UTF-8"),
        (b'"\xc0\x80"', "UTF-8"),
        ("[" * 33 + "]" * 33, "levels deep"),
        ("[" * 100_000, "levels deep"),
        ('{"a":' * 100_000, "levels deep"),
        ('["]",' + "[" * 33, "levels deep"),
        ("]" * 40 + "[" * 40, "Not valid JSON"),
        ("", "Not valid JSON"),
        ("{} {}", "Not valid JSON"),
        ("\ufeff{}", "BOM"),
        ("{'a':1}", "Not valid JSON"),
        ("[1,]", "Not valid JSON"),
    ],
)
def test_loads_of_hostile_text_refuses_with_reason(raw: str | bytes, reason: str) -> None:
    with pytest.raises(JSONRefused) as refusal:
        loads(raw)
    assert reason.lower() in str(refusal.value).lower()


def test_loads_at_the_depth_limit_accepts() -> None:
    assert loads("[" * 32 + "]" * 32) == json.loads("[" * 32 + "]" * 32)


def test_loads_with_brackets_inside_text_does_not_count_them() -> None:
    assert loads(json.dumps(["[{" * 100, '\\"[', "]"])) == ["[{" * 100, '\\"[', "]"]


@pytest.mark.parametrize("raw", [b'"' + b"a" * 9 + b'"', '"' + "é" * 4 + '"'])
def test_loads_over_the_byte_limit_refuses(raw: str | bytes) -> None:
    with pytest.raises(JSONRefused, match="Longer than 9 bytes"):
        loads(raw, max_bytes=9)


def test_loads_counts_bytes_not_characters() -> None:
    text = '"' + "é" * 10 + '"'
    assert loads(text, max_bytes=22) == "é" * 10
    with pytest.raises(JSONRefused, match="Longer than 21 bytes"):
        loads(text, max_bytes=21)


@pytest.mark.parametrize("raw", ["1.0", "[1e2]", '{"a":-0.5}', "1E+3"])
def test_loads_without_floats_refuses_every_non_integer(raw: str) -> None:
    with pytest.raises(JSONRefused, match="not an integer"):
        loads(raw, floats=False)


def test_loads_without_floats_keeps_exact_integers() -> None:
    assert loads("[9007199254740993, -1]", floats=False) == [9007199254740993, -1]


def test_refusal_of_a_doubled_key_carries_no_unstorable_character() -> None:
    with pytest.raises(JSONRefused) as refusal:
        loads('{"\\ud800\\u0000":1,"\\ud800\\u0000":2}')
    assert "\x00" not in str(refusal.value)
    str(refusal.value).encode()


@pytest.mark.parametrize(
    "raw",
    [
        "[" + "[]," * 33 + '"' + '\\"' * 500_000,  # an unclosed string full of escaped quotes
        "[" + "[]," * 33 + '"' + "\\" * 999_999,
        "[" + '"",' * 300_000 + "[]" * 40,
        "0." + "1" * 1_000_000,
        "[" + "[]," * 33 + '{"a' * 300_000,
    ],
)
def test_loads_of_a_hostile_megabyte_ends_soon(raw: str) -> None:
    began = time.process_time()
    with contextlib.suppress(JSONRefused):
        loads(raw)
    assert time.process_time() - began < 2


def test_loads_costs_little_over_pythons_reader() -> None:
    record = json.dumps({"text": "x" * 600, "items": [{"id": n, "ok": True} for n in range(20)]}).encode()

    def best(read: Any) -> float:
        times = []
        for _ in range(30):
            began = time.perf_counter()
            for _ in range(20):
                read(record)
            times.append((time.perf_counter() - began) / 20)
        return min(times)

    assert best(loads) - best(json.loads) < 60e-6  # five times the aim: the machine may be busy
