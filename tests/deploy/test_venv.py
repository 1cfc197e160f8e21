"""How .venv is made, and the sentence where it cannot be."""

import importlib.util
import subprocess
import sys

import pytest

from deploy.local import venv
from deploy.local.venv import Unready


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """The module working on a folder of its own."""
    monkeypatch.setattr(venv, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(venv, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    return tmp_path


def without(monkeypatch, *names: str) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name in names else real(name))


def test_without_ensurepip_and_pip_a_sentence_says_what_to_install(elsewhere, monkeypatch):
    without(monkeypatch, "ensurepip", "pip")
    with pytest.raises(Unready, match="apt-get install python3-venv"):
        venv.create()
    assert not venv.VENV.exists()


def test_without_ensurepip_this_pythons_own_pip_works_on_the_new_environment(elsewhere, monkeypatch):
    without(monkeypatch, "ensurepip")
    venv.create()
    assert venv.works()
    command = venv.pip_command()
    assert command == [sys.executable, "-m", "pip", "--python", str(venv.PYTHON)]
    said = subprocess.run([*command, "list", "--format", "freeze"], capture_output=True, text=True, check=True)
    assert "django==" not in said.stdout.lower()


def test_an_environment_of_another_python_is_made_anew(elsewhere):
    venv.PYTHON.parent.mkdir(parents=True)
    assert not venv.works()
    venv.PYTHON.write_text("#!/bin/sh\necho '3.9.1 (main)'\n")
    venv.PYTHON.chmod(0o755)
    assert not venv.works()


def test_a_changed_lock_is_installed_and_an_unchanged_one_is_not(elsewhere, monkeypatch):
    installed = []
    monkeypatch.setattr(venv, "works", lambda: True)
    monkeypatch.setattr(venv, "install", installed.append)
    venv.VENV.mkdir()
    venv.make_ready(["app", "dev"])
    venv.make_ready(["app", "dev"])
    assert installed == ["app", "dev"]
    (venv.VENV / ".dev.stamp").write_text("of an older lock")
    venv.make_ready(["app", "dev"])
    assert installed == ["app", "dev", "dev"]


def test_a_failed_install_is_tried_again(elsewhere, monkeypatch):
    def fail(group: str) -> None:
        raise Unready("no network")

    monkeypatch.setattr(venv, "works", lambda: True)
    monkeypatch.setattr(venv, "install", fail)
    venv.VENV.mkdir()
    with pytest.raises(Unready, match="no network"):
        venv.make_ready(["app"])
    assert not venv.is_ready("app")
