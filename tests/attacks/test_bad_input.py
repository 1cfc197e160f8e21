"""Whatever is sent: an answer that says what is wrong, never a 5xx, and nothing half done."""

import itertools
import json
import os
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any
from unittest import SkipTest
from urllib.parse import quote, urlencode

import pytest
import schemathesis
from django.apps import apps
from django.db import connection, transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from rest_framework.throttling import SimpleRateThrottle
from schemathesis import GenerationMode
from schemathesis.core import NotSet

from grc.access.actor import Actor
from grc.actions.tokens import make_token
from grc.models import ActivityEvent, IdempotencyKey
from grc.registers.register import registers
from tests.access.addresses import Address, addresses, filled
from tests.alike import answering, registers_differ, worth_asking
from tests.attacks.forms import fields_by_address
from tests.factories import make

pytestmark = pytest.mark.django_db
ROUNDS = int(os.environ.get("ASSURANCE_ROUNDS") or 0)
EXAMPLES = 6 + 40 * ROUNDS
PARTS = 12
"""Tests that share the operations of the API, so that none takes longer than a test may."""

QUICKLY = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
JSON_HORRORS = {
    "deep": b"[" * 5000 + b"]" * 5000,
    "deep object": b'{"a":' * 5000 + b"1" + b"}" * 5000,
    "out of range": b'{"lock": 1e999}',
    "NaN": b'{"lock": NaN}',
    "infinity": b'{"lock": -Infinity}',
    "twice": b'{"lock": 1, "lock": 2}',
    "digits": b'{"lock": ' + b"9" * 5000 + b"}",
    "NUL": b'{"name": "a\\u0000b"}',
    "surrogate": b'{"name": "\\ud800"}',
    "list": b"[]",
    "text": b'"a"',
    "null": b"null",
    "empty": b"",
    "not UTF-8": b"\xff\xfe{}",
    "cut off": b'{"lock": 1',
    "two": b"{} {}",
}
VALUES = {
    "minus": "-1",
    "zero": "0",
    "huge": "1" + "0" * 30,
    "digits": "9" * 5000,
    "text": "abc",
    "float": "1e999",
    "NaN": "NaN",
    "NUL": "a\x00b",
    "long": "x" * 5000,
    "year 10000": "10000-01-01",
    "naive": "2026-03-29T02:30",
    "never": "2026-02-30",
    "quote": "';--",
    "markup": "<script>alert(1)</script>",
    "dunder": "__class__",
    "relation": "organisation__name",
    "unicode": "\u202e\ufeff\U0001f9ff\uffff",
    "format": "{0.__class__}%s%(a)s",
}
PLACES = re.compile(r"<[^>]+>|\{[^}]+\}")
RAW = {"lone surrogate": "%ED%A0%80", "not UTF-8": "%FF%FE", "nothing": "", "percent": "%"}


@pytest.fixture
def client(client_of: Callable[..., Client], monkeypatch: Any) -> Client:
    """An administrator's, without the limit of requests a minute."""
    monkeypatch.setattr(SimpleRateThrottle, "allow_request", lambda self, request, view: True)
    made = client_of("administrator")
    made.raise_request_exception = False
    return made


def asked_addresses() -> list[Address]:
    ours = [a for a in addresses() if not a.route.startswith(("static", "^static", "account/"))]
    return worth_asking(ours, lambda address: address.route, registers_differ)


@pytest.fixture
def urls(system: Actor) -> dict[Address, str]:
    """A real address of everything that there is for insiders."""
    return filled(asked_addresses(), system)


def rows() -> dict[str, int]:
    """How many rows every table has. Views and refusals may add to activity; nothing else may change."""
    passing = {"grc.activityevent", "sessions.session"}
    models = [m for m in apps.get_models() if m._meta.label_lower not in passing and m._meta.managed]
    with connection.cursor() as cursor:  # all in one question: it is asked hundreds of times
        cursor.execute("SELECT " + ", ".join(f'(SELECT count(*) FROM "{m._meta.db_table}")' for m in models))
        return dict(zip((m._meta.label_lower for m in models), cursor.fetchone(), strict=True))


def unbroken(response: Any, *what: Any) -> Any:
    assert response.status_code < 500, (response.status_code, *what, response.content[:300])
    return response


