"""A register at a hundred thousand rows in each of three organisations: lists, search, import, export, and the checks.

Each figure stands beside bare SQL of the same run: by the tables' owner, whom neither gate nor policy holds up.
"""

import io
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext

from aims.models import Risk
from benchmarks import Result, benchmark, scaled
from benchmarks._filled import Filled, filled
from benchmarks._owner import as_owner
from benchmarks.lists import milliseconds
from grc.exports.lists import write_list
from grc.imports.actions import import_rows
from grc.imports.plan import Plan
from grc.registers.pages import PAGE_SIZE
from grc.registers.query import ListQuery
from grc.registers.register import registers
from grc.search.finding import search

IMPORTED = 10_000
LIST_LIMIT, SEARCH_LIMIT = 150.0, 500.0
FILTER = "state=open&treatment=reduce&sort=-score"
WORDS = ("drift outage", "privacy", "RSK-000777", "oversigt", "consent 12")

_PAGE = """
SELECT r.id, r.reference, r.name, r.score, r.residual_score, r.state, r.treatment, r.review_on, p.name FROM aims_risk r
LEFT JOIN grc_person p ON p.id = r.owner_id
WHERE r.organisation_id = %s AND r.archived_at IS NULL AND r.state = 'open' AND r.treatment = 'reduce'
ORDER BY r.score DESC NULLS LAST, r.id LIMIT 50
"""
_COUNT = "SELECT count(*) FROM aims_risk WHERE organisation_id = %s AND archived_at IS NULL"
_FOUND = """
SELECT key_id, title FROM grc_searchentry WHERE organisation_id = %s AND vector @@ plainto_tsquery('simple', %s)
ORDER BY ts_rank(vector, plainto_tsquery('simple', %s)) DESC LIMIT 20
"""


