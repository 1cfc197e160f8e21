"""Bundles: a true one holds, and a forger who repairs every hash he can still fails."""

import io
import zipfile
from collections import Counter

import pytest

from evidence.tlog import archive, bundle, checkpoint, manifest, moment, note, trust
from evidence.tlog.archive import ArchiveRefused
from evidence.tlog.verdict import Level, State
from tests.evidence.tlog import sample_bundle
from tests.evidence.tlog.honest_log import (
    LOG_ID,
    START,
    HonestLog,
    cosigned,
    decision,
    fast_verify,
    key_of,
    rotation,
    witness_key,
)
from tests.evidence.tlog.sample_bundle import Sample, full_decision

SAMPLE = Sample()
RAW = SAMPLE.build()
TRUST = sample_bundle.trust()


def examined(raw, believed=TRUST):
    return bundle.verify(raw, trust=believed, verify_bytes=fast_verify)


def failures(raw, believed=TRUST):
    report = examined(raw, believed)
    assert report.exit_code == 1
    assert report.level is None
    assert "REFUSED" in report.text()
    return {check.name for check in report.checks if check.state is State.FAILS}


def resealed(change):
    """The sample's bundle after ``change(files)``, with manifest, seal and zip made to fit again."""
    members = archive.unpack(RAW)
    plan = manifest.decode(members.pop(manifest.MANIFEST), members.pop(manifest.SEAL), members)
    plan = change(members, plan) or plan
    listing = manifest.encode(plan, members)
    return archive.pack(
        [(manifest.MANIFEST, listing), (manifest.SEAL, manifest.seal(listing)), *sorted(members.items())]
    )


def test_true_bundle_holds_at_level_a_and_says_what_was_not_checked():
    report = examined(RAW)
    assert report.exit_code == 0
    assert report.level is Level.A
    states = Counter(check.state for check in report.checks)
    assert states[State.FAILS] == 0
    text = report.text()
    assert "outcome: allow" in text
    assert "policy: POL-7, version 3" in text
    assert "seen by witness witness.example/w1: 2026-11-21T02:10:00.000000Z" in text
    assert "never recorded" in text
    assert "Good, at assurance level A." in text
    assert {check.name for check in report.checks if check.state is State.NOT_CHECKED} == {
        "revocation",
        "time",
        "completeness",
        "stretch",
    }


def test_smallest_bundle_holds_and_names_what_it_lacks():
    raw = SAMPLE.build(completion=None, documents=(), opened=(), run=None)
    report = examined(raw)
    assert report.good
    missing = [check.sentence for check in report.checks if check.state is State.NOT_CHECKED]
    for part in ("no completion", "policy POL-7", "impact assessment IA-1", "control C-1", "prompt clerk", "The input"):
        assert any(part in sentence for sentence in missing), part


def test_same_inputs_give_the_same_bytes_and_any_zip_program_reads_them(tmp_path):
    assert Sample().build() == RAW
    bundle.write(tmp_path / "b.zip", **SAMPLE.arguments())
    buffer = io.BytesIO()
    bundle.write(buffer, **SAMPLE.arguments())
    assert (tmp_path / "b.zip").read_bytes() == buffer.getvalue() == RAW
    with zipfile.ZipFile(tmp_path / "b.zip") as opened:
        assert opened.testzip() is None
        assert opened.read("documents/001-policy-7-final-.txt") == sample_bundle.POLICY
    assert bundle.verify(tmp_path / "b.zip", trust=TRUST, verify_bytes=fast_verify).good
    assert bundle.verify(io.BytesIO(RAW), trust=TRUST, verify_bytes=fast_verify).good


def test_levels_are_never_above_what_was_shown():
    other = sample_bundle.trust
    assert examined(RAW, other(separate_write_path=False)).level is Level.B
    assert examined(RAW, other(operator="")).level is Level.B
    assert examined(RAW, other(operator=" witness LTD ")).level is Level.B
    assert examined(RAW, TRUST._replace(witnesses=())).level is Level.B
    assert examined(Sample(witnessed=False).build()).level is Level.B
    unpinned = bundle.verify(RAW, trust=trust.Trust((), TRUST.witnesses), verify_bytes=fast_verify)
    assert unpinned.level is Level.B
    assert unpinned.exit_code == 0
    assert f"Consistent, key not pinned: level B at most, and only if {key_of('first').fingerprint}" in unpinned.text()