def explained(response: Any, *what: Any) -> None:
    """A refusal says what is wrong: in JSON by ``error``, on a page by a heading."""
    if response.status_code < 400 or response.status_code == 405:
        return
    if response.get("Content-Type", "").startswith("application/json"):
        body = response.json()
        assert body["error"], what
        assert response.status_code != 400 or "fields" not in body or body["fields"], what
    else:
        assert b"<h1" in response.content or b"<title" in response.content, what


# JSON


MADE_ONCE: dict[str, Any] = {}
"""What takes long to read and does not depend on rows: the API's description, the fields of the pages' forms."""


def schema_of(client: Client) -> Any:
    if "schema" not in MADE_ONCE:
        MADE_ONCE["schema"] = client.get("/api/v1/schema?format=json").content
    return json.loads(MADE_ONCE["schema"])


def forms_of(client: Client, system: Actor) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    if "forms" not in MADE_ONCE:
        MADE_ONCE["forms"] = fields_by_address(client, list(filled(asked_addresses(), system).values()))
    found: tuple[dict[str, set[str]], dict[str, set[str]]] = MADE_ONCE["forms"]
    return found


NOTHING = "00000000-0000-4000-8000-000000000000"
"""The id of nothing that there is."""


def api_writes(client: Client) -> Iterator[tuple[str, str]]:
    for path, methods in worth_asking(schema_of(client)["paths"].items(), lambda item: item[0], registers_differ):
        for method, operation in methods.items():
            body = operation.get("requestBody", {"content": {}})
            if method in {"post", "patch", "put", "delete"} and "application/json" in body["content"]:
                yield path, method.upper()


def filled_path(path: str, system: Actor) -> str:
    slug = next((r.slug for r in sorted(registers, key=lambda r: -len(r.slug)) if f"/{r.slug}" in path), "ai-systems")
    reference = make(slug, system).reference if "{reference}" in path else ""
    values = defaultdict(lambda: NOTHING, reference=reference)
    return path.format_map(values | {"organisation": system.organisation.slug})


