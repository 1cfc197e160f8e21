"""The supply chain of AI systems: what stands in the map, and what is flagged."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from aims.supply.chain import Flag, Hop, hops_of
from aims.supply.map import chain_graph
from aims.supply.ties import is_called
from grc.access.actor import Actor
from grc.actions.records import archive_record
from tests.factories import make
from tests.vendors.complete import complete_dpa
from tests.vendors.shadow_case import Case, case_of, read
from vendors.models import Offering, Route, VendorPlan

pytestmark = pytest.mark.django_db
PAGE = "/o/nordhaven/supply-chain"


@pytest.fixture
def case(system: Actor, monkeypatch: pytest.MonkeyPatch) -> Case:
    made = case_of(system, monkeypatch)
    rows = Route.objects.within(system.organisation).filter(pk=made.route.pk)
    rows.update(region="Frankfurt", country="DE", data=["personal", "internal"])
    made.assistant.uses.update(data=["personal", "internal"])
    return made


def hop(case: Case) -> Hop:
    (found,) = hops_of(case.by, case.assistant)
    return found


def test_personal_data_needs_a_dpa_that_counts(case: Case) -> None:
    assert (hop(case).flags, hop(case).contract) == ([Flag.NO_DPA], ("No DPA that counts", "red"))
    half = make("agreements", case.by, vendor=case.offering.vendor, name="Half a DPA")
    assert hop(case).flags == [Flag.NO_DPA]
    archive_record(record=read(half), by=case.by)
    dpa = complete_dpa(case.by, vendor=case.offering.vendor)
    found = hop(case)
    assert (found.flags, found.cover.dpa.pk, found.contract) == ([], dpa.pk, ("DPA counts", "green"))
    assert found.approval == ("Approved", "green")


def test_own_controller_and_data_that_is_not_personal_need_none(case: Case) -> None:
    Offering.objects.within(case.by.organisation).update(gdpr_role="controller")
    assert (hop(case).flags, hop(case).contract) == ([], ("Own controller, no DPA", ""))
    Offering.objects.within(case.by.organisation).update(gdpr_role="none")
    case.assistant.uses.update(data=["internal"])
    Route.objects.within(case.by.organisation).update(data=["internal"])
    assert (hop(case).flags, hop(case).contract) == ([], ("No DPA, no personal data", ""))


def test_processor_without_a_dpa_is_not_said_to_need_none(case: Case) -> None:
    Offering.objects.within(case.by.organisation).update(gdpr_role="processor")
    case.assistant.uses.update(data=["internal"])
    assert (hop(case).flags, hop(case).contract) == ([], ("No DPA that counts", "orange"))


def test_a_list_of_subprocessors_that_nobody_verified_is_called_so(
    case: Case, client_of: Callable[..., Client]
) -> None:
    fact = make("vendor-facts", case.by, offering=case.offering, topic="subprocessors")
    for verified, said in ((None, "not verified"), (dt.date(2026, 11, 3), "3 Nov 2026")):
        type(fact).unscoped.filter(pk=fact.pk).update(verified_on=verified, confidence="unverified")
        page = re.sub(r"<[^>]+>", "", client_of("vendor-manager").get(PAGE).content.decode())
        assert f"its subprocessors, {said}" in " ".join(page.split())


def test_what_is_wrong_is_flagged(case: Case) -> None:
    case.assistant.uses.update(data=["internal", "credentials"])
    found = hop(case)
    assert (found.flags, found.extra) == ([Flag.DATA], ["Source code or credentials"])
    case.assistant.uses.update(data=["internal"])
    routes = Route.objects.within(case.by.organisation).filter(pk=case.route.pk)
    routes.update(region="", country="US")
    assert hop(case).flags == [Flag.REGION, Flag.THIRD]
    routes.update(region="Oslo", country="NO")
    assert hop(case).flags == []
    VendorPlan.objects.within(case.by.organisation).update(tier="free", allowed=False)
    assert hop(case).flags == [Flag.FREE, Flag.PLAN]


def test_approval_is_told_of_the_route_and_not_of_the_offering_alone(case: Case) -> None:
    plan = case.route.plan
    later = make("routes", case.by, plan=plan, name="Later", region="Paris", country="FR", data=["internal"])
    make("uses", case.by, system=case.other, route=later, data=["internal"])
    (found,) = hops_of(case.by, case.other)
    assert (found.flags, found.approval) == ([Flag.NOT_APPROVED], ("Route not approved", "orange"))
    Offering.objects.within(case.by.organisation).update(state="suspended", state_reason="x")
    assert hop(case).approval == ("Suspended", "orange")


def test_picture_leads_from_the_system_to_the_vendor(case: Case) -> None:
    carrier = make("vendors", case.by, name="Cloud", kind="host")
    Route.objects.within(case.by.organisation).filter(pk=case.route.pk).update(through=carrier, country="US")
    graph = chain_graph(hops_of(case.by, case.assistant), case.assistant)
    assert [(node.name, node.kind) for node in graph.nodes] == [
        ("Assistant", "AI system"),
        ("Direct", "US · third country"),
        ("Cloud", "Carries it"),
        (f"API: {case.route.plan.name}", "Approved · No DPA that counts"),
        ("OpenAI", "Vendor"),
    ]
    assert [node.tone for node in graph.nodes] == ["secondary", "yellow", "blue", "red", "secondary"]
    names = {node.key: node.name for node in graph.nodes}
    assert [(names[edge.source], names[edge.target], edge.label) for edge in graph.edges][:2] == [
        ("Assistant", "Direct", "Internal data, Personal data"),
        ("Direct", "Cloud", ""),
    ]


def test_ended_and_archived_uses_are_left_out(case: Case) -> None:
    case.assistant.uses.update(until=timezone.localdate())
    assert len(hops_of(case.by)) == 1
    case.assistant.uses.update(until=timezone.localdate() - dt.timedelta(days=1))
    assert hops_of(case.by) == []
    assert chain_graph([]).nodes == []


def test_pages_files_and_api_for_who_may(case: Case, client_of: Callable[..., Client]) -> None:
    client, one = client_of("vendor-manager"), f"{case.assistant.get_absolute_url()}/supply-chain"
    for page in (PAGE, one):
        body = client.get(page).content.decode()
        assert "No DPA that counts" in body
        assert case.route.get_absolute_url() in body
        assert client_of("reader").get(page).status_code == 404
        for kind in ("png", "docx", "csv", "xlsx", "pdf"):
            assert client.get(f"{page}.{kind}").status_code == 200, kind
        assert client.get(f"{page}.exe").status_code == 404
    assert client.get("/o/nordhaven/pictures/supply-chain.png").status_code == 200
    (row,) = client.get("/api/v1/o/nordhaven/supply-chain").json()
    assert (row["ai_system"], row["flags"], row["dpa"]) == (case.assistant.reference, ["no-dpa"], "")
    assert client_of("reader").get("/api/v1/o/nordhaven/supply-chain").status_code == 404
    assert (
        "No use of a vendor is registered"
        in client.get(f"{case.other.get_absolute_url()}/supply-chain").content.decode()
    )


def test_another_organisation_sees_none_of_it(
    case: Case, other_organisation: Any, client_of: Callable[..., Client]
) -> None:
    foreign = client_of("vendor-manager", other_organisation)
    assert foreign.get(PAGE).status_code == 404
    assert "Assistant" not in foreign.get("/o/elsewhere/supply-chain").content.decode()


def test_as_many_queries_for_one_as_for_many(case: Case, django_assert_num_queries: Callable[..., Any]) -> None:
    with CaptureQueriesContext(connection) as few:
        chain_graph(hops_of(case.by))
    for _number in range(5):
        make("uses", case.by, data=["personal"])
    with django_assert_num_queries(len(few)):
        chain_graph(hops_of(case.by))


def test_page_of_a_system_hints_at_suppliers_in_words(case: Case, client_of: Callable[..., Client]) -> None:
    for supplier in ("OpenAI", "Acme", "Mistral"):
        make("components", case.by, system=case.assistant, name=f"Model of {supplier}", supplier=supplier)
    make("vendors", case.by, name="Mistral AI")
    body = client_of("vendor-manager").get(case.assistant.get_absolute_url()).content.decode()
    hint = body[body.index("not tied to a vendor") : body.index("not tied to a vendor") + 3000]
    assert "Acme" in hint
    assert "Register the vendor" in hint
    assert "Mistral" in hint
    assert "Say by which route" in hint
    assert "Model of OpenAI" not in hint
    assert "Supply chain" not in client_of("reader").get(case.assistant.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("name", "supplier", "same"),
    [
        ("OpenAI", "openai", True),
        ("Mistral AI", "Mistral", True),
        ("Microsoft", "Microsoft Ireland", True),
        ("Amazon Web Services", "Amazon Bedrock", False),
        ("OpenAI", "–", False),
    ],
)
def test_supplier_is_a_vendor_by_its_words(name: str, supplier: str, same: bool) -> None:
    assert is_called(name, supplier) is same
