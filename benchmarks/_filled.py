"""Three organisations of 100,000 risks each with their treatments, 200 people and five engagements, filled once."""

import datetime as dt
import uuid
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.utils import timezone

from aims.models import AISystem
from audits.models import Engagement
from benchmarks import scaled
from benchmarks._owner import as_owner
from grc.access.actor import Actor
from grc.actions.records import create_record
from grc.models import Membership, Organisation, Person

ROWS = 100_000
ORGANISATIONS = 3
PEOPLE = 200
ENGAGEMENTS = 5
WORDS = [
    *("bias", "drift", "outage", "privacy", "consent", "retention", "supplier", "prompt", "injection", "oversight"),
    *("training", "data", "quality", "appeal", "explanation", "security", "access", "model", "change", "incident"),
    *("claim", "credit", "hiring", "triage", "fraud", "pricing", "language", "harm"),
]

_KEYS = """
INSERT INTO grc_recordkey (organisation_id, register, reference, title)
SELECT %(organisation)s, 'risks', 'RSK-' || lpad(n::text, 6, '0'),
    (%(words)s::text[])[1 + n %% 28] || ' ' || (%(words)s::text[])[1 + n / 28 %% 28] || ' ' || n
FROM generate_series(1, %(count)s) AS n
"""
_COLUMNS = """
    organisation_id, reference, owner_id, tags, lock, created_at, updated_at, name, source, event, for_individuals,
    for_groups, for_society, for_organisation, likelihood, impact, treatment, treatment_plan, residual_likelihood,
    residual_impact, state, acceptance, catalogue_ids, number_elsewhere, starter
"""
_ROWS = f"""
INSERT INTO aims_risk (id, {_COLUMNS})
SELECT id, organisation_id, reference, (%(people)s::bigint[])[1 + id %% %(many)s], '{{}}', 1,
    now() - make_interval(mins => (id %% 500000)::int), now() - make_interval(mins => (id %% 400000)::int), title,
    'What is fed in', 'It decides wrongly about ' || title, 'Somebody is refused', '', '', '',
    1 + (id %% 5)::int, 1 + (id / 5 %% 5)::int, (ARRAY['undecided', 'reduce', 'accept', 'share'])[1 + id %% 4],
    'Train it again',
    1 + (id %% 3)::int, 1 + (id %% 4)::int, (ARRAY['open', 'treating', 'treated', 'closed'])[1 + id / 4 %% 4],
    (ARRAY['none', 'accepted', 'none', 'reopened'])[1 + id / 16 %% 4], '{{}}', '', ''
FROM grc_recordkey WHERE organisation_id = %(organisation)s AND register = 'risks'
"""
_HISTORY = f"""
INSERT INTO aims_historicalrisk (id, {_COLUMNS}, history_date, history_type)
SELECT id, {_COLUMNS}, created_at, '+' FROM aims_risk WHERE organisation_id = %(organisation)s
"""
_TREATMENT_KEYS = """
INSERT INTO grc_recordkey (organisation_id, register, reference, title)
SELECT %(organisation)s, 'treatments', 'TRT-' || lpad(n::text, 6, '0'), 'Treatment ' || n
FROM generate_series(1, %(count)s) AS n
"""
_TREATMENTS = """
INSERT INTO aims_treatment (id, organisation_id, reference, owner_id, tags, lock, created_at, updated_at, name,
    description, risk_id, due_on, done_on, cost)
SELECT k.id, k.organisation_id, k.reference, (%(people)s::bigint[])[1 + k.id %% %(many)s], '{}', 1, now(), now(),
    k.title, '', r.id, current_date + (k.id %% 200)::int - 100,
    CASE WHEN k.id %% 3 = 0 THEN current_date - (k.id %% 50)::int END, 100 + k.id %% 900
FROM grc_recordkey k
JOIN aims_risk r ON r.organisation_id = k.organisation_id AND r.reference = 'RSK-' || substr(k.reference, 5)
WHERE k.organisation_id = %(organisation)s AND k.register = 'treatments'
"""
_SEARCH = """
INSERT INTO grc_searchentry (organisation_id, key_id, register, owner_id, archived, title, body, vector)
SELECT organisation_id, id, 'risks', owner_id, false, reference || ' ' || name, event,
    setweight(to_tsvector('simple', reference || ' ' || name), 'A') || setweight(to_tsvector('simple', event), 'B')
    || array_to_tsvector(ARRAY['@' || organisation_id])
FROM aims_risk WHERE organisation_id = %(organisation)s
"""


@dataclass(frozen=True)
class Filled:
    """The organisation that is asked about, one of three alike; ``actor``: a compliance officer there."""

    organisation: Organisation
    person: Person
    actor: Actor
    rows: int


@cache
def filled() -> Filled:
    return [_organisation(scaled(ROWS)) for _ in range(ORGANISATIONS)][1]


def _organisation(count: int) -> Filled:
    slug = f"bench-{uuid.uuid4().hex[:12]}"
    organisation = Organisation.objects.create(name="Benchmark", slug=slug, mfa_roles=[])
    people = Person.objects.bulk_create(
        Person(email=f"p{n}@{slug}.example", name=f"Person {n}", password="!") for n in range(PEOPLE)
    )
    with Actor.system(organisation, way="command").working():
        roles = ["compliance-officer"] * 5 + ["contributor"] * (PEOPLE - 5)
        Membership.objects.bulk_create(
            Membership(organisation=organisation, person=person, role=role)
            for person, role in zip(people, roles, strict=True)
        )
        _engagements(organisation)
    values: dict[str, Any] = {"organisation": organisation.pk, "count": count, "words": WORDS}
    values |= {"people": [person.pk for person in people], "many": PEOPLE}
    with as_owner() as cursor:
        for statement in (_KEYS, _ROWS, _HISTORY, _TREATMENT_KEYS, _TREATMENTS, _SEARCH):
            cursor.execute(statement, values)
        cursor.execute(
            "INSERT INTO grc_referencecounter (organisation_id, prefix, last) VALUES (%s, 'RSK', %s)",
            [organisation.pk, count],
        )
        cursor.execute(
            "ANALYZE aims_risk, aims_treatment, aims_historicalrisk, grc_recordkey, grc_searchentry, grc_membership"
        )
    actor = Actor.of(people[0], organisation)
    if actor is None:
        raise RuntimeError("The benchmark's person has no role.")
    return Filled(organisation, people[0], actor, count)


def _engagements(organisation: Organisation) -> None:
    by, now = Actor.system(organisation, way="command"), timezone.now()
    system = create_record(record=AISystem(organisation=organisation, name="Claims triage", role="deployer"), by=by)
    for number in range(ENGAGEMENTS):
        engagement = Engagement(
            organisation=organisation,
            name=f"Surveillance {number}",
            kind=Engagement.Kind.STAGE_1,
            body="Certbody",
            auditor_name="Eva",
            auditor_email=f"eva{number}@{organisation.slug}.example",
            system=system,
            records_from=now.date(),
            records_to=now.date(),
            access_from=now,
            access_until=now + dt.timedelta(days=14),
        )
        create_record(record=engagement, by=by)
