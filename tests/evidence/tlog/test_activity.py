"""The entry of a sealed activity log, byte for byte as docs/activity-log.md says it."""

import json
from pathlib import Path

import pytest

from evidence.tlog.activity import Activity, ActivityRefused, parse
from evidence.tlog.merkle import MemoryTree, leaf_hash

VECTORS = json.loads((Path(__file__).parent / "vectors" / "activity.json").read_text())
DOCUMENT = (Path(__file__).parents[3] / "docs" / "activity-log.md").read_text()
GOOD = b'{"at":"2026-11-21T03:24:40.123456Z","v":1,"verb":"logged-in","way":"page"}'


@pytest.mark.parametrize("vector", VECTORS["entries"], ids=lambda vector: vector["event"]["verb"])
def test_vectors(vector):
    event = Activity(**vector["event"])
    assert event.encode().decode() == vector["entry"]
    assert leaf_hash(event.encode()).hex() == vector["leaf"]
    assert parse(vector["entry"].encode()) == event
    assert vector["entry"] in DOCUMENT
    assert vector["leaf"] in DOCUMENT


def test_root_of_the_vectors():
    tree = MemoryTree()
    for vector in VECTORS["entries"]:
        tree.append(leaf_hash(vector["entry"].encode()))
    assert tree.root().hex() == VECTORS["root"]
    assert VECTORS["root"] in DOCUMENT


def test_a_good_entry_is_taken():
    assert parse(GOOD).verb == "logged-in"


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"[]", b'"v"', b"not json", GOOD + b"\n", b" " + GOOD,
        GOOD.replace(b'"v":1', b'"v":2'),
        GOOD.replace(b'"v":1,', b""),
        GOOD.replace(b'"v":1', b'"v":1.0'),
        GOOD.replace(b'"v":1', b'"v":true'),
        GOOD.replace(b'"way":"page"', b'"way":""'),
        GOOD.replace(b'"way":"page"', b'"way":7'),
        GOOD.replace(b'"way":"page"', b'"way":"page","way":"page"'),
        GOOD.replace(b'"way":"page"', b'"way":"page","zebra":"x"'),
        GOOD.replace(b'"way":"page"', b'"way":"\\u0070age"'),
        GOOD.replace(b'"v":1,"verb":"logged-in"', b'"verb":"logged-in","v":1'),
        GOOD.replace(b"page", b"p\xff"),
        GOOD.replace(b"page", b"\\ud800"),
        GOOD.replace(b"page", b"\\u0000"),
        GOOD.replace(b".123456Z", b"Z"),
        GOOD.replace(b"{", b'{"person":"Carla",', 1).replace(b'"person":"Carla","at"', b'"person":"Carla","at"'),
        GOOD.replace(b"page", b"x" * 9000),
    ],
)  # fmt: skip
def test_anything_else_is_refused(raw):
    with pytest.raises(ActivityRefused):
        parse(raw)
