"""Signed notes and checkpoints: the published examples, several signers, and every way to bend them."""

from base64 import b64decode, b64encode

import pytest

from evidence.tlog import checkpoint, merkle, note
from evidence.tlog.checkpoint import CheckpointRefused
from evidence.tlog.note import NoteRefused
from tests.evidence.tlog.honest_log import (
    LOG_ID,
    cosigned,
    fast_verify,
    key_of,
    of_decisions,
    signer,
    slow_verify,
    witness_key,
)

LOG = of_decisions(5)
FIRST = key_of("first").public_key
RAW = LOG.checkpoint_note()


def opened(raw, keys=(FIRST,), witnesses=(), origin=LOG_ID):
    return checkpoint.open_signed(raw, origin, list(keys), fast_verify, list(witnesses))


@pytest.mark.parametrize("verify", [fast_verify, slow_verify])
def test_checkpoint_signed_by_the_log_is_opened(verify):
    result = checkpoint.open_signed(RAW, LOG_ID, [FIRST], verify)
    assert result.checkpoint == checkpoint.Checkpoint(LOG_ID, 5, LOG.tree.root())
    assert [key.public_key for key in result.signers] == [FIRST]
    assert (result.timestamp, result.witnesses) == (None, ())


def test_text_has_the_three_published_lines():
    lines = RAW.decode().split("\n")
    assert lines[:4] == [LOG_ID, "5", b64encode(LOG.tree.root()).decode(), ""]
    assert lines[4].startswith(f"\u2014 {LOG_ID} ")
    assert checkpoint.parse("\n".join(lines[:3]) + "\n").root == LOG.tree.root()


def test_key_id_is_computed_as_published():
    # The key from the published example of golang.org/x/mod/sumdb/note, "PeterNeumann".
    vkey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    key = note.NoteKey.from_vkey(vkey)
    assert key.key_id.hex() == "c74f20a3"
    assert key.to_vkey() == vkey
    text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
    signature = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
    raw = f"{text}\n\u2014 PeterNeumann {signature}\n".encode()
    assert note.check(note.parse(raw), [key], fast_verify) == [note.Signed(key, None)]


