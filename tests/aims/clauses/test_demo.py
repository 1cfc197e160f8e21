"""The demo firm's context: whole, approved, and with the gaps that the product is to find."""

import pytest

from aims.clauses.answers import BY_CODE
from aims.clauses.facts import Facts
from aims.clauses.found import find
from aims.demo.context import seed_context
from aims.demo.systems import seed_systems
from aims.models import AIRole, Commitment, InterestedParty, Issue, Process, Responsibility
from grc.demo import HOME, demo_actor, seed_people
from grc.models import Organisation, Review

pytestmark = pytest.mark.django_db


def test_demo_firm_has_its_context_with_two_honest_gaps() -> None:
    seed_people()
    seed_systems()
    for _again in range(2):
        seed_context()
    home = Organisation.objects.get(slug=HOME)
    counts = [model.objects.within(home).count() for model in (Issue, InterestedParty, Process)]
    counts += [model.objects.within(home).count() for model in (Responsibility, Commitment, AIRole)]
    assert counts == [8, 7, 7, 6, 3, 5]
    assert Review.objects.within(home).get(key__register="scope").state == "approved"
    facts = Facts(demo_actor("carla@nordhaven.example", HOME))
    answered = {code: find(BY_CODE[code], facts) for code in ("4.1", "4.2", "4.3", "4.4", "5.1", "5.3")}
    assert [one.state.value for one in answered.values()] == [
        "documented", "documented", "begun", "documented", "documented", "begun",
    ]  # fmt: skip
    assert [gap.text for gap in answered["4.3"].gaps] == ["Decide whether Fraud signals is in scope."]
    assert [gap.text for gap in answered["5.3"].gaps] == ["Nobody holds “Data steward”: name somebody."]
