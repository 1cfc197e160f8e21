"""Importing a catalog, a profile, mappings or a table: a dry run, and the doing, of everything or of nothing."""

from collections.abc import Callable

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from controls.models import Framework, Requirement
from controls.oscal.refusal import OSCALRefused
from controls.transfer.columns import MAPPINGS, REQUIREMENTS
from controls.transfer.documents import judge_catalog, judge_collection, judge_profile
from controls.transfer.findings import Findings
from controls.transfer.numbers import Frameworks
from controls.transfer.reading import Content
from controls.transfer.settings import Settings
from controls.transfer.tables import judge_mappings, judge_requirements
from controls.transfer.targets import Targets
from grc.access.actor import Actor
from grc.access.gate import require
from grc.access.roles import Permission
from grc.actions.activity import record_activity
from grc.actions.many import create_records
from grc.actions.records import StaleRecord, change_record, create_record
from grc.imports.actions import silent
from grc.imports.outcome import Verdict
from grc.jobs.runners import Progress
from grc.models.activity import ActivityEvent

REASON_LENGTH = 100
_DOCUMENTS: dict[str, Callable[..., None]] = {
    "catalog": judge_catalog,
    "profile": judge_profile,
    "mapping-collection": judge_collection,
}
_TABLES: dict[str, Callable[..., None]] = {REQUIREMENTS: judge_requirements, MAPPINGS: judge_mappings}


class TransferRefused(Exception):
    """Nothing was imported; ``findings`` says why, ``str()`` in a sentence."""

    def __init__(self, findings: Findings, sentence: str = "") -> None:
        super().__init__(sentence or _("Nothing was imported: something in the file cannot be taken."))
        self.findings = findings


def check_content(*, content: Content, settings: Settings, by: Actor) -> Findings:
    """What importing ``content`` would do; it writes nothing. Raises ``Denied``."""
    require(by, Permission.FRAMEWORKS_EDIT)
    findings = Findings(model=content.model, notes=list(content.notes))
    targets = Targets(Frameworks(by.organisation), settings, findings, by)
    try:
        if content.document is not None:
            _DOCUMENTS[content.model](content.document, targets)
        else:
            _TABLES[content.model](content, targets)
    except OSCALRefused as error:
        findings.refuse(error.path, "", error.reason)
    return findings


@transaction.atomic
def import_content(
    *, content: Content, settings: Settings, by: Actor, name: str, mark: str, progress: Progress = silent
) -> Findings:
    """Do what a dry run found: all of it, or nothing. Judged anew, and refused where something else would be done.

    ``name``: of the file, for the history; ``mark``: the dry run's (``Findings.mark``). Raises ``TransferRefused``,
    ``Denied``.
    """
    _one_at_a_time(by)
    findings = check_content(content=content, settings=settings, by=by)
    if not findings.is_good:
        raise TransferRefused(findings)
    if findings.mark != mark:
        raise TransferRefused(findings, _("Something was changed here after the check. Check the file again."))
    reason = (_("Imported from %s") % name)[:REASON_LENGTH]
    try:
        with transaction.atomic():
            _write(findings, by, reason, progress)
    except StaleRecord as error:
        raise TransferRefused(findings, str(error)) from None
    except IntegrityError:
        text = _("The database refuses it as a whole: somebody changed a record meanwhile. Check the file again.")
        raise TransferRefused(findings, text) from None
    key = findings.framework.key if findings.framework is not None else None
    record_activity(by=by, verb=ActivityEvent.Verb.IMPORTED, record=key, detail=f"{name}: {findings.title}"[:500])
    return findings


def _one_at_a_time(by: Actor) -> None:
    # the same file sent twice at once: the second waits here, and then finds what the first one made
    with connection.cursor() as cursor:
        name = f"assay:frameworks:{by.organisation.pk}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def _write(findings: Findings, by: Actor, reason: str, progress: Progress) -> None:
    framework: Framework | None = findings.framework
    if framework is not None and findings.framework_change:
        if framework.pk is None:
            create_record(record=framework, by=by, reason=reason)
        else:
            change_record(record=framework, by=by, lock=framework.lock, reason=reason)
    new, changed = findings.of_kind("create"), findings.of_kind("change")
    total, step = len(new) + len(changed), _("Saving")
    progress(0, total, step)
    records = [verdict.record for verdict in sorted(new, key=_depth)]
    for record in records:
        if isinstance(record, Requirement):
            record.framework = record.framework  # its key is known only now
    create_records(records=records, by=by, reason=reason, progress=lambda done: progress(done, total, step))
    for number, verdict in enumerate(changed, start=len(new) + 1):
        if isinstance(verdict.record, Requirement) and verdict.record.parent is not None:
            verdict.record.parent = verdict.record.parent  # as above
        change_record(record=verdict.record, by=by, lock=verdict.lock, reason=reason)
        if number % 50 == 0 or number == total:
            progress(number, total, step)


def _depth(verdict: Verdict) -> int:
    """How deep a requirement stands: what it is part of is saved before it."""
    depth, above = 0, getattr(verdict.record, "parent", None)
    while above is not None:
        depth, above = depth + 1, above.parent
    return depth
