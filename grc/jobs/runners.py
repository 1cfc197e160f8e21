"""What a job of each kind does: a function beside what it does, registered here under the kind's name."""

from collections.abc import Callable
from typing import Any, Protocol

from grc.access.actor import Actor
from grc.models.job import Job


class Cancelled(Exception):
    """The person who asked does not want it any more; what the job wrote is undone."""


class JobFailed(Exception):
    """The job cannot be done; ``str()`` says why, in a sentence for the person who asked."""


class Progress(Protocol):
    """Called now and then: how far, of how much, and what is being done. Raises ``Cancelled``."""

    def __call__(self, done: int, total: int | None = None, step: str = "") -> None: ...


Runner = Callable[[Job, Actor, Progress], dict[str, Any]]
"""``run(job, by, progress)`` works in one transaction and gives the job's ``result`` (plain JSON).

It may set ``job.product`` to a File that the person may then fetch. It raises ``JobFailed``.
"""

runners: dict[str, Runner] = {}


def runner(kind: str) -> Callable[[Runner], Runner]:
    """Declare what a job of ``kind`` does. Raises ``ValueError`` for a kind that is taken."""

    def remember(run: Runner) -> Runner:
        if kind in runners:
            raise ValueError(f"jobs of kind {kind} have a runner already")
        runners[kind] = run
        return run

    return remember