def selected(sql: str, *values: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def p95(times: list[float]) -> float:
    return round(times[int(len(times) * 0.95)], 2)


def p50(times: list[float]) -> float:
    return round(statistics.median(times), 2)


def rows_of(here: Filled, query: str) -> Any:
    return ListQuery.read(registers.of(Risk), here.actor, QueryDict(query)).rows()


def unchecked(run: Callable[[], Any]) -> list[float]:
    with as_owner():
        return milliseconds(run)


def in_a_request(here: Filled, run: Callable[[], Any]) -> Callable[[], Any]:
    """``run`` as a page runs it: in one transaction that was told whom it is for."""

    def wrapped() -> Any:
        with here.actor.working(), transaction.atomic():
            return run()

    return wrapped


def page_of(here: Filled, url: str) -> tuple[list[float], int]:
    """Sorted times of a page in ms, and its number of queries."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(here.person)

    def page() -> None:
        answer = client.get(url)
        if answer.status_code != 200:
            raise RuntimeError(f"{url} answered {answer.status_code}")

    times = milliseconds(page)
    with CaptureQueriesContext(connection) as queries:
        page()
    return times, len(queries)


@benchmark
def list_filtered() -> Iterator[Result]:
    """Page p95 in ms, two filters and a sort; the queryset's first page by the gate, against bare SQL."""
    here = filled()
    pages, queries = page_of(here, f"{registers.of(Risk).list_url(here.organisation.slug)}?{FILTER}")
    own = milliseconds(in_a_request(here, lambda: list(rows_of(here, FILTER)[:PAGE_SIZE])))
    bare = unchecked(lambda: selected(_PAGE, here.organisation.pk))
    more = {"p50": p50(pages), "queries": queries, "rows": here.rows, "queryset_p50": p50(own), "bare_p50": p50(bare)}
    yield Result(
        "list_filtered", p95(pages), "ms", LIST_LIMIT, more | {"queryset_ratio": round(p50(own) / p50(bare), 2)}
    )


@benchmark
def list_count() -> Iterator[Result]:
    """How many rows a list has: p50 in ms by the gate, against a bare count."""
    here = filled()
    own = milliseconds(in_a_request(here, lambda: rows_of(here, "").count()))
    bare = unchecked(lambda: selected(_COUNT, here.organisation.pk))
    more = {"p95": p95(own), "ceiling_p95": p95(bare), "queries": 1, "rows": here.rows}
    yield Result("list_count", p50(own), "ms", p50(bare), more)


@benchmark
def permitted_overhead() -> Iterator[Result]:
    """A list's first page and count through gate and row-level security, ÷ the same queries without any check."""
    here = filled()

    def checked() -> list[Any]:
        rows = rows_of(here, "")
        return [rows.count(), *rows[:PAGE_SIZE]]

    register = registers.of(Risk)
    names = register.foreign(register.columns)
    in_use = Risk.unscoped.filter(organisation=here.organisation, archived_at=None).select_related(*names)
    order = rows_of(here, "").query.order_by

    def plain() -> list[Any]:
        rows = in_use.order_by(*order)
        return [rows.count(), *rows[:PAGE_SIZE]]

    def plain_in_a_transaction() -> list[Any]:
        with transaction.atomic():
            return plain()

    with_all, policies = milliseconds(in_a_request(here, checked)), milliseconds(in_a_request(here, plain))
    without = unchecked(plain_in_a_transaction)
    more = {"p95": p95(with_all), "ceiling_p95": p95(without), "rows": here.rows}
    more["row_security_alone"] = round(p50(policies) / p50(without), 3)
    yield Result("permitted_overhead", p50(with_all), "ms", p50(without), more)


@benchmark
def search_all() -> Iterator[Result]:
    """Search over everything: words, a reference, a typing error; p95 in ms, beside PostgreSQL's own for the words."""
    here = filled()
    times: list[float] = []
    slowest = {}
    for text in WORDS:
        took = milliseconds(in_a_request(here, partial(search, here.actor, text)))
        slowest[text] = p95(took)
        times += took
    bare = unchecked(lambda: selected(_FOUND, here.organisation.pk, WORDS[0], WORDS[0]))
    with CaptureQueriesContext(connection) as queries, here.actor.working(), transaction.atomic():
        search(here.actor, WORDS[0])
    more = {"p50": p50(sorted(times)), "p95_by_text": slowest, "queries": len(queries), "bare_p50": p50(bare)}
    yield Result("search", p95(sorted(times)), "ms", SEARCH_LIMIT, more)


@benchmark
def import_10k() -> Iterator[Result]:
    """Rows per second of an import, judged and written with key, history and search entry, against a bare COPY."""
    here, count = filled(), scaled(IMPORTED)
    rows = [(n + 2, [f"Imported {n}", "It decides wrongly.", 1 + n % 5, 1 + n % 4]) for n in range(count)]
    plan = Plan({0: "name", 1: "event", 2: "likelihood", 3: "impact"})
    with here.actor.working():
        begin, work = time.perf_counter(), time.process_time()
        outcome = import_rows(register=registers.of(Risk), rows=rows, plan=plan, by=here.actor, name="bench.csv")
        took, worked = time.perf_counter() - begin, time.process_time() - work
    if not outcome.is_good:
        raise RuntimeError("The import found fault with good rows.")
    with as_owner() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE copied (LIKE aims_risk INCLUDING ALL)")
        begin = time.perf_counter()
        sql = "COPY copied (id, organisation_id, reference, tags, lock, created_at, updated_at, name, source, event, "
        sql += (
            "for_individuals, for_groups, for_society, for_organisation, treatment, treatment_plan, state) FROM STDIN"
        )
        with cursor.copy(sql) as copy:
            for number, cells in rows:
                texts = [cells[0], "", cells[1], "", "", "", "", "undecided", "", "open"]
                copy.write_row([number, 1, f"R-{number}", [], 1, "now", "now", *texts])
        bare = time.perf_counter() - begin
        cursor.execute("DROP TABLE copied")
    more = {"rows": count, "seconds": round(took, 2), "own_work_seconds": round(worked, 2)}
    yield Result("import_10k", round(count / took, 1), "rows/s", round(count / bare, 1), more)


@benchmark
def export_100k() -> Iterator[Result]:
    """Rows per second of a list as CSV, through the gate, against COPY of the same columns."""
    here = filled()
    query = ListQuery.read(registers.of(Risk), here.actor, QueryDict(""))
    with tempfile.TemporaryFile() as file, here.actor.working(), transaction.atomic():
        begin, work = time.perf_counter(), time.process_time()
        write_list(file, query, query.rows(), kind="csv")
        took, worked = time.perf_counter() - begin, time.process_time() - work
        size = file.tell()
    with as_owner() as cursor:
        begin, bare = time.perf_counter(), io.BytesIO()
        columns = "r.reference, r.name, r.score, r.residual_score, r.state, r.treatment, r.review_on, p.name"
        joined = "aims_risk r LEFT JOIN grc_person p ON p.id = r.owner_id"
        where = f"r.organisation_id = {here.organisation.pk:d} AND r.archived_at IS NULL ORDER BY r.reference DESC"
        with cursor.copy(f"COPY (SELECT {columns} FROM {joined} WHERE {where}) TO STDOUT (FORMAT csv)") as copy:
            for piece in copy:
                bare.write(piece)
        plain = time.perf_counter() - begin
    more = {"rows": here.rows, "seconds": round(took, 2), "own_work_seconds": round(worked, 2), "bytes": size}
    yield Result("export_100k", round(here.rows / took, 1), "rows/s", round(here.rows / plain, 1), more)
