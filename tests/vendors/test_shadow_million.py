"""One planted call among many honest ones: found, and nothing else. Looking reads what was counted, never the records.

A million records in `make assurance`, twenty thousand in every run.
"""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from evidence.ingest.commit import ingest_role
from evidence.ingest.head import head_of
from evidence.models import Source, SourceHead, Term
from grc.access.actor import Actor
from tests.factories import make
from tests.vendors.shadow_case import PINNED, PLANTED, case_of
from vendors.models import SeenModel
from vendors.shadow.findings import shadow_of
from vendors.shadow.seen import count_new

pytestmark = pytest.mark.django_db
SIZES = [20_000, pytest.param(1_000_000, marks=[pytest.mark.assurance, pytest.mark.timeout(1200)])]
ROWS = """
INSERT INTO evidence_decision (ts, seq, organisation_id, source_id, kind, decision_id, system_id, model_id, outcome)
SELECT now() - interval '7 days' + n * (interval '6 days' / %(count)s), n, %(organisation)s, %(source)s, 1 + n %% 2,
  md5((n / 2)::text)::uuid, CASE WHEN n %% 2 = 0 THEN %(system)s::int END,
  CASE WHEN n = %(planted)s THEN %(stray)s::int WHEN n %% 2 = 0 THEN %(model)s::int ELSE %(answered)s::int END, 1
FROM generate_series(0, %(count)s - 1) AS n
"""
"""Half decisions, half their completions; the one at ``planted`` asks for another model."""


def stored(source: Source, count: int) -> None:
    organisation = source.organisation
    texts = {"model": PINNED, "answered": f"{PINNED}@{PINNED.partition('/')[2]}", "stray": PLANTED}
    head = head_of(source)
    given = {"count": count, "planted": count // 2, "organisation": organisation.pk, "source": source.pk}
    with connection.cursor() as cursor, transaction.atomic():
        for days in (0, 7):
            cursor.execute("SELECT evidence_decision_month(now() - %s * interval '1 day')", [days])
        with ingest_role():
            terms = {name: Term(organisation=organisation, kind=3, text=text) for name, text in texts.items()}
            terms["system"] = Term(organisation=organisation, kind=1, text="assistant")
            for term in terms.values():
                term.save(force_insert=True)
            cursor.execute(ROWS, given | {name: term.pk for name, term in terms.items()})
    SourceHead.objects.within(organisation).filter(pk=head.pk).update(next_seq=count)


@pytest.mark.parametrize("count", SIZES)
def test_planted_call_is_found_and_nothing_else(system: Actor, monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    case_of(system, monkeypatch)
    stored(make("sources", system), count)
    with system.working():
        assert count_new(system.organisation) == count
    with CaptureQueriesContext(connection) as asked:
        shadow = shadow_of(system.organisation)
    assert [query["sql"] for query in asked if "evidence_decision" in query["sql"]] == []
    found = sorted((one.seen.model, one.seen.decisions, one.seen.answered) for one in shadow.findings)
    assert found == [(PLANTED, 1, False)]
    assert shadow.covered[0][0].decisions == count // 2 - 1
    assert SeenModel.objects.within(system.organisation).count() < 40
