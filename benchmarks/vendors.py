"""Five thousand vendors with four agreements and five facts each: list, overview, calendar, register for DORA.

Overview and calendar have the database count records by their dates, and read those alone that they name; the
calendar file reads all. Beside each stands a bare SELECT of all rows, by the tables' owner, whom neither gate nor
policy holds up.
"""

import datetime as dt
import io
import time
import uuid
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from benchmarks import Result, benchmark, scaled
from benchmarks._filled import Filled
from benchmarks._owner import as_owner
from benchmarks.lists import milliseconds
from benchmarks.registers import LIST_LIMIT, p50, p95
from grc.access.actor import Actor
from grc.models import Membership, Organisation, Person
from grc.models.record import Record
from grc.registers.register import registers
from grc.tabular import write_book
from vendors.dora.register import book_of, register_for
from vendors.models import Agreement, Offering, Vendor, VendorFact

VENDORS, AGREEMENTS, FACTS = 5_000, 4, 5
ROUNDS = 3
COUNTRIES = ("IE", "DE", "US", "FR", "SE")
WEIGHTS = ("low", "medium", "high", "critical", "undecided")
TOPICS = ("training", "retention", "residency", "notice", "soc2")
KINDS = ("dpa", "msa", "nda", "scc")
RENEWALS = ("automatic", "fixed", "open", "automatic")
_KEYS = """
INSERT INTO grc_recordkey (organisation_id, register, reference, title)
SELECT %s, %s, %s || '-' || lpad(n::text, 6, '0'), %s || ' ' || n FROM generate_series(1, %s) AS n
RETURNING id, reference, title
"""
_BARE_AGREEMENTS = """
SELECT a.id, a.reference, a.name, a.kind, a.ends_on, a.renewal, a.renewal_months, a.notice_days, v.name
FROM vendors_agreement a JOIN vendors_vendor v ON v.id = a.vendor_id WHERE a.organisation_id = %s
"""
_BARE_FACTS = """
SELECT f.id, f.reference, f.topic, f.stale_on, o.name, v.name FROM vendors_vendorfact f
JOIN vendors_offering o ON o.id = f.offering_id JOIN vendors_vendor v ON v.id = o.vendor_id
WHERE f.organisation_id = %s AND f.stale_on <= current_date + 365
"""
_BARE_VENDORS = """
SELECT id, reference, name, country, criticality, functions, review_on FROM vendors_vendor WHERE organisation_id = %s
"""


@benchmark
def vendor_pages() -> Iterator[Result]:
    """Page p95 in ms with its queries: the list against what a list may take, the others against a bare SELECT."""
    base = filled()
    client = Client(SERVER_NAME="localhost")
    client.force_login(base.person)
    here = registers.of(Vendor).list_url(base.organisation.slug)
    bare = _bare_of(base)
    pages = {"vendor_list": "", "vendor_list_lacking": "?lacks=exit&sort=-name"}
    for name, query in pages.items():
        yield _page(client, name, f"{here}{query}", LIST_LIMIT, base)
    for name in ("overview", "calendar", "calendar.ics"):
        yield _page(client, f"vendor_{name.replace('.', '_')}", f"{here}{name}", bare, base)


@benchmark
def dora_register() -> Iterator[Result]:
    """Seconds for the whole workbook, against a bare SELECT of its rows."""
    base, took = filled(), []
    for _round in range(ROUNDS):
        with base.actor.working(), transaction.atomic():
            begin = time.perf_counter()
            register = register_for(base.actor)
            write_book(io.BytesIO(), book_of(register, base.actor, timezone.now()))
            took.append(time.perf_counter() - begin)
    rows = sum(len(one.rows) for one in register.sheets)
    yield Result("dora_register", round(min(took), 2), "s", round(_bare_of(base) / 1000, 4), {"sheet_rows": rows})


