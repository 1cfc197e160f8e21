"""What is somebody else's is nowhere: not on a page, in a file, in a count, in an order, in a refusal.

The same crawl without and with the foreign rows must be equal byte for byte, so that what a canary cannot show (a
count, an identifier that skips, an order) is seen too.

`make test` crawls as the administrator, who sees most, and as the platform engineer, who sees least; as an auditor in
an engagement's room; and asks by other methods as the administrator. `make assurance` asks as every other role.
A crawl visits every address once (of those that all registers have alike, the addresses of some: ``tests/alike.py``),
every kind of link beside it, and every filter; of orders, files and other methods so many of a kind as go through code
of their own (see ``crawling.py``).
"""

import io
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client
from rest_framework.throttling import UserRateThrottle

from audits.actions.engagements import end_access, open_engagement
from audits.models import Engagement
from evidence.actions.items import add_file
from grc.access.actor import Actor
from grc.access.roles import ROLES
from grc.actions.links import link_records
from grc.models import ActivityEvent, File, RecordKey
from grc.registers.register import registers
from tests.access.addresses import addresses
from tests.attacks.crawling import Crawled, crawl, probes, start_addresses, takes_get
from tests.attacks.planting import (
    CANARY,
    HEAD,
    holds_canary,
    is_free_text,
    owned_models,
    plant_organisation,
    plant_registers,
    plant_rest,
)
from tests.conftest import PASSWORD
from tests.evidence.decisions.proxy import FIELDS, pull, running_proxy
from tests.factories import make

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(1200)]  # a crawl visits thousands of pages


@pytest.fixture(autouse=True)
def unthrottled(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is refused for its number shows nothing, whatever it would have shown."""
    monkeypatch.setattr(UserRateThrottle, "THROTTLE_RATES", {UserRateThrottle.scope: None})


@pytest.fixture
def home(system: Actor, actor_of: Callable[..., Actor], tmp_path: Path) -> dict[str, list[str]]:
    """The organisation that is crawled: a record of each register, each linked with all others; decisions pulled from a
    real log; an open engagement. Returns values for addresses."""
    for role in ROLES:
        actor_of(role)
    with system.working():
        records = plant_registers(system, "our own words")
    with running_proxy(tmp_path / "own", start=time.time_ns() // 1000) as proxy:
        proxy.decide()
        source = proxy.source(system)
        pull(source)
    for record in records.values():
        record.refresh_from_db()
    values = {slug: [record.reference] for slug, record in records.items()}
    return values | {"organisation": [system.organisation.slug]}


def foreign(tmp_path: Path) -> Actor:
    """Another organisation, full of canaries, with decisions of its own from a log of its own."""
    stranger = plant_organisation()
    with running_proxy(tmp_path / "foreign", log_id=f"{CANARY}.example/log", start=time.time_ns() // 1000) as proxy:
        said = {"system": {"id": CANARY, "version": "1"}, "policy": FIELDS["policy"] | {"id": CANARY}}
        proxy.decide(**said)
        pull(proxy.source(stranger, name=CANARY))
    engagement = Engagement.unscoped.get(organisation=stranger.organisation)
    open_engagement(engagement=engagement, by=stranger)
    plant_rest(stranger.organisation)
    return stranger


@contextmanager
def undone() -> Iterator[None]:
    """What a crawl writes (views, exports) is gone when it ends, so that the next one starts from the same state."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def differences(before: Crawled, after: Crawled) -> list[str]:
    """The addresses that answer otherwise, with the place where they begin to differ."""
    found = []
    for url in sorted({*before.bodies, *after.bodies}):
        (was, old), (now, new) = before.bodies.get(url, (0, b"")), after.bodies.get(url, (0, b""))
        if (was, old) != (now, new):
            at = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), 0)
            found.append(f"{url}: {was} {old[max(0, at - 60) : at + 60]!r} / {now} {new[max(0, at - 60) : at + 60]!r}")
    return found


def leaks(crawled: Crawled) -> list[str]:
    return [url for url, (_status, body) in crawled.bodies.items() if holds_canary(body)]


def hidden(crawled: Crawled, role: str, home: dict[str, list[str]]) -> list[str]:
    """Where records of registers that ``role`` may not see are named: by links, search, activity, choices."""
    blind = [register.slug for register in registers if register.view not in ROLES[role].grants]
    return [
        f"{reference} on {url}"
        for slug in blind
        for reference in home[slug]
        for url, (_status, body) in crawled.bodies.items()
        if reference.encode() in body and reference not in url and SHOWN_BY.get(slug, "nowhere") not in url
    ]


