"""`make demo` whole: it starts, commands beside it find it, however it ends nothing runs on, and it starts again."""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

import pytest

from deploy.local.env import ROOT
from deploy.local.stack import erase
from deploy.local.valkey import free_port
from tests.deploy.test_processes import wait_for_end

READY_LIMIT = 240  # seconds, on a machine that runs other tests as well
END_LIMIT = 20  # seconds until nothing runs any more


def descendants(pid: int) -> list[int]:
    """All processes below this one, by the parent that each names in /proc."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    found, edge = [], {pid}
    while edge:
        edge = {child for child, parent in parents.items() if parent in edge}
        found += sorted(edge)
    return found


class Demo:
    """A demo in a folder and on a port of its own, through make as a user starts it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        stray = {
            "DATABASE_URL",
            "REDIS_URL",
            "SECRET_KEY",
            "ASSAY_SECRETS_KEY",
            "MEDIA_ROOT",
            "STATIC_ROOT",
            "MAKEFLAGS",
        }
        self.env = {name: value for name, value in os.environ.items() if name not in stray}
        self.env["ASSAY_DEMO_FOLDER"] = str(folder)

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "deploy.local.demo", f"--port={self.port}", *arguments]

    def start(self) -> None:
        self.said = ""
        self.make = subprocess.Popen(
            ["make", "demo", f"PORT={self.port}", f"PYTHON={sys.executable}"],
            cwd=ROOT,
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        for line in self.make.stdout:
            self.said += line

    def wait(self) -> None:
        deadline = time.monotonic() + READY_LIMIT
        while "Started in" not in self.said:
            assert self.make.poll() is None, self.said
            assert time.monotonic() < deadline, self.said
            time.sleep(0.1)
        self.pids = descendants(self.make.pid)
        self.supervisor = self.pids[0]

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments], cwd=ROOT, env=self.env, capture_output=True, text=True, check=False
        )


@pytest.fixture
def demo(tmp_path):
    demo = Demo(tmp_path / ".demo")
    yield demo
    if hasattr(demo, "make") and demo.make.poll() is None:
        demo.make.terminate()
        demo.make.wait(timeout=END_LIMIT)
    if demo.folder.exists():
        erase(demo.folder)


@pytest.mark.timeout(2 * READY_LIMIT + 2 * END_LIMIT)
def test_demo_starts_is_found_and_starts_again_after_kill_9(demo):
    demo.start()
    demo.wait()
    assert f"Ready: http://127.0.0.1:{demo.port}\n" in demo.said
    with urllib.request.urlopen(f"http://127.0.0.1:{demo.port}/", timeout=10) as answer:
        assert answer.status == 200

    beside = demo.run("manage.py", "demo_accounts")
    accounts = json.loads(beside.stdout)
    assert [account["email"] for account in accounts if account["email"] not in demo.said] == []

    second = demo.run("-m", "deploy.local.demo", f"--port={free_port()}")
    assert second.returncode == 1
    assert f"A demo runs in this folder already at http://127.0.0.1:{demo.port}" in second.stderr
    assert demo.run("-m", "deploy.local.demo", "--reset").returncode == 1

    os.kill(demo.supervisor, signal.SIGKILL)
    assert len(demo.pids) >= 8
    assert wait_for_end(demo.pids, END_LIMIT) == []

    demo.start()
    demo.wait()
    demo.make.terminate()  # make passes it on
    assert wait_for_end(demo.pids, END_LIMIT) == []
    demo.reader.join()
    assert "Stopped." in demo.said
    assert demo.run("manage.py", "demo_accounts").stderr.count("is not set") == 1

    assert demo.run("-m", "deploy.local.demo", "--reset").returncode == 0
    assert not demo.folder.exists()


def test_an_occupied_port_is_refused_before_anything_starts(demo):
    with socket.socket() as occupier:
        occupier.bind(("127.0.0.1", demo.port))
        occupier.listen()
        done = demo.run(*demo.command()[1:])
    assert done.returncode == 1
    assert done.stderr.startswith(f"Port {demo.port} cannot be used")
    assert done.stdout == ""
    assert not demo.folder.exists()


@pytest.mark.assurance
@pytest.mark.timeout(0)
def test_nothing_stays_when_demo_is_killed_at_any_point(demo):
    """At a random moment of starting or running, either make or the supervisor under it is killed."""
    for _ in range(int(os.environ.get("ASSURANCE_ROUNDS") or 10)):
        demo.start()
        time.sleep(random.uniform(0.5, 20))
        pids = descendants(demo.make.pid)
        os.kill(random.choice([demo.make.pid, *pids[:1]]), signal.SIGKILL)
        assert wait_for_end([demo.make.pid, *pids], END_LIMIT) == [], demo.said
        demo.make.wait()
    demo.start()
    demo.wait()