def test_forgers_own_key_is_consistent_but_not_pinned_and_fails_against_a_pin():
    forger = HonestLog(key="forger")
    forger.append(full_decision(3))
    raw = bundle.build(
        first_key=key_of("forger"),
        checkpoint_note=forger.checkpoint_note(),
        decision=bundle.proved(0, forger.entries[0], 1, forger.tree.hash_at),
    )
    assert examined(raw, trust.NOBODY).level is Level.B
    assert key_of("forger").fingerprint in examined(raw, trust.NOBODY).text()
    assert failures(raw) == {"key"}
    assert failures(raw, trust.from_pin(key_of("first").fingerprint)) == {"key"}


def test_trust_file_that_does_not_name_the_log_refuses_it():
    assert failures(RAW, sample_bundle.trust(origin="proxy-2.acme.example/decisions")) == {"key"}


@pytest.mark.parametrize("pin", [key_of("first").public_key, key_of("first").fingerprint])
def test_pin_by_key_or_fingerprint_holds(pin):
    assert examined(RAW, sample_bundle.trust(pin=pin)).good
    assert failures(RAW, sample_bundle.trust(pin=key_of("second").public_key)) == {"key"}


@pytest.mark.parametrize("position", range(8))
def test_one_flipped_bit_anywhere_is_refused(position):
    small = SAMPLE.build(documents=(), opened=(), run=None)
    for place in range(position, len(small), 8):
        bent = bytearray(small)
        bent[place] ^= 1 << (place // 8) % 8
        assert examined(bytes(bent)).exit_code == 1, place


@pytest.mark.parametrize("cut", [0, 1, 21, 22, 500, 5000])
def test_bytes_added_or_cut_anywhere_are_refused(cut):
    for bent in (
        RAW[:cut],
        RAW[: len(RAW) - cut - 1],
        RAW[cut + 1 :],
        RAW + b"x",
        b"x" + RAW,
        RAW + RAW,
        RAW[:cut] + b"\x00" + RAW[cut:],
        RAW[:cut] + RAW[cut + 1 :],
    ):
        assert failures(bent) == {"file"}


def test_zip_written_by_another_program_is_refused():
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", method) as other:
            for name, content in archive.unpack(RAW).items():
                other.writestr(name, content)
        assert failures(buffer.getvalue()) == {"file"}


def test_zip_of_forbidden_names_or_sizes_cannot_be_made():
    for names in (
        ["../a"],
        ["/a"],
        ["a/../b"],
        ["a//b"],
        ["a\x00"],
        ["a\\b"],
        ["ä"],
        [""],
        ["a", "a"],
        ["a", "A"],
        ["."],
        ["a/"],
    ):
        with pytest.raises(ArchiveRefused):
            archive.pack([(name, b"") for name in names])
    with pytest.raises(ArchiveRefused):
        archive.pack([(f"f{number}", b"") for number in range(archive.MAX_MEMBERS + 1)])


def test_extra_missing_or_reordered_members_are_refused():
    members = list(archive.unpack(RAW).items())
    assert failures(archive.pack([*members, ("zz", b"extra")])) == {"file"}
    assert failures(archive.pack(members[:-1])) == {"file"}
    assert failures(archive.pack(members[1:])) == {"file"}
    assert failures(archive.pack([members[1], members[0], *members[2:]])) == {"file"}
    assert failures(archive.pack([*members[:2], *reversed(members[2:])])) == {"file"}
    assert failures(archive.pack([])) == {"file"}


def flipped(name, place):
    def change(files, plan):
        bent = bytearray(files[name])
        bent[place % len(bent)] ^= 1 << place % 8
        files[name] = bytes(bent)

    return change


def claims():
    return [name for name in archive.unpack(RAW) if name not in (manifest.MANIFEST, manifest.SEAL)]


@pytest.mark.parametrize("name", claims())
def test_changed_file_is_refused_even_when_every_hash_is_made_to_fit(name):
    size = len(archive.unpack(RAW)[name])
    step = 1 if size < 200 else 37
    for place in range(0, size, step):
        report = examined(resealed(flipped(name, place)))
        assert report.exit_code == 1, place


def replanned(**changes):
    return lambda files, plan: plan._replace(**changes)


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({"decision_id": "01939c1e-7d11-7abc-8def-000000000009"}, {"signature"}),
        ({"log_id": "proxy-2.acme.example/decisions"}, {"key", "rotations", "checkpoint", "signature"}),
        ({"first_key": key_of("second")}, {"key", "rotations"}),
    ],
)
def test_manifest_that_disagrees_with_the_records_is_refused(changes, names):
    assert names <= failures(resealed(replanned(**changes)))


def test_dates_of_the_first_key_are_not_taken_from_whoever_made_the_bundle():
    assert SAMPLE.build(first_key=key_of("first", not_before=9, not_after=1, revoked_at=1)) == RAW
    listing = archive.unpack(RAW)[manifest.MANIFEST]
    dated = listing.replace(b"1970-01-01T00:00:00.000000Z", b"2026-01-01T00:00:00.000000Z")
    assert dated != listing
    members = {**archive.unpack(RAW), manifest.MANIFEST: dated, manifest.SEAL: manifest.seal(dated)}
    assert failures(archive.pack(list(members.items()))) == {"file"}


