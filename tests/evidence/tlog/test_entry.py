"""The bytes of an entry: as written down in the vectors, one way only."""

import json
from base64 import b64encode
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.tlog import commitment, dsse, ed25519, entry, merkle
from evidence.tlog.entry import Entry, EntryRefused
from tests.evidence.tlog.honest_log import fast_verify, slow_verify

VECTORS = json.loads((Path(__file__).parent / "vectors" / "entry.json").read_text())
DOCUMENT = Path(__file__).parents[3] / "docs" / "decision-record.md"
GOOD = Entry(b"k" * 16, b"s" * 64, b'{"v":1}')
LINE = entry.to_line(7, entry.encode(GOOD))


@pytest.mark.parametrize("vector", VECTORS["entries"], ids=lambda vector: vector["name"])
@pytest.mark.parametrize("verify", [fast_verify, slow_verify])
def test_entry_of_the_vectors(vector, verify):
    secret = bytes.fromhex(VECTORS["secret"])
    public = ed25519.public_key(secret)
    payload = vector["payload"].encode()
    assert public.hex() == VECTORS["public_key"]
    assert entry.key_id(public).hex() == VECTORS["kid"]
    assert dsse.pae(payload).hex() == vector["signed_bytes"]
    signature = ed25519.sign(secret, dsse.pae(payload))
    raw = entry.encode(Entry(entry.key_id(public), signature, payload))
    assert raw.hex() == vector["entry"]
    assert merkle.leaf_hash(raw).hex() == vector["leaf_hash"]
    assert entry.to_line(vector["seq"], raw).decode() == vector["line"] + "\n"
    assert entry.from_line(vector["line"].encode()) == (vector["seq"], raw)
    parts = entry.decode(raw)
    assert dsse.verify(public, parts.payload, parts.signature, verify)
    assert not dsse.verify(public, parts.payload + b" ", parts.signature, verify)
    assert not dsse.verify(public, parts.payload, parts.signature, verify, b"application/json")


def test_vectors_are_chained_and_the_commitments_as_written():
    entries = VECTORS["entries"]
    assert json.loads(entries[0]["payload"])["prev"] == "0" * 64
    assert json.loads(entries[1]["payload"])["prev"] == entries[0]["leaf_hash"]
    tree = merkle.MemoryTree()
    for vector in entries:
        tree.append(bytes.fromhex(vector["leaf_hash"]))
    assert tree.root().hex() == VECTORS["root"]
    salted = VECTORS["commitment"]
    assert commitment.commit(bytes.fromhex(salted["salt"]), salted["content"].encode()) == salted["commitment"]
    named = VECTORS["subject_ref"]
    assert commitment.subject_ref(bytes.fromhex(named["person_key"]), named["reference"]) == named["subject_ref"]


def test_document_shows_the_vectors():
    text = DOCUMENT.read_text()
    shown = [VECTORS["secret"], VECTORS["public_key"], VECTORS["kid"], VECTORS["root"]]
    for vector in VECTORS["entries"]:
        shown += [vector["payload"], vector["leaf_hash"], vector["entry"], vector["line"]]
    shown += [*VECTORS["commitment"].values(), *VECTORS["subject_ref"].values()]
    for value in shown:
        assert value in text


@given(st.binary(min_size=16, max_size=16), st.binary(min_size=64, max_size=64), st.binary(min_size=1, max_size=300))
def test_entry_read_back_is_the_same(key_id, signature, payload):
    raw = entry.encode(Entry(key_id, signature, payload))
    assert entry.decode(raw) == (key_id, signature, payload)
    assert entry.encode(entry.decode(raw)) == raw
    assert entry.from_line(entry.to_line(3, raw)) == (3, raw)


@pytest.mark.parametrize(
    "parts", [GOOD._replace(key_id=b"k" * 15), GOOD._replace(signature=b"s" * 63), GOOD._replace(payload=b""),
              GOOD._replace(payload=b" " * 32_769)],
)  # fmt: skip
def test_entry_with_a_part_of_wrong_length_is_not_written(parts):
    with pytest.raises(EntryRefused):
        entry.encode(parts)


@pytest.mark.parametrize(
    "raw", [b"", entry.encode(GOOD)[:81], b"\x00" + entry.encode(GOOD)[1:], b"\x02" + entry.encode(GOOD)[1:],
            entry.encode(GOOD) + b" " * 32_768],
)  # fmt: skip
def test_bytes_that_are_no_entry_are_refused(raw):
    with pytest.raises(EntryRefused):
        entry.decode(raw)


def test_largest_entry_fits_a_tile():
    raw = entry.encode(GOOD._replace(payload=b" " * 32_768))
    assert len(raw) == entry.MAX_ENTRY < 65_536
    assert entry.from_line(entry.to_line(2**53 - 1, raw)) == (2**53 - 1, raw)


def bent_lines():
    good = json.loads(LINE)
    yield b""
    yield b"[]"
    yield LINE[:-2]
    yield LINE.replace(b'"seq":7', b'"seq":7,"seq":8')
    for name, values in {
        "seq": [-1, 2**53, "7", None, True, [7]],
        "kid": ["", "6b" * 15, "6B" * 16, 5, None, "zz" * 16, " " + "6b" * 16],
        "sig_b64": ["", b64encode(b"s" * 63).decode(), "=" * 88, 5, good["sig_b64"] + "=", "\n" + good["sig_b64"]],
        "payload_b64": ["", None, good["payload_b64"] + "====", "ä", "e30", "e30", b64encode(bytes(32_769)).decode()],
        "more": [1],
    }.items():
        for value in values:
            yield json.dumps({**good, name: value}).encode()
    for name in good:
        yield json.dumps({key: value for key, value in good.items() if key != name}).encode()


@pytest.mark.parametrize("line", list(bent_lines()), ids=lambda line: repr(line[:60]))
def test_line_written_otherwise_is_refused(line):
    with pytest.raises(EntryRefused):
        entry.from_line(line)


def test_base64_with_loose_bits_at_its_end_is_refused():
    good = json.loads(entry.to_line(7, entry.encode(GOOD._replace(payload=b"{}"))))
    assert good["payload_b64"] == "e30="
    with pytest.raises(EntryRefused):
        entry.from_line(json.dumps({**good, "payload_b64": "e31="}).encode())
