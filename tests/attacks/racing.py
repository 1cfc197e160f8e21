"""Many at once: real threads, each with a connection of its own, let go at the same moment."""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections

ROUNDS = int(os.environ.get("ASSURANCE_ROUNDS") or 1)
WAYS = 100
AT_ONCE = 20
"""Connections that race; the ways beyond that queue behind them, as they would behind a pool."""


def race(act: Callable[[int], Any], ways: int = WAYS, at_once: int = AT_ONCE) -> list[Any]:
    """What ``act(0)`` to ``act(ways - 1)`` returned or raised, begun together, ``at_once`` at a time."""
    outcomes: list[Any] = [None] * ways
    numbers = iter(range(ways))
    lock, start = threading.Lock(), threading.Barrier(at_once)

    def work() -> None:
        try:
            start.wait(20)
            while (number := _next(numbers, lock)) is not None:
                try:
                    outcomes[number] = act(number)
                except Exception as error:
                    outcomes[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(at_once)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(100)
    return outcomes


def _next(numbers: Iterator[int], lock: threading.Lock) -> int | None:
    with lock:
        return next(numbers, None)


@contextmanager
def without_row_locks(monkeypatch: Any) -> Iterator[None]:
    """``SELECT ... FOR UPDATE`` that locks nothing: what the races are held against."""
    from django.db.models import QuerySet

    with monkeypatch.context() as patch:
        patch.setattr(QuerySet, "select_for_update", lambda self, *args, **kwargs: self.all())
        yield
