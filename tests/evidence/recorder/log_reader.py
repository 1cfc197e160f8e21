"""A reader of a recorder's log as Assay is one: over HTTP, believing nothing that is not proved."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

from evidence.recorder.segments import verify
from evidence.tlog import checkpoint, entry, follow, keys, tiles
from evidence.tlog.chain import Accepted, Chain
from evidence.tlog.finding import Finding, Reason
from evidence.tlog.merkle import consistency_proof


def get(url: str, token: str = "", **headers: str) -> tuple[int, bytes, dict[str, str]]:
    """Status, body and headers (lower-case names); refusals too."""
    request = urllib.request.Request(url, headers=headers)
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read(), {k.lower(): v for k, v in answer.headers.items()}
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.read(), {k.lower(): v for k, v in refusal.headers.items()}


class LogReader:
    """Follows one log from checkpoint to checkpoint. ``records`` are those that were accepted."""

    def __init__(self, url: str, pinned: keys.Key, log_id: str) -> None:
        self.url = url
        self.chain = Chain(log_id, keys.KeyRing(pinned), verify)
        self.seen: checkpoint.Opened | None = None
        self.records: list[Accepted] = []
        self.min_index = 0

    def pull(self, limit: int = 1000) -> Finding | None:
        """Read what is new; the first thing that is wrong, or None."""
        known = json.loads(get(f"{self.url}/.well-known/decision-log")[1])
        while True:
            before = len(self.records)
            answer = self._read_pages(limit)
            found = self._checkpoint_finding(known) or answer
            # a log that grows may sign for records that came after its last page: those are asked for once more
            grew = len(self.records) > before
            if found is None or found.reason is not Reason.TAIL_CUT or not grew:
                return found

    def _read_pages(self, limit: int) -> Finding | None:
        while True:
            status, body, _ = get(f"{self.url}/v1/decisions?after_seq={self.chain.next_seq - 1}&limit={limit}")
            if status != 200:
                return None
            *lines, _ = body.splitlines()
            for line in lines:
                answer = self.chain.feed(*entry.from_line(line))
                if isinstance(answer, Finding):
                    return answer
                self.records.append(answer)
            if not lines:
                return None

    def _checkpoint_finding(self, known: dict[str, Any]) -> Finding | None:
        raw = get(f"{self.url}/checkpoint")[1]
        opened = checkpoint.open_signed(raw, self.chain.log_id, self.chain.ring.public_keys(), verify)

        if self.chain.finding is None and self.chain.next_seq < opened.checkpoint.size:
            return follow.check_covered(self.chain, opened.checkpoint)  # what is not served proves nothing either

        def proof(old: int, new: int) -> list[bytes]:
            reader = tiles.TileReader(lambda tile: get(f"{self.url}/{tile.path}")[1], new, opened.checkpoint.root)
            return consistency_proof(old, new, reader.hash_at)

        found = follow.follow_checkpoint(
            self.seen, opened, proof, old_min_index=self.min_index, min_index=known["min_index"]
        )
        if found is None and self.chain.finding is None:
            found = follow.check_covered(self.chain, opened.checkpoint)
        if found is None and self.chain.finding is None:
            self.seen = opened
        return found
