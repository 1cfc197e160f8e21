"""Lists narrow by what a field is: dates from and to, numbers, people, other records, tags, and what is empty."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client

from aims.models import Risk
from grc.access.actor import Actor
from grc.models import Organisation
from grc.registers.query import BadQuery, ListQuery
from grc.registers.register import registers
from tests.factories import make

pytestmark = pytest.mark.django_db
RISKS = registers.by_slug("risks")


@pytest.fixture
def more(monkeypatch: pytest.MonkeyPatch) -> None:
    """The register of risks with a filter of every kind."""
    names = ("state", "treatment", "system", "owner", "review_on", "score", "created_at")
    monkeypatch.setattr(type(RISKS), "filters", names)


@pytest.fixture
def risks(more: None, system: Actor, actor_of: Callable[..., Actor]) -> dict[str, Risk]:
    asset = make("ai-systems", system)
    me = actor_of("administrator").person
    return {
        "low": make("risks", system, likelihood=1, impact=2, review_on=dt.date(2026, 1, 31), tags=["EU"]),
        "high": make("risks", system, likelihood=5, impact=5, review_on=dt.date(2026, 6, 30), tags=["eu", "Motor"]),
        "mine": make("risks", system, likelihood=None, impact=None, owner=me, system=asset),
    }


def found(actor: Actor, query: str) -> set[str]:
    with actor.working():
        return {row.reference for row in ListQuery.read(RISKS, actor, QueryDict(query), strict=True).rows()}


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("review_on_from=2026-01-31", "low high"),
        ("review_on_from=2026-02-01", "high"),
        ("review_on_to=2026-01-31", "low"),
        ("review_on_from=2026-01-01&review_on_to=2026-12-31", "low high"),
        ("review_on=-", "mine"),
        ("review_on=-&review_on_from=2026-06-01", "mine high"),
        ("score_min=2", "low high"),
        ("score_min=3", "high"),
        ("score_max=2", "low"),
        ("score=-", "mine"),
        ("owner=me", "mine"),
        ("owner=-", "low high"),
        ("owner=me&owner=-", "low high mine"),
        ("system=-", "low high"),
        ("tag=eu", "low high"),
        ("tag=EU&tag=motor", "high"),
        ("tag=nonsense", ""),
        ("tag=%27%29%3B--", ""),
        ("state=open&tag=eu", "low high"),
        ("created_at_to=2020-01-01", ""),
        ("created_at_from=2020-01-01", "low high mine"),
    ],
)
def test_filter_keeps_what_fits(query: str, names: str, risks: dict[str, Risk], actor_of: Callable[..., Actor]) -> None:
    assert found(actor_of("administrator"), query) == {risks[name].reference for name in names.split()}


def test_filter_by_another_record(risks: dict[str, Risk], actor_of: Callable[..., Actor]) -> None:
    asset = risks["mine"].system
    assert asset is not None
    actor = actor_of("administrator")
    assert found(actor, f"system={asset.reference}") == {risks["mine"].reference}
    assert found(actor, f"system={asset.reference}&system=-") == {risk.reference for risk in risks.values()}


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("review_on_from=yesterday", "review_on_from"),
        ("review_on_to=10000-01-01", "review_on_to"),
        ("review_on=2026-01-01", "review_on"),
        ("score_min=NaN", "score_min"),
        ("score_min=1e999", "score_min"),
        ("score_max=99999999999999", "score_max"),
        ("score=4", "score"),
        ("owner=1", "owner"),
        ("system=SYS-9999", "system"),
        ("nonsense=1", "nonsense"),
        ("review_on_min=1", "review_on_min"),
    ],
)
def test_filter_that_means_nothing_is_named(
    query: str, name: str, risks: dict[str, Risk], actor_of: Callable[..., Actor]
) -> None:
    with pytest.raises(BadQuery) as refused:
        found(actor_of("administrator"), query)
    assert refused.value.name == name


def test_filters_stand_as_chips_that_take_themselves_away(
    risks: dict[str, Risk], client_of: Callable[..., Client]
) -> None:
    body = (
        client_of("administrator").get("/o/nordhaven/risks/?tag=EU&review_on_from=2026-01-01&owner=-").content.decode()
    )
    assert "Tag: EU" in body
    assert "Owner: Nobody" in body
    assert "Next review from 1 Jan 2026" in body
    assert "owner=-&amp;review_on_from=2026-01-01" in body or "review_on_from=2026-01-01&amp;owner=-" in body


def test_query_says_itself_again(risks: dict[str, Risk], actor_of: Callable[..., Actor]) -> None:
    actor = actor_of("administrator")
    asked = "q=x&owner=me&tag=EU&score_min=3&sort=-name&archived=1&col=reference&col=state&col=name"
    once = ListQuery.read(RISKS, actor, QueryDict(asked)).address()
    assert ListQuery.read(RISKS, actor, QueryDict(once)).address() == once
    assert ListQuery.read(RISKS, actor, QueryDict(once)).columns == ("reference", "state", "name")
    assert ListQuery.read(RISKS, actor, QueryDict("sort=-reference&q=")).address() == ""


def test_order_puts_the_empty_last_either_way(risks: dict[str, Risk], actor_of: Callable[..., Actor]) -> None:
    actor = actor_of("administrator")
    with actor.working():
        for sort, order in (("score", "low high mine"), ("-score", "high low mine"), ("owner", "mine")):
            rows = [row.reference for row in ListQuery.read(RISKS, actor, QueryDict(f"sort={sort}")).rows()]
            wanted = [risks[name].reference for name in order.split()]
            assert rows[: len(wanted)] == wanted, sort


def test_many_records_are_looked_up_by_typing(
    risks: dict[str, Risk], system: Actor, client_of: Callable[..., Client], other_organisation: Organisation
) -> None:
    for number in range(25):
        make("ai-systems", system, name=f"Letters {number}")
    make("ai-systems", Actor.system(other_organisation), name="Letters elsewhere")
    client = client_of("administrator")
    page = client.get("/o/nordhaven/risks/").content.decode()
    assert "/o/nordhaven/risks/choices/system" in page
    offered = client.get("/o/nordhaven/risks/choices/system", {"look": "letters 24"}).content.decode()
    assert "Letters 24" in offered
    assert "Letters 3" not in offered
    assert "elsewhere" not in client.get("/o/nordhaven/risks/choices/system", {"look": "elsewhere"}).content.decode()
    tags = client.get("/o/nordhaven/risks/choices/tags", {"look": "mot"}).content.decode()
    assert 'value="Motor"' in tags
    for name in ("state", "name", "nonsense"):
        assert client.get(f"/o/nordhaven/risks/choices/{name}").status_code == 404


def test_every_kind_is_drawn(risks: dict[str, Risk], client_of: Callable[..., Client]) -> None:
    page: Any = client_of("administrator").get("/o/nordhaven/risks/")
    body = page.content.decode()
    for name in ("review_on_from", "score_min", "owner", "system", "state"):
        assert f'name="{name}"' in body, name
