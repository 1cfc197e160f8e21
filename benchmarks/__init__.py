"""Speed against ceilings that are measured in the same run.

A module of this package registers functions with ``@benchmark``; ``python -m benchmarks [NAME ...]`` runs them on the
database of DATABASE_URL and prints one JSON line for each result.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Result:
    """``ratio`` is value to ceiling; ``more``: further figures of the same run."""

    name: str
    value: float
    unit: str
    ceiling: float
    more: dict[str, Any] = field(default_factory=dict)

    def line(self) -> dict[str, Any]:
        parts = asdict(self)
        more = parts.pop("more")
        return parts | {"ratio": round(self.value / self.ceiling, 3) if self.ceiling else None} | more


Benchmark = Callable[[], Iterator[Result]]
benchmarks: dict[str, Benchmark] = {}


def benchmark(run: Benchmark) -> Benchmark:
    """Register a generator of results under its own name."""
    benchmarks[run.__name__] = run
    return run


def scaled(size: int) -> int:
    """``size`` times the environment's SIZE (1 by default)."""
    return max(1, int(size * float(os.environ.get("SIZE") or 1)))
