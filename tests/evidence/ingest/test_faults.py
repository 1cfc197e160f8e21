"""Killed at any point, delivered twice, two at once: nothing lost, nothing doubled."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.files.storage import default_storage
from django.db import connection

from evidence.actions.sources import run_pull
from evidence.ingest import keeping
from evidence.ingest.head import head_of, only_pull
from evidence.ingest.keeping import sweep_orphans, verify_store
from evidence.models import DecisionRow, PullRun, Segment, Source
from evidence.tasks import pull_source
from tests.evidence.ingest.served_log import ServedLog
from tests.evidence.tlog.honest_log import decision

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = int(os.environ.get("ASSURANCE_ROUNDS") or 10)
Connect = Callable[..., Source]

CHILD = """
import os, signal, sys
import django
django.setup()
from evidence.actions.sources import run_pull
from evidence.ingest import commit, pull
from evidence.models import Source
from evidence.storage import segments
from grc.access.actor import Actor
from grc.models import Organisation

def die_in(module, name, before):
    real = getattr(module, name)
    calls = []
    def dying(*args, **kwargs):
        calls.append(1)
        if len(calls) == 2 and before:
            os.kill(os.getpid(), signal.SIGKILL)
        result = real(*args, **kwargs)
        if len(calls) == 2:
            os.kill(os.getpid(), signal.SIGKILL)
        return result
    setattr(module, name, dying)

pull.BATCH = 256
point = sys.argv[2]
if point == "before the file":
    die_in(segments, "write", True)
elif point == "after the file":
    die_in(segments, "write", False)
elif point == "after the rows":
    die_in(commit, "copy_in", False)
elif point == "while the rows are copied":
    die_in(commit.Writer, "begin", False)
elif point == "before the commit":
    die_in(commit.Quarantined.objects, "within", True)
elif point == "after the commit":
    real, stored = commit.Writer.finish, []
    def finish(self, **options):
        stored.append(real(self, **options))
        if sum(stored) == 512:
            os.kill(os.getpid(), signal.SIGKILL)
        return stored[-1]
    commit.Writer.finish = finish
with Actor.system(Organisation.objects.get(pk=int(sys.argv[3]))).working():
    source = Source.unscoped.select_related("key", "organisation").get(pk=int(sys.argv[1]))
    print("begins", flush=True)
    run_pull(source=source)