def keys_in_choices(crawled: Crawled) -> list[str]:
    """Forms that name what one may choose by its database key."""
    found = []
    for register in registers:
        for name in [name for name in register.writable if register.field(name).is_relation]:
            select = re.compile(rb'<select[^>]*name="%s".*?</select>' % name.encode(), re.DOTALL)
            for url, (status, body) in crawled.bodies.items():
                shown = select.search(body) if status == 200 and url.endswith("/edit") else None
                if shown and re.search(rb'<option value="\d+"', shown[0]):
                    found.append(f"{name} on {url}")
    return found


def answers_ill(crawled: Crawled) -> list[str]:
    """What broke, and what was refused for the crawl's own haste."""
    return [url for url, (status, _body) in crawled.bodies.items() if status >= 500 or status == 429]


def test_every_model_has_a_canary_in_the_other_organisation(db: None, tmp_path: Path) -> None:
    stranger = foreign(tmp_path)
    for model in owned_models():
        rows = model._base_manager.filter(organisation=stranger.organisation)
        assert rows.exists(), f"plant a row of {model.__name__} in tests/attacks/planting.py"


WRITES_NO_TEXT = {"owner", "tags"}
"""What may be written in records that are changed by an action of their own alone."""


def test_registers_texts_all_take_a_canary(system: Actor) -> None:
    """A register whose free texts take no canary would be crawled in vain."""
    for register in registers:
        free = [name for name in register.writable if is_free_text(register.field(name))]
        record = plant_registers(system)[register.slug] if register is next(iter(registers)) else None
        assert free or set(register.writable) <= WRITES_NO_TEXT, register.slug
        assert record is None or any(CANARY in str(getattr(record, name)) for name in free)


ALWAYS = ("administrator", "platform-engineer")
EVERY_ROLE = [pytest.param(role, marks=() if role in ALWAYS else pytest.mark.assurance) for role in ROLES]
SHOWN_BY = {"sources": "/decisions"}
"""Registers whose records are named elsewhere on purpose: a decision says in which log it stands."""


@pytest.mark.parametrize("role", EVERY_ROLE)
def test_what_a_role_may_not_see_is_nowhere(
    role: str, home: dict[str, list[str]], client_of: Callable[..., Client], tmp_path: Path
) -> None:
    """Of another organisation: not one byte. Of registers that the role may not see: no reference. Of anything: no
    database key, since an integer counts every organisation's rows."""
    client = client_of(role)
    references = ["SYS-0099", "CMP-0001"]
    start = [
        *filter(takes_get, start_addresses(home)),
        *probes(home["organisation"][0], references, f"{HEAD}@example.org"),
    ]
    with undone():
        before = crawl(client, start)
    foreign(tmp_path)
    with undone():
        after = crawl(client, start)
    assert answers_ill(after) == []
    assert leaks(after) == []
    assert "\n".join(differences(before, after)) == ""
    assert hidden(after, role, home) == []
    assert keys_in_choices(after) == []
    assert after.unvisited == 0
    assert after.statuses()[200] > 200


# An auditor, and everything outside of the engagement


@pytest.fixture
def room(home: dict[str, list[str]], system: Actor) -> Engagement:
    """An open engagement about one system, in an organisation that is full of canaries elsewhere."""
    shared = make("ai-systems", system, name="Claims triage", runtime_id=FIELDS["system"]["id"])
    item = make("evidence", system, name="Validation report")
    add_file(item=item, upload=io.BytesIO(b"a,b\r\n1,2\r\n"), name="report.csv", by=system)
    link_records(source=item, reference=shared.reference, by=system)
    with system.working():
        outside = plant_registers(system)
    # linked with the evidence, and not with the system
    link_records(source=item, reference=outside["ai-systems"].reference, by=system)
    engagement = make("engagements", system, system=shared)
    open_engagement(engagement=engagement, by=system)
    engagement.refresh_from_db()
    return engagement


