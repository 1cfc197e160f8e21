"""The verifier as a stranger runs it: one file, Python alone, an empty folder, no network, no package."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from evidence.tlog import build_verifier, manifest, trust, verify
from evidence.tlog.trust import TrustRefused
from tests.evidence.tlog.honest_log import LOG_ID, fast_verify, key_of, witness_key
from tests.evidence.tlog.sample_bundle import Sample

SAMPLE = Sample()
KEY = key_of("first")
TRUST_FILE = {
    "format": "assay-trust/1",
    "logs": [{"origin": LOG_ID, "key": KEY.fingerprint, "operator": "Acme", "separate_write_path": True}],
    "witnesses": [{"key": witness_key().to_vkey(), "operator": "Witness Ltd"}],
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """An empty folder with a bundle, a broken bundle, a trust file and the verifier."""
    place = tmp_path_factory.mktemp("stranger")
    raw = SAMPLE.build()
    (place / "bundle.zip").write_bytes(raw)
    middle = raw.index(b"Credit is granted")
    (place / "bent.zip").write_bytes(raw[:middle] + b"D" + raw[middle + 1 :])
    (place / "trust.json").write_text(json.dumps(TRUST_FILE))
    assert build_verifier.main([str(place / "verify.pyz")]) == 0
    return place


def run(folder, *arguments):
    command = [sys.executable, "-I", "-S", "-X", "utf8", "verify.pyz", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False, env={})
    assert "Traceback" not in done.stderr
    return done


def test_true_bundle_with_a_trust_file_is_good_at_level_a(folder):
    done = run(folder, "--trust", "trust.json", "bundle.zip")
    assert done.returncode == 0, done.stderr
    assert "Good, at assurance level A." in done.stdout
    assert "outcome: allow" in done.stdout


def test_true_bundle_with_a_pinned_key_is_good_at_level_b(folder):
    for key in (KEY.fingerprint, KEY.public_key.hex()):
        done = run(folder, "--key", key, "bundle.zip")
        assert done.returncode == 0
        assert "Good, at assurance level B." in done.stdout


def test_true_bundle_without_a_key_is_consistent_and_not_more(folder):
    done = run(folder, "bundle.zip")
    assert done.returncode == 0
    assert "key not pinned" in done.stdout
    assert KEY.fingerprint in done.stdout
    assert "level A" not in done.stdout


def test_bent_bundle_and_foreign_key_are_refused(folder):
    for arguments in (
        ["bent.zip"],
        ["--key", key_of("other").fingerprint, "bundle.zip"],
        ["trust.json"],
        ["verify.pyz"],
    ):
        done = run(folder, *arguments)
        assert done.returncode == 1
        assert "FAILS" in done.stdout
        assert "REFUSED" in done.stdout


def test_wrong_call_is_told_apart_from_refusal(folder):
    for arguments in (
        [],
        ["missing.zip"],
        ["--key", "nonsense", "bundle.zip"],
        ["--trust", "missing.json", "bundle.zip"],
        ["--trust", "bundle.zip", "bundle.zip"],
        ["--key", "a", "--trust", "b", "c"],
        ["."],
    ):
        done = run(folder, *arguments)
        assert done.returncode == 2, arguments
        assert done.stderr


def test_verifier_is_reproducible_and_made_of_this_package():
    assert build_verifier.build() == build_verifier.build()
    assert build_verifier.main([]) == 2
    assert build_verifier.main(["--help"]) == 2
    raw = build_verifier.build()
    for path in Path(build_verifier.__file__).parent.glob("*.py"):
        assert path.read_bytes() in raw


def test_package_imports_nothing_but_the_standard_library(folder):
    code = "import sys; sys.path.insert(0, 'verify.pyz'); import evidence.tlog.verify, evidence.tlog.chain, \
evidence.tlog.follow; print([m for m in sys.modules if m.split('.')[0] in ('django', 'nacl', 'cryptography')])"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], cwd=folder, capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


def test_main_prints_and_returns_the_report(folder, capsys):
    assert verify.main(["--key", KEY.fingerprint, str(folder / "bundle.zip")], fast_verify) == 0
    assert "level B" in capsys.readouterr().out
    assert verify.main([str(folder / "bent.zip")], fast_verify) == 1


def test_pins_as_people_write_them():
    vkey = witness_key().to_vkey()
    assert trust.pin(f" {KEY.public_key.hex().upper()}\n") == KEY.public_key
    assert trust.pin(KEY.to_json()["public_key"]) == KEY.public_key
    assert trust.pin(vkey) == witness_key().public_key
    assert trust.pin(KEY.fingerprint.replace("SHA256:", "SHA256:").upper()) == KEY.fingerprint
    for text in (
        "",
        "x",
        KEY.public_key.hex()[:-1],
        "SHA256:" + "0" * 63,
        "AAAA",
        KEY.fingerprint[7:] + "00",
        vkey[:-4],
    ):
        with pytest.raises(TrustRefused):
            trust.pin(text)


@pytest.mark.parametrize(
    "change",
    [
        {"format": "other"},
        {"logs": {}},
        {"logs": [5]},
        {"logs": [{"origin": LOG_ID}]},
        {"witneses": []},
        {"logs": [{**TRUST_FILE["logs"][0], "separate_write_path": "yes"}]},
        {"logs": [{**TRUST_FILE["logs"][0], "operator": ""}]},
        {"logs": [{**TRUST_FILE["logs"][0], "origin": ""}]},
        {"logs": [{**TRUST_FILE["logs"][0], "key": "x"}]},
        {"logs": [{**TRUST_FILE["logs"][0], "opertor": "x"}]},
        {"witnesses": [{"key": "x", "operator": "y"}]},
        {"witnesses": [{"key": witness_key()._replace(kind=1).to_vkey(), "operator": "y"}]},
        {"witnesses": [{"key": witness_key().to_vkey()}]},
    ],
)
def test_trust_file_with_a_mistake_is_refused_and_not_half_read(change):
    assert trust.read(json.dumps(TRUST_FILE).encode()).logs[0].separate_write_path
    with pytest.raises(TrustRefused):
        trust.read(json.dumps({**TRUST_FILE, **change}).encode())


def test_trust_file_that_is_no_json_is_refused():
    for raw in (b"", b"[]", b'{"format":"assay-trust/1","format":"assay-trust/1"}', b"\xff"):
        with pytest.raises(TrustRefused):
            trust.read(raw)


def test_manifest_has_no_room_for_a_field_that_nothing_checks():
    members = {"checkpoint": b""}
    for raw in (
        b"",
        b"{}",
        b"[]",
        b'{"format":"assay-bundle/2"}',
        b"\xff",
        b'{"format":"assay-bundle/1","documents":5}',
    ):
        with pytest.raises(manifest.ManifestRefused):
            manifest.decode(raw, manifest.seal(raw), members)
