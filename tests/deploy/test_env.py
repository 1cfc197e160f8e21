"""How a command beside a running demo finds it, and how it is refused otherwise."""

import base64
import os
import subprocess
import sys
import textwrap

import pytest

from deploy.local import env
from deploy.local.env import ROOT, FolderLock, Occupied, keys, read_env, write_env

VALUES = {"DATABASE_URL": "postgresql://assay@/assay?host=/tmp/with space", "SECRET_KEY": "a'b\"c=d$e"}


def test_env_is_read_back_as_written_while_the_lock_is_held(tmp_path):
    lock = FolderLock(tmp_path)
    lock.take()
    write_env(tmp_path, VALUES)
    assert read_env(tmp_path) == VALUES
    assert (tmp_path / "env").stat().st_mode & 0o777 == 0o600


def test_env_of_a_dead_supervisor_is_not_believed(tmp_path):
    code = textwrap.dedent("""
        import os, signal, sys
        from pathlib import Path
        from deploy.local.env import FolderLock, read_env, write_env
        folder = Path(sys.argv[1])
        FolderLock(folder).take()
        write_env(folder, {"DATABASE_URL": "postgresql://gone"})
        assert read_env(folder)
        os.kill(os.getpid(), signal.SIGKILL)
    """)
    died = subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, check=False)
    assert died.returncode == -9
    assert (tmp_path / "env").read_text() == "DATABASE_URL=postgresql://gone\n"
    assert read_env(tmp_path) == {}


def test_a_second_supervisor_is_refused(tmp_path):
    FolderLock(tmp_path).take()
    with pytest.raises(Occupied, match=str(tmp_path)):
        FolderLock(tmp_path).take()


def test_a_released_lock_can_be_taken_again(tmp_path):
    first = FolderLock(tmp_path)
    first.take()
    first.release()
    assert not FolderLock(tmp_path).is_held()
    FolderLock(tmp_path).take()
    assert FolderLock(tmp_path).is_held()


def test_load_leaves_a_set_database_alone(tmp_path, monkeypatch):
    FolderLock(tmp_path).take()
    write_env(tmp_path, {"DATABASE_URL": "postgresql://demo", "REDIS_URL": "redis://demo"})
    monkeypatch.setattr(env, "DEMO", tmp_path)
    monkeypatch.setenv("DATABASE_URL", "postgresql://mine")
    monkeypatch.delenv("REDIS_URL", raising=False)
    env.load()
    assert os.environ["DATABASE_URL"] == "postgresql://mine"
    assert "REDIS_URL" not in os.environ


def test_load_takes_the_demo_over(tmp_path, monkeypatch):
    FolderLock(tmp_path).take()
    write_env(tmp_path, {"DATABASE_URL": "postgresql://demo", "DEBUG": "0"})
    monkeypatch.setattr(env, "DEMO", tmp_path)
    monkeypatch.setattr(os, "environ", {"DEBUG": "1"})
    env.load()
    assert os.environ == {"DATABASE_URL": "postgresql://demo", "DEBUG": "1"}


def test_keys_are_made_once_and_for_their_owner_only(tmp_path):
    made = keys(tmp_path)
    assert len(base64.urlsafe_b64decode(made["ASSAY_SECRETS_KEY"])) == 32
    assert len(made["SECRET_KEY"]) >= 50
    assert keys(tmp_path) == made
    assert (tmp_path / "keys.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("missing", ["DATABASE_URL", "REDIS_URL"])
def test_manage_refuses_to_start_when_a_service_is_not_named(tmp_path, missing):
    given = {"PATH": os.environ["PATH"], "ASSAY_DEMO_FOLDER": str(tmp_path)}
    given |= {"SECRET_KEY": "x", "ASSAY_SECRETS_KEY": "A" * 43 + "="}
    given |= {"DATABASE_URL": "postgresql://nobody@/nothing", "REDIS_URL": "redis://127.0.0.1:1/0"}
    del given[missing]
    done = subprocess.run(
        [sys.executable, "manage.py", "migrate"], cwd=ROOT, env=given, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.startswith(f"{missing} is not set")
    assert "make demo" in done.stderr
    assert "Traceback" not in done.stderr
