"""Ingestion as it runs in a worker: a real recorder over HTTP in another process, this one verifies and stores."""

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection, transaction
from nacl.signing import VerifyKey

from benchmarks import Result, benchmark, scaled
from evidence.ingest import rows, signature
from evidence.ingest.head import head_of, only_pull
from evidence.ingest.pull import BATCH, Progress, pull
from evidence.models.source import Source
from evidence.recorder.identifiers import uuid7
from evidence.recorder.keystore import read_ring
from evidence.recorder.reader import LogReader
from evidence.recorder.settings import Settings
from evidence.recorder.setup import initialise
from evidence.recorder.writer import Recorder
from evidence.storage.records import stored_entries
from evidence.tlog import entry
from evidence.tlog.dsse import Verify, pae
from grc.access.actor import Actor
from grc.actions.records import create_record
from grc.models.organisation import Organisation

RECORDS = 40_000
ROUNDS = 5


@contextlib.contextmanager
def served_log(count: int) -> Iterator[tuple[Path, str]]:
    """A recorder's folder with ``count`` records, and the address where it is served."""
    with tempfile.TemporaryDirectory() as name, socket.socket() as probe:
        folder = Path(name) / "log"
        initialise(folder, Settings(log_id=f"bench-{uuid.uuid4().hex[:12]}.example/decisions"))
        with contextlib.closing(Recorder(folder)) as recorder:
            waiting = [recorder.submit(*_record(number)) for number in range(count)]
            for receipt in waiting:
                receipt.result(600)
            recorder.publish()
        probe.bind(("127.0.0.1", 0))
        where = f"127.0.0.1:{probe.getsockname()[1]}"
        probe.close()
        command = [sys.executable, "-m", "evidence.recorder", "serve", str(folder), "--listen", where]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=os.environ)
        try:
            _wait_for(where)
            yield folder, where
        finally:
            server.terminate()
            server.wait()


