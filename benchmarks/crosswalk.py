"""The pages that show frameworks beside each other, all seven catalogues and every starter in use, against bare SQL."""

import uuid
from collections.abc import Iterator
from functools import cache

from django.db import transaction
from django.urls import reverse

from benchmarks import Result, benchmark
from benchmarks._filled import Filled
from benchmarks.registers import p50, p95, page_of, selected, unchecked
from controls.actions.frameworks import adopt_framework
from controls.actions.starters import adopt_starters
from controls.catalogues.shipped import KEYS
from controls.models import Framework, Mapping
from controls.starters.shipped import starters
from grc.access.actor import Actor
from grc.models import Membership, Organisation, Person

_PAIRS = """
SELECT s.code, s.name, t.code, t.name, m.relationship, m.standing, m.confidence, m.origin FROM controls_requirement s
LEFT JOIN controls_mapping m ON m.source_id = s.id AND m.archived_at IS NULL
LEFT JOIN controls_requirement t ON t.id = m.target_id AND t.framework_id = %s
WHERE s.framework_id = %s ORDER BY s.position
"""
_SERVED = """
SELECT r.code, r.name, c.reference, c.state FROM controls_requirement r
LEFT JOIN grc_link l ON l.archived_at IS NULL AND (l.target_id = r.id OR l.source_id = r.id)
LEFT JOIN controls_control c ON c.id = l.source_id OR c.id = l.target_id
WHERE r.framework_id = %s ORDER BY r.position
"""


@cache
def in_use() -> Filled:
    """An organisation with every catalogue and every starter, and an officer there."""
    slug = f"bench-{uuid.uuid4().hex[:12]}"
    organisation = Organisation.objects.create(name="Benchmark", slug=slug, mfa_roles=[])
    person = Person.objects.create_user(f"officer@{slug}.example", None, name="Officer")
    with Actor.system(organisation, way="command").working():
        Membership.objects.create(organisation=organisation, person=person, role="compliance-officer")
    actor = Actor.of(person, organisation)
    if actor is None:
        raise RuntimeError("The benchmark's person has no role.")
    with actor.working(), transaction.atomic():
        for key in KEYS:
            adopt_framework(key=key, by=actor)
        adopt_starters(keys=list(starters()), by=actor)
        rows = Mapping.objects.within(organisation).count()
    return Filled(organisation, person, actor, rows)


def _framework(here: Filled, key: str) -> Framework:
    with here.actor.working():
        found: Framework = Framework.objects.within(here.organisation).get(catalogue=key)
    return found


def _measured(name: str, url: str, sql: str, *values: int) -> Result:
    here = in_use()
    pages, queries = page_of(here, url)
    bare = unchecked(lambda: selected(sql, *values))
    return Result(name, p50(pages), "ms", p50(bare), {"p95": p95(pages), "queries": queries, "mappings": here.rows})


@benchmark
def crosswalk_page() -> Iterator[Result]:
    """The crosswalk from ISO/IEC 42001 to NIST AI RMF, p50 in ms; ceiling: the same rows by bare SQL."""
    iso, nist = _framework(in_use(), "iso42001"), _framework(in_use(), "nist-ai-rmf")
    here = reverse("framework-crosswalk", args=[in_use().organisation.slug])
    yield _measured("crosswalk_page", f"{here}?from={iso.reference}&to={nist.reference}", _PAIRS, nist.pk, iso.pk)


@benchmark
def wall_page() -> Iterator[Result]:
    """The wall of Annex A, p50 in ms; ceiling: its controls by bare SQL."""
    url = reverse("control-wall", args=[in_use().organisation.slug])
    yield _measured("wall_page", url, _SERVED, _framework(in_use(), "iso42001").pk)


@benchmark
def coverage_page() -> Iterator[Result]:
    """How far NIST AI RMF is covered through the crosswalk, p50 in ms; ceiling: the same rows by bare SQL."""
    iso, nist = _framework(in_use(), "iso42001"), _framework(in_use(), "nist-ai-rmf")
    url = reverse("frameworks-coverage", args=[in_use().organisation.slug, nist.reference])
    yield _measured("coverage_page", url, _PAIRS, nist.pk, iso.pk)