"""
POINTS = [
    "before the file",
    "after the file",
    "while the rows are copied",
    "after the rows",
    "before the commit",
    "after the commit",
]


@pytest.fixture
def long_log(served: ServedLog) -> ServedLog:
    while len(served.log.entries) < 1000:
        served.log.append(decision(len(served.log.entries)))
    return served


def child(source: Source, point: str) -> subprocess.Popen[str]:
    url = os.environ["DATABASE_URL"]
    scheme, _, rest = url.partition("://")
    authority, _, tail = rest.partition("/")
    query = tail.partition("?")[2]
    env = os.environ | {
        "DATABASE_URL": f"{scheme}://{authority}/{connection.settings_dict['NAME']}?{query}",
        "DJANGO_SETTINGS_MODULE": "grc.settings",
        "MEDIA_ROOT": str(django_settings.MEDIA_ROOT),
        "OUTBOUND_ALLOWED": ",".join(django_settings.OUTBOUND_ALLOWED),
    }
    root = Path(__file__).resolve().parents[3]
    command = [sys.executable, "-c", CHILD, str(source.pk), point, str(source.organisation_id)]
    return subprocess.Popen(command, env=env, cwd=root, stdout=subprocess.PIPE, text=True)


def check_whole(source: Source) -> None:
    """What is stored is good as far as it goes: as many rows as the head says, each once, all verified."""
    seqs = list(DecisionRow.unscoped.filter(source=source).order_by("seq").values_list("seq", flat=True))
    assert seqs == list(range(head_of(source).next_seq))
    assert verify_store(source) == []


@pytest.mark.parametrize("point", POINTS)
def test_killed_in_the_middle_goes_on_without_loss_or_double(point: str, long_log: ServedLog, connect: Connect) -> None:
    source = connect(long_log)
    died = child(source, point)
    assert died.wait(60) == -9
    stored = head_of(source).next_seq
    assert stored == (512 if point == "after the commit" else 256)
    check_whole(source)
    run_pull(source=source)
    assert head_of(source).next_seq == 1000
    check_whole(source)


@pytest.mark.assurance
def test_killed_at_random_points(long_log: ServedLog, connect: Connect) -> None:
    import random

    chance = random.Random(11)
    source = connect(long_log)
    for _ in range(ROUNDS):
        for number in range(len(long_log.log.entries), len(long_log.log.entries) + 500):
            long_log.log.append(decision(number))
        running = child(source, "")
        assert running.stdout is not None
        running.stdout.readline()
        threading.Event().wait(chance.uniform(0, 0.5))
        running.kill()
        running.wait()
        check_whole(source)
    run_pull(source=source)
    assert head_of(source).next_seq == len(long_log.log.entries)
    check_whole(source)


def test_files_of_a_killed_pull_are_swept(
    long_log: ServedLog, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = connect(long_log)
    assert child(source, "after the file").wait(60) == -9
    run_pull(source=source)
    assert sweep_orphans(source.organisation) == 0, "a file that is still young may belong to a running pull"
    monkeypatch.setattr(keeping, "_is_old", lambda path: True)
    assert sweep_orphans(source.organisation) == 1
    for path in Segment.unscoped.filter(source=source).values_list("path", flat=True):
        assert default_storage.exists(path)
    check_whole(source)


def test_task_delivered_twice_gives_the_same_state(long_log: ServedLog, connect: Connect) -> None:
    source = connect(long_log)
    run = PullRun(organisation=source.organisation, source=source)
    run.save(force_insert=True)
    for _ in range(2):
        pull_source(source.organisation_id, source.pk, str(run.public_id))
    run.refresh_from_db()
    assert (run.state, run.accepted, run.target_size) == ("done", 1000, 1000)
    check_whole(source)
    pull_source(source.organisation_id, source.pk)
    check_whole(source)


def test_run_of_a_killed_worker_ends_with_the_next_pull(long_log: ServedLog, connect: Connect) -> None:
    source = connect(long_log)
    run = PullRun(organisation=source.organisation, source=source, state=PullRun.State.RUNNING)
    run.save(force_insert=True)
    run_pull(source=source)
    run.refresh_from_db()
    assert (run.state, run.accepted) == ("failed", 0)
    assert "next pull" in run.message


def in_threads(count: int, work: Callable[[], Any]) -> list[BaseException]:
    failures: list[BaseException] = []

    def one() -> None:
        try:
            work()
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures


def test_pulls_at_once_take_each_record_once(long_log: ServedLog, connect: Connect) -> None:
    source = connect(long_log)
    assert in_threads(4, lambda: run_pull(source=source)) == []
    run_pull(source=source)
    assert head_of(source).next_seq == 1000
    check_whole(source)


@pytest.fixture
def without_lock(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    from contextlib import contextmanager

    @contextmanager
    def everybody(source: Source) -> Iterator[bool]:
        yield True

    monkeypatch.setattr("evidence.actions.sources.only_pull", everybody)
    yield


def test_pulls_at_once_are_kept_apart_by_the_head_alone(
    long_log: ServedLog, connect: Connect, without_lock: None
) -> None:
    source = connect(long_log)
    assert in_threads(4, lambda: run_pull(source=source)) == []
    run_pull(source=source)
    assert head_of(source).next_seq == 1000
    check_whole(source)


def test_second_pull_gives_way(long_log: ServedLog, connect: Connect) -> None:
    source = connect(long_log)
    answers: list[Any] = []
    with only_pull(source) as mine:
        assert mine
        assert in_threads(1, lambda: answers.append(run_pull(source=source))) == []
    assert answers == [None]
    assert head_of(source).next_seq == 0


def test_disk_full_leaves_the_state_from_before(
    long_log: ServedLog, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = connect(long_log)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("evidence.storage.segments.save_durably", full)
        with pytest.raises(OSError, match="No space"):
            run_pull(source=source)
    assert head_of(source).next_seq == 0
    check_whole(source)
    run_pull(source=source)
    assert head_of(source).next_seq == 1000
