import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from aims.models import AISystem
from grc.access.actor import Actor
from grc.actions.tokens import make_token, revoke_token
from grc.models import APIToken, Membership, Organisation
from tests.factories import make

pytestmark = pytest.mark.django_db
URL = "/api/v1/o/nordhaven/ai-systems"
NEW = {"name": "Chat", "purpose": "Talks", "role": "deployer"}


@pytest.fixture
def editor(client_of: Callable[..., Client], organisation: Organisation) -> Client:
    return client_of("compliance-officer")


def bearer(secret: str) -> dict[str, str]:
    return {"HTTP_AUTHORIZATION": f"Bearer {secret}"}


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (b'{"name": "a", "name": "b"}', "twice"),
        (b'{"name": 1e999}', "range"),
        (b'{"name": NaN}', "NaN"),
        (b'{"name": "\\u0000"}', "NUL"),
        (b'{"name": "\\ud800"}', "surrogate"),
        (b"[" * 5000 + b"]" * 5000, "deep"),
        (b'{"lock": ' + b"9" * 5000 + b"}", "digits"),
        (b"[]", "object"),
        (b"\xff\xfe", "UTF-8"),
        (b"{", "JSON"),
    ],
)
def test_body_that_is_not_acceptable_json_is_a_400_that_says_why(editor: Client, body: bytes, word: str) -> None:
    response = editor.post(URL, body, content_type="application/json")
    assert response.status_code == 400
    assert word in response.json()["error"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("in_use_since", "10000-01-01"),
        ("in_use_since", "yesterday"),
        ("stage", "flying"),
        ("name", "x" * 201),
        ("name", ""),
        ("owner", "nobody@nowhere.example"),
        ("name", {"a": 1}),
    ],
)
def test_field_with_a_bad_value_is_named(editor: Client, field: str, value: Any) -> None:
    response = editor.post(URL, NEW | {field: value}, content_type="application/json")
    assert response.status_code == 400
    assert field in response.json()["fields"]


def test_create_rules_of_the_row_hold_in_the_api_too(editor: Client) -> None:
    response = editor.post(URL, NEW | {"risk_class": "high"}, content_type="application/json")
    assert response.status_code == 400
    assert "reason" in json.dumps(response.json())


def test_create_writes_history_in_the_callers_name(editor: Client, organisation: Organisation) -> None:
    response = editor.post(URL, NEW, content_type="application/json")
    assert response.status_code == 201
    record = AISystem.unscoped.get(reference=response.json()["reference"])
    assert record.history.get().history_user.email == "compliance-officer@nordhaven.example"
    assert record.organisation == organisation


def test_idempotency_key_writes_once_and_answers_the_same(editor: Client) -> None:
    first = editor.post(URL, NEW, content_type="application/json", HTTP_IDEMPOTENCY_KEY="k1")
    again = editor.post(URL, NEW, content_type="application/json", HTTP_IDEMPOTENCY_KEY="k1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert AISystem.unscoped.count() == 1
    other = editor.post(URL, NEW | {"name": "Else"}, content_type="application/json", HTTP_IDEMPOTENCY_KEY="k1")
    assert other.status_code == 409


def test_idempotency_key_answers_nobody_who_may_no_longer_write(
    editor: Client, organisation: Organisation, actor_of: Callable[..., Actor]
) -> None:
    editor.post(URL, NEW, content_type="application/json", HTTP_IDEMPOTENCY_KEY="k3")
    Membership.objects.filter(person=actor_of("compliance-officer").person).update(role="reader")
    again = editor.post(URL, NEW, content_type="application/json", HTTP_IDEMPOTENCY_KEY="k3")
    assert again.status_code == 403


def test_idempotency_key_of_a_refused_write_may_be_used_again(editor: Client) -> None:
    bad = editor.post(URL, {}, content_type="application/json", HTTP_IDEMPOTENCY_KEY="k2")
    good = editor.post(URL, NEW, content_type="application/json", HTTP_IDEMPOTENCY_KEY="k2")
    assert (bad.status_code, good.status_code) == (400, 201)


def test_token_does_what_its_owner_may_do(actor_of: Callable[..., Actor], organisation: Organisation) -> None:
    person = actor_of("reader").person
    assert person is not None
    _token, secret = make_token(person=person, name="script", days=7)
    client = Client()
    assert client.get(URL, **bearer(secret)).status_code == 200
    assert client.post(URL, NEW, content_type="application/json", **bearer(secret)).status_code == 403


def test_token_dies_with_its_owner(actor_of: Callable[..., Actor], organisation: Organisation) -> None:
    person = actor_of("reader").person
    assert person is not None
    token, secret = make_token(person=person, name="script", days=7)
    Membership.objects.filter(person=person).update(ended_at=timezone.now())
    assert Client().get(URL, **bearer(secret)).status_code == 404
    person.is_active = False
    person.save()
    assert Client().get(URL, **bearer(secret)).status_code == 401
    person.is_active = True
    person.save()
    revoke_token(token=token)
    assert Client().get(URL, **bearer(secret)).status_code == 401


def test_token_that_expired_is_refused(actor_of: Callable[..., Actor], organisation: Organisation) -> None:
    person = actor_of("reader").person
    assert person is not None
    token, secret = make_token(person=person, name="script", days=7)
    APIToken.objects.filter(pk=token.pk).update(expires_at=timezone.now())
    assert Client().get(URL, **bearer(secret)).status_code == 401


@pytest.mark.parametrize("header", ["Bearer", "Bearer x", "Basic YTpi", "Bearer assay_", "Bearer assay_wrong"])
def test_header_that_is_no_token_is_401(header: str, organisation: Organisation) -> None:
    assert Client().get(URL, HTTP_AUTHORIZATION=header).status_code == 401


def test_session_write_without_csrf_token_is_refused(
    actor_of: Callable[..., Actor], organisation: Organisation
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(actor_of("administrator").person)  # type: ignore[arg-type]
    assert client.post(URL, NEW, content_type="application/json").status_code == 403
    assert AISystem.unscoped.count() == 0


def test_schema_describes_every_register(editor: Client) -> None:
    schema = editor.get("/api/v1/schema?format=json").json()
    assert "/api/v1/o/{organisation}/ai-systems" in schema["paths"]
    assert "delete" not in schema["paths"]["/api/v1/o/{organisation}/ai-systems/{reference}"]


def test_foreign_record_cannot_be_named_in_a_body(
    editor: Client, system: Actor, other_organisation: Organisation
) -> None:
    make("ai-systems", system)
    stranger = Actor.system(other_organisation)
    make("ai-systems", stranger)
    foreign = make("ai-systems", stranger)  # SYS-0002 exists there, not here
    body = {"system": foreign.reference, "name": "m", "kind": "tool"}
    response = editor.post("/api/v1/o/nordhaven/components", body, content_type="application/json")
    assert response.status_code == 400
    assert "system" in response.json()["fields"]
