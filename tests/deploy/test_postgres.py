"""PostgreSQL from the wheel: who may what, long paths, and what a kill leaves."""

import os
import random
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import psycopg
import pytest

from deploy.local import postgres
from deploy.local.env import ROOT, FolderLock, Occupied
from deploy.local.postgres import ROLES
from deploy.local.stack import Stack, erase
from tests.deploy.test_processes import wait_for_end

# Counts up in a table, one commit a line, until killed.
WRITER = textwrap.dedent("""
    import sys
    from pathlib import Path
    import psycopg
    from deploy.local.stack import Stack
    with Stack(Path(sys.argv[1]), durable=True) as stack:
        pids = [process.pid for _, process in stack.supervisor.running.values()]
        print(*pids, flush=True)
        with psycopg.connect(stack.postgres.url(), autocommit=True) as connection:
            connection.execute("SET ROLE assay_owner")
            connection.execute("CREATE TABLE IF NOT EXISTS counted (n int PRIMARY KEY)")
            start = connection.execute("SELECT coalesce(max(n), 0) FROM counted").fetchone()[0]
            for n in range(start + 1, 1_000_000):
                connection.execute("INSERT INTO counted VALUES (%s)", (n,))
                print(n, flush=True)
""")


@pytest.fixture
def folder(tmp_path):
    """Deeper than a socket's address can say, and with spaces."""
    deep = tmp_path / "a folder with spaces" / ("long" * 30)
    yield deep
    if deep.exists():
        erase(deep)


@pytest.fixture
def stack(folder):
    with Stack(folder, durable=False) as running:
        yield running


def query(stack: Stack, statement: str, role: str | None = None):
    with psycopg.connect(stack.postgres.url(), autocommit=True) as connection:
        if role:
            connection.execute(f"SET ROLE {role}")
        return connection.execute(statement).fetchall()


def test_the_login_role_becomes_each_of_the_three(stack):
    assert [query(stack, "SELECT current_user::text", role) for role in ROLES] == [[(role,)] for role in ROLES]


def test_the_login_role_has_no_rights_of_its_own(stack):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        query(stack, "CREATE TABLE t (n int)")


@pytest.mark.parametrize("role", ["assay_app", "assay_ingest"])
def test_only_the_owner_makes_tables(stack, role):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        query(stack, "CREATE TABLE t (n int) ", role)


def test_nobody_becomes_a_superuser(stack):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        query(stack, "SET ROLE postgres")


def test_the_server_listens_on_its_socket_only(stack):
    assert query(stack, "SHOW listen_addresses") == [("",)]
    assert stack.postgres.socket_folder.stat().st_mode & 0o777 == 0o700


def test_leaving_stops_everything_and_removes_the_socket(folder):
    with Stack(folder, durable=False) as stack:
        pids = [process.pid for _, process in stack.supervisor.running.values()]
        socket_folder = stack.postgres.socket_folder
        assert len(pids) == 2
    assert wait_for_end(pids, 1) == []
    assert not socket_folder.exists()
    assert not FolderLock(folder).is_held()


def test_a_running_stack_is_not_erased(stack, folder):
    with pytest.raises(Occupied):
        erase(folder)
    assert query(stack, "SELECT 1") == [(1,)]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has folders that PostgreSQL's user cannot reach")
def test_data_in_a_private_folder_is_erased_with_its_link(folder):
    folder.mkdir(parents=True)
    folder.chmod(0o700)
    with Stack(folder, durable=False):
        home = (folder / "postgres").readlink()
        assert home.parent == Path("/var/tmp")
        assert (home / "data" / "PG_VERSION").read_text().strip() == "18"
    erase(folder)
    assert not home.exists()
    assert not folder.exists()


def test_a_private_home_of_somebody_else_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(postgres, "PRIVATE_HOMES", tmp_path)
    (tmp_path / "target").mkdir()
    home = postgres.private_home("data", Path("/some/folder"))
    home.rmdir()
    home.symlink_to(tmp_path / "target")
    with pytest.raises(postgres.PostgresError, match="is not ours"):
        postgres.private_home("data", Path("/some/folder"))


def kill_while_writing(folder: Path, commits: int) -> int:
    """Kills the supervisor after so many more commits; gives the last number that it said was committed."""
    command = [sys.executable, "-c", WRITER, str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as writer:
        pids = [int(pid) for pid in writer.stdout.readline().split()]
        for _ in range(commits):
            last = int(writer.stdout.readline())
        os.kill(writer.pid, signal.SIGKILL)
        last = max([last, *map(int, writer.stdout.read().split()[:-1])])
    assert wait_for_end(pids, 20) == []
    return last


def check_kills(folder: Path, rounds: int) -> None:
    """What was said to be committed is there, and the count has no hole."""
    for _ in range(rounds):
        last = kill_while_writing(folder, random.randint(1, 200))
        with Stack(folder, durable=True) as stack:
            [(count, highest)] = query(stack, "SELECT count(*), max(n) FROM counted", "assay_owner")
        assert highest >= last
        assert count == highest


def test_nothing_committed_is_lost_when_the_supervisor_is_killed(folder):
    check_kills(folder, 1)


@pytest.mark.assurance
@pytest.mark.timeout(0)
def test_nothing_committed_is_lost_over_many_kills(folder):
    check_kills(folder, int(os.environ.get("ASSURANCE_ROUNDS") or 20))
