"""A stored log of many records to put questions to: segments as ingestion writes them, with three planted faults.

Signatures are left out, because they are checked on the way in and not when a question is put.
"""

import itertools
import json
import time
import uuid
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from django.db import transaction

from evidence.ingest.commit import ingest_role
from evidence.ingest.head import head_of
from evidence.models import Segment, Source, SourceHead
from evidence.storage import segments
from evidence.tlog import moment
from grc.access.actor import Actor
from grc.actions.records import create_record
from grc.models.organisation import Organisation

BATCH = 4096
DAYS = 7
_UNSIGNED = b"\x01" + bytes(80)
SYSTEMS = ("triage", "assistant", "summary")
"""High-risk, with a duty of transparency, minimal: what the register is to say of them."""

FAULTS = ("no reason", "no review", "no disclosure")


def stored_log(organisation: Organisation, count: int, *, faulty: bool) -> tuple[Source, list[int]]:
    """A source with ``count`` records over the last week, half decisions and half their completions.

    ``faulty``: one denial gives no reason, one high-risk decision had no review, one notice was not shown. Gives the
    positions of these three.
    """
    name = uuid.uuid4().hex[:12]
    made = Source(
        organisation=organisation,
        name="A week of decisions",
        url="http://127.0.0.1:9",
        origin=f"{name}.example/log",
        pinned_key=sha256(name.encode()).hexdigest(),
    )
    by = Actor.system(organisation, way="command")
    source = create_record(record=made, by=by)
    faults = _places(count) if faulty else {}
    head = head_of(source)
    end = time.time_ns() // 1000 - 2 * 3600 * moment.SECOND
    records = _records(count, end, faults)
    first = 0
    while batch := list(itertools.islice(records, BATCH)):
        _store(source, first, batch)
        first += len(batch)
    SourceHead.objects.within(organisation).filter(pk=head.pk).update(next_seq=first)
    return source, sorted(faults)


def _places(count: int) -> dict[int, str]:
    """Where each fault stands: at a decision of the kind that it is a fault of, somewhere in the middle."""
    first = {"no reason": 4, "no review": 0, "no disclosure": 1}  # n % 10 is 4: denied; n % 3 is 0, 1: system
    step = 30
    places = {}
    for number, fault in enumerate(FAULTS, 1):
        decision = count // 2 * number // 4 // step * step + first[fault]
        places[2 * decision] = fault
    return places


def _records(count: int, end: int, faults: dict[int, str]) -> Iterator[bytes]:
    apart = DAYS * moment.DAY // count
    start = end - count * apart
    for number in range(count // 2):
        fault = faults.get(2 * number, "")
        fields = _decision(number, fault)
        for offset, body in enumerate((fields, _completion(number, fault))):
            seq = 2 * number + offset
            body["seq"], body["ts"] = seq, moment.to_text(start + seq * apart)
            yield _UNSIGNED + json.dumps(body, separators=(",", ":")).encode()


def _id(number: int) -> str:
    return f"01939c1e-7d11-7abc-8def-{number:012x}"


def _decision(number: int, fault: str) -> dict[str, Any]:
    digest = f"{number:064x}"
    denied = number % 10 == 4
    system = SYSTEMS[number % 3]
    return {
        "v": 1, "log_id": "bench.example/log", "boot_id": "3b1f2b0e-1111-4222-8333-444455556666", "prev": digest,
        "kind": "decision", "decision_id": _id(number),
        "actor": {"ref": digest, "role": "claims-handler", "auth": "oidc", "tenant": "nordhaven"},
        "subject_ref": digest, "system": {"id": system, "version": "2026.10", "impact_assessment": "IA-4"},
        "policy": {"id": "POL-7", "version": "3", "sha256": digest},
        "data": {"classes": ["personal", "health"], "flow_id": "DF-12", "region": "eu-central-1"},
        "outcome": "deny" if denied else "allow",
        "reason_codes": [] if fault == "no reason" else ["purpose-match"],
        "model": {"provider": "openai", "name": "gpt-4o", "version": "2024-11-20", "deployment": "eu"},
        "prompt": {"template": "claims-triage", "revision": "14", "sha256": digest}, "input_commit": digest,
        "controls": [{"id": "CTL-3", "version": "2", "sha256": digest, "result": "pass", "microseconds": 412}],
        **({"disclosure": {"shown": fault != "no disclosure", "id": "notice"}} if system == "assistant" else {}),
    }  # fmt: skip


def _completion(number: int, fault: str) -> dict[str, Any]:
    digest = f"{number:064x}"
    reviewed = SYSTEMS[number % 3] == "triage" and fault != "no review"
    return {
        "v": 1, "log_id": "bench.example/log", "boot_id": "3b1f2b0e-1111-4222-8333-444455556666", "prev": digest,
        "kind": "completion", "decision_id": _id(number), "outcome": "allow", "output_commit": digest,
        "model": {"provider": "openai", "name": "gpt-4o", "version": "2024-11-20"},
        **({"human": {"ref": digest, "action": "confirmed"}} if reviewed else {}),
    }  # fmt: skip


def _store(source: Source, first: int, batch: list[bytes]) -> None:
    packed = segments.pack(first, batch)
    path, digest = segments.write(source.pk, first, packed)
    row = Segment(
        organisation_id=source.organisation_id, source=source, path=path, first_seq=first,
        last_seq=first + len(batch) - 1, size=len(packed.content), sha256=digest, frames=packed.frames, checkpoint="",
    )  # fmt: skip
    with transaction.atomic(), ingest_role():
        row.save(force_insert=True)
