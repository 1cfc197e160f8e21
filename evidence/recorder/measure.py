"""What recording costs on this machine: ``python -m evidence.recorder.measure`` prints JSON lines.

Each line gives ``name``, ``value`` and ``unit``. ``ratio`` is the value by ``ceiling``, what the bare operation
allows, measured in the same run: signatures a second for records, one write and fsync for a single record's latency.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from evidence.recorder.identifiers import uuid7
from evidence.recorder.keystore import Signer
from evidence.recorder.settings import Settings
from evidence.recorder.setup import initialise
from evidence.recorder.writer import Recorder
from evidence.tlog import dsse

_CALLERS = 50


def sample_decision() -> dict[str, Any]:
    """A decision of usual size: about a kilobyte when it is signed."""
    control = {"version": "2026.11.1", "result": "pass", "microseconds": 40}
    return {
        "decision_id": uuid7(time.time_ns() // 1000),
        "actor": {"ref": "a" * 64, "role": "application", "auth": "api-key", "tenant": "nordhaven"},
        "subject_ref": "b" * 64,
        "system": {"id": "claims-triage", "version": "3.4.0", "impact_assessment": "AIA-0001"},
        "policy": {"id": "nordhaven-ai-use", "version": "2026.11.1", "sha256": "c" * 64},
        "data": {"classes": ["personal"], "flow_id": "claims-intake", "region": "eu-central"},
        "outcome": "allow",
        "reason_codes": [],
        "model": {"provider": "openai", "name": "gpt-4o-2024-11-20", "deployment": "claims-large"},
        "input_commit": "d" * 64,
        "controls": [{"id": name, **control} for name in ("caller", "model", "data-class", "blocked-term")],
        "trace_id": "e" * 32,
    }


def signatures(count: int) -> float:
    """Bare signatures a second, one thread."""
    signer, payload = Signer(os.urandom(32)), json.dumps(sample_decision()).encode()
    began = time.perf_counter()
    for _ in range(count):
        dsse.sign(payload, signer.sign)
    return count / (time.perf_counter() - began)


def fsyncs(folder: Path, count: int) -> list[float]:
    """Milliseconds for each bare write of a kilobyte with its fsync."""
    handle = os.open(folder / "bare", os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def write() -> None:
        os.write(handle, bytes(1024))
        os.fsync(handle)

    taken = [_timed(write) for _ in range(count)]
    os.close(handle)
    return taken


def burst(recorder: Recorder, count: int) -> float:
    """Records a second when they come as fast as they can be taken."""
    fields = [sample_decision() for _ in range(count)]
    began = time.perf_counter()
    for future in [recorder.submit("decision", one) for one in fields]:
        future.result()
    return count / (time.perf_counter() - began)


def alone(recorder: Recorder, count: int) -> list[float]:
    """Milliseconds that one caller waits for each record."""
    return [_timed(lambda: recorder.append("decision", sample_decision())) for _ in range(count)]


def together(recorder: Recorder, count: int) -> tuple[float, list[float]]:
    """Records a second, and the milliseconds that each of 50 callers waits who append without a pause."""
    taken: list[float] = []

    def work() -> None:
        taken.extend(alone(recorder, count // _CALLERS))

    threads = [threading.Thread(target=work) for _ in range(_CALLERS)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(taken) / (time.perf_counter() - began), taken


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m evidence.recorder.measure", description=__doc__)
    parser.add_argument("--count", type=int, default=10_000, help="records in each measurement")
    parser.add_argument("--folder", type=Path, help="on which disk; the temporary folder's by default")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name)
        ceiling = signatures(options.count)
        bare = fsyncs(folder, max(200, options.count // 10))
        initialise(folder / "recorder", Settings("example.com/measure"))
        with Recorder(folder / "recorder") as recorder:
            _say("signatures", ceiling, "1/s")
            _say("record_burst", burst(recorder, options.count), "records/s", ceiling)
            _latencies("record_alone", alone(recorder, max(200, options.count // 10)), bare)
            rate, taken = together(recorder, options.count)
            _say("record_50_callers", rate, "records/s", ceiling)
            _latencies("record_50_callers", taken, bare)
    return 0


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def _latencies(name: str, taken: list[float], bare: list[float]) -> None:
    for percent in (50, 99):
        _say(f"{name}_p{percent}", _percentile(taken, percent), "ms", _percentile(bare, percent))


def _percentile(values: list[float], percent: int) -> float:
    return statistics.quantiles(values, n=100)[percent - 1]


def _say(name: str, value: float, unit: str, ceiling: float | None = None) -> None:
    line: dict[str, Any] = {"name": name, "value": round(value, 3), "unit": unit}
    if ceiling is not None:
        line |= {"ceiling": round(ceiling, 3), "ratio": round(value / ceiling, 2)}
    sys.stdout.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    sys.exit(main())