def test_auditor_meets_nothing_from_outside_the_engagement(
    room: Engagement, home: dict[str, list[str]], tmp_path: Path
) -> None:
    client = Client()
    client.force_login(room.auditor)  # type: ignore[arg-type]
    scope = str(room.scope.public_id)  # type: ignore[union-attr]
    # the house is shut whatever the register: one address of a kind; the room is asked for every record there is
    start = [url for url in one_of_a_kind(home, scope) if takes_get(url)]
    start += [
        address.fill({"scope": scope, "reference": reference})
        for address in addresses()
        if "<uuid:scope>" in address.route and "<reference" in address.route
        for reference in every_reference(room)
    ]
    house = [f"{door}/o/{room.organisation.slug}" for door in ("", "/api/v1")]
    start += [
        f"{door}/{register.slug}/{one}"
        for door in house
        for register in registers
        for one in seen_in(register.slug, room)
    ]
    start += [f"/room/{scope}/records?q={HEAD}", f"/api/v1/rooms/{scope}/records?q={HEAD}"]
    start += [f"/room/{scope}/files/{file.public_id}" for file in File.unscoped.all()]
    with undone():
        before = crawl(client, start)
    foreign(tmp_path)
    with undone():
        after = crawl(client, start)
    assert leaks(after) == []
    assert "\n".join(differences(before, after)) == ""
    assert answers_ill(after) == []
    seen = [url for url, (status, _body) in after.bodies.items() if status == 200]
    assert any("report" in url or "/files/" in url for url in seen)
    outside = [url for url in seen if url.startswith(("/o/", "/api/v1/o/"))]
    assert outside == []
    assert after.unvisited == 0


def test_auditor_is_told_how_many_links_lead_out_of_the_room(room: Engagement, system: Actor) -> None:
    client = Client()
    client.force_login(room.auditor)  # type: ignore[arg-type]
    records = f"/api/v1/rooms/{room.scope.public_id}/records"  # type: ignore[union-attr]
    item = next(r["reference"] for r in client.get(records).json() if r["title"] == "Validation report")
    body = client.get(f"{records}/{item}").json()["body"]
    assert [link["title"] for link in body["links"]] == ["Claims triage"]
    assert body["links_withheld"] == 1


def test_former_customer_does_not_learn_when_an_auditor_logs_in(room: Engagement, system: Actor) -> None:
    auditor = room.auditor
    auditor.set_password(PASSWORD)  # type: ignore[union-attr]
    auditor.save()  # type: ignore[union-attr]

    def logins() -> int:
        Client().post("/account/login/", {"login": auditor.email, "password": PASSWORD})  # type: ignore[union-attr]
        return ActivityEvent.unscoped.filter(organisation=room.organisation, verb="logged-in").count()

    assert logins() == 1
    end_access(engagement=room, by=system)
    assert logins() == 1


@pytest.mark.parametrize("role", ["administrator", pytest.param("reader", marks=pytest.mark.assurance)])
def test_other_methods_tell_nothing_either(
    role: str, home: dict[str, list[str]], client_of: Callable[..., Client], tmp_path: Path
) -> None:
    stranger = foreign(tmp_path)
    client = client_of(role)
    here = one_of_a_kind(home)
    elsewhere = one_of_a_kind(home | {"organisation": [stranger.organisation.slug]})
    for url in [*here, *elsewhere]:
        for method in ("OPTIONS", "HEAD", "TRACE", "PROPFIND") if takes_get(url) else ("GET", "OPTIONS"):
            response = client.generic(method, url)
            assert response.status_code < 500, (method, url)
            assert response.status_code != 429, (method, url)
            assert not holds_canary(b"".join(response) if response.streaming else response.content), (method, url)
            if stranger.organisation.slug in url:
                assert response.status_code in (404, 405), (method, url)


def one_of_a_kind(values: dict[str, list[str]], room: str = "") -> list[str]:
    """Every address that is no register's; of what all registers have, the first that has it; and what one adds."""
    found: dict[str, str] = {}
    for url in start_addresses(values, room):
        kind = url
        for register in registers:
            kind = kind.replace(f"/{register.slug}", "/register").replace(values[register.slug][0], "reference")
        found.setdefault(kind, url)
    return list(found.values())


def seen_in(slug: str, room: Engagement) -> list[str]:
    keys = RecordKey.unscoped.filter(organisation=room.organisation, register=slug)
    return list(keys.order_by("pk").values_list("reference", flat=True))


def every_reference(room: Engagement) -> list[str]:
    return [reference for register in registers for reference in seen_in(register.slug, room)]
