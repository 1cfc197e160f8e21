"""A long list as a file, made by a worker: what may be seen is judged there again, and once more when it is fetched."""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grc.access.actor import Actor
from grc.access.roles import Reach
from grc.exports.lists import EXPORT, TooManyRows, note_export, write_list
from grc.jobs.products import keep_product
from grc.jobs.runners import JobFailed, Progress, runner
from grc.models.job import Job
from grc.registers.export import PAGED_KINDS, dated
from grc.registers.query import BadQuery, ListQuery
from grc.registers.register import registers
from grc.tabular import TableTooLarge

EVERY = 500


def may_see_export(job: Job, actor: Actor) -> bool:
    """Who may still see the register, and as far as when the rows were chosen."""
    reach = actor.reach(registers.by_slug(job.params["register"]).view)
    return reach is Reach.ALL or (reach is not None and reach.value == job.params["reach"])


@runner(EXPORT, name=gettext_lazy("Export"), sight=may_see_export)
def run_export(job: Job, by: Actor, progress: Progress) -> dict[str, Any]:
    register, kind = registers.by_slug(job.params["register"]), job.params["kind"]
    if not may_see_export(job, by):
        raise JobFailed(_("You may not see this register any more."))
    try:
        query = ListQuery.read(register, by, QueryDict(job.params["query"]))
        rows = query.rows()
        count = rows.count()
        progress(0, count, _("Writing rows"))
        with tempfile.TemporaryFile() as file:
            write_list(file, query, rows, kind=kind, watched=lambda values: _watched(values, progress))
            progress(count, count, _("Keeping the file"))
            job.product = keep_product(
                stream=file, name=dated(register.slug, kind), media_type=PAGED_KINDS[kind], by=by
            )
    except (BadQuery, TableTooLarge, TooManyRows) as error:
        raise JobFailed(str(error)) from None
    note_export(query, kind=kind, count=count)
    return {"rows": count}


def _watched(values: Iterable[Sequence[Any]], progress: Progress) -> Iterator[Sequence[Any]]:
    for number, row in enumerate(values):
        if number % EVERY == 0:
            progress(number)
        yield row
