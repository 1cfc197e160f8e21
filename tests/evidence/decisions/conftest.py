import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from evidence.models import Source
from grc.access.actor import Actor
from tests.evidence.decisions.proxy import Proxy, pull, running_proxy

DAY = 86_400 * 1_000_000


@pytest.fixture
def proxy(tmp_path: Path) -> Iterator[Proxy]:
    """A proxy whose first record is a day old."""
    with running_proxy(tmp_path / "recorder", start=time.time_ns() // 1000 - DAY) as running:
        yield running


@pytest.fixture
def source(proxy: Proxy, system: Actor) -> Source:
    """The proxy's source, three decisions pulled: allowed, denied, allowed for another customer."""
    proxy.decide()
    proxy.decide(outcome="deny", reason_codes=["special-category"], completed=False)
    proxy.decide(customer="customer-2")
    made = proxy.source(system)
    pull(made)
    return made
