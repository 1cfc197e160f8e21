"""A real Celery worker on the real broker, for tests in which work is handed over."""

import os
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection

from grc.celery import app

START_LIMIT = 60.0


def database_url() -> str:
    """Where this process's test database is, as the worker's environment says it."""
    found = connection.settings_dict
    host = found["HOST"] or found["OPTIONS"].get("host", "")
    return f"postgresql://{found['USER']}@/{found['NAME']}?host={quote(host, safe='')}"


@contextmanager
def running_worker(log: Path) -> Iterator[None]:
    """A worker on a queue of its own, so that tests that run beside this one don't share it."""
    queue, before = f"test-{uuid.uuid4().hex}", app.conf.task_default_queue
    environment = os.environ | {
        "CELERY_QUEUE": queue,
        "DATABASE_URL": database_url(),
        "MEDIA_ROOT": str(settings.MEDIA_ROOT),
        "OUTBOUND_ALLOWED": ",".join(settings.OUTBOUND_ALLOWED),
    }
    command = [sys.executable, "-m", "celery", "--app", "grc.celery:app", "--quiet", "worker"]
    name = f"{queue}@test"
    with log.open("wb") as out:
        worker = subprocess.Popen(
            [*command, "--pool", "solo", "--hostname", name, "--queues", queue, "--loglevel", "INFO"],
            env=environment,
            stdout=out,
            stderr=out,
        )
    _send_to(queue)
    try:
        _await(worker, name, log)
        yield
    finally:
        _send_to(before)
        worker.terminate()
        worker.wait(timeout=20)


def _send_to(queue: str) -> None:
    app.conf.task_default_queue = queue
    app.amqp.__dict__.pop("queues", None)  # celery keeps what it made of the setting
    app.amqp.__dict__.pop("router", None)


def _await(worker: "subprocess.Popen[bytes]", name: str, log: Path) -> None:
    deadline = time.monotonic() + START_LIMIT
    while not app.control.ping(destination=[name], timeout=0.5):
        if worker.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"the worker did not start:\n{log.read_text()}")
