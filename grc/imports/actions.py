"""Importing a table into a register: a dry run that names every bad row, and the doing, of all rows or none."""

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from grc.access.actor import Actor
from grc.access.gate import require
from grc.actions.activity import record_activity
from grc.actions.files import store_file
from grc.actions.many import create_records
from grc.actions.records import StaleRecord, change_record
from grc.imports.archive import ArchiveTable, check_files
from grc.imports.importers import file_importers
from grc.imports.judge import Judge
from grc.imports.outcome import Outcome, Problem, Verdict
from grc.imports.plan import Plan, checked
from grc.imports.targets import REFERENCE, targets_of
from grc.jobs.runners import Progress
from grc.models.activity import ActivityEvent
from grc.models.file import File
from grc.models.job import Job
from grc.models.record import Record
from grc.registers.register import Register
from grc.tabular.reading import Row

REMEMBERED = 50
"""Earlier imports into a register whose rows are recognised when they come again."""

REASON_LENGTH = 100


class ImportRefused(Exception):
    """Nothing was imported; ``outcome`` names the rows and says why."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(_("Nothing was imported: some rows cannot be taken."))
        self.outcome = outcome


def silent(done: int, total: int | None = None, step: str = "") -> None:
    """Progress that nobody watches."""


def check_rows(
    *,
    register: Register,
    rows: Sequence[Row],
    plan: Plan,
    by: Actor,
    archive: ArchiveTable | None = None,
    made: Mapping[str, str] | None = None,
    locks: Mapping[str, int] | None = None,
    progress: Progress = silent,
) -> Outcome:
    """What importing ``rows`` (below the headings) would do; it writes nothing. Raises ``BadPlan``, ``Denied``."""
    require(by, register.edit)
    plan = checked(plan, targets_of(register, with_files=archive is not None))
    remembered = made_before(register, by) if made is None else made
    judge = Judge(register, by, plan, made=remembered, locks=locks, with_files=archive is not None)
    outcome = judge.judge(rows, progress)
    if archive is not None and not outcome.ask:
        check_files(archive, outcome, _("File"), progress)
    return outcome


@transaction.atomic
def import_rows(
    *,
    register: Register,
    rows: Sequence[Row],
    plan: Plan,
    by: Actor,
    name: str,
    archive: ArchiveTable | None = None,
    made: Mapping[str, str] | None = None,
    locks: Mapping[str, int] | None = None,
    progress: Progress = silent,
) -> Outcome:
    """Create and change what ``rows`` say: all of them, or none. Judged anew, whatever a dry run said before.

    ``name``: of the file, for the history. ``locks``: of the records as a dry run saw them. Raises ``ImportRefused``,
    ``BadPlan``, ``Denied``.
    """
    _one_at_a_time(register, by)
    outcome = check_rows(
        register=register, rows=rows, plan=plan, by=by, archive=archive, made=made, locks=locks, progress=progress
    )
    if not outcome.is_good:
        raise ImportRefused(outcome)
    reason = (_("Imported from %s") % name)[:REASON_LENGTH]
    try:
        with transaction.atomic():
            _write(outcome, by, reason, progress)
    except IntegrityError:
        sentence = _(
            "The database refuses the rows as a whole: somebody changed a record meanwhile. Check the file again."
        )
        outcome.general.append(Problem(0, "", "", sentence))
        raise ImportRefused(outcome) from None
    if archive is not None:
        _attach(register, outcome, archive, by, progress)
    _note(register, outcome, name, by)
    return outcome


def _one_at_a_time(register: Register, by: Actor) -> None:
    # the same file sent twice at once: the second waits here, and then finds what the first one made
    with connection.cursor() as cursor:
        name = f"assay:import:{by.organisation.pk}:{register.slug}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def made_before(register: Register, by: Actor) -> dict[str, str]:
    """The marks of rows that earlier imports made into records, with the records' references."""
    jobs = Job.objects.within(by.organisation).filter(kind="import", state=Job.State.DONE)
    jobs = jobs.filter(params__register=register.slug).order_by("-pk")[:REMEMBERED]
    made: dict[str, str] = {}
    for found in jobs.values_list("result__made", flat=True):
        made = (found or {}) | made
    return made


def _write(outcome: Outcome, by: Actor, reason: str, progress: Progress) -> None:
    new, changed = outcome.of_kind("create"), outcome.of_kind("change")
    total = len(new) + len(changed)
    step = _("Saving rows")
    progress(0, total, step)
    create_records(
        records=[verdict.record for verdict in new],
        by=by,
        reason=reason,
        progress=lambda done: progress(done, total, step),
    )
    for verdict in new:
        verdict.made = verdict.record.reference
    for number, verdict in enumerate(changed, start=len(new) + 1):
        _change(verdict, outcome, by, reason)
        if number % 50 == 0 or number == total:
            progress(number, total, step)


def _change(verdict: Verdict, outcome: Outcome, by: Actor, reason: str) -> None:
    try:
        change_record(record=verdict.record, by=by, lock=verdict.lock, reason=reason)
    except StaleRecord as error:
        verdict.kind = "bad"
        verdict.problems = [Problem(verdict.row, REFERENCE, verdict.record.reference, str(error))]
        raise ImportRefused(outcome) from None


def _attach(register: Register, outcome: Outcome, archive: ArchiveTable, by: Actor, progress: Progress) -> None:
    importer = file_importers.get(register.slug)
    if importer is None:
        return
    with_files = [verdict for verdict in outcome.verdicts if verdict.file]
    records = _by_reference(register, by, [verdict.made for verdict in with_files if verdict.record is None])
    stored: list[File] = []
    try:
        for number, verdict in enumerate(with_files, start=1):
            progress(number, len(with_files), _("Storing files"))
            record = verdict.record or records.get(verdict.made)
            if record is None or record.archived_at is not None:
                continue  # imported before, and archived since: it is left alone
            with archive.open_file(verdict.file) as stream:
                name = PurePosixPath(verdict.file.replace("\\", "/")).name
                stored.append(store_file(upload=stream, name=name, by=by))
            importer.attach(record, stored[-1], by)
    except BaseException:
        for file in stored:
            file.content.delete(save=False)  # the rows are rolled back, and the bytes do not stay behind
        raise


def _by_reference(register: Register, by: Actor, references: Sequence[str]) -> dict[str, Record]:
    rows = register.model.objects.permitted(by, register.edit).filter(reference__in=references)
    return {row.reference: row for row in rows.select_related("key")}


def _note(register: Register, outcome: Outcome, name: str, by: Actor) -> None:
    values = {
        "name": name,
        "register": register.plural,
        "created": len(outcome.of_kind("create")),
        "changed": len(outcome.of_kind("change")),
    }
    detail = _("%(name)s into %(register)s: %(created)d new, %(changed)d changed") % values
    record_activity(by=by, verb=ActivityEvent.Verb.IMPORTED, detail=detail)
