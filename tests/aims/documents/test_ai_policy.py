"""Which policy is the AI policy: the map of the clauses and the documentation pack name the same one."""

import pytest
from django.utils import timezone

from aims.clauses.context import policies
from aims.clauses.facts import Facts
from aims.pack.index import ai_policy
from aims.pack.reading import Reading
from grc.access.actor import Actor
from tests.factories import make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("title", "kind", "is_one"),
    [
        ("AI policy", "policy", True),
        ("AI-policy of the group", "policy", True),
        ("Policy on the use of AI", "policy", True),
        ("KI-Richtlinie", "policy", True),
        ("Policy on artificial intelligence", "policy", True),
        ("AI policy, how it is written", "procedure", False),
        ("Policy on mail and e-mail", "policy", False),
        ("Thai office: travel policy", "policy", False),
    ],
)
def test_the_map_and_the_pack_recognise_the_same_policy(system: Actor, title: str, kind: str, is_one: bool) -> None:
    made = make("documents", system, name=title, kind=kind)
    with system.working():
        on_the_map = [row.reference for row in policies(Facts(system))]
        in_the_pack = ai_policy(Reading(system, today=timezone.localdate()))
    assert on_the_map == ([made.reference] if is_one else [])
    assert (in_the_pack is not None) is is_one