def _record(number: int) -> tuple[str, dict[str, Any]]:
    """Two records for each decision, as a proxy writes them; 1.2 kB of payload."""
    decision = uuid7(time.time_ns() // 1000)
    digest = sha256(b"%d" % number).hexdigest()
    fields: dict[str, Any] = {
        "decision_id": decision,
        "actor": {"ref": digest, "role": "claims-handler", "auth": "oidc", "tenant": "nordhaven"},
        "subject_ref": digest,
        "system": {"id": f"system-{number % 7}", "version": "2026.10", "impact_assessment": "IA-4"},
        "policy": {"id": "POL-7", "version": str(number % 5), "sha256": digest},
        "data": {"classes": ["personal", "health"], "flow_id": "DF-12", "region": "eu-central-1"},
        "outcome": ("allow", "allow", "allow", "deny", "redact")[number % 5],
        "reason_codes": ["purpose-match", "consent-on-file"],
        "model": {"provider": "openai", "name": "gpt-4o", "version": "2024-11-20", "deployment": "eu"},
        "prompt": {"template": "claims-triage", "revision": "14", "sha256": digest},
        "input_commit": digest,
        "controls": [
            {"id": "CTL-3", "version": "2", "sha256": digest, "result": "pass", "microseconds": 412},
            {"id": "CTL-9", "version": "1", "sha256": digest, "result": "pass", "microseconds": 87},
        ],
        "trace_id": digest[:32],
    }
    return "decision", fields


def _wait_for(where: str) -> None:
    host, port = where.split(":")
    for _ in range(200):
        with contextlib.suppress(OSError), socket.create_connection((host, int(port)), 1):
            return
        time.sleep(0.05)
    raise RuntimeError("The recorder does not answer.")


def connected(folder: Path, where: str) -> Source:
    """A source in an organisation of its own."""
    settings.OUTBOUND_ALLOWED = [f"{where}=127.0.0.1/32"]
    organisation = Organisation.objects.create(name="Benchmark", slug=f"bench-{uuid.uuid4().hex[:12]}")
    system = Actor.system(organisation, way="command")
    ring = read_ring(folder)
    log_id = (folder / "checkpoint").read_text().partition("\n")[0]
    made = Source(
        organisation=organisation,
        name="Benchmark",
        url=f"http://{where}",
        origin=log_id,
        pinned_key=next(iter(ring)).public_key.hex(),
    )
    with system.working():
        source = create_record(record=made, by=system)
        return Source.objects.within(organisation).select_related("key", "organisation").get(pk=source.pk)


class Rate(NamedTuple):
    """Per second of the clock, and per second of this process's own work: the second tells a busy machine apart."""

    clock: float
    work: float


@contextlib.contextmanager
def timed(count: int) -> Iterator[list[Rate]]:
    """Fills the list with the rate of ``count`` things done in the block."""
    found: list[Rate] = []
    clock, work = time.perf_counter(), time.process_time()
    yield found
    found.append(Rate(count / (time.perf_counter() - clock), count / (time.process_time() - work)))


def pull_rate(source: Source, count: int, verify: Verify) -> Rate:
    """Records per second of one pull, from the first request to the last commit."""
    progress = Progress()
    with only_pull(source), timed(count) as rate:
        pull(source, progress, verify=verify)
    head = head_of(source)
    if progress.finding is not None or not head.next_seq == head.checkpoint_size == count:
        raise RuntimeError(f"The honest log was not taken in whole: {progress.finding}")
    return rate[0]


def bare_verify_rate(source: Source) -> Rate:
    """Ed25519 verifications per second of the same messages by PyNaCl alone, one after another."""
    head = head_of(source)
    messages = []
    key = VerifyKey(bytes.fromhex(source.pinned_key))
    for _, raw in stored_entries(source, 0, min(head.next_seq, 5000) - 1):
        parts = entry.decode(raw)
        messages.append((pae(parts.payload), parts.signature))
    with timed(len(messages)) as rate:
        for message, signed in messages:
            key.verify(message, signed)
    return rate[0]


def copy_one(cursor: Any, query: str, batch: bytes) -> None:
    with cursor.copy(query) as copy:
        copy.write(batch)


def bare_copy_rate(source: Source) -> Rate:
    """Rows per second of COPY alone: the same rows, into a table with the same indexes, in the same transactions."""
    columns = ", ".join(rows.COLUMNS)
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE assay_owner")
        cursor.execute("CREATE SCHEMA IF NOT EXISTS benchmark")
        cursor.execute("DROP TABLE IF EXISTS benchmark.rows")
        cursor.execute("CREATE TABLE benchmark.rows (LIKE public.evidence_decision INCLUDING ALL)")
    batches = []
    size = head_of(source).next_seq
    with connection.cursor() as cursor:
        for first in range(0, size, BATCH):
            query = (
                f"COPY (SELECT {columns} FROM evidence_decision WHERE source_id = {source.pk} "
                f"AND seq >= {first} AND seq < {first + BATCH} ORDER BY seq) TO STDOUT (FORMAT binary)"
            )
            with cursor.copy(query) as copy:
                batches.append(b"".join(bytes(piece) for piece in copy))
    with timed(size) as rate:
        for batch in batches:
            with transaction.atomic(), connection.cursor() as cursor:
                copy_one(cursor, f"COPY benchmark.rows ({columns}) FROM STDIN (FORMAT binary)", batch)
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA benchmark CASCADE")
        cursor.execute(f"SET ROLE {connection.ops.quote_name(settings.DATABASES['default']['OPTIONS']['assume_role'])}")
    return rate[0]


@benchmark
def ingest() -> Iterator[Result]:
    """Every record signed, and only the checkpoint signed. The median of five rounds."""
    count = scaled(RECORDS)
    with tempfile.TemporaryDirectory() as media:
        settings.MEDIA_ROOT = media
        with served_log(count) as (folder, where):
            yield _median("ingest_signed", folder, where, signature.verify, bare_verify_rate)
            yield _median("ingest_checkpoint", folder, where, signature.covered, bare_copy_rate)


def _median(name: str, folder: Path, where: str, verify: Verify, ceiling_of: Callable[[Source], Rate]) -> Result:
    """The round in the middle: each pulls the whole log anew and has its ceiling measured right after."""
    found = []
    count = LogReader(folder).size()
    for _ in range(ROUNDS):
        source = connected(folder, where)
        with Actor.system(source.organisation).working():
            value = pull_rate(source, count, verify)
            found.append((value, ceiling_of(source)))
    found.sort(key=lambda pair: pair[0].clock / pair[1].clock)
    value, ceiling = found[len(found) // 2]
    more = {
        "records": count,
        "rounds": [round(one.clock / other.clock, 3) for one, other in found],
        "work_ratio": round(value.work / ceiling.work, 3),
    }
    return Result(name, round(value.clock, 1), "records/s", round(ceiling.clock, 1), more)
