"""``make litellm``: a real LiteLLM proxy with the recorder, asked in every way, and what it recorded, verified."""

from __future__ import annotations

import argparse
import itertools
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from deploy.litellm import environment
from deploy.litellm.asks import ASKS, Ask
from deploy.litellm.proxy import Proxy, ProxyFailed, Reply
from evidence.tlog.record import Record

_SETTLE = 5.0
"""Seconds within which the record of a stream that was hung up must have come."""


def check(proxy: Proxy, replies: Sequence[tuple[Ask, Reply]]) -> list[str]:
    """Print what was recorded for each request; gives a sentence for each thing that is not as it must be.

    Raises ``ProxyFailed`` when the log itself does not verify.
    """
    wanted = {reply.decision_id for ask, reply in replies if ask.completion}
    deadline = time.monotonic() + _SETTLE
    records = [one.record for one in proxy.verified_records()]
    while wanted - _completed(records) and time.monotonic() < deadline:
        time.sleep(0.2)
        records = [one.record for one in proxy.verified_records()]
    wrong: list[str] = []
    for ask, reply in replies:
        wrong += [f"{ask.name}: {sentence}" for sentence in _compared(ask, reply, records)]
    by_kind = {kind: sum(one.kind == kind for one in records) for kind in sorted({one.kind for one in records})}
    print(f"\n{len(records)} records, each signature, link and tree hash verified: {by_kind}")
    return wrong


def _completed(records: Sequence[Record]) -> set[str]:
    return {one.decision_id for one in records if one.kind == "completion"}


def _compared(ask: Ask, reply: Reply, records: Sequence[Record]) -> list[str]:
    own = [one for one in records if reply.decision_id and one.decision_id == reply.decision_id]
    outcome = {one.kind: one.outcome for one in own}
    reasons = [reason for one in own for reason in one.data.get("reason_codes", [])]
    tools = [tool["name"] for one in own for tool in one.data.get("tools", [])]
    answered = next((one.model_version for one in own if one.kind == "completion"), "")
    shown = [outcome.get("decision", "-"), outcome.get("completion", "-"), answered, ", ".join(reasons + tools)]
    places = ",".join(str(one.seq) for one in own)
    print(f"{ask.name:26} {reply.status}  {places:8} {shown[0]:9} {shown[1]:6} {shown[2]:28} {shown[3]}")
    wrong = []
    if reply.status != ask.status:
        wrong.append(f"answered {reply.status} instead of {ask.status}: {reply.body[:200]!r}")
    if outcome != {name: value for name, value in _wanted(ask) if value}:
        wrong.append(f"the log says {outcome}")
    if [one.kind for one in own] != sorted(outcome, reverse=True):
        wrong.append("its records are not one decision and then one completion")
    if ask.reason and ask.reason not in reasons:
        wrong.append(f"the log gives {reasons} instead of {ask.reason}")
    if tuple(tools) != ask.tools:
        wrong.append(f"the log names the tools {tools}")
    return wrong


def _wanted(ask: Ask) -> list[tuple[str, str]]:
    return [("decision", ask.decision), ("completion", ask.completion)]


def send(proxy: Proxy, ask: Ask) -> Reply:
    return proxy.ask(ask.caller, ask.body, ask.path, hang_up_after=ask.hang_up_after)


def once(proxy: Proxy) -> int:
    """Every request once, then the check; 0 when all is as it must be."""
    print(f"{'request':26} code records decision  answer model that answered          reasons and tools")
    wrong = check(proxy, [(ask, send(proxy, ask)) for ask in ASKS])
    for sentence in wrong:
        print(sentence, file=sys.stderr)
    return 1 if wrong else 0


def traffic(proxy: Proxy, per_minute: float) -> None:
    """The same requests over and over, until the process is told to stop."""
    for ask in itertools.cycle(ASKS):
        send(proxy, ask)
        time.sleep(60 / per_minute)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m deploy.litellm.run", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="of the proxy; a free one by default")
    parser.add_argument("--recorder-port", type=int, default=0, help="of the log; a free one by default")
    parser.add_argument("--data", type=Path, metavar="DIR", help="a folder that goes away afterwards by default")
    way = parser.add_mutually_exclusive_group()
    way.add_argument("--once", action="store_true", help="ask everything once, check, and stop (the default)")
    way.add_argument("--traffic", type=float, metavar="N", help="go on with N requests a minute")
    options = parser.parse_args(arguments)
    if options.traffic is not None and options.traffic <= 0:
        parser.error("--traffic is above 0")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        environment.make_ready()
        with ExitStack() as stack:
            data = options.data or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="litellm-")))
            proxy = stack.enter_context(Proxy(data, options.port, options.recorder_port))
            print(f"LiteLLM on http://127.0.0.1:{proxy.port}, its decision log on {proxy.recorder_url}\n", flush=True)
            if options.traffic is None:
                return once(proxy)
            traffic(proxy, options.traffic)
    except KeyboardInterrupt:
        return 0
    except (environment.Unready, ProxyFailed, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
