"""What the lock files promise: exact versions, hashes, no address, and the same version everywhere."""

import json
import re

import pytest

from deploy.local.lock import NAMES
from deploy.local.venv import ROOT, lock_files, wanted_stamp

REQUIREMENTS = sorted((ROOT / "requirements").glob("*.txt"))
PINS = sorted((ROOT / "requirements").glob("*.pin"))
PINNED = re.compile(r"^([a-z0-9][a-z0-9._-]*)==([^\s;\\]+)")


def blocks(text: str) -> list[str]:
    """One logical line for each requirement, comments left out."""
    lines = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    return "\n".join(lines).replace("\\\n", " ").splitlines()


@pytest.mark.parametrize("path", REQUIREMENTS, ids=lambda path: path.stem)
def test_requirements_are_pinned_and_hashed_without_an_address(path):
    requirements = blocks(path.read_text())
    assert len(requirements) >= 3
    assert [line for line in requirements if not PINNED.match(line) or "--hash=sha256:" not in line] == []
    assert re.findall(r"://|--(?:extra-)?index-url|--find-links|--trusted-host", path.read_text()) == []


@pytest.mark.parametrize("path", PINS, ids=lambda path: path.stem)
def test_what_is_pinned_by_hand_is_hashed_without_an_address(path):
    requirements = blocks(path.read_text())
    assert requirements
    assert [line for line in requirements if not PINNED.match(line) or "--hash=sha256:" not in line] == []
    assert "://" not in path.read_text()


def test_a_package_has_one_version_in_one_environment():
    seen: dict[str, set[str]] = {}
    for path in lock_files("app") + lock_files("dev"):
        for line in blocks(path.read_text()):
            name, version = PINNED.match(line).groups()
            seen.setdefault(name, set()).add(version)
    assert {name: versions for name, versions in seen.items() if len(versions) > 1} == {}


def test_every_lock_file_is_recompiled_by_make_lock():
    assert sorted(NAMES) == [path.stem for path in REQUIREMENTS]
    assert {path.stem for path in lock_files("app") + lock_files("dev")} <= set(NAMES)


def test_npm_packages_are_hashed_without_an_address():
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    dependencies = {name: package for name, package in packages.items() if name}
    assert {"node_modules/@tabler/core", "node_modules/chart.js"} <= dependencies.keys()
    assert [name for name, package in dependencies.items() if not package["integrity"].startswith("sha512-")] == []
    assert [name for name, package in dependencies.items() if "resolved" in package] == []


def test_the_stamp_changes_with_a_lock_file(tmp_path, monkeypatch):
    monkeypatch.setattr("deploy.local.venv.ROOT", tmp_path)
    (tmp_path / "requirements").mkdir()
    for path in REQUIREMENTS + PINS:
        (tmp_path / "requirements" / path.name).write_bytes(path.read_bytes())
    before = wanted_stamp("dev")
    assert wanted_stamp("dev") == before
    (tmp_path / "requirements" / "dev.txt").write_text("another==1\n")
    assert wanted_stamp("dev") != before