@cache
def filled() -> Filled:
    """One organisation of so many vendors, for one who keeps them."""
    count = scaled(VENDORS)
    slug = f"bench-{uuid.uuid4().hex[:12]}"
    organisation = Organisation.objects.create(name="Benchmark", slug=slug, mfa_roles=[])
    person = Person.objects.create_user(f"{slug}@bench.example", None, name="Bench")
    with Actor.system(organisation, way="command").working():
        Membership.objects.create(organisation=organisation, person=person, role="vendor-manager")
    today = timezone.localdate()
    with as_owner() as cursor:
        vendors = _made(cursor, organisation, Vendor, count, lambda n: _vendor(n, today))
        offerings = _made(cursor, organisation, Offering, count, lambda n: {"vendor_id": vendors[n]})
        _made(cursor, organisation, Agreement, count * AGREEMENTS, lambda n: _agreement(n, vendors[n % count], today))
        _made(cursor, organisation, VendorFact, count * FACTS, lambda n: _fact(n, offerings[n % count], count, today))
        cursor.execute("ANALYZE vendors_vendor, vendors_offering, vendors_agreement, vendors_vendorfact, grc_recordkey")
    actor = Actor.of(person, organisation)
    if actor is None:
        raise RuntimeError("The benchmark's person has no role.")
    return Filled(organisation, person, actor, count)


def _made(
    cursor: Any, organisation: Organisation, model: type[Record], count: int, values: Callable[[int], dict[str, Any]]
) -> list[int]:
    """``count`` records with their identities; their keys, in order."""
    register = registers.of(model)
    title = str(model._meta.verbose_name).capitalize()
    cursor.execute(_KEYS, [organisation.pk, register.slug, register.prefix, title, count])
    keys = cursor.fetchall()
    named = any(field.name == "name" for field in model._meta.fields)
    now = timezone.now()
    rows = []
    for n, (pk, reference, name) in enumerate(keys):
        row: Any = model(organisation=organisation, reference=reference, lock=1, **values(n))
        row.pk, row.created_at, row.updated_at = pk, now, now
        if named:
            row.name = name
        rows.append(row)
    model.unscoped.bulk_create(rows, batch_size=1000)
    return [pk for pk, _reference, _name in keys]


def _vendor(n: int, today: dt.date) -> dict[str, Any]:
    weight = WEIGHTS[n % len(WEIGHTS)]
    return {
        "kind": "model",
        "country": COUNTRIES[n % len(COUNTRIES)],
        "criticality": weight,
        "criticality_reason": "" if weight == "undecided" else "Something stops without it.",
        "functions": f"Function {n % 40}, Function {n % 7}" if n % 3 else "",
        "review_on": today + dt.timedelta(days=n % 500 - 60),
    }


def _agreement(n: int, vendor: int, today: dt.date) -> dict[str, Any]:
    kind = n // scaled(VENDORS) % AGREEMENTS
    end = today + dt.timedelta(days=n % 900 - 100)
    renewal = RENEWALS[kind]
    return {
        "vendor_id": vendor,
        "kind": KINDS[kind],
        "effective_on": today - dt.timedelta(days=500 + n % 300),
        "renewal": renewal,
        "ends_on": None if renewal == "open" else end,
        "renewal_months": 12 if renewal == "automatic" else None,
        "notice_days": 90 if renewal == "automatic" else None,
    }


def _fact(n: int, offering: int, count: int, today: dt.date) -> dict[str, Any]:
    verified = today - dt.timedelta(days=n % 200)
    return {
        "offering_id": offering,
        "topic": TOPICS[n // count % FACTS],
        "says": "As its terms say.",
        "source": "Terms, § 4",
        "verified_on": verified,
        "stale_on": verified + dt.timedelta(days=180),
    }


def _bare_of(base: Filled) -> float:
    """Milliseconds, at the median."""

    def bare() -> list[Any]:
        found = []
        with connection.cursor() as cursor:
            for sql in (_BARE_AGREEMENTS, _BARE_FACTS, _BARE_VENDORS):
                cursor.execute(sql, [base.organisation.pk])
                found += cursor.fetchall()
        return found

    with as_owner():
        return p50(milliseconds(bare))


def _page(client: Client, name: str, address: str, ceiling: float, base: Filled) -> Result:
    def page() -> None:
        if client.get(address).status_code != 200:
            raise RuntimeError(f"{address} did not answer.")

    times = milliseconds(page)
    with CaptureQueriesContext(connection) as queries:
        page()
    more = {"vendors": base.rows, "queries": len(queries), "p50": p50(times)}
    return Result(name, p95(times), "ms", ceiling, more)
