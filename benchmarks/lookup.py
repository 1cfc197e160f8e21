"""Finding one decision among a million: the function behind page and API, gate included, against a bare SELECT."""

import itertools
import statistics
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

from django.db import connection

from benchmarks import Result, benchmark, scaled
from evidence.find.lookup import find_decision, list_decisions
from evidence.find.period import Period
from evidence.find.query import DecisionQuery
from evidence.find.reach import DecisionReach
from evidence.models import Source, Term
from grc.access.actor import Actor
from grc.actions.records import create_record
from grc.models import Membership, Organisation, Person

RECORDS = 1_000_000
SAMPLES = 2000
WARM_UP = 200
DAYS = 90
CUSTOMERS = 50_000

_FILL = """
INSERT INTO evidence_decision
    (ts, seq, organisation_id, source_id, kind, decision_id, system_id, policy_id, model_id, outcome, subject_ref)
SELECT now() - make_interval(secs => n::double precision * %(days)s * 86400 / %(count)s), %(count)s - n - 1,
    %(organisation)s, %(source)s, 1, gen_random_uuid(), (%(terms)s::integer[])[1 + n %% 4],
    (%(terms)s::integer[])[5 + n %% 4], (%(terms)s::integer[])[9 + n %% 4],
    CASE WHEN n %% 20 = 0 THEN 2 ELSE 1 END, sha256((n %% %(customers)s)::text::bytea)
FROM generate_series(0, %(count)s - 1) AS n
"""


def person_actor(organisation: Organisation) -> Actor:
    """A procurement responder, so that the gate has a role to judge."""
    person = Person.objects.create_user(f"{uuid.uuid4().hex}@bench.example", None, name="Bench")
    with Actor.system(organisation, way="command").working():
        Membership.objects.create(organisation=organisation, person=person, role="procurement-responder")
    actor = Actor.of(person, organisation)
    if actor is None:
        raise RuntimeError("The benchmark's person has no role.")
    return actor


def filled_organisation(count: int) -> Organisation:
    """An organisation with ``count`` decision rows of one source over three months. Segments are not needed here."""
    organisation = Organisation.objects.create(name="Benchmark", slug=f"bench-{uuid.uuid4().hex[:12]}")
    made = Source(
        organisation=organisation,
        name="Benchmark",
        url="http://127.0.0.1:9",
        origin=f"{organisation.slug}.example/log",
        pinned_key="0" * 64,
    )
    system = Actor.system(organisation, way="command")
    with system.working():
        source = create_record(record=made, by=system)
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE assay_ingest")
        for day in range(0, DAYS + 31, 28):
            cursor.execute("SELECT evidence_decision_month(now() - make_interval(days => %s))", [DAYS + 3 - day])
        cursor.execute("SELECT evidence_decision_month(now())")
        terms = [_term(cursor, organisation, kind, number) for kind in Term.Kind for number in range(4)]
        cursor.execute(
            _FILL,
            {
                "days": DAYS, "count": count, "organisation": organisation.pk, "source": source.pk, "terms": terms,
                "customers": CUSTOMERS,
            },
        )  # fmt: skip
        cursor.execute("SET ROLE assay_owner")
        cursor.execute("ANALYZE evidence_decision")
        cursor.execute("SET ROLE assay_app")
    return organisation


def _term(cursor: Any, organisation: Organisation, kind: Term.Kind, number: int) -> int:
    cursor.execute(
        "INSERT INTO evidence_term (organisation_id, kind, text) VALUES (%s, %s, %s) RETURNING id",
        [organisation.pk, kind, f"bench-{kind.name.lower()}-{number}"],
    )
    return int(cursor.fetchone()[0])


def sampled(organisation: Organisation, column: str, count: int) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {column} FROM evidence_decision WHERE organisation_id = %s ORDER BY random() LIMIT %s",
            [organisation.pk, count],
        )
        found = [value for (value,) in cursor.fetchall()]
    return list(itertools.islice(itertools.cycle(found), count))


def timed(run: Callable[[Any], Any], values: list[Any]) -> tuple[float, float]:
    """Median and 99th percentile in milliseconds of one call for each value; the first calls only warm up."""
    took = []
    for number, value in enumerate(values):
        begin = time.perf_counter()
        found = run(value)
        seconds = time.perf_counter() - begin
        if not found:
            raise RuntimeError("A record that is there was not found.")
        if number >= WARM_UP:
            took.append(seconds * 1000)
    cuts = statistics.quantiles(took, n=100)
    return cuts[49], cuts[98]


def selected(query: str) -> Callable[[Any], list[Any]]:
    def run(value: Any) -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute(query, [value])
            return list(cursor.fetchall())

    return run


def compared(name: str, run: Callable[[Any], Any], bare: str, values: list[Any], records: int) -> Result:
    (p50, p99), (bare_p50, bare_p99) = timed(run, values), timed(selected(bare), values)
    more = {
        "p99": round(p99, 3), "ceiling_p99": round(bare_p99, 3), "ratio_p99": round(p99 / bare_p99, 3),
        "records": records,
    }  # fmt: skip
    return Result(name, round(p50, 3), "ms", round(bare_p50, 3), more)


@benchmark
def lookup() -> Iterator[Result]:
    """By id, and by the keyed hash of a customer's reference (the operator's answer is not Assay's to time)."""
    count = scaled(RECORDS)
    organisation = filled_organisation(count)
    actor = person_actor(organisation)
    with actor.working():
        yield compared(
            "lookup_by_id",
            lambda decision: find_decision(DecisionReach.whole(actor), decision),
            "SELECT * FROM evidence_decision WHERE decision_id = %s",
            sampled(organisation, "decision_id", SAMPLES + WARM_UP),
            count,
        )
        yield compared(
            "lookup_by_reference",
            lambda subject: (
                list_decisions(
                    DecisionReach.whole(actor), DecisionQuery(Period.last("10y"), subject=(bytes(subject).hex(),))
                ).rows
            ),
            "SELECT * FROM evidence_decision WHERE subject_ref = %s ORDER BY ts DESC LIMIT 51",
            sampled(organisation, "subject_ref", SAMPLES + WARM_UP),
            count,
        )