def test_json_horrors_at_every_write_are_a_400_that_says_why(client: Client, system: Actor) -> None:
    writes = [(filled_path(path, system), method) for path, method in api_writes(client)]
    assert len(writes) > 10
    before = rows()
    for at, ((url, method), (name, body)) in enumerate(itertools.product(writes, JSON_HORRORS.items())):
        if not ROUNDS and (at + at // len(JSON_HORRORS)) % 4:
            continue  # each address gets some of them, each of them goes to many addresses
        response = client.generic(method, url, body, content_type="application/json")
        unbroken(response, method, url, name)
        if name == "empty":  # archiving needs no body
            continue
        if response.status_code == 404 and NOTHING in url:  # what is missing has no body to complain of
            continue
        assert response.status_code == 400, (method, url, name)
        assert response.json()["error"], (method, url, name)
    after = rows()
    archived = {name for name in after if after[name] != before[name]}
    told = {"grc.outboxmessage"}  # a webhook hears of what was archived
    assert archived <= told | {name for name in after if "historical" in name}, archived


def test_body_of_another_type_is_a_415(client: Client, system: Actor) -> None:
    schema = schema_of(client)["paths"]
    for path, method in api_writes(client):
        also = schema[path][method.lower()]["requestBody"]["content"]
        for kind in (
            "text/plain",
            "application/xml",
            "multipart/form-data; boundary=x",
            "application/x-www-form-urlencoded",
        ):
            if kind.partition(";")[0] in also:
                continue
            url = filled_path(path, system)
            response = client.generic(method, url, b"a=1", content_type=kind)
            if response.status_code == 404 and NOTHING in url:
                continue
            assert response.status_code == 415, (method, path, kind)
            explained(response, path)


def test_body_too_large_is_refused_in_json(client: Client, system: Actor) -> None:
    before = rows()
    for path, method in api_writes(client):
        if "{reference}" in path:
            continue
        body = b'{"name": "' + b"x" * (3 * 1024 * 1024) + b'"}'
        response = unbroken(
            client.generic(method, filled_path(path, system), body, content_type="application/json"), path
        )
        assert response.status_code in (400, 413), path
        assert response.json()["error"], path
    assert rows() == before


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_api_withstands_what_its_description_allows_and_forbids(
    mode: GenerationMode, part: int, client: Client, system: Actor
) -> None:
    """Every operation of the OpenAPI document, asked with generated parameters and bodies; a part of them in a test."""
    schema = schemathesis.openapi.from_dict(schema_of(client))
    every = [result.ok() for result in schema.get_all_operations()]
    asked = 0
    for operation in worth_asking(every, lambda operation: operation.path, registers_differ)[part::PARTS]:
        try:
            asker(
                client,
                operation.method.upper(),
                filled_path(operation.path, system),
                operation.as_strategy(generation_mode=mode),
            )()
        except (Unsatisfiable, SkipTest):
            continue  # nothing can be forbidden where nothing is described
        asked += 1
    assert asked > 6


def asker(client: Client, method: str, url: str, cases: Any) -> Callable[[], None]:
    @seed(2)
    @QUICKLY
    @given(case=cases)
    def ask(case: Any) -> None:
        query = urlencode(case.query or {}, doseq=True, errors="surrogatepass")
        body = b"" if isinstance(case.body, NotSet) else json.dumps(case.body, default=str).encode()
        with transaction.atomic():
            response = client.generic(
                method, f"{url}?{query}", body, content_type=case.media_type or "application/json"
            )
            transaction.set_rollback(True)
        unbroken(response, method, url, query, body[:300])
        explained(response, method, url, query, body[:300])

    return ask


def test_idempotency_keys_of_every_kind(client: Client) -> None:
    url, body = "/api/v1/o/nordhaven/ai-systems", {"name": "a", "purpose": "b", "role": "deployer"}
    for key in ("x" * 201, "\x00", "é" * 300, "a\tb"):
        response = client.post(url, body, "application/json", HTTP_IDEMPOTENCY_KEY=key)
        assert unbroken(response).status_code == 400, key
        assert "Idempotency-Key" in response.json()["fields"]
    assert not IdempotencyKey.objects.exists()


def test_headers_of_every_kind(client: Client, system: Actor, actor_of: Callable[..., Actor]) -> None:
    _token, secret = make_token(person=actor_of("reader").person, name="x", days=7)  # type: ignore[arg-type]
    url = "/api/v1/o/nordhaven/ai-systems"
    for value in ("Bearer \x00", f"Bearer {secret}\x00", "Bearer assay_" + "x" * 100_000, "é"):
        response = Client(raise_request_exception=False).get(url, headers={"Authorization": value})
        assert unbroken(response, value[:20]).status_code == 401
    for name, value in (
        ("Accept", "text/html"),
        ("Accept", "x" * 9999),
        ("Accept-Language", "\x00"),
        ("HX-Request", "x"),
    ):
        unbroken(client.get(url, headers={name: value}), name)
        unbroken(client.get("/o/nordhaven/ai-systems/", headers={name: value}), name)


# Queries


def query_names(client: Client, urls: dict[Address, str], system: Actor) -> dict[str, set[str]]:
    asked = {name: set(fields) for name, fields in forms_of(client, system)[0].items()}
    described = {PLACES.sub("{}", path.strip("/")): methods for path, methods in schema_of(client)["paths"].items()}
    for address in urls:
        operation = described.get(PLACES.sub("{}", address.route.strip("/")), {}).get("get", {})
        names = {p["name"] for p in operation.get("parameters", ()) if p["in"] == "query"}
        asked.setdefault(address.name, set()).update(names)
    return asked


@pytest.mark.parametrize("part", range(PARTS))
def test_query_parameters_never_break_a_page(part: int, client: Client, system: Actor) -> None:
    """Every parameter that a page, a link or the description names, at its address, with every kind of nonsense."""
    urls = filled(asked_addresses()[part::PARTS], system)
    names, sent = query_names(client, urls, system), 0
    values = {name: quote(value, safe="") for name, value in VALUES.items()} | RAW
    for number, (address, url) in enumerate(urls.items()):
        for at, parameter in enumerate(sorted({"page", *names.get(address.name, set())} - {""})):
            for step, (kind, value) in enumerate(values.items()):
                if not ROUNDS and (number + at + step) % 29:
                    continue
                response = client.get(f"{url}?{quote(parameter)}={value}")
                unbroken(response, url, parameter, kind)
                explained(response, url, parameter, kind)
                sent += 1
    assert sent > 20


def test_filters_orders_and_pages_that_mean_nothing_are_named(client: Client, system: Actor) -> None:
    for register in map(registers.by_slug, sorted(answering("filters that mean nothing"))):
        make(register.slug, system)
        api = f"/api/v1/o/nordhaven/{register.slug}"
        for name in ("sort", "nonsense", *(n for n in register.filters)):
            for kind in ("minus", "text", "NUL", "relation", "dunder", "year 10000"):
                response = client.get(api, {name: VALUES[kind]})
                assert response.status_code == 400, (api, name, kind)
                assert name in response.json()["fields"], (api, name, kind)
        for page in ("-1", "0", "abc", "1" + "0" * 30, "9" * 5000, "\x00"):
            assert client.get(api, {"page": page}).status_code in (400, 404), page
            assert client.get(register.list_url("nordhaven"), {"page": page}).status_code in (200, 400), page
        for size in ("-1", "0", "abc", "1" + "0" * 30):
            response = unbroken(client.get(api, {"page_size": size}), size)
            assert response.status_code == 400 or len(response.json()["results"]) <= 500


# Forms


@pytest.mark.parametrize("part", range(PARTS))
def test_forms_withstand_every_text(part: int, client: Client, system: Actor) -> None:
    _asked, posted = forms_of(client, system)
    every = sorted(set().union(*posted.values()))
    texts = st.one_of(st.sampled_from(sorted(VALUES.values())), st.text(max_size=60), st.integers().map(str))
    tried = 0
    pages = [address for address in asked_addresses() if not address.is_api]
    for address, url in filled(pages[part::PARTS], system).items():
        names = sorted(posted.get(address.name, set())) or every

        poster(client, url, st.dictionaries(st.sampled_from(names), texts))()
        tried += 1
    assert tried > 6


def poster(client: Client, url: str, bodies: Any) -> Callable[[], None]:
    before = rows()

    @seed(3)
    @settings(QUICKLY, max_examples=EXAMPLES // 2 or 1)
    @given(body=bodies)
    def post(body: dict[str, str]) -> None:
        with transaction.atomic():
            response = unbroken(client.post(url, body), url, body)
            refused = response.status_code >= 400
            after = rows() if refused else before
            transaction.set_rollback(True)
        explained(response, url, body)
        assert after == before, (url, body)

    return post


@pytest.mark.parametrize("register", list(registers), ids=lambda r: r.slug)
def test_form_names_each_field_that_is_wrong(register: Any, client: Client, system: Actor) -> None:
    record = make(register.slug, system)
    for kind in ("NUL", "long", "huge", "year 10000"):
        names = [name for name in register.writable if is_wrong_in(register.field(name), kind)]
        body = dict.fromkeys(names, VALUES[kind]) | {"lock": record.lock}
        response = client.post(register.url("edit", record), body)
        assert response.status_code == 422, kind
        page = response.content.decode()
        unnamed = [name for name in names if f'id="id_{name}_error"' not in page]
        assert unnamed == [], kind


def is_wrong_in(field: Any, kind: str) -> bool:
    """Long texts take all but NUL, short ones take whatever is short, and a tick is there or not."""
    match field.get_internal_type():
        case "BooleanField":
            return False
        case "TextField":
            return kind == "NUL"
        case "CharField" | "ArrayField":
            return kind in ("NUL", "long")
    return True


def test_bodies_too_large_or_too_many_are_a_page_that_says_so(client: Client, urls: dict[Address, str]) -> None:
    url = "/o/nordhaven/ai-systems/new"
    big = client.post(url, {"name": "x" * (3 * 1024 * 1024)})
    many = client.post(url, {f"n{number}": "1" for number in range(2000)})
    broken = client.generic("POST", url, b"--x\r\nnonsense", content_type="multipart/form-data; boundary=x")
    bare = client.generic("POST", url, b"x", content_type="multipart/form-data")
    for response in (big, many, bare):
        assert unbroken(response).status_code in (400, 413)
        assert b"<h1" in response.content
    assert b"too large" in big.content
    assert unbroken(broken).status_code in (400, 413, 422)


def test_each_refusal_is_one_line_in_the_log(client: Client, system: Actor, caplog: Any) -> None:
    asks: list[Callable[[], Any]] = [
        lambda: client.post("/api/v1/o/nordhaven/ai-systems", b"{", content_type="application/json"),
        lambda: client.post("/o/nordhaven/ai-systems/new", {"name": "\x00"}),
        lambda: client.get("/o/nordhaven/ai-systems/?sort=nonsense"),
        lambda: client.get("/o/nordhaven/nothing"),
    ]
    for ask in asks:
        caplog.clear()
        assert 400 <= ask().status_code < 500
        assert len([entry for entry in caplog.records if entry.name == "django.request"]) == 1
    assert not ActivityEvent.unscoped.filter(verb="created").exists()
