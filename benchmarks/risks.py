"""The list of risks and the page of one at a hundred thousand risks with their treatments."""

from collections.abc import Callable, Iterator

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from aims.models import Risk
from benchmarks import Result, benchmark
from benchmarks._filled import filled
from benchmarks.lists import milliseconds
from benchmarks.registers import LIST_LIMIT, p50, p95
from grc.registers.register import registers

LISTS = {
    "risk_list": "",
    "risk_list_reopened": "?acceptance=reopened&sort=-score",
    "risk_list_catalogue": "?catalogue_ids=LLM01:2026",
}


@benchmark
def risk_pages() -> Iterator[Result]:
    """Page p95 in ms, with its queries."""
    base = filled()
    client = Client(SERVER_NAME="localhost")
    client.force_login(base.person)
    url = registers.of(Risk).list_url(base.organisation.slug)
    pages = {name: f"{url}{query}" for name, query in LISTS.items()} | {"risk_page": f"{url}RSK-000777"}
    for name, address in pages.items():
        page = _asking(client, address)
        times = milliseconds(page)
        with CaptureQueriesContext(connection) as queries:
            page()
        more = {"rows": base.rows, "queries": len(queries), "p50": p50(times)}
        yield Result(name, p95(times), "ms", LIST_LIMIT, more)


def _asking(client: Client, address: str) -> Callable[[], None]:
    def page() -> None:
        if client.get(address).status_code != 200:
            raise RuntimeError(f"{address} did not answer.")

    return page
