"""What the recorder adds to a request through a real LiteLLM proxy: ``python -m deploy.litellm.measure``.

The same requests through the same proxy, one after another, with the recorder's hooks and without, as JSON lines.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from deploy.litellm import environment
from deploy.litellm.asks import ASKS
from deploy.litellm.proxy import HERE, Proxy
from deploy.litellm.run import send


def latencies(proxy: Proxy, count: int) -> list[float]:
    """Milliseconds of each of ``count`` allowed requests, after some to warm up."""
    ask = ASKS[0]
    taken = []
    for number in range(count + 20):
        began = time.perf_counter()
        reply = send(proxy, ask)
        if reply.status != ask.status:
            raise RuntimeError(f"The proxy answered {reply.status}")
        if number >= 20:
            taken.append((time.perf_counter() - began) * 1000)
    return taken


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m deploy.litellm.measure", description=__doc__)
    parser.add_argument("--count", type=int, default=300, help="requests in each measurement")
    options = parser.parse_args(arguments)
    environment.make_ready()
    found = {}
    with tempfile.TemporaryDirectory() as name:
        bare = Path(name) / "bare.yaml"
        text = (HERE / "config.yaml").read_text()
        bare.write_text(text.replace("  callbacks: evidence.recorder.litellm_hooks.recorder\n", ""))
        for way, config, recorded in (("recorded", HERE / "config.yaml", True), ("bare", bare, False)):
            with Proxy(Path(name) / way, config=config, recorded=recorded) as proxy:
                found[way] = latencies(proxy, options.count)
    for percent in (50, 99):
        with_, without = (statistics.quantiles(found[way], n=100)[percent - 1] for way in ("recorded", "bare"))
        line = {"name": f"request_p{percent}", "value": round(with_, 2), "unit": "ms", "without": round(without, 2)}
        print(json.dumps({**line, "added": round(with_ - without, 2)}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
