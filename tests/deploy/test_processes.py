"""The supervisor, on processes that misbehave."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from deploy.local.processes import Died, Service, Supervisor, run_tied

STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(600)"
)
ENV = dict(os.environ)


def service(name: str, code: str, **options) -> Service:
    return Service(name, [sys.executable, "-c", code], ENV, Path("/"), **options)


def is_alive(pid: int) -> bool:
    """A zombie has ended; it only waits for its parent to ask how."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def wait_for_end(pids: list[int], seconds: float) -> list[int]:
    """The pids still alive when all have ended or the time is up."""
    deadline = time.monotonic() + seconds
    while (left := [pid for pid in pids if is_alive(pid)]) and time.monotonic() < deadline:
        time.sleep(0.05)
    return left


@pytest.fixture
def supervisor(tmp_path):
    supervisor = Supervisor(tmp_path / "log")
    yield supervisor
    supervisor.stop_all()


def test_a_dead_process_is_named_with_its_exit_code_and_last_words(supervisor):
    supervisor.start(service("web", "import sys; print('no such table', flush=True); sys.exit(3)"))
    with pytest.raises(Died, match=r"web ended with exit code 3[\s\S]*web \| no such table"):
        supervisor.watch()


def test_a_process_ended_by_a_signal_is_named_with_the_signal(supervisor):
    supervisor.start(service("beat", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"))
    with pytest.raises(Died, match="beat ended by SIGKILL"):
        supervisor.watch()


def test_waiting_ends_at_the_limit(supervisor):
    supervisor.start(service("worker", "import time; print('loading', flush=True); time.sleep(600)"))
    with pytest.raises(Died, match=r"worker was not ready after 0 s[\s\S]*loading|worker was not ready after 0 s"):
        supervisor.wait_until(lambda: False, name="worker", seconds=0.3)


def test_waiting_ends_when_another_process_dies(supervisor):
    supervisor.start(service("postgres", "pass"))
    with pytest.raises(Died, match="postgres ended with exit code 0"):
        supervisor.wait_until(lambda: False, name="worker", seconds=30)


def test_stop_kills_a_process_that_ignores_the_polite_signal(supervisor):
    supervisor.start(service("worker", STUBBORN))
    _, process = supervisor.running["worker"]
    supervisor.wait_until(lambda: supervisor.log("worker").read_text() == "up\n", name="worker", seconds=10)
    start = time.monotonic()
    supervisor.stop(["worker"], grace=0.3)
    assert process.returncode == -signal.SIGKILL
    assert 0.3 <= time.monotonic() - start < 5
    assert supervisor.running == {}


def test_stop_takes_the_children_of_a_process_along(supervisor):
    parent = f"import subprocess, sys; print(subprocess.Popen([sys.executable, '-c', {STUBBORN!r}]).pid, flush=True)"
    supervisor.start(service("web", parent + "; import time; time.sleep(600)"))
    supervisor.wait_until(lambda: "up" in supervisor.log("web").read_text(), name="web", seconds=10)
    child = int(supervisor.log("web").read_text().split()[0])
    supervisor.stop(["web"], grace=1)
    assert wait_for_end([child], 5) == []


def test_services_named_last_are_stopped_after_the_others(supervisor, tmp_path):
    note = tmp_path / "order"
    code = textwrap.dedent("""
        import signal, sys, time
        def end(*_):
            open({note!r}, "a").write({name!r} + " ")
            sys.exit()
        signal.signal(signal.SIGTERM, end)
        print("up", flush=True)
        time.sleep(600)
    """)
    for name in ("postgres", "web"):
        supervisor.start(service(name, code.format(note=str(note), name=name)))
    for name in ("postgres", "web"):
        supervisor.wait_until(lambda name=name: "up" in supervisor.log(name).read_text(), name=name, seconds=10)
    supervisor.stop_all(last=["postgres"])
    assert note.read_text().split() == ["web", "postgres"]


def test_nothing_outlives_a_killed_supervisor(tmp_path):
    """With the death signal that PostgreSQL and Celery get, on processes that ignore everything else."""
    code = textwrap.dedent(f"""
        import os, time
        from pathlib import Path
        from deploy.local.processes import Service, Supervisor
        supervisor = Supervisor(Path({str(tmp_path / "log")!r}))
        for name in ("one", "two"):
            command = [{sys.executable!r}, "-c", {STUBBORN!r}]
            supervisor.start(Service(name, command, dict(os.environ), Path("/")))
        ups = lambda: all("up" in supervisor.log(name).read_text() for name in ("one", "two"))
        supervisor.wait_until(ups, name="both", seconds=10)
        print(*[process.pid for _, process in supervisor.running.values()], flush=True)
        supervisor.watch()
    """)
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as killed:
        pids = [int(pid) for pid in killed.stdout.readline().split()]
        assert [is_alive(pid) for pid in pids] == [True, True]
        killed.kill()
    assert wait_for_end(pids, 5) == []


def test_run_tied_gives_exit_code_and_output():
    command = [sys.executable, "-c", "import sys; print('said'); print('cried', file=sys.stderr); sys.exit(4)"]
    code, output = run_tied(command, env=ENV, folder=Path("/"), capture=True)
    assert code == 4
    assert sorted(output.split()) == ["cried", "said"]