@pytest.mark.parametrize("bit", range(0, len(RAW) * 8, 5))
def test_checkpoint_with_any_bit_changed_is_refused(bit):
    bent = bytearray(RAW)
    bent[bit // 8] ^= 1 << bit % 8
    with pytest.raises(CheckpointRefused):
        opened(bytes(bent))


def test_signature_by_others_alone_is_refused():
    stranger = LOG.checkpoint_note(["stranger"])
    with pytest.raises(CheckpointRefused, match="no signature by a trusted key"):
        opened(stranger)
    witness = cosigned(stranger, "witness.example/w1", 7)
    with pytest.raises(CheckpointRefused, match="not signed by the log itself"):
        opened(witness, witnesses=[witness_key()])


def test_unknown_signatures_are_passed_over_but_a_wrong_one_of_ours_is_not():
    both = LOG.checkpoint_note(["stranger", "first"])
    assert [key.public_key for key in opened(both).signers] == [FIRST]
    second = key_of("second").public_key
    lines = LOG.checkpoint_note(["first", "second"]).decode().split("\n")
    assert len(opened("\n".join(lines).encode(), [FIRST, second]).signers) == 2
    name, encoded = lines[5].rsplit(" ", 1)
    wrong = b64encode(b64decode(encoded)[:4] + bytes(64)).decode()
    with pytest.raises(CheckpointRefused, match="does not hold"):
        opened("\n".join([*lines[:5], f"{name} {wrong}", ""]).encode(), [FIRST, second])


def test_one_key_signing_twice_is_refused():
    line = RAW.decode().split("\n")[4]
    with pytest.raises(CheckpointRefused, match="two signatures"):
        opened(RAW + f"{line}\n".encode())


def test_cosignature_of_a_known_witness_gives_its_time():
    raw = cosigned(RAW, "witness.example/w1", 1_795_226_999)
    result = opened(raw, witnesses=[witness_key()])
    assert [(one.key.name, one.timestamp) for one in result.witnesses] == [("witness.example/w1", 1_795_226_999)]
    assert opened(raw).witnesses == ()


def test_cosignature_with_another_time_is_refused():
    line = cosigned(RAW, "witness.example/w1", 100).decode().split("\n")[-2]
    raw = b64decode(line.rsplit(" ", 1)[1])
    moved = raw[:4] + (200).to_bytes(8, "big") + raw[12:]
    bent = RAW + f"\u2014 witness.example/w1 {b64encode(moved).decode()}\n".encode()
    with pytest.raises(CheckpointRefused, match="does not hold"):
        opened(bent, witnesses=[witness_key()])


def test_log_cosigning_its_own_checkpoint_is_no_witness():
    result = opened(LOG.checkpoint_note(timestamp=1234))
    assert result.timestamp == 1234
    assert result.witnesses == ()
    own = note.NoteKey(LOG_ID, note.COSIGNATURE, FIRST)
    assert checkpoint.log_keys(LOG_ID, [FIRST])[1] == own


def test_checkpoint_of_another_log_is_refused():
    with pytest.raises(CheckpointRefused, match="not of"):
        opened(RAW, origin="proxy-2.acme.example/decisions")


@pytest.mark.parametrize(
    "text",
    [
        "log\n5\n",
        "log\n05\nROOT\n",
        "log\n-1\nROOT\n",
        "log\n5\nROOT",
        "log\n5\nROOT\nextension\n",
        "log\n5\nROOT\n\n",
        "\n5\nROOT\n",
        "Log\n5\nROOT\n",
        "cosignature/v1\n5\nROOT\n",
        "DSSEv1 1\n5\nROOT\n",
        "log\n9007199254740992\nROOT\n",
        "log\n5\nAAAA\n",
        "log\n٥\nROOT\n",
        "log\n5 \nROOT\n",
        "log\n5\n" + "A" * 42 + "B=\n",
        "log+1\n5\nROOT\n",
    ],
)
def test_text_written_otherwise_is_refused(text):
    root = b64encode(merkle.EMPTY_ROOT).decode()
    checkpoint.parse(f"log\n5\n{root}\n")
    with pytest.raises(CheckpointRefused):
        checkpoint.parse(text.replace("ROOT", root))


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"text\n",
        b"text\n\n",
        b"text\n\nno dash x\n",
        "t\n\n\u2014 a b c\n".encode(),
        "t\n\n\u2014 a AAAA\n".encode(),
        "t\n\n\u2014 a AAAAAAA=".encode(),
        "t\n\n\u2014 a+b AAAAAAA=\n".encode(),
        "t\n\n\u2014  AAAAAAA=\n".encode(),
        b"t\x00\n\n\xe2\x80\x94 a AAAAAAA=\n",
        b"\xff\n\n\xe2\x80\x94 a AAAAAAA=\n",
        b"t\r\n\n\xe2\x80\x94 a AAAAAAA=\n",
        "t\n\n\u2014 a AAAAAAB=\n".encode(),
        b"t\n\n" + "\u2014 a AAAAAAA=\n".encode() * 65,
        b"a" * 300_000,
    ],
)
def test_note_of_wrong_form_is_refused(raw):
    with pytest.raises(NoteRefused):
        note.parse(raw)


def test_note_with_sixteen_signatures_is_read():
    assert len(note.parse(b"t\n\n" + "\u2014 a AAAAAAA=\n".encode() * 16).signatures) == 16


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "a",
        "a+b",
        "a+00000000+AAAA",
        "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+Ahpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    ],
)
def test_verifier_key_that_does_not_fit_itself_is_refused(vkey):
    with pytest.raises(NoteRefused):
        note.NoteKey.from_vkey(vkey)


def test_time_belongs_to_cosignatures_only():
    plain, stamped = checkpoint.log_keys(LOG_ID, [FIRST])
    for key, timestamp in [(plain, 5), (stamped, None)]:
        with pytest.raises(NoteRefused):
            note.signature_line("text\n", key, signer("first"), timestamp)
