"""Checkpoints judged: who signed, what came before, and whether what was received is what was signed for."""

from collections.abc import Sequence

from evidence.ingest.client import LogClient, SourceUnreachable
from evidence.ingest.head import seen_checkpoint, witnesses_of
from evidence.ingest.hold import Found, claimed_size
from evidence.ingest.lines import read_line
from evidence.models.source import Source, SourceHead
from evidence.storage.tree import frontier_in
from evidence.tlog import checkpoint, merkle
from evidence.tlog.chain import Accepted, Chain
from evidence.tlog.dsse import Verify
from evidence.tlog.entry import EntryRefused
from evidence.tlog.finding import Finding, Reason
from evidence.tlog.follow import follow_checkpoint
from evidence.tlog.tiles import WIDTH, TileReader, TileRefused


class _LeftToTheRecords(Exception):
    """The records that follow prove the same: they are hashed onto the tree that we hold."""


class Judge:
    """One checkpoint of one source, opened and compared with the last; ``raw`` is as received."""

    def __init__(
        self, source: Source, head: SourceHead, chain: Chain, client: LogClient, verify: Verify, *, at_once: int
    ) -> None:
        """``at_once``: so many records prove the tree by themselves, without tiles."""
        self._source = source
        self._head = head
        self._chain = chain
        self._client = client
        self._verify = verify
        self._at_once = at_once
        self._reader: TileReader | None = None
        self.raw = client.checkpoint()
        self.opened = self._open()
        self._seen = self._last_seen()

    @property
    def size(self) -> int:
        return self.opened.checkpoint.size

    @property
    def text(self) -> str:
        return self.raw.decode()

    def follow(self) -> None:
        """Raise ``Found`` unless this checkpoint carries on from the last one that was accepted."""
        finding = self._follow(deferring=True)
        if finding is not None:
            raise Found(finding, self.raw)

    def rewritten(self) -> Finding | None:
        """Whether history was replaced since the last checkpoint, by the source's own tiles."""
        try:
            finding = self._follow(deferring=False)
        except SourceUnreachable:
            return None
        return finding if finding is not None and finding.reason is Reason.REWRITTEN else None

    def vouches_for(self, chain: Chain) -> bool:
        """Whether the records that ``chain`` holds are the beginning of the tree that was signed."""
        if chain.next_seq == self.size:
            return chain.frontier.root() == self.opened.checkpoint.root
        try:
            return frontier_in(self.reader(), chain.next_seq).root() == chain.frontier.root()
        except TileRefused:
            return False

    def first_difference(self, accepted: Sequence[Accepted]) -> int | None:
        """The first of these records that is another one in the signed tree; None where tiles can't say."""
        try:
            reader = self.reader()
            for one in accepted:
                if reader.leaves(one.seq // WIDTH)[one.seq % WIDTH] != one.leaf:
                    return one.seq
        except (TileRefused, SourceUnreachable, IndexError):
            pass
        return None

    def reader(self) -> TileReader:
        """The source's tree at this checkpoint. Raises ``TileRefused``, ``SourceUnreachable``."""
        if self._reader is None:
            point = self.opened.checkpoint
            self._reader = TileReader(self._client.tile, point.size, point.root)
        return self._reader

    def _follow(self, *, deferring: bool) -> Finding | None:
        def proof(old: int, new: int) -> Sequence[bytes]:
            if old in (0, new):
                return []
            if deferring and old <= self._head.next_seq and new - self._head.next_seq <= self._at_once:
                raise _LeftToTheRecords
            return merkle.consistency_proof(old, new, self.reader().hash_at)

        try:
            return follow_checkpoint(self._seen, self.opened, proof)
        except _LeftToTheRecords:
            return None

    def _last_seen(self) -> checkpoint.Opened | None:
        try:
            return seen_checkpoint(self._source, self._head, self._chain, self._verify)
        except checkpoint.CheckpointRefused as refused:
            what = f"The checkpoint that was stored at the last pull does not hold any more: {refused}."
            raise Found(
                Finding(Reason.CHECKPOINT_REFUSED, self._source.origin, self._head.next_seq, what),
                self._head.seen_checkpoint.encode(),
            ) from None

    def _open(self) -> checkpoint.Opened:
        try:
            return self._open_with(self._chain)
        except checkpoint.CheckpointRefused as refused:
            opened = self._open_with_later_key()
            if opened is None:
                finding = Finding(Reason.CHECKPOINT_REFUSED, self._source.origin, self._head.next_seq, f"{refused}.")
                raise Found(finding, self.raw) from None
            return opened

    def _open_with(self, chain: Chain) -> checkpoint.Opened:
        keys = chain.ring.public_keys(chain.latest_us)  # a key that has ended signs no checkpoint either
        return checkpoint.open_signed(self.raw, self._source.origin, keys, self._verify, witnesses_of(self._source))

    def _open_with_later_key(self) -> checkpoint.Opened | None:
        # The log may have a new key since, brought by a record that we have not taken in: look ahead for it. Each of
        # these records is checked like any other, and none is stored before the checkpoint holds.
        size = claimed_size(self.raw)
        if self._head.chain is None:
            scout = Chain(self._source.origin, self._chain.ring.copy(), self._verify)
        else:
            scout = Chain.from_json(self._head.chain, self._verify)
            scout.resume()
        keys = scout.ring
        while scout.next_seq < size:
            lines = self._client.page(scout.next_seq, size - scout.next_seq)
            for line in lines:
                try:
                    answer = scout.feed(*read_line(line))
                except EntryRefused:
                    return None
                if isinstance(answer, Finding):
                    return None
                if scout.ring is not keys:
                    keys = scout.ring
                    try:
                        return self._open_with(scout)
                    except checkpoint.CheckpointRefused:
                        continue
            if not lines:
                break
        return None
