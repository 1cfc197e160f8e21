"""Decision records by API: filters, cursor, story, bundle, references; and every refusal in its one shape."""

import base64
import uuid
from collections.abc import Callable

import pytest
from django.test import Client

from evidence.models import DecisionRow, Source
from evidence.storage.records import stored_entry
from evidence.tlog import bundle, entry
from grc.access.actor import Actor
from grc.access.roles import ROLES, Permission
from grc.actions.tokens import make_token
from grc.models import ActivityEvent, Organisation
from tests.evidence.decisions.proxy import CUSTOMER, Proxy, pull
from tests.evidence.decisions.tampering import Altering, update_as_owner

API = "/api/v1/o/nordhaven/decisions"


@pytest.fixture
def client(client_of: Callable[..., Client]) -> Client:
    return client_of("compliance-officer")


def id_at(source: Source, seq: int) -> str:
    return str(DecisionRow.objects.within(source.organisation).get(source=source, seq=seq).decision_id)


def test_api_lists_with_filters_and_cursor(source: Source, client: Client) -> None:
    first = client.get(API, {"page_size": 2, "kind": "any"}).json()
    assert [item["seq"] for item in first["results"]] == [5, 4]
    second = client.get(API, {"page_size": 4, "kind": "any", "cursor": first["next_cursor"]}).json()
    assert [item["seq"] for item in second["results"]] == [3, 2, 1, 0]
    assert second["next_cursor"] == ""
    denied = client.get(API, {"outcome": "deny"}).json()["results"]
    assert [(item["seq"], item["outcome"], item["kind"]) for item in denied] == [(3, "deny", "decision")]
    assert set(denied[0]) == {
        "when", "decision_id", "kind", "system", "outcome", "policy", "model", "source", "seq",
    }  # fmt: skip


def test_api_reads_one_with_its_verdicts_and_exact_bytes(source: Source, client: Client) -> None:
    body = client.get(f"{API}/{id_at(source, 1)}").json()
    assert (body["good"], body["level"], body["seq"]) == (True, "B", 1)
    assert body["story"][0].endswith("under policy claims-policy 2026.10.3.")
    assert {v["check"]: v["result"] for v in body["verdicts"]}["signature"] == "holds"
    assert base64.b64decode(body["payload_b64"]) == entry.decode(stored_entry(source, 1)).payload
    assert body["record"]["policy"]["id"] == "claims-policy"
    assert body["completion"]["human"] == {"action": "confirmed"}
    assert any("never recorded" in limit for limit in body["limits"])


def test_api_shows_a_superusers_update(source: Source, client: Client) -> None:
    update_as_owner("UPDATE evidence_decision SET outcome = 1 WHERE seq = 3")
    body = client.get(f"{API}/{id_at(source, 3)}").json()
    assert (body["good"], body["level"]) == (False, None)
    assert {v["check"]: v["result"] for v in body["verdicts"]}["index"] == "fails"


def test_api_bundle_is_the_pages_and_is_logged(source: Source, client: Client) -> None:
    response = client.get(f"{API}/{id_at(source, 1)}/bundle")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/zip"
    assert bundle.verify(response.content).good
    assert ActivityEvent.objects.within(source.organisation).get(verb="disclosed").way == "api"


def test_api_turns_a_reference_into_the_hash_to_filter_with(source: Source, proxy: Proxy, client: Client) -> None:
    url = "/api/v1/o/nordhaven/subject-refs"
    (answer,) = client.post(url, {"reference": CUSTOMER}, "application/json").json()
    assert (answer["source"], answer["state"]) == ("LOG-0001", "found")
    found = client.get(API, {"subject": answer["subject_ref"]}).json()["results"]
    assert [item["seq"] for item in found] == [3, 1]
    (answer,) = client.post(url, {"reference": "nobody"}, "application/json").json()
    assert (answer["state"], answer["subject_ref"]) == ("unknown", "")


def test_api_works_with_a_token(source: Source, actor_of: Callable[..., Actor]) -> None:
    person = actor_of("internal-auditor").person
    assert person is not None
    _token, secret = make_token(person=person, name="bundles", days=7)
    headers = {"Authorization": f"Bearer {secret}"}
    assert Client().get(API, headers=headers).status_code == 200
    assert Client().get(f"{API}/{id_at(source, 1)}/bundle", headers=headers).status_code == 200
    assert Client().get(API).status_code == 401


