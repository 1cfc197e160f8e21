"""gunicorn beside the local stack: two processes of four threads, none of which outlives the master."""

from __future__ import annotations

import signal
from typing import Any

from deploy.local.lifeline import follow_parent

workers = 2
worker_class = "gthread"
threads = 4
graceful_timeout = 5
timeout = 60
control_socket_disable = True
accesslog = "-"


def post_fork(server: Any, worker: Any) -> None:
    follow_parent(signal.SIGKILL)
