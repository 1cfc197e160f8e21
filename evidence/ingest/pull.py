"""One pull of one source, checkpoint to checkpoint.

Every record is verified (signature, key, chain, place, time) and its hash is compared with the tree that the log signed
before the batch it came in is committed. A pull may be stopped at any instant: the next one goes on from the head.
"""

from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.db import transaction
from django.utils import timezone

from evidence.ingest import signature
from evidence.ingest.ahead import PagesAhead, Served
from evidence.ingest.alarm import LOG_CODES, SILENT, alarm_about, close_alarms
from evidence.ingest.client import LogClient, SourceUnreachable
from evidence.ingest.commit import Batch, Writer
from evidence.ingest.head import chain_of, head_of, lock_head
from evidence.ingest.hold import Found, hold_finding, hold_rest
from evidence.ingest.judge import Judge
from evidence.models.quarantine import Quarantined
from evidence.models.source import Source, SourceHead
from evidence.storage.tree import builder_of
from evidence.tlog.chain import Accepted, Chain
from evidence.tlog.dsse import Verify
from evidence.tlog.entry import EntryRefused
from evidence.tlog.finding import Finding, Reason
from evidence.tlog.tiles import WIDTH

BATCH = 4096
"""Records in one transaction; a multiple of a tile's width, so that a tile vouches for a whole batch."""


class Progress:
    """How a pull goes; ``report`` is called after each step."""

    def __init__(self, report: Callable[["Progress"], None] = lambda _: None) -> None:
        self.first_seq = 0
        self.target_size: int | None = None
        self.fetched = 0
        self.accepted = 0
        self.held = 0
        self.finding: Finding | None = None
        self._report = report

    def step(self) -> None:
        self._report(self)


def pull(source: Source, progress: Progress, *, verify: Verify = signature.verify) -> None:
    """Take in everything up to the source's checkpoint, or hold it in quarantine.

    The caller is the only one who pulls this source (``head.only_pull``). Raises ``SourceUnreachable`` and
    ``commit.HeadMoved``; what was committed before stays.
    """
    head = head_of(source)
    progress.first_seq = head.next_seq
    with LogClient(source) as client:
        try:
            _Pull(source, head, client, progress, verify).run()
        except Found as found:
            progress.finding = found.finding
            hold_finding(source, found)
            head.refresh_from_db(fields=["next_seq"])
            is_record = found.received.startswith(b"{")
            after = max(found.finding.seq, head.next_seq - 1) if is_record else head.next_seq - 1
            progress.held = hold_rest(source, client, after)
            progress.step()