def test_page_that_lies_is_refused_and_the_truth_is_printed():
    def lie(files, plan):
        files[manifest.PAGE] = files[manifest.PAGE].replace(b"Allowed", b"Denied")

    raw = resealed(lie)
    assert failures(raw) == {"page"}
    assert "outcome: allow" in examined(raw).text()


def test_page_loads_nothing_and_runs_nothing():
    page = archive.unpack(RAW)[manifest.PAGE].decode()
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "src=" not in page
    assert "href=" not in page
    assert "default-src 'none'" in page
    assert "5,000 euro" in page
    assert "POL-7" in page


def test_page_shows_odd_texts_and_unknown_fields_as_what_they_are():
    log = HonestLog()
    odd = {"id": "POL-1\nversion: 99\u202e", "version": "1", "sha256": "d" * 64}
    log.append(
        {**full_decision(3), "policy": odd, "Outcome": "deny", "nested": {"list": [], "flag": True, "none": None}}
    )
    page = archive.unpack(bundle_of(log, 0, [], ["first"]))[manifest.PAGE].decode()
    assert "id: POL-1\u21b5version: 99\ufffd<br>version: 1" in page
    assert '<th scope="row">Outcome (not a known field)</th><td>deny</td>' in page
    assert "list: none<br>flag: yes<br>none: nothing" in page


def test_documents_and_contents_that_the_record_does_not_name_are_refused():
    other = bundle.Document("policy", "p.txt", b"Another policy")
    assert failures(SAMPLE.build(documents=[other])) == {"documents"}
    moved = bundle.Document("control", "p.txt", sample_bundle.POLICY)
    assert failures(SAMPLE.build(documents=[moved])) == {"documents"}
    twice = bundle.Document("policy", "p.txt", sample_bundle.POLICY)
    assert failures(SAMPLE.build(documents=[twice, twice])) == {"documents"}
    for opening in (
        ("input", sample_bundle.SALT, b"Another question"),
        ("input", sample_bundle.OTHER_SALT, sample_bundle.INPUT),
        ("output", sample_bundle.SALT, sample_bundle.INPUT),
    ):
        assert failures(SAMPLE.build(opened=[bundle.Opening(*opening)])) == {"content"}


def test_records_in_the_wrong_part_are_refused():
    assert failures(SAMPLE.build(completion=SAMPLE.proved(4))) >= {"completion"}
    assert failures(SAMPLE.build(completion=SAMPLE.proved(6))) >= {"completion"}
    assert failures(SAMPLE.build(rotations=[SAMPLE.proved(1), SAMPLE.proved(2)])) >= {"rotations"}
    assert failures(SAMPLE.build(rotations=[])) >= {"checkpoint", "signature"}


def test_record_that_is_signed_but_not_in_the_tree_is_refused():
    other = Sample()
    forged = HonestLog()
    forged.entries = list(other.log.entries[:3])
    outside = forged.append(full_decision(3, outcome="deny"), key="second")
    raw = SAMPLE.build(decision=SAMPLE.proved(3)._replace(raw=outside))
    assert failures(raw) == {"inclusion"}


def test_proof_leading_to_another_checkpoint_is_refused():
    later = SAMPLE.log.checkpoint_note(["second"], timestamp=1)

    def change(files, plan):
        files[manifest.CHECKPOINT] = later

    assert "inclusion" in failures(resealed(change))


def test_decision_signed_after_its_key_was_called_compromised_is_refused():
    log = HonestLog()
    log.append(full_decision(3))
    log.append({**rotation(log, "second"), **rotation(log, "second", end="first", at=0, why="compromised")})
    raw = bundle.build(
        first_key=key_of("first"),
        checkpoint_note=log.checkpoint_note(["first", "second"]),
        decision=bundle.proved(0, log.entries[0], 2, log.tree.hash_at),
        rotations=[bundle.proved(1, log.entries[1], 2, log.tree.hash_at)],
    )
    assert "signature" in failures(raw)


def bundle_of(log, seq, rotations, keys_used, **changes):
    size = len(log.entries)
    return bundle.build(
        first_key=key_of("first"),
        checkpoint_note=log.checkpoint_note(keys_used),
        decision=bundle.proved(seq, log.entries[seq], size, log.tree.hash_at),
        rotations=[bundle.proved(place, log.entries[place], size, log.tree.hash_at) for place in rotations],
        **changes,
    )