# Refusals


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("outcome=x", "outcome"), ("kind=x", "kind"), ("subject=1", "subject"), ("cursor=x", "cursor"),
        ("from=x", "from"), ("from=1900-01-01&to=2026-01-01", "from"), ("system=%00", "system"),
        ("page_size=0", "page_size"), ("page_size=501", "page_size"), ("page_size=x", "page_size"),
        ("page_size=٣", "page_size"), ("page=2", "page"), ("order=ts", "order"),
    ],
)  # fmt: skip
def test_api_refuses_parameters_by_name(organisation: Organisation, client: Client, query: str, name: str) -> None:
    response = client.get(f"{API}?{query}")
    assert response.status_code == 400
    assert list(response.json()["fields"]) == [name]
    assert response.json()["fields"][name][0].endswith((".", ","))


@pytest.mark.parametrize("path", ["x", "01939c1e", "a" * 300, "%00"])
def test_api_refuses_what_is_no_id(organisation: Organisation, client: Client, path: str) -> None:
    for suffix in ("", "/bundle"):
        response = client.get(f"{API}/{path}{suffix}")
        assert response.status_code == 400
        assert response.json()["fields"] == {"decision": ["A decision’s id is a UUID."]}


@pytest.mark.parametrize(
    "body", [b"{}", b'{"reference": ""}', b'{"reference": "a\\u0000"}', b'{"reference": 1e999}', b"[]"]
)
def test_api_refuses_references_that_can_not_be(organisation: Organisation, client: Client, body: bytes) -> None:
    response = client.post("/api/v1/o/nordhaven/subject-refs", body, "application/json")
    assert response.status_code == 400
    assert response.json()["error"]


def test_api_quarantined_is_a_conflict_with_the_reason(proxy: Proxy, system: Actor, client: Client) -> None:
    bad = proxy.decide(completed=False)
    proxy.server.contract = Altering(proxy.server.contract, 1, b'"allow"', b'"error"')
    pull(proxy.source(system))
    response = client.get(f"{API}/{bad}")
    assert response.status_code == 409
    assert "in quarantine" in response.json()["error"]
    assert "signature" in response.json()["error"]
    assert client.get(f"{API}/{bad}/bundle").status_code == 404


def test_api_of_another_organisation_does_not_exist(
    source: Source, other_organisation: Organisation, client_of: Callable[..., Client]
) -> None:
    stranger, decision = client_of("administrator", other_organisation), id_at(source, 1)
    for url in (API, f"{API}/{decision}", f"{API}/{decision}/bundle"):
        assert stranger.get(url).status_code == 404
        assert stranger.get(url.replace("nordhaven", "elsewhere")).status_code == (200 if url == API else 404)
    assert stranger.get(API.replace("nordhaven", "elsewhere"), {"kind": "any"}).json()["results"] == []
    assert stranger.get(API.replace("nordhaven", "elsewhere"), {"source": "LOG-0001"}).json()["results"] == []


def test_api_by_role(source: Source, client_of: Callable[..., Client]) -> None:
    decision = id_at(source, 1)
    for role in ROLES.values():
        client = client_of(role.key)
        sees, discloses = (p in role.grants for p in (Permission.DECISIONS_VIEW, Permission.DECISIONS_DISCLOSE))
        assert client.get(API).status_code == (200 if sees else 404), role.key
        assert client.get(f"{API}/{decision}").status_code == (200 if sees else 404), role.key
        expected = 404 if not sees else 200 if discloses else 403
        assert client.get(f"{API}/{decision}/bundle").status_code == expected, role.key
        assert client.get(f"{API}/{uuid.uuid4()}").status_code == 404


def test_api_is_described(db: None, client_of: Callable[..., Client]) -> None:
    schema = client_of("administrator").get("/api/v1/schema", {"format": "json"}).json()
    path = "/api/v1/o/{organisation}/decisions"
    assert {"get"} == set(schema["paths"][path]) == set(schema["paths"][f"{path}/{{decision}}/bundle"])
    names = {parameter["name"] for parameter in schema["paths"][path]["get"]["parameters"]}
    assert {"subject", "system", "policy", "model", "outcome", "kind", "period", "from", "to", "cursor"} <= names
