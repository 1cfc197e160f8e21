"""Makes the bundle of a decision: what a stranger needs to check it without Assay, its operator or a network."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from evidence.bundles.documents import documents_of, files_to_disclose
from evidence.bundles.verifier import verifier
from evidence.decisions.check import INDEX
from evidence.decisions.reading import UNREADABLE, Opened, open_decision, ring_of, trust_of
from evidence.find.lookup import Found
from evidence.ingest.signature import verify
from evidence.models import DecisionRow
from evidence.storage.records import stored_entry
from evidence.tlog import bundle
from evidence.tlog.keys import Key
from evidence.tlog.tiles import TileReader
from evidence.tlog.verdict import State
from grc.access.actor import Actor
from grc.access.gate import require
from grc.access.roles import Permission
from grc.actions.activity import record_activity
from grc.models.activity import ActivityEvent
from grc.models.file import File


class NotBundled(Exception):
    """There is no honest bundle of this decision; ``reason`` is a sentence."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@transaction.atomic
def disclose(found: Found, *, by: Actor) -> bytes:
    """The bundle's bytes for ``by`` to hand over; written to the activity log. Raises ``Denied``, ``NotBundled``."""
    require(by, Permission.DECISIONS_DISCLOSE)
    raw = assemble(found, files=files_to_disclose(by))
    detail = _("bundle of decision %s") % found.decision.decision_id
    record_activity(by=by, verb=ActivityEvent.Verb.DISCLOSED, record=found.decision.source.key, detail=detail)
    return raw


def assemble(found: Found, *, files: "QuerySet[File]") -> bytes:
    """The bundle's bytes; ``files``: where named documents may be taken from. The same state gives the same bytes.

    It is checked as its receiver will check it before it leaves. Raises ``NotBundled`` where anything fails.
    """
    opened = open_decision(found)
    _refuse_failures(opened)
    decision, reader = opened.decision, opened.decision.reader
    if decision.record is None or decision.opened is None or reader is None or opened.raw is None:
        raise NotBundled(_("No checkpoint covers this decision yet. Try again once the next one has been pulled."))
    raw = bundle.build(
        first_key=Key(bytes.fromhex(opened.source.pinned_key)),
        checkpoint_note=opened.head.checkpoint.encode(),
        decision=bundle.proved(found.decision.seq, opened.raw, reader.size, reader.hash_at),
        completion=_completion(opened, reader),
        rotations=_rotations(opened, reader),
        documents=documents_of(decision.record, files),
        verifier=verifier(),
    )
    report = bundle.verify(raw, trust=trust_of(opened.source), verify_bytes=verify)
    if not report.good:
        failed = "; ".join(check.sentence for check in report.checks if check.state is State.FAILS)
        raise NotBundled(_("The bundle would not verify: %s") % failed)
    return raw


def _refuse_failures(opened: Opened) -> None:
    failed = [check.sentence for check in opened.failures if check.name != INDEX]
    if failed:
        raise NotBundled(_("What is stored does not verify, so no bundle is made: %s") % " ".join(failed))


def _completion(opened: Opened, reader: TileReader) -> bundle.Proved | None:
    row = opened.found.completion
    if row is None or row.seq >= reader.size:
        return None
    return _proved(opened, row.seq, reader)


def _rotations(opened: Opened, reader: TileReader) -> Sequence[bundle.Proved]:
    """Every key rotation up to the checkpoint. A log that still has its one first key has none, and is not searched."""
    keys = list(ring_of(opened.source, opened.head))
    if len(keys) == 1 and keys[0].not_after is None and keys[0].revoked_at is None:
        return []
    rows = DecisionRow.objects.within(opened.source.organisation).filter(
        system_id=None, source=opened.source, kind=DecisionRow.Kind.KEY_ROTATION, seq__lt=reader.size
    )
    return [_proved(opened, seq, reader) for seq in rows.order_by("seq").values_list("seq", flat=True)]


def _proved(opened: Opened, seq: int, reader: TileReader) -> bundle.Proved:
    try:
        return bundle.proved(seq, stored_entry(opened.source, seq), reader.size, reader.hash_at)
    except UNREADABLE as error:
        raise NotBundled(str(error)) from None