def test_key_that_ended_signs_neither_later_records_by_dating_them_back_nor_checkpoints():
    log = HonestLog()
    log.append(decision(0))
    log.append(rotation(log, "second", end="first", at=START + moment.SECOND))
    log.append(full_decision(3), key="second")
    assert examined(bundle_of(log, 2, [1], ["second"])).good
    assert failures(bundle_of(log, 2, [1], ["first"])) >= {"checkpoint"}
    log.append({**full_decision(4), "ts": moment.to_text(START)}, key="first")
    assert failures(bundle_of(log, 3, [1], ["second"])) >= {"signature"}


def test_key_signs_nothing_before_the_record_that_brings_it():
    log = HonestLog()
    later = START + 2 * moment.SECOND
    log.append({**full_decision(3), "ts": moment.to_text(later)}, key="second")
    log.append(rotation(log, "second"))
    assert failures(bundle_of(log, 0, [1], ["first"])) >= {"signature"}


def test_cosignature_by_the_logs_own_key_is_no_witness_whatever_it_is_called():
    log = HonestLog()
    log.append(full_decision(3))
    raw = cosigned(log.checkpoint_note(), "other.example/w", 5, key="first")
    own = trust.Witness(witness_key("other.example/w", "first"), "Witness Ltd")
    built = bundle.build(
        first_key=key_of("first"),
        checkpoint_note=raw,
        decision=bundle.proved(0, log.entries[0], 1, log.tree.hash_at),
    )
    assert examined(built, TRUST._replace(witnesses=(own,))).level is Level.B


def test_stretch_with_an_entry_from_elsewhere_or_out_of_place_is_refused():
    size, read = len(SAMPLE.log.entries), SAMPLE.log.tree.hash_at
    true = bundle.stretch(2, SAMPLE.log.entries[2:6], size, read)
    for run in (
        true._replace(first=1),
        true._replace(entries=true.entries[:3]),
        true._replace(left=[]),
        true._replace(entries=[*true.entries[:3], SAMPLE.log.entries[6]]),
        true._replace(entries=[true.entries[1], true.entries[0], *true.entries[2:]]),
    ):
        assert failures(SAMPLE.build(run=run)) == {"stretch"}


def test_stretch_whose_records_do_not_follow_each_other_is_refused():
    log = HonestLog()
    log.append(full_decision(3))
    first = log.entries[0]
    log.entries[0] = b"another" + first
    log.append(decision(1))
    log.entries[0] = first
    raw = bundle.build(
        first_key=key_of("first"),
        checkpoint_note=log.checkpoint_note(),
        decision=bundle.proved(0, first, 2, log.tree.hash_at),
        run=bundle.stretch(0, log.entries, 2, log.tree.hash_at),
    )
    assert failures(raw) == {"stretch"}


def test_checkpoint_by_an_unknown_signer_only_or_with_a_wrong_cosignature_is_refused():
    stranger = SAMPLE.log.checkpoint_note(["stranger"])
    assert "checkpoint" in failures(SAMPLE.build(checkpoint_note=stranger))
    text = note.parse(SAMPLE.note).text
    forged = (
        SAMPLE.log.checkpoint_note() + note.signature_line(text, witness_key(), lambda message: bytes(64), 5).encode()
    )
    assert "checkpoint" in failures(SAMPLE.build(checkpoint_note=forged))
    unknown = cosigned(SAMPLE.log.checkpoint_note(), "stranger.example/w", 5, key="stranger")
    report = examined(SAMPLE.build(checkpoint_note=unknown))
    assert report.level is Level.B
    assert any(check.name == "other signatures" for check in report.checks)


def test_report_shows_control_characters_of_a_record_instead_of_obeying_them():
    log = HonestLog()
    log.append(full_decision(3) | {"policy": {"id": "\x1b[2J\u202eGood", "version": "1", "sha256": "d" * 64}})
    raw = bundle.build(
        first_key=key_of("first"),
        checkpoint_note=log.checkpoint_note(),
        decision=bundle.proved(0, log.entries[0], 1, log.tree.hash_at),
    )
    text = examined(raw).text()
    assert "\x1b" not in text
    assert "\\u001b[2J\\u202eGood" in text


def test_bundle_may_carry_its_verifier_and_says_not_to_trust_it():
    report = examined(SAMPLE.build(verifier=b"PK..."))
    assert report.good
    assert any("verify.pyz inside" in check.sentence for check in report.checks)


def test_checkpoint_opened_alone_is_the_one_in_the_bundle():
    members = archive.unpack(RAW)
    opened = checkpoint.open_signed(members["checkpoint"], LOG_ID, [key_of("second").public_key], fast_verify)
    assert opened.checkpoint == SAMPLE.log.checkpoint()