class _Pull:
    def __init__(self, source: Source, head: SourceHead, client: LogClient, progress: Progress, verify: Verify) -> None:
        self.source = source
        self.head = head
        self.client = client
        self.progress = progress
        self.verify = verify
        self.chain = chain_of(source, head, verify, before_asking=self._settle)
        self.writer = Writer(source, builder_of(head))
        self.served: deque[Served] = deque()

    def run(self) -> None:
        self._check_beginning()
        self.judge = Judge(self.source, self.head, self.chain, self.client, self.verify, at_once=BATCH)
        self.judge.follow()
        self.progress.target_size = self.judge.size
        self.progress.step()
        self._note_seen()
        try:
            with PagesAhead(self.source, self.chain.next_seq, self.judge.size, self.client) as self.pages:
                while self.chain.next_seq < self.judge.size:
                    self._take_batch()
        finally:
            self._settle()
            self.writer.close()
        if not self.judge.vouches_for(self.chain):
            raise Found(self._difference([]), self.judge.raw)
        self._finish()

    def _check_beginning(self) -> None:
        known = self.client.well_known()
        if known.origin != self.source.origin:
            what = f"The address serves the log {known.origin}."
            raise Found(Finding(Reason.WRONG_LOG, self.source.origin, self.head.next_seq, what), b"")
        if known.min_index > self.head.min_index:
            what = f"The log now begins at {known.min_index} instead of {self.head.min_index}."
            alarm_about(self.source, Finding(Reason.HEAD_CUT, self.source.origin, known.min_index, what))
            self.head.min_index = known.min_index
            self.head.save(update_fields=["min_index"])

    def _note_seen(self) -> None:
        # From here on a smaller or other checkpoint is a finding, even if this pull never ends.
        if self.head.seen_checkpoint != self.judge.text and self.judge.size > BATCH + self.head.next_seq:
            self.head.seen_checkpoint = self.judge.text
            self.head.save(update_fields=["seen_checkpoint"])

    def _take_batch(self) -> None:
        before = self.chain.to_json()
        first = self.chain.next_seq
        end = min(self.judge.size, first - first % WIDTH + BATCH)
        accepted: list[Accepted] = []
        found = self._feed_until(end, accepted)
        if self._vouched(found):
            self._commit(accepted)
        else:
            found = self._cut_at_difference(before, accepted, found)
        if found is not None:
            rewritten = self.judge.rewritten()
            raise Found(rewritten, self.judge.raw) if rewritten else found

    def _vouched(self, found: Found | None) -> bool:
        try:
            return self.judge.vouches_for(self.chain)
        except SourceUnreachable:
            if found is None:
                raise  # nothing is known to be wrong: the same records are fetched again by the next pull
            return False

    def _feed_until(self, end: int, accepted: list[Accepted]) -> Found | None:
        feed, served = self.chain.feed, self.served
        while self.chain.next_seq < end:
            if not served:
                self._settle(only_if_done=True)
                served.extend(self.pages.page(self.chain.next_seq))
                self.progress.fetched += len(served)
                if not served:
                    return self._cut_tail()
            one = served.popleft()
            try:
                seq, raw = one.read()
            except EntryRefused as error:
                finding = self._finding(Reason.MALFORMED_ENTRY, self.chain.next_seq, f"{error}.")
                return Found(finding, one.received())
            answer = feed(seq, raw)
            if isinstance(answer, Finding):
                return Found(answer, one.received())
            accepted.append(answer)
        return self._look_at_surplus() if end == self.judge.size else None

    def _cut_tail(self) -> Found:
        what = f"The checkpoint claims {self.judge.size} records, the source served only {self.chain.next_seq}."
        return Found(self._finding(Reason.TAIL_CUT, self.chain.next_seq, what), self.judge.raw)

    def _look_at_surplus(self) -> Found | None:
        # A page may end with more than was asked for. What comes next is taken in once a checkpoint covers it; what
        # was served already must not come again.
        for one in self.served:
            with suppress(EntryRefused):
                seq, raw = one.read()
                answer = self.chain.feed(seq, raw) if seq < self.judge.size else None
                if isinstance(answer, Finding):
                    return Found(answer, one.received())
        return None

    def _cut_at_difference(self, before: dict[str, Any], accepted: list[Accepted], found: Found | None) -> Found:
        """Commit what is the same in the signed tree, and say where it first differs."""
        at = self.judge.first_difference(accepted)
        if at is not None and at > accepted[0].seq:
            good = [one for one in accepted if one.seq < at]
            self.chain = Chain.from_json(before, self.verify)
            for one in good:
                self.chain.feed(one.seq, one.raw)
            if self.judge.vouches_for(self.chain):
                self._commit(good)
        if at is None and found is not None:
            return found
        return Found(self._difference(accepted), self.judge.raw)

    def _difference(self, accepted: list[Accepted]) -> Finding:
        at = self.judge.first_difference(accepted)
        what = "The root of the records served is not the one that the checkpoint signs."
        if at is not None:
            what = f"Record {at} was served, but another one stands in the tree that the checkpoint signs."
        return self._finding(Reason.ROOT_DIFFERS, self.judge.size if at is None else at, what)

    def _finding(self, reason: Reason, seq: int, what: str) -> Finding:
        return Finding(reason, self.source.origin, seq, what)

    def _commit(self, accepted: list[Accepted]) -> None:
        self._settle()
        if accepted:
            self.writer.begin(Batch(accepted, self.chain, self.judge.text))

    def _settle(self, *, only_if_done: bool = False) -> None:
        """Commit what was begun: before anything else is asked of the database."""
        stored = self.writer.finish(only_if_done=only_if_done)
        if stored:
            self.progress.accepted += stored
            self.progress.step()

    def _finish(self) -> None:
        """Everything up to the checkpoint is in: the source is good, and what was held is settled."""
        now = timezone.now()
        with transaction.atomic():
            head = lock_head(self.source)
            head.checkpoint = head.seen_checkpoint = self.judge.text
            head.checkpoint_size = self.judge.size
            if self.judge.opened.witnesses:
                head.witnessed_size = self.judge.size
            if self.progress.accepted or head.state != SourceHead.State.SILENT:
                head.state = SourceHead.State.OK
            head.error = ""
            head.held = head.held_next = 0
            head.reached_at = now
            head.save(
                update_fields=[
                    "checkpoint", "seen_checkpoint", "checkpoint_size", "witnessed_size", "state", "error",
                    "held", "held_next", "reached_at",
                ]
            )  # fmt: skip
            held = Quarantined.objects.within(self.source.organisation).filter(source=self.source, resolved_at=None)
            held.update(resolved_at=now)
            close_alarms(self.source, LOG_CODES | ({SILENT} if self.progress.accepted else set()))
