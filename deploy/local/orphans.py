"""Ties the children of a Celery worker to it, as the worker is tied to the supervisor.

Loaded with `celery worker --include`: a busy pool process would otherwise finish its task long after its worker died.
"""

from __future__ import annotations

import signal
from typing import Any

from celery.signals import worker_process_init

from deploy.local.lifeline import follow_parent


def tie(**_: Any) -> None:
    follow_parent(signal.SIGKILL)


worker_process_init.connect(tie, weak=False)
