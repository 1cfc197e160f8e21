"""A register's list at a hundred thousand rows: the page as a browser gets it, and its queryset against bare SQL."""

import statistics
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

from django.db import connection, transaction
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext

from aims.models import AISystem
from benchmarks import Result, benchmark, scaled
from benchmarks._owner import as_owner
from grc.access.actor import Actor
from grc.models import Membership, Organisation, Person
from grc.registers.pages import PAGE_SIZE
from grc.registers.query import ListQuery
from grc.registers.register import registers

ROWS = 100_000
ROUNDS = 40

_KEYS = """
INSERT INTO grc_recordkey (organisation_id, register, reference, title)
SELECT %(organisation)s, 'ai-systems', 'SYS-' || lpad(n::text, 6, '0'), 'System ' || n
FROM generate_series(1, %(count)s) AS n
"""
_ROWS = """
INSERT INTO aims_aisystem
    (id, organisation_id, reference, owner_id, tags, lock, created_at, updated_at, name, purpose, role, stage, users,
     affected, human_oversight, risk_class, risk_class_reason, runtime_id)
SELECT id, organisation_id, reference, %(person)s, '{}', 1, now(), now(), title, 'Sorts what comes in', 'deployer',
    (ARRAY['operation', 'validation', 'development'])[1 + id %% 3], '', '', '', 'undecided', '', ''
FROM grc_recordkey WHERE organisation_id = %(organisation)s
"""
_BARE = """
SELECT s.id, s.reference, s.name, s.role, s.stage, s.risk_class, s.review_on, p.name FROM aims_aisystem s
LEFT JOIN grc_person p ON p.id = s.owner_id
WHERE s.organisation_id = %s AND s.archived_at IS NULL ORDER BY s.reference DESC, s.id LIMIT 50
"""
_BARE_COUNT = "SELECT count(*) FROM aims_aisystem WHERE organisation_id = %s AND archived_at IS NULL"


def filled(count: int) -> tuple[Organisation, Person]:
    slug = f"bench-{uuid.uuid4().hex[:12]}"
    organisation = Organisation.objects.create(name="Benchmark", slug=slug)
    person = Person.objects.create_user(f"{slug}@bench.example", None, name="Bench")
    with Actor.system(organisation, way="command").working():
        Membership.objects.create(organisation=organisation, person=person, role="compliance-officer")
    values = {"organisation": organisation.pk, "person": person.pk, "count": count}
    with as_owner() as cursor:
        cursor.execute(_KEYS, values)
        cursor.execute(_ROWS, values)
        cursor.execute("ANALYZE aims_aisystem, grc_recordkey")
    return organisation, person


def milliseconds(run: Callable[[], Any]) -> list[float]:
    """The times of ``ROUNDS`` calls, sorted; two before them warm up."""
    took = []
    for number in range(ROUNDS + 2):
        begin = time.perf_counter()
        run()
        if number >= 2:
            took.append((time.perf_counter() - begin) * 1000)
    return sorted(took)


@benchmark
def list_page() -> Iterator[Result]:
    """Page p95 in ms; ``queries`` of one page; ``queryset``: its count and rows by the gate, against bare SQL."""
    count = scaled(ROWS)
    organisation, person = filled(count)
    register = registers.of(AISystem)
    actor = Actor.of(person, organisation)
    if actor is None:
        raise RuntimeError("The benchmark's person has no role.")
    client = Client(SERVER_NAME="localhost")
    client.force_login(person)
    url = register.list_url(organisation.slug)

    def page() -> None:
        if client.get(url).status_code != 200:
            raise RuntimeError("The list did not answer.")

    def queryset() -> list[Any]:
        with actor.working(), transaction.atomic():  # as a page does
            rows = ListQuery.read(register, actor, QueryDict("")).rows()
            return [rows.count(), *rows[:PAGE_SIZE]]

    def bare() -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute(_BARE_COUNT, [organisation.pk])
            counted = cursor.fetchall()
            cursor.execute(_BARE, [organisation.pk])
            return [*counted, *cursor.fetchall()]

    pages, own = milliseconds(page), milliseconds(queryset)
    with as_owner():
        plain = milliseconds(bare)
    with CaptureQueriesContext(connection) as queries:
        page()
    more = {
        "rows": count,
        "queries": len(queries),
        "queryset_p50": round(statistics.median(own), 2),
        "bare_p50": round(statistics.median(plain), 2),
        "queryset_ratio": round(statistics.median(own) / statistics.median(plain), 2),
    }
    yield Result("list_page", round(pages[int(len(pages) * 0.95)], 1), "ms", 150.0, more)
