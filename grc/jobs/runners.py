"""What a job of each kind does: a function beside what it does, registered here under the kind's name."""

from collections.abc import Callable
from typing import Any, Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from grc.access.actor import Actor
from grc.models.job import Job


class Cancelled(Exception):
    """The person who asked does not want it any more; what the job wrote is undone."""


class JobFailed(Exception):
    """The job cannot be done; ``str()`` says why, in a sentence for the person who asked.

    ``result`` is kept although what the job wrote is undone: what the person needs to know to mend it.
    """

    def __init__(self, message: str, *, result: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.result = result


class Progress(Protocol):
    """Called now and then: how far, of how much, and what is being done. Raises ``Cancelled``."""

    def __call__(self, done: int, total: int | None = None, step: str = "") -> None: ...


Runner = Callable[[Job, Actor, Progress], dict[str, Any]]
"""``run(job, by, progress)`` works in one transaction and gives the job's ``result`` (plain JSON).

It may set ``job.product`` to a File that the person may then fetch. It raises ``JobFailed``.
"""

Sight = Callable[[Job, Actor], bool]
"""Whether the person who asked may still see what the job's result and product show: judged at every look."""

Next = Callable[[Job, Actor], tuple[str, str | Promise]]
"""Where the result is looked at (an address) and what the link to it says; an empty address: on the job's page."""

runners: dict[str, Runner] = {}
sights: dict[str, Sight] = {}
nexts: dict[str, Next] = {}
names: dict[str, str | Promise] = {}


def runner(
    kind: str, *, name: str | Promise = "", sight: Sight | None = None, then: Next | None = None
) -> Callable[[Runner], Runner]:
    """Declare what a job of ``kind`` does. Raises ``ValueError`` for a kind that is taken.

    ``sight``: who may see result and product (without it: whoever asked, while they have a role here).
    ``then``: where one goes on when the job has ended.
    """

    def remember(run: Runner) -> Runner:
        if kind in runners:
            raise ValueError(f"jobs of kind {kind} have a runner already")
        runners[kind] = run
        names[kind] = name or _("Work")
        if sight is not None:
            sights[kind] = sight
        if then is not None:
            nexts[kind] = then
        return run

    return remember


def may_see(job: Job, actor: Actor) -> bool:
    """Whether ``actor``, who asked for the job, may still see what came of it."""
    sight = sights.get(job.kind)
    return sight is None or sight(job, actor)


def goes_on(job: Job, actor: Actor) -> tuple[str, str]:
    """The address where one goes on from the job's page, and the words for it; both empty where that is all."""
    then = nexts.get(job.kind)
    if then is None:
        return "", ""
    url, words = then(job, actor)
    return url, str(words)
