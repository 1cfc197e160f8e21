"""A proxy without a proxy: invented traffic of a fictional insurer, on the real recorder.

``python -m evidence.recorder.sample --data DIR --port P --per-minute N [--history DAYS --count N]`` makes the folder if
need be, writes a back-dated history into a new log, then serves it and adds records at a steady rate until it is
told to stop. The signatures are real; the decisions are made up.
"""

from __future__ import annotations

import argparse
import heapq
import itertools
import json
import os
import random
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from evidence.recorder import keystore
from evidence.recorder.book import Book
from evidence.recorder.contents import ContentStore
from evidence.recorder.durable import FolderLock, InUse
from evidence.recorder.persons import PersonKeys
from evidence.recorder.sample_traffic import Event, Traffic, beats
from evidence.recorder.server import Contract, LogServer, Tokens
from evidence.recorder.settings import FILE, NotInitialised, Settings
from evidence.recorder.setup import initialise
from evidence.recorder.writer import Recorder, Unavailable
from evidence.tlog import moment

LOG_ID = "nordhaven.example/ai-proxy-1"
SEED = 42001
_BATCH = 500


def write_history(folder: Path, settings: Settings, *, days: int, count: int, seed: int = SEED) -> int:
    """Fill a new log with ``count`` invented requests over the last ``days`` days; gives the number of records.

    ``folder`` was made by ``initialise`` with ``at`` before the first of them.
    """
    now = time.time_ns() // 1000
    first = now - days * moment.DAY
    at = [first]
    lock = FolderLock(folder)
    try:
        with closing(PersonKeys(folder)) as persons, closing(ContentStore(folder)) as contents:
            events = Traffic(persons, seed=seed, now=now).history(first, now - moment.SECOND, count)
            book = Book(folder, settings, lambda: at[0])
            events = beats(events, first, 3600 * moment.SECOND)
            for start in range(0, len(events), _BATCH):
                batch = events[start : start + _BATCH]
                contents.add(kept for event in batch for kept in event.contents)
                book.write([(one.kind, one.fields) for one in batch], at=[one.at for one in batch])
                at[0] = batch[-1].at
            size = book.size
            book.close()
    finally:
        lock.release()
    return size


def run(recorder: Recorder, per_minute: float, seed: int) -> None:
    """Add requests at random instants, ``per_minute`` on average, until the process is told to stop."""
    traffic = Traffic(recorder.persons, seed=seed, now=time.time_ns() // 1000)
    gaps = random.Random(seed)  # noqa: S311 - a play, not a secret
    order = itertools.count()
    due: list[tuple[int, int, Event]] = []
    following = time.time_ns() // 1000
    while True:
        now = time.time_ns() // 1000
        if now >= following:
            for event in traffic.request(now):
                heapq.heappush(due, (event.at, next(order), event))
            following = now + int(gaps.expovariate(per_minute / 60) * moment.SECOND)
        while due and due[0][0] <= now:
            event = heapq.heappop(due)[2]
            try:
                recorder.append(event.kind, event.fields, event.contents)
            except Unavailable as error:
                sys.stderr.write(f"{error}\n")
        soonest = min(following, due[0][0]) if due else following
        time.sleep(min(1.0, max(0.005, (soonest - time.time_ns() // 1000) / moment.SECOND)))


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    folder: Path = options.data
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        _prepare(folder, options)
        tokens = Tokens(os.environ.get("RECORDER_READ_TOKEN", ""), os.environ.get("RECORDER_LOOKUP_TOKEN", ""))
        with Recorder(folder) as recorder:
            contract = Contract(folder, tokens=tokens, publish=recorder.publish)
            server = LogServer((options.host, options.port), contract).start()
            ready = {
                "ready": f"http://{options.host}:{server.port}",
                "log_id": recorder.log_id,
                "records": recorder.size,
                "key": keystore.read_ring(folder)[0].to_json(),
            }
            sys.stdout.write(json.dumps(ready) + "\n")
            sys.stdout.flush()
            try:
                run(recorder, options.per_minute, recorder.size)
            finally:
                server.stop()
    except KeyboardInterrupt:
        return 0
    except (InUse, NotInitialised, OSError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _prepare(folder: Path, options: argparse.Namespace) -> None:
    if (folder / FILE).exists():
        return
    settings = Settings(options.log_id, heartbeat_seconds=options.heartbeat)
    now = time.time_ns() // 1000
    initialise(folder, settings, at=now - options.history * moment.DAY - moment.SECOND)
    if options.history:
        write_history(folder, settings, days=options.history, count=options.count)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m evidence.recorder.sample", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, metavar="DIR")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=9940, help="0 chooses a free one")
    parser.add_argument("--per-minute", type=float, default=20, metavar="N", help="requests a minute")
    parser.add_argument("--history", type=int, default=0, metavar="DAYS", help="of a new log")
    parser.add_argument("--count", type=int, default=1500, metavar="N", help="requests in that history")
    parser.add_argument("--log-id", default=LOG_ID)
    parser.add_argument("--heartbeat", type=int, default=60, metavar="SECONDS")
    options = parser.parse_args(arguments)
    if options.per_minute <= 0 or options.history < 0 or options.count < 1:
        parser.error("--per-minute and --count are above 0, --history is not below")
    return options


if __name__ == "__main__":
    sys.exit(main())
